"""Telegram, from the update to what the chat hears: the real program, python-telegram-bot unmodified.

Polling on SQLite and webhook on PostgreSQL, each with one program for all tests of this file.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bot.clock import now
from domain.conversations import Conversation
from domain.events import Event
from domain.orders import Order
from storage.database import Database
from storage.inbox import InboxRow
from storage.schema import migrate
from tests.builders import Business, a_customer, a_link, an_order, business
from tests.emulators.telegram import Person, TelegramEmulator
from tests.forked import said
from tests.serving import ROOT, Serving, serve

SECRET = "webhook-secret-of-the-tests"
WORLDS = [("sqlite", "polling"), ("postgresql", "webhook")]


@dataclass
class World:
    """A running program, its database and the people at Telegram."""

    telegram: TelegramEmulator
    serving: Serving
    database: Database
    shop: Business
    mode: str

    def person(self, name: str = "Anna", language: str = "en") -> Person:
        """Somebody new."""
        return self.telegram.person(name, language=language)

    def order(self, **values: Any) -> Order:
        """An order of a customer of its own."""
        with self.database.writing() as session:
            customer = a_customer(session, name="Jonas Weber", **values)
            return an_order(session, self.shop, customer=customer)

    def link(self, order: Order) -> str:
        """A deep link to the order's customer."""
        with self.database.writing() as session:
            return str(a_link(session, order, expires_at=now() + timedelta(days=1)).id)

    def wish(self, person: Person, order: Order) -> str:
        """The person asks for somebody of flesh and blood; the reference of that."""
        count = len(person.messages)
        person.sends("I want to talk to a person please")
        return str(re.findall(r"C-\d+", person.hears(count + 1)[-1].text)[0])

    def answers(self, reference: str, text: str) -> None:
        """Somebody of the business answers, as staff do."""
        run_cli(self, "handoff", "reply", reference, text)

    def bound(self, name: str = "Anna") -> tuple[Person, Order]:
        """Somebody whose chat belongs to the customer of an order, and that order."""
        person, order = self.person(name), self.order()
        person.starts(self.link(order))
        person.hears(1)
        return person, order


def environment(telegram: TelegramEmulator, mode: str) -> dict[str, str]:
    """The settings with which the program talks to the emulator."""
    given = {
        "ROUNDSMAN_TELEGRAM_TOKEN": telegram.token,
        "ROUNDSMAN_TELEGRAM_API_URL": telegram.url,
        "ROUNDSMAN_TELEGRAM_RATE": "1000",
    }
    return given | ({"ROUNDSMAN_TELEGRAM_WEBHOOK_SECRET": SECRET} if mode == "webhook" else {})


def run_cli(world: World, *words: str) -> str:
    """What the command line says, beside the running program."""
    return run_beside(world.serving, *words)


def run_beside(serving: Serving, *words: str) -> str:
    """What the command line says, beside a running program."""
    settings = {"ROUNDSMAN_DATABASE_URL": serving.database_url, "ROUNDSMAN_DATA_FOLDER": str(serving.folder)}
    return said("bot.cli", words, {**os.environ, **settings}, ROOT)


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    kind, mode = request.param
    folder = tmp_path_factory.mktemp("telegram") / "data"
    shutil.copytree(trained, folder / "nlu")
    sqlite = f"sqlite:///{folder / 'roundsman.db'}"
    url = sqlite if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    database = Database(url)
    migrate(database)
    with database.writing() as session:
        shop = business(session)
    with TelegramEmulator() as telegram, serve(folder, environment(telegram, mode), url) as serving:
        yield World(telegram, serving, database, shop, mode)
    database.close()


def test_a_customer_comes_by_link_asks_and_cancels(world):
    anna, order = world.person("Anna <b>_*`[x](y)"), world.order()
    anna.starts(world.link(order))
    assert "I know who you are now" in anna.hears(1)[0].text
    anna.sends("where is my order")
    told = anna.hears(2)[1]
    assert order.number in told.text
    pressed = anna.presses(told, "Cancel this order")
    asked = anna.hears(3)[2]
    assert "Cancel order" in asked.text
    anna.presses(asked, "Yes")
    assert "is cancelled" in anna.hears(4)[3].text
    world.telegram.wait_until(lambda: world.telegram.answers(pressed) and not told.buttons and not asked.buttons)
    with world.database.reading() as session:
        assert session.exec(select(Order).where(Order.number == order.number)).one().status == "cancelled"
        chat = session.exec(select(Conversation).where(Conversation.address == str(anna.id))).one()
        rows = session.exec(select(InboxRow).where(InboxRow.conversation_id == chat.id)).all()
        assert len(rows) == 4
        assert all(row.handled_at for row in rows)


