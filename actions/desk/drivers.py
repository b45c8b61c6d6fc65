"""Drivers as staff see them: where they are, what comes next, how they are reached."""

from __future__ import annotations

from actions.desk.board import board, today_of
from actions.desk.choosing_routes import called, driver_named
from actions.desk.progress import Progress, progress
from actions.driving.dispatcher import ANSWER
from domain.commands import MessageDriver, ShowDriver
from domain.depots import Depot
from domain.events import Thing, note
from domain.fleet import Driver
from domain.moment import Moment
from domain.notices import Choice, DispatcherSaid, DriverMessaged, DriverSeen, Media, Notice
from domain.refusals import Refusal
from domain.routes import RouteStatus
from domain.values import Place
from storage.unit_of_work import UnitOfWork

#: So many of the next stops are told.
NEXT = 3


def show_driver(command: ShowDriver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where a driver is, their shift, and what comes next on their route; the boards of all depots where nobody is named.

    Refuses a name that nobody or several have.
    """
    if command.driver is None:
        return [board(depot, today_of(depot, at), 1, uow) for depot in uow.depots.all()]
    driver = driver_named(command.driver, uow)
    depot = uow.depots.get(driver.depot_id)
    today = today_of(depot, at)
    routes = uow.driving.routes(driver.id or 0, today)
    shift = uow.driving.shift(driver.id or 0)
    here = next((each for each in routes if each.status == RouteStatus.IN_PROGRESS), routes[0] if routes else None)
    found = progress([here], uow)[0] if here is not None else None
    duty = next((each for each in uow.fleet.duties(depot, today) if each.driver.id == driver.id), None)
    place = Place(found.seen.lat, found.seen.lon) if found is not None and found.seen is not None else None
    reachable = bool(uow.chats.of_driver(driver.id or 0))
    ahead = found.ahead if found is not None else ()
    return [
        DriverSeen(
            driver_name=driver.name, phone=driver.phone, reachable=reachable,
            on_shift_since=shift.started_at if shift is not None else None,
            break_since=shift.break_since if shift is not None else None,
            works=(duty.start, duty.end) if duty is not None else None,
            route=here.id if here is not None else None, status=here.status if here is not None else None,
            served=found.done if found is not None else 0, count=len(found.stops) if found is not None else 0,
            seen_at=found.seen.at if found is not None and found.seen is not None else None,
            age=round((at.now - found.seen.at).total_seconds()) if found is not None and found.seen is not None else None,
            where=_maps(place), late=max((each.late for each in ahead), default=0), next_stops=ahead[:NEXT],
            media=Media(place=place) if place is not None else None,
            choices=_choices(driver, found, depot, reachable=reachable),
        )
    ]  # fmt: skip


def message_driver(command: MessageDriver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say something in a driver's chat, who can answer there. Refuses where they have none."""
    driver = driver_named(command.driver, uow)
    if not uow.chats.of_driver(driver.id or 0):
        raise Refusal("driver_without_chat", driver=driver.name, phone=driver.phone)
    uow.record(note(Thing("driver", called(driver)), "messaged", at))
    return [
        DriverMessaged(driver_name=driver.name),
        DispatcherSaid(driver=driver.id or 0, words=command.words, choices=(ANSWER,)),
    ]


def _maps(place: Place | None) -> str | None:
    """The place on a map anybody can open."""
    if place is None:
        return None
    return f"https://www.openstreetmap.org/?mlat={place.lat:.5f}&mlon={place.lon:.5f}#map=16/{place.lat:.5f}/{place.lon:.5f}"


def _choices(driver: Driver, found: Progress | None, depot: Depot, *, reachable: bool) -> tuple[Choice, ...]:
    this = {"driver": called(driver)}
    name = {"name": driver.first_name}
    choices = []
    if reachable:
        choices.append(Choice(label="choice.message_driver", values=name, command="MessageDriver", slots=this))
    else:
        choices.append(Choice(label="choice.driver_code", values=name, command="CreateDriverCode", slots=this))
    if found is None:
        return (*choices, Choice(label="choice.show_board", command="ShowBoard", slots={"depot": depot.code}))
    route = {"route": found.route.id}
    choices.append(Choice(label="choice.show_route", values=route, command="ShowRouteCard", slots=route))
    if found.ahead:
        choices.append(Choice(label="choice.move_a_stop", command="MoveStop", slots=route))
    if found.route.status == RouteStatus.IN_PROGRESS:
        choices.append(Choice(label="choice.announce_delay", command="AnnounceDelay", slots=route))
    return tuple(choices)
