"""The told window: what a customer is told from an ETA, in round times, and within the promise wherever that is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.eta import Eta

#: Why a told window changed, where it became narrower and nothing else: customers need not hear of it.
REFINED = "refined"
#: So far may an ETA be outside the told window before the customer hears of another.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Telling:
    """How windows are told: in steps that divide an hour, with a least and a greatest width, both whole steps.

    ``later`` is by how much the side of an ETA's span is stretched that is after the likely moment.
    """

    step: timedelta = timedelta(minutes=15)
    least: timedelta = timedelta(minutes=30)
    most: timedelta = timedelta(hours=2)
    later: float = 1.0

    def __post_init__(self) -> None:
        if not timedelta(0) < self.step <= self.least <= self.most:
            raise ValueError("a told window is at least one step wide")
        if self.later < 1.0:
            raise ValueError("a told window is no narrower than what is likely")
        if any(each % self.step for each in (timedelta(hours=1), self.least, self.most)):
            raise ValueError("the widths of a told window are whole steps, and so is an hour")


#: How windows are told when a plan is published. A span knows ways and stops, not what befalls a day: a van that breaks
#: down, stops that others take over. That makes nobody earlier, so the late side gets half as much again.
PLANNED = Telling(later=1.5)
#: How windows are told that become narrower while the vehicle comes nearer.
SHARPER = Telling(step=timedelta(minutes=5))
#: No window becomes narrower for who is served later than this: what is still to happen until then is not in any span,
#: and a narrow window is kept once it is told. In simulated days spans held 91 times of 100 an hour before, 84 times
#: four hours before.
CLOSE = timedelta(minutes=80)
#: A window becomes another only where it is narrower by so much: less is no news.
GAIN = timedelta(minutes=10)
#: By so much an ETA's span is stretched before it is told: it holds 19 times of 20 where it is looked at once, but it is
#: looked at every two minutes and the narrowest that ever was is kept.
SURER = 1.2


@dataclass(frozen=True, slots=True)
class Told:
    """A window to tell. ``keeps_promise`` is False where the ETA has left the promise: that is to be said, not hidden."""

    start: datetime
    end: datetime
    keeps_promise: bool = True


def leaves(eta: Eta, start: datetime, end: datetime) -> bool:
    """Whether a customer who was told a window must hear another."""
    return eta.likely < start - GRACE or eta.likely > end + GRACE


def told_window(
    eta: Eta, zone: ZoneInfo, promise: tuple[datetime, datetime] | None = None, telling: Telling = Telling()
) -> Told:
    """The window to tell for an ETA: its span rounded outward to local round times, neither too narrow nor too wide.

    Cut to the promise when the likely moment lies in it, else as the ETA says and ``keeps_promise`` is False. Too wide a
    span is cut where it is least likely, in proportion to both its sides.
    """
    eta = replace(eta, late=eta.likely + telling.later * (eta.late - eta.likely))
    start, end = _down(eta.early, zone, telling.step), _up(eta.late, zone, telling.step)
    if end - start > telling.most:
        start, end = _cut(eta, zone, telling)
    keeps = promise is None or promise[0] <= eta.likely <= promise[1]
    if promise is None or not keeps:
        return Told(*_widened(start, end, telling, zone), keeps_promise=keeps)
    start, end = max(start, promise[0]), min(end, promise[1])
    start, end = _widened(start, end, telling, zone)
    if start < promise[0]:
        start, end = promise[0], end + (promise[0] - start)
    if end > promise[1]:
        start, end = max(promise[0], start - (end - promise[1])), promise[1]
    return Told(start, end)


def refined(
    eta: Eta, start: datetime, end: datetime, zone: ZoneInfo, now: datetime, telling: Telling = SHARPER
) -> Told | None:
    """A narrower window within the told one, for an ETA that is `CLOSE` and has become sharper; None where it would not be
    much narrower.

    It is the ETA's span made surer, rounded outward, and never beyond what was told. Told once, it holds whatever the ETA
    does afterwards, for that is what a span says; so it need not follow each of its moves.
    """
    if eta.likely - now > CLOSE or not start <= eta.likely <= end:
        return None
    early, late = eta.likely - SURER * (eta.likely - eta.early), eta.likely + SURER * (eta.late - eta.likely)
    sharp = max(start, _down(early, zone, telling.step)), min(end, _up(late, zone, telling.step))
    start_, end_ = _within(*sharp, start, end, telling)
    if (end - start) - (end_ - start_) < GAIN:
        return None
    return Told(start_, end_)


def _within(
    start: datetime, end: datetime, least: datetime, most: datetime, telling: Telling
) -> tuple[datetime, datetime]:
    """At least as wide as windows are told, between two moments."""
    lacking = telling.least - (end - start)
    if lacking <= timedelta(0):
        return start, end
    start = max(least, start - lacking // 2 // telling.step * telling.step)
    end = min(most, start + telling.least)
    return max(least, end - telling.least), end


def _cut(eta: Eta, zone: ZoneInfo, telling: Telling) -> tuple[datetime, datetime]:
    before = (eta.likely - eta.early) / (eta.late - eta.early)
    start = _down(eta.likely - telling.most * before, zone, telling.step)
    if start + telling.most < eta.likely:
        start += telling.step
    return start, start + telling.most


def _widened(start: datetime, end: datetime, telling: Telling, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """At least ``least`` wide, on both sides alike, in whole steps, the odd one later."""
    lacking = telling.least - (end - start)
    if lacking <= timedelta(0):
        return start, end
    start = _down(start - lacking // 2 // telling.step * telling.step, zone, telling.step)
    return start, max(end, start + telling.least)


def _down(moment: datetime, zone: ZoneInfo, step: timedelta) -> datetime:
    """The last round local time at ``moment`` or before, in UTC's own length of time."""
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond) % step
    return moment - past


def _up(moment: datetime, zone: ZoneInfo, step: timedelta) -> datetime:
    down = _down(moment, zone, step)
    return moment if down == moment else down + step
