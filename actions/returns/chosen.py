"""How a return comes back, as its customer is told."""

from __future__ import annotations

from collections.abc import Sequence

from actions.returns.opening import terms_of
from actions.returns.stepping import next_step
from actions.returns.told import live_name
from domain.depots import spans
from domain.moment import Moment
from domain.notices import WayChosen
from domain.returns import Return, ReturnLine, Way, approved_of
from domain.values import Money
from storage.unit_of_work import UnitOfWork

SHOP, THEIRS = "shop", "customer"


def carriage_of(lines: Sequence[ReturnLine]) -> str:
    """Who pays the way back: the customer, where the terms of any line say so, else the shop."""
    terms = [terms_of(line).carriage for line in approved_of(lines)]
    return THEIRS if THEIRS in terms else SHOP


def way_chosen(made: Return, uow: UnitOfWork, at: Moment, was: tuple[object, object] = (None, None)) -> WayChosen:
    """How a return comes back, as its customer is told."""
    lines = uow.returns.lines(made)
    depot = uow.depots.get(made.depot_id) if made.depot_id is not None else None
    window = made.pickup_window
    changed = was if was[0] is not None and was != (made.pickup_day, window) else (None, None)
    brought = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
    together = (
        brought is not None
        and made.pickup_day is not None
        and (brought.promise_day, brought.window) == (made.pickup_day, window)
    )
    where = f"{depot.street}, {depot.postcode} {depot.city}".strip(", ") if depot is not None else ""
    return WayChosen(
        about=lines[0].order_number, number=made.number, way=made.way or Way.NONE.value, day=made.pickup_day, window=window,
        was_day=changed[0], was_window=changed[1], depot=depot.name if depot is not None else "",
        address=made.address if made.way == Way.PICKUP else where,
        opening=spans(depot.opening_days) if depot is not None else (),
        fee=Money(made.fee, made.currency) if made.fee else None, carriage=carriage_of(lines), expires_on=made.expires_on,
        code=made.code if made.told_start is not None else None,
        exchange=brought.number if together and brought is not None else None, token=made.token, live=live_name(made),
        choices=next_step(made, uow, at),
    )  # fmt: skip