def test_what_is_no_text_gets_a_sensible_answer(world):
    anna = world.person()
    says: list[tuple[Callable[[], Any], str]] = [
        (anna.sends_voice, "cannot hear yet"),
        (anna.sends_sticker, "cannot read stickers"),
        (lambda: anna.sends_document(b"%PDF", "a.pdf", "application/pdf"), "cannot open files"),
        (lambda: anna.sends("/help"), "You can ask me"),
        (lambda: anna.sends(f"/track@{world.telegram.username}"), "order number"),
        (lambda: anna.sends("never mind"), "dropped"),
        (lambda: anna.starts("x" * 22), "not valid any more"),
        (lambda: anna.starts("nonsense"), "not valid any more"),
        (lambda: anna.sends("/stop"), "no more messages"),
        (lambda: anna.sends("/start"), "our messages again"),
        (lambda: anna.sends("/stop please"), "no more messages"),
    ]
    for count, (say, expected) in enumerate(says, 1):
        say()
        assert expected in anna.hears(count)[-1].text


def test_an_edited_message_counts_as_said_anew(world):
    anna, order = world.person(), world.order()
    anna.sends("whre is")
    anna.hears(1)
    anna.edits("last", f"where is {order.number}")
    assert "one more fact" in anna.hears(2)[-1].text


def test_a_shared_contact_is_the_second_fact(world):
    anna, order = world.person(), world.order(phone="+4915112345678")
    anna.sends(f"where is {order.number}")
    anna.hears(1)
    anna.shares_contact("4915112345678")
    assert order.number in anna.hears(2)[-1].text


def test_groups_are_politely_refused_and_never_told_anything(world):
    anna, order = world.person(), world.order()
    group = world.telegram.group("Neighbours")
    group.removes_bot(anna)
    group.adds_bot(anna)
    assert "only talk in private" in group.hears(1)[0].text
    group.says(anna, f"/start@{world.telegram.username} {world.link(order)}")
    assert "only talk in private" in group.hears(2)[1].text
    with world.database.reading() as session:
        chat = session.exec(select(Conversation).where(Conversation.address == str(group.id))).one()
        assert chat.customer_id is None


def test_the_menu_is_set_by_language(world):
    world.telegram.wait_until(lambda: world.telegram.commands("en"))
    assert [each["command"] for each in world.telegram.commands("en")] == ["start", "track", "help", "stop"]
    assert world.telegram.commands("es")[1]["description"] == "¿Dónde está mi pedido?"


def test_whose_telegram_is_spanish_is_spoken_with_in_spanish_until_they_write_english(world):
    sofia, order = world.person("Sofía", "es-MX"), world.order()
    sofia.starts()
    welcome = sofia.hears(1)[0]
    assert "Hola" in welcome.text
    assert "Devolver algo" in [button.text for button in welcome.buttons]
    sofia.starts(world.link(order))
    sofia.hears(2)
    sofia.presses(welcome, "¿Dónde está mi pedido?")
    assert f"El pedido {order.number}" in sofia.hears(3)[2].text
    sofia.sends("when will it be here please?")
    assert f"Order {order.number}" in sofia.hears(4)[3].text
    sofia.sends("habla español")
    assert "te hablo en español" in sofia.hears(5)[4].text
    sofia.sends("when will it be here please?")
    assert f"El pedido {order.number}" in sofia.hears(6)[5].text


