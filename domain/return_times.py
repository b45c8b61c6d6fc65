"""When the money of a return can be expected: by how long past ones took, or by what is usual until enough of them are known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.returns import UNDER_WAY, ReturnStatus, Way

S = ReturnStatus
#: So many past returns are enough to go by, and of them so many in a hundred were settled in the time that is told.
ENOUGH, SHARE = 10, 80
#: Only what was settled this lately says how long it takes now.
LOOK_BACK = timedelta(days=90)
#: So long a parcel is on its way to us, by the way it comes back.
ON_THE_WAY = {Way.LABEL: timedelta(days=3), Way.PICKUP: timedelta(days=1), Way.DROP_OFF: timedelta(0)}


@dataclass(frozen=True, slots=True)
class Expected:
    """On which local ``day`` the money is expected; ``late`` says that this day is over and it takes longer than usual.
    ``learned`` says that past returns show it."""

    day: date
    late: bool
    learned: bool


def usual_time(
    status: str, way: str | None, past: Iterable[tuple[str, timedelta]], refund_days: int
) -> tuple[timedelta, bool]:
    """How long it takes from a state (one of UNDER_WAY) to the money, and whether ``past`` (state and duration) shows it."""
    known = sorted(lasted for state, lasted in past if state == status)
    if len(known) >= ENOUGH:
        return _quantile(known), True
    before = ON_THE_WAY.get(Way(way or Way.DROP_OFF), timedelta(0)) if status == S.IN_TRANSIT else timedelta(0)
    return before + timedelta(days=refund_days), False


def expected(
    status: str,
    since: datetime,
    way: str | None,
    past: Iterable[tuple[str, timedelta]],
    refund_days: int,
    zone: ZoneInfo,
    now: datetime,
) -> Expected | None:
    """When the money of a return is expected that took its state at ``since``; None while its goods are not on their way."""
    if status not in UNDER_WAY:
        return None
    lasts, learned = usual_time(status, way, past, refund_days)
    day = (since + lasts).astimezone(zone).date()
    return Expected(day, late=day < now.astimezone(zone).date(), learned=learned)


def _quantile(durations: Sequence[timedelta]) -> timedelta:
    """The time within which SHARE in a hundred of the sorted ``durations`` lie."""
    return durations[math.ceil(len(durations) * SHARE / 100) - 1]
