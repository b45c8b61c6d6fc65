"""Messages to learn from, as staff see them."""

from __future__ import annotations

from datetime import datetime

from domain.notices.base import Notice


class MessageToLabel(Notice):
    """A message that waits for a label: its example, who wrote it when, why it was kept, what it may have meant (intent and
    probability), what whoever wrote it chose; ``left`` wait, this one among them."""

    text = "learning.to_label"

    reference: str
    example: str
    audience: str
    language: str
    why: str
    guesses: tuple[tuple[str, float], ...] = ()
    meant: str | None = None
    said_at: datetime
    left: int


class MessageLabelled(Notice):
    """A message was accepted as an example of an intent, or rejected (None); ``count`` that say the same were."""

    text = "learning.labelled"

    reference: str
    intent: str | None
    example: str
    count: int


class NothingToLabel(Notice):
    """No message waits for a label; ``passed_over`` says whether some were passed over."""

    text = "learning.nothing"

    passed_over: bool
