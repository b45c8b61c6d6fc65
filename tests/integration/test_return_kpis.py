"""Key figures of returns, counted by hand: what comes back, who decided, how long money takes, what is sold again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from actions.numbers import answer
from actions.perform import perform
from bot.numbers import csv_of
from domain.commands import AskNumbers, ShowKpis
from domain.events import note
from domain.moment import SYSTEM, Actor, Role
from domain.notices import KpisShown, ShownKpi
from domain.orders import OrderStatus
from domain.refunds import Refund, RefundStatus
from domain.refusals import Refusal
from domain.returns import Disposition, Return, ReturnStatus
from domain.values import Days
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, Business, a_customer, a_return, an_order, business, moment, return_policy

S = ReturnStatus
WEEK = Days(date(2026, 5, 4), date(2026, 5, 10))
BEFORE = Days(date(2026, 4, 27), date(2026, 5, 3))


@pytest.fixture
def shop(database: Database) -> Business:
    """Three orders handed over today: two of two kettles (€39.90) and a grinder (€189) each, one of three toasters, and five returns of theirs:

    - a kettle no longer wanted, unopened: by rule approved; received after two days, found as new, refunded on the third;
    - a grinder that does not work: by rule approved; received after four days, refurbished, refunded six days later;
    - a kettle that came damaged, with a photo: by rule approved, and not sent yet;
    - a grinder for another reason: reviewed, and not decided;
    - two toasters no longer wanted, sold as final sale: by rule rejected.
    """
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        made.products["SKU-3"].tags = ["final_sale"]
        maria = a_customer(session, name="Ada Lindqvist", email="ada@example.com", phone="+4930901999")
        day = {"day": NOW.date(), "now": NOW + timedelta(hours=8), "status": "delivered"}
        one, two = (an_order(session, made, **day, customer=maria) for _ in range(2))
        three = an_order(session, made, **day, lines=(("SKU-3", 3),))
        first = a_return(
            session, one, "SKU-1", words="Ada here, not needed, call 030 9018200 or ada@example.com", now=at(10)
        )
        grinder = a_return(session, one, "SKU-2", reason="defective", words="it stopped grinding", now=at(10))
        damaged = a_return(session, two, "SKU-1", reason="damaged", now=at(20), photos=("x" * 22,))
        other = a_return(session, two, "SKU-2", reason="other", now=at(20))
        a_return(session, three, "SKU-3", quantity=2, now=at(30))
        uow = UnitOfWork(session, SYSTEM)
        through(uow, first, received=48 + 10, refunded=72 + 10, amount=3_990)
        through(uow, grinder, received=96 + 10, refunded=240 + 10, amount=18_000, disposition=Disposition.REFURBISH)
        assert (damaged.status, other.status) == (S.APPROVED, S.REVIEW)
        return made


def at(hours: float):
    return NOW + timedelta(hours=hours)


def through(
    uow: UnitOfWork,
    made: Return,
    *,
    received: float,
    refunded: float,
    amount: int,
    disposition: str = Disposition.RESTOCK,
) -> None:
    """Sent, received, looked at an hour later and refunded, at these hours after NOW."""
    line = uow.returns.lines(made)[0]
    line.received, line.accepted, line.disposition = line.quantity, line.quantity, disposition
    refund = Refund(
        key=f"{made.number}:1", return_id=made.id, order_number=line.order_number, amount=amount, currency="EUR", created_at=at(refunded)
    )  # fmt: skip
    uow.add(refund)
    uow.record(
        made.move(S.IN_TRANSIT, moment(now=at(received - 1))), made.move(S.RECEIVED, moment(now=at(received))),
        made.move(S.INSPECTED, moment(now=at(received + 1))), made.move(S.REFUNDED, moment(now=at(refunded))),
        refund.move(RefundStatus.ISSUED, moment(now=at(refunded))),
    )  # fmt: skip
    uow.flush()


def told(database: Database, days: Days, **values: object) -> KpisShown:
    asked = ShowKpis(period=days, **values)  # type: ignore[arg-type]
    ((notice,), _) = perform(database, [asked], moment(OFFICE, now=at(24 * 20)))
    assert isinstance(notice, KpisShown)
    return notice


def figures(database: Database, days: Days) -> dict[str, ShownKpi]:
    return {each.kpi: each for each in told(database, days).kpis}


def test_a_week_comes_to_what_is_counted_by_hand(database, shop):
    found = {name: (each.value, each.top, each.bottom) for name, each in figures(database, WEEK).items()}
    kept = {"return_rate", "returns_by_rule", "refund_time", "refund_since_asked", "recovered", "refunded"}
    assert {name: each for name, each in found.items() if name in kept} == {
        "return_rate": (33.3333, 3, 9),  # kettle, grinder, damaged kettle of 2 × (2 + 1) + 3 pieces
        "returns_by_rule": (100.0, 4, 4),  # what waits for a person is not decided
        "refund_time": (1.0, 1, 1),  # the kettle: received after 58 hours, refunded after 82
        "refund_since_asked": (3.0, 1, 1),  # asked after 10 hours
        "recovered": (100.0, 3_990 + 18_900, 3_990 + 18_900),
        "refunded": (5.9349, 3_990, 2 * 26_880 + 3 * 4_490),
    }


def test_what_happened_a_week_later_counts_then(database, shop):
    later = figures(database, Days(date(2026, 5, 11), date(2026, 5, 17)))
    assert (later["refund_time"].value, later["refund_since_asked"].value) == (6.0, 10.0)
    assert "return_rate" not in later  # nothing was handed over
    assert not {"return_rate", "refund_time"} & set(figures(database, BEFORE))


def test_a_person_s_decisions_count_against_the_rules(database, shop):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        (waiting,) = uow.returns.waiting()
        uow.record(waiting.move(S.APPROVED, moment(Actor(Role.DISPATCHER, 1), now=at(40))))
        uow.flush()
    found = figures(database, WEEK)
    assert (found["returns_by_rule"].top, found["returns_by_rule"].bottom) == (4, 5)
    assert (found["return_rate"].top, found["return_rate"].bottom) == (4, 9)


def test_planned_and_off_again_is_one_return(database, shop):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        (damaged,) = uow.returns.waiting(S.APPROVED)
        uow.record(damaged.move(S.PICKUP_PLANNED, moment(now=at(41))), damaged.move(S.APPROVED, moment(now=at(42))))
        uow.record(damaged.move(S.CANCELLED, moment(now=at(300))))
        uow.flush()
    assert figures(database, WEEK)["return_rate"].top == 3


def test_what_was_thrown_away_is_not_recovered(database, shop):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        (grinder,) = (line for line in uow.returns.lines(uow.returns.get("RET-1002")))
        grinder.disposition = Disposition.SCRAP
    found = figures(database, WEEK)["recovered"]
    assert (found.value, found.top, found.bottom) == (17.4312, 3_990, 22_890)


def test_products_and_reasons_come_with_what_customers_said_and_not_with_who_they_are(database, shop):
    shown = told(database, WEEK, kpi="return_rate")
    assert [(each.sku, each.returned, each.delivered, each.reasons) for each in shown.most_returned] == [
        ("SKU-1", 2, 4, {"changed_mind": 1, "damaged": 1}),
        ("SKU-2", 1, 2, {"defective": 1}),
    ]
    said = {each.reason: (each.pieces, each.quotes) for each in shown.return_reasons}
    assert said == {
        "changed_mind": (1, ("… here, not needed, call … or …",)),
        "damaged": (1, ()),
        "defective": (1, ("it stopped grinding",)),
    }


def test_a_part_counts_when_it_is_handed_over(database):
    """Two of three pieces on Monday, the third on Tuesday."""
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="partially_delivered", day=NOW.date(), now=NOW + timedelta(hours=7))
        uow = UnitOfWork(session, SYSTEM)
        uow.record(note(order, "handed_over", moment(now=at(7)), pieces={"SKU-1": 2, "SKU-2": 0}))
        for status, hours in zip(
            (OrderStatus.RESCHEDULED, OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED),
            (8, 20, 21, 24),
            strict=True,
        ):
            uow.record(order.move(status, moment(now=at(hours))))
        uow.flush()
    pieces = {
        day: figures(database, Days(date(2026, 5, day), date(2026, 5, day)))["return_rate"].bottom for day in (4, 5)
    }
    assert pieces == {4: 2, 5: 1}


# Questions about numbers


def asked(database: Database, **values: object):
    ((notice,), _) = perform(database, [AskNumbers(what="returns", period=WEEK, **values)], moment(OFFICE, now=at(200)))
    return notice


def test_returns_are_counted_once_however_many_products_are_in_them(database, shop):
    with database.writing() as session:
        shop = Business(shop.depot, shop.customer, shop.products)
        order = an_order(session, shop, status="delivered", day=NOW.date(), now=NOW)
        a_return(session, order, "SKU-1", "SKU-2", now=at(30))
    assert asked(database).total == 6
    by_product = asked(database, by=("sku",))
    assert by_product.total == 6
    assert {each.values[0]: each.count for each in by_product.groups} == {
        "Kettle (SKU-1)": 3, "Espresso grinder (SKU-2)": 3, "Toaster (SKU-3)": 1,
    }  # fmt: skip


def test_returns_are_narrowed_and_split(database, shop):
    reasons = {each.values[0]: each.count for each in asked(database, by=("reason",)).groups}
    assert reasons == {"changed_mind": 2, "defective": 1, "damaged": 1, "other": 1}
    assert asked(database, return_status="review").total == 1
    assert asked(database, return_reason="damaged", about=("kettle",)).total == 1
    narrowed = asked(database, about=("espresso grinder",), by=("status",))
    assert narrowed.filters == {"sku": "SKU-2"}
    assert {each.values[0]: each.count for each in narrowed.groups} == {"review": 1, "refunded": 1}
    days = asked(database, by=("day",))
    assert [(each.values[0], each.count) for each in days.groups] == [("2026-05-04", 2), ("2026-05-05", 3)]
    with pytest.raises(Refusal) as refused:
        asked(database, about=("samovar",))
    assert refused.value.text == "refused.unknown_filter"


def test_the_file_has_the_number_and_the_product_of_each(database, shop):
    command = AskNumbers(what="returns", period=WEEK)
    with database.reading() as session:
        found = answer(command, UnitOfWork(session, SYSTEM), moment(OFFICE, now=at(200)))
    lines = csv_of(found, command, lambda name: name).decode("utf-8-sig").splitlines()
    columns = lines[0].split(",")
    first = dict(zip(columns, lines[1].split(","), strict=True))
    assert len(lines) == 6
    assert (first["return_number"], first["sku"], first["product"], first["pieces"], first["reason"]) == (
        "RET-1001", "SKU-1", "Kettle", "1", "changed_mind",
    )  # fmt: skip
