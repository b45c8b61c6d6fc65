"""Two thousand messages of a driver, in every state of the day: never an exception, never a reply without words."""

from __future__ import annotations

import random
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

import bot.receive
from bot.clock import new_id, now
from bot.receive import Message, Receiver
from bot.words import Words
from domain.orders import OrderStatus
from domain.returns import Return, ReturnLine
from domain.routes import Task
from tests.builders import a_pickup
from tests.driving import Day, a_day
from tests.integration.test_fuzz import PARTS, texts

BERLIN = ZoneInfo("Europe/Berlin")
MESSAGES = 2_000
#: What drivers say, so that every state is reached.
SAYS = [
    "start my shift", "1", "2", "3", "no damage", "yes", "no", "48210", "all there", "RM-10002 is missing", "off I go", "next", "my route",
    "I'm there", "delivered", "dropped 1 and 2", "nobody home at 2", "later", "20 minutes late", "break", "break over", "the van broke down",
    "tell the dispatcher hello", "undo", "details of 3", "navigate", "end my shift", "skip", "never mind", "stop", "/start", "/next", "/route",
    "/help", "collected the return", "van 9", "scratch on the door", "half an hour", "only one of two", "left with the neighbour", "cancel",
    "collected return 1001, as new", "got only one of two, used", "not ready", "they did not give it back", "4821",
]  # fmt: skip


def collects(day: Day, today: date) -> None:
    """At the first stop two pieces are given back, with a code."""
    with day.database.writing() as session:
        made = a_pickup(session, day.shop, day=today, skus=("SKU-1",), quantity=2, code="4821", now=now())
        stop = session.exec(select(Task).where(Task.order_number == day.numbers[0])).one().stop_id
        session.add(
            Task(
                depot_id=day.shop.depot_id,
                day=today,
                kind="pickup",
                return_number=made.number,
                stop_id=stop,
                service=60,
            )
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_a_driver_says_is_answered_in_words_and_the_stock_stays_true(database, monkeypatch, engine):
    today = now().astimezone(BERLIN).date()
    day = a_day(database, on=today)
    collects(day, today)
    receiver = Receiver(database, engine, BERLIN)
    words = Words(["en"], BERLIN)
    broken: list[str] = []
    monkeypatch.setattr(bot.receive.log, "error", lambda *_, **values: broken.append(str(values)), raising=False)
    chance = random.Random(5)
    shown: list = []
    for strange in texts(7)[:MESSAGES]:
        buttons = [f"/{each['id']}" for one in shown for each in one.choices]
        kind = chance.random()
        text = chance.choice(SAYS) if kind < 0.5 else strange if kind < 0.6 else chance.choice(PARTS)
        if buttons and kind > 0.7:
            text = chance.choice(buttons)
        shown = receiver.answer(Message("terminal", "fuzz", text, f"fuzz:{new_id()}", driver_id=day.driver_id))
        assert shown, text
        for each in shown:
            assert words.say(each.name, each.facts, None, now()), (text, each)
            assert all(words.say(one["label"], one["values"], None, now()) for one in each.choices)
    assert not broken
    aboard = {OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.FAILED, OrderStatus.RESCHEDULED}
    gone = sum(day.order(n).status in aboard | {OrderStatus.DELIVERED} for n in range(3))
    on_hand, reserved = day.stock()["SKU-1"]
    assert on_hand >= 50 - gone
    assert 0 <= reserved <= on_hand
    with database.reading() as session:
        (made,) = session.exec(select(Return)).all()
        (line,) = session.exec(select(ReturnLine)).all()
    assert made.status in {"pickup_planned", "in_transit", "approved"}
    assert (line.collected is not None) == (made.status == "in_transit")
    assert (made.pickup_day is not None) == (made.status != "approved")
