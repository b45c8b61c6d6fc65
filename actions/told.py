"""Notices about orders, filled from the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.eta import Eta
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Item, Notice, OrderDone, OrderTracked
from domain.orders import DELIVERED, Order, OrderStatus
from domain.refusals import Refusal
from domain.returns import Return
from domain.told import Telling, Told, told_window
from storage.unit_of_work import UnitOfWork

_UNDER_WAY = frozenset({OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY})
_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.PARTIALLY_DELIVERED, OrderStatus.CANCELLED})
_NEEDS_EXPLAINING = frozenset({OrderStatus.FAILED, OrderStatus.HELD, OrderStatus.RETURNED_TO_DEPOT})

#: Orders in these states are still to be handed over.
_AWAITED = frozenset(
    {OrderStatus.CONFIRMED, OrderStatus.ALLOCATED, OrderStatus.PACKED, OrderStatus.RESCHEDULED} | _UNDER_WAY
)
#: What can be done about a delivery that has happened.
_ABOUT_DELIVERY = ("ShowProof", "RateDelivery", "ReportProblem", "StartReturn")
#: Buttons by their commands, the most useful first.
_LABELS = {
    "PinAddress": "choice.pin", "RescheduleOrder": "choice.reschedule", "InstructDelivery": "choice.instructions",
    "ChangeAddress": "choice.address", "CancelOrder": "choice.cancel_order", "ReportProblem": "choice.problem",
    "ShowProof": "choice.proof", "RateDelivery": "choice.rate",
    "StartReturn": "choice.send_back",
}  # fmt: skip
#: So many buttons are read; those after them are left out.
MOST_CHOICES = 5


def items_of(orders: Sequence[Order], uow: UnitOfWork) -> dict[str, tuple[Item, ...]]:
    """Per order number what is in it."""
    lines = uow.orders.lines(orders)
    return {
        order.number: tuple(Item(name=name, quantity=quantity) for _, name, quantity in lines[order.id or 0])
        for order in orders
    }


def rest_of(orders: Sequence[Order], uow: UnitOfWork) -> dict[str, tuple[Item, ...]]:
    """Per order number what of it was not handed over yet."""
    had = uow.orders.handed_over(order.number for order in orders)
    if not had:
        return items_of(orders, uow)
    lines = uow.orders.lines(orders)
    found: dict[str, tuple[Item, ...]] = {}
    for order in orders:
        taken, items = dict(had.get(order.number, {})), []
        for sku, name, quantity in lines[order.id or 0]:
            off = min(quantity, int(taken.get(sku, 0)))
            taken[sku] = int(taken.get(sku, 0)) - off
            items += [Item(name=name, quantity=quantity - off)] if quantity > off else []
        found[order.number] = tuple(items)
    return found


def tracked(order: Order, uow: UnitOfWork) -> OrderTracked:
    """Where the order is, in full, with what may be done about it as buttons."""
    due = uow.routes.due(order.number) if order.status in _UNDER_WAY else None
    event = uow.orders.last_event(order, order.status)
    lost = order.place is None and any(case.kind == "address_not_found" for case in uow.cases.of_order(order.number))
    return OrderTracked(
        about=order.number,
        number=order.number,
        items=items_of([order], uow)[order.number],
        status=order.status,
        day=order.promise_day,
        window=order.window,
        eta_start=order.told_start or (due.stop.eta_start if due else None),
        eta_end=order.told_end or (due.stop.eta_end if due else None),
        stops_before=due.before if due else None,
        changed_at=event.at if event else None,
        why=str(event.detail.get("reason") or "") or None
        if event is not None and order.status in _NEEDS_EXPLAINING
        else None,
        needs="pin" if lost else None,
        pin=order.code if order.status in _AWAITED else None,
        choices=_possible(order, lost=lost),
    )


def _possible(order: Order, *, lost: bool) -> tuple[Choice, ...]:
    """Buttons for what may be done now, the most useful first."""
    wanted = [name for name in _LABELS if may(name, order, lost=lost)]
    if order.status in DELIVERED:
        wanted = [name for name in ("RescheduleOrder", *_ABOUT_DELIVERY) if name in wanted]
    slots = {"order": order.number}
    return tuple(Choice(label=_LABELS[name], command=name, slots=slots) for name in wanted[:MOST_CHOICES])


def may(command: str, order: Order, *, lost: bool = False) -> bool:
    """Whether a button for the command makes sense for the order as it stands."""
    match command:
        case "PinAddress":
            return lost
        case "RescheduleOrder":
            return order.promise_day is not None and _allowed(order.check_reschedulable)
        case "ChangeAddress":
            return not lost and _allowed(order.check_address_changeable)
        case "CancelOrder":
            return _allowed(order.check_cancellable)
        case "InstructDelivery":
            return order.is_active and order.status not in DELIVERED
        case "ReportProblem":
            return order.status in DELIVERED | {OrderStatus.OUT_FOR_DELIVERY}
        case _:
            return order.status in DELIVERED


def _allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True


def order_choice(order: Order, items: tuple[Item, ...]) -> Choice:
    """The button that picks one of several orders."""
    return Choice(
        label="choice.order",
        values={"number": order.number, "items": [item.model_dump() for item in items], "day": order.promise_day},
        slots={"order": order.number},
    )


def until(order: Order, left: OrderStatus, uow: UnitOfWork, at: Moment) -> datetime:
    """Since when a change is no longer possible: when it took the present state, or left the depot."""
    event = uow.orders.last_event(order, order.status if order.status in _OVER else left) or uow.orders.last_event(
        order
    )
    return event.at if event else at.now


def tell_window(
    coming: Order | Return,
    eta: Eta,
    zone: ZoneInfo,
    uow: UnitOfWork,
    at: Moment,
    why: str,
    telling: Telling = Telling(),
) -> None:
    """Set the told window of a delivery or a pickup from an ETA, within the promised one where that is true; the one before
    stays in the history."""
    span = coming.promised_span(zone)
    promised = (span[0].astimezone(UTC), span[1].astimezone(UTC)) if span is not None else None
    set_window(coming, told_window(eta, zone, promised, telling), uow, at, why)


def set_window(coming: Order | Return, window: Told, uow: UnitOfWork, at: Moment, why: str) -> None:
    """Set the told window; the one before stays in the history."""
    before = (coming.told_start, coming.told_end)
    was = f"{before[0].isoformat()} {before[1].isoformat()}" if before[0] and before[1] else None
    coming.told_start, coming.told_end = window.start, window.end
    uow.record(note(coming, "told", at, was, f"{window.start.isoformat()} {window.end.isoformat()}", why=why))


def live_name(number: str) -> str:
    """What the message about an order's coming is called, which later ones take the place of."""
    return f"coming:{number}"


