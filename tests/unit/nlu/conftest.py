"""One trained engine for all tests of understanding."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.meaning import Audience, Meaning
from nlu.embedded import Embedded

NOW = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)  # a Tuesday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session")
def engine(loaded: Embedded) -> Embedded:
    return loaded


class Ask:
    """Asks an engine at a fixed time and place."""

    def __init__(self, engine: Embedded) -> None:
        self.engine = engine

    def __call__(self, text: str, audience: Audience = "customer") -> Meaning:
        return self.engine.parse(text, audience, NOW, BERLIN)


@pytest.fixture(scope="session")
def ask(engine: Embedded) -> Ask:
    return Ask(engine)