def test_the_webhook_knows_its_secret(world):
    body = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "hi"}}
    url = f"{world.serving.url}/webhooks/telegram"
    header = "X-Telegram-Bot-Api-Secret-Token"
    assert httpx.post(url, json=body).status_code == 401
    assert httpx.post(url, json=body, headers={header: SECRET + "x"}).status_code == 401
    right = {header: SECRET}
    expected = (422, 422, 200) if world.mode == "webhook" else (401, 401, 401)  # polling takes no calls at all
    given = [httpx.post(url, content=b"[]", headers=right), httpx.post(url, content=b"{", headers=right), httpx.post(url, json=body, headers=right)]  # fmt: skip
    assert tuple(each.status_code for each in given) == expected


def test_a_blocked_bot_loses_the_channel_until_it_is_unblocked(world):
    anna = world.person()

    def dead() -> bool:
        with world.database.reading() as session:
            query = select(Conversation.dead_at).where(Conversation.address == str(anna.id))
            return session.exec(query).one() is not None

    anna.sends("hello")
    anna.hears(1)
    anna.blocks()
    world.telegram.wait_until(dead)
    anna.unblocks()
    world.telegram.wait_until(lambda: not dead())
    anna.sends("hello")
    anna.hears(2)


def test_one_chat_in_trouble_holds_up_nobody_else(world):
    anna, ben = world.person("Anna"), world.person("Ben")
    trouble = world.telegram.script("sendMessage", chat=anna.id, times=1, status=429, retry_after=3)
    anna.sends("hello")
    world.telegram.wait_until(lambda: trouble.used)
    began = time.monotonic()
    ben.sends("hello")
    assert ben.hears(1)[0].at - began < 2.5
    assert anna.hears(1)[0].at - began > 2.5


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 502}, {"drop": True}, {"status": 400, "description": "Bad Request: chat is broken"}], ids=["500", "502", "dropped", "400"])  # fmt: skip
def test_after_trouble_the_next_message_is_answered(world, answer):
    anna = world.person()
    world.telegram.script("sendMessage", chat=anna.id, times=1, **answer)
    anna.sends("/help")
    anna.sends("thanks")
    heard = anna.hears(1 if answer.get("status") == 400 else 2)
    assert "welcome" in heard[-1].text


def test_the_same_update_five_times_has_one_effect_and_one_answer(world):
    anna, order = world.bound()
    anna.sends("where is my order")
    told = anna.hears(2)[1]
    anna.presses(told, "Cancel this order")
    asked = anna.hears(3)[2]
    yes = anna.presses(asked, "Yes")
    world.telegram.repeat(yes, 5)
    anna.sends("thanks")
    heard = anna.hears(5)
    assert ["is cancelled" in each.text for each in heard] == [False, False, False, True, False]
    with world.database.reading() as session:
        events = session.exec(select(Event).where(Event.subject == order.number, Event.after == "cancelled")).all()
        assert len(events) == 1


def test_two_hundred_chats_in_bursts_of_three_are_answered_in_order(world):
    numbers = [world.order().number for _ in range(3)]
    people = [world.person(f"P{n}") for n in range(200)]
    for number in numbers:
        for person in people:
            person.sends(f"where is {number}")
    for person in people:
        heard = person.hears(3)
        assert [number in each.text for each, number in zip(heard, numbers, strict=True)] == [True] * 3


def test_long_words_come_in_parts(world):
    anna, order = world.bound()
    case_id = world.wish(anna, order)
    text = "First of all. " + "This sentence is long enough to fill a line or so of the chat. " * 100
    world.answers(case_id, text)
    heard = anna.hears(4)
    assert all(len(each.text) <= 4096 for each in heard)
    assert heard[2].text.endswith("chat.")
    assert heard[2].text + " " + heard[3].text == text.strip()


def test_a_person_takes_over_and_gives_back(world):
    anna, order = world.bound()
    reference = world.wish(anna, order)
    anna.sends("it is about the wrong colour")
    world.answers(reference, "Hello Jonas, Ines here. <b>Which</b> colour?")
    assert anna.hears(3)[2].text == "Hello Jonas, Ines here. <b>Which</b> colour?"
    anna.sends("blue")
    run_cli(world, "handoff", "close", reference)
    assert "I answer again" in anna.hears(4)[3].text
    anna.sends("thanks")
    assert "welcome" in anna.hears(5)[4].text
    assert "blue" in run_cli(world, "handoff", "show", reference)
