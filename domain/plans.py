"""Runs of the planner and the plans that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime, Versioned
from domain.events import Event, move
from domain.moment import Moment

#: So long after its day the page of a plan can be seen.
PLAN_SHOWN_FOR = timedelta(days=14)


class RunStatus(StrEnum):
    """Where a run stands. ``stopped``: before its time, with what was found by then, or with nothing."""

    QUEUED = "queued"
    SOLVING = "solving"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    RunStatus.QUEUED: frozenset({RunStatus.SOLVING, RunStatus.STOPPED, RunStatus.FAILED}),
    RunStatus.SOLVING: frozenset({RunStatus.DONE, RunStatus.STOPPED, RunStatus.FAILED}),
    RunStatus.DONE: frozenset(),
    RunStatus.STOPPED: frozenset(),
    RunStatus.FAILED: frozenset(),
}
#: Runs in these states are not over.
RUNNING = frozenset({RunStatus.QUEUED, RunStatus.SOLVING})


class PlanStatus(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


PLAN_TRANSITIONS: dict[str, frozenset[str]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.PUBLISHED, PlanStatus.DISCARDED}),
    PlanStatus.PUBLISHED: frozenset(),
    PlanStatus.DISCARDED: frozenset(),
}


class Run(Versioned, table=True):
    """One execution of the planner for a depot and day. There is one at a time for each.

    ``inputs`` is what was used (orders, vehicles, shifts), each with what it was like; ``inputs_hash`` their SHA-256.
    ``seconds`` is the time it is given, ``iterations`` a limit instead of time, ``taken`` the seconds it took. ``progress``
    is the latest news (cost, seconds); ``stop_wanted`` asks it to end with the best there is. ``cost`` and ``baselines`` (``by_hand``, ``last_day``) are split by what is spent, in minor units;
    ``drops`` are the tasks left out, with reasons; ``error`` is a text's name for people, with its values. ``chains`` are
    the orders it gave each driver (by number), in order, so that a later plan can be compared with it.
    """

    __table_args__ = (
        Index("ix_run_day", "depot_id", "day"),
        Index(
            "ix_run_one_at_a_time", "depot_id", "day", unique=True,
            postgresql_where=text("status IN ('queued', 'solving')"), sqlite_where=text("status IN ('queued', 'solving')"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date
    status: str = RunStatus.QUEUED
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    engine: str = ""
    seed: int = 0
    seconds: int
    iterations: int | None = None
    taken: float | None = None
    tries: int = 0
    balance: bool = False
    publish: bool = False
    inputs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    inputs_hash: str | None = None
    travel_source: str | None = None
    progress: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    stop_wanted: bool = False
    cost: dict[str, int] | None = Field(default=None, sa_column=Column(Json))
    baselines: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    drops: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    chains: dict[str, list[str]] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    error: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))

    @property
    def noun(self) -> str:
        return "run"

    @property
    def name(self) -> str:
        return str(self.id)

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status not in RUNNING

    @property
    def is_of_rest(self) -> bool:
        """Whether it planned the rest of a day anew, so that no plan came of it."""
        return "routes" in self.inputs or "moved" in self.baselines

    def move(self, to: RunStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what RUN_TRANSITIONS does not allow."""
        event = move(self, to.value, RUN_TRANSITIONS, at, **detail)
        if self.is_over:
            self.ended_at = at.now
        return event


class Plan(Versioned, table=True):
    """The outcome of a run: routes, and tasks left out. A draft until it is published; one draft per depot and day.

    ``summary`` holds its figures: routes, stops, tasks, dropped, metres, driving and working seconds, cost, savings, and
    what changed on the way (`merged`). ``picture`` is a file that shows it as it was when ``drawn`` was its `shape`.
    """

    __table_args__ = (
        Index("ix_plan_day", "depot_id", "day"),
        Index(
            "ix_plan_one_draft", "depot_id", "day", unique=True,
            postgresql_where=text("status = 'draft'"), sqlite_where=text("status = 'draft'"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date
    status: str = PlanStatus.DRAFT
    run_id: int | None = Field(default=None, foreign_key="run.id", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    summary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    picture: str | None = None
    drawn: str | None = None

    @property
    def noun(self) -> str:
        return "plan"

    @property
    def name(self) -> str:
        return str(self.id)

    def move(self, to: PlanStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what PLAN_TRANSITIONS does not allow."""
        event = move(self, to.value, PLAN_TRANSITIONS, at, **detail)
        if to == PlanStatus.PUBLISHED:
            self.published_at = at.now
        return event


class PlanLink(SQLModel, table=True):
    """The link to the page of one plan; its token is the secret."""

    __tablename__ = "plan_link"

    token: str = Field(primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


def savings_of(summary: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What a plan with these figures saves against each of its baselines: metres, seconds of work, cost in minor units
    (without what leaving out is weighed with), and how many stops more the baseline serves."""
    return {name: _saved(summary, each) for name, each in summary.get("baselines", {}).items()}


def money(cost: Mapping[str, int]) -> int:
    """What a cost comes to in minor units, without what leaving out is weighed with."""
    return sum(value for name, value in cost.items() if name != "dropped")


def _saved(summary: Mapping[str, Any], baseline: Mapping[str, Any]) -> dict[str, int]:
    return {
        "metres": baseline["metres"] - summary.get("metres", 0),
        "seconds": baseline["working"] - summary.get("working", 0),
        "cost": money(baseline["cost"]) - money(summary.get("cost", {})),
        "stops": baseline["stops"] - summary.get("stops", 0),
    }
