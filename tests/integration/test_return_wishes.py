"""Wishes about returns as people write them, understood by the trained engine, do what was wished."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.moment import SYSTEM
from domain.returns import Return
from nlu.embedded import Embedded
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import an_order, business, return_policy
from tests.talking import Talk

BERLIN = ZoneInfo("Europe/Berlin")


class Chat:
    """A customer whose words the engine reads."""

    def __init__(self, database: Database, engine: Embedded) -> None:
        self.engine, self.database = engine, database
        with database.writing() as session:
            self.shop = shop = business(session)
            return_policy(session)
            an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
        self.talk = Talk(database, shop.customer.id)

    def write(self, text: str) -> list[str]:
        return self.talk.hear(self.engine.parse(text, "customer", self.talk.now, BERLIN))

    def made(self) -> Return | None:
        with self.database.reading() as session:
            return UnitOfWork(session, SYSTEM).returns.find("RET-1001")


@pytest.fixture
def chat(database, engine) -> Chat:
    return Chat(database, engine)


@pytest.fixture
def approved(chat) -> Chat:
    """A return of a kettle was approved; what the customer gets for it and how it comes back is open."""
    chat.write("I want to send the kettle back, it is unopened, I changed my mind")
    made = chat.made()
    assert made is not None
    assert made.status == "approved"
    return chat


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("store credit is fine by me", {"resolution": "credit"}),
        ("ill take the voucher then", {"resolution": "credit"}),
        ("refund to my card pls", {"resolution": "refund"}),
        ("print a label for me pls", {"way": "label"}),
        ("i'd rather post it myself", {"way": "label"}),
    ],
)
def test_short_answers_to_a_decision_choose(approved, words: str, chosen: dict[str, Any]):
    approved.write(words)
    made = approved.made()
    assert {name: getattr(made, name) for name in chosen} == chosen


@pytest.mark.parametrize(
    "words", ["come and get it on friday", "can someone collect it tomorrow morning", "send the driver on thursday to pick it up"]
)  # fmt: skip
def test_a_day_is_one_to_collect_it(approved, words: str):
    asked = approved.write(words)
    made = approved.made()
    assert made is not None
    assert made.way == "pickup" or asked[0].startswith("ask.pickup"), asked


@pytest.mark.parametrize(
    "words",
    [
        "cancel the return",
        "cancel my return please",
        "i changed my mind, i keep it",
        "forget the return, we're keeping it",
        "dont bother collecting it im keeping the kettle",
        "actually ill hang on to it, scrap that return",
        "can you call off RET-1001, it works now",
    ],
)
def test_a_return_is_given_up_in_any_words(approved, words: str):
    assert approved.write(words) == ["ask.confirm.CancelReturn"]
    approved.write("yes")
    made = approved.made()
    assert made is not None
    assert made.status == "cancelled"


@pytest.mark.parametrize("words", ["when do i get my money", "was my return approved or not", "RET-1001 any movement"])
def test_asking_for_it_tells_and_changes_nothing(approved, words: str):
    assert approved.write(words) == ["return.tracked"]
    made = approved.made()
    assert made is not None
    assert (made.status, made.resolution) == ("approved", None)


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("the kettle came with a dent", "report_problem"),
        ("app says delivered but i got nothing", "report_problem"),
        ("deliver it on monday instead", "reschedule_delivery"),
        ("change the pick up of RET-1203 to friday", "reschedule_delivery"),
        ("cancel RM-20441, i dont need it any more", "cancel_order"),
        ("do you take back sale stuff", "return_policy"),
        ("is collecting it from home free of charge", "return_policy"),
        ("what is your refund policy on gift cards of another shop", "out_of_scope"),
        ("how do i send back shoes i bought at zara", "out_of_scope"),
        ("need a refund for my train ticket", "out_of_scope"),
        ("return flight to lisbon how much", "out_of_scope"),
        ("whole order goes back", "start_return"),
        ("gf already has one so this has to go back", "start_return"),
    ],
)
def test_what_only_sounds_alike_is_told_apart(chat, words: str, intent: str):
    assert chat.engine.parse(words, "customer", chat.talk.now, BERLIN).intent == intent


def test_the_reason_is_said_without_its_subject(chat):
    for words, why in [
        ("please take the kettle back, it is too big for us", "too big for us"),
        ("the kettle died after three days, i want a refund", "died after three days"),
    ]:
        entities = chat.engine.parse(words, "customer", chat.talk.now, BERLIN).entities
        assert [each.text for each in entities if each.kind == "reason"] == [why]


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("open the review queue", "review_returns"),
        ("riskiest returns first please", "review_returns"),
        ("approve all returns below 40 euros", "approve_return"),
        ("no to RET-1044, it was worn", "reject_return"),
        ("all fine at the dock with RET-1201", "inspect_return"),
        ("give RM-10455 20 euros back", "issue_refund"),
    ],
)
def test_staff_decide_in_words(chat, words: str, intent: str):
    assert chat.engine.parse(words, "staff", chat.talk.now, BERLIN).intent == intent


def test_a_return_is_come_back_to_by_the_name_of_what_goes_back(chat):
    with chat.database.writing() as session:
        an_order(session, chat.shop, number="RM-1002", lines=[("SKU-2", 1)])
    chat.write("I want to send the kettle back, it is unopened, I changed my mind, I want my money back")
    chat.write("where is my order RM-1002?")
    chat.write("ok, to return the kettle please print me a label")
    made = chat.made()
    assert made is not None
    assert made.way == "label"
