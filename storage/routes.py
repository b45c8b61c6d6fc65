"""Routes with their stops and tasks, the plans they come from and the runs those come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, select
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from domain.fleet import Driver
from domain.plans import RUNNING, Plan, PlanLink, PlanStatus, Run
from domain.refusals import NotFound
from domain.routes import AHEAD, LIVE, Route, RoutePosition, RouteStatus, Stop, Task, TaskKind, TaskStatus, state_of
from domain.values import Place
from storage.database import upsert

_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_positions = RoutePosition.__table__  # type: ignore[attr-defined]
_drivers = Driver.__table__  # type: ignore[attr-defined]
_plans = Plan.__table__  # type: ignore[attr-defined]
_runs = Run.__table__  # type: ignore[attr-defined]

_OF_ORDER = (
    select(Task, Stop)
    .join(_stops, _stops.c.id == _tasks.c.stop_id)
    .join(_routes, _routes.c.id == _stops.c.route_id)
    .where(
        ((_tasks.c.order_number == bindparam("number")) & (_tasks.c.kind == TaskKind.DELIVERY))
        | (_tasks.c.return_number == bindparam("number")),
        _routes.c.status.in_(LIVE),
    )
    .order_by(_tasks.c.id.desc())
    .limit(1)
)
_BEFORE = (
    select(func.count(_stops.c.id.distinct()))
    .join(_tasks, _tasks.c.stop_id == _stops.c.id)
    .where(
        _stops.c.route_id == bindparam("route"),
        _stops.c.position < bindparam("position"),
        _tasks.c.status.in_(AHEAD),
    )
)


@dataclass(frozen=True, slots=True)
class Due:
    """The place of an order, or of a return to collect, on a route: its task, the stop, and how many open stops lie before it."""

    task: Task
    stop: Stop
    before: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop with its tasks."""

    stop: Stop
    tasks: tuple[Task, ...]

    @property
    def status(self) -> TaskStatus:
        """The state of the stop."""
        return state_of(self.tasks)

    @property
    def is_ahead(self) -> bool:
        """Whether anything is still to be done there."""
        return any(task.is_ahead for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Tour:
    """A route with its stops in order, each with its tasks."""

    route: Route
    visits: tuple[Visit, ...]

    @property
    def tasks(self) -> list[Task]:
        """All its tasks, in the order of their stops."""
        return [task for visit in self.visits for task in visit.tasks]


_numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
#: Visits that bring these orders, or collect these returns; not those at which orders change vans.
_VISITS = (_tasks.c.order_number.in_(_numbers) & (_tasks.c.kind == TaskKind.DELIVERY)) | _tasks.c.return_number.in_(
    _numbers
)
_LIVE_TASKS = (
    select(Task, Route)
    .join(_stops, _stops.c.id == _tasks.c.stop_id)
    .join(_routes, _routes.c.id == _stops.c.route_id)
    .where(_VISITS, _tasks.c.status.in_(AHEAD), _routes.c.status.in_(LIVE))
)


class Routes:
    """Queries for routes, plans and runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Routes

    def find(self, route_id: int) -> Route | None:
        """The route of that number, if there is one."""
        return self._session.get(Route, route_id)

    def get(self, route_id: int, *, lock: bool = False) -> Route:
        """The route of that number. Refuses when there is none."""
        route = self._session.get(Route, route_id, with_for_update=lock, populate_existing=lock)
        if route is None:
            raise NotFound("no_such_route", route=route_id)
        return route

    def tour(self, route_id: int, *, lock: bool = False) -> Tour:
        """A route with everything on it; ``lock`` locks the route, which stands for all of it. Refuses when there is none."""
        return self.tours([self.get(route_id, lock=lock)])[0]

    def tours(self, routes: Sequence[Route]) -> list[Tour]:
        """Routes with everything on them: two queries, however many there are."""
        ids = [route.id for route in routes]
        stops = select(Stop).where(_stops.c.route_id.in_(ids)).order_by(_stops.c.route_id, _stops.c.position)
        tasks = select(Task).join(_stops, _stops.c.id == _tasks.c.stop_id).where(_stops.c.route_id.in_(ids))
        at_stop: dict[int, list[Task]] = defaultdict(list)
        for task in self._session.scalars(tasks.order_by(_tasks.c.id)):
            at_stop[task.stop_id or 0].append(task)
        on_route: dict[int, list[Visit]] = defaultdict(list)
        for stop in self._session.scalars(stops):
            on_route[stop.route_id].append(Visit(stop, tuple(at_stop[stop.id or 0])))
        return [Tour(route, tuple(on_route[route.id or 0])) for route in routes]

    def live(self, depot_id: int, day: date, *, lock: bool = False) -> list[Route]:
        """The routes of a depot that are, or will be, driven on a day; by number, which is the order of locks."""
        query = select(Route).where(_routes.c.depot_id == depot_id, _routes.c.day == day, _routes.c.status.in_(LIVE))
        query = query.order_by(_routes.c.id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return list(self._session.scalars(query))

    def of_day(self, depot_id: int, day: date) -> list[Route]:
        """The routes of a depot that were, are or will be driven on a day, by number."""
        states = [*LIVE, RouteStatus.COMPLETED]
        query = select(Route).where(_routes.c.depot_id == depot_id, _routes.c.day == day, _routes.c.status.in_(states))
        return list(self._session.scalars(query.order_by(_routes.c.id)))

    def of_plan(self, plan_id: int) -> list[Route]:
        """The routes of a plan, by number."""
        return list(self._session.scalars(select(Route).where(_routes.c.plan_id == plan_id).order_by(_routes.c.id)))

    def reorder(self, stops: Sequence[Stop]) -> None:
        """Give the stops of one route the positions 1, 2, 3 …; in two steps, as no two may share one in between."""
        moved = [(n, stop) for n, stop in enumerate(stops, 1) if stop.position != n]
        for n, stop in moved:
            stop.position = -n
        self._session.flush()
        for n, stop in moved:
            stop.position = n
        self._session.flush()

    def touch(self, route: Route) -> None:
        """Count a change of what is on a route as one of the route: whoever read its version before knows too little."""
        flag_modified(route, "status")

    def close_if_done(self, stop_id: int, now: datetime) -> None:
        """A stop at which nothing is left to do is done now."""
        open_tasks = select(_tasks.c.id).where(_tasks.c.stop_id == stop_id, _tasks.c.status.in_(AHEAD)).limit(1)
        if self._session.execute(open_tasks).first() is None:
            self._session.get_one(Stop, stop_id).done_at = now

    # An order on its way

    def due(self, number: str) -> Due | None:
        """Where an order, or a return to collect, is on a route planned or under way."""
        found = self._session.execute(_OF_ORDER, {"number": number}).first()
        if found is None:
            return None
        task, stop = found
        before = self._session.execute(_BEFORE, {"route": stop.route_id, "position": stop.position}).scalar()
        return Due(task, stop, int(before or 0))

    def live_tasks(self, numbers: Iterable[str]) -> list[tuple[Task, Route]]:
        """Open visits to bring orders, or to collect returns, on routes that are, or will be, driven."""
        rows = self._session.execute(_LIVE_TASKS, {"numbers": list(numbers)})
        return [(task, route) for task, route in rows]

    def attempts(self, numbers: Iterable[str]) -> dict[str, int]:
        """How often delivering, or collecting, was tried, or is being tried, by order or return; drafts do not count."""
        number = func.coalesce(_tasks.c.order_number, _tasks.c.return_number)
        query = (
            select(number, func.count())
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .join(_routes, _routes.c.id == _stops.c.route_id)
            .where(_VISITS, _routes.c.status.not_in({RouteStatus.DRAFT, RouteStatus.CANCELLED}))
            .group_by(number)
        )
        return {number: int(count) for number, count in self._session.execute(query, {"numbers": list(numbers)})}

    # Where vehicles are

    def record_position(self, route_id: int, at: datetime, place: Place) -> None:
        """Keep where the vehicle of a route was seen, unless it was seen later already, whoever else writes."""
        row = {"route_id": route_id, "at": at, "lat": place.lat, "lon": place.lon}
        write = upsert(self._session, _positions).values(row)
        newer = {name: write.excluded[name] for name in ("at", "lat", "lon")}
        write = write.on_conflict_do_update(
            index_elements=[_positions.c.route_id], set_=newer, where=_positions.c.at <= write.excluded.at
        )
        self._session.execute(write)

    def position(self, route_id: int) -> RoutePosition | None:
        """Where the vehicle of a route was last seen."""
        return self._session.get(RoutePosition, route_id)

    def vehicle(self, due: Due) -> tuple[RoutePosition | None, str | None] | None:
        """Where the vehicle that brings an order was last seen, and its driver's name; None unless it is on the way."""
        if not due.task.is_ahead:
            return None
        query = (
            select(RoutePosition, _drivers.c.name)
            .select_from(_routes)
            .outerjoin(_positions, _positions.c.route_id == _routes.c.id)
            .outerjoin(_drivers, _drivers.c.id == _routes.c.driver_id)
            .where(_routes.c.id == due.stop.route_id, _routes.c.status == RouteStatus.IN_PROGRESS)
        )
        found = self._session.execute(query).first()
        return (found[0], found[1]) if found is not None else None

    # Plans and runs

    def plan(self, plan_id: int, *, lock: bool = False) -> Plan:
        """The plan of that number. Refuses when there is none."""
        plan = self._session.get(Plan, plan_id, with_for_update=lock, populate_existing=lock)
        if plan is None:
            raise NotFound("no_such_plan", plan=plan_id)
        return plan

    def plans(self, depot_id: int | None = None, day: date | None = None, limit: int = 50) -> list[Plan]:
        """Plans, the latest first."""
        query = select(Plan).order_by(_plans.c.id.desc()).limit(limit)
        if depot_id is not None:
            query = query.where(_plans.c.depot_id == depot_id)
        if day is not None:
            query = query.where(_plans.c.day == day)
        return list(self._session.scalars(query))

    def draft(self, depot_id: int, day: date) -> Plan | None:
        """The draft of a depot and day, locked, if there is one."""
        query = select(Plan).where(_plans.c.depot_id == depot_id, _plans.c.day == day)
        return self._session.scalars(query.where(_plans.c.status == PlanStatus.DRAFT).with_for_update()).first()

    def drafts(self, depot_ids: Iterable[int]) -> list[Plan]:
        """The drafts of depots, the next day first."""
        query = select(Plan).where(_plans.c.depot_id.in_(list(depot_ids)), _plans.c.status == PlanStatus.DRAFT)
        return list(self._session.scalars(query.order_by(_plans.c.day, _plans.c.id)))

    def plan_before(self, plan: Plan) -> Plan | None:
        """The plan that was made before another one for the same depot and day, whatever became of it."""
        query = select(Plan).where(_plans.c.depot_id == plan.depot_id, _plans.c.day == plan.day, _plans.c.id < plan.id)
        return self._session.scalars(query.order_by(_plans.c.id.desc()).limit(1)).first()

    def of_run(self, run_id: int) -> Plan | None:
        """The plan that came of a run."""
        return self._session.scalars(select(Plan).where(_plans.c.run_id == run_id)).first()

    def planned(self, plan_id: int) -> list[Task]:
        """All tasks of a plan, those without a stop among them."""
        return list(self._session.scalars(select(Task).where(_tasks.c.plan_id == plan_id).order_by(_tasks.c.id)))

    def unplanned(self, plan_id: int) -> list[Task]:
        """The tasks a plan left out."""
        query = select(Task).where(_tasks.c.plan_id == plan_id, _tasks.c.stop_id.is_(None))
        return list(self._session.scalars(query.order_by(_tasks.c.id)))

    def chains(self, routes: Sequence[Route]) -> dict[int, list[tuple[int, bool]]]:
        """By route its stops in order, each with whether nothing is left to do there; a stop counts once, one query for all."""
        query = (
            select(_stops.c.route_id, _stops.c.id, _stops.c.done_at.is_not(None))
            .where(_stops.c.route_id.in_([route.id for route in routes]))
            .order_by(_stops.c.route_id, _stops.c.position)
        )
        found: dict[int, list[tuple[int, bool]]] = {route.id or 0: [] for route in routes}
        for route_id, stop_id, done in self._session.execute(query):
            found[route_id].append((stop_id, bool(done)))
        return found

    def tear_up(self, plan_id: int) -> None:
        """Delete the routes, stops and tasks of a draft: nobody acted on them."""
        routes = select(_routes.c.id).where(_routes.c.plan_id == plan_id)
        self._session.flush()
        self._session.execute(delete(Task).where(_tasks.c.plan_id == plan_id))
        self._session.execute(delete(Stop).where(_stops.c.route_id.in_(routes)))
        self._session.execute(delete(Route).where(_routes.c.plan_id == plan_id))

    def run(self, run_id: int, *, lock: bool = False) -> Run:
        """The run of that number. Refuses when there is none."""
        run = self._session.get(Run, run_id, with_for_update=lock, populate_existing=lock)
        if run is None:
            raise NotFound("no_such_run", run=run_id)
        return run

    def runs(self, depot_id: int | None = None, day: date | None = None, limit: int = 50) -> list[Run]:
        """Runs, the latest first."""
        query = select(Run).order_by(_runs.c.id.desc()).limit(limit)
        if depot_id is not None:
            query = query.where(_runs.c.depot_id == depot_id)
        if day is not None:
            query = query.where(_runs.c.day == day)
        return list(self._session.scalars(query))

    def running(self, depot_id: int, day: date) -> Run | None:
        """The run of a depot and day that is not over, if there is one."""
        query = select(Run).where(_runs.c.depot_id == depot_id, _runs.c.day == day, _runs.c.status.in_(RUNNING))
        return self._session.scalars(query).first()

    def at_work(self) -> list[Run]:
        """The runs that are not over, the latest first."""
        return list(self._session.scalars(select(Run).where(_runs.c.status.in_(RUNNING)).order_by(_runs.c.id.desc())))

    # The pages of plans

    def link(self, token: str) -> PlanLink | None:
        """The link of that token."""
        return self._session.get(PlanLink, token)

    def link_of(self, plan_id: int) -> PlanLink | None:
        """The link to the page of a plan."""
        plan = PlanLink.__table__.c.plan_id  # type: ignore[attr-defined]
        return self._session.scalars(select(PlanLink).where(plan == plan_id)).first()
