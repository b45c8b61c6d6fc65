"""Visits that were made: what is learned from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime


class Visit(SQLModel, table=True):
    """How long the way to a stop and the stop took.

    ``building`` is the digest of its place. Of the way there, where it is known: when it began (``left_at``), its length
    in metres of straight line (``beeline``) and its free seconds by a table service (``routed``). ``planned`` are the
    seconds the stop was expected to take before anything was learned, ``served`` those it took.
    """

    __table_args__ = (
        CheckConstraint("left_at IS NULL OR left_at <= arrived_at", name="visit_in_order"),
        CheckConstraint("planned > 0 AND served >= 0", name="visit_sane"),
    )

    stop_id: int = Field(primary_key=True, foreign_key="stop.id", sa_column_kwargs={"autoincrement": False})
    depot_id: int = Field(foreign_key="depot.id", index=True)
    driver_id: int | None = Field(default=None, foreign_key="driver.id")
    building: int | None = Field(default=None, sa_column=Column(BigInteger))
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    arrived_at: datetime = Field(sa_type=UtcDateTime, index=True)
    beeline: int | None = None
    routed: int | None = None
    planned: int
    served: int
