"""Tracking links: one for each order; whoever holds it may see that order and talk about it, for as long as it lives."""

from __future__ import annotations

from datetime import datetime

from domain.conversations import TRACKING_FOR, TrackingLink
from domain.moment import Moment
from domain.orders import FINISHED, Order
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork


def token_of(order: Order, uow: UnitOfWork, at: Moment) -> str:
    """The token of the order's page, made when it has none yet."""
    link = uow.chats.tracking_of(order.number)
    if link is None:
        link = TrackingLink(token=at.ids(), order_number=order.number, created_at=at.now)
        uow.add(link)
    return link.token


def order_of(token: str, uow: UnitOfWork, now: datetime) -> Order:
    """The order a token opens. Refuses one that is unknown, or dead since 14 days after the end, alike."""
    link = uow.chats.tracking(token)
    order = uow.orders.find(link.order_number) if link is not None else None
    if order is None or is_dead(order, uow, now):
        raise NotFound("link_dead")
    return order


def is_dead(order: Order, uow: UnitOfWork, now: datetime) -> bool:
    """Whether the order ended so long ago that its link opens nothing any more."""
    if order.status not in FINISHED:
        return False
    ended = uow.orders.last_event(order, order.status)
    return ended is None or now - ended.at > TRACKING_FOR
