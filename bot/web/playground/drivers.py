"""Being a driver of the demo, beside their route."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlmodel import col, select

from actions.drawn import drawing_of_route, name_of
from bot.clock import now
from bot.compose import Program
from bot.web.chat import sessions
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import Chat
from bot.web.playground.chatting import add_messages, add_photos
from bot.web.playground.visiting import COOKIE, address_of, number, visitor
from bot.web.problems import Problem
from domain.drawing import Drawing
from domain.fleet import Driver
from domain.moment import SYSTEM
from domain.routes import LIVE, Route, RouteStatus
from storage.unit_of_work import UnitOfWork

#: Routes that are shown, those that are driven first.
_SHOWN = [RouteStatus.IN_PROGRESS, RouteStatus.LOADING, RouteStatus.PUBLISHED, RouteStatus.COMPLETED]


@dataclass(frozen=True, slots=True)
class Listed:
    """A driver in the list, and the route they have today."""

    id: int
    name: str
    depot: str
    route: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Wheel:
    """A driver with their route as it is drawn."""

    driver: Driver
    route: Drawing | None


def add_drivers(router: APIRouter, server: ChatServer) -> None:
    """The pages and the chats."""
    pages, settings, program = server.pages, server.program.settings, server.program

    @router.get("/drivers")
    async def drivers(request: Request) -> Response:
        found = await server.in_core(_drivers, program)
        page = pages.show("play_drivers.html", pages.language(request), drivers=found, who=None, wheel=None)
        sessions.remember(page, visitor(request, settings), settings, COOKIE)
        return page

    @router.get("/drivers/{who}")
    async def drive(request: Request, who: str) -> Response:
        session, language = visitor(request, settings), pages.language(request)
        wheel = await server.in_core(_wheel, program, number(who))
        found = await server.in_core(_drivers, program)
        values = await server.transcript(_chat(session, who), language)
        zone = wheel.route.zone if wheel.route else None
        page = pages.show(
            "play_drivers.html", language, drivers=found, who=number(who), wheel=wheel, zone=zone, **values
        )
        sessions.remember(page, session, settings, COOKIE)
        return page

    @router.get("/drivers/{who}/route")
    async def route(request: Request, who: str) -> Response:
        wheel = await server.in_core(_wheel, program, number(who))
        zone = wheel.route.zone if wheel.route else None
        return pages.show("_wheel.html", pages.language(request), wheel=wheel, zone=zone)

    chat = ("/drivers/{who}", _chat, lambda who: _wheel(program, number(who)))
    add_messages(router, server, *chat)
    add_photos(router, server, *chat)


def _chat(session: str, who: str) -> Chat:
    return Chat(address_of(session, f"driver:{who}"), f"/playground/drivers/{who}", driver_id=number(who))


def _drivers(program: Program) -> list[Listed]:
    """All who drive, those with a route first."""
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        found = []
        for depot in uow.depots.all():
            for driver in uow.fleet.drivers(depot.id or 0):
                route = _route_of(driver, uow)
                named = (name_of(route), route.status) if route is not None else (None, None)
                found.append(Listed(driver.id or 0, driver.name, depot.name, *named))
    return sorted(found, key=lambda each: each.route is None)


def _wheel(program: Program, driver_id: int) -> Wheel:
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        driver = uow.driving.driver(driver_id)
        if driver is None:
            raise Problem(404, "Nobody there", "There is no such driver.")
        route = _route_of(driver, uow)
        return Wheel(driver, drawing_of_route(route, uow) if route is not None else None)


def _route_of(driver: Driver, uow: UnitOfWork) -> Route | None:
    """The route a driver has today; of several the one that is driven, or the next."""
    today = now().astimezone(uow.depots.get(driver.depot_id).tz).date()
    query = select(Route).where(Route.driver_id == driver.id, Route.day == today)
    query = query.where(col(Route.status).in_([*LIVE, RouteStatus.COMPLETED]))
    routes = uow.session.exec(query).all()
    return min(routes, key=lambda each: (_SHOWN.index(RouteStatus(each.status)), each.id), default=None)
