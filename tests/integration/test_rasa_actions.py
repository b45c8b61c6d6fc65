"""Commands as custom actions of an assistant that is not ours, called as Rasa's `RemoteAction` calls."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.clock import new_id, now
from domain.orders import Order
from storage.database import Database
from tests.builders import a_customer, an_order
from tests.site import KEY, Site, a_site, rows

SECRET = "a secret that only the shop and Roundsman know, long enough"
WEBHOOK = "/rasa/actions/webhook"


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    with a_site(database, tmp_path, identity_secret=SECRET) as running:
        yield running


@pytest.fixture
def order(site: Site, database: Database) -> Order:
    with database.writing() as session:
        site.shop.customer.external_id = "maria"
        session.add(site.shop.customer)
        return an_order(session, site.shop)


def signed(sub: str = "maria", key: str = SECRET) -> str:
    return jwt.encode({"sub": sub, "exp": now() + timedelta(hours=1)}, key, algorithm="HS256")


_TURNS = itertools.count(1)


def called(site: Site, action: str, said: str = "", *, identity: str | None = None, **more: Any) -> dict[str, Any]:
    """What the action answers, with slots and entities as the assistant has them."""
    latest = {
        "text": said, "message_id": new_id(), "entities": more.pop("entities", []),
        "metadata": {"identity": identity} if identity else {},
    }  # fmt: skip
    tracker = {
        "sender_id": "maria-phone", "slots": more.pop("slots", {}), "latest_message": latest,
        "events": [{"event": "user", "timestamp": next(_TURNS)}], "paused": False, "active_loop": {}, **more,
    }  # fmt: skip
    body = {"next_action": action, "sender_id": "maria-phone", "tracker": tracker, "version": "3.6.21"}
    answer = site.http.post(WEBHOOK, json=body, headers={"X-API-Key": KEY})
    assert answer.status_code == 200, answer.text
    return answer.json()


def texts(answer: dict[str, Any]) -> str:
    return "\n".join(each["text"] for each in answer["responses"])


def status(database: Database, order: Order) -> str:
    return next(each.status for each in rows(database, Order) if each.number == order.number)


def test_the_actions_are_listed_to_whoever_has_a_key(site):
    assert site.http.get("/rasa/actions").status_code == 401
    names = {each["name"] for each in site.http.get("/rasa/actions", headers={"X-API-Key": KEY}).json()}
    assert {"action_track_order", "action_start_return", "action_cancel_order", "action_roundsman"} <= names
    assert not names & {"action_publish_routes", "action_delivered", "action_share_photo"}


def test_without_a_key_nothing_runs(site):
    assert site.http.post(WEBHOOK, json={"next_action": "action_greet", "sender_id": "a"}).status_code == 401


def test_slots_are_the_fields_of_the_command_and_identity_is_proved_by_signed_metadata(site, order):
    slots = {"order": order.number}
    told = called(site, "action_track_order", "where is it", identity=signed(), slots=slots)
    assert order.number in texts(told)
    forged = called(site, "action_track_order", "where is it", identity=signed(key="x" * 40), slots=slots)
    assert texts(forged) == "I could not confirm who you are. Please sign in again and ask once more."


def test_a_strangers_tracker_sees_nothing(site, order):
    told = called(site, "action_track_order", "where is it", slots={"order": order.number})
    assert "is under way" not in texts(told)
    assert status_slot(told) is None


def status_slot(told: dict[str, Any]) -> Any:
    return next((each["value"] for each in told["events"] if each["name"] == "roundsman_outcome"), None)


def test_another_customers_order_stays_theirs(site, order, database):
    with database.writing() as session:
        a_customer(session, name="Paul Sand", email="paul@example.com", phone="+4930901821", external_id="paul")
    told = called(site, "action_cancel_order", identity=signed("paul"), slots={"order": order.number})
    assert not any("buttons" in each and "Yes" in str(each["buttons"]) for each in told["responses"])
    assert status(database, order) == "allocated"


def test_a_button_of_ours_goes_on_and_our_slots_tell_how_it_stands(site, order, database):
    slots = {"order": order.number, "roundsman_outcome": None, "roundsman_asks": None}
    asked = called(site, "action_cancel_order", identity=signed(), slots=slots)
    assert {each["name"]: each["value"] for each in asked["events"]} == {
        "roundsman_outcome": "asked",
        "roundsman_asks": "confirm",
    }
    yes = asked["responses"][-1]["buttons"][0]["payload"]
    intent, _, values = yes.partition("{")
    assert intent == "/roundsman"
    pressed = {"entity": "button", "value": json.loads("{" + values)["button"]}
    done = called(site, "action_roundsman", yes, identity=signed(), entities=[pressed], slots=slots)
    assert status_slot(done) == "done"
    assert status(database, order) == "cancelled"


def test_the_same_call_again_is_the_same_answer_and_one_effect(site, order, database):
    body = {
        "next_action": "action_rate_delivery", "sender_id": "maria-phone",
        "tracker": {
            "slots": {"order": order.number}, "events": [{"event": "user", "timestamp": 5.0}],
            "latest_message": {"text": "rate", "message_id": "m1", "metadata": {"identity": signed()}},
        },
    }  # fmt: skip
    first, again = (site.http.post(WEBHOOK, json=body, headers={"X-API-Key": KEY}).json() for _ in range(2))
    assert texts(first) == texts(again) != ""


def test_a_new_action_lets_go_of_what_was_asked_before(site, order):
    called(site, "action_cancel_order", identity=signed(), slots={"order": order.number})
    told = called(site, "action_track_order", identity=signed(), slots={"order": order.number})
    assert len([each for each in told["responses"] if "cancel" in each["text"].lower()]) == 0


def test_a_value_that_says_nothing_is_asked_for_in_words(site, order):
    slots = {"order": order.number, "day": "smurfday"}
    told = called(site, "action_reschedule_delivery", identity=signed(), slots=slots)
    assert "smurfday" in texts(told)


def test_a_packed_call_is_unpacked_and_what_is_no_call_is_refused_in_a_sentence(site):
    headers = {"X-API-Key": KEY, "Content-Type": "application/json", "Content-Encoding": "deflate"}
    body = json.dumps({"next_action": "action_help", "sender_id": "a"}).encode()
    assert site.http.post(WEBHOOK, content=zlib.compress(body), headers=headers).status_code == 200
    assert site.http.post(WEBHOOK, content=b"no zip", headers=headers).json()["title"] == "Unusable call"
    bomb = zlib.compress(b" " * 50_000_000)
    assert site.http.post(WEBHOOK, content=bomb, headers=headers).status_code == 413
    plain = {"X-API-Key": KEY}
    assert site.http.post(WEBHOOK, content=b"{", headers=plain).status_code == 422
    odd = {
        "next_action": "action_roundsman",
        "sender_id": "a",
        "tracker": {"latest_message": {"entities": [1, "x"], "metadata": 3}},
    }
    assert site.http.post(WEBHOOK, json=odd, headers=plain).status_code == 200
    unknown = site.http.post(WEBHOOK, json={"next_action": "action_x", "sender_id": "a"}, headers=plain)
    assert unknown.status_code == 404
    assert unknown.json()["action_name"] == "action_x"
