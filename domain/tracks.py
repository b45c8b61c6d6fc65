"""Where vehicles have been: which points of a track are kept, and when a driver seems to be at a stop."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.values import Place

#: A point is kept when the vehicle has gone this far since the last one that was, in metres, but not more often than that.
APART, NOT_OFTENER = 50, timedelta(seconds=20)
#: Where the vehicle stands, one is kept this often.
STANDING = timedelta(minutes=5)
#: Whoever is this near to a stop, in metres, and stays so long seems to be there; farther off they are not.
NEAR, DWELL = 150, timedelta(seconds=60)


def is_worth_keeping(last: tuple[datetime, Place] | None, at: datetime, place: Place) -> bool:
    """Whether a point says more than the ``last`` that was kept; one from before it never does."""
    if last is None:
        return True
    before, where = last
    if at - before < NOT_OFTENER:
        return False
    return at - before >= STANDING or where.metres_to(place) >= APART


def near_since(stop: Place, place: Place, since: datetime | None, at: datetime) -> datetime | None:
    """Since when a driver who is at ``place`` has been near a stop; None where they are not."""
    if place.metres_to(stop) > NEAR:
        return None
    return at if since is None else min(since, at)


def seems_there(since: datetime | None, now: datetime) -> bool:
    """Whether a driver who has been near a stop since then seems to be there."""
    return since is not None and now - since >= DWELL
