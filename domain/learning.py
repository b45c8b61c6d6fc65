"""Messages to learn from: what was not surely understood, kept until somebody of the business says what it meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.events import Event, move
from domain.moment import Moment

#: What nobody has accepted goes after so long; what was accepted stays, and belongs to nobody from then on.
KEPT_FOR = timedelta(days=90)
#: A wish that was less likely than this was a guess.
UNSURE_BELOW = 0.6
#: So many of what it may have meant are kept.
GUESSES = 3


class Why(StrEnum):
    """Why a message was kept: nothing was surely understood, it was asked what was meant, the customer said that it was
    taken wrongly, a person was called."""

    UNSURE = "unsure"
    CLARIFIED = "clarified"
    CORRECTED = "corrected"
    PERSON = "person"


class UtteranceStatus(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


S = UtteranceStatus
#: Somebody may think better of it.
UTTERANCE_TRANSITIONS = {
    S.OPEN: {S.ACCEPTED, S.REJECTED},
    S.ACCEPTED: {S.ACCEPTED, S.REJECTED},
    S.REJECTED: {S.ACCEPTED},
}


class Utterance(SQLModel, table=True):
    """A message as an example: ``example`` is what was written, masked, in Rasa's notation.

    ``guesses`` is what it may have meant, as pairs of intent and probability, the likeliest first; ``meant`` what whoever
    wrote it chose when they were asked, or said next, and nobody has looked at. ``intent`` is what somebody of the business
    says it means.
    """

    __table_args__ = (
        CheckConstraint("(status = 'accepted') = (intent IS NOT NULL)", name="utterance_labelled"),
        Index("ix_utterance_status", "status", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    audience: str
    language: str
    example: str
    guesses: list[Any] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    engine: str = ""
    why: str
    meant: str | None = None
    status: str = S.OPEN
    intent: str | None = None
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    labelled_by: int | None = Field(default=None, foreign_key="staff.id")
    labelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def noun(self) -> str:
        return "utterance"

    @property
    def name(self) -> str:
        """The reference people use, e.g. M-1042."""
        return f"M-{1000 + (self.id or 0)}"

    @property
    def suggested(self) -> tuple[str, ...]:
        """What it may have meant, the likeliest first; what whoever wrote it said before what was guessed."""
        said = (self.meant,) if self.meant is not None else ()
        return tuple(dict.fromkeys((*said, *(str(name) for name, _ in self.guesses))))[:GUESSES]

    def accept(self, intent: str, example: str, at: Moment) -> Event:
        """It means that, and is an example of it."""
        event = move(self, S.ACCEPTED, UTTERANCE_TRANSITIONS, at)
        self.intent, self.example = intent, example
        self.labelled_by, self.labelled_at = at.actor.person, at.now
        return event

    def reject(self, at: Moment) -> Event:
        """Nothing can be learnt from it."""
        event = move(self, S.REJECTED, UTTERANCE_TRANSITIONS, at)
        self.intent = None
        self.labelled_by, self.labelled_at = at.actor.person, at.now
        return event
