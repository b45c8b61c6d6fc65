"""Notices about the policy of returns.

A rule is told as ``{"name", "outcome", "says", "instead", "when", "then"}``: ``when`` is a list of conditions as ``{"fact",
"kind", …}`` (`domain.return_policy.telling`), ``then`` what follows. A version as ``{"version", "status", "at", "who", "note"}``.
"""

from __future__ import annotations

from datetime import date, datetime

from domain.notices.base import Facts, Notice


class ReturnPolicyShown(Notice):
    """The rules of a version; ``draft`` is the number of a version that waits to be taken into force."""

    text = "return_policy.shown"

    version: int | None
    status: str
    at: datetime | None = None
    who: str | None = None
    note: str = ""
    rules: tuple[Facts, ...] = ()
    versions: tuple[Facts, ...] = ()
    draft: int | None = None


class ReturnRuleShown(Notice):
    """A rule of a version, with the text it is written as."""

    text = "return_policy.rule"

    version: int
    rule: Facts
    written: str


class ReturnPolicyDrafted(Notice):
    """A draft is there: names of the rules that are new, changed and gone against what is in force, and what is odd."""

    text = "return_policy.drafted"

    version: int
    new_rules: tuple[str, ...] = ()
    changed_rules: tuple[str, ...] = ()
    gone_rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class ReturnPolicyTried(Notice):
    """What a version (None: a text that is kept nowhere) would have decided about past returns (`actions.returns.trying`)."""

    text = "return_policy.tried"

    version: int | None
    trial: Facts
    warnings: tuple[str, ...] = ()


class ReturnPolicyActivated(Notice):
    """Another version decides from now on."""

    text = "return_policy.activated"

    version: int
    was: int | None = None


class ReturnPolicyDiscarded(Notice):
    """A draft was thrown away."""

    text = "return_policy.discarded"

    version: int


class ReturnPolicyAnswered(Notice):
    """What a customer who asks is told: ``general`` words, or of a product (of an order, on ``today``) for each kind of return the spans of
    time with what is decided in them (`actions.returns.answering`)."""

    text = "return_policy.answered"

    general: tuple[str, ...] = ()
    product: str | None = None
    number: str | None = None
    today: date | None = None
    currency: str = "EUR"
    kinds: tuple[Facts, ...] = ()
