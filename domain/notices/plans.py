"""What those who plan are shown: a run as it goes on, a plan, and what is different in it from the one before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Facts, Notice


class RunShown(Notice):
    """A run: how far the search is (``searched`` of ``limit`` seconds, the best ``cost`` in minor units, ``unplanned`` tasks),
    or what came of it: a plan with its ``figures`` and ``savings``, changed routes (``moved``, ``told``), or an ``error``.
    """

    text = "planning.run"
    rings = True

    run: int
    depot: str
    day: date
    status: str
    searched: float = 0
    limit: int | None = None
    cost: int | None = None
    unplanned: int | None = None
    stopping: bool = False
    plan: int | None = None
    plan_status: str | None = None
    figures: Facts = {}
    savings: dict[str, dict[str, Any]] = {}
    error: Facts | None = None
    moved: int | None = None
    told: int | None = None


class RouteLine(BaseModel):
    """A route in one line: who drives it, how many of its stops are ``done``, from when to when."""

    model_config = ConfigDict(frozen=True)

    route: int
    driver: str | None
    vehicle: str | None
    status: str
    stops: int
    done: int
    start: datetime | None
    end: datetime | None
    metres: int


class DropLine(BaseModel):
    """An order that is on no route: why, and what would change that; both as a text's name with its values."""

    model_config = ConfigDict(frozen=True)

    order: str
    reason: Facts
    fix: Facts | None = None


class PlanShown(Notice):
    """A plan: its figures, what it saves, some of its routes or of what it left out, and its page."""

    text = "planning.plan"

    plan: int
    depot: str
    day: date
    status: str
    part: str
    figures: Facts
    savings: dict[str, dict[str, Any]] = {}
    lines: tuple[RouteLine, ...] = ()
    drops: tuple[DropLine, ...] = ()
    left_out: int = 0
    page: int = 1
    pages: int = 1
    more: int = 0
    link: str


class PlanCard(PlanShown):
    """The first page of a plan: it is kept up to date."""

    rings = True


class MovedOrder(BaseModel):
    """An order that another driver serves than before; None: nobody does."""

    model_config = ConfigDict(frozen=True)

    order: str
    was: str | None
    now: str | None


class PlansCompared(Notice):
    """A plan beside the one before it: figures of both, and the orders that moved (``more`` are not listed)."""

    text = "planning.compared"

    plan: int
    other: int
    depot: str
    day: date
    figures: Facts
    figures_before: Facts
    swaps: tuple[MovedOrder, ...] = ()
    count: int = 0
    more: int = 0
