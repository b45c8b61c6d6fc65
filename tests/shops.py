"""A shop's server that talks to the API, on both databases, through the real application's routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.compose import Program
from bot.settings import Settings
from bot.web.api import routes
from bot.web.api.description import describe_problems
from bot.web.limits import Limits
from bot.web.problems import handle_problems
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import NOW, Business, business
from tests.inside import served

KEY = "rmk_test"


def application(program: Program) -> FastAPI:
    """The API alone, without what runs in the background."""
    app = FastAPI()
    handle_problems(app)
    app.include_router(routes.routes(program))
    describe_problems(app)
    return app


@dataclass
class Shop:
    """A shop's server talking to the API."""

    http: httpx.Client
    database: Database
    program: Program
    app: FastAPI
    business: Business

    def post(self, body: Any, **headers: str) -> Any:
        return self.http.post("/api/v1/orders", json=body, headers=headers)

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(f"/api/v1/{path}", params=params)


@contextmanager
def _answering(database: Database, folder: Path) -> Iterator[tuple[httpx.Client, Program, FastAPI]]:
    settings = Settings(data_folder=folder, api_rate=100_000, _env_file=None)  # type: ignore[call-arg]
    with ThreadPoolExecutor(3) as pool:
        program = Program(settings, database, pool, pool)
        app = application(program)
        with served(app) as url, httpx.Client(base_url=url, headers={"X-API-Key": KEY}, timeout=60) as http:
            yield http, program, app


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Database], Any]]:
    """The API of a database, served until the last test of the module: building its routes takes longer than most tests."""
    with ExitStack() as running:
        yield cache(lambda database: running.enter_context(_answering(database, tmp_path_factory.mktemp("shop"))))


@pytest.fixture
def shop(database: Database, api: Callable[[Database], Any], monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop's server, with a small business in the database and a key of its own."""
    monkeypatch.setattr("bot.clock.now", lambda: NOW)
    monkeypatch.setattr("bot.web.api.orders.now", lambda: NOW)
    with database.writing() as session:
        made = business(session, stock=20)
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=NOW))
    http, program, app = api(database)
    app.state.limits = Limits(program.settings)  # no test has used any of them up
    return Shop(http, database, program, app, made)


def assert_problem(response: Any, status: int, *words: str) -> dict[str, Any]:
    """The answer is a problem of that status whose sentence holds ``words``."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    for word in words:
        assert word in body["detail"]
    return body
