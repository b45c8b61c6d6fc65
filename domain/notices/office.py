"""Notices for the office and for who sets up a business."""

from __future__ import annotations

from domain.notices.base import Notice


class CaseResolved(Notice):
    """An exception is settled; ``already`` when it was before."""

    text = "case.resolved"

    reference: str
    already: bool = False


class WasSetUp(Notice):
    """A depot or product is as it shall be; ``outcome`` is created, changed or unchanged."""

    text = "setup.done"

    noun: str
    subject: str
    outcome: str
