"""The simulated office: what a dispatcher does when a van stands still, and what the route says of breaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.compose import Program
from bot.simulation.stage import Stage
from bot.simulation.world import ZONE, World
from domain.commands import SplitRoute
from domain.moment import SYSTEM, Actor, Role
from domain.refusals import Refusal
from domain.routes import Route, RouteStatus
from storage.unit_of_work import UnitOfWork

_OFFICE = Actor(Role.DISPATCHER)


class Office:
    """Whoever watches over the routes of the day."""

    def __init__(self, stage: Stage, program: Program, world: World) -> None:
        self._stage, self._program, self._world = stage, program, world
        self.refused: list[str] = []

    def route_of(self, driver_id: int) -> Route | None:
        """The route a driver is on."""
        with self._program.database.reading() as session:
            routes = UnitOfWork(session, SYSTEM).driving.routes(driver_id, self._world.day)
        on_the_road = [route for route in routes if route.status == RouteStatus.IN_PROGRESS]
        return on_the_road[0] if on_the_road else None

    def promises(self, numbers: Sequence[str]) -> dict[str, tuple[datetime, datetime]]:
        """From when to when the customers of these orders are promised somebody, as things are by now."""
        with self._program.database.reading() as session:
            orders = UnitOfWork(session, SYSTEM).orders.named(numbers)
        spans = {
            each.number: each.window.on(each.promise_day, ZONE) for each in orders if each.window and each.promise_day
        }
        return {number: (start.astimezone(UTC), end.astimezone(UTC)) for number, (start, end) in spans.items()}

    def rests(self, driver_id: int) -> datetime | None:
        """When the next break of a driver's route is due; None where there is none."""
        route = self.route_of(driver_id)
        starts = [datetime.fromisoformat(each["start"]) for each in route.breaks] if route is not None else []
        return min(starts, default=None)

    def hand_over(self, driver_id: int) -> None:
        """A van stands still: what is left of its route goes to drivers nearby."""
        route = self.route_of(driver_id)
        if route is None:
            return
        try:
            self._stage.perform(_OFFICE, SplitRoute(route=route.id or 0))
        except Refusal as refusal:
            self.refused.append(refusal.text)
