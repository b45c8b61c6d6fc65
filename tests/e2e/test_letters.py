"""For those who never open a chat: orders by the API, letters and SMS from the real program, and the ways to end them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time as clock
from pathlib import Path

import httpx
import pytest

from bot.clock import now
from domain.customers import Customer
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import business, order_body
from tests.emulators.sms import Gateway, gateway
from tests.emulators.smtp import MailServer, smtp
from tests.emulators.waiting import PATIENCE
from tests.serving import serve

KEY, TOKEN = "rmk_for-letters", "gateway-token-0123456789"
MAIL, PHONE = "jonas@example.com", "+4930901821"


@dataclass
class World:
    """A running program between a shop, a mail server and a gateway."""

    http: httpx.Client
    mail: MailServer
    phones: Gateway

    def order(self, external_id: str, **customer: str) -> str:
        """An order of the shop; its number."""
        body = order_body(external_id, customer={"name": "Jonas Weber", **customer})
        answer = self.http.post("/api/v1/orders", json=body, headers={"X-API-Key": KEY})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])


@pytest.fixture
def world(database_url: str, tmp_path: Path, trained: Path) -> Iterator[World]:
    folder = tmp_path / "data"
    shutil.copytree(trained, folder / "nlu")
    database = Database(database_url)
    with database.writing() as session:
        business(session)
        session.add(ApiKey(name="shop", hash=hashed(KEY), created_at=now()))
        for contact in ({"email": MAIL}, {"phone": PHONE}):  # at no time of day the tests run is it their night
            session.add(Customer(name="Jonas Weber", quiet_from=clock(3), quiet_until=clock(3), **contact))
    database.close()
    with smtp() as mail, gateway() as phones:
        settings = {
            "ROUNDSMAN_SMTP_URL": mail.url, "ROUNDSMAN_EMAIL_FROM": "Deliveries <hello@shop.example>",
            "ROUNDSMAN_SMS_URL": phones.url, "ROUNDSMAN_SMS_TOKEN": TOKEN, "ROUNDSMAN_PUBLIC_URL": "https://d.example",
        }  # fmt: skip
        with serve(folder, settings, database_url) as serving, httpx.Client(base_url=serving.url, timeout=30) as http:
            yield World(http, mail, phones)


def wait_for(what: Callable[[], object]) -> None:
    """Return when it is the case; fails when it does not become so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_an_order_by_the_api_is_confirmed_by_mail_until_that_is_unwanted(world):
    number = world.order("A-1", email=MAIL)
    wait_for(lambda: world.mail.mails)
    letter = world.mail.mails[0]
    assert letter.message["Subject"].startswith(f"Order {number} is confirmed: ")
    page = next(word for word in letter.part("text/plain").split() if "/t/" in word)
    assert number in world.http.get(page.removeprefix("https://d.example")).text
    stop = str(letter.message["List-Unsubscribe"]).strip("<>").removeprefix("https://d.example")
    assert "Stop the messages?" in world.http.get(stop).text
    assert world.http.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    world.order("A-2", email=MAIL)
    assert world.http.post(stop, data={"messages": "on"}).status_code == 303
    third = world.order("A-3", email=MAIL)
    wait_for(lambda: len(world.mail.mails) > 1)
    assert third in world.mail.mails[1].message["Subject"]


def test_an_order_with_a_number_only_is_confirmed_by_sms_and_stop_ends_that(world):
    number = world.order("A-1", phone=PHONE)
    wait_for(lambda: world.phones.asked)
    assert world.phones.texts[0].startswith(f"Order {number} is confirmed: ")
    assert " https://d.example/t/" in world.phones.texts[0]
    written = {"id": "gw-1", "from": PHONE, "text": "Stop!"}
    answer = world.http.post("/webhooks/sms", json=written, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    wait_for(lambda: len(world.phones.asked) > 1)
    assert world.phones.texts[1] == "You get no more messages from us. START brings them back."
