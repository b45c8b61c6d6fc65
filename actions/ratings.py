"""Asking customers how it was: once, some time after the delivery."""

from __future__ import annotations

from datetime import timedelta

from actions.deliveries import SCORES
from actions.live import depot_called
from actions.told import items_of
from domain.commands import AskRatings
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, RatingAsked
from domain.orders import DELIVERED, Order
from storage.unit_of_work import UnitOfWork

#: So long after the delivery it is asked, and not any more after so long; an unanswered one is of use as long.
AFTER, UNTIL = timedelta(minutes=30), timedelta(hours=24)


def ask_ratings(command: AskRatings, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask for ratings of what a depot delivered lately; not those who rated, or told of a problem, by themselves."""
    depot = depot_called(command.depot, uow)
    today = at.now.astimezone(depot.tz).date()
    numbers = uow.dispatch.delivered(
        depot.id or 0, (today - timedelta(days=1), today), at.now - UNTIL, at.now - AFTER
    )  # fmt: skip
    orders = [
        order for order in uow.orders.named(numbers) if order.status in DELIVERED and order.rating_asked_at is None
    ]
    rated = uow.orders.rated(order.number for order in orders)
    troubled = {case.order_number for case in uow.cases.of_orders(numbers) if case.kind.startswith("problem.")}
    wanted = [order for order in orders if order.number not in rated | troubled]
    items = items_of(wanted, uow)
    for order in wanted:
        order.rating_asked_at = at.now
        uow.record(note(order, "rating_asked", at))
    return [
        RatingAsked(
            about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
            choices=_stars(order), good_until=at.now + UNTIL,
        )
        for order in wanted
    ]  # fmt: skip


def _stars(order: Order) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            label="choice.stars", values={"score": n}, command="RateDelivery", slots={"order": order.number, "score": n}
        )
        for n in SCORES
    )
