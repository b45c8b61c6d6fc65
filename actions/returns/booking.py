"""Pickups of returns on our own routes: the windows that have room for one, booking one, and giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import NamedTuple

from actions.fulfilment import free_window, take_window
from actions.leaving import leave_route
from domain.events import note
from domain.handing import pin_from
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order
from domain.promise import Destination, Network, Offer, covering, matching, offers
from domain.refusals import Refusal
from domain.returns import Return, ReturnStatus
from domain.values import Window
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


class _Slot(NamedTuple):
    """A window of a day of a depot, in the order in which rows are locked."""

    day: date
    start: time
    depot_id: int


def pickup_offers(made: Return, uow: UnitOfWork, at: Moment) -> list[Offer]:
    """The windows with room in which the goods can be collected, in order of time; none where nobody drives.

    Not after the last day to send it, where there is room before; and where something is brought in exchange, those that have
    room for both, if there are any. The window it has now is among them.
    """
    if made.place is None:
        return []
    exchange = _exchange(made, uow)
    found = sorted(offer for each in _networks(made, exchange, uow, at) for offer in _free(each, made, at))
    in_time = [offer for offer in found if made.expires_on is None or offer.day <= made.expires_on]
    both = [offer for offer in in_time if exchange is not None and _has_room_for_both(offer, made, exchange)]
    return both or in_time or found


def match_pickup(
    possible: Sequence[Offer], day: date | None, window: Window | None, uow: UnitOfWork, at: Moment
) -> list[Offer]:
    """Those of the offers on a day and in a window; either may be open. Refuses, with the nearest others, when none fit."""
    depot = uow.depots.get(possible[0].depot_id)
    try:
        return matching(possible, day, window, depot, at.now)
    except Refusal as refusal:
        if refusal.text != "refused.day_closed":
            raise
        raise Refusal("pickup_day_closed", ask=refusal.ask, choices=refusal.choices, **refusal.values) from refusal


def book_pickup(made: Return, offer: Offer, uow: UnitOfWork, at: Moment, why: str) -> list[Notice]:
    """Promise an offer, and let what is brought in exchange come with it; the window it had is free again.

    Refuses when the last place is just gone. What drivers are told is given back.
    """
    exchange = _exchange(made, uow, lock=True)
    had = _slot(made)
    _lock(made, exchange, offer, uow)
    if had != (offer.day, offer.window.start, offer.depot_id):
        uow.depots.slot(offer.depot_id, offer.day, offer.window, offer.capacity).book()
        _free_slot(had, uow)
    if made.depot_id != offer.depot_id:
        uow.record(note(made, "depot", at, made.depot_id, offer.depot_id))
        made.depot_id = offer.depot_id
    uow.record(made.promise_pickup(offer.day, offer.window, at, why))
    ask_code(made, at)
    if made.status == S.APPROVED:
        uow.record(made.move(S.PICKUP_PLANNED, at))
    return _bring_along(exchange, offer, uow, at) if exchange is not None else []


def bring_exchange_along(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What was set aside in exchange after the pickup was promised comes with it, where there is room. What drivers are told is
    given back."""
    exchange, had, window = _exchange(made, uow, lock=True), _slot(made), made.pickup_window
    if exchange is None or had is None or window is None:
        return []
    slot = uow.depots.find_slot(had.depot_id, had.day, had.start)
    if slot is None:
        return []
    offer = Offer(had.day, window, had.depot_id, slot.capacity - slot.booked, slot.capacity)
    return _bring_along(exchange, offer, uow, at)


def call_off_pickup(made: Return, uow: UnitOfWork, at: Moment, why: str = "called_off") -> None:
    """Nobody comes for it: its window is free again, and it can be chosen anew how it comes back. Nothing where none was
    promised. Its visit is taken off the route by `actions.returns.leaving`."""
    if made.pickup_day is None:
        return
    _free_slot(_slot(made), uow)
    uow.record(made.forget_pickup(at, why))
    made.way = None
    if made.status == S.PICKUP_PLANNED:
        uow.record(made.move(S.APPROVED, at, why=why))


