"""What the API says about itself is true: schemathesis reads /openapi.json and tries it out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings

from bot.compose import Program
from bot.settings import Settings
from bot.web.app import build
from storage.database import Database
from storage.keys import ApiKey, hashed
from storage.schema import migrate
from tests.builders import NOW, an_order, business

KEY = "rmk_test"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The whole application on a small business, in this process."""
    folder = tmp_path_factory.mktemp("openapi")
    database = Database(f"sqlite:///{folder / 'roundsman.db'}")
    migrate(database)
    with database.writing() as session:
        shop = business(session)
        for status in ("allocated", "created", "delivered"):
            an_order(session, shop, status=status, external_id=f"A-{status}")
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=NOW))
    settings_ = Settings(
        data_folder=Path(folder), api_rate=10**6, sender_rate=10**6, address_rate=10**6, _env_file=None,  # type: ignore[call-arg]
    )  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        program = Program(settings_, database, pool)
        program.load()
        yield build(program)
    database.close()


@pytest.fixture(scope="module")
def described(app: FastAPI) -> Any:
    """The description, as a client reads it."""
    return schemathesis.openapi.from_asgi("/openapi.json", app)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_does_what_is_described(case: Any) -> None:
    case.call_and_validate(headers={"X-API-Key": KEY})
