"""What drivers look at: the next stop, the whole route, one stop, the way there."""

from __future__ import annotations

from actions.choices import MAX_BUTTONS
from actions.driving import stops
from actions.driving.menu import END, at_stop
from actions.driving.own import my_tour
from domain.commands.stops import Navigate, NextStop, ShowRoute, ShowStop
from domain.moment import Moment
from domain.notices import Choice, Media, Notice, RouteShown, StopShown, WayShown
from storage.unit_of_work import UnitOfWork


def show_route(command: ShowRoute, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """All stops in order; the next ones as buttons."""
    tour = my_tour(uow, at)
    ahead = [visit for visit in tour.visits if visit.is_ahead]
    choices = tuple(
        Choice(
            label="choice.stop", command="ShowStop",
            values={"stop": visit.stop.position, "address": visit.stop.address}, slots={"visits": [visit.stop.id]},
        )
        for visit in ahead[: MAX_BUTTONS - 1]
    )  # fmt: skip
    shown = RouteShown(
        route=tour.route.id or 0, cards=tuple(stops.cards(tour.visits, uow, at)), left=len(ahead),
        choices=(stops.SHOW_NEXT, *choices) if ahead else (END,),
    )  # fmt: skip
    return [shown]


def next_stop(command: NextStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where the driver is, or goes next."""
    return [stops.ahead(my_tour(uow, at), uow, at)]


def show_stop(command: ShowStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """All about a stop, with what can be done there."""
    tour = my_tour(uow, at)
    return [
        StopShown(
            about=next((task.number for task in visit.tasks), None),
            card=stops.cards([visit], uow, at)[0],
            choices=at_stop(visit) if visit.is_ahead else (stops.SHOW_NEXT,),
        )
        for visit in stops.meant(tour, command, uow)
    ]


def navigate(command: Navigate, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where a stop is, as a place on the map and a link."""
    tour = my_tour(uow, at)
    return [
        WayShown(
            stop=visit.stop.position, address=visit.stop.address, place=str(visit.stop.place),
            media=Media(place=visit.stop.place),
            choices=tuple(each for each in at_stop(visit) if each.command != "Navigate"),
        )
        for visit in stops.meant(tour, command, uow)[:1]
    ]  # fmt: skip
