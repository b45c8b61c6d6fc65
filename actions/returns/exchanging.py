"""Exchanges: what something can be exchanged for, and the order that brings it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from actions.cases import open_case, resolve_cases
from actions.fulfilment import confirmation, free_window, put_back, release_stock, take_window
from actions.intake import FIRST_NUMBER, ask_proof
from actions.leaving import leave_route
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.orders import Order, OrderLine, OrderStatus
from domain.promise import Destination, Offer, covering, promise
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine, ReturnStatus, approved_of
from domain.stock import Product
from domain.values import plain
from storage.unit_of_work import UnitOfWork


def exchange_options(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork) -> list[Product]:
    """What the customer can have instead at no cost and at once, the same again first; of several products what any of them can
    be exchanged for, where each can. Nothing once a difference was given back for it.
    """
    if uow.returns.refunds(made):
        return []
    found: dict[str, Product] = {}
    taken: Counter[str] = Counter()
    for line in unlike(lines):
        options = options_of(made, line, lines, uow, taken)
        if not options:
            return []
        taken[options[0].sku] += pieces_of_sku(line.sku, lines)
        found |= {each.sku: each for each in options}
    return list(found.values())


def unlike(lines: Sequence[ReturnLine]) -> list[ReturnLine]:
    """The approved lines, of each product one: what it is exchanged for is asked once."""
    return list({line.sku: line for line in approved_of(reversed(lines))}.values())[::-1]


def options_of(
    made: Return, line: ReturnLine, lines: Sequence[ReturnLine], uow: UnitOfWork, taken: Mapping[str, int]
) -> list[Product]:
    """What one product can be exchanged for, besides pieces that are ``taken`` for the others (by SKU)."""
    products = [each for each in relatives(line, uow) if is_free_of_charge(each, line)]
    free = uow.stock.peek([made.depot_id or 0], [each.sku for each in products])
    wanted = pieces_of_sku(line.sku, lines)
    return [each for each in products if free.get((made.depot_id or 0, each.sku), 0) - taken.get(each.sku, 0) >= wanted]


def pieces_of_sku(sku: str, lines: Sequence[ReturnLine]) -> int:
    """How many approved pieces of a product come back."""
    return sum(line.quantity for line in approved_of(lines) if line.sku == sku)


def relatives(line: ReturnLine, uow: UnitOfWork) -> list[Product]:
    """The product of a line, and those that differ from it only in size or colour."""
    own = uow.stock.products([line.sku])[line.sku]
    return [*([own] if own.active else []), *(each for each in uow.stock.family(own.family) if each.sku != own.sku)]


def is_free_of_charge(product: Product, line: ReturnLine) -> bool:
    """Whether it costs no more than what comes back did; the same again never does."""
    return product.sku == line.sku or product.price <= line.unit_price


def reserve_exchange(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> Order:
    """Set goods aside for an exchange: an order that costs nothing, and has its day once it is known when the goods come back.

    Refuses what is dearer or of another kind than what comes back, and when they have just gone.
    """
    approved = approved_of(lines)
    for line in approved:
        _check_kind(made, line, uow)
    wanted: dict[str, int] = {}
    for line in approved:
        sku = line.exchange_sku or line.sku
        wanted[sku] = wanted.get(sku, 0) + line.quantity
    number = f"RM-{uow.next_number('order', FIRST_NUMBER)}"
    products = uow.stock.products(wanted)
    _set_aside(made, wanted, products, uow)
    order = _order(made, number, sum(products[sku].price * count for sku, count in wanted.items()), at)
    order.currency = made.currency
    uow.add(order)
    uow.add(
        *(OrderLine(order_id=order.id or 0, sku=sku, quantity=n, unit_price=products[sku].price) for sku, n in wanted.items())
    )  # fmt: skip
    uow.record(note(order, "status", at, None, OrderStatus.CREATED), order.move(OrderStatus.CONFIRMED, at))
    uow.record(order.move(OrderStatus.ALLOCATED, at), note(made, "exchange_order", at, made.exchange_order, number))
    made.exchange_order = number
    if order.place is None:
        uow.want(f"locate:{number}", "locate", {"order": number}, at.now)
    return order


def _check_kind(made: Return, line: ReturnLine, uow: UnitOfWork) -> None:
    sku = line.exchange_sku or line.sku
    if sku == line.sku:
        return
    kin = {each.sku: each for each in relatives(line, uow)}
    if sku not in kin or not is_free_of_charge(kin[sku], line):
        named = uow.stock.products([sku]).get(sku)
        raise Refusal("not_exchanged_for", product=named.name if named is not None else sku, number=made.number)


def drop_exchange(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing is brought in exchange any more: the goods are anybody's, and their window is free again. What has left
    already still comes. What drivers are told is given back.
    """
    if made.exchange_order is None or exchange_has_left(made, uow, lock=True):
        return []
    order = uow.orders.find(made.exchange_order)
    assert order is not None, "an exchange is an order"
    release_stock(order, uow, at)
    free_window(order, uow)
    loaded = order.status == OrderStatus.DISPATCHED
    uow.record(order.cancel("no exchange any more", at), note(made, "exchange_order", at, order.number, None))
    if loaded:
        put_back(order, uow, at)
    made.exchange_order = None
    return leave_route(order, uow, at, "cancelled")


