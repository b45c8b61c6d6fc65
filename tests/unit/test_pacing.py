"""Telegram's limits are kept: for the bot, for each chat, and replies before what nobody asked for."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.pacing import Pace
from bot.channels.telegram import carrier
from bot.channels.telegram.carrier import split
from storage.outbox import PROACTIVE, REPLY
from tests.running import run


def test_the_limits_are_telegrams():
    assert (carrier.PER_CHAT_SECONDS, carrier.PER_GROUP_SECONDS) == (1.0, 3.0)


def test_the_bot_sends_no_more_than_so_many_a_second():
    async def sent() -> float:
        pace, loop = Pace(100, carrier.chat_seconds), asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(pace.turn(str(chat), PROACTIVE) for chat in range(31)))
        return loop.time() - began

    assert run(sent()) > 0.28  # thirty gaps; a late one may be made up for once


def test_a_chat_waits_for_its_second_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(carrier, "PER_CHAT_SECONDS", 0.3)

    async def sent() -> tuple[float, float]:
        pace, loop = Pace(10_000, carrier.chat_seconds), asyncio.get_running_loop()
        await pace.turn("anna", REPLY)
        began = loop.time()

        async def after(chat: str) -> float:
            await pace.turn(chat, REPLY)
            return loop.time() - began

        anna, ben = await asyncio.gather(after("anna"), after("ben"))
        return anna, ben

    anna, ben = run(sent())
    assert ben < 0.2 < 0.29 < anna


def test_replies_go_before_what_nobody_asked_for():
    order: list[str] = []

    async def sent() -> None:
        pace = Pace(50, carrier.chat_seconds)

        async def one(chat: str, priority: int) -> None:
            await pace.turn(chat, priority)
            order.append(chat)

        news = [asyncio.create_task(one(f"news{n}", PROACTIVE)) for n in range(5)]
        await pace.turn("somebody", PROACTIVE)
        await asyncio.gather(one("reply", REPLY), *news)

    run(sent())
    assert order.index("reply") < order.index("news4")


@pytest.mark.parametrize(
    ("text", "longest", "parts"),
    [
        ("One. Two is longer. Three", 20, ["One. Two is longer.", "Three"]),
        ("first line\nsecond line here", 18, ["first line", "second line here"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
        ("😀" * 6, 5, ["😀" * 2, "😀" * 2, "😀" * 2]),
        ("", 10, ["…"]),
    ],
)
def test_long_texts_are_split_where_they_end(text, longest, parts):
    found = list(split(text, longest))
    assert found == parts
    assert all(len(each.encode("utf-16-le")) // 2 <= longest for each in found)
