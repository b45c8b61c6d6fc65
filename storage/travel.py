"""Travel times that a source has told, kept for a while: one row for each origin, its destinations packed.

A pair of places for each row would be a million rows for a day of a thousand stops. Places are digests
(`domain.values.Place.digest`): the cache tells how far apart points are, not where anybody lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Column, LargeBinary, delete, select
from sqlmodel import Field, Session, SQLModel

from domain.columns import UtcDateTime
from domain.routing.problem import Integers, Matrix
from domain.travel.sources import UNKNOWN
from storage.database import upsert

#: One destination: its digest, seconds, metres, and the hour since 1970 in which that was said.
_ENTRY = np.dtype([("to", "<i8"), ("seconds", "<i4"), ("metres", "<i4"), ("hour", "<i4")])
#: So many destinations are kept for an origin, the newest.
_MOST = 4096
#: So many rows are read at once.
_AT_ONCE = 500


class TravelRow(SQLModel, table=True):
    """The ways from one place as ``source`` told them; ``told_at`` is when the newest was."""

    __tablename__ = "travel_row"

    source: str = Field(primary_key=True)
    origin: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    told_at: datetime = Field(sa_type=UtcDateTime, index=True)
    entries: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


_rows = TravelRow.__table__  # type: ignore[attr-defined]
Entries = npt.NDArray[np.void]


def recall(session: Session, source: str, digests: Integers, since: datetime) -> Matrix:
    """What ``source`` told since then of the ways between n places: (n, n), `UNKNOWN` where nothing is kept.

    ``digests`` are different from each other, in ascending order.
    """
    size = len(digests)
    table = Matrix(np.full((size, size), UNKNOWN, np.int64), np.full((size, size), UNKNOWN, np.int64))
    for first in range(0, size, _AT_ONCE):
        for origin, entries in _read(session, source, digests[first : first + _AT_ONCE], since).items():
            columns = np.searchsorted(digests, entries["to"])
            here = columns < size
            here[here] = digests[columns[here]] == entries["to"][here]
            row = int(np.searchsorted(digests, origin))
            table.seconds[row, columns[here]] = entries["seconds"][here]
            table.metres[row, columns[here]] = entries["metres"][here]
    return table


def remember(
    session: Session, source: str, digests: Integers, row: int, table: Matrix, fresh: npt.NDArray[np.bool_],
    now: datetime, since: datetime,
) -> None:  # fmt: skip
    """Keep the ``fresh`` ones of a row of a table; of what is there already, what was told since then."""
    told = np.zeros(int(fresh.sum()), _ENTRY)
    told["to"], told["seconds"], told["metres"] = digests[fresh], table.seconds[row, fresh], table.metres[row, fresh]
    told["hour"] = _hour(now)
    origin = int(digests[row])
    kept = _read(session, source, digests[row : row + 1], since).get(origin)
    if kept is not None:
        told = np.concatenate((told, kept[~np.isin(kept["to"], told["to"])]))[:_MOST]
    insert = upsert(session, _rows)
    values = {"told_at": insert.excluded.told_at, "entries": insert.excluded.entries}
    session.execute(
        insert.on_conflict_do_update(index_elements=[_rows.c.source, _rows.c.origin], set_=values),
        {"source": source, "origin": origin, "told_at": now, "entries": told[:_MOST].tobytes()},
    )


def told(session: Session, origin: int, destination: int) -> int | None:
    """The seconds last told for a way, whatever source told them; None where nothing is kept."""
    query = select(_rows.c.entries).where(_rows.c.origin == origin).order_by(_rows.c.told_at.desc()).limit(1)
    packed = session.execute(query).scalar()
    entries = np.frombuffer(packed or b"", _ENTRY)
    found = entries[(entries["to"] == destination) & (entries["seconds"] >= 0)]
    return int(found["seconds"][0]) if len(found) else None


def told_ways(session: Session, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The seconds last told for each of the ways (origin, destination) that anything is kept of; one query."""
    query = select(_rows.c.origin, _rows.c.entries).where(_rows.c.origin.in_({origin for origin, _ in pairs}))
    kept: dict[int, list[Entries]] = {}
    for origin, packed in session.execute(query.order_by(_rows.c.told_at.desc())):
        kept.setdefault(origin, []).append(np.frombuffer(packed, _ENTRY))
    found = {}
    for origin, destination in pairs:
        for entries in kept.get(origin, ()):
            seconds = entries["seconds"][(entries["to"] == destination) & (entries["seconds"] >= 0)]
            if len(seconds):
                found[origin, destination] = int(seconds[0])
                break
    return found


def forget(session: Session, before: datetime) -> None:
    """Delete the rows in which nothing was told since then."""
    session.execute(delete(_rows).where(_rows.c.told_at < before))


def _read(session: Session, source: str, origins: Integers, since: datetime) -> dict[int, Entries]:
    """Entries told since then, by origin."""
    query = select(_rows.c.origin, _rows.c.entries).where(
        _rows.c.source == source, _rows.c.origin.in_(origins.tolist()), _rows.c.told_at >= since
    )
    found: dict[int, Any] = {origin: np.frombuffer(each, _ENTRY) for origin, each in session.execute(query)}
    return {origin: entries[entries["hour"] >= _hour(since)] for origin, entries in found.items()}


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600
