"""Notices about the stops of a route: to their driver what is next, to customers what became of their delivery."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Item, Notice
from domain.notices.orders import OrderNotice
from domain.values import Window


class Parcel(BaseModel):
    """What is done for one order at a stop: ``kind`` delivery or pickup, ``proof`` what is brought back from the door."""

    model_config = ConfigDict(frozen=True)

    number: str | None
    kind: str
    status: str
    name: str = ""
    phone: str | None = None
    items: tuple[Item, ...] = ()
    wishes: tuple[tuple[str, str], ...] = ()
    proof: str = "none"
    required: bool = False
    attempt: int = 1


class StopCard(BaseModel):
    """What a driver should know of a stop: its number, where it is (``place`` "lat,lon"), from when to when its customers
    wait, when it is expected, and what is done there.
    """

    model_config = ConfigDict(frozen=True)

    stop: int
    visit: int
    status: str
    address: str
    place: str
    start: datetime | None = None
    end: datetime | None = None
    eta: datetime | None = None
    done_at: datetime | None = None
    parcels: tuple[Parcel, ...] = ()


class Done(BaseModel):
    """What was just reported of a stop (``what``): ``far`` metres from its address; why it failed, what follows and when;
    what number it ``was``, and whether it comes ``late``, after what its customers were told; what is missing of it, or which report was taken back.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    visit: int | None = None
    stop: int | None = None
    address: str = ""
    at: datetime | None = None
    far: int | None = None
    why: str | None = None
    then: str | None = None
    eta: datetime | None = None
    was: int | None = None
    late: bool = False
    missing: tuple[Item, ...] = ()
    report: str | None = None


class Owed(BaseModel):
    """A return that is still to be collected at a stop where something was handed over: the driver is ``here``, or has driven on;
    what was handed over came in ``exchange`` for it."""

    model_config = ConfigDict(frozen=True)

    stop: int
    here: bool
    number: str
    items: tuple[Item, ...] = ()
    exchange: bool = False


class StopAhead(Notice):
    """What is next on the route: a stop, or nothing. ``done`` says first what was just reported, stop by stop; ``owed`` what is
    still to be collected where something was handed over; ``left`` counts the stops ahead.
    """

    text = "driver.ahead"

    done: tuple[Done, ...] = ()
    owed: tuple[Owed, ...] = ()
    card: StopCard | None = None
    left: int = 0


class StopShown(Notice):
    """All about one stop."""

    text = "driver.stop"

    card: StopCard


class WayShown(Notice):
    """Where a stop is, for the phone's navigation."""

    text = "driver.way"

    stop: int
    address: str
    place: str


class PinWaived(Notice):
    """An order may be handed over without its PIN: a person has looked into it."""

    text = "driver.pin_waived"

    number: str


class RouteShown(Notice):
    """All stops of the driver's route in order; ``left`` counts those ahead."""

    text = "driver.stops"

    route: int
    cards: tuple[StopCard, ...]
    left: int


class OrderDelivered(OrderNotice):
    """The order was handed over, or (``partly``) some of it; ``by`` who took it, ``tracking`` its page with the proof."""

    text = "order.delivered"
    urgent = True

    at: datetime
    tracking: str
    by: str | None = None
    partly: bool = False
    missing: tuple[Item, ...] = ()

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status in {"delivered", "partially_delivered"}


class DeliveryFailed(OrderNotice):
    """Nothing was handed over: why (a `domain.handing.Failure`), and what follows: ``today`` with the expected span,
    ``tomorrow`` (another day) with the new promise, or ``depot``.
    """

    text = "order.attempt_failed"
    urgent = True

    at: datetime
    why: str
    then: str
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    window: Window | None = None

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status in {"failed", "rescheduled", "out_for_delivery", "returned_to_depot"}


class DeliveryLater(OrderNotice):
    """The driver passed by and comes later the same day, expected within a span."""

    text = "order.later_today"
    urgent = True

    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status == "out_for_delivery"


class ReportCorrected(OrderNotice):
    """What was just told of a delivery was a mistake. ``what`` was told: delivered, failed, skipped; ``start`` and ``end``
    are when it is expected now.
    """

    text = "order.corrected"
    urgent = True

    what: str
    start: datetime | None = None
    end: datetime | None = None
