"""An order on the desk: its card, keeping it back and letting it go on, and getting in touch with its customer."""

from __future__ import annotations

from datetime import datetime

from actions import told
from actions.cases import open_case
from actions.desk.history import lines_of
from actions.leaving import CHANGED, NOT_PLANNED, leave_route
from actions.reaching import ringing_channels
from domain.commands import HoldOrder, ReleaseOrder, ShowContact, ShowOrder
from domain.customers import Customer
from domain.moment import DISPATCHING, Moment
from domain.notices import Choice, ContactShown, Media, Notice, OrderCard, OrderDone, OrderHeld
from domain.orders import Order, OrderStatus
from domain.planning.day import PLANNABLE
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: So many changes and words are shown on a card, and so much of each.
_CHANGES, _WORDS, _LONGEST = 8, 3, 160
#: What the history of an order holds for the program alone.
_INSIDE = frozenset({"stock", "told", "place"})


def show_order(command: ShowOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everything about an order. Refuses an unknown one."""
    return [card_of(uow.orders.get(command.order), uow, at)]


def order_card(number: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of an order, as it stands now."""
    order = uow.orders.find(number)
    assert order is not None, "what has a history is there"
    return card_of(order, uow, at)


def card_of(order: Order, uow: UnitOfWork, at: Moment) -> OrderCard:
    """The card of an order with what may be done about it."""
    customer = uow.customers.get(order.customer_id)
    since = uow.orders.last_event(order, order.status)
    due = uow.routes.due(order.number)
    open_ = due if due is not None and due.task.is_ahead else None
    route = uow.routes.find(open_.stop.route_id) if open_ is not None else None
    driver = uow.driving.driver(route.driver_id) if route is not None and route.driver_id is not None else None
    history = [each for each in uow.history.latest("order", [order.number], 4 * _CHANGES) if each.change not in _INSIDE]
    photos = _photos(order, uow, at)
    return OrderCard(
        about=order.number, live=f"order:{order.number}", number=order.number, status=order.status,
        status_since=since.at if since is not None else None,
        why=str(since.detail.get("reason") or "") or None if since is not None else None,
        customer=customer.name, address=order.address, items=told.items_of([order], uow)[order.number],
        worth=Money(order.total, order.currency), day=order.promise_day, window=order.window,
        told_start=order.told_start, told_end=order.told_end, eta=open_.stop.eta if open_ is not None else None,
        route=route.id if route is not None else None, stop=open_.stop.position if open_ is not None else None,
        drives=driver.name if driver is not None else None, wishes=tuple(order.for_driver()),
        cases=tuple((case.name, case.kind) for case in uow.cases.of_order(order.number)),
        talk=_last_words(customer, uow), history=lines_of(history[:_CHANGES], uow),
        media=Media(photos=photos) if photos else None, choices=_choices(order, route.id if route is not None else None, uow, at),
    )  # fmt: skip


def _photos(order: Order, uow: UnitOfWork, at: Moment) -> tuple[str, ...]:
    proof = uow.orders.proof(order)
    photo = proof.photo_id if proof is not None else None
    return (photo,) if photo is not None and uow.files.of_ids([photo], at.now) else ()


def _last_words(customer: Customer, uow: UnitOfWork) -> tuple[tuple[datetime, str], ...]:
    """What the customer wrote last, the oldest first."""
    chats = [chat.id or 0 for chat in uow.chats.of_customer(customer.id or 0)]
    said = uow.history.last_said(chats, _WORDS) if chats else ()
    return tuple((row.received_at, row.text[:_LONGEST]) for row in reversed(said))


def _choices(order: Order, route: int | None, uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """Buttons for what may be done with the order as it stands; who only looks gets none that change anything."""
    slots = {"order": order.number}
    looks = [Choice(label="choice.who_did", command="WhoDid", slots=slots)]
    looks += [
        Choice(
            label="choice.case_of_kind",
            values={"case": case.name, "kind": case.kind},
            command="ShowCase",
            slots={"case": case.name},
        )
        for case in uow.cases.of_order(order.number)[:3]
    ]
    if route is not None:
        looks.append(
            Choice(label="choice.show_route", values={"route": route}, command="ShowRouteCard", slots={"route": route})
        )
    if at.actor.is_staff and at.actor.role not in DISPATCHING:
        return tuple(looks)
    held = order.status == OrderStatus.HELD
    possible = (
        ("choice.release", "ReleaseOrder", held),
        ("choice.hold", "HoldOrder", order.before_dispatch and not held),
        ("choice.reschedule", "RescheduleOrder", told.may("RescheduleOrder", order)),
        ("choice.address", "ChangeAddress", told.may("ChangeAddress", order)),
        ("choice.cancel_order", "CancelOrder", told.may("CancelOrder", order)),
        ("choice.write_customer", "WriteCustomer", True),
        ("choice.contact", "ShowContact", True),
    )
    return (*(Choice(label=label, command=name, slots=slots) for label, name, may in possible if may), *looks)


def show_contact(command: ShowContact, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """How the customer of an order can be reached. Refuses an unknown order."""
    order = uow.orders.get(command.order)
    customer = uow.customers.get(order.customer_id)
    channels = tuple(chat.channel for chat in ringing_channels(customer, uow, at))
    return [
        ContactShown(
            about=order.number, number=order.number, customer=customer.name, phone=customer.phone, email=customer.email,
            channels=channels,
        )
    ]  # fmt: skip


def hold_order(command: HoldOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep an order back: it leaves its route, and keeps its goods and its window. A customer who was told when it comes
    hears that it does not. Refuses once it is loaded.
    """
    order = uow.orders.get(command.order, lock=True)
    was_told = order.told_end is not None and order.told_end > at.now
    uow.record(order.hold(command.reason, at))
    off = leave_route(order, uow, at, "held")
    held: list[Notice] = []
    if was_told:
        order.forget_told()
        items = told.items_of([order], uow)[order.number]
        held = [
            OrderHeld(to=order.customer_id, about=order.number, number=order.number, items=items, day=order.promise_day)
        ]
    undo = Choice(label="choice.undo", command="ReleaseOrder", slots={"order": order.number})
    done = OrderDone(
        about=order.number, what="held", number=order.number, told=was_told, status=order.status, why=command.reason,
        choices=(undo, told.show(order)),
    )  # fmt: skip
    return [done, *held, *off]


def release_order(command: ReleaseOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Let an order go on from where it was held. Where its day is planned already, a person must put it on a route; where
    its day is over it needs another. Refuses one that is not held.
    """
    order = uow.orders.get(command.order, lock=True)
    uow.record(order.release(at))
    missed = _has_missed_its_day(order, uow, at)
    if missed and order.promise_day is not None:
        open_case(
            NOT_PLANNED, order, uow, at, day=order.promise_day.isoformat(), reason=CHANGED["code"], values={}, fix=None
        )
    other = Choice(label="choice.reschedule", command="RescheduleOrder", slots={"order": order.number})
    return [
        OrderDone(
            about=order.number, what="released", number=order.number, status=order.status, day=order.promise_day,
            window=order.window, unplanned=missed, choices=(*((other,) if missed else ()), told.show(order)),
        )
    ]  # fmt: skip


def _has_missed_its_day(order: Order, uow: UnitOfWork, at: Moment) -> bool:
    """Whether nobody drives to it any more on the day it is promised for, unless somebody sees to it."""
    if order.status not in PLANNABLE or order.promise_day is None or order.depot_id is None:
        return False
    today = at.now.astimezone(uow.depots.get(order.depot_id).tz).date()
    return order.promise_day < today or bool(uow.routes.live(order.depot_id, order.promise_day))
