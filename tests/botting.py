"""A bot of python-telegram-bot against the Telegram emulator."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.request import HTTPXRequest

from tests.emulators.telegram import TelegramEmulator
from tests.running import run

T = TypeVar("T")
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"


def with_bot(telegram: TelegramEmulator, work: Callable[[Bot], Awaitable[T]], token: str | None = None) -> T:
    """What the work with a bot comes to; the bot is python-telegram-bot's own, but does not ask who it is first."""

    async def inside() -> T:
        async with HTTPXRequest(httpx_kwargs={"verify": False}) as request:
            return await work(
                Bot(
                    token or telegram.token,
                    base_url=f"{telegram.url}/bot",
                    base_file_url=f"{telegram.url}/file/bot",
                    request=request,
                    get_updates_request=request,
                )
            )

    return run(inside())


def buttons(*named: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in named])
