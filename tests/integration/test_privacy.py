"""What customers may ask about their data; and that nothing of them is left, in any table or file."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select as core_select
from sqlmodel import select

from actions.perform import perform
from bot.jobs import run_due_jobs
from bot.privacy import export
from bot.settings import Settings
from domain.approvals import Approval
from domain.cases import Case
from domain.commands import CreateOrder, RemoveStaff
from domain.conversations import Conversation, OrderProof, TrackingLink
from domain.customers import Customer
from domain.deliveries import DeliveryProof, Rating, StoredFile
from domain.events import note
from domain.learning import Utterance
from domain.moment import SYSTEM
from domain.notices import Choice
from domain.orders import Order
from domain.refunds import Refund, StoreCredit
from domain.routes import Route, Stop
from domain.staff import Staff
from domain.travel.visits import Visit
from storage import inbox, outbox, personal
from storage.database import Database
from storage.inbox import InboxRow
from storage.jobs import JobRow
from storage.schema import METADATA
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    API,
    NOW,
    Business,
    a_case,
    a_customer,
    a_link,
    a_return,
    a_staff_member,
    a_stop,
    an_order,
    business,
    moment,
    order_body,
)
from tests.sending import send_due
from tests.talking import Talk

#: Stands in everything personal.
MARK = "zzmarkzz"


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_folder=tmp_path / "data", database_url=database_url, _env_file=None)  # type: ignore[call-arg]


def test_it_tells_what_is_kept_and_offers_both(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("what do you know about me", "privacy_request") == ["said.privacy"]
    assert [choice["label"] for choice in talk.choices()] == [
        "choice.export_data", "choice.erase_data", "choice.not_learn",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["send me a copy of my data", "delete all my data please"])
def test_a_stranger_gets_neither(database, shop, words):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered")
    talk = Talk(database)
    talk.say("where is it", "track_order", order_number=order.number)
    talk.say(order.postcode, postcode=order.postcode)
    assert talk.say(words, "privacy_request") == ["refused.who_asks_for_data"]
    with database.reading() as session:
        assert session.get(Customer, shop.customer.id).erased_at is None
        assert session.exec(select(JobRow)).all() == []


def test_nothing_is_erased_while_an_order_is_under_way(database, shop):
    with database.writing() as session:
        an_order(session, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("delete my data", "privacy_request") == ["refused.orders_under_way"]
    assert "choice.cancel_an_order" in [choice["label"] for choice in talk.choices()]


def test_erasing_is_confirmed_and_no_keeps_everything(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("delete my data", "privacy_request") == ["ask.confirm.AskPrivacy"]
    assert talk.press("choice.no") == ["said.kept"]
    with database.reading() as session:
        assert session.get(Customer, shop.customer.id).name


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("no, just send me a copy", "deny", "said.export_there"),
        ("wait, what do you keep about me?", "privacy_request", "said.privacy"),
        ("yes, delete everything", "privacy_request", "said.erased"),
    ],
)
def test_before_it_is_erased_something_else_can_be_wished_for(database, shop, text, intent, said):
    talk = Talk(database, shop.customer.id)
    talk.say("delete my data", "privacy_request")
    assert talk.say(text, intent) == [said]
    with database.reading() as session:
        assert (session.get(Customer, shop.customer.id).erased_at is None) == (said != "said.erased")


def test_a_copy_comes_as_a_file_with_everything_of_theirs_and_of_nobody_else(database, shop, settings):
    with database.writing() as session:
        mine = an_order(session, shop, status="delivered")
        session.add(Rating(order_number=mine.number, score=5, words="lovely", at=NOW))
        other = a_customer(session, name="Somebody Else", email="else@example.com")
        theirs = an_order(session, shop, customer=other)
    talk = Talk(database, shop.customer.id, channel="web")
    talk.say("hello there")
    assert talk.say("send me a copy of my data", "privacy_request") == ["said.export_coming"]
    run_due_jobs(database, settings)
    with database.reading() as session:
        stored = session.exec(select(StoredFile)).one()
        ready = session.exec(select(outbox.OutboxRow)).all()[-1]
    assert (ready.name, ready.media["file"]) == ("privacy.ready", stored.id)
    with zipfile.ZipFile(settings.folder("files") / str(stored.path)) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["customer"][0]["name"] == shop.customer.name
    assert [order["number"] for order in data["orders"]] == [mine.number]
    assert data["rating"][0]["words"] == "lovely"
    assert "hello there" in [row["text"] for row in data["inbox"]]
    assert theirs.number not in json.dumps(data)
    assert "Somebody Else" not in json.dumps(data)


def test_where_nothing_can_be_said_later_it_says_where_the_copy_will_be(database, shop, settings):
    talk = Talk(database, shop.customer.id, channel="rest")
    assert talk.say("send me a copy of my data", "privacy_request") == ["said.export_there"]
    run_due_jobs(database, settings)
    with database.reading() as session:
        stored = session.exec(select(StoredFile)).one()
        told = [row.name for row in session.exec(select(outbox.OutboxRow))]
    assert (stored.id, stored.customer_id) == (talk.facts["file"], shop.customer.id)
    assert told == ["said.export_there"]


def test_work_that_is_done_again_after_a_crash_makes_no_second_copy(database, shop, settings):
    talk = Talk(database, shop.customer.id, channel="web")
    talk.say("send me a copy of my data", "privacy_request")
    with database.reading() as session:
        job = session.exec(select(JobRow)).one()
    for _ in range(2):
        export(database, settings, job)
    with database.reading() as session:
        assert len(session.exec(select(StoredFile)).all()) == 1
        told = [row.name for row in session.exec(select(outbox.OutboxRow))]
    assert told.count("privacy.ready") == 1
    assert len(list(settings.folder("files").iterdir())) == 1


# Erasing


def marked(database: Database, settings: Settings) -> tuple[int, int]:
    """A customer with something marked in every table and file that can hold anything of theirs; and another one."""
    body = order_body("shop-77", lines=[{"sku": "SKU-1", "quantity": 1}])
    body["customer"] |= {"name": f"{MARK} Weber", "email": f"{MARK}@example.com", "external_id": MARK}
    body["address"] |= {"street": f"{MARK}str. 8", "city": MARK}
    body["instructions"] = MARK
    perform(database, [CreateOrder.model_validate(body)], moment(API))
    files = settings.folder("files")
    (files / "a.jpg").write_text(MARK)
    (files / "a-small.jpg").write_text(MARK)
    with database.writing() as session:
        order = session.exec(select(Order)).one()
        order.status, order.wishes = "delivered", {"code": MARK}
        customer_id = order.customer_id
        uow = UnitOfWork(session, API)
        at = moment(API)
        uow.record(note(order, "place", at, MARK, MARK, reason=MARK))
        uow.flush()
        chat_id = uow.chats.find_or_add("telegram", MARK, NOW, "en")
        chat = uow.chats.lock(chat_id)
        chat.bind(customer_id)
        chat.opened, chat.dialogue = {order.number: NOW.isoformat()}, {"last": MARK}
        inbox.save(session, MARK, chat_id, MARK, {"update": MARK}, NOW)
        inbox.mark_handled(session, 1, NOW, "done")
        row = {"conversation_id": chat_id, "kind": "Said", "name": "said.welcome", "facts": {"x": MARK}, "choices": [],
               "media": {}, "about": order.number, "good_until": None, "priority": 1, "state": "sent", "created_at": NOW,
               "sent_at": NOW}  # fmt: skip
        outbox.put(session, [row])
        uow.chats.add_buttons(
            [
                {
                    "id": "b" * 22,
                    "conversation_id": chat_id,
                    "question": None,
                    "choice": {"label": MARK},
                    "expires_at": NOW,
                }
            ]
        )
        somebody = Staff(name="Mia Kept", role="warehouse", added_at=NOW)
        uow.add(somebody)
        uow.add(
            Approval(
                command="AdjustStock", slots={"reason": MARK, "order": order.number}, asked_by=somebody.id or 0,
                asked_at=NOW, expires_at=NOW,
            )
        )  # fmt: skip
        case = a_case(session, "problem.damaged", order, words=[MARK])
        case.conversation_id = chat_id
        uow.record(note(case, "opened", at, None, "open", words=MARK))
        uow.flush()
        a_link(session, order)
        session.add(TrackingLink(token="t" * 22, order_number=order.number, created_at=NOW)) if not session.exec(
            select(TrackingLink)
        ).first() else None
        session.add(OrderProof(number=order.number, failures=1, failed_at=NOW))
        session.add(
            StoredFile(id="f" * 22, kind="photo", name=MARK, path="a.jpg", thumbnail="a-small.jpg", source=MARK,
                       customer_id=customer_id, conversation_id=chat_id, order_number=order.number, created_at=NOW)
        )  # fmt: skip
        session.flush()
        session.add(DeliveryProof(order_number=order.number, at=NOW, name=MARK, photo_id="f" * 22, lat=52.1, lon=13.1))
        session.add(Rating(order_number=order.number, score=2, words=MARK, at=NOW))
        heard = {"audience": "customer", "language": "en", "example": MARK, "why": "unsure", "at": NOW}
        uow.utterances.keep(Utterance(**heard, conversation_id=chat_id, customer_id=customer_id))
        route = Route(depot_id=order.depot_id or 0, day=NOW.date(), status="completed")
        uow.add(route)
        stop = a_stop(session, route, order, status="completed", lat=52.53161, lon=13.38172)
        session.add(
            Visit(
                stop_id=stop.id, depot_id=route.depot_id, building=stop.place.digest(), arrived_at=NOW, planned=9, served=9
            )
        )  # fmt: skip
        uow.want(f"locate:{order.number}", "locate", {"order": order.number, "said": MARK}, NOW + timedelta(days=9000))
        made = a_return(session, order, "SKU-1", now=NOW, words=MARK)
        made.words, made.street, made.status = MARK, MARK, "closed"
        uow.add(
            Refund(
                key="refund",
                return_id=made.id,
                status="issued",
                order_number=order.number,
                amount=1,
                currency="EUR",
                why=MARK,
                created_at=NOW,
            )
        )
        uow.add(StoreCredit(key="credit", customer_id=customer_id, amount=1, currency="EUR", why=MARK, created_at=NOW))
        other = a_customer(session, name="Keepme Kept", email="keepme@example.com")
        return customer_id, other.id or 0


def everything(database: Database) -> dict[str, str]:
    """Every table's rows as text."""
    with database.reading() as session:
        return {
            name: json.dumps([list(map(str, row)) for row in session.execute(core_select(table))])
            for name, table in METADATA.tables.items()
        }


