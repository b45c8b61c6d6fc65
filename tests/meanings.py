"""Meanings written by hand, so that tests of the conversation do not depend on an engine."""

from __future__ import annotations

from typing import Any

from domain.dialogue import Heard
from domain.meaning import Entity, Meaning


def meaning(text: str, intent: str = "inform", confidence: float = 0.95, **entities: Any) -> Meaning:
    """What an engine would return; ``entities`` are kind=value, or kind=[values] for several."""
    found = [
        Entity(kind, value, 0, len(text), text if kind == "order_number" and text.isdigit() else str(value))
        for kind, values in entities.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return Meaning(text, ((intent, confidence),), tuple(found), "hand")


def heard(text: str, intent: str = "inform", confidence: float = 0.95, **entities: Any) -> Heard:
    """The same, as filling takes it."""
    return Heard(meaning(text, intent, confidence, **entities))
