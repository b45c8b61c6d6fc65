"""Improving routes with OR-Tools' local search, or making some where there are none."""

from __future__ import annotations

import weakref
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from domain.routing.engines.limit import Limit, Routes
from domain.routing.engines.model import FullModel
from domain.routing.problem import Problem

_FIRST = routing_enums_pb2.FirstSolutionStrategy
_THEN = routing_enums_pb2.LocalSearchMetaheuristic
#: Savings are the best start, but beyond this many tasks they find none in useful time.
_MOST_FOR_SAVINGS = 800
#: Seconds a search by iterations may take: guided local search would never stop by itself, plain descent does.
_LONGEST = 600.0
_TELL_EVERY = 0.5


def improve(problem: Problem, limit: Limit, seed: int, start: Routes | None = None) -> Routes | None:
    """The best routes OR-Tools finds within ``limit``, from ``start`` where given; None where it finds none.

    ``start`` should be settled; what the model does not take of it is left out and inserted again by the search. With
    a limit of iterations (solutions on the way) the search only descends, so that it ends where time does not count.
    """
    if not problem.tasks or not problem.vehicles:
        return {}
    left = limit.left()
    if left is not None and left <= 0.0:
        return None
    model = FullModel(problem)
    watch = _Watch(model, limit)
    model.routing.AddAtSolutionCallback(watch)
    found = _from(model, start, limit, seed) if start else None
    if found is None:
        found = _from_nothing(model, limit, seed)
    if found is None:
        return None
    next_var = model.routing.NextVar
    return model.routes(lambda index: int(found.Value(next_var(index))))


class _Watch:
    """Hears of every solution: tells of it now and then, and ends the search when somebody says stop.

    It holds the model weakly: the model holds it, and the two would never be freed.
    """

    def __init__(self, model: FullModel, limit: Limit) -> None:
        self._model, self._limit = weakref.ref(model), limit
        self._told = limit.clock()

    def __call__(self) -> None:
        model = self._model()
        if model is None or self._limit.clock() - self._told < _TELL_EVERY:
            return
        self._told = self._limit.clock()
        next_var = model.routing.NextVar
        self._limit.tell(model.routes(lambda index: int(next_var(index).Value())))
        if self._limit.is_over():
            model.routing.solver().FinishCurrentSearch()


def _from(model: FullModel, start: Routes, limit: Limit, seed: int) -> pywrapcp.Assignment | None:
    parameters = _parameters(model, limit, seed)
    model.routing.CloseModelWithParameters(parameters)
    first = _taken(model, {key: tuple(route) for key, route in start.items()})
    if first is None:
        return None
    return model.routing.SolveFromAssignmentWithParameters(first, _parameters(model, limit, seed))


def _from_nothing(model: FullModel, limit: Limit, seed: int) -> pywrapcp.Assignment | None:
    parameters = _parameters(model, limit, seed)
    if len(model.problem.tasks) <= _MOST_FOR_SAVINGS:
        parameters.first_solution_strategy = _FIRST.SAVINGS
        found = model.routing.SolveWithParameters(parameters)
        if found is not None or limit.is_over():
            return found
        parameters = _parameters(model, limit, seed)
    parameters.first_solution_strategy = _FIRST.PARALLEL_CHEAPEST_INSERTION
    return model.routing.SolveWithParameters(parameters)


def _parameters(model: FullModel, limit: Limit, seed: int) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    left = limit.left()
    parameters.time_limit.FromMilliseconds(max(1, int(1000 * (_LONGEST if left is None else left))))
    # Exact times of every candidate by linear programs: with soft windows one takes seconds. `schedule` has the last word.
    parameters.disable_scheduling_beware_this_may_degrade_performance = True
    # Where it finds nothing it would hand small problems to another solver, which searches to the end of time.
    parameters.fallback_to_cp_sat_size_threshold = 0
    if limit.iterations is None:
        parameters.local_search_metaheuristic = _THEN.GUIDED_LOCAL_SEARCH
    else:
        parameters.local_search_metaheuristic = _THEN.GREEDY_DESCENT
        parameters.solution_limit = limit.iterations
    model.routing.solver().ReSeed(seed)
    return parameters


def _taken(model: FullModel, routes: dict[str, tuple[str, ...]]) -> pywrapcp.Assignment | None:
    """``routes`` as an assignment; where the model rejects them, without the stops it rejects; None at the worst."""
    first = _read(model, routes)
    if first is not None:
        return first
    locked = {vehicle.key: vehicle.locked for vehicle in model.problem.vehicles}
    for vehicle in model.problem.vehicles:
        route = routes.get(vehicle.key, ())
        while len(route) > len(vehicle.locked) and _read(model, {**locked, vehicle.key: route}) is None:
            cut = max(len(vehicle.locked), len(route) - max(1, len(route) // 4))
            route = route[:cut]
        routes[vehicle.key] = route
    return _read(model, routes)


def _read(model: FullModel, routes: Routes) -> pywrapcp.Assignment | None:
    indices = [[model.index[key] for key in routes.get(vehicle.key, ())] for vehicle in model.problem.vehicles]
    return model.routing.ReadAssignmentFromRoutes(indices, True)
