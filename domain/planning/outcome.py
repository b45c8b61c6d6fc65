"""What a run came to, as the command that adopts it: routes with their times and windows, orders left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC
from typing import Any

from domain.commands.planning import AdoptedRoute, AdoptedStop, AdoptedTask, LeftOut, Outcome
from domain.eta import Ahead, Eta, Rest, estimate
from domain.planning.baselines import figures, in_money
from domain.planning.day import Day, Wanted
from domain.planning.inputs import Change
from domain.planning.snapshot import Halt, Snapshot
from domain.routes import TaskKind
from domain.routing.costs import route_cost
from domain.routing.problem import Problem
from domain.routing.solution import PlannedRoute, Reason, Solution
from domain.travel.times import Travel
from domain.values import plain

#: Why an order whose address nobody found is on no route.
PLACELESS = Reason("drop.placeless")


def outcome_of(
    snapshot: Snapshot,
    problem: Problem,
    solution: Solution,
    travel: Travel,
    *,
    seed: int,
    service_spread: float,
    baselines: Mapping[str, Any],
    taken: float,
    ended_early: bool,
    taken_out: Iterable[Change] = (),
) -> Outcome:
    """The outcome, with the span in which each stop is reached 19 times of 20 (simulated with ``seed``)."""
    halts = snapshot.halt_of
    vehicles = {ride.key: ride.vehicle.name for ride in snapshot.day.rides}
    left_out = [
        LeftOut(**_named_by(order), service=share, reason=reason_facts(drop.reason, vehicles))
        for drop in solution.dropped
        for order, share in zip(halts[drop.task].orders, halts[drop.task].shares, strict=True)
    ]
    left_out += [
        LeftOut(**_named_by(order), service=snapshot.day.depot.stop_seconds, reason=reason_facts(PLACELESS, {}))
        for order in snapshot.placeless
    ]
    drawn = _Drawing(snapshot, problem, travel, seed, service_spread)
    return Outcome(
        routes=tuple(drawn.route(route) for route in solution.routes),
        left_out=tuple(left_out),
        ended_early=ended_early,
        taken=taken,
        travel_source=travel.source,
        cost=in_money(solution.cost),
        figures=figures(problem, solution.routes) | {"left_out": len(left_out)},
        baselines=dict(baselines),
        taken_out=tuple(asdict(change) for change in taken_out),
    )


def _named_by(wanted: Wanted) -> dict[str, str]:
    return {"return_number" if wanted.kind == TaskKind.PICKUP else "order": wanted.number}


def nobody(day: Day) -> Reason:
    """Why nothing can be served on a day without rides."""
    if day.idle:
        return Reason("drop.no_vehicle")
    return Reason("drop.all_have_routes") if day.busy else Reason("drop.no_shift", {"opens": None, "closes": None})


def reason_facts(reason: Reason, vehicles: Mapping[str, str]) -> dict[str, Any]:
    """A reason as JSON holds it, with rides called by their vehicles' names (``vehicles``, by ride): it is shown to whoever
    has the link to a plan, and to them drivers are nobody's business."""
    values = {name: _named(value, vehicles) for name, value in plain(dict(reason.values)).items()}
    fix = None if reason.fix is None else reason_facts(reason.fix, vehicles)
    return {"code": reason.code, "values": values, "fix": fix}


def _named(value: Any, vehicles: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(_named(each, vehicles) for each in value))
    return vehicles.get(value, value) if isinstance(value, str) else value


class _Drawing:
    """Turns routes in seconds and keys into routes in moments, places and orders."""

    def __init__(self, snapshot: Snapshot, problem: Problem, travel: Travel, seed: int, service_spread: float) -> None:
        self._snapshot, self._problem, self._travel = snapshot, problem, travel
        self._seed, self._spread = seed, service_spread
        self._halts, self._rides = snapshot.halt_of, snapshot.ride_of

    def route(self, route: PlannedRoute) -> AdoptedRoute:
        day, ride = self._snapshot.day, self._rides[route.vehicle]
        etas = self._etas(route)
        stops = [
            self._stop(self._halts[visit.task], visit.start, eta) for visit, eta in zip(route.visits, etas, strict=True)
        ]
        return AdoptedRoute(
            ride=route.vehicle,
            driver=ride.duty.driver.id or 0,
            vehicle=ride.vehicle.id or 0,
            start=day.moment(route.start),
            end=day.moment(route.end),
            metres=route.metres,
            driving=route.driving,
            breaks=tuple(
                {"start": day.moment(pause.start).isoformat(), "seconds": pause.seconds, "paid": pause.paid}
                for pause in route.pauses
            ),
            cost=in_money(route_cost(self._problem, route)),
            stops=tuple(stops),
        )

    def _stop(self, halt: Halt, start: int, eta: Eta) -> AdoptedStop:
        return AdoptedStop(
            tasks=tuple(
                AdoptedTask(**_named_by(order), service=share)
                for order, share in zip(halt.orders, halt.shares, strict=True)
            ),
            place=halt.place,
            address=halt.orders[0].address,
            service=halt.service,
            start=self._snapshot.day.moment(start),
            eta=eta.likely,
            eta_start=eta.early,
            eta_end=eta.late,
        )

    def _etas(self, route: PlannedRoute) -> Sequence[Eta]:
        day, vehicle = self._snapshot.day, self._problem.vehicle_of[route.vehicle]
        speed = self._rides[route.vehicle].vehicle.speed
        ahead, here = [], vehicle.start
        for visit in route.visits:
            there, halt = self._problem.task_of[visit.task].place, self._halts[visit.task]
            leg = self._travel.leg(here, there)
            opens, closes = halt.window.on(day.day, day.depot.tz)
            windows = ((opens.astimezone(UTC), closes.astimezone(UTC)),)
            ahead.append(Ahead(replace(leg, seconds=round(leg.seconds / speed)), halt.service, windows))
            here = there
        rests = [Rest(day.moment(pause.start), pause.seconds) for pause in route.pauses]
        return estimate(day.moment(route.start), ahead, rests, seed=self._seed, service_spread=self._spread)
