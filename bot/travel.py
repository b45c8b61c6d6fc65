"""Travel times between the places of a day: from an OSRM server where there is one, else by straight line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from sqlmodel import Session

from bot.clock import now
from bot.settings import Settings
from domain.routing.problem import Integers, Matrix
from domain.travel.learning import NOTHING_LEARNED, Learned
from domain.travel.sources import UNKNOWN, Source
from domain.travel.straight import straight_line
from domain.travel.times import Travel, travel_between
from domain.values import Place
from storage import travel
from storage.database import Database

#: So many rows of the cache are written in one transaction: it must not hold up anybody's turn.
_ROWS = 50


def travel_times(
    places: Sequence[Place],
    zone: ZoneInfo,
    shift: tuple[datetime, datetime],
    settings: Settings,
    database: Database,
    learned: Learned = NOTHING_LEARNED,
) -> Travel:
    """Travel between the places, in their order, at the mean traffic of ``shift`` (aware moments) in the depot's zone.

    Never raises for what the OSRM server does: pairs that it does not tell are straight lines, and the result says so.
    Blocks while the server is asked, ``osrm_patience`` seconds at most; not for use within a transaction.
    """
    routed = _routed(places, settings, database) if settings.osrm_url is not None and len(places) > 1 else None
    return travel_between(straight_line(places), routed, shift, zone, learned)


def told_by(settings: Settings) -> str:
    """The name the cache keeps OSRM's answers under: another profile is another source."""
    return f"{Source.OSRM.value} {settings.osrm_profile}"


def _routed(places: Sequence[Place], settings: Settings, database: Database) -> Matrix:
    """What OSRM tells now or told before; each different place is asked for once."""
    digests, first, back = np.unique(
        np.array([place.digest() for place in places], np.int64), return_index=True, return_inverse=True
    )
    different = [places[each] for each in first]
    source, moment = told_by(settings), now()
    since = moment - timedelta(days=settings.osrm_cache_days)
    with database.reading() as session:
        table = travel.recall(session, source, digests, since)
    np.fill_diagonal(table.seconds, 0)
    np.fill_diagonal(table.metres, 0)
    unknown = table.seconds == UNKNOWN
    if unknown.any():
        from bot import osrm  # the client is loaded where it is used

        osrm.fill(table, different, settings)
        if settings.osrm_cache_days:
            _remember(database, source, digests, table, unknown & (table.seconds != UNKNOWN), since)
    every = np.ix_(back, back)
    return Matrix(table.seconds[every], table.metres[every])


def _remember(
    database: Database, source: str, digests: Integers, table: Matrix, fresh: npt.NDArray[np.bool_], since: datetime
) -> None:  # fmt: skip
    """Keep what was told for the first time."""
    rows = np.flatnonzero(fresh.any(axis=1)).tolist()
    for first in range(0, len(rows), _ROWS):

        def work(session: Session, some: Sequence[int] = rows[first : first + _ROWS]) -> None:
            for row in some:
                travel.remember(session, source, digests, row, table, fresh[row], now(), since)

        database.retrying(work)
