"""Ten thousand messages of every kind: never an exception, never a reply without words."""

from __future__ import annotations

import random
import string
from zoneinfo import ZoneInfo

import pytest

import bot.receive
from bot.clock import new_id, now
from bot.receive import Message, Receiver
from bot.words import Words
from nlu.embedded import Embedded
from storage.database import Database
from tests.builders import an_order, business

BERLIN = ZoneInfo("Europe/Berlin")
MESSAGES = 10_000
#: Told apart so that they can be sent side by side.
PARTS_OF_THEM = 4
PARTS = [
    "where is my order", "cancel", "RM-10001", "#10002", "10115", "friday", "tomorrow", "after 5pm", "no", "yes", "never mind",
    "the kettle", "stop", "/start", "/track_order", '/cancel_order{"order_number": "RM-10001"}', "/reschedule_delivery{",
    '/check_stock{"product": ["a", 5, null]}', '/bind_chat{"link": 7}', "/" + "x" * 22, "52.5, 13.4", "999.9, 999.9", "1", "2",
    "maria@example.com", "1820", "between 4 and 2", "31 february", "in 9999999 days", "-5", "0 kettles", "99999999999999 kettles",
    "<script>alert(1)</script>", "'; DROP TABLE orders; --", "{{ 7*7 }}", "%s%n", "\x00\x07", "\ud83d", "🚚📦", "مرحبا", "שלום", "你好",
    "\u202eevil", "a" * 300, "RM-" + "9" * 40, "",
]  # fmt: skip


def texts(seed: int) -> list[str]:
    chance = random.Random(seed)
    made = []
    for _ in range(MESSAGES):
        kind = chance.random()
        if kind < 0.6:
            made.append(" ".join(chance.choice(PARTS) for _ in range(chance.randint(1, 4))))
        elif kind < 0.8:
            made.append("".join(chance.choice(string.printable) for _ in range(chance.randint(0, 80))))
        else:
            made.append("".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(0, 40))))
    return made


@pytest.mark.parametrize("part", range(PARTS_OF_THEM))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_said_is_answered_in_words(database: Database, engine: Embedded, monkeypatch, part):
    with database.writing() as session:
        shop = business(session)
        an_order(session, shop)
        an_order(session, shop, status="created", place=None)
        an_order(session, shop, status="out_for_delivery")
    receiver = Receiver(database, engine, BERLIN)
    words = Words(["en"], BERLIN)
    broken: list[str] = []
    monkeypatch.setattr(bot.receive.log, "exception", lambda *_, **values: broken.append(str(values)), raising=False)
    for number, text in enumerate(texts(20260504)[part::PARTS_OF_THEM]):
        customer_id = shop.customer.id if number % 3 else None
        said = receiver.answer(
            Message("rest", f"fuzz-{number % 50}", text, f"fuzz:{new_id()}", customer_id if number % 50 < 25 else None)
        )
        assert said, text
        for shown in said:
            assert words.say(shown.name, shown.facts, None, now()), (text, shown)
            assert all(words.say(each["label"], each["values"], None, now()) for each in shown.choices)
    assert not broken
