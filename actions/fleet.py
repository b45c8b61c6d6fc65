"""Setting up vehicles and drivers, and when these work."""

from __future__ import annotations

from typing import Any

from actions.business import change, done
from actions.choices import Ask, Known, Talk
from actions.driving.shifts import meant, offered
from domain.commands import ReturnVehicle, SetShift, SetUpDriver, SetUpVehicle, WorkBreak
from domain.depots import Depot
from domain.dialogue import Frame
from domain.events import Thing, note
from domain.fleet import Driver, Shift, ShiftPattern, Vehicle, VehicleStatus
from domain.moment import Moment
from domain.notices import Notice, VehicleReturned
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork


def set_up_vehicle(command: SetUpVehicle, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A vehicle, made or changed to be as told. One that is on the road stays so."""
    values = command.model_dump(exclude={"plate", "depot", "payload_kg", "volume_m3", "out_of_service"}) | {
        "depot_id": _depot(command.depot, uow).id,
        "payload": round(command.payload_kg * 1_000),
        "volume": round(command.volume_m3 * 1_000_000),
        "skills": sorted(set(command.skills)),
    }
    vehicle = uow.fleet.vehicle(command.plate)
    created = vehicle is None
    if vehicle is None:
        vehicle = Vehicle(plate=command.plate, **values)
        uow.add(vehicle)
    changed = [] if created else change(vehicle, values)
    if command.out_of_service != (vehicle.status == VehicleStatus.OUT_OF_SERVICE):
        to = VehicleStatus.OUT_OF_SERVICE if command.out_of_service else VehicleStatus.AVAILABLE
        uow.record(vehicle.move(to, at))
        changed.append("out_of_service")
    return _recorded("vehicle", command.plate, created, changed, uow, at)


def which_is_back(frame: Frame, talk: Talk) -> Known | Ask:
    """The vehicle, by its plate in whatever spacing, or chosen of those that are out of service. Refuses where none is."""
    fleet = [each for depot in talk.uow.depots.all() for each in talk.uow.fleet.vehicles(depot.id or 0)]
    said = frame.slots.get("vehicle")
    if said is not None:
        found = meant(str(said), fleet)
        return Known({"vehicle": found.plate if found is not None else str(said)})
    out = [each for each in fleet if each.status == VehicleStatus.OUT_OF_SERVICE]
    if not out:
        raise Refusal("no_vehicle_out")
    return Ask("vehicle", "vehicle_back", offered(out))


def return_vehicle(command: ReturnVehicle, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A vehicle that was out of service is available again; said of one that is in service, nothing changes."""
    vehicle = uow.fleet.vehicle(command.vehicle)
    if vehicle is None:
        raise NotFound("no_such_vehicle", plate=command.vehicle, field="vehicle")
    changed = vehicle.status == VehicleStatus.OUT_OF_SERVICE
    if changed:
        uow.record(vehicle.move(VehicleStatus.AVAILABLE, at))
    return [VehicleReturned(vehicle=vehicle.plate, changed=changed)]


def set_up_driver(command: SetUpDriver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A driver with their usual week, made or changed to be as told. Single days that differ stay."""
    values = command.model_dump(exclude={"code", "depot", "home", "week", "starts_at", "ends_at"}) | {
        "depot_id": _depot(command.depot, uow).id,
        "skills": sorted(set(command.skills)),
        "home_lat": command.home.lat if command.home else None,
        "home_lon": command.home.lon if command.home else None,
        "starts_at": command.starts_at.value,
        "ends_at": command.ends_at.value,
    }
    driver = uow.fleet.driver(command.code)
    created = driver is None
    if driver is None:
        driver = Driver(code=command.code, **values)
        uow.add(driver)
    changed = [] if created else change(driver, values)
    if not driver.active:  # whoever drives no more has no business in a driver's chat
        for chat in uow.chats.phones(driver.id or 0):
            chat.release_driver()
        uow.driving.end_codes(driver.id or 0, at.now)
    if _change_week(driver, command, uow):
        changed.append("week")
    return _recorded("driver", command.code, created, changed, uow, at)


def set_shift(command: SetShift, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """One day of a driver, as told: off, other hours, or as usual again."""
    driver = uow.fleet.driver(command.driver)
    if driver is None:
        raise NotFound("no_such_driver", driver=command.driver, field="driver")
    shift = uow.fleet.shift(driver.id or 0, command.day)
    usual = not command.off and command.hours is None
    wanted = _hours(command.hours, command.rest) | {"vehicle_id": _vehicle_id(command.vehicle, uow)}
    created = shift is None and not usual
    changed: list[str] = []
    if shift is None and not usual:
        uow.add(Shift(driver_id=driver.id or 0, day=command.day, **wanted))
    elif shift is not None and usual:
        uow.remove(shift)
        changed = ["usual"]
    elif shift is not None:
        changed = change(shift, wanted)
    return _recorded("shift", f"{command.driver} {command.day}", created, changed, uow, at)


def _recorded(noun: str, name: str, created: bool, changed: list[str], uow: UnitOfWork, at: Moment) -> list[Notice]:
    if created or changed:
        uow.record(note(Thing(noun, name), "set_up", at, changed=[] if created else changed))
    return [done(noun, name, created, bool(changed))]


def _depot(code: str, uow: UnitOfWork) -> Depot:
    depot = uow.depots.by_code(code)
    if depot is None:
        raise NotFound("no_such_depot", depot=code, field="depot")
    return depot


def _vehicle_id(plate: str | None, uow: UnitOfWork) -> int | None:
    if plate is None:
        return None
    vehicle = uow.fleet.vehicle(plate)
    if vehicle is None:
        raise NotFound("no_such_vehicle", plate=plate, field="vehicle")
    return vehicle.id


def _change_week(driver: Driver, command: SetUpDriver, uow: UnitOfWork) -> bool:
    """Make the driver's usual week the told one; whether that changed it."""
    wanted = {
        day: _hours(each.hours, each.rest) | {"vehicle_id": _vehicle_id(each.vehicle, uow)}
        for each in command.week
        for day in each.days
    }
    present = {each.weekday: each for each in uow.fleet.patterns(driver.id or 0)}
    gone = [pattern for day, pattern in present.items() if day not in wanted]
    changed = bool(gone)
    uow.remove(*gone)
    for day, values in wanted.items():
        if day in present:
            changed |= bool(change(present[day], values))
        else:
            uow.add(ShiftPattern(driver_id=driver.id or 0, weekday=day, **values))
            changed = True
    return changed


def _hours(hours: tuple[Any, Any] | None, rest: WorkBreak | None) -> dict[str, Any]:
    starts, ends = hours or (None, None)
    return {
        "starts": starts,
        "ends": ends,
        "break_from": rest.window.start if rest else None,
        "break_until": rest.window.end if rest else None,
        "break_minutes": rest.minutes if rest else 0,
        "break_paid": rest.paid if rest else False,
    }
