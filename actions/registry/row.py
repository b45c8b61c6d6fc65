"""A row of the table: who does a Command, who may, which intents mean it, and what is asked before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions import choices
from actions.choices import Resolver
from actions.desk import cases as desk_cases
from actions.desk import choosing
from domain.dialogue import Frame, SlotSpec
from domain.moment import DISPATCHING, STAFF, Moment, Role
from domain.notices import Notice
from storage.unit_of_work import UnitOfWork

Handler = Callable[[Any, UnitOfWork, Moment], list[Notice]]
#: What is told in the question before something that cannot be undone, None where there is nothing to ask; refuses when
#: it is impossible anyway.
Describe = Callable[[Any, UnitOfWork, Moment], Mapping[str, Any] | None]
Prefill = Callable[[Mapping[str, Any], UnitOfWork], Mapping[str, Any]]


@dataclass(frozen=True)
class Registered:
    """One row. ``intents`` maps an intent's name to values that come with it; ``form`` says that it takes so much that a
    form is offered before it is asked for piece by piece; ``second`` gives what a second person of the business reads and
    must approve before it is done (what it comes to as ``worth``), None where one is enough. ``instead`` gives the frame of
    another command where what was said is meant of something else than an order.
    ``prefill`` adds to what is known what its form shows besides. ``then`` gives the frame of what comes next once it is done,
    where that was said already; ``hears`` are the slots in which it is.
    """

    handler: Handler
    roles: frozenset[Role]
    intents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    confirm: Describe | None = None
    resolve: Mapping[str, Resolver] = field(default_factory=dict)
    reads_only: bool = False
    form: bool = False
    second: Describe | None = None
    prefill: Prefill | None = None
    instead: Callable[[Frame, choices.Talk], Frame | None] | None = None
    then: Callable[[Frame, choices.Talk], Frame | None] | None = None
    hears: tuple[SlotSpec, ...] = ()


def intent(name: str, **fixed: Any) -> dict[str, dict[str, Any]]:
    """One intent, with the values that come with it."""
    return {name: fixed}


CHAT = frozenset({Role.CUSTOMER})
DRIVING = frozenset({Role.DRIVER})
ALL = CHAT | DRIVING | STAFF
SYSTEM = frozenset({Role.SYSTEM})
OUTSIDE = frozenset({Role.API, Role.SYSTEM})
OWNER = frozenset({Role.ADMIN, Role.SYSTEM})
DESK = DISPATCHING | OUTSIDE
#: What everybody of the business may look at.
OFFICE = STAFF | OUTSIDE

#: What is heard of when something shall come that is to come already: at the same time as before.
SAME_TIME = SlotSpec("same_time", None, False, False, reader="same_time")
#: On the same day as before, or as what was moved just now.
SAME_DAY = SlotSpec("same_day", None, False, False, reader="same_day")
#: How something shall come back, in words that may be about something else.
WAY_WISHED = SlotSpec("way_wished", None, False, False, reader="way_wished")
ORDER = {"order": choices.own_order}
DEPOT = {"depot": choosing.which_depot}
CASE = {"case": desk_cases.which_case}
