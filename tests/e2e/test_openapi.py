"""What the API says about itself is true: schemathesis reads /openapi.json and tries it out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.compose import Program
from bot.settings import Settings
from bot.web.app import build
from nlu.embedded import Embedded
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import NOW, a_return, an_order, business, return_policy
from tests.inside import served

KEY = "rmk_test"
CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 20


@pytest.fixture
def url(database: Database, tmp_path: Path, engine: Embedded) -> Iterator[str]:
    """The address of the whole application, served from this process around a small business."""
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        for status in ("allocated", "created", "delivered"):
            order = an_order(session, shop, status=status, external_id=f"A-{status}")
        a_return(session, order)
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=NOW))
    rates = dict.fromkeys(("api_rate", "sender_rate", "address_rate"), 10**6)
    settings = Settings(data_folder=tmp_path, _env_file=None, **rates)  # type: ignore[call-arg]
    with ThreadPoolExecutor(2) as pool:
        program = Program(settings, database, pool, pool)
        program.engine = engine
        program.refresh_gazetteer(engine)
        program.load()
        with served(build(program)) as address:
            yield address


def test_everything_is_as_described(url: str, database: Database, tmp_path: Path) -> None:
    # every case of the coverage phase once is enough; what PostgreSQL takes ill are values, and those are fuzzed
    phases = "examples,coverage,fuzzing" if database.is_sqlite else "examples,fuzzing"
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run", f"{url}/openapi.json",
        "--header", f"X-API-Key: {KEY}", "--phases", phases, "--max-examples", EXAMPLES,
        "--generation-deterministic", "--suppress-health-check", "all", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=tmp_path, timeout=900)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]


def test_every_operation_explains_itself(url: str) -> None:
    description: dict[str, Any] = httpx.get(f"{url}/openapi.json").json()
    assert description["components"]["securitySchemes"].keys() == {"ApiKey", "Bearer"}
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    }
    assert operations.keys() == {
        "POST /api/v1/orders", "GET /api/v1/orders", "GET /api/v1/orders/{number}", "PATCH /api/v1/orders/{number}",
        "POST /api/v1/orders/{number}/cancel", "GET /api/v1/promise",
        "PUT /api/v1/orders/{number}/proof", "GET /api/v1/orders/{number}/proof", "PUT /api/v1/routes/{route}/position",
        "POST /api/v1/returns", "GET /api/v1/returns", "GET /api/v1/returns/{number}", "POST /api/v1/returns/eligibility",
        "POST /api/v1/returns/photos",
        *(f"POST /api/v1/returns/{{number}}/{step}" for step in ("cancel", "receive", "inspect", "approve", "reject")),
        "GET /api/v1/customers/{external_id}/credit", "POST /api/v1/customers/{external_id}/credit/redemptions",
        "POST /api/v1/customers/{external_id}/credit/redemptions/{redemption}/reverse",
    }  # fmt: skip
    for name, operation in operations.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["security"] == [{"ApiKey": []}, {"Bearer": []}], name
        for body in operation.get("requestBody", {}).get("content", {}).values():
            assert body["examples"], name
        for status, response in operation["responses"].items():
            if status == "204":
                assert "content" not in response, name
                continue
            (kind, content), *_ = response["content"].items()
            assert (kind == "application/problem+json") == (int(status) >= 400), (name, status)
            assert content.get("example") or content.get("examples"), (name, status)
    assert "HTTPValidationError" not in str(description)
