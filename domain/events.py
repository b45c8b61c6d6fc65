"""Events: the history of everything that changes state, and the one function that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import BigKey, Json, UtcDateTime
from domain.moment import Moment
from domain.refusals import Refusal


class Event(SQLModel, table=True):
    """One change: which thing, from which state to which, when, by whom, for which message."""

    __table_args__ = (Index("ix_event_subject", "noun", "subject", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    noun: str
    subject: str
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    person: int | None = None
    change: str
    before: str | None = None
    after: str | None = None
    key: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class Changing(Protocol):
    """Anything with a state: it names its noun and itself."""

    @property
    def noun(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that has a history under another name than its own, e.g. a depot under its code."""

    noun: str
    name: str


class HasStatus(Changing, Protocol):
    """Anything whose state is a status with a table of transitions."""

    status: str


def note(thing: Changing, change: str, at: Moment, before: Any = None, after: Any = None, **detail: Any) -> Event:
    """The event of a change that is not a transition, e.g. a new promise."""
    return Event(
        noun=thing.noun,
        subject=thing.name,
        at=at.now,
        actor=at.actor.role.value,
        person=at.actor.person,
        change=change,
        before=None if before is None else str(before),
        after=None if after is None else str(after),
        key=at.key,
        detail=detail,
    )


def move(thing: HasStatus, to: str, table: Mapping[Any, Set[Any]], at: Moment, **detail: Any) -> Event:
    """Change ``thing``'s status, and return the event. Refuses what ``table`` does not allow."""
    before = thing.status
    if to not in table.get(before, frozenset()):
        raise Refusal("transition", noun=thing.noun, name=thing.name, before=str(before), after=str(to))
    thing.status = to
    return note(thing, "status", at, before, to, **detail)
