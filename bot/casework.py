"""Exceptions in words: what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.words import Words
from domain.cases import Case
from domain.problems import ALL_ITEMS

#: A customer's words are shown up to here.
_SAID = 200


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
    facts = _facts(case, words, now, language)
    known = case.kind if words.knows(f"case.what.{case.kind}", language) else "other"
    what, todo = (words.say(f"case.{part}.{known}", facts, language, now) for part in ("what", "todo"))
    return ToldCase(case.name, case.kind, case.opened_at, case.order_number, what, todo)


def _facts(case: Case, words: Words, now: datetime, language: str | None) -> dict[str, Any]:
    detail = case.detail
    why = _said({"code": detail.get("reason"), "values": detail.get("values")}, words, language, now)
    proposal = detail.get("proposal") or {}
    said = " / ".join(str(each) for each in detail.get("words", []) if each)
    return {
        "order": case.order_number,
        "address": detail.get("address"),
        "goods": detail.get("skus", []),
        "why": why,
        "day": detail.get("day"),
        "route": detail.get("route"),
        "aboard": detail.get("aboard", False),
        **{name: detail.get(name) for name in ("depot", "job", "times", "cause", "count", "vehicle", "since")},
        "fix": _said(detail.get("fix"), words, language, now),
        "item": detail.get("item") if detail.get("item") != ALL_ITEMS else None,
        "photos": len(detail.get("photos", [])),
        "case": case.name,
        "failure": detail.get("failure"),
        "vehicle": detail.get("vehicle"),
        "drivable": detail.get("drivable", True),
        "proposal": words.say("case.proposal", proposal, language, now) if proposal else None,
        "command": proposal.get("command"),
        "takers": proposal.get("takers", []),
        "said": (said[: _SAID - 1] + "…" if len(said) > _SAID else said) or None,
    }


def _said(reason: dict[str, Any] | None, words: Words, language: str | None, now: datetime) -> str | None:
    """A reason in words, where there are any."""
    code = (reason or {}).get("code")
    if reason is None or not code or not words.knows(code, language):
        return None
    return words.say(code, reason.get("values") or {}, language, now)
