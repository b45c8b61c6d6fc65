"""A driver's report: when it happened, what it changes, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from actions import live
from actions.cases import open_case
from actions.driving import stops
from actions.driving.keeping import Kept
from actions.driving.loading import leave
from actions.driving.own import driver_id, look_anew, my_tour, next_visit, reported
from actions.returns.pickups import coming_back, open_trouble
from actions.visits import record_visit
from domain.commands import RecordVisit
from domain.moment import Moment
from domain.notices import Done, Notice
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.returns import Return
from domain.routes import RouteStatus, Task, TaskStatus
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork

T = TaskStatus
#: By which states a task gets to where it can end.
_ON_THE_WAY = (T.PENDING, T.EN_ROUTE, T.ARRIVED)
#: A way that took longer than this was not one.
LONGEST_WAY = timedelta(hours=3)


@dataclass
class Report:
    """One report under way. ``happened`` is the moment it is about, not later than now and not before the last one;
    ``done`` what was done, ``known`` what was reported before and is only said, ``told`` what customers are told by it,
    ``left`` what they are told as the route must have left.
    """

    what: str
    uow: UnitOfWork
    at: Moment
    happened: Moment
    tour: Tour
    kept: Kept
    done: list[Done] = field(default_factory=list)
    known: list[Done] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    left: list[Notice] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    _positions: int = 0
    _orders: dict[str, Order] = field(default_factory=dict)
    _returns: dict[str, Return] = field(default_factory=dict)

    def next_position(self) -> int:
        """A place on the route after all others."""
        last = max((visit.stop.position for visit in self.tour.visits), default=0)
        self._positions = max(self._positions, last) + 1
        return self._positions

    def open_case(self, kind: str, order: Order, **detail: Any) -> None:
        """Something about an order needs a person, until the report is taken back."""
        known = {case.id for case in self.uow.cases.of_order(order.number)}
        case = open_case(kind, order, self.uow, self.at, **detail)
        if case.id not in known:
            self.cases.append(case.id or 0)

    def order(self, number: str) -> Order:
        """An order on the route, locked, as it is by now."""
        if number not in self._orders:  # reading it anew would undo what was changed here
            self._orders[number] = self.uow.orders.get(number, lock=True)
        return self._orders[number]

    def made(self, number: str) -> Return:
        """A return to collect on the route, locked, as it is by now."""
        if number not in self._returns:
            self._returns[number] = self.uow.returns.get(number, lock=True)
        return self._returns[number]

    def open_trouble(self, kind: str, made: Return, **detail: Any) -> None:
        """Something about a return needs a person, until the report is taken back."""
        known = {case.id for case in self.uow.cases.of_kind(kind)}
        case = open_trouble(kind, made, self.uow, self.at, **detail)
        if case.id not in known:
            self.cases.append(case.id or 0)


def begin(what: str, uow: UnitOfWork, at: Moment) -> Report:
    """A report about the stops of the driver's route. Whoever is at a stop has left the depot; refuses without a route."""
    look_anew(uow)
    tour = my_tour(uow, at)
    last = uow.driving.heard_at(driver_id(at))
    when = min(at.now, max(at.when, last) if last is not None else at.when)
    happened = replace(at, now=when, said=None, actor=uow.actor)
    told = []
    if tour.route.status != RouteStatus.IN_PROGRESS:
        told = leave(tour, uow, happened, inferred=True)
        reported("Depart", uow, happened, route=tour.route.id)
        tour = uow.routes.tour(tour.route.id or 0)
    return Report(what, uow, at, happened, tour, Kept.of(tour, uow), left=told)


def bring(task: Task, to: TaskStatus, report: Report, **detail: Any) -> None:
    """Take a task to a state through those before it, which are inferred."""
    way = [*_ON_THE_WAY[: _ON_THE_WAY.index(to)], to] if to in _ON_THE_WAY else [*_ON_THE_WAY, to]
    if task.status not in way:
        raise Refusal("transition", noun="task", name=task.name, before=task.status, after=to.value)
    steps = way[way.index(T(task.status)) + 1 :]
    for step in steps:
        extra = detail if step == to else {"inferred": True}
        report.uow.record(task.move(step, report.happened, **extra))


