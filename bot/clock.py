"""The world's time and chance, handed to the core as values."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """128 random bits as 22 characters of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(16)
