"""The world's time and chance, handed to the core as values.

There are two clocks. Business time is what the business and its customers live in: a simulated day steps it. Machine time
is that of leases, which must end when a process dies, however fast the business's clock goes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from domain.moment import Actor, Moment
from domain.policies import Policies


class Stepped:
    """Business time that stands still until somebody moves it on."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    @property
    def now(self) -> datetime:
        """The moment it shows."""
        return self._now

    def to(self, moment: datetime) -> None:
        """Move on to a moment. Raises ValueError for one that is past."""
        if moment < self._now:
            raise ValueError("time does not go back")
        self._now = moment.astimezone(UTC)


_stepped: Stepped | None = None


def now() -> datetime:
    """The present moment of the business in UTC."""
    return machine_now() if _stepped is None else _stepped.now


def machine_now() -> datetime:
    """The present moment of this machine in UTC: for leases alone."""
    return datetime.now(UTC)


@contextmanager
def stepping(start: datetime) -> Iterator[Stepped]:
    """Let business time of this process stand still at ``start`` (aware), to be moved by whoever has what this gives.

    Jobs count their leases and pauses in business time: whoever steps waits until none is under way.
    """
    global _stepped
    if _stepped is not None:
        raise RuntimeError("somebody steps the clock already")
    _stepped = Stepped(start)
    try:
        yield _stepped
    finally:
        _stepped = None


def new_id() -> str:
    """128 random bits as 22 characters of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(16)


def moment(actor: Actor, key: str, policies: Policies) -> Moment:
    """The circumstances of a change that happens now."""
    return Moment(now(), actor, key, new_id, policies=policies)
