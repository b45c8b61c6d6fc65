"""The world's time and chance, handed to the core as values."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from domain.moment import Actor, Moment
from domain.policies import Policies


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """128 random bits as 22 characters of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(16)


def moment(actor: Actor, key: str, policies: Policies) -> Moment:
    """The circumstances of a change that happens now."""
    return Moment(now(), actor, key, new_id, policies=policies)
