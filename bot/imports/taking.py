"""Performing what a file asks for: for good, or as a rehearsal of which nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from actions.perform import perform, perform_in
from bot import clock
from domain.commands import Command
from domain.moment import SYSTEM, Moment
from domain.notices import Notice
from domain.policies import Policies
from storage.database import Database
from storage.unit_of_work import UnitOfWork


class Take(Protocol):
    """Performs commands, all or none, as `actions.perform.perform` does."""

    def __call__(
        self, commands: Sequence[Command], at: Moment, look: Callable[[UnitOfWork], Any] | None = None
    ) -> tuple[list[Notice], Any]: ...


class _Undone(Exception):
    """Ends a rehearsal: everything is rolled back."""


def moment(policies: Policies) -> Moment:
    """The circumstances of one row."""
    return clock.moment(SYSTEM, f"import:{clock.new_id()}", policies)


@contextmanager
def taking(database: Database, *, dry_run: bool) -> Iterator[Take]:
    """How to perform commands: each call in a transaction of its own, or all in one that is rolled back at the end."""
    if not dry_run:
        yield lambda commands, at, look=None: perform(database, commands, at, look)
        return
    try:
        with database.writing() as session:

            def rehearse(
                commands: Sequence[Command], at: Moment, look: Callable[[UnitOfWork], Any] | None = None
            ) -> tuple[list[Notice], Any]:
                with session.begin_nested():
                    return perform_in(session, commands, at, look)

            yield rehearse
            raise _Undone
    except _Undone:
        return
