"""What remains of a delivery: the proof of it, what the customer thought of it, and the files that belong to both."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime
from domain.refusals import Refusal
from domain.values import Place

#: A rating can be changed this long.
RATING_OPEN = timedelta(days=1)
#: Links to files that are handed out once, e.g. an export, work this long.
HANDED_OUT_FOR = timedelta(hours=24)


class StoredFile(SQLModel, table=True):
    """A file in the data folder: a customer's photo, a proof, an export. Its id is the secret that opens it.

    ``source`` is where it must be fetched from while ``path`` is empty; ``trouble`` why that is not possible.
    ``path`` and ``thumbnail`` are relative to the files folder; ``digest`` is the SHA-256 of what was sent, in hexadecimal.
    """

    __tablename__ = "stored_file"

    id: str = Field(primary_key=True)
    kind: str
    name: str = ""
    mime: str = ""
    size: int = 0
    path: str | None = None
    thumbnail: str | None = None
    digest: str | None = Field(default=None, index=True)
    source: str | None = None
    trouble: str | None = None
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True)
    order_number: str | None = Field(default=None, foreign_key="orders.number", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class DeliveryProof(SQLModel, table=True):
    """Who took an order, where and when, with a photo where one was made."""

    __tablename__ = "delivery_proof"

    order_number: str = Field(foreign_key="orders.number", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    name: str | None = None
    photo_id: str | None = Field(default=None, foreign_key="stored_file.id")
    lat: float | None = None
    lon: float | None = None

    @property
    def place(self) -> Place | None:
        """Where it was handed over, if that is known."""
        return None if self.lat is None or self.lon is None else Place(self.lat, self.lon)


class Rating(SQLModel, table=True):
    """What a customer thought of one delivery: 1 (bad) to 5 (good), and words."""

    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="rating_score"),)

    order_number: str = Field(foreign_key="orders.number", primary_key=True)
    score: int
    words: str = ""
    at: datetime = Field(sa_type=UtcDateTime)

    def check_changeable(self, now: datetime) -> None:
        """Refuses a change when the rating is a day old."""
        if now - self.at > RATING_OPEN:
            raise Refusal("rated_already", number=self.order_number, score=self.score)
