"""The unit of work: one transaction as a handler sees it, through the eyes of one actor."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from domain.conversations import Conversation
from domain.events import Event
from domain.moment import Actor
from storage import jobs, keys
from storage.chats import Chats
from storage.dispatch import Dispatch
from storage.driving import Driving
from storage.figures import Figures
from storage.files import StoredFiles
from storage.fleet import Fleet
from storage.nouns import Cases, Customers, Depots, Stock
from storage.orders import Orders
from storage.planning import Planning
from storage.routes import Routes
from storage.schedules import Schedules
from storage.tracks import Tracks
from storage.visits import Visits

_COLUMNS = ("noun", "subject", "at", "actor", "person", "change", "before", "after", "key", "detail")


class UnitOfWork:
    """Entities by noun, as ``actor`` may see them; what is changed here commits together or not at all."""

    def __init__(self, session: Session, actor: Actor, chat: Conversation | None = None) -> None:
        """``chat`` is the conversation the Command was said in, locked; None for calls, timers and jobs."""
        self.session = session
        self.actor = actor
        self.chat = chat
        self._events: list[Event] = []

    @cached_property
    def orders(self) -> Orders:
        """Orders the actor may see."""
        return Orders(self.session, self.actor)

    @cached_property
    def customers(self) -> Customers:
        """Customers."""
        return Customers(self.session)

    @cached_property
    def stock(self) -> Stock:
        """Products and levels."""
        return Stock(self.session)

    @cached_property
    def depots(self) -> Depots:
        """Depots."""
        return Depots(self.session)

    @cached_property
    def fleet(self) -> Fleet:
        """Vehicles, drivers and shifts."""
        return Fleet(self.session)

    @cached_property
    def planning(self) -> Planning:
        """Days that are to be planned."""
        return Planning(self.session)

    @cached_property
    def routes(self) -> Routes:
        """Routes, plans and runs."""
        return Routes(self.session)

    @cached_property
    def dispatch(self) -> Dispatch:
        """What changes of routes under way look at."""
        return Dispatch(self.session)

    @cached_property
    def driving(self) -> Driving:
        """Drivers at work."""
        return Driving(self.session)

    @cached_property
    def tracks(self) -> Tracks:
        """Where vehicles were."""
        return Tracks(self.session)

    @cached_property
    def schedules(self) -> Schedules:
        """What the program does by itself."""
        return Schedules(self.session)

    @cached_property
    def figures(self) -> Figures:
        """What happened, counted."""
        return Figures(self.session)

    @cached_property
    def cases(self) -> Cases:
        """Exceptions."""
        return Cases(self.session)

    @cached_property
    def chats(self) -> Chats:
        """Conversations."""
        return Chats(self.session)

    @cached_property
    def files(self) -> StoredFiles:
        """Photos and other files."""
        return StoredFiles(self.session)

    @cached_property
    def visits(self) -> Visits:
        """Visits that were made."""
        return Visits(self.session)

    def become(self, actor: Actor) -> None:
        """Go on as another actor, e.g. after a proof opened an order."""
        self.actor = actor
        self.__dict__.pop("orders", None)

    def add(self, *entities: SQLModel) -> None:
        """Keep new entities; their ids are there afterwards."""
        self.session.add_all(entities)
        self.session.flush()

    def remove(self, *entities: SQLModel) -> None:
        """Delete entities."""
        for entity in entities:
            self.session.delete(entity)
        self.session.flush()

    def record(self, *events: Event) -> None:
        """Write history."""
        self._events.extend(events)

    def want(self, key: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
        """Want a job done after the commit."""
        jobs.put(self.session, key, kind, payload, now)

    def next_number(self, name: str, first: int) -> int:
        """A number nobody else gets."""
        return keys.next_number(self.session, name, first)

    def flush(self) -> None:
        """Write what has changed to the database, so that constraints speak now."""
        self.session.flush()
        if self._events:
            rows = [{name: getattr(event, name) for name in _COLUMNS} for event in self._events]
            self.session.execute(insert(Event.__table__), rows)  # type: ignore[attr-defined]
            self._events.clear()

    def forget(self) -> None:
        """Drop what was recorded since the last flush: its savepoint is rolled back."""
        self._events.clear()
