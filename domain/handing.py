"""Handing over: what shows that an order was, and what may have kept it from being."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

#: A PIN is tried so often before a person must help.
MOST_PIN_TRIES = 3


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

    @classmethod
    def policy(cls, text: str) -> tuple[Proof, bool]:
        """The proof and whether it is a must, of "photo", "photo required" … Raises ValueError with a sentence for people."""
        kind, _, must = text.strip().lower().partition(" ")
        if kind not in {each.value for each in cls} or must.strip() not in {"", "required"}:
            kinds = ", ".join(each.value for each in cls)
            raise ValueError(
                f'"{text[:40]}" is no proof; write one of {kinds}, and "required" behind it where it is a must'
            )
        return cls(kind), bool(must.strip())


class Failure(StrEnum):
    """Why nothing could be handed over, or collected."""

    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    CLOSED = "closed"
    DAMAGED = "damaged"
    NO_ACCESS = "no_access"
    NOT_READY = "not_ready"


class Condition(StrEnum):
    """How a return looks that a driver collects."""

    AS_NEW = "as_new"
    OPENED = "opened"
    USED = "used"
    DAMAGED = "damaged"


class Incident(StrEnum):
    """What may happen to a driver on the road."""

    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    THEFT = "theft"
    INJURY = "injury"
    OTHER = "other"


def pin_from(secret: str) -> str:
    """Four digits from a random id, which nobody else has."""
    return f"{int.from_bytes(blake2b(secret.encode(), digest_size=8).digest(), 'big') % 10_000:04}"
