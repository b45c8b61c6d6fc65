"""What a policy of returns decides, worked out a second time from its YAML alone.

Shares nothing with `domain.return_policy`: both were written from docs/returns.md, and tests hold them against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

REASONS = (
    "damaged", "defective", "wrong_item", "not_as_described", "does_not_fit", "changed_mind", "too_late", "duplicate", "gift",
    "other", "missing",
)  # fmt: skip
#: Values that stand for all a customer could still say.
COULD_SAY: Mapping[str, tuple[Any, ...]] = {
    "reason": REASONS,
    "opened": (False, True),
    "quantity": (1, 2, 3),
    "photos": (0, 1, 2, 3),
}


@dataclass(frozen=True)
class Verdict:
    """The outcome and the rule it is by, None where no rule holds."""

    outcome: str
    rule: str | None
    resolutions: tuple[str, ...]


def verdict(text: str, facts: Mapping[str, Any]) -> Verdict:
    """What a policy decides when all facts are known."""
    for rule in _in_order(text):
        when, then = rule.get("when") or {}, rule["then"]
        if _all_hold(when, facts):
            possible = then.get("resolutions", ["refund"])
            if facts["gift"] and when.get("gift") is not True and {"refund", "keep"} & set(possible):
                possible = [each for each in possible if each not in ("refund", "keep")] or ["credit"]
            return Verdict(then["outcome"], rule["name"], tuple(possible))
    return Verdict("review", None, ("refund",))


@cache
def _in_order(text: str) -> list[dict[str, Any]]:
    numbered = list(enumerate(yaml.safe_load(text)["rules"]))
    numbered.sort(key=lambda each: (-each[1].get("priority", 0), each[0]))
    return [rule for _, rule in numbered]


def completions(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All that facts could turn out to be, as far as a customer has not said yet."""
    missing = [name for name, values in COULD_SAY.items() if facts[name] is None]
    if not missing:
        yield dict(facts)
        return
    for value in COULD_SAY[missing[0]]:
        yield from completions({**facts, missing[0]: value})


def _all_hold(conditions: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    for name, wanted in conditions.items():
        fact = facts[name]
        if fact is None:
            return False
        if not _one_holds(wanted, fact):
            return False
    return True


def _one_holds(wanted: Any, fact: Any) -> bool:
    if isinstance(fact, bool):
        return fact == wanted
    if isinstance(fact, int):
        if isinstance(wanted, dict):
            return wanted.get("min", fact) <= fact <= wanted.get("max", fact)
        return fact == wanted
    have = {str(each).lower() for each in (fact if isinstance(fact, set | frozenset | list | tuple) else [fact])}
    if isinstance(wanted, dict):
        out = wanted["not"]
        return not any(str(each).lower() in have for each in (out if isinstance(out, list) else [out]))
    return any(str(each).lower() in have for each in (wanted if isinstance(wanted, list) else [wanted]))
