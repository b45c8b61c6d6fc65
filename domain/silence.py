"""Drivers of whom nothing is heard: when they are asked, and when a person looks after them."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Nothing heard for so long after what was expected is silence; so long after they were asked a person is told.
SILENT_FOR, ASKED_FOR = timedelta(minutes=30), timedelta(minutes=15)


def is_silent(heard: datetime, expected: datetime, now: datetime) -> bool:
    """Whether a driver is silent who was last heard at ``heard`` and should have been again by ``expected``."""
    return now >= max(heard, expected) + SILENT_FOR


def needs_person(heard: datetime, asked: datetime | None, now: datetime) -> bool:
    """Whether a driver who was asked has not answered in time."""
    return asked is not None and heard < asked and now >= asked + ASKED_FOR
