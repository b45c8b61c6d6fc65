"""The beginning of a shift: in which vehicle, what its odometer says, whether it is damaged."""

from __future__ import annotations

from datetime import date, timedelta

from actions.cases import file_case
from actions.choices import Ask, Known, Talk
from actions.driving.changes import take_on
from actions.driving.loading import load_list
from actions.driving.menu import END, START, menu
from actions.driving.own import driver_id, my_tour, reported
from actions.driving.photos import own_photos
from domain.cases import Case
from domain.commands import StartShift
from domain.depots import Depot
from domain.dialogue import Frame
from domain.driving import WorkedShift
from domain.events import note
from domain.fleet import Driver, Vehicle, VehicleStatus
from domain.moment import Moment
from domain.naming import SIMILAR, likeness
from domain.notices import Choice, Media, Notice, ShiftStarted, VehicleOut
from domain.refusals import Refusal
from domain.routes import Route, RouteStatus
from storage.unit_of_work import UnitOfWork

#: So many other vehicles are offered beside the planned one.
MOST_VEHICLES = 8
PHOTO = Media(wants="photo")


def check_no_shift(frame: Frame, talk: Talk) -> Known | Ask:
    """Refuses a second shift, saying since when the first one runs."""
    shift = talk.uow.driving.shift(driver_id(talk.at))
    if shift is not None:
        raise _began(shift, talk.uow, talk.at)
    return Known({})


def _began(shift: WorkedShift, uow: UnitOfWork, at: Moment) -> Refusal:
    """Why no shift begins: one goes on, or one of a day before was never ended."""
    earlier = shift.day < _day(uow.depots.get(shift.depot_id), at)
    choices = menu(uow, at)
    if earlier:
        choices = (END, *(each for each in choices if each != END))
    return Refusal("shift_began", at=shift.started_at, earlier=earlier, choices=choices)


def which_vehicle(frame: Frame, talk: Talk) -> Known | Ask:
    """A vehicle of the depot that nobody drives now, the planned one first. Refuses where there is none."""
    driver, depot = _driver(talk.uow, talk.at)
    free = free_vehicles(driver, depot, talk.uow, talk.at)
    said = frame.slots.get("vehicle")
    if said is not None:
        found = meant(str(said), free)
        if found is None:
            raise Refusal("vehicle_not_free", ask="vehicle", said=str(said)[:40], choices=offered(free))
        return Known({"vehicle": found.plate})
    if not free:
        raise Refusal("no_vehicle_free", choices=(Choice(label="choice.dispatcher", command="TellDispatcher"),))
    return Ask("vehicle", "vehicle", offered(free), {"first_name": driver.first_name})


def odometer(frame: Frame, talk: Talk) -> Known | Ask:
    """What the odometer says, or that nobody looks; what it said last is a button."""
    if frame.slots.get("km") is not None or frame.slots.get("unread"):
        return Known({})
    plate = frame.slots.get("vehicle")
    if plate is None:
        return Ask("km", "odometer", (_UNREAD,), {"vehicle": _driven(talk)})
    last = talk.uow.driving.last_km(str(plate))
    known = () if last is None else (Choice(label="choice.km", values={"km": last}, slots={"km": last}),)
    return Ask("km", "odometer", (*known, _UNREAD), {"vehicle": plate})


def _driven(talk: Talk) -> str | None:
    """The plate of the vehicle that is driven in the shift."""
    shift = talk.uow.driving.shift(driver_id(talk.at))
    vehicle = talk.uow.driving.vehicle(shift.vehicle_id) if shift is not None and shift.vehicle_id is not None else None
    return vehicle.plate if vehicle is not None else None


_UNREAD = Choice(label="choice.unread", slots={"unread": True})


def whether_damaged(frame: Frame, talk: Talk) -> Known | Ask:
    """Whether the vehicle is damaged."""
    if frame.slots.get("damage") is not None:
        return Known({})
    choices = (
        Choice(label="choice.no_damage", slots={"damage": False}),
        Choice(label="choice.damage", slots={"damage": True}),
    )
    return Ask("damage", "damage", choices, {"vehicle": frame.slots["vehicle"]})


def damage_shown(frame: Frame, talk: Talk) -> Known | Ask:
    """Photos of the damage, where there is any; none is an answer too."""
    if not frame.slots.get("damage"):
        return Known({"photos": None, "drivable": None})
    found = own_photos(frame, talk)
    if found is not None or frame.slots.get("photos") == []:
        return Known({"photos": found or []})
    return Ask("photos", "damage_photo", (Choice(label="choice.no_photo", slots={"photos": []}),), media=PHOTO)


def whether_drivable(frame: Frame, talk: Talk) -> Known | Ask:
    """Whether a damaged vehicle can still be driven."""
    if not frame.slots.get("damage") or frame.slots.get("drivable") is not None:
        return Known({})
    choices = (
        Choice(label="choice.drivable", slots={"drivable": True}),
        Choice(label="choice.not_drivable", slots={"drivable": False}),
    )
    return Ask("drivable", "drivable", choices, {"vehicle": frame.slots["vehicle"]})


