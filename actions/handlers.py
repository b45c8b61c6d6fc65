"""Commands handed to their handlers: all or none, with a trace of what staff do."""

from __future__ import annotations

from actions.desk.approvals import ask_approval
from actions.registry.row import Registered
from domain.commands import Command
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Notice
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork


def perform_all(commands: list[Command], row: Registered, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Hand commands to their handler within a savepoint; a refusal undoes all of them."""
    if row.reads_only:
        return [notice for command in commands for notice in row.handler(command, uow, at)]
    try:
        with uow.session.begin_nested():
            notices = [notice for command in commands for notice in _perform(command, row, uow, at)]
            uow.flush()
            return notices
    except Refusal:
        uow.forget()
        raise


def _perform(command: Command, row: Registered, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Hand a command to its handler, or ask for the second person it needs; whatever staff do leaves a trace."""
    if not at.actor.is_staff:
        return row.handler(command, uow, at)
    why = row.second(command, uow, at) if row.second is not None else None
    before = uow.recorded
    notices = row.handler(command, uow, at) if why is None else ask_approval(command, why, uow, at)
    if uow.recorded == before:
        uow.record(note(Thing("command", type(command).__name__), "done", at))
    return notices