def bring_order(order: Order, to: OrderStatus, report: Report, **detail: Any) -> None:
    """Take an order that is on the road to a state."""
    report.uow.record(order.move(to, report.happened, **detail))


def finish(report: Report) -> list[Notice]:
    """What all reports end with: the next stop is on the way to, it can be taken back, and the driver sees what is next. One
    that says nothing new changes nothing."""
    uow, at = report.uow, report.at
    if not report.done:
        return [stops.ahead(report.tour, uow, at, report.known)]
    uow.flush()
    for visit in report.tour.visits:
        if visit.stop.done_at is None and not visit.is_ahead:
            visit.stop.done_at = report.happened.now
    tour = uow.routes.tour(report.tour.route.id or 0)
    head_for_next(tour, uow, report.happened)
    uow.routes.touch(tour.route)
    uow.flush()
    report.told += live.refreshed(tour.route.id or 0, uow, at)
    uow.flush()
    first = next((each.visit for each in report.done), None)
    reported(
        report.what, uow, replace(report.happened, actor=at.actor), route=tour.route.id, stop=first,
        told=stops.told_of(report.told), told_at=at.now.isoformat(), cases=report.cases, **report.kept.changes(),
    )  # fmt: skip
    return [stops.ahead(tour, uow, at, [*report.done, *report.known]), *report.left, *report.told]


def head_for_next(tour: Tour, uow: UnitOfWork, at: Moment) -> None:
    """The driver is on the way to the next stop."""
    following = next_visit(tour)
    if following is None or any(task.status != T.PENDING for task in following.tasks if task.is_ahead):
        return
    for task in following.tasks:
        if task.status == T.PENDING:
            uow.record(task.move(T.EN_ROUTE, at, inferred=True))


def learn_from(visit: Visit, arrived: Any, report: Report) -> None:
    """Keep how long the way and the stop took, where the driver said when they arrived."""
    done = report.happened.now
    if arrived is None or arrived > done:
        return
    ended = [
        (each.stop.done_at, each.stop.place)
        for each in report.tour.visits
        if each.stop.done_at is not None and each.stop.id != visit.stop.id and each.stop.done_at <= arrived
    ]
    left, start = max(ended, key=lambda each: each[0]) if ended else (None, None)
    breaks = [each["start"] for each in report.tour.route.breaks]
    if left is not None and (
        arrived - left > LONGEST_WAY or any(left.isoformat() <= begun <= arrived.isoformat() for begun in breaks)
    ):
        left = start = None
    stop_id = visit.stop.id or 0
    known = report.uow.visits.of(stop_id)
    if known is not None:
        report.kept.keep(known)
    planned = _planned_service(visit, report)
    command = RecordVisit(stop=stop_id, left=left, start=start, arrived=arrived, done=done, planned=planned)
    record_visit(command, report.uow, replace(report.at, actor=report.uow.actor))
    report.uow.flush()
    made = report.uow.visits.of(stop_id)
    if known is None and made is not None:
        report.kept.made(made)


def _planned_service(visit: Visit, report: Report) -> int:
    """Seconds that a stop takes before anything is learned."""
    depot = report.uow.depots.get(report.tour.route.depot_id)
    orders = report.uow.orders.named({task.order_number for task in visit.tasks if task.order_number})
    pieces = sum(quantity for lines in report.uow.orders.lines(orders).values() for _, _, quantity in lines)
    returns = report.uow.returns.named({task.return_number for task in visit.tasks if task.return_number})
    pieces += sum(line.quantity for line in coming_back(report.uow.returns.lines(*returns)))
    return max(1, depot.stop_seconds + depot.piece_seconds * pieces)
