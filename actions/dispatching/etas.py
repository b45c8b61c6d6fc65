"""ETAs of routes under way, from what is known of ways and traffic without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from actions.board import Board
from domain.depots import Depot
from domain.eta import Ahead, Eta, Moments, Rest, estimate
from domain.routing.running import Call, Underway
from domain.routing.solution import PlannedRoute
from domain.travel.learning import Learned
from domain.travel.sources import Source
from domain.travel.straight import free_seconds, road_metres
from domain.travel.times import Leg, traffic_of
from domain.values import Place
from storage.unit_of_work import UnitOfWork


def etas(
    board: Board, underway: Underway, route: PlannedRoute, calls: Mapping[str, Call], uow: UnitOfWork
) -> dict[str, Eta]:
    """When the stops of a route are served, by key; ``route`` gives their order, its start and its breaks."""
    chain = [calls[key] for key in route.tasks]
    if not chain:
        return {}
    places = [underway.here, *(call.place for call in chain)]
    ways = legs(places, underway.speed, board.depot, board.learned, uow.dispatch.routed(pairwise(places)))
    ahead = [Ahead(leg, call.service, _windows(board, call)) for leg, call in zip(ways, chain, strict=True)]
    rests = [Rest(board.moment(pause.start), pause.seconds) for pause in route.pauses]
    leaves = board.moment(underway.ready if underway.left else route.start)
    spread = board.learned.service_spread
    found = estimate(leaves, ahead, rests, seed=int(underway.key), service_spread=spread, today=board.today)
    return {call.key: eta for call, eta in zip(chain, found, strict=True)}


def traffic(board: Board) -> float:
    """By what free seconds are multiplied on the way of the rest of the day."""
    latest = max((route.until for route in board.routes), default=0)
    usual = traffic_of(Source.STRAIGHT, board.depot.tz, board.learned)
    return usual.over(board.now, board.moment(max(latest, 1)))


def _windows(board: Board, call: Call) -> tuple[Moments, ...]:
    window = call.window
    return () if window is None else ((board.moment(window.start), board.moment(window.end)),)


def legs(
    places: Sequence[Place], speed: float, depot: Depot, learned: Learned, known: Mapping[tuple[int, int], int]
) -> list[Leg]:
    """The ways from each place to the next: as a table service told them lately (``known``, free seconds by the digests of
    their places), else by straight line."""
    traffics = {source: traffic_of(source, depot.tz, learned) for source in Source}
    found = []
    for start, end in pairwise(places):
        seconds = known.get((start.digest(), end.digest())) if known else None
        source = Source.STRAIGHT if seconds is None else Source.OSRM
        free = float(free_seconds(road_metres(start.metres_to(end)))) if seconds is None else seconds
        found.append(Leg(round(free / speed), traffics[source], learned.spread_of(source)))
    return found
