"""What follows from what was found at the dock: it is settled as expected, or a person decides about the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.cases import begin
from actions.returns.opening import terms_of
from actions.returns.settling import settle
from actions.returns.stocking import put_away
from actions.returns.told import live_name
from domain.cases import Case
from domain.inspecting import Found, differences, disposition_of, expected_grade, worst
from domain.moment import Moment
from domain.notices import Choice, Inspected, Notice
from domain.return_signals import SignalCode
from domain.returns import Grade, Return, ReturnLine, ReturnStatus, approved_of
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: The exception that something else was found than expected; goods that go back to a customer.
DIFFERENCE, GOODS_BACK = "return_inspection", "return_goods_back"
#: The signal that a parcel weighs something else than its goods.
WEIGHT = SignalCode.WEIGHT


def inspect_unseen(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Settle goods that the rules do not want inspected: they are taken to be as the customer said."""
    lines = approved_of(uow.returns.lines(made))
    for line in lines:
        grade = expected_grade(line.reason, line.opened)
        keep_found(line, [Found(line.quantity, grade, disposition_of(grade, terms_of(line).disposition))])
    uow.record(made.move(S.INSPECTED, at, inferred=True))
    return judge_found(made, lines, uow, at)[1:]


def keep_found(line: ReturnLine, found: Sequence[Found]) -> None:
    """What was found of a line; its own values are those of the worst pieces. What nobody said a bin of goes where its rule
    says."""
    found = [_in_bin(each, line) for each in found]
    here = [each for each in found if each.pieces] or list(found)
    of_all = worst([each.grade for each in here])
    main = next(each for each in here if each.grade == of_all)
    line.found = [each.facts() for each in found]
    line.received, line.grade = sum(each.pieces for each in found), of_all.value
    line.disposition = main.disposition.value if main.disposition is not None else None
    line.bin, line.serial, line.note = main.bin, main.serial, main.note


def _in_bin(found: Found, line: ReturnLine) -> Found:
    """With the bin of the rule, where none was said and the goods become what the rule says."""
    terms = terms_of(line)
    meant = found.bin is None and bool(terms.bin) and found.disposition == terms.disposition
    return replace(found, bin=terms.bin) if meant else found


def judge_found(made: Return, lines: list[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Accept what is as expected; where all is, settle it, else file what differs for a person."""
    weighs = [each for each in made.signals if each.get("code") == WEIGHT]
    open_: list[tuple[ReturnLine, list[str]]] = []
    for line in lines:
        found = [Found.of(each) for each in line.found]
        differs = differences(line.quantity, found, line.reason, line.opened)
        if not differs and not weighs:
            line.accepted = line.quantity
            store(line, line.quantity, uow, at)
        else:
            open_.append((line, [*differs, *([WEIGHT] if weighs else [])]))
    uow.flush()
    if open_:
        _file(made, open_, uow, at)
        return [inspected(made, uow)]
    settled = settle(made, uow, at)
    return [inspected(made, uow), *settled]


def store(line: ReturnLine, accepted: int, uow: UnitOfWork, at: Moment) -> int:
    """Put the accepted pieces of a line away, those in the best condition first; how many are left that nobody accepted."""
    left = accepted
    rest = 0
    for each in sorted((Found.of(one) for one in line.found), key=lambda one: list(Grade).index(one.grade)):
        pieces = min(left, each.pieces)
        wrong = each.grade == Grade.WRONG
        put_away(line, pieces, None if wrong else each.disposition, each.bin, uow, at)
        left -= pieces
        rest += each.pieces - pieces
    return rest


def _file(made: Return, differing: Sequence[tuple[ReturnLine, list[str]]], uow: UnitOfWork, at: Moment) -> None:
    """Let a person decide: both what was expected and what was found."""
    products = uow.stock.products({line.sku for line, _ in differing})
    told = [
        {
            "name": products[line.sku].name, "sku": line.sku, "differs": differs, "expected": line.quantity,
            "received": line.received, "said": expected_grade(line.reason, line.opened).value, "grade": line.grade,
            "note": line.note,
        }
        for line, differs in differing
    ]  # fmt: skip
    photos = [photo for line, _ in differing for each in line.found for photo in each.get("photos", [])]
    file_return(DIFFERENCE, made, differing[0][0].order_number, uow, at, differing=told, photos=photos)


def file_return(kind: str, made: Return, order: str, uow: UnitOfWork, at: Moment, **detail: Any) -> Case:
    """An exception about a return."""
    case = Case(
        kind=kind, order_number=order, customer_id=made.customer_id, opened_at=at.now,
        detail={"return_number": made.number, **{name: each for name, each in detail.items() if each}},
    )  # fmt: skip
    return begin(case, uow, at)


def inspected(made: Return, uow: UnitOfWork, *, decided: bool = False) -> Inspected:
    """What whoever looked into a parcel is told: what became of it, and what is still to be done."""
    lines = approved_of(uow.returns.lines(made))
    products = uow.stock.products({line.sku for line in lines})
    told = [
        {
            "name": products[line.sku].name, "quantity": line.quantity, "received": line.received, "grade": line.grade,
            "accepted": line.accepted, "disposition": line.disposition, "bin": line.bin,
        }
        for line in lines
    ]  # fmt: skip
    next_ = next((line for line in lines if line.received is None), None)
    slots = {"return_number": made.number, "product": next_.sku} if next_ is not None else {}
    again = Choice(label="choice.inspect_next", command="InspectReturn", slots=slots)
    waits = made.status == S.INSPECTED and any(line.accepted is None for line in lines)
    return Inspected(
        about=lines[0].order_number if lines else None, number=made.number, status=made.status, found=told, waits=waits,
        resolution=made.resolution, decided=decided, thread=live_name(made),
        choices=(again,) if next_ is not None and made.status == S.RECEIVED else decisions(made) if waits else (),
    )  # fmt: skip


def decisions(made: Return) -> tuple[Choice, ...]:
    """Buttons for whoever decides what counts of what was found."""
    slots = {"return_number": made.number}
    return (
        Choice(label="choice.accept_found", command="DecideInspection", slots={**slots, "accept": "found"}),
        Choice(label="choice.accept_all", command="DecideInspection", slots={**slots, "accept": "all"}),
        Choice(
            label="choice.accept_pieces", command="DecideInspection", slots={**slots, "accept": "pieces"}, form=True
        ),
        Choice(label="choice.accept_none", command="DecideInspection", slots={**slots, "accept": "none"}, form=True),
    )
