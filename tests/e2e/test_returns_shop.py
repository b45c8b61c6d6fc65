"""A shop's whole way over HTTP, with the real program: asked about, asked for, approved, and told by webhooks in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import an_order, business, return_policy
from tests.emulators.receiver import Receiver, receiver
from tests.emulators.waiting import PATIENCE, wait_until
from tests.serving import serve

CHANGED = threading.Condition()
KEY, SECRET = "rmk_test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def listening() -> Iterator[Receiver]:
    with receiver() as shop:
        yield shop


@pytest.fixture
def api(database: Database, database_url: str, tmp_path: Path, listening: Receiver) -> Iterator[httpx.Client]:
    now = datetime.now(UTC)
    with database.writing() as session:
        made = business(session)
        return_policy(session, now=now)
        an_order(session, made, status="delivered", external_id="SHOP-1", now=now)
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=now))
    settings = {
        "ROUNDSMAN_WEBHOOK_URL": listening.url, "ROUNDSMAN_WEBHOOK_SECRET": SECRET, "ROUNDSMAN_WEBHOOK_PRIVATE": "true",
    }  # fmt: skip
    with (
        serve(tmp_path, settings, database_url) as server,
        httpx.Client(base_url=f"{server.url}/api/v1", headers={"X-API-Key": KEY}, timeout=30) as http,
    ):
        yield http


def until(look: Callable[[], bool]) -> None:
    """Wait for what the program does by itself."""
    with CHANGED:
        assert wait_until(CHANGED, look, PATIENCE)


def test_from_the_question_to_the_last_webhook(api: httpx.Client, listening: Receiver) -> None:
    line: dict[str, Any] = {"sku": "SKU-1", "quantity": 1, "reason": "other", "opened": True}
    asked = api.post("/returns/eligibility", json={"order_external_id": "SHOP-1", "lines": [line]}).json()
    assert asked["lines"][0]["decision"]["outcome"] == "review"
    made = api.post("/returns", json={"external_id": "R-1", "order_external_id": "SHOP-1", "lines": [line]}).json()
    until(lambda: listening.kinds == ["return.requested", "return.review"])
    listening.down = True
    approved = api.post(f"/returns/{made['number']}/approve", json={"resolution": "refund"})
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    until(lambda: len(listening.attempts) > 2)
    assert api.post(f"/returns/{made['number']}/cancel", json={}).json()["status"] == "cancelled"
    listening.down = False
    until(lambda: len(listening.taken) == 4)
    assert listening.kinds == ["return.requested", "return.review", "return.approved", "return.cancelled"]
    assert all(each.is_signed_with(SECRET) for each in listening.taken)
    assert [each.body["data"]["status"] for each in listening.taken][-2:] == ["approved", "cancelled"]
