"""What staff are shown of exceptions and of talks with customers, and told of what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Facts, Notice


class CaseLook(BaseModel):
    """An exception in a list; ``says`` is what is wrong, as ``code`` and ``values``."""

    model_config = ConfigDict(frozen=True)

    reference: str
    kind: str
    status: str
    says: Facts
    order: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    overdue: bool = False


class CasesShown(Notice):
    """What needs a person, the most pressing first: how many there are, and those of one page.

    ``sought`` is what was understood; ``late_orders`` and ``failed_today`` count orders, whether or not they are exceptions.
    """

    text = "desk.cases"

    sought: dict[str, Any]
    count: int
    cases_shown: tuple[CaseLook, ...] = ()
    page: int = 1
    pages: int = 1
    late_orders: int = 0
    failed_today: int = 0


class CaseCard(Notice):
    """All about an exception: ``says`` what is wrong, ``todo`` what to do, as ``code`` and ``values``; ``waits_for_answer``
    that somebody wrote and nobody answered yet.
    """

    text = "desk.case"
    rings = True

    reference: str
    kind: str
    status: str
    says: Facts
    todo: Facts
    opened_at: datetime
    order: str | None = None
    depot: str | None = None
    customer: str | None = None
    drives: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    overdue: bool = False
    until: datetime | None = None
    waits_for_answer: bool = False


class CaseDone(Notice):
    """What was done with an exception, for whoever did it: owned, handed, snoozed, answered, closed. ``other`` is whose it
    was, or is, where that is somebody else.
    """

    text = "desk.case_done"

    what: str
    reference: str
    other: str | None = None
    until: datetime | None = None


class CaseNews(Notice):
    """What others hear of an exception: taken, answered, handed (to you), back (after a snooze), waiting (nobody sees to it),
    overdue, bot_back (the customer wants the bot again), closed. ``by`` is who did it, ``words`` what they wrote.
    """

    text = "desk.case_news"

    what: str
    reference: str
    kind: str
    by: str | None = None
    words: str | None = None
    minutes: int = 0


class ChatHeard(Notice):
    """What a customer, or with ``drives`` a driver, wrote to whoever answers; ``photos`` counts what they sent."""

    text = "desk.chat_heard"

    words: str
    customer: str | None = None
    drives: str | None = None
    photos: int = 0
