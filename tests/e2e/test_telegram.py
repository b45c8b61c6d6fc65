"""Telegram, from the update to what the chat hears: the real program, python-telegram-bot unmodified, both modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bot.clock import now
from domain.conversations import Conversation
from domain.orders import Order
from storage.database import Database
from storage.inbox import InboxRow
from tests.builders import Business, a_link, an_order, business
from tests.emulators.telegram import TelegramEmulator
from tests.serving import Serving, serve

SECRET = "webhook-secret-of-the-tests"
MODES = ["polling", "webhook"]


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def order(database: Database, shop: Business) -> Order:
    with database.writing() as session:
        return an_order(session, shop)


Start = Callable[..., AbstractContextManager[Serving]]


@pytest.fixture
def start(telegram: TelegramEmulator, data_folder: Path, database_url: str) -> Start:
    """Starts the real program with the emulator as its Bot API server."""

    def run(mode: str = "polling", **settings: str) -> AbstractContextManager[Serving]:
        return serve(data_folder, {**environment(telegram, mode), **settings}, database_url)

    return run


def environment(telegram: TelegramEmulator, mode: str) -> dict[str, str]:
    given = {
        "ROUNDSMAN_TELEGRAM_TOKEN": telegram.token,
        "ROUNDSMAN_TELEGRAM_API_URL": telegram.url,
        "ROUNDSMAN_TELEGRAM_RATE": "1000",
    }
    return given | ({"ROUNDSMAN_TELEGRAM_WEBHOOK_SECRET": SECRET} if mode == "webhook" else {})


def link_to(database: Database, order: Order) -> str:
    with database.writing() as session:
        return str(a_link(session, order, expires_at=now() + timedelta(days=1)).id)


@pytest.mark.parametrize("mode", MODES)
def test_a_customer_comes_by_link_asks_and_cancels(telegram, database, order, start, mode):
    anna = telegram.person("Anna <b>_*", language="en")
    with start(mode):
        anna.starts(link_to(database, order))
        assert "I know who you are now" in anna.hears(1)[0].text
        anna.sends("where is my order")
        told = anna.hears(2)[1]
        assert order.number in told.text
        pressed = anna.presses(told, "Cancel this order")
        asked = anna.hears(3)[2]
        assert "Cancel order" in asked.text
        anna.presses(asked, "Yes")
        assert "is cancelled" in anna.hears(4)[3].text
        telegram.wait_until(lambda: len(telegram.calls("answerCallbackQuery")) == 2)
        telegram.wait_until(lambda: not told.buttons)
        assert telegram.answers(pressed)
    with database.reading() as session:
        assert session.exec(select(Order)).one().status == "cancelled"
        assert all(row.handled_at for row in session.exec(select(InboxRow)))
        assert session.exec(select(Conversation)).one().address == str(anna.id)


def test_what_is_no_text_gets_a_sensible_answer(telegram, order, start):
    anna = telegram.person("Anna", language="en")
    says: list[tuple[Callable[[], Any], str]] = [
        (anna.sends_voice, "cannot hear yet"),
        (anna.sends_sticker, "cannot read stickers"),
        (lambda: anna.sends_document(b"%PDF", "a.pdf", "application/pdf"), "cannot open files"),
        (lambda: anna.sends("/help"), "You can ask me"),
        (lambda: anna.sends(f"/track@{telegram.username}"), "order number"),
        (lambda: anna.sends("never mind"), "dropped"),
        (lambda: anna.starts("x" * 22), "not valid any more"),
        (lambda: anna.starts("nonsense"), "not valid any more"),
        (lambda: anna.sends("/stop"), "no more messages"),
    ]
    with start():
        for count, (say, expected) in enumerate(says, 1):
            say()
            assert expected in anna.hears(count)[-1].text


def test_an_edited_message_counts_as_said_anew_and_a_live_location_as_nothing(telegram, order, start):
    anna = telegram.person("Anna", language="en")
    with start():
        anna.sends("wher is")
        anna.hears(1)
        anna.edits("last", f"where is {order.number}")
        assert "one more fact" in anna.hears(2)[-1].text


def test_groups_are_politely_refused_and_never_told_anything(telegram, database, order, start):
    anna = telegram.person("Anna", language="en")
    group = telegram.group("Neighbours")
    with start():
        group.removes_bot(anna)
        group.adds_bot(anna)
        assert "only talk in private" in group.hears(1)[0].text
        group.says(anna, f"/start@{telegram.username} {link_to(database, order)}")
        assert "only talk in private" in group.hears(2)[1].text
    with database.reading() as session:
        assert session.exec(select(Conversation)).one().customer_id is None


def test_the_menu_is_set_by_language(telegram, order, start):
    with start():
        telegram.wait_until(lambda: telegram.commands("en"))
        assert [each["command"] for each in telegram.commands("en")] == ["start", "track", "help", "stop"]


def test_the_webhook_knows_its_secret(telegram, order, start):
    body = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "hi"}}
    with start("webhook") as serving:
        url = f"{serving.url}/webhooks/telegram"
        assert httpx.post(url, json=body).status_code == 401
        wrong = {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}
        assert httpx.post(url, json=body, headers=wrong).status_code == 401
        right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert httpx.post(url, content=b"[]", headers=right).status_code == 422
        assert httpx.post(url, content=b"{", headers=right).status_code == 422
        assert httpx.post(url, json=body, headers=right).status_code == 200


def test_a_blocked_bot_loses_the_channel_until_it_is_unblocked(telegram, database, order, start):
    anna = telegram.person("Anna", language="en")

    def dead() -> bool:
        with database.reading() as session:
            return session.exec(select(Conversation)).one().dead_at is not None

    with start():
        anna.sends("hello")
        anna.hears(1)
        anna.blocks()
        telegram.wait_until(dead)
        anna.unblocks()
        telegram.wait_until(lambda: not dead())
        anna.sends("hello")
        anna.hears(2)


def test_one_chat_in_trouble_holds_up_nobody_else(telegram, order, start):
    anna, ben = telegram.person("Anna", language="en"), telegram.person("Ben", language="en")
    telegram.script("sendMessage", chat=anna.id, times=1, status=429, retry_after=3)
    with start():
        anna.sends("hello")
        telegram.wait_until(lambda: [call for call in telegram.calls("sendMessage") if call.status == 429])
        refused = telegram.calls("sendMessage")[-1].at
        ben.sends("hello")
        assert ben.hears(1)[0].at - refused < 2.5
        assert anna.hears(1)[0].at - refused >= 3
