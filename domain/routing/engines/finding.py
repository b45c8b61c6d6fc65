"""Finding routes with PyVRP, an iterated local search that is far better than anything else on what it can express.

What it cannot express it is not told (`expressible` says whether that is nothing), so its routes have to be settled
afterwards. Its model: a location for every place and set of vehicles that may come; kinds of vehicles instead of single
ones; a profile for each matrix and set of forbidden locations; locked tasks as one client that only its vehicle can
reach; several windows as clients of which one is visited; an open end as an end that is everywhere; the axis of
`daytime` for breaks.
"""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyvrp
from pyvrp.IteratedLocalSearch import (
    IteratedLocalSearch,
    IteratedLocalSearchCallbacks,
    IteratedLocalSearchParams,
)
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from domain.routing.engines.daytime import Daytime, daytime
from domain.routing.engines.limit import Limit, Routes
from domain.routing.engines.settling import sequences, settle
from domain.routing.problem import NOTHING, Integers, Load, Problem, Span, Task, Vehicle
from domain.routing.schedule import schedule

#: Better routes are told of at most this often, in seconds.
_TELL_EVERY = 0.5
#: The share of the limit in which some way to serve all must be found.
_PATIENCE = 0.15
#: But at most so many seconds, and more for each task.
_LONGEST_PATIENCE = 3.0
_PATIENCE_PER_TASK = 0.01
#: With more tasks than this it matters which are neighbours, as only so many of each are tried: a second of waiting makes
#: two as far apart as this share of a second on the way. With fewer tasks fifty of each are enough whichever they are.
_LARGE = 300
_WAITING = 0.2
#: With more tasks than this each step changes less than is usual and tries fewer neighbours, and new best routes are not
#: searched through in every detail: steps are then five to ten times as fast.
_VAST = 600
_SMALL_STEP = 8
_FEW_NEIGHBOURS = 30
#: The most that PyVRP calculates with.
_MOST = 1 << 40


def expressible(problem: Problem) -> bool:
    """Whether PyVRP is told everything: its routes then need nothing but their times."""
    return (
        problem.change == 0
        and not any(
            (task.lateness is not None and task.windows) or task.together is not None or task.apart
            for task in problem.tasks
        )
        and not any(vehicle.breaks or vehicle.max_driving is not None for vehicle in problem.vehicles)
    )


def find(problem: Problem, limit: Limit, seed: int, start: Routes | None = None) -> dict[str, tuple[str, ...]]:
    """The best routes within ``limit``, from ``start`` on where given; the same for the same seed and iterations.

    Locked tasks lead their routes. Tasks on none are left out. What `expressible` names may be violated.

    That all must be served is searched twice as fast as what may be left out, so that comes first; only where it finds
    no way to serve all, the rest of the limit goes to finding what to leave out.
    """
    if not problem.tasks or not problem.vehicles:
        return {}
    strict = _search(_Model(problem, strict=True), limit, seed, start)
    if strict.feasible or strict.iterations_left == 0 or limit.is_over():
        return strict.routes
    rest = replace(limit, iterations=strict.iterations_left)
    # From a start that is too full it may never get to one that is not.
    begin = sequences(settle(problem, strict.routes))
    return _search(_Model(problem, strict=False), rest, seed, begin).routes


@dataclass(frozen=True, slots=True)
class _Found:
    routes: dict[str, tuple[str, ...]]
    feasible: bool
    iterations_left: int | None


