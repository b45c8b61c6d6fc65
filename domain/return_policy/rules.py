"""Rules of returns as data: conditions, what follows from them, and the words that explain it.

A policy is YAML (docs/returns.md)::

    rules:
      - name: unopened within 90 days
        priority: 10
        when: {days: {max: 90}, opened: false}
        then: {outcome: approve, resolutions: [refund, credit, exchange]}
        says: "Unopened goods can be returned within 90 days; today is day {days}."

A condition is a value, a list of which one must be the fact, or limits ``{min, max, not}``. The rule of the highest
``priority`` that holds decides; among equals the first in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from domain.return_policy.conditions import FACTS, Condition, Limits, condition_of, never, unknown, within
from domain.return_policy.reading import WrongPolicy, read
from domain.return_policy.wording import Worded, checked
from domain.returns import Disposition, Outcome, Resolution, Way

#: So many things that are wrong are told at once.
_MOST_TOLD = 5
_HIGHEST = 1_000_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Percent = Annotated[int, Field(ge=0, le=100)]


class Terms(_Part):
    """What follows from a rule. ``fee`` is minor units for the whole return, ``restocking`` a share of the price (%),
    ``bonus`` what store credit is worth more (%), ``days`` how long the customer has to send it. ``carriage`` says who pays the way
    back, ``carriage_back`` whether what the delivery cost is given back. ``photo`` says that the driver who collects it must
    photograph it. ``disposition`` is what becomes of goods as new, and ``bin`` where these go at the dock, unless somebody says
    another place. Of a review they are what whoever approves it grants."""

    outcome: Outcome
    resolutions: tuple[Resolution, ...] = (Resolution.REFUND,)
    ways: tuple[Way, ...] = (Way.PICKUP, Way.DROP_OFF, Way.LABEL)
    fee: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    restocking: Percent = 0
    bonus: Percent = 0
    carriage: Literal["shop", "customer"] = "shop"
    carriage_back: bool = False
    days: Annotated[int, Field(ge=1, le=365)] = 14
    photo: bool = False
    inspect: bool = True
    disposition: Disposition = Disposition.RESTOCK
    bin: Annotated[str, Field(max_length=40)] = ""

    @field_validator("bin", mode="before")
    @classmethod
    def _one_place(cls, place: Any) -> Any:
        if place is None:
            return ""
        if isinstance(place, str) and any(char < " " for char in place):
            raise ValueError("is a few words on one line")
        return place.strip() if isinstance(place, str) else place

    @field_validator("resolutions", "ways", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _sound(self) -> Terms:
        if self.outcome == Outcome.APPROVE and not self.resolutions:
            raise ValueError("an approving rule needs resolutions")
        if self.outcome == Outcome.APPROVE and not self.ways and set(self.resolutions) != {Resolution.KEEP}:
            raise ValueError("an approving rule needs ways")
        if Way.NONE in self.ways:
            raise ValueError(
                "ways are pickup, drop_off and label; for goods that need not come back: resolutions: [keep]"
            )
        return self


class Rule(_Part):
    """One rule: it holds where all its conditions do. ``says`` is told with its decision, ``instead`` what else is possible,
    ``tells`` whoever asks about returns in general; without it the rule is kept out of such answers where it is about the
    customer's history."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    priority: Annotated[int, Field(ge=-_HIGHEST, le=_HIGHEST)] = 0
    when: dict[str, Condition] = Field(default_factory=dict)
    then: Terms
    says: Worded
    instead: Worded = ""
    tells: Worded = ""

    @field_validator("name")
    @classmethod
    def _one_line(cls, name: str) -> str:
        if any(char < " " for char in name) or not name.strip():
            raise ValueError("is a few words on one line")
        return name.strip()

    @field_validator("when", mode="before")
    @classmethod
    def _conditions(cls, when: Any) -> Any:
        if when is None:
            return {}
        if not isinstance(when, dict):
            raise ValueError("is a list of conditions, like {days: {max: 30}, opened: false}")
        found = {str(fact): condition_of(str(fact), given) for fact, given in when.items()}
        for fact, condition in found.items():
            if never(fact, condition):
                raise ValueError(f"{fact} can never be that")
        return found

    @field_validator("says", mode="before")
    @classmethod
    def _said(cls, words: Any) -> Any:
        return checked(words, 500)

    @field_validator("instead", "tells", mode="before")
    @classmethod
    def _maybe_said(cls, words: Any) -> Any:
        return "" if words in (None, "") else checked(words, 300)


