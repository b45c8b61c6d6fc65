"""What plans come to in the database, and what happens meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

import bot.planning
from actions.perform import perform
from domain.policies import Policies
from storage.database import Database
from storage.jobs import JobRow
from storage.outbox import OutboxRow
from tests.builders import NOW, OFFICE, moment


def do(database: Database, command, **at):
    return perform(database, [command], moment(OFFICE, **at))[0]


def rows(database: Database, model):
    with database.reading() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key)))


def messages(database: Database, name: str = "order.planned") -> list[OutboxRow]:
    return [row for row in rows(database, OutboxRow) if row.name == name]


def telling(**at):
    """The circumstances of an installation that can send e-mails."""
    return replace(moment(OFFICE, **at), policies=Policies(channels=frozenset({"email"})))


def due_again(database: Database) -> None:
    """Time passes: the job may be taken again."""
    with database.writing() as session:
        for job in session.exec(select(JobRow)):
            job.run_at, job.done_at = NOW, None if job.kind == "tell_planned" else job.done_at


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens) -> None:
    """Something happens, once, between the search and the adoption of what it found."""
    real, left = bot.planning.solve_apart, [happens]

    def solve(problem, **more):
        found = real(problem, **more)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(bot.planning, "solve_apart", solve)