def start_shift(command: StartShift, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Begin the shift: the vehicle is in use, the route is loaded. Damage is a case; what cannot be driven is left.

    Refuses a second shift and a vehicle that is not free. What the odometer said before does not hold anybody up.
    """
    driver, depot = _driver(uow, at)
    vehicle = uow.fleet.vehicle(command.vehicle)  # locked first: who waited for it sees the shift that took it
    running = uow.driving.shift(driver.id or 0, lock=True)
    if running is not None:
        raise _began(running, uow, at)
    if vehicle is None or vehicle.depot_id != depot.id or vehicle.status != VehicleStatus.AVAILABLE:
        free = free_vehicles(driver, depot, uow, at)
        raise Refusal("vehicle_not_free", ask="vehicle", said=command.vehicle, choices=offered(free))
    case = _file_damage(command, vehicle, driver, uow, at) if command.damage else None
    if case is not None and command.drivable is False:
        return [_left_behind(vehicle, case, driver, depot, uow, at)]
    uow.record(vehicle.move(VehicleStatus.IN_USE, at, driver=driver.id))
    route = todays_route(driver, depot, uow, at)
    shift = WorkedShift(
        driver_id=driver.id or 0, depot_id=depot.id or 0, day=_day(depot, at) if route is None else route.day,
        route_id=route.id if route is not None else None, vehicle_id=vehicle.id, started_at=at.when, start_km=command.km,
    )  # fmt: skip
    uow.add(shift)
    uow.record(note(shift, "status", at, None, "started", vehicle=vehicle.plate, km=command.km))
    if route is not None:
        take_on(route, vehicle.id, uow, at)
    reported("StartShift", uow, at, route=shift.route_id)
    uow.flush()
    return [_started(shift, vehicle, route, case, uow, at)]


def todays_route(driver: Driver, depot: Depot, uow: UnitOfWork, at: Moment) -> Route | None:
    """The route a driver drives now: one that is on the road, else the first of today."""
    day = _day(depot, at)
    before = [
        each
        for each in uow.driving.routes(driver.id or 0, day - timedelta(days=1))
        if each.status == RouteStatus.IN_PROGRESS
    ]
    found = [*before, *uow.driving.routes(driver.id or 0, day)]
    chosen = next((each for each in found if each.status == RouteStatus.IN_PROGRESS), found[0] if found else None)
    return uow.routes.get(chosen.id or 0, lock=True) if chosen is not None else None


def free_vehicles(driver: Driver, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Vehicle]:
    """The vehicles of the depot that nobody drives, the one planned for the driver first."""
    route = next(iter(uow.driving.routes(driver.id or 0, _day(depot, at))), None)
    duty = next((each for each in uow.fleet.duties(depot, _day(depot, at)) if each.driver.id == driver.id), None)
    planned = route.vehicle_id if route is not None else duty.vehicle_id if duty is not None else None
    free = [each for each in uow.fleet.vehicles(depot.id or 0) if each.status == VehicleStatus.AVAILABLE]
    return sorted(free, key=lambda each: each.id != planned)


def _driver(uow: UnitOfWork, at: Moment) -> tuple[Driver, Depot]:
    driver = uow.driving.driver(driver_id(at))
    if driver is None or not driver.active:
        raise Refusal("no_driver")
    return driver, uow.depots.get(driver.depot_id)


def _day(depot: Depot, at: Moment) -> date:
    return at.when.astimezone(depot.tz).date()


def offered(free: list[Vehicle]) -> tuple[Choice, ...]:
    """Vehicles as buttons."""
    return tuple(
        Choice(label="choice.vehicle", values={"name": each.name, "plate": each.plate}, slots={"vehicle": each.plate})
        for each in free[:MOST_VEHICLES]
    )


def meant(said: str, free: list[Vehicle]) -> Vehicle | None:
    """The vehicle with that plate, in whatever spacing, or the only one with that name."""
    plain = _plain(said)
    by_plate = [each for each in free if _plain(each.plate) == plain]
    named = [each for each in free if _plain(each.name) == plain] or [
        each for each in free if _plain(each.plate) in plain or likeness(said, each.name) >= SIMILAR
    ]
    found = by_plate or named
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _file_damage(command: StartShift, vehicle: Vehicle, driver: Driver, uow: UnitOfWork, at: Moment) -> Case:
    return file_case(
        "vehicle_damaged", uow, at, vehicle=vehicle.plate, driver=driver.id, drivable=command.drivable is not False,
        photos=list(command.photos), words=[command.words] if command.words else [],
    )  # fmt: skip


def _left_behind(vehicle: Vehicle, case: Case, driver: Driver, depot: Depot, uow: UnitOfWork, at: Moment) -> VehicleOut:
    uow.record(vehicle.move(VehicleStatus.OUT_OF_SERVICE, at, case=case.name))
    uow.flush()
    others = free_vehicles(driver, depot, uow, at)
    choices = tuple(each.model_copy(update={"command": "StartShift"}) for each in offered(others))
    return VehicleOut(vehicle=vehicle.plate, reference=case.name, others=len(others), choices=choices or (START,))


def _started(
    shift: WorkedShift, vehicle: Vehicle, route: Route | None, case: Case | None, uow: UnitOfWork, at: Moment
) -> ShiftStarted:
    load = load_list(my_tour(uow, at), uow) if route is not None else ()
    return ShiftStarted(
        at=shift.started_at, vehicle=vehicle.plate, route=route is not None,
        leaves=route.planned_start if route is not None else None, stops=len({each.stop for each in load}),
        pieces=sum(item.quantity for each in load for item in each.items), load=load,
        reference=case.name if case is not None else None, choices=menu(uow, at),
    )  # fmt: skip
