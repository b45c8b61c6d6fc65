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
from storage.approving import Approvals
from storage.chats import Chats
from storage.dispatch import Dispatch
from storage.driving import Driving
from storage.figures import Figures
from storage.files import StoredFiles
from storage.finding import Finding
from storage.fleet import Fleet
from storage.history import History
from storage.kpis import Targets
from storage.learning import Utterances
from storage.nouns import Cases, Customers, Depots, Stock
from storage.numbers import Numbers
from storage.orders import Orders
from storage.planning import Planning
from storage.returns import Returns
from storage.reviewing import Reviewing
from storage.routes import Routes
from storage.schedules import Schedules
from storage.staff import People
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
        #: How many changes were written down so far.
        self.recorded = 0
        #: What has changed so far, as noun and name.
        self.changed: set[tuple[str, str]] = set()

    @cached_property
    def orders(self) -> Orders:
        """Orders the actor may see."""
        return Orders(self.session, self.actor)

    @cached_property
    def returns(self) -> Returns:
        """Returns the actor may see, their refunds and their policy."""
        return Returns(self.session, self.actor)

    @cached_property
    def reviewing(self) -> Reviewing:
        """Returns that a person decides."""
        return Reviewing(self.session)

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
    def numbers(self) -> Numbers:
        """What questions about numbers are answered from."""
        return Numbers(self.session)

    @cached_property
    def targets(self) -> Targets:
        """What is aimed at."""
        return Targets(self.session)

    @cached_property
    def cases(self) -> Cases:
        """Exceptions."""
        return Cases(self.session)

    @cached_property
    def chats(self) -> Chats:
        """Conversations."""
        return Chats(self.session)

    @cached_property
    def people(self) -> People:
        """Staff."""
        return People(self.session)

    @cached_property
    def approvals(self) -> Approvals:
        """What a second person must approve."""
        return Approvals(self.session)

    @cached_property
    def finding(self) -> Finding:
        """Orders nobody knows the number of."""
        return Finding(self.session)

    @cached_property
    def history(self) -> History:
        """What happened to things."""
        return History(self.session)

    @cached_property
    def files(self) -> StoredFiles:
        """Photos and other files."""
        return StoredFiles(self.session)

    @cached_property
    def utterances(self) -> Utterances:
        """Messages to learn from."""
        return Utterances(self.session)

    @cached_property
    def visits(self) -> Visits:
        """Visits that were made."""
        return Visits(self.session)

    def become(self, actor: Actor) -> None:
        """Go on as another actor, e.g. after a proof opened an order."""
        self.actor = actor
        self.__dict__.pop("orders", None)
        self.__dict__.pop("returns", None)

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
        self.recorded += len(events)

    def show_anew(self, noun: str, name: str) -> None:
        """Whoever is shown a thing shall see it as it is now, though its history says nothing of what changed."""
        self.changed.add((noun, name))

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
            self.changed |= {(event.noun, event.subject) for event in self._events}
            self._events.clear()

    def forget(self) -> None:
        """Drop what was recorded since the last flush: its savepoint is rolled back."""
        self._events.clear()
