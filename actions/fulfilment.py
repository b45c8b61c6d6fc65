"""From a taken order to a promise that is kept room and goods for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta

from actions import tracking
from actions.cases import open_case, resolve_cases
from domain.conversations import DeepLink
from domain.depots import DeliverySlot
from domain.events import note
from domain.moment import Moment
from domain.notices import Item, Notice, OrderConfirmed
from domain.orders import HOLDS_STOCK, Order, OrderStatus
from domain.promise import Destination, Offer, covering, promise
from domain.refusals import Refusal
from domain.stock import StockLevel
from domain.values import plain
from storage.unit_of_work import UnitOfWork

#: A link in an order confirmation opens the chat this long.
LINK_LIFE = timedelta(days=60)
#: What the history of an order calls goods that are on a vehicle, or handed over.
SHIPPED = "shipped"
#: Orders in these states want the goods that came back.
_STILL_WANTS = HOLDS_STOCK | {OrderStatus.FAILED, OrderStatus.RETURNED_TO_DEPOT, OrderStatus.RESCHEDULED}


def settle(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Promise, confirm and allocate a new order with a known place; where that fails, an exception for a person."""
    try:
        offer, enough = _take(order, uow, at)
    except Refusal as refusal:
        open_case("no_promise", order, uow, at, reason=refusal.text, values=plain(refusal.values))
        return []
    return _confirm(order, offer, enough, uow, at)


