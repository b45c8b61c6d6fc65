"""Returns that wait for a person: each is an exception, so that it has an owner, a deadline and a talk with its customer."""

from __future__ import annotations

from collections.abc import Sequence

from actions.cases import begin, give_back
from domain.cases import RETURN_REVIEW, Case
from domain.moment import Moment
from domain.notices import Notice
from domain.returns import Return, ReturnLine
from storage.unit_of_work import UnitOfWork


def begin_review(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> Case:
    """A person looks at a return from now on; it is one exception however often it is said."""
    known = case_of(made, uow)
    if known is not None:
        return known
    depot = uow.depots.get(made.depot_id).code if made.depot_id is not None else None
    case = Case(
        kind=RETURN_REVIEW, order_number=lines[0].order_number, customer_id=made.customer_id,
        conversation_id=made.conversation_id, opened_at=at.now,
        detail={"return_number": made.number, "depot": depot, "photos": []},
    )  # fmt: skip
    return begin(case, uow, at)


def case_of(made: Return, uow: UnitOfWork) -> Case | None:
    """The open exception of a return that waits for a person."""
    orders = [line.order_number for line in uow.returns.lines(made)]
    return next((each for each in uow.cases.of_orders(orders) if _is_of(each, made)), None)


def last_case_of(made: Return, uow: UnitOfWork) -> Case | None:
    """The exception that was, of a return that is decided."""
    found = [each for each in uow.cases.since(RETURN_REVIEW, made.created_at) if _is_of(each, made)]
    return max(found, key=lambda case: case.id or 0, default=None)


def _is_of(case: Case, made: Return) -> bool:
    return is_review(case) and case.detail.get("return_number") == made.number


def is_review(case: Case) -> bool:
    """Whether an exception is that a return waits for a person."""
    return case.kind == RETURN_REVIEW


def end_review(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """It is decided: nobody need look any more, and the assistant answers the customer again."""
    case = case_of(made, uow)
    if case is None:
        return []
    uow.record(case.resolve(at))
    return give_back(case, uow, at)
