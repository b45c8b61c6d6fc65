"""Drivers of whom nothing is heard are asked whether all is well; who does not answer is a case for staff, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from actions.cases import open_about, resolve_about
from actions.driving.breaks import USUAL
from actions.driving.menu import menu
from actions.live import depot_called
from actions.underway import Way, under_way, ways_of
from domain.commands import AskSilent
from domain.driving import WorkedShift
from domain.moment import Actor, Moment, Role
from domain.notices import AllWell, Notice
from domain.silence import ASKED_FOR, SILENT_FOR, is_silent, needs_person
from storage.unit_of_work import UnitOfWork

CASE = "silent_driver"


def ask_silent(command: AskSilent, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask the drivers of a depot that are silent, and file a case for those who did not answer; both once a silence."""
    depot = depot_called(command.depot, uow)
    routes = under_way(depot, uow, at)
    shifts = {shift.route_id: shift for shift in uow.driving.under_way(depot.id or 0)}
    heard = {
        shift.driver_id: _heard(shift, uow) for route in routes for shift in [shifts.get(route.id)] if shift is not None
    }
    quiet = []
    for route in routes:
        shift = shifts.get(route.id)
        if shift is None:
            continue
        if shift.asked_at is not None and heard[shift.driver_id] > shift.asked_at:
            shift.asked_at = None
            resolve_about(CASE, shift.name, uow, at)
        if at.now - heard[shift.driver_id] >= SILENT_FOR:
            quiet.append(route)
    notices: list[Notice] = []
    for way in ways_of(quiet, depot, uow, at) if quiet else []:
        shift = shifts[way.route.id]
        notices += _look_after(way, shift, heard[shift.driver_id], uow, at)
    return notices


def _look_after(way: Way, shift: WorkedShift, heard: datetime, uow: UnitOfWork, at: Moment) -> list[Notice]:
    if shift.asked_at is None:
        if not is_silent(heard, _expected(way, shift), at.now):
            return []
        shift.asked_at = at.now
        uow.flush()
        driver = replace(at, actor=Actor(Role.DRIVER, shift.driver_id))
        return [
            AllWell(driver=shift.driver_id, since=heard, choices=menu(uow, driver), good_until=at.now + ASKED_FOR)
        ]  # fmt: skip
    if needs_person(heard, shift.asked_at, at.now) and not _is_filed(shift, uow):
        vehicle = uow.driving.vehicle(shift.vehicle_id) if shift.vehicle_id is not None else None
        open_about(
            CASE, shift.name, uow, at, route=way.route.id, driver=shift.driver_id, since=heard.isoformat(),
            vehicle=vehicle.plate if vehicle is not None else None,
        )  # fmt: skip
    return []


def _expected(way: Way, shift: WorkedShift) -> datetime:
    """When a driver should be heard again: with the next stop, or when the break that goes on should be over."""
    if shift.break_since is None:
        return way.expected
    breaks = way.route.breaks
    lasts = [each["seconds"] for each in breaks if datetime.fromisoformat(each["start"]) == shift.break_since]
    return shift.break_since + (timedelta(seconds=lasts[0]) if lasts else USUAL)


def _heard(shift: WorkedShift, uow: UnitOfWork) -> datetime:
    """When a driver was last heard or seen, whatever they said."""
    seen = uow.routes.position(shift.route_id or 0)
    chats = uow.chats.of_driver(shift.driver_id)
    reported = uow.driving.heard_at(shift.driver_id)
    found = [shift.started_at, seen.at if seen is not None else None, reported, *(chat.last_at for chat in chats)]
    return max(each for each in found if each is not None)


def _is_filed(shift: WorkedShift, uow: UnitOfWork) -> bool:
    """Whether this silence is, or was, a case."""
    assert shift.asked_at is not None
    return any(case.detail.get("subject") == shift.name for case in uow.cases.since(CASE, shift.asked_at))
