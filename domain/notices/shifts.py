"""Notices of a driver's day: joining, the shift from beginning to end, and what the dispatcher says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Item, Notice


class Loaded(BaseModel):
    """What is on the vehicle for one stop, by its number."""

    model_config = ConfigDict(frozen=True)

    stop: int
    number: str
    items: tuple[Item, ...]


class DriverCodeMade(Notice):
    """A code by which a driver's phone joins, until when. ``name`` is whose."""

    text = "driver.code"

    name_of: str
    code: str
    until: datetime


class DriverJoined(Notice):
    """The chat is the driver's now. ``again`` where it was before."""

    text = "driver.joined"

    first_name: str
    again: bool = False


class DriverReleased(Notice):
    """The driver talks from another phone now; this chat is nobody's."""

    text = "driver.released"

    first_name: str
    at: datetime


class ShiftStarted(Notice):
    """The shift runs, since ``at``. Without a ``route`` there is none for the driver yet; ``leaves`` is when it should
    leave the depot."""

    text = "shift.started"

    at: datetime
    vehicle: str
    route: bool
    leaves: datetime | None = None
    stops: int = 0
    pieces: int = 0
    load: tuple[Loaded, ...] = ()
    reference: str | None = None


class VehicleOut(Notice):
    """A vehicle is out of service, filed as ``reference``; the driver takes another, if there is one."""

    text = "shift.vehicle_out"

    vehicle: str
    reference: str
    others: int


class VehicleReturned(Notice):
    """A vehicle is in service; ``changed`` where it was not."""

    text = "shift.vehicle_returned"

    vehicle: str
    changed: bool


class PackageMissing(Notice):
    """Orders were not there at loading and are off the route; the customers and staff know."""

    text = "shift.package_missing"

    numbers: tuple[str, ...]
    left: int


class LoadConfirmed(Notice):
    """Everything is loaded. ``left_off`` are orders that are not to go, whatever lies there."""

    text = "shift.loaded"

    stops: int
    pieces: int
    left_off: tuple[str, ...] = ()
    leaves: datetime | None = None


class Departed(Notice):
    """The route has left the depot, with so many stops ahead; ``followed`` where it is known where the vehicle is."""

    text = "shift.departed"

    at: datetime
    stops: int
    followed: bool = True


class BreakStarted(Notice):
    """A break goes on since then."""

    text = "shift.break_started"

    at: datetime


class BreakEnded(Notice):
    """A break is over; it took ``minutes``."""

    text = "shift.break_ended"

    minutes: int


class DelayNoted(Notice):
    """Everything comes ``minutes`` later; ``told`` customers hear of another window now."""

    text = "shift.delay_noted"

    minutes: int
    told: int


class IncidentNoted(Notice):
    """An incident of a kind is filed as ``reference``; staff know."""

    text = "shift.incident_noted"

    kind: str
    reference: str


class DispatcherTold(Notice):
    """What the driver said is with the dispatcher, filed as ``reference``; ``opens`` says when somebody is in."""

    text = "shift.dispatcher_told"

    reference: str
    open_now: bool
    opens: datetime | None = None


class DispatcherSaid(Notice):
    """What the dispatcher says to a driver."""

    text = "shift.dispatcher_said"

    words: str


class HandedIn(BaseModel):
    """A return that was collected, and what of it there is."""

    model_config = ConfigDict(frozen=True)

    number: str
    items: tuple[Item, ...]


class ShiftEnded(Notice):
    """The shift is over, and what it came to (`actions.driving.ending`). ``returned`` orders came back to the depot, where
    ``hand_in`` is handed in."""

    text = "shift.ended"

    began: datetime
    at: datetime
    summary: dict[str, Any]
    returned: tuple[str, ...] = ()
    hand_in: tuple[HandedIn, ...] = ()


class RouteForDriver(Notice):
    """A driver has a route: when it leaves, with how many stops."""

    text = "driver.route"

    day: date
    leaves: datetime | None
    vehicle: str | None
    stops: int
    again: bool = False


class RouteLost(Notice):
    """A driver's route is another's now."""

    text = "driver.route_lost"

    day: date


class StopsChanged(Notice):
    """A driver's route under way has changed: addresses that joined and are gone, whether the order is another, and
    which is the next one."""

    text = "driver.stops_changed"

    joined: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: bool = False
    coming: str | None = None


class StopInstructed(Notice):
    """A customer of the driver's route says something else than before of how to deliver: (kind, words)."""

    text = "driver.instructed"

    stop: int
    address: str
    wishes: tuple[tuple[str, str], ...]


class StopCalledOff(Notice):
    """A customer of the driver's route does not want or get it today; its package comes back, where it is ``aboard``."""

    text = "driver.called_off"

    stop: int
    address: str
    number: str
    aboard: bool = True
