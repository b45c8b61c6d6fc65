"""What happens to orders that exist: tracking, new promises, cancelling, pins on the map."""

from __future__ import annotations

from datetime import date

from actions import told
from actions.cases import open_case, resolve_cases
from actions.driving.changes import instructed
from actions.fulfilment import fulfil, keep_rest, settle, take_window
from actions.leaving import leave_route
from actions.returns.chosen import way_chosen
from actions.returns.leaving import leave_route as left_by_return
from actions.returns.pickups import told_off
from actions.returns.together import collect_with, exchanged_for
from domain.commands import Address, ChangeOrder, PinAddress, RecordLocation, RescheduleOrder, TrackOrder
from domain.events import note
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, OrderRescheduled, PlaceFound
from domain.orders import Order, OrderStatus
from domain.promise import Destination, Offer, covering, matching, offers
from domain.refusals import Refusal
from domain.values import Place, Window, plain
from storage.unit_of_work import UnitOfWork

S = OrderStatus
#: A pin further than this from every depot is a slip of the finger.
FARTHEST_PIN = 150_000


def track_order(command: TrackOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where the order is."""
    return [told.tracked(uow.orders.get(command.order), uow)]


def possible_windows(order: Order, uow: UnitOfWork, at: Moment) -> list[Offer]:
    """The windows with room an order can be moved to. Refuses when its state forbids it, or none has room."""
    try:
        order.check_reschedulable()
    except Refusal as refusal:
        raise Refusal(
            "cannot_reschedule",
            number=order.number,
            status=order.status,
            until=told.until(order, S.DISPATCHED, uow, at),
        ) from refusal
    if order.held_from == S.CREATED:
        raise Refusal("held_unplanned", number=order.number)
    if order.status == S.CREATED and order.place is None:
        raise Refusal("no_place_yet", number=order.number, address=order.address)
    networks = uow.depots.networks(at.now.date(), order.depot_id)
    usable = covering(networks, Destination(order.country, order.postcode, order.place))
    now_promised = (order.promise_day, order.window)
    found = [offer for each in usable for offer in offers(each, at.now) if (offer.day, offer.window) != now_promised]
    if not found:
        raise Refusal("no_room_at_all", postcode=order.postcode)
    return sorted(found)


def reschedule_order(command: RescheduleOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A new promise. Refuses what state or room forbid."""
    order = uow.orders.get(command.order, lock=True)
    was_day, was_window = order.promise_day, order.window
    if command.day == was_day and was_window is not None and command.window.contains(was_window):
        raise Refusal("same_window", number=order.number, day=command.day, window=command.window)
    possible = possible_windows(order, uow, at)
    offer = matching(possible, command.day, command.window, uow.depots.get(possible[0].depot_id), at.now)[0]
    if order.status == S.CREATED:  # it had no promise yet: with one it is confirmed like any other
        order.wanted_day, order.wanted_start, order.wanted_end = offer.day, offer.window.start, offer.window.end
        return fulfil(order, uow, at)
    in_part = order.status == S.PARTIALLY_DELIVERED
    back = _back_to(order, was_day, was_window)
    take_window(order, offer, uow, at, why=at.actor.role.value)
    if in_part:
        keep_rest(order, uow, at)
    off = leave_route(order, uow, at, "promise")
    off += _collected_then(order, uow, at)
    items = told.items_of([order], uow)[order.number]
    return [
        OrderRescheduled(
            about=order.number, to=unless_they_did(order, at), number=order.number, items=items,
            day=offer.day, window=offer.window, was_day=was_day, was_window=was_window,
        ),
        *told.done("rescheduled", order, at, *back),
        *off,
    ]  # fmt: skip


def _collected_then(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is exchanged for it is collected on the same visit, if there is room for both; what is told of that is given back."""
    made = exchanged_for(order, uow)
    if made is None:
        return []
    was = (made.pickup_day, made.pickup_window)
    off = left_by_return(made, uow, at, "pickup") if was != (order.promise_day, order.window) else []
    if collect_with(order, made, uow, at, at.actor.role.value):
        return [way_chosen(made, uow, at, was).model_copy(update={"to": unless_they_did(order, at)}), *off]
    if was[0] is None:
        return off
    return [told_off(made, uow, at, "not_planned", day=was[0]), *off]


def _back_to(order: Order, day: date | None, window: Window | None) -> tuple[Choice, ...]:
    """The button that takes another day back, where there was one before."""
    if day is None or window is None:
        return ()
    slots = {"order": order.number, "day": day, "window": window}
    return (Choice(label="choice.undo", command="RescheduleOrder", slots=slots),)


def describe_rescheduling(command: RescheduleOrder, uow: UnitOfWork, at: Moment) -> dict[str, object] | None:
    """What somebody of the business confirms before a customer is told of another day; whoever speaks for themselves is
    not asked.
    """
    if not at.actor.is_staff:
        return None
    order = uow.orders.get(command.order)
    return {
        "number": order.number, "items": told.items_of([order], uow)[order.number], "day": command.day,
        "window": command.window, "was_day": order.promise_day, "was_window": order.window,
    }  # fmt: skip


def unless_they_did(order: Order, at: Moment) -> int | None:
    """Whom a change must be told to: the customer, unless it is the answer to what they said themselves."""
    return None if at.actor.role == Role.CUSTOMER else order.customer_id


def pin_address(command: PinAddress, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The customer's own place for an address nobody could find."""
    order = uow.orders.get(command.order, lock=True)
    order.check_address_changeable()
    if order.place is not None:
        raise Refusal("place_known", number=order.number, address=order.address)
    if all(depot.place.metres_to(command.place) > FARTHEST_PIN for depot in uow.depots.all()):
        raise Refusal("pin_far_away", ask="place", number=order.number, address=order.address)
    _locate(order, command.place, uow, at)
    items = told.items_of([order], uow)[order.number]
    return [
        PlaceFound(about=order.number, number=order.number, items=items, day=order.promise_day, window=order.window)
    ]


def record_location(command: RecordLocation, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The geocoder's answer. Without a place the order becomes an exception and the customer is asked for a pin."""
    order = uow.orders.get(command.order, lock=True)
    if not order.before_dispatch or order.place is not None or command.address not in {None, order.address}:
        return []  # settled meanwhile, or the answer is about an address it no longer has
    if command.place is None:
        open_case("address_not_found", order, uow, at, address=order.address)
        return []
    return _locate(order, command.place, uow, at)


def _locate(order: Order, place: Place, uow: UnitOfWork, at: Moment) -> list[Notice]:
    uow.record(note(order, "place", at, order.place, place))
    order.place = place
    return _settle_place(order, uow, at)


def _settle_place(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """With a place, a new order is promised; one that was promised before must still be within reach."""
    resolve_cases(order, {"address_not_found"}, uow, at)
    if order.status == S.CREATED:
        return settle(order, uow, at)
    try:
        check_delivered_there(order, Destination(order.country, order.postcode, order.place), uow, at)
    except Refusal as refusal:
        open_case("no_promise", order, uow, at, reason=refusal.text, values=plain(refusal.values))
    return []


def change_order(command: ChangeOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Change the address (before dispatch; it is located and promised anew) or the instructions (before delivery)."""
    order = uow.orders.get(command.order, lock=True)
    if not order.is_active:
        raise Refusal("order_finished", number=order.number, status=order.status)
    told_driver: list[Notice] = []
    if command.instructions is not None and command.instructions != order.instructions:
        uow.record(note(order, "instructions", at))
        order.instructions = command.instructions
        told_driver = instructed(order, uow)
    if command.address is None:
        return told_driver
    return [*move_to(order, command.address, uow, at), *told_driver]


def move_to(order: Order, address: Address, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Deliver the order to another address; it is located, and promised where it was not yet. Nothing when it is the
    same. Refuses once it is packed, and where its depot does not deliver.
    """
    now = (order.street, order.postcode, order.city, order.country)
    if (address.street, address.postcode, address.city, address.country) == now and address.place in {
        None,
        order.place,
    }:
        return []
    order.check_address_changeable()
    if order.status != S.CREATED:
        check_delivered_there(order, Destination(address.country, address.postcode, address.place), uow, at)
    uow.record(note(order, "address", at))
    order.street, order.postcode, order.city, order.country = (
        address.street,
        address.postcode,
        address.city,
        address.country,
    )
    order.place = address.place
    off = leave_route(order, uow, at, "address")
    if order.place is None:
        resolve_cases(order, {"address_not_found"}, uow, at)  # that was about the address before
        uow.want(f"locate:{order.number}:{at.key}", "locate", {"order": order.number}, at.now)
        return off
    return [*_settle_place(order, uow, at), *off]


def check_delivered_there(order: Order, to: Destination, uow: UnitOfWork, at: Moment) -> None:
    """Refuses an address that the order's own depot (any, while it has none) does not deliver to.

    Within the postcode it goes to now it stays within reach, even where the depot's area is a radius and nobody knows
    the place yet.
    """
    if order.depot_id is not None and to.place is None and (to.country, to.postcode) == (order.country, order.postcode):
        return
    networks = uow.depots.networks(at.now.date(), order.depot_id)
    covering(networks, to)
