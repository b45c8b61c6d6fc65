"""Who does something, when, and for which message: what every change of state takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.policies import USUAL, Policies


class Role(StrEnum):
    """What somebody may do is decided by one of these."""

    CUSTOMER = "customer"
    DRIVER = "driver"
    VIEWER = "viewer"
    DISPATCHER = "dispatcher"
    WAREHOUSE = "warehouse"
    BUYER = "buyer"
    MANAGER = "manager"
    ADMIN = "admin"
    API = "api"
    SYSTEM = "system"


#: Roles of the people of the business; each is given by hand.
STAFF = frozenset({Role.VIEWER, Role.DISPATCHER, Role.WAREHOUSE, Role.BUYER, Role.MANAGER, Role.ADMIN})
#: Those of them who run the day: orders, routes, exceptions.
DISPATCHING = frozenset({Role.DISPATCHER, Role.MANAGER, Role.ADMIN})
#: Those who count goods.
STOCKING = frozenset({Role.WAREHOUSE, Role.MANAGER, Role.ADMIN})
#: Those who answer for the business, and decide where a second person must.
DECIDING = frozenset({Role.MANAGER, Role.ADMIN})
#: Roles that see the whole business; everybody else sees only what is theirs.
SEES_EVERYTHING = frozenset(Role) - {Role.CUSTOMER, Role.DRIVER}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a role, the person behind it where known, and single orders opened by proof."""

    role: Role
    person: int | None = None
    opened: frozenset[str] = frozenset()

    @property
    def sees_everything(self) -> bool:
        """Whether nothing of the business is hidden from this actor."""
        return self.role in SEES_EVERYTHING

    @property
    def is_staff(self) -> bool:
        """Whether a person of the business acts; ``person`` is then who."""
        return self.role in STAFF


SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Moment:
    """The circumstances of one change.

    ``now`` is aware and in UTC; ``key`` is the inbox key of the message (or the timer, or the call);
    ``ids`` gives a new 22-character random id (128 bits) at every call; ``seed`` feeds whatever needs chance;
    ``policies`` are those of the business. ``said`` is when a message was written, where that was earlier than ``now``:
    reports from a phone without network come late.
    """

    now: datetime
    actor: Actor
    key: str
    ids: Callable[[], str]
    seed: int = field(default=0)
    policies: Policies = field(default=USUAL)
    said: datetime | None = field(default=None)

    @property
    def when(self) -> datetime:
        """When what is reported happened, as far as that is known."""
        return self.said or self.now
