"""A return that our own driver collects: its window, what its customer is told of it, and that nobody comes after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from actions.cases import begin
from actions.returns.booking import call_off_pickup
from actions.returns.stepping import next_step
from actions.returns.told import live_name
from domain.cases import Case
from domain.moment import Moment
from domain.notices import Item, Notice, PickupOff, PickupPlanned
from domain.returns import RETURNS, Outcome, Return, ReturnLine, ReturnStatus
from domain.routes import TaskKind
from storage.routes import Due
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: The exception that a return is on no route of the day it was to be collected.
PICKUP_NOT_PLANNED = "pickup_not_planned"
#: The exception that a return could not be collected, and what a customer could choose was tried.
PICKUP_FAILED = "pickup_failed"
#: The exception that an exchange was delivered and what it replaces was not given back.
OLD_NOT_GIVEN = "old_not_given"
#: The exception that the code of a return was wrong too often at the door.
PICKUP_CODE_FAILED = "pickup_code_failed"


def pickup_due(made: Return, uow: UnitOfWork) -> Due | None:
    """Where a return that is to be collected is on a route planned or under way."""
    return uow.routes.due(made.number) if made.status == S.PICKUP_PLANNED else None


# What is in it


def coming_back(lines: Iterable[ReturnLine]) -> list[ReturnLine]:
    """The lines that come back: none that was rejected."""
    return [line for line in lines if line.outcome != Outcome.REJECT]


def items_back(returns: Sequence[Return], uow: UnitOfWork) -> dict[str, tuple[Item, ...]]:
    """Per return number what is to be collected; of what was collected, so many pieces as there were."""
    if not returns:
        return {}
    lines = coming_back(uow.returns.lines(*returns))
    names = uow.stock.products({line.sku for line in lines})
    numbers = {made.id: made.number for made in returns}
    found: dict[str, list[Item]] = {made.number: [] for made in returns}
    for line in lines:
        pieces = line.quantity if line.collected is None else line.collected
        if pieces:
            found[numbers[line.return_id]].append(Item(name=names[line.sku].name, quantity=pieces))
    return {number: tuple(items) for number, items in found.items()}


# The window


def planned(
    made: Return, items: Mapping[str, tuple[Item, ...]], uow: UnitOfWork, at: Moment, *, again: bool = False,
    left: bool = False,
) -> PickupPlanned:  # fmt: skip
    """That somebody comes, and when: as it was just told."""
    assert made.told_start is not None, "it was just told"
    assert made.told_end is not None, "it was just told"
    return PickupPlanned(
        about=made.number, to=made.customer_id, number=made.number, items=items[made.number], start=made.told_start,
        end=made.told_end, again=again, left=left, code=made.code, good_until=made.told_end, live=live_name(made),
        choices=next_step(made, uow, at),
    )  # fmt: skip


def live(made: Return) -> str:
    """What the message about a return is called, which later ones take the place of."""
    return live_name(made)


def told_off(
    made: Return, uow: UnitOfWork, at: Moment, why: str, *, person: bool = False, day: date | None = None
) -> PickupOff:
    """What a customer hears to whom nobody comes."""
    return PickupOff(
        about=made.number, to=made.customer_id, number=made.number, items=items_back([made], uow)[made.number], why=why,
        day=day, person=person, live=live_name(made), choices=next_step(made, uow, at),
    )  # fmt: skip


def nobody_collects(numbers: Iterable[str], why: str, uow: UnitOfWork, at: Moment, **detail: object) -> list[Notice]:
    """Nobody comes for these returns today after all (orders among the numbers are left alone): each is an exception, and its
    customer chooses another day."""
    notices: list[Notice] = []
    for made in uow.returns.named(each for each in numbers if each.startswith(RETURNS)):
        if made.status != S.PICKUP_PLANNED:
            continue
        day = made.pickup_day
        told = {"day": day.isoformat() if day is not None else None, **detail}
        open_trouble(PICKUP_NOT_PLANNED, made, uow, at, **told)
        call_off_pickup(made, uow, at, why)
        notices.append(told_off(made, uow, at, why, day=day))
    return notices


def named(number: str) -> dict[str, Any]:
    """The fields of a task that say what it is about: an order to bring, or a return to collect."""
    if number.startswith(RETURNS):
        return {"return_number": number, "kind": TaskKind.PICKUP.value}
    return {"order_number": number}


# Exceptions


def open_trouble(kind: str, made: Return, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    """Something about a return needs a person; the same trouble is one case."""
    known = next((case for case in uow.cases.of_kind(kind) if case.detail.get("return_number") == made.number), None)
    if known is not None:
        known.detail = {**known.detail, **detail}
        return known
    depot = uow.depots.get(made.depot_id).code if made.depot_id is not None else None
    lines = uow.returns.lines(made)
    case = Case(
        kind=kind, order_number=lines[0].order_number if lines else None, customer_id=made.customer_id, opened_at=at.now,
        detail={**detail, "return_number": made.number, "depot": depot},
    )  # fmt: skip
    return begin(case, uow, at)


def settle_trouble(kinds: Iterable[str], numbers: Iterable[str], uow: UnitOfWork, at: Moment) -> None:
    """What was wrong with returns has come right by itself."""
    wanted = set(numbers)
    for kind in kinds if wanted else ():
        for case in uow.cases.of_kind(kind):
            if case.detail.get("return_number") in wanted:
                uow.record(case.resolve(at))
