"""What routes cost, split by what it is spent on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.routing.problem import Problem, Task
from domain.routing.solution import Cost, PlannedRoute, Visit


def cost_of(problem: Problem, routes: Sequence[PlannedRoute], dropped: Iterable[str]) -> Cost:
    """The cost of ``routes`` and of leaving the tasks of the keys in ``dropped`` out."""
    each = [route_cost(problem, route) for route in routes]
    return Cost(
        fixed=sum(cost.fixed for cost in each),
        time=sum(cost.time for cost in each),
        distance=sum(cost.distance for cost in each),
        lateness=sum(cost.lateness for cost in each),
        dropped=sum(problem.dropping(problem.task_of[key]) for key in dropped),
        balance=sum(cost.balance for cost in each),
        changes=sum(cost.changes for cost in each),
    )


def route_cost(problem: Problem, route: PlannedRoute) -> Cost:
    """The cost of one route; one without visits costs nothing."""
    if not route.visits:
        return Cost()
    vehicle = problem.vehicle_of[route.vehicle]
    tasks = [problem.task_of[visit.task] for visit in route.visits]
    over = max(0, route.working - problem.balance.share) if problem.balance else 0
    return Cost(
        fixed=0 if vehicle.sunk else vehicle.fixed,
        time=vehicle.per_second * route.working,
        distance=vehicle.per_metre * route.metres,
        lateness=sum(
            late_by(task, visit) * (task.lateness or 0) for task, visit in zip(tasks, route.visits, strict=True)
        ),
        balance=over * problem.balance.cost if problem.balance else 0,
        changes=sum(problem.change for task in tasks if task.usual not in {None, vehicle.key}),
    )


def late_by(task: Task, visit: Visit) -> int:
    """Seconds that service starts after the last window's end."""
    return max(0, visit.start - max(window.end for window in task.windows)) if task.windows else 0
