"""Small talk, help and what cannot be done yet, for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.commands import AskNotYet, AskPhrase
from domain.moment import DECIDING, DISPATCHING, STAFF, STOCKING, Moment, Role
from domain.notices import Choice, Notice, Said
from storage.unit_of_work import UnitOfWork

_HOME = Choice(label="choice.show_home", command="ShowHome")
_CASES = Choice(label="choice.show_cases", command="ShowCases")
_PLAN = Choice(label="choice.show_plan_any", command="ShowPlan")
_SCHEDULE = Choice(label="choice.show_schedule", command="ShowSchedule")
_KPIS = Choice(label="choice.show_kpis", command="ShowKpis")
_STOCK = Choice(label="choice.show_stock", command="ShowStock")
_ORDER = Choice(label="choice.enter_order", command="EnterOrder", form=True)
_APPROVALS = Choice(label="choice.show_approvals", command="ShowApprovals")
_STAFF = Choice(label="choice.show_staff", command="ShowStaff")
#: The first buttons of a talk with staff, by what they are there for.
_MENUS: Mapping[Role, tuple[Choice, ...]] = {
    Role.VIEWER: (_HOME, _CASES, _PLAN, _KPIS),
    Role.DISPATCHER: (_HOME, _CASES, _ORDER, _PLAN, _SCHEDULE),
    Role.WAREHOUSE: (_HOME, _STOCK, Choice(label="choice.adjust_stock", command="AdjustStock", form=True), _PLAN),
    Role.BUYER: (_HOME, _STOCK, _KPIS),
    Role.MANAGER: (_HOME, _CASES, _APPROVALS, _KPIS, _PLAN),
    Role.ADMIN: (_HOME, _CASES, _APPROVALS, _PLAN, _STAFF),
}
#: What can be asked for, group by group, and who may; texts of help name the groups.
_GROUPS: tuple[tuple[str, frozenset[Role]], ...] = (
    ("looking", STAFF),
    ("orders", DISPATCHING),
    ("exceptions", DISPATCHING),
    ("returns", DISPATCHING),
    ("planning", DISPATCHING),
    ("stock", STOCKING),
    ("deciding", DECIDING),
    ("people", frozenset({Role.ADMIN})),
)


def menu(role: Role) -> tuple[Choice, ...]:
    """The first buttons of a talk with somebody of that role."""
    return _MENUS.get(role, ())


def says(what: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Plain words for somebody of the business, with what they can ask for."""
    person = uow.people.get(at.actor.person) if at.actor.person is not None else None
    first_name = person.name.split()[0] if person is not None else None
    values: dict[str, Any] = {"first_name": first_name, "role": at.actor.role.value}
    if what == "help":
        from actions.catalogue import doable  # the table has this module's handlers in it

        values["fields"] = [name for name, roles in _GROUPS if at.actor.role in roles]
        values["can"] = doable(at.actor.role)
    return [Said(what=f"staff_{what}", values=values, choices=menu(at.actor.role))]


def unreadable(kind: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What came cannot be read; what can be done instead."""
    return [Said(what="staff_unreadable", values={"kind": kind}, choices=menu(at.actor.role))]


def ask_phrase(command: AskPhrase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say which phrase or key may have been meant."""
    values = {"phrases": list(command.phrases), "key": command.key, "keys": list(command.keys)}
    return [Said(what="staff_phrase", values=values, choices=menu(at.actor.role))]


def ask_not_yet(command: AskNotYet, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say honestly that this is not there yet."""
    return [Said(what="staff_not_yet", values={"topic": command.topic.replace("_", " ")}, choices=menu(at.actor.role))]
