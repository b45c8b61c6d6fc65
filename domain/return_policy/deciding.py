"""What a policy decides about a line of a return, or what must be asked before it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from domain.return_policy.conditions import FACTS, always, holds
from domain.return_policy.rules import Policy, Rule, Terms
from domain.return_policy.wording import filled, in_language
from domain.returns import Outcome, Resolution
from domain.values import Money

#: What holds where no rule does: a person looks.
NO_RULE = "no rule"
_REVIEW = Terms(outcome=Outcome.REVIEW)


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at. None is what the customer has not been asked yet (of ``days``: it was not delivered).

    ``days`` since the delivery, ``price`` of a piece and ``value`` of all of them in minor units, ``photos`` how many there
    are, ``exchanged`` whether the order was itself an exchange; of the customer ``return_rate`` (% of the pieces delivered in
    a year that came back), ``returns`` (in that year) and ``fraud_marks``. ``language`` and ``currency`` are for words only.
    """

    sku: str
    product: str
    days: int | None
    category: str = ""
    tags: frozenset[str] = frozenset()
    price: int = 0
    value: int = 0
    quantity: int | None = None
    reason: str | None = None
    opened: bool | None = None
    photos: int | None = None
    country: str = ""
    channel: str = ""
    payment: str = ""
    gift: bool = False
    exchanged: bool = False
    return_rate: int = 0
    returns: int = 0
    fraud_marks: int = 0
    language: str = ""
    currency: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON holds them, so that they can be decided about again."""
        return {**asdict(self), "tags": sorted(self.tags)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Facts:
        """The facts that were kept; what is not known any more is left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        return cls(**{**values, "tags": frozenset(values.get("tags", ()))})


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule, in its words; ``instead`` is what else is possible, in words."""

    outcome: Outcome
    rule: str
    says: str
    terms: Terms = field(default=_REVIEW)
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Undecided:
    """The decision depends on a fact only the customer knows: it must be asked for."""

    ask: str


def decide(policy: Policy, facts: Facts) -> Decision | Undecided:
    """What the first rule that holds says; a person decides where none does.

    Asks only for what the first rule that may hold depends on: with one answer it decides, with another it cannot.
    """
    for rule in policy.in_order:
        open_ = _open(rule, facts)
        if open_ is None:
            continue
        return Undecided(open_[0]) if open_ else _decision(rule, facts)
    return Decision(Outcome.REVIEW, NO_RULE, "")


def words_of(rule: Rule, facts: Facts) -> str:
    """What a rule says of a case; clauses that name what is not known are left out."""
    return filled(in_language(rule.says, facts.language), _values(facts))


def _decision(rule: Rule, facts: Facts) -> Decision:
    instead = filled(in_language(rule.instead, facts.language), _values(facts))
    return Decision(rule.then.outcome, rule.name, words_of(rule, facts), terms_for(rule, facts), instead)


def terms_for(rule: Rule, facts: Facts) -> Terms:
    """What follows from a rule. Whoever was given a gift gets no money of whoever paid for it, but credit, unless the rule is
    one for gifts.
    """
    others = tuple(each for each in rule.then.resolutions if each not in {Resolution.REFUND, Resolution.KEEP})
    if not facts.gift or rule.when.get("gift") is True or others == rule.then.resolutions:
        return rule.then
    return rule.then.model_copy(update={"resolutions": others or (Resolution.CREDIT,)})


def _open(rule: Rule, facts: Facts) -> list[str] | None:
    """Facts that must be known before the rule holds, in the order they are asked for; None where it does not hold anyway."""
    unknown = []
    for name, condition in rule.when.items():
        value = getattr(facts, name)
        if value is None and FACTS[name]:
            if not always(name, condition):
                unknown.append(name)
        elif value is None or not holds(condition, value):
            return None
    return sorted(unknown, key=list(FACTS).index)


def _values(facts: Facts) -> dict[str, Any]:
    """What words can name, None where it is not known."""
    return {
        "days": facts.days, "product": facts.product or None, "category": facts.category or None, "quantity": facts.quantity,
        "price": _money(facts.price, facts.currency), "reason": (facts.reason or "").replace("_", " ") or None,
    }  # fmt: skip


def _money(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount} {currency}" if currency else f"{minor / 100:.2f}"