def fulfil(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Promise, confirm and allocate a new order with a known place. Refuses when nothing can be promised."""
    offer, enough = _take(order, uow, at)
    return _confirm(order, offer, enough, uow, at)


def _confirm(order: Order, offer: Offer, enough: bool, uow: UnitOfWork, at: Moment) -> list[Notice]:
    resolve_cases(order, {"no_promise", "address_not_found"}, uow, at)
    uow.record(order.move(OrderStatus.CONFIRMED, at))
    uow.record(order.move(OrderStatus.ALLOCATED if enough else OrderStatus.BACKORDERED, at))
    if not enough:
        open_case("backordered", order, uow, at, skus=sorted(_pieces(uow.orders.lines([order])[order.id or 0])))
    return [confirmation(order, offer, uow, at)]


def _take(order: Order, uow: UnitOfWork, at: Moment) -> tuple[Offer, bool]:
    """Keep goods and a place in a window for the order; whether the goods were there. Looks again when just too late."""
    wanted = _pieces(uow.orders.lines([order])[order.id or 0])
    for left in reversed(range(3)):
        offer = _best_offer(order, wanted, uow, at)
        order.depot_id = offer.depot_id
        enough = _reserve(order, wanted, uow)
        try:
            take_window(order, offer, uow, at, why="ordered")
        except Refusal:
            release_stock(order, uow, at)
            order.depot_id = None
            if not left:
                raise
        else:
            break
    return offer, enough


def allocate_waiting(sku: str, depot_id: int, uow: UnitOfWork, at: Moment) -> None:
    """Give goods that came in to the orders that wait for them, the oldest first, each whole or not at all."""
    for order in uow.orders.backordered(depot_id, sku):
        if _reserve(order, _pieces(uow.orders.lines([order])[order.id or 0]), uow):
            uow.record(order.move(OrderStatus.ALLOCATED, at))
            resolve_cases(order, {"backordered"}, uow, at)


def settle_waiting(uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Try again for the orders that nothing could be promised for."""
    return [notice for order in uow.orders.unpromised() for notice in settle(order, uow, at)]


def take_window(order: Order, offer: Offer, uow: UnitOfWork, at: Moment, why: str) -> None:
    """Book an offer for the order instead of the window it had. Refuses when the last place is just gone."""
    had = (order.promise_day, order.promise_start) if order.promise_day and order.promise_start else None
    earlier = had is not None and had < (offer.day, offer.window.start)  # rows are locked in order of time
    if earlier:
        free_window(order, uow)
    uow.depots.slot(offer.depot_id, offer.day, offer.window, offer.capacity).book()
    order.depot_id = order.depot_id or offer.depot_id
    if had is not None and not earlier:
        free_window(order, uow)
    uow.record(*order.promise(offer.day, offer.window, at, why))


def free_window(order: Order, uow: UnitOfWork) -> None:
    """Give the order's promised window back, when it has one."""
    slot = slot_of(order, uow)
    if slot is not None:
        slot.free()
        uow.flush()


def slot_of(order: Order, uow: UnitOfWork) -> DeliverySlot | None:
    """The slot in which an order is promised, locked."""
    if order.depot_id is None or order.promise_day is None or order.promise_start is None:
        return None
    return uow.depots.find_slot(order.depot_id, order.promise_day, order.promise_start)


def release_stock(order: Order, uow: UnitOfWork, at: Moment) -> None:
    """Take back what was promised of the goods, when anything was."""
    _no_longer_reserved(order, uow, at, "released", StockLevel.release)


def ship(order: Order, uow: UnitOfWork, at: Moment) -> None:
    """The order's goods are loaded: they are at the depot no longer, and promised no longer. Nothing where none were."""
    _no_longer_reserved(order, uow, at, SHIPPED, StockLevel.ship)


def _no_longer_reserved(
    order: Order, uow: UnitOfWork, at: Moment, what: str, change: Callable[[StockLevel, int], None]
) -> None:
    if not order.stock_reserved or order.depot_id is None:
        return
    wanted = owed(order, uow)
    levels = uow.stock.levels(order.depot_id, wanted)
    for sku, quantity in wanted.items():
        change(levels[sku], quantity)
    order.stock_reserved = False
    uow.record(note(order, "stock", at, "reserved", what))


def put_back(order: Order, uow: UnitOfWork, at: Moment, pieces: Mapping[str, int] | None = None) -> bool:
    """The order's goods are at the depot again, or the ``pieces`` (by SKU) of it that came back; whether they had left.

    They stay promised to an order that still wants all of them; otherwise they are anybody's. Of an order that was
    delivered in part only the rest can come back.
    """
    uow.flush()
    if order.depot_id is None or uow.orders.last_change(order, "stock") != SHIPPED:
        return False
    wanted = owed(order, uow)
    back = wanted if pieces is None else {sku: quantity for sku, quantity in pieces.items() if quantity > 0}
    promised = back == wanted and order.status in _STILL_WANTS
    levels = uow.stock.levels(order.depot_id, back)
    for sku, quantity in back.items():
        levels[sku].put_back(quantity, promised=promised)
    order.stock_reserved = promised
    uow.record(note(order, "stock", at, SHIPPED, "reserved" if promised else "released"))
    return True


def keep_rest(order: Order, uow: UnitOfWork, at: Moment) -> None:
    """Promise the rest of an order that was delivered in part, once it is back at the depot; where it is gone, a person
    must find a way. While it is aboard nothing is promised: it is kept when it comes back.
    """
    uow.flush()
    if order.stock_reserved or uow.orders.last_change(order, "stock") in {None, SHIPPED}:
        return
    rest = owed(order, uow)
    if _reserve(order, rest, uow):
        uow.record(note(order, "stock", at, "released", "reserved"))
    else:
        open_case("backordered", order, uow, at, skus=sorted(rest))


def owed(order: Order, uow: UnitOfWork) -> dict[str, int]:
    """Per SKU the pieces of an order that were not handed over yet."""
    wanted = _pieces(uow.orders.lines([order])[order.id or 0])
    had = uow.orders.handed_over([order.number]).get(order.number, {})
    left = {sku: quantity - int(had.get(sku, 0)) for sku, quantity in wanted.items()}
    return {sku: quantity for sku, quantity in left.items() if quantity > 0}


def _pieces(lines: list[tuple[str, str, int]]) -> dict[str, int]:
    """Per SKU how many are wanted in all."""
    pieces: dict[str, int] = {}
    for sku, _, quantity in lines:
        pieces[sku] = pieces.get(sku, 0) + quantity
    return pieces


def _best_offer(order: Order, wanted: dict[str, int], uow: UnitOfWork, at: Moment) -> Offer:
    """The earliest offer of a depot that has the goods, else of any that delivers there."""
    to = Destination(order.country, order.postcode, order.place)
    networks = covering(uow.depots.networks(at.now.date()), to)
    free = uow.stock.peek([each.depot.id or 0 for each in networks], wanted)
    stocked = [
        each for each in networks if all(free.get((each.depot.id or 0, sku), 0) >= wanted[sku] for sku in wanted)
    ]
    return promise(stocked or networks, to, at.now, order.wanted_day, order.wanted_window)


def _reserve(order: Order, wanted: dict[str, int], uow: UnitOfWork) -> bool:
    """Promise the goods, all or none; whether they were there."""
    levels = uow.stock.levels(order.depot_id or 0, wanted)
    if any(sku not in levels or levels[sku].available < quantity for sku, quantity in wanted.items()):
        return False
    for sku, quantity in wanted.items():
        levels[sku].reserve(quantity)
    order.stock_reserved = True
    return True


def confirmation(order: Order, offer: Offer, uow: UnitOfWork, at: Moment) -> OrderConfirmed:
    """What the customer is told of an order that was just promised, with its links."""
    items = tuple(Item(name=name, quantity=quantity) for _, name, quantity in uow.orders.lines([order])[order.id or 0])
    link = DeepLink(
        id=at.ids(), customer_id=order.customer_id, order_number=order.number, expires_at=at.now + LINK_LIFE
    )
    uow.add(link)
    zone = uow.depots.get(offer.depot_id).tz
    return OrderConfirmed(
        to=order.customer_id, about=order.number, number=order.number, items=items, day=offer.day, window=offer.window,
        link=link.id, tracking=tracking.token_of(order, uow, at), good_until=offer.window.on(offer.day, zone)[1].astimezone(UTC),
    )  # fmt: skip