class Policy(_Part):
    """All rules; ``tells`` is what whoever asks about returns in general is told first."""

    tells: Worded = ""
    rules: Annotated[tuple[Rule, ...], Field(max_length=500)] = ()

    @field_validator("tells", mode="before")
    @classmethod
    def _maybe_said(cls, words: Any) -> Any:
        return "" if words in (None, "") else checked(words, 300)

    @model_validator(mode="after")
    def _unlike(self) -> Policy:
        names = [rule.name.casefold() for rule in self.rules]
        for rule in self.rules:
            if names.count(rule.name.casefold()) > 1:
                raise ValueError(f'two rules are called "{rule.name}"; give one of them another name')
        return self

    @cached_property
    def in_order(self) -> tuple[Rule, ...]:
        """The rules, the first to decide first."""
        return tuple(sorted(self.rules, key=lambda rule: -rule.priority))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each rule that never decides, because another always does before it."""
        found = []
        for n, rule in enumerate(self.in_order):
            first = next((each for each in self.in_order[:n] if _covers(each, rule)), None)
            if first is not None:
                found.append(
                    f'Rule "{rule.name}" never decides: "{first.name}" comes first and holds whenever it does. '
                    "Give it a higher priority, or take it out."
                )
        return tuple(found)


#: Without rules a person decides everything.
EMPTY = Policy()


@lru_cache(maxsize=32)
def parse(text: str) -> Policy:
    """The policy that a text is. Raises WrongPolicy with sentences that say where it is wrong."""
    loaded = read(text)
    if not isinstance(loaded, dict) or "rules" not in loaded:
        raise WrongPolicy("A policy is a list of rules under the word rules.")
    if not isinstance(loaded["rules"], list) or not loaded["rules"]:
        raise WrongPolicy("Under rules stands a list of rules, each with a dash before it; at least one.")
    try:
        return Policy.model_validate(loaded)
    except ValidationError as error:
        raise WrongPolicy("\n".join(dict.fromkeys(_told(error, loaded)))) from error


def _covers(first: Rule, rule: Rule) -> bool:
    """Whether ``first`` holds wherever ``rule`` does."""
    return all(fact in rule.when and within(fact, rule.when[fact], wide) for fact, wide in first.when.items())


def _told(error: ValidationError, loaded: Mapping[str, Any]) -> list[str]:
    return [_sentence(dict(each), loaded) for each in error.errors()[:_MOST_TOLD]]


def _sentence(error: Mapping[str, Any], loaded: Mapping[str, Any]) -> str:
    where = list(error["loc"])
    rule = ""
    if where[:1] == ["rules"] and len(where) > 1 and isinstance(where[1], int):
        given = loaded["rules"][where[1]]
        name = given.get("name") if isinstance(given, dict) else None
        rule, where = f'Rule "{name or where[1] + 1}": ', where[2:]
    names = [str(part) for part in where if isinstance(part, str) and part in _KNOWN] or [str(part) for part in where]
    path = names[-1] if names else ""
    why = _why(error, path, where)
    return rule + (why if why.endswith("?") else f"{why}.")


#: What stands in a rule, and in what follows from it.
_OF_RULE, _OF_TERMS = tuple(Rule.model_fields), tuple(Terms.model_fields)
_KNOWN = frozenset({*_OF_RULE, *_OF_TERMS, "rules"})
_ENUMS: Mapping[str, tuple[str, Any]] = {
    "outcome": ("outcome", Outcome), "resolutions": ("resolution", Resolution), "ways": ("way", Way),
    "disposition": ("disposition", Disposition),
}  # fmt: skip


def _why(error: Mapping[str, Any], path: str, where: list[Any]) -> str:
    kind, given = error["type"], error.get("input")
    context = error.get("ctx") or {}
    match kind:
        case "extra_forbidden":
            known = (
                _OF_TERMS
                if where[:1] == ["then"]
                else _OF_RULE
                if "rules" in error["loc"]
                else tuple(Policy.model_fields)
            )
            return unknown(str(where[-1]) if where else path, known, "is nothing that can stand there")
        case "missing":
            return f"{path} is missing"
        case "enum" if path in _ENUMS:
            noun, values = _ENUMS[path]
            return unknown(str(given), [each.value for each in values], f"is no {noun}")
        case "literal_error":
            return f"{path} is {str(context.get('expected', '')).replace(chr(39), '')}"
        case "value_error":
            message = str(error["msg"]).removeprefix("Value error, ")
            return f"{path} {message}" if path in {"name", "says", "instead", "tells", "bin"} else message
        case "greater_than_equal":
            return f"{path} is at least {context['ge']}"
        case "less_than_equal":
            return f"{path} is at most {context['le']}"
        case "too_long":
            return f"{path} has at most {context['max_length']} entries"
        case "string_too_long":
            return f"{path} has at most {context['max_length']} characters"
        case "model_type" | "dict_type":
            return f"{path or 'a rule'} has parts of its own, each with a name" + (
                f" ({', '.join(_OF_TERMS)})" if path == "then" else f" ({', '.join(_OF_RULE)})"
            )
        case "tuple_type" | "list_type":
            return f"{path} is a list, like [{_example(path)}]"
        case _:
            return f"{path} is {_KINDS.get(kind, 'wrong: ' + str(error['msg']))}"


def _example(path: str) -> str:
    return ", ".join(each.value for each in list(_ENUMS[path][1])[:2]) if path in _ENUMS else ""


_KINDS: Mapping[str, str] = {
    "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "bool_type": "true or false", "bool_parsing": "true or false", "string_type": "words; put them in quotes",
    "string_too_short": "empty",
}  # fmt: skip

__all__ = ["EMPTY", "FACTS", "Condition", "Limits", "Policy", "Rule", "Terms", "WrongPolicy", "parse"]
