"""What is noticed about a return when it is asked for: from its own goods, its customer and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from actions.cases import open_about
from actions.returns.deciding import RECORD
from domain import return_signals
from domain.moment import Moment
from domain.return_signals import WITHIN_DAYS, Pieces, Signal, SignalCode
from domain.returns import Outcome, Return, ReturnLine, approved_of
from storage.unit_of_work import UnitOfWork

#: So far back the usual rate of the shop and of its goods is looked for.
USUAL = timedelta(days=180)
#: The exception that a product comes back too often.
GOODS_COME_BACK = "return_goods"


def notice_signals(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """Keep with a return what was noticed. Who buys its goods hears where these come back too often; a line that was to be
    approved waits for a person where the signals say so."""
    found = signals_of(made, lines, uow, at)
    for signal in found:
        if signal.code == SignalCode.GOODS_RATE:
            open_about(GOODS_COME_BACK, str(signal.values["sku"]), uow, at, **signal.values)
    made.signals = [signal.kept() for signal in found]
    if not return_signals.needs_a_person(found, {line.reason for line in lines}):
        return
    for line in approved_of(lines):
        line.outcome = Outcome.REVIEW


def signals_of(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Signal]:
    """All that can be noticed before the goods are here."""
    look, customer = uow.reviewing, made.customer_id
    since, usual = at.now - RECORD, at.now - USUAL
    marks = uow.customers.get(customer).fraud_marks
    photos = [photo for line in lines for photo in line.photos]
    orders = {line.order_number for line in lines}
    possible = (
        return_signals.fraud_marks(marks),
        return_signals.same_photo(look.seen_with(photos, orders)),
        *(_worth_more(number, uow) for number in sorted(orders)),
        return_signals.customer_rate(look.pieces_of(customer, since), look.pieces_but(customer, usual)),
        return_signals.several(look.chosen_returns_of(customer, at.now - timedelta(days=WITHIN_DAYS))),
        return_signals.addresses(look.addresses_of(customer, since)),
        *(_of_goods(sku, uow, at) for sku in sorted({line.sku for line in lines})),
    )
    return [signal for signal in possible if signal is not None]


def _worth_more(number: str, uow: UnitOfWork) -> Signal | None:
    """Of an order that came at a price: whose total is not known says nothing."""
    order = uow.orders.find(number)
    if order is None or order.total <= 0:
        return None
    paid = order.total + order.discount  # pieces are counted by their prices
    return return_signals.worth_more(uow.reviewing.returned_worth(number), paid, order.currency, number)


def _of_goods(sku: str, uow: UnitOfWork, at: Moment) -> Signal | None:
    since = at.now - USUAL
    own: Pieces = uow.reviewing.pieces_of_sku(sku, since)
    if own.returned < return_signals.FEWEST_RETURNED:
        return None
    product = uow.stock.products([sku])[sku].name
    return return_signals.goods_rate(sku, product, own, uow.reviewing.pieces_but_sku(sku, since))
