"""Which route, stop or driver staff mean: by number, by who drives it, by the place it has on its route, or by buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.desk.choosing import most_alike
from domain.dialogue import Frame
from domain.fleet import Driver
from domain.notices import Choice
from domain.refusals import NotFound, Refusal
from domain.routes import Route, TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

Resolver = Callable[[Frame, Talk], Known | Ask]


def which_route(frame: Frame, talk: Talk) -> Known | Ask:
    """The route that was named, that of the driver who was, the only live one of today, or one of them to choose."""
    return _route("route", "which_route", frame, talk)


def stop_carrying(frame: Frame, talk: Talk) -> Known | Ask:
    """Where the order that was named instead of a stop is on a route: the stop, and its route. Refuses one on no route."""
    order = frame.slots.get("carrying")
    if order is None or frame.slots.get("stop") is not None or frame.slots.get("nth") is not None:
        return Known({})
    found = talk.uow.routes.live_tasks([str(order)])
    if not found:
        slots = {"order": order, "route": frame.slots.get("to_route")}
        insert = Choice(label="choice.insert_order", values={"order": order}, command="InsertStop", slots=slots)
        raise Refusal("order_on_no_route", number=order, choices=(insert,))
    task, route = found[0]
    return Known({"stop": task.stop_id, "route": route.id})


def which_other_route(frame: Frame, talk: Talk) -> Known | Ask:
    """The route something goes to; its own, where only the place on it was said."""
    if frame.slots.get("to_route") is None and frame.slots.get("position") is not None:
        return Known({"to_route": frame.slots["route"]})
    return _route("to_route", "which_other_route", frame, talk)


def which_stop(frame: Frame, talk: Talk) -> Known | Ask:
    """The stop that was named by its place on the route (``nth``), or one that is still ahead to choose.

    Numbers change when a route does, so it is known by its own from here on.
    """
    nth = frame.slots.get("nth")
    if nth is None and frame.slots.get("stop") is not None:
        return Known({})
    tour = talk.uow.routes.tour(int(frame.slots["route"]))
    if nth is None:
        ahead = [visit for visit in tour.visits if visit.status == TaskStatus.PENDING]
        if not ahead:
            raise Refusal("nothing_ahead", route=tour.route.id)
        choices = tuple(_stop_choice(visit) for visit in ahead[:MAX_BUTTONS])
        return Ask("nth", "which_stop", choices, {"route": tour.route.id})
    if not 1 <= int(nth) <= len(tour.visits):
        raise NotFound("no_such_nth", ask="nth", route=tour.route.id, nth=nth, count=len(tour.visits))
    return Known({"stop": tour.visits[int(nth) - 1].stop.id})


def why_removed(frame: Frame, talk: Talk) -> Known | Ask:
    """The reason, as the exception tells it."""
    return Known({}) if frame.slots.get("reason") else Ask("reason", "why_removed")


def version(frame: Frame, talk: Talk) -> Known | Ask:
    """What the route was when its change was asked about: one that changes before the answer is looked at anew."""
    if frame.confirmed or frame.slots.get("route") is None:
        return Known({})
    return Known({"version": talk.uow.routes.get(int(frame.slots["route"])).version})


def which_driver(frame: Frame, talk: Talk) -> Known | Ask:
    """The driver who was named by code, number or likeness, the driver of the route that was, or one to choose."""
    said = frame.slots.get("driver")
    if said is None and frame.slots.get("route") is not None:
        route = talk.uow.routes.get(number(frame.slots["route"]))
        driver = talk.uow.driving.driver(route.driver_id) if route.driver_id is not None else None
        if driver is None:
            raise Refusal("no_driver_to_swap", route=route.id)
        return Known({"driver": called(driver)})
    drivers = list(talk.uow.driving.all())
    found = _on_duty(drivers, talk) if said is None else meant(str(said), drivers)
    if not found:
        choices = tuple(map(_driver_choice, _on_duty(drivers, talk)[:MAX_BUTTONS]))
        raise NotFound("no_driver_called", driver=said, ask="driver", choices=choices)
    if len(found) == 1:
        return Known({"driver": called(found[0])})
    return Ask("driver", "which_driver", tuple(map(_driver_choice, found[:MAX_BUTTONS])))


def driver_or_everybody(frame: Frame, talk: Talk) -> Known | Ask:
    """As `which_driver`; where neither a driver nor a route was named all are meant."""
    named = frame.slots.get("driver") is not None or frame.slots.get("route") is not None
    return which_driver(frame, talk) if named else Known({})


def _on_duty(drivers: list[Driver], talk: Talk) -> list[Driver]:
    """Those who drive today, where anybody does."""
    today = {route.driver_id for route in live_today(talk)}
    return [each for each in drivers if each.id in today] or drivers


def new_driver(frame: Frame, talk: Talk) -> Known | Ask:
    """Who a route is given, unless two routes change theirs."""
    if frame.slots.get("other") is not None:
        return Known({"other": number(frame.slots["other"])})
    if frame.slots.get("driver") is not None:
        return which_driver(frame, talk)
    drivers = list(talk.uow.driving.all())
    return Ask("driver", "which_driver", tuple(map(_driver_choice, drivers[:MAX_BUTTONS])))


def meant(said: str, drivers: Sequence[Driver]) -> list[Driver]:
    """The driver of that code or number, else those whose name sounds most like what was said."""
    exact = [each for each in drivers if said.strip().casefold() in {each.code, str(each.id), each.name.casefold()}]
    if exact:
        return exact
    alike = most_alike(said, {each.id or 0: each.name for each in drivers})
    return [each for each in drivers if each.id in alike]


def called(driver: Driver) -> str:
    """By what a driver is found again."""
    return driver.code or str(driver.id)


def driver_named(name: str, uow: UnitOfWork) -> Driver:
    """The driver of that code, name or number. Refuses a name that nobody or several have."""
    found = meant(name, uow.driving.all())
    if not found:
        raise NotFound("no_such_driver", driver=name)
    if len(found) > 1:
        raise Refusal("several_drivers", name=name, codes=[called(each) for each in found])
    return found[0]


def number(said: object) -> int:
    """The number of a route that is called by it: 7 of "R7"."""
    return int(str(said).upper().removeprefix("R").removeprefix("-"))


def live_today(talk: Talk) -> list[Route]:
    """Today's routes of all depots that are, or will be, driven."""
    return [
        route
        for depot in talk.uow.depots.all()
        for route in talk.uow.routes.live(depot.id or 0, talk.at.now.astimezone(depot.tz).date())
    ]