def coming_choices(order: Order) -> tuple[Choice, ...]:
    """What a customer may want who hears when an order comes: another day, that a neighbour takes it, or that it is left
    somewhere."""
    slots = {"order": order.number}
    other = (Choice(label=_LABELS["RescheduleOrder"], command="RescheduleOrder", slots=slots),)
    kinds = tuple(
        Choice(label=label, command="InstructDelivery", slots={**slots, "wishes": {kind: ""}})
        for kind, label in (("neighbour", "choice.wish_neighbour"), ("safe_place", "choice.wish_safe_place"))
    )
    return (*(other if may("RescheduleOrder", order) else ()), *kinds)


def staff_instead(order: Order) -> tuple[Choice, ...]:
    """What somebody of the business does where an order cannot be changed any more."""
    contact = Choice(label="choice.contact", command="ShowContact", slots={"order": order.number})
    return (contact, show(order))


def show(order: Order) -> Choice:
    """The button for the card of an order."""
    return Choice(
        label="choice.show_order", values={"number": order.number}, command="ShowOrder", slots={"order": order.number}
    )


def done(
    what: str, order: Order, at: Moment, *choices: Choice, told: bool = True, address: str | None = None
) -> list[Notice]:
    """What somebody of the business hears who changed an order; nothing for anybody else."""
    if not at.actor.is_staff:
        return []
    return [
        OrderDone(
            about=order.number, what=what, number=order.number, told=told, status=order.status, day=order.promise_day,
            window=order.window, address=address, choices=(*choices, show(order)),
        )
    ]  # fmt: skip
