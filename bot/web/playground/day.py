"""The day on a map: all routes of today, and where their vehicles are."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from actions.drawn import drawing_of_day, name_of
from bot.clock import now
from bot.compose import Program
from bot.web.chat.routes import ChatServer
from bot.web.plan.facts import ShownPlan
from bot.web.secret_links import headers_with_map, news
from domain.moment import SYSTEM
from domain.routes import RouteStatus
from domain.values import Place
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Van:
    """Where the vehicle of a route was seen last."""

    route: str
    place: Place


@dataclass(frozen=True, slots=True)
class Day:
    """What the map shows."""

    plan: ShownPlan
    vans: tuple[Van, ...]


def add_day(router: APIRouter, server: ChatServer) -> None:
    """The page at ``/playground/day``, and what keeps it fresh."""
    pages, settings = server.pages, server.program.settings
    headers = headers_with_map(settings.map_tiles)

    async def fill(request: Request, template: str) -> str:
        day = await server.in_core(_day, server.program)
        zone, language = day.plan.drawing.zone, pages.language(request)
        return await server.in_core(lambda: pages.fill(
            template, language, zone=zone, plan=day.plan, vans=day.vans, why=lambda _: "", tiles=settings.map_tiles,
            credit=settings.map_credit,
        ))  # fmt: skip

    @router.get("/day")
    async def day(request: Request) -> Response:
        return HTMLResponse(await fill(request, "play_day.html"), headers=headers)

    @router.get("/day/live")
    async def live(request: Request) -> Response:
        return news(request, await fill(request, "_day.html"), headers)


def _day(program: Program) -> Day:
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        drawing, routes = drawing_of_day(now(), uow)
        driven = [route for route in routes if route.status == RouteStatus.IN_PROGRESS]
        seen = uow.dispatch.positions(driven)
        vans = [
            Van(name_of(route), Place(at.lat, at.lon))
            for route in driven
            if (at := seen.get(route.id or 0)) is not None
        ]
        return Day(ShownPlan.of(drawing), tuple(vans))
