"""What somebody wants who asks about their data."""

from __future__ import annotations

from enum import StrEnum


class PrivacyWish(StrEnum):
    """To hear what is kept, to have a copy of it, to have it gone; that messages are not learnt from, or may be again."""

    TELL = "tell"
    EXPORT = "export"
    ERASE = "erase"
    NOT_LEARN = "not_learn"
    LEARN = "learn"
