"""Exceptions: what a person must look into."""

from __future__ import annotations

from collections.abc import Set

from domain.cases import Case
from domain.commands import ResolveCase
from domain.events import note
from domain.moment import Moment
from domain.notices import CaseResolved, Choice, Notice, PinWaived
from domain.orders import Order
from storage.unit_of_work import UnitOfWork

#: The exception that an order's PIN was wrong too often.
PIN_FAILED = "pin_failed"


def open_case(kind: str, order: Order, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    """Something about an order needs a person; the same trouble is one case."""
    known = next((case for case in uow.cases.of_order(order.number) if case.kind == kind), None)
    if known is not None:
        known.detail = {**known.detail, **detail}
        return known
    case = Case(kind=kind, order_number=order.number, customer_id=order.customer_id, opened_at=at.now, detail=detail)
    uow.add(case)
    uow.record(note(case, "opened", at, None, "open", kind=kind))
    return case


def resolve_cases(order: Order, kinds: Set[str], uow: UnitOfWork, at: Moment) -> None:
    """What was wrong with an order has come right by itself."""
    for case in uow.cases.of_order(order.number):
        if case.kind in kinds and case.is_open:
            uow.record(case.resolve(at))


def resolve_case(command: ResolveCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Settle an exception; one that is settled stays so. About a PIN it means that the order may go without."""
    case = uow.cases.get(command.case)
    already = not case.is_open
    if not already:
        uow.record(case.resolve(at))
    waived = _waive_pin(case.order_number, uow, at) if case.kind == PIN_FAILED and not already else []
    return [CaseResolved(reference=case.name, already=already), *waived]


def _waive_pin(number: str | None, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person has looked who the customer is: the driver hears that the order may be handed over without its PIN."""
    order = uow.orders.find(number, lock=True) if number is not None else None
    if order is None:
        return []
    order.proof_required, order.code_tries = False, 0
    uow.record(note(order, "pin_waived", at))
    return [
        PinWaived(
            driver=route.driver_id, about=order.number, number=order.number,
            choices=(Choice(label="choice.delivered", command="Deliver", slots={"visits": [task.stop_id]}),),
        )
        for task, route in uow.routes.live_tasks([order.number])
        if route.driver_id is not None
    ]  # fmt: skip


def open_about(kind: str, subject: str, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    """Something that is about no order needs a person; the same trouble with the same thing is one case."""
    known = next((case for case in uow.cases.of_kind(kind) if case.detail.get("subject") == subject), None)
    if known is not None:
        known.detail = {**known.detail, **detail}
        return known
    case = Case(kind=kind, opened_at=at.now, detail={**detail, "subject": subject})
    uow.add(case)
    uow.record(note(case, "opened", at, None, "open", kind=kind))
    return case


def resolve_about(kind: str, subject: str, uow: UnitOfWork, at: Moment) -> None:
    """What was wrong with something has come right by itself."""
    for case in uow.cases.of_kind(kind):
        if case.detail.get("subject") == subject:
            uow.record(case.resolve(at))


def file_case(kind: str, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    """Something that is about no order needs a person; it is filed with the chat it was said in."""
    chat = uow.chat
    case = Case(
        kind=kind, conversation_id=chat.id if chat is not None else None, opened_at=at.now, detail=detail
    )  # fmt: skip
    uow.add(case)
    uow.record(note(case, "opened", at, None, "open", kind=kind))
    return case
