"""Notices: facts for somebody. The words live in text files; a notice holds values, never entities."""

from domain.notices.base import Asked, Choice, Facts, Item, Media, Notice, Refused, Said
from domain.notices.office import CaseResolved, WasSetUp
from domain.notices.orders import (
    OrderCancelled,
    OrderConfirmed,
    OrderNotice,
    OrderRescheduled,
    OrderTracked,
    PlaceFound,
    PromiseGiven,
    StockTold,
)
from domain.notices.talk import ChatBound, PersonWillHelp

__all__ = [
    "Asked",
    "CaseResolved",
    "ChatBound",
    "Choice",
    "Facts",
    "Item",
    "Media",
    "Notice",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderNotice",
    "OrderRescheduled",
    "OrderTracked",
    "PersonWillHelp",
    "PlaceFound",
    "PromiseGiven",
    "Refused",
    "Said",
    "StockTold",
    "WasSetUp",
]
