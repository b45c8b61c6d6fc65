"""What staff are shown of returns that a person decides, and told of what became of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.notices.base import Facts, Notice


class ReturnCard(Notice):
    """All about a return for whoever decides it.

    ``goods_back`` are its goods with what the customer said and the rule; ``record`` is what is known of the customer (orders,
    returns, pieces ``delivered`` and ``returned``, ``rate`` in %, ``fraud_marks``); ``signals`` are as ``code`` and
    ``values``. ``suggested`` is what could be decided, and ``why``; ``pays`` what approving gives back. ``reference`` is the
    exception under which somebody sees to it.
    """

    text = "desk.return"
    rings = True

    number: str
    status: str
    customer: str
    depot: str | None
    asked_at: datetime
    words: str
    gift: bool
    goods_back: list[Facts]
    worth: Facts
    pays: Facts
    fee: Facts | None = None
    record: dict[str, int]
    signals: list[Facts]
    suggested: Facts | None = None
    appeal_of: str | None = None
    resolution: str | None = None
    decided_by: str | None = None
    decided_why: str = ""
    who: str | None = None
    reference: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    overdue: bool = False
    until: datetime | None = None
    waits_for_answer: bool = False
    asked_customer: bool = False
    photos: int = 0


class ReturnsWaiting(Notice):
    """The returns that wait for a decision, or (``asked_for``: of an order or name) others: how many there are, what they are
    worth, and those of one page."""

    text = "desk.returns"

    asked_for: str | None = None

    depot: str | None
    count: int
    worth: Facts | None
    returns_shown: list[Facts]
    page: int = 1
    pages: int = 1


class ReturnsDecided(Notice):
    """What was done with returns, for whoever did it: ``what`` is approved, rejected, reopened, asked. ``skipped`` are those
    somebody else has decided meanwhile."""

    text = "desk.returns_decided"

    what: str
    returns_shown: list[Facts]
    skipped: list[Facts] = Field(default_factory=list)
    why: str = ""


class FraudMarked(Notice):
    """A mark of fraud was set, or taken back; ``marks`` there are now."""

    text = "desk.fraud_marked"

    customer: str
    number: str
    marks: int
    back: bool = False