def _route(slot: str, question: str, frame: Frame, talk: Talk) -> Known | Ask:
    said = frame.slots.get(slot)
    if said is not None:
        route = talk.uow.routes.find(number(said))
        if route is None:
            raise NotFound("no_such_route", route=number(said), ask=slot)
        return Known({slot: route.id})
    live = live_today(talk)
    if slot == "route" and frame.slots.get("driver") is not None and frame.command != "AssignDriver":
        drivers = {each.id for each in meant(str(frame.slots["driver"]), talk.uow.driving.all())}
        live = [each for each in live if each.driver_id in drivers]
        if not live:
            raise NotFound("driver_has_no_route", driver=frame.slots["driver"])
    if slot == "to_route":
        here = talk.uow.routes.get(number(frame.slots["route"]))
        live = [each for each in live if each.id != here.id and each.depot_id == here.depot_id]
    if len(live) == 1:
        return Known({slot: live[0].id})
    if not live:
        raise NotFound("no_live_routes")
    names = talk.uow.fleet.called({each.driver_id for each in live if each.driver_id is not None})
    choices = tuple(
        Choice(
            label="choice.route", values={"route": each.id, "driver": names.get(each.driver_id or 0)},
            slots={slot: each.id},
        )
        for each in live[:MAX_BUTTONS]
    )  # fmt: skip
    return Ask(slot, question, choices)


def _stop_choice(visit: Visit) -> Choice:
    values = {"nth": visit.stop.position, "address": visit.stop.address}
    return Choice(label="choice.stop_nth", values=values, slots={"nth": visit.stop.position})


def _driver_choice(driver: Driver) -> Choice:
    return Choice(label="choice.driver", values={"name": driver.name}, slots={"driver": called(driver)})