def test_erasing_leaves_nothing_in_any_table_or_file(database, database_url, shop, settings):
    customer_id, _ = marked(database, settings)
    before = everything(database)
    holding = {holding.name for holding in personal.HOLDINGS}
    assert {name for name, rows in before.items() if MARK in rows} >= holding - {
        "tracking_link",
        "deep_link",
        "order_proof",
        "visit",
        "driver_report",
    }
    talk = Talk(database, customer_id)
    talk.say(f"hello from {MARK}")
    talk.say("delete everything you have about me", "privacy_request")
    assert talk.press("choice.yes") == ["said.erased"]
    send_due(database)
    run_due_jobs(database, settings)
    after = everything(database)
    assert [name for name, rows in after.items() if MARK in rows.lower()] == []
    for table in (
        "conversation",
        "inbox",
        "outbox",
        "button",
        "stored_file",
        "tracking_link",
        "deep_link",
        "order_proof",
    ):
        assert after[table] == "[]", table
    left = [path for path in settings.data_folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    assert left == []
    if database.is_sqlite:
        folder = Path(database_url.removeprefix("sqlite:///")).parent
        assert [path.name for path in folder.glob("roundsman.db*") if MARK.encode() in path.read_bytes()] == []


def test_erasing_leaves_nothing_of_them_where_staff_talk(database, shop, settings):
    """Whatever the office asked for, read, wrote and answered about them, also in the chat of somebody who left."""
    customer_id, _ = marked(database, settings)
    words = "zzanswerzz"
    with database.writing() as session:
        customer = session.get(Customer, customer_id)
        customer.phone, email = "+493055501234", customer.email
        case = a_case(session, "wish.talk_to_human", None, words=[MARK])
        case.conversation_id, reference = 1, case.name
    ann = a_staff_member(database, "Ann Zzleft", "dispatcher", "U0ANN")
    desk = Talk(database, staff_id=ann, channel="slack", address="U0ANN")
    desk.say("who has +493055501234", "find_order", phone="+493055501234")
    desk.say(f"find {email}", "find_order", email=email)
    answer = Choice(label="x", command="AnswerChat", slots={"case": reference, "words": words})
    assert "desk.case_done" in desk.fill_in(answer)
    with database.writing() as session:  # what is written in the thread of an exception
        row = inbox.save(session, "slack:thread", desk.conversation_id, words, {"wish": answer.model_dump()}, NOW)
        inbox.mark_handled(session, row, NOW, "done")
    assert desk.fill_in(Choice(label="x", command="ShowCase", slots={"case": reference})) == ["desk.case"]
    perform(database, [RemoveStaff(person="U0ANN")], moment(SYSTEM))
    talk = Talk(database, customer_id)
    talk.say("delete everything you have about me", "privacy_request")
    assert talk.press("choice.yes") == ["said.erased"]
    after = everything(database)
    for secret in (MARK, "+493055501234", email, words):
        assert [name for name, rows in after.items() if secret.lower() in rows.lower()] == [], secret
    assert reference not in after["outbox"] + after["button"]


def test_accounting_keeps_orders_with_their_sums(database, shop, settings):
    customer_id, other = marked(database, settings)
    talk = Talk(database, customer_id)
    talk.say("delete my data", "privacy_request")
    talk.press("choice.yes")
    with database.reading() as session:
        order = session.exec(select(Order)).one()
        assert session.exec(select(Visit.building)).one() is None
        assert session.exec(select(Stop.lat, Stop.lon)).one() == (pytest.approx(52.53), pytest.approx(13.38))
        assert (order.total, order.status, order.postcode, order.street) == (3990, "delivered", "10", "")
        assert len(UnitOfWork(session, API).orders.lines([order])[order.id]) == 1
        assert {each.kind for each in session.exec(select(Case))} == {"problem.damaged", "return_review"}
        assert session.exec(select(Rating)).one().score == 2
        assert session.get(Customer, other).name == "Keepme Kept"


def test_whoever_is_erased_hears_nothing_more_and_is_nobody_in_the_chat(database, shop, settings):
    customer_id, _ = marked(database, settings)
    talk = Talk(database, customer_id)
    talk.say("delete my data", "privacy_request")
    talk.press("choice.yes")
    talk.customer_id = None
    assert talk.say("where is my order", "track_order") == ["ask.order_number"]
    with database.reading() as session:
        assert session.exec(select(Conversation.customer_id)).all() == [None]


def test_the_chat_goes_only_after_its_last_answer_is_sent(database, shop, settings):
    marked(database, settings)
    with database.writing() as session:
        chat = session.exec(select(Conversation)).one()
        row_id = inbox.save(session, "k", chat.id, "/x", {}, NOW)
        assert personal.erase_chat(session, chat.id) is False
        inbox.mark_handled(session, row_id, NOW, "done")
        assert personal.erase_chat(session, chat.id) is True
    with database.reading() as session:
        assert session.exec(select(InboxRow)).all() != []  # it is somebody's


def test_every_table_is_known_to_hold_something_personal_or_not():
    known = {holding.name for holding in personal.HOLDINGS} | personal.IMPERSONAL
    assert known == set(METADATA.tables), "say in storage/personal.py what becomes of it"


def test_personal_columns_are_scrubbed_or_deleted_whole():
    """Free text that stays must be named: what a table keeps is decided, not forgotten."""
    kept: dict[str, Any] = {
        holding.name: {column.name for column in holding.table.c} - set(holding.scrubbed(holding.table))
        for holding in personal.HOLDINGS
        if holding.scrubbed is not None
    }
    assert kept["customer"] == {"id", "erased_at"}
    assert not kept["orders"] & {"street", "city", "postcode", "lat", "lon", "instructions", "wishes", "request"}
