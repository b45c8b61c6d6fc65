"""A day of one van to plan, on the Monday of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.clock
import bot.planning
from storage.database import Database
from tests.builders import NOW, Business, business
from tests.planning import Planner, a_driver, a_van, settings_for


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        shop = business(session, stock=500)
        a_driver(session, shop, "Ines", a_van(session, shop, "B-X 1"))
        return shop


@pytest.fixture
def planner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planner:
    """The program on the Monday of the tests."""
    monkeypatch.setattr(bot.clock, "now", lambda: NOW)
    monkeypatch.setattr(bot.planning, "now", lambda: NOW)
    return Planner(database, settings_for(tmp_path))
