"""Exceptions in words: what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.words import Words
from domain.cases import Case, facts


@dataclass(frozen=True, slots=True)
class ToldCase:
    """One exception as people read it."""

    reference: str
    kind: str
    since: datetime
    order: str | None
    what: str
    todo: str


def tell(case: Case, words: Words, now: datetime, language: str | None = None) -> ToldCase:
    """A case in words, in a language or the default one."""
    values = facts(case)
    known = case.kind if words.knows(f"case.what.{case.kind}", language) else "other"
    what, todo = (words.say(f"case.{part}.{known}", values, language, now) for part in ("what", "todo"))
    return ToldCase(case.name, case.kind, case.opened_at, case.order_number, what, todo)
