"""What happens to returns with time: reminders before the last day, never at night, their end after it, and closing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import TendReturns
from domain.moment import SYSTEM, Moment
from domain.notices import Notice
from domain.policies import Policies
from domain.refunds import Refund
from domain.returns import ReturnStatus
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, NOON, NOW, Business, a_depot, a_return, an_order, business, counting, return_policy
from tests.emulators.smtp import smtp
from tests.integration.test_return_tracking import go
from tests.integration.test_return_way import booked, choose, stored
from tests.written import FROM, URL, send_written

S = ReturnStatus
BERLIN = ZoneInfo("Europe/Berlin")
MAIL = Policies(channels=frozenset({"email"}))
#: Approved on 4 May with 14 days to send it.
LAST = (NOW + timedelta(days=14)).date()
_ids = counting("tend")


def returned(database: Database, **values: object) -> tuple[Business, str]:
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        made = a_return(session, an_order(session, shop, status="delivered"))
        for name, value in values.items():
            setattr(made, name, value)
        return shop, made.number


def tend(database: Database, days_before: float, hour: int = 9, depot: str = "north") -> list[Notice]:
    """Look at a local hour of the day so many days before the last one."""
    day = LAST - timedelta(days=days_before)
    now = datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN).astimezone(UTC)
    return perform(database, [TendReturns(depot=depot)], Moment(now, SYSTEM, f"tend:{now}", _ids, policies=MAIL))[0]


def told(notices: list[Notice]) -> list[tuple[str, str]]:
    return [(notice.number, notice.what) for notice in notices]


# Reminders


def test_three_days_and_one_day_before_it_is_reminded_once_each(database: Database):
    shop, number = returned(database)
    sent = {}
    for days in (5, 4, 3, 2, 1, 0):
        for hour in (9, 10, 20):
            for notice in tend(database, days, hour):
                assert (notice.number, notice.what, notice.to) == (number, "expiring", shop.customer.id)
                sent[days] = sent.get(days, 0) + 1
    assert sent == {3: 1, 1: 1}


def test_a_reminder_that_was_missed_is_made_up_for_once(database: Database):
    _, number = returned(database)
    assert told(tend(database, 2)) == [(number, "expiring")]
    assert tend(database, 2, 12) == []
    assert told(tend(database, 1)) == [(number, "expiring")]


def test_nobody_is_woken_by_a_reminder(database: Database):
    returned(database)
    tend(database, 3, hour=0)
    with database.reading() as session:
        [row] = session.exec(select(OutboxRow)).all()
    assert row.not_before.astimezone(BERLIN).hour == 8
    assert row.good_until.astimezone(BERLIN).date() == LAST + timedelta(days=1)


def test_who_has_no_chat_is_reminded_by_e_mail_with_the_page(database: Database):
    _, number = returned(database)
    tend(database, 3)
    with smtp() as server:
        send_written(database, now=NOW + timedelta(days=11), smtp_url=server.url, email_from=FROM)
        (mail,) = server.mails
    assert mail.message["Subject"] == f"Return {number} has to be on its way by Mon 18 May"
    assert f"{URL}/r/{stored(database, number).token}" in mail.part("text/plain")


def test_a_reminder_that_waited_for_the_morning_is_dropped_where_it_is_settled_by_then(database: Database):
    returned(database)
    [notice] = tend(database, 3, hour=0)
    assert notice.still_true("approved")
    assert not notice.still_true("pickup_planned")
    assert notice.about == notice.number


def test_who_has_just_heard_of_the_last_day_is_not_reminded_of_it(database: Database):
    _, number = returned(database)
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).returns.find(number).expires_on = NOW.date() + timedelta(days=2)
    at = Moment(NOW + timedelta(hours=3), SYSTEM, "tend", _ids)
    assert perform(database, [TendReturns(depot="north")], at)[0] == []
    at = Moment(NOW + timedelta(days=1), SYSTEM, "tend2", _ids)
    assert told(perform(database, [TendReturns(depot="north")], at)[0]) == [(number, "expiring")]


def test_what_is_to_be_collected_is_not_reminded_and_does_not_end(database: Database):
    _, number = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    assert [tend(database, days) for days in (3, 1, -1, -30)] == [[], [], [], []]
    assert stored(database, number).status == "pickup_planned"


# The end


def test_after_the_last_day_it_ends_and_can_be_asked_for_anew(database: Database):
    shop, number = returned(database)
    assert told(tend(database, 0, hour=23)) == [(number, "expiring")]
    assert stored(database, number).status == "approved"
    [notice] = tend(database, -1, hour=0)
    assert (notice.what, notice.to, notice.choices[0].command) == ("expired", shop.customer.id, "StartReturn")
    assert stored(database, number).status == "expired"
    assert tend(database, -2) == []
    with database.writing() as session:
        again = a_return(session, UnitOfWork(session, SYSTEM).orders.find("RM-10001"), now=NOW + timedelta(days=16))
        assert again.status == "approved"


@pytest.mark.parametrize("status", [S.IN_TRANSIT, S.RECEIVED, S.INSPECTED])
def test_what_left_in_time_never_ends(database: Database, status: ReturnStatus):
    _, number = returned(database)
    for each in (S.IN_TRANSIT, S.RECEIVED, S.INSPECTED):
        go(database, number, each)
        if each == status:
            break
    assert tend(database, -60) == []
    assert stored(database, number).status == status


def test_a_parcel_that_may_be_on_its_way_is_waited_for(database: Database):
    _, number = returned(database)
    choose(database, number, "label")
    assert [each.what for each in tend(database, 0)] == ["expiring"]
    assert tend(database, -6) == []
    assert [each.what for each in tend(database, -7)] == ["expired"]


def test_what_is_kept_does_not_end(database: Database):
    _, number = returned(database, resolution="keep")
    assert tend(database, -5) == []
    assert stored(database, number).status == "approved"


def test_an_exchange_is_not_brought_for_what_was_not_sent(database: Database):
    shop, number = returned(database)
    with database.writing() as session:
        brought = an_order(session, shop, lines=[("SKU-3", 1)], exchange_of=number).number
        UnitOfWork(session, SYSTEM).returns.find(number).exchange_order = brought
    tend(database, -1)
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).orders.find(brought).status == "cancelled"
    assert booked(database, NEXT_DAY, NOON) == 0


def test_each_depot_tends_its_own(database: Database):
    _, number = returned(database)
    with database.writing() as session:
        a_depot(session, code="south")
    assert tend(database, -1, depot="south") == []
    assert stored(database, number).status == "approved"


# Closing


def settled(database: Database, refund: str) -> str:
    _, number = returned(database, resolution="refund")
    go(database, number, S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.REFUNDED)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.find(number)
        uow.add(
            Refund(
                key="r",
                return_id=made.id,
                order_number="RM-10001",
                status=refund,
                amount=3990,
                currency="EUR",
                created_at=NOW,
            )
        )
    return number


def test_what_is_settled_is_closed_after_14_days_without_a_word(database: Database):
    number = settled(database, "issued")
    assert tend(database, 0, hour=10) == []  # 13 days and 23 hours
    assert stored(database, number).status == "refunded"
    assert tend(database, 0, hour=12) == []
    assert stored(database, number).status == "closed"


@pytest.mark.parametrize("refund", ["wanted", "by_hand", "failed"])
def test_what_still_owes_money_stays_open(database: Database, refund: str):
    number = settled(database, refund)
    tend(database, -30)
    assert stored(database, number).status == "refunded"
