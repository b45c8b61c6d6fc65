"""Several people press at once, and people press what is not theirs: what is done is done once, by who may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.approvals import Approval
from domain.cases import Case
from domain.commands import Approve, OwnCase, Reject
from domain.events import Event
from domain.fleet import Driver
from domain.moment import SYSTEM, Actor, Role
from domain.refusals import Refusal
from domain.staff import EVERYWHERE
from domain.stock import StockLevel
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_case, a_staff_member, an_order, business, moment
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def at_once(work: Sequence[Callable[[], object]]) -> list[object]:
    """What comes of things that are done in the same moment; a refusal's reason where it is one."""
    ready = Barrier(len(work))

    def one(each: Callable[[], object]) -> object:
        ready.wait()
        try:
            return each()
        except Refusal as refusal:
            return refusal.text

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def test_what_is_approved_by_two_at_once_is_done_once(database, shop):
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zzware", "warehouse"), channel="terminal")
    assert mia.say(
        "write off 10", "adjust_stock", product="SKU-2", quantity=10, depot="north", reason="broken"
    ) == ["desk.approval_asked"]  # fmt: skip
    bosses = [a_staff_member(database, f"Boss Zz{n}", "manager") for n in range(4)]
    kinds = (Approve, Approve, Reject, Approve)
    at_once(
        [
            lambda who=who, kind=kind: perform(database, [kind(approval="A-1001")], moment(Actor(Role.MANAGER, who)))
            for who, kind in zip(bosses, kinds, strict=True)
        ]
    )
    with database.reading() as session:
        approval = session.scalars(select(Approval)).one()
        left = session.scalars(select(StockLevel.on_hand).where(StockLevel.sku == "SKU-2")).one()
        assert left == (40 if approval.status == "approved" else 50)
        decided = session.scalars(select(Event).where(Event.noun == "approval", Event.change == "status")).all()
        assert [each.after for each in decided if each.after != "asked"] == [approval.status]
        assert approval.decided_by == next(each.person for each in decided if each.after == approval.status)


def test_what_is_taken_by_two_at_once_is_one_persons_and_the_other_hears(database, shop):
    with database.writing() as session:
        reference = a_case(session, "not_planned", an_order(session, shop)).name
    people = [a_staff_member(database, f"Dis Zz{n}", "dispatcher") for n in range(3)]
    done = at_once(
        [
            lambda who=who: perform(database, [OwnCase(case=reference)], moment(Actor(Role.DISPATCHER, who)))
            for who in people
        ]
    )
    with database.reading() as session:
        owner = session.scalars(select(Case.owner_id)).one()
        taken = session.scalars(
            select(Event).where(Event.noun == "case", Event.person.is_not(None)).order_by(Event.id)
        ).all()
    assert [each.person for each in taken if each.change in {"status", "owner"}][-1] == owner
    others = sorted(
        notice.other for notices, _ in done for notice in notices if hasattr(notice, "other") and notice.other
    )
    assert len(others) == len(people) - 1  # whoever came later hears whose it was


@pytest.mark.parametrize("who", ["customer", "driver", "nobody", "left"])
def test_nobody_else_presses_a_button_of_the_room(database, shop, who):
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        chats.get(chats.find_or_add("slack", "C1", NOW)).desk = EVERYWHERE
        reference = a_case(session, "not_planned", an_order(session, shop)).name
        session.add(driving := Driver(depot_id=shop.depot.id, code="d9", name="Tom Zz", phone="+4930555019"))
        session.flush()
        driver = driving.id
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zz", "dispatcher"), channel="slack", address="C1/U1")
    assert mia.say(f"show {reference}", "show_case") == ["desk.case"]
    button = next(each["id"] for each in mia.choices() if each["label"] == "choice.own")
    left = a_staff_member(database, "Leo Zz", "viewer")
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).people.get(left).active = False
    whose = {
        "customer": {"customer_id": shop.customer.id}, "driver": {"driver_id": driver}, "nobody": {}, "left": {"staff_id": left},
    }[who]  # fmt: skip
    for channel in ("slack", "telegram"):
        assert Talk(database, channel=channel, **whose).press_id(button) != ["desk.case_done"]
    with database.reading() as session:
        assert session.scalars(select(Case.owner_id)).one() is None
    max_ = Talk(database, staff_id=a_staff_member(database, "Max Zz", "viewer"), channel="slack", address="C1/U2")
    assert max_.press_id(button) == ["refused.not_your_role"]
