"""Nothing is lost and nothing happens twice, wherever the process dies and however often a message comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from domain.events import Event
from domain.orders import Order
from domain.stock import StockLevel
from storage.database import Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from tests.builders import an_order, business
from tests.serving import serve

SEAMS = ["received", "performed", "committed"]


@pytest.fixture
def order(database: Database) -> Order:
    with database.writing() as session:
        return an_order(session, business(session))


def say(url: str, text: str, message_id: str) -> list[dict[str, Any]]:
    body = {"sender": "crash", "message": text, "message_id": message_id}
    answer = httpx.post(f"{url}/webhooks/rest/webhook", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def about_to_cancel(url: str, order: Order) -> str:
    """Open the order and ask to cancel it; the payload of the button that confirms."""
    say(url, f"where is {order.number}", "1")
    say(url, order.postcode, "2")
    asked = say(url, f'/cancel_order{{"order_number": "{order.number}"}}', "3")
    return str(asked[0]["buttons"][0]["payload"])


def check_cancelled_once(database: Database, order: Order, messages: int) -> None:
    with database.reading() as session:
        events = session.exec(select(Event).where(Event.subject == order.number, Event.after == "cancelled")).all()
        assert len(events) == 1
        assert session.exec(select(Order)).one().status == "cancelled"
        assert all(level.reserved == 0 for level in session.exec(select(StockLevel)))
        rows = session.exec(select(InboxRow)).all()
        assert len(rows) == messages
        assert all(row.handled_at is not None for row in rows)


@pytest.mark.parametrize("seam", SEAMS)
def test_after_a_kill_the_same_message_has_one_effect_and_one_answer(
    database, database_url, order, data_folder: Path, seam
):
    with serve(data_folder, {}, database_url) as serving:
        confirm = about_to_cancel(serving.url, order)
    with (
        serve(data_folder, {"CRASH_AT": seam}, database_url, module="tests.e2e.crashing") as doomed,
        pytest.raises(httpx.TransportError),
    ):
        say(doomed.url, confirm, "4")
    with serve(data_folder, {}, database_url) as serving:
        first = say(serving.url, confirm, "4")
        again = say(serving.url, confirm, "4")
    assert "is cancelled" in first[0]["text"]
    assert first == again
    check_cancelled_once(database, order, messages=4)


def test_the_same_message_five_times_at_once_has_one_effect_and_one_answer(
    database, database_url, order, data_folder: Path
):
    with serve(data_folder, {}, database_url) as serving:
        confirm = about_to_cancel(serving.url, order)
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(lambda _: say(serving.url, confirm, "4"), range(5)))
    assert "is cancelled" in answers[0][0]["text"]
    assert all(answer == answers[0] for answer in answers)
    check_cancelled_once(database, order, messages=4)


def test_a_burst_is_answered_in_the_order_it_was_sent(database, database_url, order, data_folder: Path):
    """Each of twelve messages sent together gets its own answer, in the order they were received."""
    with serve(data_folder, {}, database_url) as serving:
        say(serving.url, f"where is {order.number}", "1")
        say(serving.url, order.postcode, "2")
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda n: say(serving.url, "where is my order", f"burst-{n}"), range(12)))
    assert all(order.number in answer[0]["text"] for answer in answers)
    with database.reading() as session:
        answered = [row.inbox_id for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))]
    assert answered == sorted(answered)
    assert len(set(answered)) == 14
