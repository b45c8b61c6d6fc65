"""Rules as values for words: conditions and terms, told by the texts of each language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.return_policy.conditions import NUMBERS, YES_OR_NO, Condition, Limits
from domain.return_policy.rules import Policy, Rule, Terms
from domain.return_policy.wording import filled, in_language

#: What is about the customer's record, which nobody is told in general.
_RECORD = frozenset({"return_rate", "returns", "fraud_marks"})
#: What is about some goods, orders or payments only.
_SPECIAL = frozenset(
    {"sku", "category", "tags", "price", "value", "exchanged", "payment", "country", "channel", "fraud_marks"}
)


def told(rule: Rule, language: str = "") -> dict[str, Any]:
    """A rule as a notice holds it; its words without what depends on a case."""
    return {
        "name": rule.name, "outcome": rule.then.outcome.value, "says": without_case(rule, language),
        "instead": filled(in_language(rule.instead, language), {}), "when": [_when(fact, each) for fact, each in rule.when.items()],
        "then": terms(rule.then), "priority": rule.priority,
    }  # fmt: skip


def without_case(rule: Rule, language: str = "") -> str:
    """What a rule says, without what depends on a case; as it is written where nothing else is in it."""
    says = in_language(rule.says, language)
    return filled(says, {}) or says


def terms(then: Terms) -> dict[str, Any]:
    """What follows, as words are made of it."""
    return {
        "resolutions": [each.value for each in then.resolutions], "ways": [each.value for each in then.ways], "fee": then.fee,
        "restocking": then.restocking, "bonus": then.bonus, "carriage": then.carriage, "carriage_back": then.carriage_back,
        "days": then.days, "photo": then.photo, "inspect": then.inspect, "disposition": then.disposition.value, "bin": then.bin,
    }  # fmt: skip


def general(policy: Policy, language: str = "") -> tuple[str, ...]:
    """All that whoever asks about returns is told: the words that are meant for it, first those of the whole policy.

    Where no rule has such words, what the rules say is told, without those about the customer's record.
    """
    return _told_of(policy, policy.in_order, language)


def usual(policy: Policy, language: str = "") -> tuple[str, ...]:
    """The part of it that holds for whatever somebody ordered: without the rules for some goods, gifts and amounts."""
    return _told_of(policy, [rule for rule in policy.in_order if not _SPECIAL & rule.when.keys()], language)


def _told_of(policy: Policy, rules: Sequence[Rule], language: str) -> tuple[str, ...]:
    meant = [in_language(rule.tells, language) for rule in rules if rule.tells]
    if not any(rule.tells for rule in policy.rules):
        said = (filled(in_language(rule.says, language), {}) for rule in rules if not _RECORD & rule.when.keys())
        meant = [each for each in said if each]
    first = [in_language(policy.tells, language)] if policy.tells else []
    return tuple(dict.fromkeys(filled(each, {}) for each in [*first, *meant] if filled(each, {})))


def _when(fact: str, condition: Condition) -> dict[str, Any]:
    if fact in YES_OR_NO:
        return {"fact": fact, "kind": "yes" if condition else "no"}
    if fact in NUMBERS:
        least, most = (condition.min, condition.max) if isinstance(condition, Limits) else (condition, condition)
        kind = "exactly" if least == most else "to" if least is None else "from" if most is None else "between"
        return {"fact": fact, "kind": kind, "least": least, "most": most}
    if isinstance(condition, Limits):
        return {"fact": fact, "kind": "not", "words": list(condition.none)}
    return {"fact": fact, "kind": "one_of", "words": [condition] if isinstance(condition, str) else list(condition)}  # type: ignore[arg-type]
