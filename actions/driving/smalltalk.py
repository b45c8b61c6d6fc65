"""Small talk and help in a driver's chat."""

from __future__ import annotations

from actions.driving.menu import menu
from actions.driving.own import driver_id
from domain.moment import Moment
from domain.notices import Notice, Said
from storage.unit_of_work import UnitOfWork


def says(what: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Plain words for a driver, with what can be done next."""
    driver = uow.driving.driver(driver_id(at))
    values = {"first_name": driver.first_name if driver is not None else None}
    return [Said(what=f"driver_{what}", values=values, choices=menu(uow, at))]


def unreadable(kind: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What came cannot be read; what can be done instead."""
    return [Said(what="driver_unreadable", values={"kind": kind}, choices=menu(uow, at))]
