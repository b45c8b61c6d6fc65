"""A policy tried over past returns: which decisions would differ, and how many need nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from domain.moment import Moment
from domain.return_policy import Decision, Facts, Policy, Undecided, decide
from domain.returns import Outcome
from storage.unit_of_work import UnitOfWork

#: Of a test run: so many lines at most, the latest; so many of those that would be decided otherwise are shown.
MOST_LINES, MOST_SHOWN = 3_000, 6
#: A month of a test run.
MONTH = timedelta(days=30)
#: Stands for an outcome where the customer would have been asked something first.
ASKED = "asked"
_ALONE = frozenset({Outcome.APPROVE.value, Outcome.REJECT.value})


def trial(new: Policy, uow: UnitOfWork, at: Moment, months: int) -> dict[str, Any]:
    """What ``new`` would have decided about the lines of returns of some months, against what the policy in force says.

    ``lines`` were looked at, ``differ`` of them would be decided otherwise: ``moves`` counts them as ``{"was", "now", "count"}``,
    ``terms`` those with the same outcome on other terms, ``examples`` are the latest. ``alone_before`` and ``alone_after`` are
    the shares (%, None without lines) that a rule decides without a person.
    """
    _, old = uow.returns.policy()
    rows = uow.returns.decided_since(at.now - months * MONTH, MOST_LINES)
    pairs = [(number, facts, decide(old, facts), decide(new, facts)) for number, facts in _read(rows)]
    differing = [each for each in pairs if _outcome(each[2]) != _outcome(each[3])]
    moves = Counter((_outcome(was), _outcome(now)) for _, _, was, now in differing)
    terms = [each for each in pairs if _outcome(each[2]) == _outcome(each[3]) and _terms(each[2]) != _terms(each[3])]
    return {
        "months": months, "lines": len(pairs), "differ": len(differing), "terms": len(terms),
        "moves": [{"was": was, "now": now, "count": count} for (was, now), count in sorted(moves.items(), key=lambda each: (-each[1], each[0]))],
        "examples": [_example(*each) for each in [*differing, *terms][:MOST_SHOWN]],
        "alone_before": _share(was for _, _, was, _ in pairs), "alone_after": _share(now for *_, now in pairs),
    }  # fmt: skip


def _read(rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterable[tuple[str, Facts]]:
    return ((number, Facts.read(kept)) for number, kept in rows)


def _outcome(decision: Decision | Undecided) -> str:
    return decision.outcome.value if isinstance(decision, Decision) else ASKED


def _terms(decision: Decision | Undecided) -> Any:
    return decision.terms if isinstance(decision, Decision) and decision.outcome != Outcome.REJECT else None


def _share(decisions: Iterable[Decision | Undecided]) -> int | None:
    counted = [_outcome(each) in _ALONE for each in decisions]
    return round(100 * sum(counted) / len(counted)) if counted else None


def _example(number: str, facts: Facts, was: Decision | Undecided, now: Decision | Undecided) -> dict[str, Any]:
    return {"number": number, "product": facts.product, "was": _shown(was), "now": _shown(now)}


def _shown(decision: Decision | Undecided) -> dict[str, Any]:
    if isinstance(decision, Undecided):
        return {"outcome": ASKED, "rule": "", "says": "", "ask": decision.ask}
    return {"outcome": decision.outcome.value, "rule": decision.rule, "says": decision.says, "ask": ""}
