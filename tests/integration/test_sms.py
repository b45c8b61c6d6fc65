"""Notices by SMS through a gateway, and what people write back: both databases, real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from actions.perform import perform
from bot.channels.sms import routes
from bot.channels.sms.gsm import segments
from bot.compose import Program
from bot.settings import Settings
from bot.web.problems import handle_problems
from domain.cases import Case
from domain.commands import AnswerChat, LoseChannel
from domain.conversations import Conversation, TrackingLink
from domain.customers import Customer
from domain.moment import SYSTEM
from nlu.embedded import Embedded
from storage import inbox
from storage.database import Database
from storage.inbox import InboxRow
from storage.outbox import DEAD, DROPPED, SENT
from tests.builders import OFFICE, business
from tests.emulators.sms import gateway
from tests.emulators.waiting import PATIENCE
from tests.inside import served
from tests.written import URL, at, rows, send_written, take_order

PHONE = "+4930901821"
TOKEN = "gateway-token-0123456789"


@pytest.fixture(autouse=True)
def shop(database: Database):
    with database.writing() as session:
        return business(session)


@pytest.fixture
def phones():
    with gateway() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAUSE", "LONG_PAUSE"):
        monkeypatch.setattr(f"bot.channels.sms.carrier.{name}", 0.001)


def send(database: Database, phones, **more: object) -> None:
    send_written(database, **{"sms_url": phones.url, "sms_token": TOKEN, **more})


def chat(database: Database, channel: str = "sms") -> Conversation:
    with database.reading() as session:
        return session.scalars(select(Conversation).where(Conversation.channel == channel)).one()


def everything(database: Database, kind):
    with database.reading() as session:
        return list(session.scalars(select(kind)))


# Out


def test_who_gave_only_a_number_gets_the_confirmation_with_the_tracking_link(database, phones):
    order = take_order(database, phone="030 901821")
    send(database, phones, sms_sender="Deliveries")
    (asked,) = phones.asked
    (link,) = everything(database, TrackingLink)
    name = f"outbox-{rows(database)[0].id}"
    text = f"Order {order.number} is confirmed: Tue 5 May, 08:00-12:00. {URL}/t/{link.token}\nSTOP ends these."
    assert asked.body == {"id": name, "to": PHONE, "text": text, "sender": "Deliveries"}
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["Idempotency-Key"] == name
    assert segments(text) == 1
    assert [(row.state, row.provider_id) for row in rows(database)] == [(SENT, "sms-1")]


def test_only_the_first_message_tells_how_to_end_them(database, phones):
    take_order(database, "A-1", phone=PHONE)
    send(database, phones)
    take_order(database, "A-2", phone=PHONE)
    send(database, phones)
    assert ["STOP" in text for text in phones.texts] == [True, False]


def test_where_nobody_would_hear_a_stop_there_is_a_link_for_it(database, phones):
    take_order(database, phone=PHONE)
    send(database, phones, sms_token=None)
    assert "STOP" not in phones.texts[0]
    assert f"\nEnd these: {URL}/u/" in phones.texts[0]
    assert "Authorization" not in phones.asked[0].headers


def test_who_has_an_address_and_a_number_hears_once(database, phones):
    take_order(database, email="jonas@example.com", phone=PHONE)
    assert [row.conversation_id for row in rows(database)] == [chat(database, "email").id]


@pytest.mark.parametrize(
    "answer",
    [(429, None, {}), (503, "away", {}), (500, None, {}), (408, None, {}), (401, {"error": "token"}, {}),
     (402, {"error": "no credit"}, {}), (404, "<html>nothing here", {}), (302, "", {"Location": "/other"}), "drop"],
)  # fmt: skip
def test_what_fails_for_now_is_sent_afterwards(database, phones, answer):
    phones.answers = [answer, answer]
    take_order(database, phone=PHONE)
    send(database, phones)
    assert len({asked.body["id"] for asked in phones.asked}) == 1
    assert len(phones.asked) == 3
    assert [row.state for row in rows(database)] == [SENT]
    assert chat(database).dead_at is None


def test_a_gateway_without_credit_costs_no_message(database, phones):
    phones.answers = [(402, {"error": "no credit"}, {})] * 30
    take_order(database, phone=PHONE)
    send(database, phones)
    assert [row.state for row in rows(database)] == [SENT]


def test_a_gateway_that_does_not_answer_is_asked_again(database, phones, monkeypatch):
    monkeypatch.setattr("bot.channels.sms.carrier.PATIENCE", 0.05)
    phones.answers = ["hang"]
    take_order(database, phone=PHONE)
    send(database, phones)
    assert len(phones.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [(404, {"error": "no such number"}, {}), (410, None, {}), (400, {"error": "unreachable"}, {})],
)
def test_a_number_nothing_arrives_at_is_gone(database, phones, answer):
    phones.at_number[PHONE] = answer
    take_order(database, phone=PHONE)
    send(database, phones)
    assert chat(database).dead_at is not None
    assert [row.state for row in rows(database)] == [DEAD]
    take_order(database, "A-2", phone=PHONE)
    assert len(rows(database)) == 1


def test_a_message_that_is_refused_is_given_up(database, phones):
    phones.answer(422, {"error": "text"})
    take_order(database, phone=PHONE)
    send(database, phones)
    assert [(row.state, row.error) for row in rows(database)] == [(DEAD, "the gateway answered 422")]
    assert chat(database).dead_at is None


# In


@dataclass
class Line:
    """The gateway, bringing what people write."""

    http: httpx.Client
    database: Database
    number: str = PHONE
    sent: int = 0

    def say(self, text: str, message_id: str | None = None, **changes: object) -> httpx.Response:
        self.sent += 1
        body = {"id": message_id or f"gw-{self.sent}", "from": self.number, "text": text, **changes}
        answer = self.http.post("/webhooks/sms", json=body)
        if answer.status_code == 200:  # its turn follows by itself
            self._wait_for_turn(f"sms:{body['id']}")
        return answer

    def _wait_for_turn(self, key: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            with self.database.reading() as session:
                if inbox.find(session, key).handled_at is not None:
                    return
            assert time.monotonic() < deadline, "it had no turn"
            time.sleep(0.005)

    def replies(self) -> list[str]:
        return [row.name for row in rows(self.database)]


@pytest.fixture
def line(database: Database, tmp_path: Path, engine: Embedded) -> Iterator[Line]:
    with listening(database, tmp_path, engine, sms_token=TOKEN) as http:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield Line(http, database)


@contextmanager
def listening(database: Database, folder: Path, engine: Embedded, **settings: object) -> Iterator[httpx.Client]:
    given = Settings(data_folder=folder, sms_url="http://127.0.0.1:9/", _env_file=None, **settings)  # type: ignore[arg-type, call-arg]
    with ThreadPoolExecutor(1) as turns, ThreadPoolExecutor(2) as pool:
        program = Program(given, database, turns, pool)
        program.engine = engine
        program.refresh_gazetteer(engine)
        program.load()
        app = FastAPI()
        handle_problems(app)
        app.include_router(routes.routes(program))
        with served(app) as url, httpx.Client(base_url=url, timeout=30) as http:
            yield http


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop! ", "StopAll", "UNSUBSCRIBE.", '"Stop"', "Stop all"])
def test_stop_ends_messages_on_every_channel(database, line, word):
    take_order(database, phone=PHONE)
    assert line.say(word).json() == {"status": "accepted"}
    customer = _customer(database)
    assert customer.messages_off
    assert chat(database).messages_off
    first, reply = rows(database)
    assert (first.state, reply.name) == (DROPPED, "said.messages_off")
    take_order(database, "A-2", phone=PHONE)
    assert len(rows(database)) == 2


def test_start_brings_them_back(database, line):
    take_order(database, phone=PHONE)
    line.say("STOP")
    line.say("Start")
    assert (_customer(database).messages_off, chat(database).messages_off) == (False, False)
    take_order(database, "A-2", phone=PHONE)
    assert line.replies()[-1] == "order.confirmed"


def test_stop_counts_while_a_person_answers_and_start_too(database, line):
    take_order(database, phone=PHONE)
    line.say("I need help")
    line.say("Stop")
    assert _customer(database).messages_off
    line.say("start.")
    assert not _customer(database).messages_off


def test_a_number_that_gave_no_order_can_end_messages_too(database, line):
    line.number = "+4915112345678"
    line.say("STOP")
    take_order(database, phone=line.number)
    assert line.replies() == ["said.messages_off"]


@pytest.mark.parametrize(
    "words", ["Where is my order?", "/track", "cancel RM-10001", "cancel", "yes", "/cancel_order", "Stop by at six", ""]
)
def test_anything_else_goes_to_a_person_and_tells_nothing_of_orders(database, line, words):
    order = take_order(database, phone=PHONE)
    line.say(words)
    (case,) = everything(database, Case)
    assert (case.kind, case.detail["words"]) == ("wish.talk_to_human", [words])
    assert line.replies() == ["order.confirmed", "person.handed_over"]
    assert order.number not in str(rows(database)[1].facts)


def test_the_answer_of_a_person_goes_back_as_an_sms(database, line, phones):
    take_order(database, phone=PHONE)
    send(database, phones)
    line.say("Please ring twice")
    (case,) = everything(database, Case)
    perform(database, [AnswerChat(case=case.name, words="The driver knows.")], at(OFFICE))
    send(database, phones, now=rows(database)[1].created_at)
    assert phones.texts[1].startswith("Thank you. A person")
    assert f"Reference {case.name}." in phones.texts[1]
    assert phones.texts[2] == "The driver knows."
    assert all("STOP" not in text for text in phones.texts[1:])


def test_a_repeated_message_is_the_same_message(database, line):
    for _ in range(3):
        assert line.say("Where is it?", "gw-1").status_code == 200
    assert len(everything(database, InboxRow)) == 1
    assert len(everything(database, Case)) == 1


def test_who_writes_can_be_written_to_again(database, line):
    take_order(database, phone=PHONE)
    perform(database, [LoseChannel(conversation=chat(database).id, why="off")], at(SYSTEM))
    line.say("I am back")
    assert chat(database).dead_at is None


@pytest.mark.parametrize("number", ["4930901821", "0049 30 901821", "+49 (30) 901-821"])
def test_numbers_come_in_many_forms(database, line, number):
    line.say("STOP", **{"from": number})
    assert chat(database).address == PHONE


@pytest.mark.parametrize(
    ("body", "status"),
    [({"id": "1", "from": "Bank", "text": "x"}, 422), ({"id": "1", "from": "12345", "text": "x"}, 422),
     ({"from": PHONE, "text": "x"}, 422), ({"id": "", "from": PHONE}, 422), ([], 422),
     ({"id": "1", "from": PHONE, "text": "x" * 70_000}, 413)],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_sentence(database, line, body, status):
    response = line.http.post("/webhooks/sms", json=body)
    assert response.status_code == status
    assert response.json()["detail"]
    assert everything(database, InboxRow) == []


def test_only_the_gateway_comes_in(database, line):
    line.http.headers["Authorization"] = "Bearer guessed"
    assert line.say("STOP").status_code == 401
    del line.http.headers["Authorization"]
    assert line.say("STOP").status_code == 401
    assert everything(database, InboxRow) == []


def test_without_a_token_nobody_does(database, tmp_path, engine):
    with listening(database, tmp_path, engine) as http:
        body = {"id": "1", "from": PHONE, "text": "STOP"}
        assert http.post("/webhooks/sms", json=body, headers={"Authorization": "Bearer x"}).status_code == 404


def _customer(database: Database) -> Customer:
    with database.reading() as session:
        return session.scalars(select(Customer).where(Customer.phone == PHONE, Customer.name == "Jonas Weber")).one()
