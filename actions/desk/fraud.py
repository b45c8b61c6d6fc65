"""Marks of fraud: what a person found, which makes the customer's next returns wait for one; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.returns.told import live_name
from domain.commands import MarkFraud, UnmarkFraud
from domain.customers import Customer
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Choice, FraudMarked, Notice
from domain.refusals import Refusal
from domain.returns import Return
from storage.unit_of_work import UnitOfWork

#: The changes of a return that say a mark was set with it, and taken back.
MARKED, UNMARKED = "fraud_marked", "fraud_unmarked"


def describe_marking(command: MarkFraud, uow: UnitOfWork, at: Moment) -> Mapping[str, Any]:
    """Whom it is about, and what follows."""
    made = uow.returns.get(command.return_number)
    customer = uow.customers.get(made.customer_id)
    _check_not_marked(made, uow)
    return {"number": made.number, "customer": customer.name, "marks": customer.fraud_marks, "reason": command.reason}


def mark_fraud(command: MarkFraud, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The customer has one mark more; nobody tells them, and what they have asked for is decided as ever. Refuses a second
    one for the same return."""
    made = uow.returns.get(command.return_number, lock=True)
    _check_not_marked(made, uow)
    customer = uow.customers.get(made.customer_id)
    before, customer.fraud_marks = customer.fraud_marks, customer.fraud_marks + 1
    uow.record(note(made, MARKED, at, before, customer.fraud_marks, reason=command.reason), _of(customer, before, at))
    undo = Choice(label="choice.undo", command="UnmarkFraud", slots={"return_number": made.number})
    return [_told(made, customer, choices=(undo,))]


def unmark_fraud(command: UnmarkFraud, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The mark that was set with a return is taken back. Refuses where none is."""
    made = uow.returns.get(command.return_number, lock=True)
    customer = uow.customers.get(made.customer_id)
    if not _is_marked(made, uow) or customer.fraud_marks < 1:
        raise Refusal("not_marked", return_number=made.number)
    before, customer.fraud_marks = customer.fraud_marks, customer.fraud_marks - 1
    uow.record(note(made, UNMARKED, at, before, customer.fraud_marks), _of(customer, before, at))
    return [_told(made, customer, back=True)]


def _of(customer: Customer, before: int, at: Moment) -> Any:
    return note(Thing("customer", str(customer.id)), "fraud_marks", at, before, customer.fraud_marks)


def _told(made: Return, customer: Customer, *, back: bool = False, choices: tuple[Choice, ...] = ()) -> FraudMarked:
    return FraudMarked(
        thread=live_name(made), customer=customer.name, number=made.number, marks=customer.fraud_marks, back=back,
        choices=choices,
    )  # fmt: skip


def _is_marked(made: Return, uow: UnitOfWork) -> bool:
    uow.flush()
    found = uow.history.latest("return", [made.number], 1, [(MARKED, None), (UNMARKED, None)])
    return bool(found) and found[0].change == MARKED


def _check_not_marked(made: Return, uow: UnitOfWork) -> None:
    if _is_marked(made, uow):
        raise Refusal("marked_already", return_number=made.number)
