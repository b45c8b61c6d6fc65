"""Notices about a customer's data."""

from __future__ import annotations

from domain.notices.base import Notice


class DataReady(Notice):
    """The copy of the customer's data can be fetched; ``file`` is the id that opens it."""

    text = "privacy.ready"
    urgent = True

    file: str
