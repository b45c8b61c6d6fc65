"""A served demo and a browser, once for all end-to-end tests that need them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.clock import now
from bot.demo import load
from storage.database import Database
from storage.keys import ApiKey, hashed
from storage.schema import migrate
from tests.e2e.browsing import DESK, Demo, NoChromium, Visitor, chromium
from tests.needs import missing
from tests.serving import serve

API_KEY = "rmk_for-end-to-end-tests"
PATIENT = {"ROUNDSMAN_SENDER_RATE": "1000", "ROUNDSMAN_ADDRESS_RATE": "100000"}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[Demo]:
    """The real program serving a demo of 300 orders, with limits that tests do not run into."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(trained, folder / "nlu")
    database = Database(f"sqlite:///{folder / 'roundsman.db'}")
    migrate(database)
    load.load(database, now(), 300)
    with database.writing() as session:
        session.add(ApiKey(name="tests", hash=hashed(API_KEY), created_at=now()))
    with serve(folder, PATIENT, demo=True, fresh=True) as serving:
        yield Demo(serving.url, folder, database, API_KEY)
    database.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, or fails where ROUNDSMAN_REQUIRE asks for it."""
    try:
        with chromium() as running:
            yield running
    except NoChromium as reason:
        missing("chromium", reason)


@pytest.fixture
def visitor(browser: Browser, server: Demo) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors with a browser of their own each; afterwards no console may have had an error in it."""
    made: list[Visitor] = []

    def make(url: str = server.url, **options: Any) -> Visitor:
        settings = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce", **options}
        made.append(Visitor(url, browser.new_context(**settings)))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
    assert [trouble for each in made for trouble in each.troubles] == []
