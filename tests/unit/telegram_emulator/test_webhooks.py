"""The Telegram emulator against the real python-telegram-bot: how updates are brought."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    Bot,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
)

from tests.botting import with_bot
from tests.emulators.telegram import TelegramEmulator


class Hook:
    """A web server that answers webhook calls with the next of ``answers`` (200 after them; None: not in time).

    With ``together`` set it answers none before as many calls as that have come.
    """

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.received: list[tuple[str | None, dict[str, Any]]] = []
        self.together: asyncio.Barrier | None = None

    async def __aenter__(self) -> Hook:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/telegram"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self.received.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        answer = self.answers.pop(0) if self.answers else 200
        if self.together:
            await self.together.wait()
        await asyncio.sleep(0 if answer else 5)
        return web.Response(status=answer or 200)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.received]


async def until(telegram: TelegramEmulator, predicate: Callable[[], object]) -> None:
    await asyncio.to_thread(telegram.wait_until, predicate, 5)


def test_a_webhook_is_called(own: TelegramEmulator) -> None:
    anna = own.person("Anna")
    anna.sends("before")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            assert await bot.set_webhook(hook.url, secret_token="s3cret_-", max_connections=7)
            anna.sends("after")
            await until(own, lambda: not own.pending_updates)
            assert hook.texts == ["before", "after"]
            assert {secret for secret, _ in hook.received} == {"s3cret_-"}
            assert Update.de_json(hook.received[0][1], bot).message.from_user.id == anna.id
            info = await bot.get_webhook_info()
            assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 7)
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            assert await bot.delete_webhook()
            assert (await bot.get_webhook_info()).url == ""
        anna.sends("later")
        assert [one.message.text for one in await bot.get_updates()] == ["later"]

    with_bot(own, hooked)
    assert [delivery.status for delivery in own.deliveries] == [200, 200]


def test_setting_a_webhook_ends_a_poll(own: TelegramEmulator) -> None:
    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            poll = asyncio.ensure_future(bot.get_updates(timeout=20))
            await until(own, lambda: own.calls("getUpdates"))
            await bot.set_webhook(hook.url)
            with pytest.raises(Conflict, match="terminated by setWebhook request"):
                await poll

    with_bot(own, hooked)


def test_a_failed_webhook_call_is_made_again_in_order(own: TelegramEmulator) -> None:
    anna, ben = own.person("Anna"), own.person("Ben")

    async def hooked(bot: Bot) -> None:
        async with Hook(500, None, 302, 200) as hook:
            await bot.set_webhook(hook.url)
            first = anna.sends("1")
            anna.sends("2")
            await until(own, lambda: len(own.deliveries) == 5)
            assert hook.texts == ["1", "1", "1", "1", "2"]
            assert {update["update_id"] for _, update in hook.received[:4]} == {first["update_id"]}
            assert [one.status for one in own.deliveries] == [500, None, 302, 200, 200]
            info = await bot.get_webhook_info()
            assert info.last_error_message == "Wrong response from the webhook: 302 Found"
            hook.answers = [503]
            anna.sends("3")
            ben.sends("4")
            await until(own, lambda: not own.pending_updates)
            assert sorted(hook.texts[5:]) == ["3", "3", "4"]

    with_bot(own, hooked)


def test_nobody_at_the_webhook(own: TelegramEmulator) -> None:
    anna = own.person("Anna")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            url = hook.url
        await bot.set_webhook(url)
        anna.sends("anyone?")
        await until(own, lambda: len(own.deliveries) >= 2)
        assert (await bot.get_webhook_info()).pending_update_count == 1
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1
        await bot.set_webhook(url, drop_pending_updates=True)
        assert own.pending_updates == []

    with_bot(own, hooked)


def test_repeats_come_to_a_webhook_at_the_same_time(own: TelegramEmulator) -> None:
    anna = own.person("Anna")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            await bot.set_webhook(hook.url)
            update = anna.sends("once")
            await until(own, lambda: own.deliveries)
            hook.together = asyncio.Barrier(5)
            own.repeat(update, times=5)
            await until(own, lambda: len(own.deliveries) == 6)
            assert [update for _, update in hook.received] == [update] * 6
            assert [one.status for one in own.deliveries] == [200] * 6

    with_bot(own, hooked)


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://example.com/hook", None, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.com/hook", "with spaces", "secret token contains unallowed characters"),
        ("https://example.com/hook", "s" * 257, "secret token is too long"),
    ],
)
def test_a_bad_webhook_is_refused(telegram: TelegramEmulator, url: str, secret: str | None, why: str) -> None:
    with pytest.raises(BadRequest):
        with_bot(telegram, lambda bot: bot.set_webhook(url, secret_token=secret))
    assert telegram.calls("setWebhook")[-1].description == f"Bad Request: {why}"
