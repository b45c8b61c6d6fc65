"""SIGKILL at every seam of a Telegram turn: every update is answered, nothing happens twice, repeats are counted."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from bot.clock import now
from domain.conversations import Button
from domain.events import Event
from domain.notices import Choice
from domain.orders import Order
from storage.database import Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, an_order, business
from tests.e2e.test_telegram import environment
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.waiting import PATIENCE
from tests.serving import serve

SEAMS = ["received", "performed", "committed", "sent", "marked"]
WORLDS = [("sqlite", "polling"), ("postgresql", "webhook")]
BUTTON = "cancelsitcancelsit0000"


def a_button_that_cancels(database: Database, chat: int) -> Order:
    """An order of a customer whose chat has a button that cancels it, without further question."""
    with database.writing() as session:
        order = an_order(session, business(session))
        uow = UnitOfWork(session, API)
        conversation = uow.chats.lock(uow.chats.find_or_add("telegram", str(chat), now(), "en"))
        conversation.bind(order.customer_id)
        choice = Choice(
            label="choice.delivery_window",
            command="RescheduleOrder",
            slots={"order": order.number, "day": _free_day().isoformat(), "window": "12:00-16:00"},
        )
        shown = choice.model_dump(mode="json", exclude_defaults=True)
        session.add(
            Button(id=BUTTON, conversation_id=conversation.id or 0, choice=shown, expires_at=now().replace(year=2100))
        )
        return order


def _free_day() -> date:
    """A Wednesday some days from now that is no holiday in Berlin."""
    today = now().date()
    return date.fromordinal(today.toordinal() + 3 + (2 - today.weekday() - 3) % 7)


@pytest.mark.parametrize(("database_url", "mode"), WORLDS, indirect=["database_url"])
@pytest.mark.parametrize("seam", SEAMS)
def test_every_update_is_answered_and_has_one_effect(database, database_url, data_folder: Path, mode, seam):
    with TelegramEmulator() as telegram:
        settings = environment(telegram, mode)
        anna = telegram.person("Anna", language="en")
        order = a_button_that_cancels(database, anna.id)
        with serve(data_folder, settings | {"CRASH_AT": seam}, database_url, module="tests.e2e.crashing") as doomed:
            telegram.inject(pressed(anna.user))
            doomed.process.wait(PATIENCE)
        a_minute_later(database)
        with serve(data_folder, settings, database_url) as serving:
            anna.hears(1)
            anna.sends("thanks")
            telegram.wait_until(lambda: any("welcome" in each.text for each in anna.messages))
            metrics = httpx.get(f"{serving.url}/metrics").text
    told = [each.text for each in anna.messages if order.number in each.text]
    repeats = float(re.findall(r"^roundsman_perhaps_repeated_total (\S+)$", metrics, re.MULTILINE)[0])
    assert len(told) == (2 if seam == "sent" else 1)
    assert repeats == (1 if seam == "sent" else 0)
    with database.reading() as session:
        events = session.exec(select(Event).where(Event.subject == order.number, Event.change == "promise")).all()
        assert len([event for event in events if event.actor == "customer"]) == 1
        assert all(row.handled_at for row in session.exec(select(InboxRow)))
        assert {row.state for row in session.exec(select(OutboxRow))} == {"sent"}


def a_minute_later(database: Database) -> None:
    """Whoever died has been away for a minute: nobody waits here until its turn and its lease are given up."""
    with database.writing() as session:
        for row in session.exec(select(InboxRow)):
            row.received_at -= timedelta(minutes=1)
        session.execute(text("DELETE FROM lease"))


def pressed(user: dict[str, object]) -> dict[str, object]:
    """The update of a press on the button, under a message the bot sent earlier."""
    message = {"message_id": 1, "date": 1, "chat": {"id": user["id"], "type": "private"}, "text": "Another day?"}
    query = {"id": "77", "from": user, "chat_instance": "1", "message": message, "data": BUTTON}
    return {"callback_query": query}
