"""The one table of all Commands, by noun: handler, roles, the intents that mean it, and what is asked before it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from actions.desk import approvals
from actions.registry import (
    depots,
    dispatching,
    driving,
    figures,
    office,
    orders,
    planning,
    return_policy,
    returns,
    talk,
)
from actions.registry.row import Registered, intent
from domain.commands import Approve, Command
from domain.moment import DECIDING, STAFF, Moment, Role
from domain.notices import Notice
from domain.refusals import NotAllowed
from storage.unit_of_work import UnitOfWork


def may_not(command: str, roles: Collection[Role]) -> NotAllowed:
    """The refusal of what a role may not, saying whose roles of staff may."""
    return NotAllowed("not_your_role", command=command, roles=sorted(role.value for role in STAFF & frozenset(roles)))


def _as_asked(command: Command, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Do what was approved, as whoever asked for it may now. Refuses what they may not."""
    row = REGISTRY[type(command)]
    if at.actor.role not in row.roles:
        raise may_not(type(command).__name__, row.roles)
    return row.handler(command, uow, at)


def _approve(command: Approve, uow: UnitOfWork, at: Moment) -> list[Notice]:
    return approvals.approve(command, uow, at, BY_NAME, _as_asked, _why_two)


def _why_two(command: Command, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What a second person reads before it is done, None where one is enough."""
    second = REGISTRY[type(command)].second
    return second(command, uow, at) if second is not None else None


REGISTRY: dict[type[Command], Registered] = {
    **orders.ROWS,
    **returns.ROWS,
    **return_policy.ROWS,
    **talk.ROWS,
    **dispatching.ROWS,  # before the office: of wishes that begin with one word ("remove") the first counts
    **office.ROWS,
    Approve: Registered(_approve, DECIDING, intent("sign_off")),  # does what the other rows say
    **planning.ROWS,
    **driving.ROWS,
    **depots.ROWS,
    **figures.ROWS,
}

BY_NAME = {command.__name__: command for command in REGISTRY}
