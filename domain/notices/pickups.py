"""What customers hear while somebody comes to collect what they send back; ``about`` is the return's number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.notices.base import Item, Notice
from domain.notices.ladder import within
from domain.notices.shifts import HandedIn


class _Pickup(Notice):
    """Something about a return that is to be collected."""

    number: str
    items: tuple[Item, ...] = ()

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status == "pickup_planned"


class PickupPlanned(_Pickup):
    """When the driver comes, by plan; ``again`` when another window was told before. ``code`` is what the customer tells the
    driver; with ``left`` the driver has left the depot.
    """

    text = "pickup.planned"
    rings = True

    start: datetime
    end: datetime
    again: bool = False
    left: bool = False
    code: str | None = None

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["start"], facts["end"], told_start, told_end)


class PickupChanged(_Pickup):
    """The driver comes in another window than was told; ``why`` names what happened."""

    text = "pickup.changed"
    urgent = True
    rings = True

    was_start: datetime
    was_end: datetime
    start: datetime
    end: datetime
    why: str

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["start"], facts["end"], told_start, told_end)


class PickupNear(_Pickup):
    """The driver is there soon. ``was_start`` and ``was_end`` where another window was told before."""

    text = "pickup.near"
    urgent = True
    rings = True

    first_name: str | None
    eta: datetime
    stops_before: int
    code: str | None = None
    was_start: datetime | None = None
    was_end: datetime | None = None


class ReturnCollected(_Pickup):
    """We have it; ``missing`` is what was not handed over, of which nothing comes back."""

    text = "pickup.collected"
    urgent = True

    at: datetime
    missing: tuple[Item, ...] = ()

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status not in {None, "approved", "pickup_planned", "cancelled"}


class PickupOff(_Pickup):
    """Nobody collects it now: ``why`` (a `domain.handing.Failure`, or ``not_planned``, ``not_reached``). The customer chooses
    another day, or (``person``) somebody of the business looks into it. It was to be collected on ``day``.
    """

    text = "pickup.called_off"

    why: str
    day: date | None = None
    person: bool = False

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status == "approved"


class PickupLater(_Pickup):
    """The driver comes later the same day."""

    text = "pickup.later"
    urgent = True

    start: datetime
    end: datetime


class PickupCorrected(_Pickup):
    """What a driver reported was a mistake; ``told`` is what of it was told."""

    text = "pickup.corrected"
    urgent = True

    told: str


class ReturnsBrought(Notice):
    """A driver's shift is over, and these returns are handed in at the depot."""

    text = "pickup.brought"

    driver_name: str
    hand_in: tuple[HandedIn, ...]
