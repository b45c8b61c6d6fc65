"""Notices about what customers asked or told beyond where their order is."""

from __future__ import annotations

from datetime import date, datetime

from domain.notices.base import Notice
from domain.notices.orders import OrderNotice
from domain.values import Window


class AddressChanged(OrderNotice):
    """The order goes to another address; the promise stays, or there is none yet."""

    text = "order.address_changed"

    address: str
    day: date | None = None
    window: Window | None = None


class InstructionsNoted(OrderNotice):
    """What the driver is told, by kind and words; nothing when it was taken back."""

    text = "order.instructions_noted"

    wishes: tuple[tuple[str, str], ...] = ()


class ProblemReported(OrderNotice):
    """A problem is filed; ``opens`` says when somebody looks at it, where the office is not open now.

    ``already`` when it was known and this added to it; ``photos`` counts all of them; ``at_once`` when the customer can have
    it settled without waiting.
    """

    text = "problem.reported"

    reference: str
    kind: str
    item: str | None = None
    photos: int = 0
    already: bool = False
    open_now: bool = False
    opens: datetime | None = None
    at_once: bool = False


class RatingTaken(OrderNotice):
    """What somebody thought of a delivery is kept; ``until`` it can be changed."""

    text = "rating.taken"

    score: int
    words: str = ""
    was: int | None = None
    until: datetime


class ProofShown(OrderNotice):
    """How a delivery is recorded: when, who took it, the photo and the place; ``recorded`` when anything but the time is."""

    text = "proof.shown"

    at: datetime | None = None
    by: str | None = None
    recorded: bool = False
    photo: bool = False
    place: bool = False


class MessagesSet(Notice):
    """How somebody hears from us from now on; ``changed`` names what is new."""

    text = "messages.set"

    changed: tuple[str, ...] = ()
    on: bool
    known: bool
    channel: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    language: str
