"""The policy of returns: asked about, shown, written, tried over past returns, and taken into force."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from domain.commands.base import Command, OrderNumber, Sku, Slot
from domain.return_policy.editing import check_rule
from domain.return_policy.reading import MOST_TEXT
from domain.return_policy.rules import parse

#: A single rule is not longer, so that a form holds it.
LONGEST_RULE = 3_000


def _a_policy(text: str) -> str:
    parse(text)
    return text


def _a_rule(text: str) -> str:
    check_rule(text)
    return text


Version = Annotated[int, Slot(reader="policy_version", answer="policy_version"), Field(gt=0, le=2**31 - 1)]
RuleName = Annotated[
    str,
    Slot("rule", reader="rule_named", answer="as_it_is"),
    StringConstraints(min_length=1, max_length=80, strip_whitespace=True),
]
RuleText = Annotated[
    str,
    Slot(answer="as_written"),
    StringConstraints(min_length=1, max_length=LONGEST_RULE),
    AfterValidator(_a_rule),
]
PolicyText = Annotated[
    str,
    Slot(answer="as_written"),
    StringConstraints(min_length=1, max_length=MOST_TEXT),
    AfterValidator(_a_policy),
]
Remark = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class AskReturnPolicy(Command):
    """What may be returned, how long, and who pays: in general, or for a product, as bought in an order. In general what
    holds for most goods is told, with ``every_rule`` all."""

    product: Sku | None = None
    order: OrderNumber | None = None
    every_rule: Annotated[bool, Slot(asked=False)] = False


class ShowReturnPolicy(Command):
    """The rules of a version (the one in force) in words, and the versions there are."""

    version: Version | None = None


class ShowReturnRule(Command):
    """A rule in words and as it is written: of the draft where there is one, else of the version in force."""

    rule: RuleName


class DraftReturnPolicy(Command):
    """Write a whole policy; it takes no effect yet."""

    text: PolicyText
    note: Remark = ""


class EditReturnRule(Command):
    """Write a rule anew; all others stay as they are. It becomes a draft."""

    rule: RuleName
    text: RuleText


class AddReturnRule(Command):
    """One more rule. It becomes a draft."""

    text: RuleText


class RemoveReturnRule(Command):
    """A rule less. It becomes a draft."""

    rule: RuleName


class TryReturnPolicy(Command):
    """What a version (the draft), or a ``text`` that is kept nowhere, would have decided about the returns of some months."""

    version: Version | None = None
    text: Annotated[PolicyText | None, Slot(asked=False)] = None
    months: Annotated[int, Field(ge=1, le=36)] = 12


class ActivateReturnPolicy(Command):
    """From now on this version decides: the draft, or an old one again."""

    version: Version


class DiscardReturnPolicy(Command):
    """Throw a draft away."""

    version: Version


class InstallReturnPolicy(Command):
    """The first policy of an installation; does nothing where there ever was one."""

    text: PolicyText
    note: Remark = ""