def _search(model: _Model, limit: Limit, seed: int, start: Routes | None) -> _Found:
    progress = _Progress(model, limit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about scaling and penalties, nothing a person could act on
        parameters = _parameters(model, progress)
        first = model.solution(start) if start else None
        result = pyvrp.solve(
            model.data, progress, seed=seed, collect_stats=False, params=parameters, initial_solution=first
        )
    left = None if limit.iterations is None else max(0, limit.iterations - result.num_iterations)
    return _Found(model.routes(result.best), result.best.is_feasible(), left)


def _parameters(model: _Model, progress: _Progress) -> pyvrp.SolveParams:
    """PyVRP's own parameters, but for problems of many tasks."""
    parameters = pyvrp.SolveParams(ils=IteratedLocalSearchParams(callbacks=progress))
    count = len(model.tasks)
    if count <= _LARGE:
        return parameters
    waiting = _WAITING * model.pace()
    if count <= _VAST:
        return pyvrp.SolveParams(ils=parameters.ils, neighbourhood=NeighbourhoodParams(weight_wait_time=waiting))
    return pyvrp.SolveParams(
        ils=replace(parameters.ils, exhaustive_on_best=False),
        neighbourhood=NeighbourhoodParams(weight_wait_time=waiting, num_neighbours=_FEW_NEIGHBOURS),
        perturbation=PerturbationParams(max_perturbations=_SMALL_STEP),
    )


class _Progress(IteratedLocalSearchCallbacks):
    """PyVRP's stopping criterion, which also tells of better routes now and then."""

    def __init__(self, model: _Model, limit: Limit) -> None:
        self._model, self._limit = model, limit
        self._done = 0
        self._better: pyvrp.Solution | None = None
        self._feasible = False
        self._begun = self._told = limit.clock()
        left = limit.left()
        longest = _LONGEST_PATIENCE + _PATIENCE_PER_TASK * len(model.tasks)
        self._patience = math.inf if left is None else min(_PATIENCE * left, longest)
        self._most_in_vain = math.inf if limit.iterations is None else _PATIENCE * limit.iterations

    def on_start(self, search: IteratedLocalSearch) -> None:
        self._better = search.initial_solution
        self._feasible = self._better.is_feasible()

    def on_best(self, best: pyvrp.Solution) -> None:
        self._better = best
        self._feasible = self._feasible or best.is_feasible()

    def __call__(self, best_cost: float) -> bool:
        self._done += 1
        if self._limit.iterations is not None and self._done > self._limit.iterations:
            return True
        now = self._limit.clock()
        if self._better is not None and now - self._told >= _TELL_EVERY:
            self._limit.tell(self._model.routes(self._better))
            self._better = None
            self._told = now
        in_vain = self._model.strict and not self._feasible
        if in_vain and (now - self._begun > self._patience or self._done > self._most_in_vain):
            return True
        return self._limit.is_over()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A location of the model: a place, who must not come (numbers of kinds), and what it is for."""

    place: int
    refused: frozenset[int] = frozenset()
    #: The vehicle whose start (-) or locked tasks (+) it is, as its number from 1; 0 for all others.
    locked: int = 0
    nowhere: bool = False


class _Model:
    """PyVRP's data for a problem, and the way back from its solutions."""

    def __init__(self, problem: Problem, *, strict: bool) -> None:
        """``strict``: what has no penalty of its own must be served."""
        self._problem = problem
        self.strict = strict
        self._time: Daytime = daytime(problem)
        self._horizon = max(self._time.of(vehicle.shift.end) for vehicle in problem.vehicles)
        self._kinds = _kinds(problem)
        self._spots: dict[_Spot, int] = {}
        self._depots: dict[int, int] = {}
        self._groups: list[pyvrp.ClientGroup] = []
        self._clients: list[pyvrp.Client] = []
        #: The tasks that each client stands for.
        self.tasks: list[tuple[str, ...]] = []
        locked = {key for vehicle in problem.vehicles for key in vehicle.locked}
        for task in problem.tasks:
            if task.key not in locked:
                self._add(task)
        self._prefixes = [self._add_locked(kind[0], number) for number, kind in enumerate(self._kinds, 1)]
        self._client_of = {keys[0]: client for client, keys in reversed([*enumerate(self.tasks)])}
        self.data = self._data()

    def pace(self) -> float:
        """What a second on the way costs, with the metres that are driven in it."""
        vehicle = self._problem.vehicles[0]
        matrix = self._problem.matrices[vehicle.profile]
        seconds = float(matrix.seconds.sum())
        return vehicle.per_second + (vehicle.per_metre * float(matrix.metres.sum()) / seconds if seconds else 0.0)

    def routes(self, solution: pyvrp.Solution) -> dict[str, tuple[str, ...]]:
        """The routes of a solution of PyVRP's; vehicles of a kind are taken in their order."""
        left = [iter(kind) for kind in self._kinds]
        routes = {}
        for route in solution.routes():
            vehicle = next(left[route.vehicle_type()])
            visited = [step.idx for step in route if step.is_client()]
            routes[vehicle.key] = tuple(key for client in visited for key in self.tasks[client])
        return routes

    def solution(self, routes: Routes) -> pyvrp.Solution:
        """A solution of PyVRP's for ``routes``; a task with several windows is taken in its first."""
        made = []
        for number, kind in enumerate(self._kinds):
            for vehicle in kind:
                rest = [key for key in routes.get(vehicle.key, ()) if key not in vehicle.locked]
                visits = [self._client_of[key] for key in rest if key in self._client_of]
                prefix = self._prefixes[number]
                visits = visits if prefix is None else [prefix, *visits]
                if visits:
                    made.append(pyvrp.Route(self.data, visits, number))
        return pyvrp.Solution(self.data, made)

    def _spot(self, spot: _Spot) -> int:
        return self._spots.setdefault(spot, len(self._spots))

    def _add(self, task: Task) -> None:
        """One client, or one for each window, of which one is visited."""
        refused = frozenset(number for number, kind in enumerate(self._kinds) if self._problem.refuses(kind[0], task))
        windows = [span for span in map(self._span, task.windows) if span] if task.windows else [Span(0, self._horizon)]
        must = self.strict and task.penalty is None
        group = None
        if len(windows) > 1:
            group = len(self._groups)
            self._groups.append(pyvrp.ClientGroup([len(self._clients) + n for n in range(len(windows))], required=must))
        for window in windows:
            self.tasks.append((task.key,))
            self._clients.append(
                pyvrp.Client(
                    location=self._spot(_Spot(task.place, refused)),
                    delivery=_amounts(task.deliver),
                    pickup=_amounts(task.collect),
                    service_duration=task.service,
                    tw_early=window.start,
                    tw_late=window.end,
                    prize=min(self._problem.dropping(task), _MOST),
                    required=must and group is None,
                    group=group,
                )
            )

    def _span(self, window: Span) -> Span | None:
        start, end = self._time.of(window.start), self._time.of(window.end)
        return Span(max(start, 0), min(end, self._horizon)) if end >= 0 and start <= self._horizon else None

    def _add_locked(self, vehicle: Vehicle, number: int) -> int | None:
        """The client that stands for a vehicle's locked tasks: as long as they take, where the last of them is."""
        if not vehicle.locked:
            return None
        done = schedule(self._problem, replace(vehicle, end=None), vehicle.locked)
        if done is None:
            return None
        last = self._problem.task_of[vehicle.locked[-1]]
        tasks = [self._problem.task_of[key] for key in vehicle.locked]
        start = self._time.of(done.start)
        self.tasks.append(vehicle.locked)
        self._clients.append(
            pyvrp.Client(
                location=self._spot(_Spot(last.place, locked=number)),
                delivery=_amounts(sum((task.deliver for task in tasks), NOTHING)),
                pickup=_amounts(sum((task.collect for task in tasks), NOTHING)),
                service_duration=self._time.of(done.end) - start,
                tw_early=start,
                tw_late=start,
                prize=min(sum(self._problem.dropping(task) for task in tasks), _MOST),
                required=self.strict,
            )
        )
        return len(self._clients) - 1

    def _depot(self, spot: _Spot) -> int:
        return self._depots.setdefault(self._spot(spot), len(self._depots))

    def _data(self) -> pyvrp.ProblemData:
        profiles: dict[tuple[int, frozenset[int]], int] = {}
        types = []
        for number, kind in enumerate(self._kinds):
            vehicle = kind[0]
            prefix = self._prefixes[number]
            start = self._depot(_Spot(vehicle.start, locked=0 if prefix is None else -number - 1))
            end = self._depot(_Spot(-1, nowhere=True) if vehicle.end is None else _Spot(vehicle.end))
            forbidden = frozenset(n for spot, n in self._spots.items() if number in spot.refused)
            profile = profiles.setdefault((vehicle.profile, forbidden), len(profiles))
            types.append(self._type(kind, start, end, profile))
        spots = sorted(self._spots, key=self._spots.__getitem__)
        matrices = [self._matrices(spots, number, forbidden) for number, forbidden in profiles]
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in spots],
            self._clients,
            [pyvrp.Depot(location) for location in self._depots],
            types,
            [metres for metres, _ in matrices],  # type: ignore[misc]  # its stubs declare a shape of int
            [seconds for _, seconds in matrices],  # type: ignore[misc]
            self._groups,
        )

    def _type(self, kind: Sequence[Vehicle], start: int, end: int, profile: int) -> pyvrp.VehicleType:
        vehicle = kind[0]
        resting = sum(rest.seconds for rest in vehicle.breaks if rest.paid)
        longest = self._horizon if vehicle.max_duration is None else max(0, vehicle.max_duration - resting)
        balance = self._problem.balance
        share = longest if balance is None else min(longest, max(0, balance.share - resting))
        return pyvrp.VehicleType(
            num_available=len(kind),
            capacity=_amounts(vehicle.capacity),
            start_depot=start,
            end_depot=end,
            fixed_cost=0 if vehicle.sunk else min(vehicle.fixed, _MOST),
            tw_early=self._time.of(vehicle.shift.start),
            tw_late=self._time.of(vehicle.shift.end),
            shift_duration=share,
            unit_distance_cost=vehicle.per_metre,
            unit_duration_cost=vehicle.per_second,
            profile=profile,
            initial_load=_amounts(vehicle.aboard),
            max_overtime=longest - share,
            unit_overtime_cost=0 if balance is None else balance.cost,
        )

    def _matrices(self, spots: Sequence[_Spot], number: int, forbidden: frozenset[int]) -> tuple[Integers, Integers]:
        """Metres and seconds between the spots; what is forbidden takes longer than the day."""
        matrix = self._problem.matrices[number]
        places = np.array([spot.place for spot in spots])
        metres, seconds = matrix.metres[np.ix_(places, places)], matrix.seconds[np.ix_(places, places)]
        far, long = int(matrix.metres.max(initial=0)) + 1, 2 * self._horizon + 1
        nowhere = [n for n, spot in enumerate(spots) if spot.nowhere]
        metres[:, nowhere] = seconds[:, nowhere] = 0
        metres[nowhere, :] = far
        seconds[nowhere, :] = long
        starts = {-spot.locked: n for n, spot in enumerate(spots) if spot.locked < 0}
        prefixes = {spot.locked: n for n, spot in enumerate(spots) if spot.locked > 0}
        for column in [*forbidden, *prefixes.values()]:
            metres[:, column], seconds[:, column] = far, long
        for vehicle, row in starts.items():
            metres[row, :], seconds[row, :] = far, long
            metres[row, prefixes[vehicle]] = seconds[row, prefixes[vehicle]] = 0
        np.fill_diagonal(metres, 0)
        np.fill_diagonal(seconds, 0)
        return metres, seconds


def _kinds(problem: Problem) -> list[list[Vehicle]]:
    """Vehicles that are alike in all a route can depend on, together."""
    named = {key for task in problem.tasks for key in task.banned}
    bans = {key: frozenset(n for n, task in enumerate(problem.tasks) if key in task.banned) for key in named}
    kinds: dict[tuple[Vehicle, frozenset[int], str | None], list[Vehicle]] = defaultdict(list)
    for vehicle in problem.vehicles:
        alike = replace(vehicle, key="", fixed=0 if vehicle.sunk else vehicle.fixed, sunk=False)
        alone = vehicle.key if vehicle.locked else None
        kinds[alike, bans.get(vehicle.key, frozenset()), alone].append(vehicle)
    return list(kinds.values())


def _amounts(load: Load) -> list[int]:
    return [load.weight, load.volume, load.pieces]
