"""Handing over: what shows that an order was, and what may have kept it from being."""

from __future__ import annotations

from enum import StrEnum


class Proof(StrEnum):
    """What a driver brings back from the door."""

    NONE = "none"
    PHOTO = "photo"
    NAME = "name"
    CODE = "code"
    PHOTO_AND_NAME = "photo+name"

    @property
    def parts(self) -> frozenset[str]:
        """What it consists of: photo, name, code."""
        return frozenset() if self == Proof.NONE else frozenset(self.value.split("+"))


class Failure(StrEnum):
    """Why nothing could be handed over."""

    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    CLOSED = "closed"
    DAMAGED = "damaged"
    NO_ACCESS = "no_access"


class Incident(StrEnum):
    """What may happen to a driver on the road."""

    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    THEFT = "theft"
    INJURY = "injury"
    OTHER = "other"
