"""The Monday note to the buyers: what comes back more often than it did, in customers' words, and silence otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import WatchReturns
from domain.conversations import Conversation
from domain.depots import Depot
from domain.moment import SYSTEM
from domain.notices import ReturnsDeparted
from domain.staff import Staff
from domain.stock import Product
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_depot, a_return, an_order, business, moment, return_policy

KETTLE, GRINDER = "SKU-1", "SKU-2"


def orders(session, shop: Business, sku: str, count: int, back: int, handed: datetime, words: str = "") -> None:
    """``count`` orders of a piece, handed over around a moment; ``back`` of them asked back three days later."""
    for n in range(count):
        order = an_order(session, shop, status="delivered", lines=((sku, 1),), now=handed + timedelta(hours=n % 12))
        if n < back:
            a_return(session, order, reason="defective", words=words, now=handed + timedelta(days=3))


@pytest.fixture
def shop(database: Database) -> Business:
    """Kettles: 2 of 40 came back before, 8 of 20 lately. Grinders: 2 of 40 and 1 of 20."""
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        for sku, lately in ((KETTLE, 8), (GRINDER, 1)):
            orders(session, made, sku, 40, 2, NOW - timedelta(days=100), words="broke in winter")
            orders(
                session, made, sku, 20, lately, NOW - timedelta(days=12), words="Maria says it leaks, call 0170 1234567"
            )
        return made


def a_member(database: Database, name: str, role: str) -> None:
    with database.writing() as session:
        session.add(staff := Staff(name=name, role=role, slack_id=name, added_at=NOW))
        session.flush()
        chat = {"channel": "slack", "address": f"D-{name}", "created_at": NOW, "last_at": NOW}
        session.add(Conversation(**chat, role=role, staff_id=staff.id))


def watched(database: Database, now: datetime = NOW) -> list[ReturnsDeparted]:
    return perform(database, [WatchReturns(depot="north")], moment(SYSTEM, now=now))[0]  # type: ignore[return-value]


def told(database: Database) -> list[tuple[str, str]]:
    """To which address what was told, in order."""
    with database.reading() as session:
        rows = select(Conversation.address, OutboxRow.name).where(Conversation.id == OutboxRow.conversation_id)
        return [tuple(row) for row in session.exec(rows.order_by(OutboxRow.id))]  # type: ignore[attr-defined]


def test_buyers_hear_what_departs_with_the_figures_and_the_words(database, shop):
    a_member(database, "Bea", "buyer")
    a_member(database, "Max", "manager")
    (note,) = watched(database)
    (kettle,) = note.departed
    assert (kettle.sku, kettle.more, kettle.lately, kettle.back_lately, kettle.before, kettle.back_before) == (
        KETTLE, True, 20, 8, 40, 2,
    )  # fmt: skip
    assert 0 < kettle.chance < 0.05
    assert [(each.reason, each.pieces, each.quotes) for each in kettle.reasons] == [
        ("defective", 8, ("… says it leaks, call …",))
    ]
    assert told(database) == [("D-Bea", "returns.departed")]


def test_without_a_buyer_the_room_hears_it(database, shop):
    with database.writing() as session:
        session.add(Conversation(channel="slack", address="C1", desk="north", created_at=NOW, last_at=NOW))
    watched(database)
    assert told(database) == [("C1", "returns.departed")]


def test_nothing_is_said_when_there_is_nothing(database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        orders(session, shop, KETTLE, 40, 4, NOW - timedelta(days=100))
        orders(session, shop, KETTLE, 20, 3, NOW - timedelta(days=12))
    a_member(database, "Bea", "buyer")
    assert watched(database) == []
    assert told(database) == []


def test_it_is_told_once_and_mentioned_beside_what_is_new(database, shop):
    a_week_later = NOW + timedelta(days=7)
    assert len(watched(database)) == 1
    assert watched(database, a_week_later) == []
    with database.writing() as session:
        shop.products[GRINDER] = session.get_one(Product, GRINDER)
        orders(session, shop, GRINDER, 20, 14, NOW - timedelta(days=4))
    (note,) = watched(database, a_week_later)
    assert ([each.sku for each in note.departed], note.still) == ([GRINDER], ("Kettle",))


def test_other_depots_are_none_of_its_business(database, shop):
    with database.writing() as session:
        a_depot(session, code="south")
    assert perform(database, [WatchReturns(depot="south")], moment(SYSTEM))[0] == []


def test_it_is_done_on_mondays(database, shop):
    with database.writing() as session:
        depot = session.get_one(Depot, shop.depot_id)
        (row,) = [each for each in UnitOfWork(session, SYSTEM).schedules.of(depot) if each.job == "return_note"]
        assert (str(row.at), list(row.weekdays)) == ("07:15:00", [1])
