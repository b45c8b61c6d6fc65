"""Problems that were reported, and returns that settle them: nothing is asked twice."""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import give_back
from actions.returns.deciding import Piece, Wanted, judge, pieces_of
from domain.cases import Case
from domain.commands import ReturnedPieces
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.orders import Order
from domain.problems import ALL_ITEMS, Problem
from domain.return_policy import Undecided
from domain.returns import NEVER_CAME, Outcome, Resolution, ReturnLine, ReturnReason
from storage.unit_of_work import UnitOfWork

#: What a kind of problem is as a reason to send something back.
REASONS = {
    f"problem.{Problem.DAMAGED.value}": ReturnReason.DAMAGED,
    f"problem.{Problem.WRONG_ITEM.value}": ReturnReason.WRONG_ITEM,
    f"problem.{Problem.MISSING.value}": ReturnReason.MISSING,
}
_BUTTONS = ((Resolution.EXCHANGE, "choice.send_new_one"), (Resolution.KEEP, "choice.keep_it"))
#: What never came is brought, or paid back, and nothing is sent back.
_OF_MISSING = ((Resolution.EXCHANGE, "choice.send_missing"), (Resolution.REFUND, "choice.money_for_missing"))


def offers(case: Case, order: Order, uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """What settles a reported problem at once, as the policy would decide it: sending it back, a new one, or keeping it; of what
    is missing that it is brought, or the money.
    Nothing where a person must decide, or nothing is left to return.
    """
    if case.kind not in REASONS:
        return ()
    pieces = [piece for piece in pieces_of(order, uow) if piece.returnable and _is_about(case, piece)]
    if not pieces:
        return ()
    possible = [_possible(case, piece, uow, at) for piece in pieces]
    allowed = [each for each in Resolution if all(each in some for some in possible)]
    missing = REASONS[case.kind] in NEVER_CAME
    if not allowed or (missing and _is_about_all(case)):
        return ()
    what = {"everything": True} if _is_about_all(case) else {"product": [pieces[0].sku]}
    slots = {"order": order.number, **what}
    back = () if missing else (Choice(label="choice.send_it_back", command="StartReturn", slots=slots),)
    others = [
        Choice(label=label, command="StartReturn", slots={**slots, "resolution": each.value})
        for each, label in (_OF_MISSING if missing else _BUTTONS)
        if each in allowed and (each != Resolution.EXCHANGE or _are_there(pieces, order, uow))
    ]
    return (*back, *others)


def as_reported(line: ReturnedPieces, piece: Piece, uow: UnitOfWork) -> tuple[ReturnedPieces, str]:
    """A line with what was said of it when it was reported, and the words; as it is where nothing was."""
    if line.reason is not None:
        return line, ""
    for case in uow.cases.of_order(piece.order.number):
        if case.kind in REASONS and _is_about(case, piece):
            photos = tuple(case.detail.get("photos") or ())
            told = {"reason": REASONS[case.kind], "photos": line.photos or photos}
            return line.model_copy(update=told), "\n".join(case.detail.get("words") or ())
    return line, ""


def take_over(lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What was reported of these pieces is settled by their return; whoever waited for a person is told."""
    names = uow.stock.products({line.sku for line in lines})
    notices: list[Notice] = []
    for number in dict.fromkeys(line.order_number for line in lines):
        mine = {names[line.sku].name for line in lines if line.order_number == number}
        for case in uow.cases.of_order(number):
            if case.kind in REASONS and (case.detail.get("item") in mine or _is_about_all(case)):
                uow.record(case.resolve(at))
                notices += give_back(case, uow, at)
    return notices


def _possible(case: Case, piece: Piece, uow: UnitOfWork, at: Moment) -> tuple[Resolution, ...]:
    """What the policy gives for reported pieces; what could still be, where it needs to know more."""
    quantity = 1 if piece.returnable == 1 else None
    photos = tuple(case.detail.get("photos") or ())
    found = judge(Wanted(piece.order.number, piece.sku, quantity, REASONS[case.kind], None, photos), uow, at)
    if isinstance(found, Undecided):
        return () if REASONS[case.kind] in NEVER_CAME else (Resolution.REFUND, Resolution.EXCHANGE)
    return found.terms.resolutions if found.outcome == Outcome.APPROVE else ()


def _are_there(pieces: Sequence[Piece], order: Order, uow: UnitOfWork) -> bool:
    free = uow.stock.peek([order.depot_id or 0], [piece.sku for piece in pieces])
    return all(free.get((order.depot_id or 0, piece.sku), 0) > 0 for piece in pieces)


def _is_about(case: Case, piece: Piece) -> bool:
    return case.detail.get("item") == piece.name or _is_about_all(case)


def _is_about_all(case: Case) -> bool:
    return case.detail.get("item") in {ALL_ITEMS, None}
