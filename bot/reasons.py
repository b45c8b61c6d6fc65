"""Reasons of a plan in words: why a task was left out, and what would change that."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.words import Words
from domain.routing.solution import Reason


def explain(
    words: Words, reason: Reason, now: datetime, language: str | None = None, zone: ZoneInfo | None = None
) -> str:
    """The sentences of a reason and, where it has one, of its fix; times are told in ``zone``."""
    parts = [each for each in (reason, reason.fix) if each is not None]
    return " ".join(words.say(each.code, each.values, language, now, zone) for each in parts)