def let_exchange_wait(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What was to come with the visit that collects waits until it is known when the goods come back; asked before that visit
    is called off. What drivers are told is given back."""
    exchange = _exchange(made, uow, lock=True)
    if exchange is None or not exchange.before_dispatch or _slot_of(exchange) is None:
        return []
    if _slot_of(exchange) != _slot(made):
        return []
    free_window(exchange, uow)
    uow.record(exchange.withdraw_promise(at, "exchange"))
    return leave_route(exchange, uow, at, "promise")


def brings_exchange(made: Return, uow: UnitOfWork) -> bool:
    """Whether something is brought in exchange whose day can still be changed."""
    return _exchange(made, uow) is not None


def ask_code(made: Return, at: Moment) -> None:
    """Whoever hands it over to the driver tells a code, where it is worth so much; the customer hears it with the window."""
    limit = at.policies.return_code_over
    if limit is not None and made.code is None and made.worth > limit:
        made.code, made.code_tries = pin_from(at.ids()), 0


def _networks(made: Return, exchange: Order | None, uow: UnitOfWork, at: Moment) -> Sequence[Network]:
    """The depots whose drivers come there, the nearest first; that of the goods brought in exchange, where there are any."""
    to = Destination(made.country, made.postcode, made.place)
    try:
        networks = covering(uow.depots.networks(at.now.date()), to)
    except Refusal:
        return []
    if exchange is None:
        own = [each for each in networks if each.depot.id == made.depot_id]
        return own or networks[:1]
    return [each for each in networks if each.depot.id == exchange.depot_id]


def _free(network: Network, made: Return, at: Moment) -> list[Offer]:
    """The windows of a depot with room, and the one it has."""
    found = offers(network, at.now)
    had = _slot(made)
    if had is None or had.depot_id != network.depot.id:
        return found
    if any((offer.day, offer.window.start) == had[:2] for offer in found):
        return found
    window, slot = made.pickup_window, network.slots.get((had.day, had.start))
    if window is None or slot is None or had.day <= at.now.astimezone(network.depot.tz).date():
        return found
    return [*found, Offer(had.day, window, had.depot_id, 0, slot.capacity)]


def _has_room_for_both(offer: Offer, made: Return, exchange: Order) -> bool:
    """Whether the pickup and the delivery fit, each counted where it is not there already."""
    here = (offer.day, offer.window.start, offer.depot_id)
    there = [_slot(made), _slot_of(exchange)]
    return offer.room >= sum(each != here for each in there)


def _exchange(made: Return, uow: UnitOfWork, *, lock: bool = False) -> Order | None:
    """What is brought in exchange, while its day can still be changed."""
    if made.exchange_order is None:
        return None
    if lock:
        uow.orders.lock([made.exchange_order])
    order = uow.orders.find(made.exchange_order)
    if order is None or order.depot_id is None:
        return None
    try:
        order.check_reschedulable()
    except Refusal:
        return None
    return order


def _bring_along(exchange: Order, offer: Offer, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Promise the exchange for the same visit; where there is no room left for it, it comes when it was promised."""
    if exchange.depot_id != offer.depot_id or (exchange.promise_day, exchange.window) == (offer.day, offer.window):
        return []
    slot = uow.depots.slot(offer.depot_id, offer.day, offer.window, offer.capacity)
    if slot.booked < slot.capacity:
        take_window(exchange, offer, uow, at, why="exchange")
    elif exchange.promise_day is None:
        next_with_room = next((each for each in _free_for(exchange, uow, at) if each != offer), None)
        if next_with_room is not None:
            take_window(exchange, next_with_room, uow, at, why="exchange")
    return leave_route(exchange, uow, at, "promise")


def _free_for(exchange: Order, uow: UnitOfWork, at: Moment) -> list[Offer]:
    """The windows with room on the routes of the depot where its goods are."""
    networks = [each for each in uow.depots.networks(at.now.date()) if each.depot.id == exchange.depot_id]
    return sorted(offer for each in networks for offer in offers(each, at.now))


def _slot(made: Return) -> _Slot | None:
    if made.depot_id is None or made.pickup_day is None or made.pickup_start is None:
        return None
    return _Slot(made.pickup_day, made.pickup_start, made.depot_id)


def _slot_of(order: Order) -> _Slot | None:
    if order.depot_id is None or order.promise_day is None or order.promise_start is None:
        return None
    return _Slot(order.promise_day, order.promise_start, order.depot_id)


def _lock(made: Return, exchange: Order | None, offer: Offer, uow: UnitOfWork) -> None:
    """Lock all slots that change, in order of time, as everybody does."""
    wanted = _Slot(offer.day, offer.window.start, offer.depot_id)
    slots = {wanted, _slot(made), _slot_of(exchange) if exchange is not None else None} - {None}
    for each in sorted(slot for slot in slots if slot is not None):
        if each == wanted:
            uow.depots.slot(offer.depot_id, offer.day, offer.window, offer.capacity)
        else:
            uow.depots.find_slot(each.depot_id, each.day, each.start)


def _free_slot(had: _Slot | None, uow: UnitOfWork) -> None:
    slot = uow.depots.find_slot(had.depot_id, had.day, had.start) if had is not None else None
    if slot is not None:
        slot.free()
        uow.flush()
