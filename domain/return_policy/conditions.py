"""Conditions of rules: what they may be about, how they are read, and whether one holds wherever another does."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.returns import ReturnReason

#: What conditions may be about: facts by name in the order they are asked for, and whether only the customer knows them.
FACTS: dict[str, bool] = {
    "days": False, "reason": True, "sku": False, "category": False, "tags": False, "price": False, "value": False,
    "quantity": True, "opened": True, "photos": True, "country": False, "channel": False, "payment": False, "gift": False,
    "exchanged": False, "return_rate": False, "returns": False, "fraud_marks": False,
}  # fmt: skip
#: Facts that are numbers, each with the least it can be.
NUMBERS = {
    "days": 0, "price": 0, "value": 0, "quantity": 1, "photos": 0, "return_rate": 0, "returns": 0, "fraud_marks": 0,
}  # fmt: skip
YES_OR_NO = frozenset({"opened", "gift", "exchanged"})
_MINOR = frozenset({"price", "value"})
_MOST_WORDS, _LONGEST_WORD, _GREATEST = 200, 80, 10**12
_YES, _NO = frozenset({"yes", "on"}), frozenset({"no", "off"})


class Limits(BaseModel):
    """A condition with limits; both ends are included. ``none`` are words of which none may be the fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    min: int | None = None
    max: int | None = None
    none: tuple[str, ...] = Field(default=(), alias="not")


Condition = bool | int | str | tuple[str, ...] | Limits


@dataclass(frozen=True, slots=True)
class _Words:
    """The words a fact may be; with ``out`` all but those."""

    words: frozenset[str]
    out: bool = False


def condition_of(fact: str, given: Any) -> Condition:
    """The condition that was written. Raises ValueError with a sentence that says how it is written."""
    if fact not in FACTS:
        raise ValueError(unknown(fact, FACTS, "is nothing a rule can look at"))
    if isinstance(given, Limits):
        given = {"not": list(given.none)} if given.none else given.model_dump(exclude_none=True, exclude={"none"})
    if fact in YES_OR_NO:
        return _truth(fact, given)
    if fact in NUMBERS:
        return _number(fact, given)
    return _one_of(fact, given)


def holds(condition: Condition, value: Any) -> bool:
    """Whether a condition holds of what is known. Words are the same in capitals and small letters."""
    if isinstance(condition, bool):
        return value is condition
    if isinstance(condition, int):
        return bool(value == condition)
    if isinstance(condition, Limits) and not condition.none:
        return (condition.min is None or value >= condition.min) and (condition.max is None or value <= condition.max)
    found = {each.casefold() for each in (value if isinstance(value, frozenset) else (value,))}
    meant = _words(condition)
    return bool(found & meant.words) is not meant.out


def always(fact: str, condition: Condition) -> bool:
    """Whether a condition holds whatever the fact turns out to be."""
    if fact in NUMBERS:
        low, high = _span(condition)
        return (low is None or low <= NUMBERS[fact]) and high is None
    return fact == "reason" and _reasons(condition) == _ALL_REASONS


def never(fact: str, condition: Condition) -> bool:
    """Whether a condition can hold of nothing."""
    if fact in NUMBERS:
        low, high = _span(condition)
        return high is not None and high < max(NUMBERS[fact], low if low is not None else NUMBERS[fact])
    return fact == "reason" and not _reasons(condition)


def within(fact: str, narrow: Condition, wide: Condition) -> bool:
    """Whether ``wide`` holds wherever ``narrow`` does."""
    if fact in YES_OR_NO:
        return narrow == wide
    if fact in NUMBERS:
        return _span_within(_span(narrow), _span(wide))
    if fact == "reason":
        return _reasons(narrow) <= _reasons(wide)
    inner, outer = _words(narrow), _words(wide)
    if not outer.out:
        return not inner.out and inner.words <= outer.words
    if inner.out:
        return outer.words <= inner.words
    # A thing has several tags: one of them says nothing of the others.
    return fact != "tags" and not inner.words & outer.words


def unknown(name: str, known: Iterable[str], what: str) -> str:
    """A sentence about a name that is not known, with the one that may be meant, else all there are."""
    names = sorted(str(each) for each in known)
    near = difflib.get_close_matches(name.casefold(), names, 1, 0.7)
    return f'"{name[:40]}" {what}' + (f"; is {near[0]} meant?" if near else f"; possible are {', '.join(names)}")


_ALL_REASONS = frozenset(reason.value for reason in ReturnReason)


def _truth(fact: str, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    said = str(given).casefold() if isinstance(given, str) else ""
    if said in _YES | _NO:
        return said in _YES
    raise ValueError(f"{fact} is true or false")


def _number(fact: str, given: Any) -> int | Limits:
    example = "{max: 5000}, in minor units (5000 is 50.00)" if fact in _MINOR else "{max: 30}"
    if _whole(given):
        return int(given)
    if not isinstance(given, dict) or not given:
        raise ValueError(f"{fact} is a whole number, or limits like {example}")
    for key, value in given.items():
        if key not in {"min", "max"}:
            raise ValueError(f'{fact} has limits min and max; "{str(key)[:40]}" is neither')
        if not _whole(value):
            raise ValueError(f"{fact}: {key} is a whole number, like {example}")
    limits = Limits(min=given.get("min"), max=given.get("max"))
    if limits.min is not None and limits.max is not None and limits.min > limits.max:
        raise ValueError(f"{fact} cannot be at least {limits.min} and at most {limits.max}")
    return limits


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _GREATEST


def _one_of(fact: str, given: Any) -> str | tuple[str, ...] | Limits:
    if isinstance(given, dict):
        if set(given) != {"not"}:
            raise ValueError(f"{fact} is a word, a list of words, or {{not: [words]}}")
        return Limits(none=_listed(fact, given["not"]))
    words = _listed(fact, given)
    return words if isinstance(given, list | tuple) else words[0]


def _listed(fact: str, given: Any) -> tuple[str, ...]:
    items = list(given) if isinstance(given, list | tuple) else [given]
    if not items or len(items) > _MOST_WORDS:
        raise ValueError(f"{fact} needs between one and {_MOST_WORDS} words")
    found = []
    for item in items:
        if isinstance(item, bool) or not isinstance(item, str | int) or not str(item).strip():
            raise ValueError(f"{fact} is a word, a list of words, or {{not: [words]}}")
        word = str(item).strip()
        if len(word) > _LONGEST_WORD:
            raise ValueError(f"{fact}: a word has at most {_LONGEST_WORD} characters")
        if fact == "reason" and word.casefold() not in _ALL_REASONS:
            raise ValueError(unknown(word, _ALL_REASONS, "is no reason"))
        found.append(word.casefold() if fact == "reason" else word)
    return tuple(found)


def _span(condition: Condition) -> tuple[int | None, int | None]:
    match condition:
        case Limits(min=low, max=high):
            return low, high
        case int():
            return condition, condition
        case _:
            return None, None


def _span_within(narrow: tuple[int | None, int | None], wide: tuple[int | None, int | None]) -> bool:
    (low, high), (least, most) = narrow, wide
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )


def _words(condition: Condition) -> _Words:
    match condition:
        case Limits(none=none):
            return _Words(frozenset(each.casefold() for each in none), out=True)
        case str():
            return _Words(frozenset({condition.casefold()}))
        case tuple():
            return _Words(frozenset(each.casefold() for each in condition))
        case _:
            return _Words(frozenset())


def _reasons(condition: Condition) -> frozenset[str]:
    meant = _words(condition)
    return _ALL_REASONS - meant.words if meant.out else meant.words
