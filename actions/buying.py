"""Before buying: when it would arrive, and whether it is there."""

from __future__ import annotations

from domain.commands import AskPromise, CheckStock
from domain.moment import Moment
from domain.notices import Notice, PromiseGiven, StockTold
from domain.promise import Destination, Offer, covering, last_order, offers, promise
from domain.refusals import NotFound, Refusal
from domain.values import Place, Window
from storage.unit_of_work import UnitOfWork


def ask_promise(command: AskPromise, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The earliest promise for a postcode, on the wished day where there is one. Refuses with the reason."""
    offer = offer_for(command, uow, at)
    order_by = last_order(uow.depots.get(offer.depot_id), offer.day)
    product = uow.stock.products([command.product]).get(command.product) if command.product else None
    return [
        PromiseGiven(
            postcode=command.postcode, day=offer.day, window=offer.window, order_by=order_by,
            product=product.name if product else None, wanted_day=command.day,
        )
    ]  # fmt: skip


def offer_for(
    command: AskPromise,
    uow: UnitOfWork,
    at: Moment,
    *,
    country: str | None = None,
    place: Place | None = None,
    quantity: int = 1,
    window: Window | None = None,
) -> Offer:
    """The offer behind a promise; the country is the first depot's when not given. Refuses with the reason."""
    networks = uow.depots.networks(at.now.date())
    if not networks:
        raise Refusal("no_depots")
    if command.product:
        _check_there(command.product, quantity, uow)
    to = Destination(country or networks[0].depot.country, command.postcode, place)
    return promise(networks, to, at.now, command.day, window)


def other_offers(chosen: Offer, to: Destination, uow: UnitOfWork, at: Moment, limit: int = 6) -> list[Offer]:
    """What else could be promised there, the next in time first."""
    networks = covering(uow.depots.networks(at.now.date()), to)
    possible = sorted(
        {(each.day, each.window): each for network in networks for each in offers(network, at.now)}.values()
    )
    return [each for each in possible if (each.day, each.window) != (chosen.day, chosen.window)][:limit]


def _check_there(sku: str, quantity: int, uow: UnitOfWork) -> None:
    product = uow.stock.products([sku]).get(sku)
    if product is None or not product.active:
        raise NotFound("no_such_product", ask="product", product=sku)
    available = uow.stock.available(sku)
    if available < 1:
        raise Refusal("sold_out", product=product.name)
    if available < quantity:
        raise Refusal("not_enough_stock", sku=product.name, available=available, wanted=quantity)


def check_stock(command: CheckStock, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """How many pieces can be bought. Refuses a product that is not sold."""
    product = uow.stock.products([command.product]).get(command.product)
    if product is None or not product.active:
        raise NotFound("no_such_product", ask="product", product=command.product)
    available = uow.stock.available(product.sku)
    return [StockTold(product=product.name, sku=product.sku, available=available, asked=command.quantity)]
