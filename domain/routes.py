"""Routes with their stops, and the tasks that are done at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime, Versioned
from domain.events import Event, move
from domain.moment import Moment
from domain.values import Place


class RouteStatus(StrEnum):
    """Where a route stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    LOADING = "loading"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


R = RouteStatus
ROUTE_TRANSITIONS: dict[str, frozenset[str]] = {
    R.DRAFT: frozenset({R.PUBLISHED, R.CANCELLED}),
    R.PUBLISHED: frozenset({R.LOADING, R.CANCELLED}),
    R.LOADING: frozenset({R.IN_PROGRESS, R.CANCELLED}),
    R.IN_PROGRESS: frozenset({R.COMPLETED}),
    R.COMPLETED: frozenset(),
    R.CANCELLED: frozenset(),
}
#: Routes that are, or will be, driven.
LIVE = frozenset({R.PUBLISHED, R.LOADING, R.IN_PROGRESS})


class TaskKind(StrEnum):
    """What is done at a stop."""

    DELIVERY = "delivery"
    PICKUP = "pickup"


class TaskStatus(StrEnum):
    """Where a task, and what follows from its tasks a stop, stands."""

    PENDING = "pending"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


T = TaskStatus
TASK_TRANSITIONS: dict[str, frozenset[str]] = {
    T.PENDING: frozenset({T.EN_ROUTE, T.SKIPPED}),
    T.EN_ROUTE: frozenset({T.ARRIVED, T.SKIPPED}),
    T.ARRIVED: frozenset({T.COMPLETED, T.PARTIAL, T.FAILED}),
    T.SKIPPED: frozenset({T.PENDING}),
    T.COMPLETED: frozenset(),
    T.PARTIAL: frozenset(),
    T.FAILED: frozenset(),
}
#: Tasks, and stops, in these states still lie ahead.
AHEAD = frozenset({T.PENDING, T.EN_ROUTE, T.ARRIVED})


class Route(Versioned, table=True):
    """Ordered stops for one driver, vehicle and day.

    Planned: from when to when, metres, seconds at the wheel, what it costs by what it is spent on (minor units), and the
    ``breaks`` as ``{"start": …, "seconds": …, "paid": …}``.
    """

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date = Field(index=True)
    driver_id: int | None = Field(default=None, foreign_key="driver.id")
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")
    status: str = RouteStatus.DRAFT
    planned_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    planned_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    metres: int = 0
    driving: int = 0
    breaks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    cost: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))

    @property
    def noun(self) -> str:
        return "route"

    @property
    def name(self) -> str:
        return str(self.id)

    @property
    def is_live(self) -> bool:
        """Whether it is, or will be, driven."""
        return self.status in LIVE

    def move(self, to: RouteStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what ROUTE_TRANSITIONS does not allow."""
        return move(self, to.value, ROUTE_TRANSITIONS, at, **detail)


class RoutePosition(SQLModel, table=True):
    """Where the vehicle of a route was last seen."""

    __tablename__ = "route_position"

    route_id: int = Field(foreign_key="route.id", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    lat: float
    lon: float


class Stop(Versioned, table=True):
    """One address on a route, where one or more tasks are done; its state follows from theirs (`state_of`).

    ``eta`` is when service is expected to start, ``eta_start`` and ``eta_end`` the span it starts in 19 times of 20;
    ``planned_start`` what the plan said. ``service`` is seconds. A locked stop keeps its route and place in it.
    ``near_since`` is since when its driver has been close by, ``arrival_asked_at`` when they were asked whether they are
    there.
    """

    __table_args__ = (UniqueConstraint("route_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    route_id: int = Field(foreign_key="route.id")
    position: int
    lat: float
    lon: float
    address: str = ""
    service: int = 0
    locked: bool = False
    planned_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    eta: datetime | None = Field(default=None, sa_type=UtcDateTime)
    eta_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    eta_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    near_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    arrival_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.lat, self.lon)


class Task(Versioned, table=True):
    """One visit to make: an attempt to deliver an order or to collect a return. ``service`` is its share of seconds.

    One that a plan left out has no stop, and the ``reason`` (code, values, fix) why. ``near_at`` is when its customer was
    told that the driver is near.
    """

    __table_args__ = (
        CheckConstraint("(order_number IS NULL) <> (return_number IS NULL)", name="task_of_one"),
        CheckConstraint("attempt > 0 AND service >= 0", name="task_sane"),
        Index("ix_task_order", "order_number"),
        Index("ix_task_return", "return_number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date
    kind: str = TaskKind.DELIVERY
    order_number: str | None = Field(default=None, foreign_key="orders.number")
    return_number: str | None = Field(default=None, foreign_key="returns.number")
    stop_id: int | None = Field(default=None, foreign_key="stop.id", index=True)
    status: str = TaskStatus.PENDING
    attempt: int = 1
    service: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    near_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))

    @property
    def noun(self) -> str:
        return "task"

    @property
    def name(self) -> str:
        return str(self.id)

    @property
    def number(self) -> str:
        """What it is about: the order, or the return."""
        return self.order_number or self.return_number or ""

    @property
    def is_ahead(self) -> bool:
        """Whether it still has to be done."""
        return self.status in AHEAD

    def move(self, to: TaskStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what TASK_TRANSITIONS does not allow."""
        event = move(self, to.value, TASK_TRANSITIONS, at, **detail)
        self.done_at = None if self.is_ahead else at.now
        return event


class Stated(Protocol):
    """A task, or a row of one."""

    @property
    def status(self) -> str: ...


def state_of(tasks: Iterable[Stated]) -> TaskStatus:
    """The state of a stop by its tasks: as far as the nearest that lies ahead; partial where ends differ."""
    states = {TaskStatus(task.status) for task in tasks}
    if len(states) == 1:
        return states.pop()
    if T.ARRIVED in states or (states & AHEAD and states - AHEAD - {T.SKIPPED}):
        return T.ARRIVED
    for state in (T.EN_ROUTE, T.PENDING):
        if state in states:
            return state
    return T.PARTIAL if states & {T.COMPLETED, T.PARTIAL} else T.FAILED