def exchange_waits(made: Return, uow: UnitOfWork) -> bool:
    """Whether what came back is settled, and what it was exchanged for does not come: it is on hold, there are no goods, or no
    day was found. What has left comes."""
    if made.status != ReturnStatus.EXCHANGED or made.exchange_order is None:
        return False
    order = uow.orders.find(made.exchange_order)
    if order is None or not order.before_dispatch:
        return False
    return order.status in {OrderStatus.HELD, OrderStatus.BACKORDERED} or order.promise_day is None


def exchange_has_left(made: Return, uow: UnitOfWork, *, lock: bool = False) -> bool:
    """Whether what is brought in exchange is on its way or with the customer: nothing takes it back any more."""
    order = uow.orders.find(made.exchange_order, lock=lock) if made.exchange_order is not None else None
    if order is None:
        return False
    try:
        order.check_cancellable()
    except Refusal:
        return True
    return False


def check_exchange_is_here(made: Return, uow: UnitOfWork) -> None:
    """Refuses once what is brought in exchange has left: who has it sends the old back, and gets nothing else for that."""
    if exchange_has_left(made, uow, lock=True):
        track = Choice(label="choice.track_return", command="TrackReturn", slots={"return_number": made.number})
        raise Refusal("exchange_has_left", number=made.number, order=made.exchange_order, choices=(track,))


def promise_exchange(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Promise the next day there is room for what is brought in exchange, and tell its customer; where there is no room at all a
    person must find a day, and it is tried again when there is more.

    Nothing where none was reserved, it has its day already, or it is on its way.
    """
    order = uow.orders.find(made.exchange_order, lock=True) if made.exchange_order is not None else None
    if order is None or order.depot_id is None or order.promise_day is not None or not order.before_dispatch:
        return []
    return promise_again(order, uow, at)


def promise_waiting_exchanges(uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Try again for what is brought in exchange and no day was found for."""
    return [notice for order in uow.orders.unpromised_exchanges() for notice in promise_again(order, uow, at)]


def promise_again(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Promise an order that holds its goods the next day with room, and tell its customer; else it is a person's."""
    try:
        offer = _next_offer(order, uow, at)
        take_window(order, offer, uow, at, why="exchange")
    except Refusal as refusal:
        open_case("no_promise", order, uow, at, reason=refusal.text, values=plain(refusal.values))
        return []
    resolve_cases(order, {"no_promise"}, uow, at)
    return [confirmation(order, offer, uow, at)]


def _next_offer(order: Order, uow: UnitOfWork, at: Moment) -> Offer:
    """The next window with room of the depot that has the goods. Refuses when there is none."""
    to = Destination(order.country, order.postcode, order.place)
    networks = covering(uow.depots.networks(at.now.date()), to)
    return promise([each for each in networks if each.depot.id == order.depot_id], to, at.now, None, None)


def _set_aside(made: Return, wanted: dict[str, int], products: dict[str, Product], uow: UnitOfWork) -> None:
    levels = uow.stock.levels(made.depot_id or 0, wanted)
    for sku, count in wanted.items():
        if sku not in levels or levels[sku].available < count:
            again = {"return_number": made.number}
            other = Choice(label="choice.other_resolution", command="ChooseResolution", slots=again)
            raise Refusal("exchange_gone", product=products[sku].name, number=made.number, choices=(other,))
    for sku, count in wanted.items():
        levels[sku].reserve(count)


def _order(made: Return, number: str, worth: int, at: Moment) -> Order:
    order = Order(
        number=number, customer_id=made.customer_id, depot_id=made.depot_id, created_at=at.now, street=made.street,
        postcode=made.postcode, city=made.city, country=made.country, total=0, discount=worth, gift=made.gift,
        channel=made.channel, exchange_of=made.number, stock_reserved=True,
    )  # fmt: skip
    order.place = made.place
    ask_proof(order, at.policies.proof, at, required=at.policies.proof_required)
    return order
