"""Small talk and help in a driver's chat."""

from __future__ import annotations

from actions.driving.menu import menu, more
from actions.driving.own import driver_id
from domain.moment import Moment
from domain.notices import Notice, Said
from storage.unit_of_work import UnitOfWork


def says(what: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Plain words for a driver, with what can be done next."""
    driver = uow.driving.driver(driver_id(at))
    values = {"first_name": driver.first_name if driver is not None else None}
    choices = more(uow, at) if what == "help" else menu(uow, at)
    return [Said(what=f"driver_{what}", values=values, choices=choices)]


def unreadable(kind: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What came cannot be read; what can be done instead."""
    return [Said(what="driver_unreadable", values={"kind": kind}, choices=menu(uow, at))]
