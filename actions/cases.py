"""Exceptions: what a person must look into."""

from __future__ import annotations

from collections.abc import Set

from domain.cases import RETURN_REVIEW, Case, due_at
from domain.commands import ResolveCase
from domain.events import note
from domain.moment import Moment
from domain.notices import CaseNews, CaseResolved, ChatHeard, Choice, HandedBack, Media, Notice, PinWaived
from domain.orders import Order
from domain.refusals import Refusal
from domain.staff import EVERYWHERE
from storage.unit_of_work import UnitOfWork

#: The exception that an order's PIN was wrong too often.
PIN_FAILED = "pin_failed"
#: The task that a person gives money back; it ends with the record that they did.
BY_HAND = "refund_by_hand"


def begin(case: Case, uow: UnitOfWork, at: Moment) -> Case:
    """File an exception with the people who see to it, and the time it shall be settled by."""
    case.desk, case.due_at = _desk_of(case, uow), due_at(case.kind, at)
    uow.add(case)
    uow.record(note(case, "opened", at, None, "open", kind=case.kind))
    return case


def _desk_of(case: Case, uow: UnitOfWork) -> str:
    """The depot whose order, route or driver it is about; everybody's where there is none."""
    detail = case.detail
    if detail.get("depot"):
        return str(detail["depot"])
    order = uow.orders.find(case.order_number) if case.order_number is not None else None
    depot_id = order.depot_id if order is not None else None
    if depot_id is None and detail.get("route"):
        route = uow.routes.find(int(detail["route"]))
        depot_id = route.depot_id if route is not None else None
    if depot_id is None and detail.get("driver"):
        driver = uow.driving.driver(int(detail["driver"]))
        depot_id = driver.depot_id if driver is not None else None
    return uow.depots.get(depot_id).code if depot_id is not None else EVERYWHERE


def open_case(kind: str, order: Order, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    """Something about an order needs a person; the same trouble is one case."""
    known = next((case for case in uow.cases.of_order(order.number) if case.kind == kind), None)
    if known is not None:
        known.detail = {**known.detail, **detail}
        return known
    case = Case(kind=kind, order_number=order.number, customer_id=order.customer_id, opened_at=at.now, detail=detail)
    return begin(case, uow, at)


def resolve_cases(order: Order, kinds: Set[str], uow: UnitOfWork, at: Moment) -> None:
    """What was wrong with an order has come right by itself."""
    for case in uow.cases.of_order(order.number):
        if case.kind in kinds and case.is_open:
            uow.record(case.resolve(at))


def resolve_case(command: ResolveCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Settle an exception; one that is settled stays so. About a PIN it means that the order may go without. Refuses while
    money is still to be given back, and a return that nobody has decided."""
    case = uow.cases.get(command.case)
    already = not case.is_open
    if case.kind == RETURN_REVIEW and not already:
        raise Refusal("return_undecided", return_number=case.detail["return_number"])
    if case.kind == BY_HAND and not already:
        done = Choice(label="choice.refund_done", command="RecordRefund", slots={"key": case.detail.get("key")})
        raise Refusal("refund_still_owed", case=case.name, choices=(done,))
    if not already:
        uow.record(case.resolve(at))
    waived = _waive_pin(case.order_number, uow, at) if case.kind == PIN_FAILED and not already else []
    return [
        CaseResolved(reference=case.name, already=already, thread=live_name(case)),
        *give_back(case, uow, at),
        *waived,
    ]


def give_back(case: Case, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The bot answers again in the chat that a case was handed over with; its customer is told where a person was there."""
    chat = uow.chats.get(case.conversation_id) if case.conversation_id is not None else None
    if chat is None or chat.handed_over_case != case.id:
        return []
    was_there = chat.is_with_person(at.now)
    chat.give_back()
    return [HandedBack(chat=chat.id)] if was_there else []


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
    return begin(case, uow, at)


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
    return begin(case, uow, at)


def live_name(case: Case) -> str:
    """What the card of a case is called, under which all about it is said: a return's own, where it waits for a person."""
    return f"return:{case.detail['return_number']}" if case.kind == RETURN_REVIEW else f"case:{case.name}"


def heard(case: Case, words: str, uow: UnitOfWork, at: Moment, photos: tuple[str, ...] = ()) -> list[Notice]:
    """What a customer or driver wrote to whoever answers them: kept with the case, and said where staff talk about it."""
    if words:
        case.detail = {**case.detail, "words": [*case.detail.get("words", []), words][-20:]}
    if photos and case.kind == RETURN_REVIEW:
        case.detail = {**case.detail, "photos": list(dict.fromkeys([*case.detail.get("photos", []), *photos]))[-10:]}
    uow.record(note(case, "said_again", at))
    driver = uow.driving.driver(int(case.detail["driver"])) if case.detail.get("driver") else None
    customer = uow.customers.get(case.customer_id) if case.customer_id is not None and driver is None else None
    said = ChatHeard(
        about=case.order_number, desk=case.desk, thread=live_name(case), words=words, photos=len(photos),
        customer=customer.first_name if customer is not None else None,
        drives=driver.name if driver is not None else None, media=Media(photos=photos) if photos else None,
    )  # fmt: skip
    if uow.chats.rooms(case.desk) or case.owner_id is None:
        return [said]
    return [said.model_copy(update={"desk": None, "staff": case.owner_id})]


def news(
    what: str, case: Case, uow: UnitOfWork, at: Moment, *, words: str | None = None, staff: int | None = None
) -> Notice:
    """What others hear of a case: those in its room, or one of them."""
    by = uow.people.get(at.actor.person) if at.actor.is_staff and at.actor.person is not None else None
    return CaseNews(
        about=case.order_number, desk=case.desk if staff is None else None, staff=staff, thread=live_name(case), what=what,
        reference=case.name, kind=case.kind, by=by.name if by is not None else None, words=words,
        minutes=round((at.now - case.opened_at).total_seconds() / 60),
    )  # fmt: skip
