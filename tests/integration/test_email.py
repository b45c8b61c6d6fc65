"""Notices by e-mail: the real sender, a real mail server, both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.files import Files
from bot.letters import Gone
from bot.outgoing import AT_ONCE
from bot.settings import Settings
from domain.commands import CancelOrder, LoseChannel
from domain.conversations import Conversation, TrackingLink
from domain.customers import Customer
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from storage import outbox
from storage.database import Database
from storage.outbox import DEAD, DROPPED, PENDING, SENT, OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, an_order, business
from tests.emulators.sms import gateway
from tests.emulators.smtp import smtp
from tests.sending import Letters
from tests.written import FROM, URL, at, rows, send_until, send_written, take_order

MAIL = "jonas@example.com"
PHONE = "+4930901821"


@pytest.fixture(autouse=True)
def shop(database: Database):
    with database.writing() as session:
        return business(session)


@pytest.fixture
def server():
    with smtp() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOT_NOW", "SHORTEST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(f"bot.channels.email.delivery.{name}", 0.001)


def send(database: Database, server, **more: object) -> None:
    send_written(database, smtp_url=server.url, email_from=FROM, **more)


def chat(database: Database, channel: str) -> Conversation:
    with database.reading() as session:
        return session.scalars(select(Conversation).where(Conversation.channel == channel)).one()


def token_of(database: Database, order: str) -> str:
    with database.reading() as session:
        return session.scalars(select(TrackingLink).where(TrackingLink.order_number == order)).one().token


def test_who_never_opens_a_chat_gets_the_confirmation_with_the_tracking_link(database, server):
    order = take_order(database, email="Jonas@Example.com", phone="030 901821")
    send(database, server, email_reply_to="people@shop.example")
    (mail,) = server.mails
    page = f"{URL}/t/{token_of(database, order.number)}"
    message = mail.message
    assert (mail.sender, mail.to) == ("hello@shop.example", [MAIL])
    assert message["Subject"] == f"Order {order.number} is confirmed: Tue 5 May, 08:00–12:00"
    assert message["From"] == FROM
    assert message["Reply-To"] == "people@shop.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<outbox-{rows(database)[0].id}@deliveries.example>"
    assert parsedate_to_datetime(str(message["Date"])) == NOW
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{URL}/u/[\w.-]+>", str(message["List-Unsubscribe"]))
    text, page_html = mail.part("text/plain"), mail.part("text/html")
    assert "tomorrow, Tuesday 5 May, 08:00–12:00" in text
    assert page in text
    assert f'href="{page}"' in page_html
    assert "<img" not in page_html
    assert [row.state for row in rows(database)] == [SENT]
    assert rows(database)[0].provider_id == message["Message-ID"]


def test_the_reply_goes_to_the_sender_where_no_other_address_is_set(database, server):
    take_order(database, email=MAIL)
    send(database, server)
    assert server.mails[0].message["Reply-To"] is None


def test_at_night_it_waits_until_the_morning_of_the_depot(database, server):
    night = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)  # 22:30 in Berlin
    take_order(database, now=night, email=MAIL)
    send(database, server, now=night + timedelta(minutes=1))
    send(database, server, now=datetime(2026, 5, 5, 5, 59, tzinfo=UTC))
    assert server.mails == []
    send(database, server, now=datetime(2026, 5, 5, 6, 0, tzinfo=UTC))
    assert len(server.mails) == 1
    assert "tomorrow" in server.mails[0].part("text/plain")


def test_who_wants_no_messages_gets_none(database, server):
    with database.writing() as session:
        session.add(Customer(name="Jonas Weber", email=MAIL, messages_off=True))
    take_order(database, email=MAIL)
    send(database, server)
    assert (server.mails, rows(database)) == ([], [])


def test_what_is_no_longer_true_is_not_sent(database, server):
    order = take_order(database, email=MAIL)
    perform(database, [CancelOrder(order=order.number)], at(OFFICE))
    send(database, server)
    assert [mail.message["Subject"] for mail in server.mails] == [f"Order {order.number} is cancelled"]
    assert [row.state for row in rows(database)] == [DROPPED, SENT]


@pytest.mark.parametrize(
    "trouble",
    [("connect", "no"), ("mail", "451 4.3.0 later"), ("mail", "421 4.7.0 too many"), ("rcpt", "450 4.2.0 greylisted"),
     ("rcpt", "552 5.2.2 mailbox full"), ("data", "452 4.3.1 full"), ("data", "drop")],
)  # fmt: skip
def test_what_fails_for_now_is_sent_afterwards(database, server, trouble):
    server.troubles = [trouble, trouble]
    take_order(database, email=MAIL)
    send(database, server)
    assert len(server.to(MAIL)) == 1
    (row,) = rows(database)
    tries = 1 if trouble[0] == "connect" else 3  # a server that is away says nothing about the letter
    assert (row.state, row.attempts) == (SENT, tries)


def test_a_mail_server_that_is_away_for_long_costs_no_letter(database, server):
    server.troubles = [("connect", "no")] * 30
    take_order(database, email=MAIL)
    send(database, server)
    assert len(server.mails) == 1


def test_a_server_that_does_not_take_the_sender_costs_no_letter(database, server):
    server.troubles = [("mail", "553 5.7.1 this sender may not")] * 12
    take_order(database, email=MAIL)
    send(database, server)
    assert len(server.mails) == 1


def test_a_letter_that_is_refused_for_ever_is_given_up_and_the_address_is_kept(database, server):
    server.troubles = [("data", "554 5.7.1 spam from jonas@example.com")]
    take_order(database, "A-1", email=MAIL)
    take_order(database, "A-2", email=MAIL)
    send(database, server)
    assert [row.state for row in rows(database)] == [DEAD, SENT]
    assert rows(database)[0].error == "the mail server answered 554 5.7.1"
    assert chat(database, "email").dead_at is None


def test_a_server_that_does_not_relay_says_nothing_about_the_address(database, server):
    server.troubles = [("rcpt", "550 5.7.1 relaying denied")]
    take_order(database, email=MAIL)
    send(database, server)
    assert [row.state for row in rows(database)] == [DEAD]
    assert chat(database, "email").dead_at is None


@pytest.mark.parametrize("answer", ["550 5.1.1 <jonas@example.com> unknown", "551 gone", "553 no", "554 5.1.1 no"])
def test_an_address_that_does_not_exist_falls_back_to_sms(database, server, answer):
    server.at_address[MAIL] = answer
    order = take_order(database, email=MAIL, phone=PHONE)
    with gateway() as phones:
        send(database, server, sms_url=phones.url)
    assert chat(database, "email").dead_at is not None
    assert [each.body["to"] for each in phones.asked] == [PHONE]
    assert f"{URL}/t/{token_of(database, order.number)}" in phones.texts[0]
    assert [row.state for row in rows(database)] == [SENT]
    take_order(database, "A-2", email=MAIL, phone=PHONE)
    assert rows(database)[-1].conversation_id == chat(database, "sms").id


def test_a_telegram_chat_that_died_falls_back_to_email(database, server, shop):
    with database.writing() as session:
        session.add(
            Conversation(channel="telegram", address="5001", customer_id=shop.customer.id, created_at=NOW, last_at=NOW)
        )
        number = an_order(session, shop).number
    perform(database, [CancelOrder(order=number)], at(OFFICE))
    telegram = Letters(Gone("blocked"))
    send(database, server, others={"telegram": telegram})
    assert telegram.carried == []
    assert [mail.to for mail in server.mails] == [[shop.customer.email]]
    assert chat(database, "telegram").dead_at is not None


def test_an_address_no_mail_can_be_sent_to_is_gone(database, server):
    take_order(database, email="a,b@example.com", phone=PHONE)
    with gateway() as phones:
        send(database, server, sms_url=phones.url)
    assert server.mails == []
    assert len(phones.asked) == 1


def test_sent_again_after_a_crash_it_is_recognisably_the_same(database, server):
    take_order(database, email=MAIL)
    send(database, server)
    with database.writing() as session:  # as if the crash had fallen between sent and marked
        outbox.change_state(session, None, SENT, PENDING, NOW)
    send(database, server, now=NOW + timedelta(minutes=1))
    first, second = (mail.message["Message-ID"] for mail in server.mails)
    assert first == second


def test_many_letters_share_few_connections(database, server):
    for n in range(30):
        take_order(database, f"A-{n}", email=f"c{n}@example.com")
    send(database, server)
    assert len(server.mails) == 30
    assert server.connections <= 4


def test_the_copy_of_somebodys_data_comes_as_a_file(database, server, tmp_path):
    settings = Settings(data_folder=tmp_path, _env_file=None)  # type: ignore[call-arg]
    kept = Files(settings).keep_file(b"PK data", "copy.zip", "application/zip")
    take_order(database, email=MAIL)
    with database.writing() as session:
        row = session.scalars(select(OutboxRow)).one()
        session.add(
            StoredFile(
                id="f" * 22, kind="export", name="your data.zip", mime="application/zip", path=kept.path, created_at=NOW
            )
        )
        row.media = {"file": "f" * 22}
    send(database, server, data_folder=tmp_path)
    (attachment,) = server.mails[0].message.iter_attachments()
    assert attachment.get_filename() == "your data.zip"
    assert attachment.get_content_type() == "application/zip"
    assert attachment.get_content() == b"PK data"


def test_a_lost_channel_loses_only_what_can_be_told_nowhere(database, server):
    take_order(database, email=MAIL)
    perform(database, [LoseChannel(conversation=chat(database, "email").id, why="bounced")], at(SYSTEM))
    send(database, server)
    assert server.mails == []
    assert [row.state for row in rows(database)] == [DEAD]


def test_a_dead_mail_server_holds_up_no_other_channel(database, monkeypatch):
    monkeypatch.setattr("bot.channels.email.delivery.SHORTEST_PAUSE", 30.0)
    monkeypatch.setattr("bot.channels.email.delivery.LONGEST_PAUSE", 30.0)
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        mails = [chats.find_or_add("email", f"c{n}@example.com", NOW) for n in range(AT_ONCE + 50)]
        last = chats.find_or_add("telegram", "5001", NOW)
        outbox.put(session, [_waiting(each) for each in [*mails, last]])
    telegram = Letters()
    with smtp() as server:
        server.troubles = [("connect", "no")] * 1_000
        send_until(
            database, lambda: telegram.carried, others={"telegram": telegram}, smtp_url=server.url, email_from=FROM
        )
    assert telegram.texts == ["Goodbye. Write any time."]


def _waiting(chat_id: int) -> dict[str, object]:
    return {
        "conversation_id": chat_id, "kind": "Said", "name": "said.goodbye", "facts": {}, "choices": [], "media": {},
        "priority": outbox.PROACTIVE, "state": PENDING, "created_at": NOW,
    }  # fmt: skip
