"""A real Rasa 3.6 server with an assistant of its own, rules and a form, that calls our Commands as custom actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import yaml

from bot.clock import new_id, now
from domain.orders import Order
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import an_order, business
from tests.rasa import Rasa, run_rasa, trained_assistant
from tests.serving import Serving, serve
from tests.site import KEY, rows

SECRET = "a secret that only the shop and Roundsman know, long enough"
ASSISTANT = Path(__file__).parent / "rasa_assistant"


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the assistant, trained."""
    return trained_assistant(ASSISTANT, tmp_path_factory.mktemp("assistant"))


@pytest.fixture
def order(database: Database) -> Order:
    with database.writing() as session:
        shop = business(session)
        shop.customer.external_id = "maria"
        session.add(shop.customer)
        session.add(ApiKey(name="assistant", hash=hashed(KEY), created_at=now()))
        return an_order(session, shop)


@pytest.fixture
def roundsman(order: Order, database_url: str, data_folder: Path) -> Iterator[Serving]:
    with serve(data_folder, {"ROUNDSMAN_IDENTITY_SECRET": SECRET}, database_url) as serving:
        yield serving


@pytest.fixture
def rasa(assistant: Path, roundsman: Serving) -> Iterator[Rasa]:
    endpoints = {"action_endpoint": {"url": f"{roundsman.url}/rasa/actions/webhook", "headers": {"X-API-Key": KEY}}}
    (assistant / "endpoints.yml").write_text(yaml.safe_dump(endpoints))
    (assistant / "credentials.yml").write_text("rest:\n")
    with run_rasa(assistant, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml") as running:
        yield running


class Talk:
    """Somebody's talk with the assistant over Rasa's own REST channel."""

    def __init__(self, rasa: Rasa, sub: str | None) -> None:
        self.rasa, self.sender = rasa, new_id()
        claims = {"sub": sub, "exp": now() + timedelta(hours=1)}
        self.metadata = {"identity": jwt.encode(claims, SECRET, algorithm="HS256")} if sub else {}

    def says(self, text: str) -> list[dict[str, Any]]:
        body = {"sender": self.sender, "message": text, "metadata": self.metadata}
        answer = httpx.post(f"{self.rasa.url}/webhooks/rest/webhook", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def slots(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.rasa.url}/conversations/{self.sender}/tracker", timeout=60).json()[
            "slots"
        ]
        return found


def test_an_assistant_tracks_moves_and_cancels_with_our_commands_and_leaves_words_to_us(
    rasa: Rasa, order: Order, database: Database
):
    maria, stranger = Talk(rasa, "maria"), Talk(rasa, None)

    told = maria.says(f"where is {order.number}")
    assert order.number in told[0]["text"]

    assert stranger.says(f"where is {order.number}")[0]["text"] != told[0]["text"]
    assert maria.slots()["roundsman_outcome"] == "done"

    assert maria.says("another day please")[0]["text"] == "Which day?"
    assert maria.says("friday")[0]["text"] == "Morning, afternoon or evening?"
    moved_to = maria.says("evening")[0]["text"]
    assert maria.slots()["roundsman_asks"] is None
    (moved,) = rows(database, Order)
    assert (moved.promise_day.strftime("%A"), str(moved.window)) == ("Friday", "16:00-20:00")
    assert "Friday" in moved_to

    assert order.number in maria.says(f"tell me where {order.number} is")[0]["text"]

    asked = maria.says("cancel it")
    assert maria.slots()["roundsman_asks"] == "confirm"
    done = maria.says(asked[-1]["buttons"][0]["payload"])
    assert "cancelled" in done[0]["text"]
    assert rows(database, Order)[0].status == "cancelled"
