"""What leaves the outbox: in order, replies first, only what is still true, by the next channel where one is dead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from actions.telling import tell
from bot.clock import now
from bot.letters import Gone, Later, Rejected
from domain.commands import CreateOrder, LoseChannel, RegainChannel
from domain.conversations import Conversation
from domain.moment import SYSTEM, Moment
from domain.notices import PersonSaid
from domain.orders import Order
from domain.policies import Policies
from storage import leases, outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW, Business, business, counting, order_body
from tests.sending import Letters, send_due

ALL = Policies(channels=frozenset({"telegram", "email", "sms"}))
#: Seven in the morning in Berlin, and noon.
EARLY, NOON = NOW.replace(hour=5), NOW.replace(hour=10)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def chat(database: Database) -> int:
    """A Telegram chat of nobody in particular."""
    with database.writing() as session:
        return UnitOfWork(session, API).chats.find_or_add("telegram", "77", NOW, "en")


def waits(database: Database, chat: int, *names: str, priority: int = outbox.REPLY, **values: object) -> None:
    rows = [
        {"conversation_id": chat, "kind": "Said", "name": f"said.{name}", "facts": {}, "choices": [], "media": {},
         "about": None, "good_until": None, "priority": priority, "not_before": None, "state": outbox.PENDING,
         "created_at": now(), **values}
        for name in names
    ]  # fmt: skip
    database.retrying(lambda session: outbox.put(session, rows))


def states(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(row.name, row.state) for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))]


def test_replies_go_before_what_nobody_asked_for_and_each_in_order(database, chat):
    waits(database, chat, "goodbye", priority=outbox.PROACTIVE)
    waits(database, chat, "welcome", "dropped")
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert [letter.row.name for letter in letters.carried] == ["said.welcome", "said.dropped", "said.goodbye"]
    assert {state for _, state in states(database)} == {"sent"}
    with database.reading() as session:
        assert [row.provider_id for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))] == ["3", "1", "2"]


def test_what_is_held_is_not_sent_and_holds_up_nobody(database, chat):
    waits(database, chat, "goodbye", priority=outbox.PROACTIVE, not_before=now() + timedelta(hours=1))
    waits(database, chat, "welcome", priority=outbox.PROACTIVE)
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert [letter.row.name for letter in letters.carried] == ["said.welcome"]
    assert states(database) == [("said.goodbye", "pending"), ("said.welcome", "sent")]


def test_a_message_that_can_never_be_sent_is_dead_and_releases_the_next(database, chat):
    waits(database, chat, "welcome", "goodbye")
    send_due(database, {"telegram": Letters(Rejected("message is too long"))})
    assert states(database) == [("said.welcome", "dead"), ("said.goodbye", "sent")]


def test_trouble_that_may_pass_keeps_the_order(database, chat):
    waits(database, chat, "welcome", "goodbye")
    letters = Letters(Later(0.01, "no answer"), Later(0.01, "no answer"))
    send_due(database, {"telegram": letters})
    assert [letter.row.name for letter in letters.carried] == ["said.welcome", "said.goodbye"]


def test_after_ten_failures_a_message_is_dead(database, chat):
    waits(database, chat, "welcome", "goodbye", attempts=0)
    send_due(database, {"telegram": Letters(*[Later(0.0001, "no answer")] * 10)})
    assert states(database) == [("said.welcome", "dead"), ("said.goodbye", "sent")]


def test_without_the_channel_a_message_is_dead_and_says_why(database, chat):
    waits(database, chat, "welcome")
    send_due(database)
    with database.reading() as session:
        assert session.exec(select(OutboxRow.error)).one() == "this installation has no telegram"


def test_dead_letters_are_sent_again_or_dropped_by_hand(database, chat):
    waits(database, chat, "welcome", "goodbye")
    send_due(database)
    with database.writing() as session:
        first = session.exec(select(OutboxRow.id).order_by(OutboxRow.id)).first()
        assert outbox.change_state(session, [first], outbox.DEAD, outbox.PENDING, now()) == 1
        assert outbox.change_state(session, None, outbox.DEAD, outbox.DROPPED, now()) == 1
        assert outbox.change_state(session, None, outbox.DEAD, outbox.DROPPED, now()) == 0
    send_due(database, {"telegram": Letters()})
    assert [state for _, state in states(database)] == ["sent", "dropped"]


def test_nobody_else_sends_to_a_leased_recipient_until_the_lease_ends(database, chat):
    waits(database, chat, "welcome")
    at = now()
    with database.writing() as session:
        assert list(outbox.claim(session, "one", at, at + timedelta(seconds=15))) == [chat]
    with database.writing() as session:
        assert outbox.claim(session, "two", at, at + timedelta(seconds=15)) == {}
    with database.writing() as session:
        later = at + timedelta(seconds=16)
        rows = outbox.claim(session, "two", later, later + timedelta(seconds=15))[chat]
        assert outbox.count_repeats(session, rows) == 1


def test_a_lease_is_renewed_by_its_holder_alone(database):
    until = NOW + timedelta(seconds=15)
    with database.writing() as session:
        assert leases.take(session, ["poller"], "a", NOW, until) == {"poller"}
        assert leases.take(session, ["poller"], "b", NOW, until) == set()
        assert leases.take(session, ["poller"], "a", NOW, until) == {"poller"}
        leases.release(session, ["poller"], "b")
        assert leases.take(session, ["poller"], "b", NOW, until) == set()
        leases.release(session, ["poller"], "a")
        assert leases.take(session, ["poller"], "b", NOW, until) == {"poller"}


# Where customers are told


def ordered(database: Database, at: datetime = NOON, **customer: object) -> Order:
    body = order_body("A-1")
    body["customer"] = {"name": "Jonas Weber", **customer}
    moment = Moment(at, API, "test", counting("ord"), policies=ALL)
    perform(database, [CreateOrder.model_validate(body)], moment)
    with database.reading() as session:
        return session.exec(select(Order)).one()


def told(database: Database) -> list[tuple[str, str | None]]:
    """Channel and address of everything that was or will be said."""
    with database.reading() as session:
        chats = {chat.id: chat for chat in session.exec(select(Conversation))}
        rows = session.exec(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [(chats[row.conversation_id].channel, chats[row.conversation_id].address) for row in rows]


def test_an_order_is_confirmed_by_mail_else_by_sms(database, shop):
    ordered(database, email="jonas@example.com", phone="030 901821")
    assert told(database) == [("email", "jonas@example.com")]


def test_with_a_number_only_by_sms(database, shop):
    ordered(database, phone="030 901821")
    assert told(database) == [("sms", "+4930901821")]


def test_with_neither_by_nothing(database, shop):
    ordered(database)
    assert told(database) == []


def test_at_night_it_is_held_until_morning_in_the_depots_zone(database, shop):
    ordered(database, at=EARLY, email="jonas@example.com")
    with database.reading() as session:
        assert session.exec(select(OutboxRow.not_before)).one() == NOW.replace(hour=6)  # 08:00 in Berlin


@pytest.mark.parametrize(
    ("hour", "zone", "until"),
    [(5, "America/Sao_Paulo", 11), (5, "Asia/Tokyo", None), (10, "Europe/Berlin", None), (13, "Asia/Tokyo", 23)],
)
def test_who_lives_elsewhere_is_left_in_peace_by_their_own_clock(database, shop, hour, zone, until):
    ordered(database, at=NOW.replace(hour=hour), email="jonas@example.com", zone=zone)
    with database.reading() as session:
        held = session.exec(select(OutboxRow.not_before)).one()
    assert held == (NOW.replace(hour=until) if until is not None else None)


def test_who_wants_no_messages_gets_none(database, shop):
    with database.writing() as session:
        shop_customer = UnitOfWork(session, API).customers.get(shop.customer.id)
        shop_customer.messages_off, shop_customer.email = True, "off@example.com"
    ordered(database, email="off@example.com")
    assert told(database) == []


def test_a_dead_channel_hands_on_what_waits_and_comes_back(database, shop):
    ordered(database, email="jonas@example.com", phone="030 901821")
    with database.reading() as session:
        mail = session.exec(select(Conversation)).one()
    at = Moment(NOON, SYSTEM, "test", counting("lost"), policies=ALL)
    perform(database, [LoseChannel(conversation=mail.id, why="no such mailbox")], at)
    assert told(database) == [("sms", "+4930901821")]
    perform(database, [RegainChannel(conversation=mail.id)], at)
    with database.reading() as session:
        assert session.get(Conversation, mail.id).dead_at is None


def test_the_sender_falls_back_when_nobody_is_there(database, shop):
    ordered(database, email="jonas@example.com", phone="030 901821")
    mail, sms = Letters(Gone("no such mailbox")), Letters()
    with database.writing() as session:  # the builders' day is long past
        session.execute(OutboxRow.__table__.update().values(good_until=None))
    send_due(
        database,
        {"email": mail, "sms": sms},
        smtp_url="smtp://127.0.0.1:1",
        email_from="a@b.example",
        sms_url="http://127.0.0.1:1",
    )
    assert mail.carried == []
    assert len(sms.carried) == 1
    assert "confirmed" in sms.texts[0]


def test_what_a_person_wrote_goes_to_the_next_channel_with_the_rest(database, shop):
    ordered(database, email="jonas@example.com", phone="030 901821")
    with database.reading() as session:
        mail = session.exec(select(Conversation)).one()
    waits(database, mail.id, "welcome")
    said = PersonSaid(chat=mail.id, words="Hello Jonas, it is blue.")
    at = Moment(NOON, SYSTEM, "test", counting("lost"), policies=ALL)
    database.retrying(lambda session: tell(said, UnitOfWork(session, SYSTEM), at))
    perform(database, [LoseChannel(conversation=mail.id, why="no such mailbox")], at)
    assert told(database) == [("sms", "+4930901821"), ("email", "jonas@example.com"), ("sms", "+4930901821")]
    assert [state for _, state in states(database)] == ["pending", "dead", "pending"]
