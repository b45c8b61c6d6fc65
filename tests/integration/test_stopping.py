"""The page behind the link that ends messages, and the one click of mail programs; both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from bot.channels.links import conversation_of, stop_page
from bot.compose import Program
from bot.settings import Settings
from bot.web.limits import Limits
from bot.web.pages import Pages
from bot.web.problems import handle_problems
from bot.web.stopping import add_stopping
from domain.conversations import Conversation
from domain.customers import Customer
from storage.database import Database
from storage.outbox import DROPPED, PENDING
from tests.builders import business
from tests.emulators.smtp import smtp
from tests.inside import served
from tests.written import FROM, URL, rows, send_written, take_order

SECRET = "s" * 40
MAIL, PHONE = "jonas@example.com", "+4930901821"


@pytest.fixture
def http(database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    with database.writing() as session:
        business(session)
    settings = Settings(data_folder=tmp_path, public_url=URL, secret_key=SECRET, _env_file=None)  # type: ignore[arg-type, call-arg]
    with ThreadPoolExecutor(2) as pool:
        program = Program(settings, database, pool, pool)
        app = FastAPI()
        app.state.limits = Limits(settings)
        handle_problems(app)
        add_stopping(app, program, Pages(program))
        with served(app) as url, httpx.Client(base_url=url, timeout=30) as client:
            yield client


@pytest.fixture
def path(database: Database, http: httpx.Client) -> str:
    """The link in the confirmation of an order, as it was mailed."""
    take_order(database, email=MAIL, phone=PHONE)
    with smtp() as server:
        send_written(database, smtp_url=server.url, email_from=FROM)
    link = str(server.mails[0].message["List-Unsubscribe"]).strip("<>")
    assert link in server.mails[0].part("text/plain")
    assert link in server.mails[0].part("text/html")
    return link.removeprefix(URL)


def off(database: Database) -> tuple[bool, bool]:
    """Whether messages are off for the customer, and for the address."""
    with database.reading() as session:
        customer = session.scalars(select(Customer).where(Customer.email == MAIL)).one()
        chat = session.scalars(select(Conversation).where(Conversation.channel == "email")).one()
        return customer.messages_off, chat.messages_off


def test_looking_at_the_page_changes_nothing(database, http, path):
    page = http.get(path)
    assert page.status_code == 200
    assert "Stop the messages?" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert off(database) == (False, False)


def test_its_button_ends_messages_on_every_channel(database, http, path):
    take_order(database, "A-2", email=MAIL, phone=PHONE)
    assert rows(database)[-1].state == PENDING
    answer = http.post(path, data={"messages": "off"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "You get no more messages" in http.get(path).text
    assert off(database) == (True, True)
    assert rows(database)[-1].state == DROPPED
    take_order(database, "A-3", email=MAIL, phone=PHONE)
    assert len(rows(database)) == 2


def test_and_brings_them_back(database, http, path):
    http.post(path, data={"messages": "off"})
    assert http.post(path, data={"messages": "on"}).status_code == 303
    assert off(database) == (False, False)
    take_order(database, "A-2", email=MAIL, phone=PHONE)
    assert len(rows(database)) == 2


@pytest.mark.parametrize(
    "sent",
    [{"data": {"List-Unsubscribe": "One-Click"}}, {"files": {"List-Unsubscribe": (None, "One-Click")}}, {},
     {"data": {"List-Unsubscribe": "One-Click"}, "headers": {"Sec-Fetch-Site": "cross-site"}},
     {"content": b"\xff" * 20_000}],
)  # fmt: skip
def test_the_click_of_a_mail_program_is_enough_and_is_not_redirected(database, http, path, sent):
    answer = http.post(path, **sent)
    assert answer.status_code == 200
    assert "You get no more messages" in answer.text
    assert off(database) == (True, True)
    assert http.post(path, **sent).status_code == 200


def test_a_forged_link_opens_nothing_and_says_so(database, http, path):
    token = path.removeprefix("/u/")
    number, _, signature = token.partition(".")
    forged = [f"{number}.{signature[:-2]}AA", "Mg." + signature, number, "x" * 5_000, "…", "%00"]
    for each in forged:
        for answer in (http.get(f"/u/{each}"), http.post(f"/u/{each}", data={"messages": "off"})):
            assert answer.status_code == 404
            assert "This link does not work" in answer.text
    assert off(database) == (False, False)


def test_links_of_another_purpose_or_installation_open_nothing():
    ours, others = (Settings(secret_key=key * 40, _env_file=None) for key in ("s", "t"))  # type: ignore[arg-type, call-arg]
    token = stop_page(others, 7).rpartition("/")[2]
    assert conversation_of(token, others) == 7
    assert conversation_of(token, ours) is None


def test_an_address_without_a_customer_can_be_silenced_too(database, http, path):
    with database.writing() as session:
        session.scalars(select(Conversation).where(Conversation.channel == "email")).one().customer_id = None
    assert http.post(path, data={"messages": "off"}).status_code == 303
    assert off(database) == (False, True)


def test_the_page_needs_no_script_and_keeps_its_secret(http, path):
    page = http.get(path)
    assert re.search(rf'<form method="post" action="{re.escape(path)}">', page.text)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert MAIL not in page.text
