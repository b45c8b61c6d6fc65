"""The steps of a return, said in words: what is offered need not be pressed."""

from __future__ import annotations

import pytest

from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM
from domain.returns import Return
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, an_order, business, return_policy
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        an_order(session, made, status="delivered", lines=[("SKU-1", 1)])
        return made


@pytest.fixture
def talk(database: Database, shop: Business) -> Talk:
    """A talk in which a return has just been approved."""
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle")
    return talk


def the_return(database: Database) -> Return:
    with database.reading() as session:
        made = UnitOfWork(session, SYSTEM).returns.find("RET-1001")
        assert made is not None
        return made


@pytest.mark.parametrize(
    ("words", "understood_as", "resolution"),
    [
        ("just give me a refund", "track_return", "refund"),
        ("refund", "track_return", "refund"),
        ("store credit please", "start_return", "credit"),
        ("i'd rather have store credit", "start_return", "credit"),
        ("can i have my money back?", "out_of_scope", "refund"),
    ],
)
def test_what_is_wanted_for_it(database, talk, words, understood_as, resolution):
    talk.say(words, understood_as)
    assert the_return(database).resolution == resolution


def test_another_wish_than_before(database, talk):
    talk.say("refund", "track_return")
    talk.say("actually i want credit instead", "start_return")
    assert the_return(database).resolution == "credit"


def test_how_it_comes_back(database, talk):
    talk.say("refund", "track_return")
    talk.say("i'll drop it off", "rate_delivery")
    assert the_return(database).way == "drop_off"


@pytest.mark.parametrize("words", ["never mind, i'll keep it", "cancel the return", "i dont want to return it anymore"])
def test_giving_it_up_is_confirmed(database, talk, words):
    assert talk.say(words, "track_return") == ["ask.confirm.CancelReturn"]
    talk.say("yes", "affirm")
    assert the_return(database).status == "cancelled"


@pytest.mark.parametrize("words", ["when do i get my money back?", "where is my refund", "has the refund been paid"])
def test_asking_for_it_chooses_nothing(database, talk, words):
    talk.say(words, "track_return")
    assert the_return(database).resolution is None


def test_another_order_is_another_wish(database, shop, talk):
    with database.writing() as session:
        other = an_order(session, shop, status="delivered", lines=[("SKU-2", 1)])
    talk.say(f"refund for {other.number}", "start_return", order_number=other.number)
    assert the_return(database).resolution is None


def test_words_against_a_rejection_have_a_person_look(database, shop):
    talk = Talk(database, shop.customer.id)
    talk.wait(days=120)
    talk.say("the kettle, I changed my mind", "start_return", product="kettle")
    assert the_return(database).status == "rejected"
    assert "choice.appeal_return" in [choice["label"] for choice in talk.choices()]
    talk.say("that is not fair, I used it once", "deny")
    with database.reading() as session:
        appeal = UnitOfWork(session, SYSTEM).returns.find("RET-1002")
        assert appeal is not None
        assert (appeal.appeal_of, appeal.status) == ("RET-1001", "review")


def lines_of(database: Database, number: str) -> dict[str, tuple[str, bool | None]]:
    """The reason and the condition of each product of a return."""
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        return {line.sku: (line.reason, line.opened) for line in uow.returns.lines(uow.returns.get(number))}


def test_what_is_said_of_one_product_is_not_said_of_the_other(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    name = shop.products["SKU-2"].name.lower()
    talk.say(
        f"the kettle is broken and the {name} I don't like", "start_return", product=["kettle", name],
        order_number=order.number,
    )  # fmt: skip
    talk.press("choice.not_opened")
    found = lines_of(database, "RET-1001")
    assert (found["SKU-1"][0], found["SKU-2"][0]) == ("defective", "changed_mind")


def test_one_reason_for_several_products_is_of_all(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    name = shop.products["SKU-2"].name.lower()
    talk.say(
        f"the kettle and the {name} are broken", "start_return", product=["kettle", name], order_number=order.number
    )
    assert {reason for reason, _ in lines_of(database, "RET-1001").values()} == {"defective"}


def test_the_wish_said_again_names_no_product(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("return", "start_return", order_number=order.number)
    assert talk.say("i want to send something back", "start_return") == ["ask.return_product"]
    assert talk.facts["unknown"] is None


def test_what_is_in_a_return_already_is_said_to_be(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle", order_number=order.number)
    again = talk.say("return the kettle", "start_return", product="kettle", order_number=order.number)
    assert again == ["refused.in_return_already"]
    assert talk.facts["return_number"] == "RET-1001"


def test_the_answer_to_why_is_taken_as_such_whatever_else_it_sounds_like(database, shop):
    talk = Talk(database, shop.customer.id)
    talk.say("return the kettle", "start_return", product="kettle")
    assert talk.say("don't need it", "cancel_order") == ["ask.return_opened"]


@pytest.mark.parametrize("intent", ["start_return", "inform"])
def test_digits_after_the_number_of_an_order_are_its_proof(database, shop, intent):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
    stranger = Talk(database)
    stranger.say("i want to return something", "start_return")
    said = stranger.hear(
        Meaning(f"{order.number} {order.postcode}", ((intent, 0.95),), (
            Entity("order_number", order.number, 0, 7, order.number),
            Entity("order_number", f"RM-{order.postcode}", 8, 13, order.postcode),
        ))
    )  # fmt: skip
    assert said == ["ask.return_reason"]


@pytest.mark.parametrize("words", ["store credit please", "credit, not the money"])
def test_what_was_just_offered_goes_before_a_question_that_came_back(database, shop, words):
    with database.writing() as session:
        an_order(session, shop, status="allocated", lines=[("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("bring it another day", "reschedule_delivery") == ["ask.delivery_window"]
    told = talk.say("the kettle goes back, unopened, I changed my mind", "start_return", product="kettle")
    assert told[-1] == "ask.delivery_window"
    talk.say(words, "start_return")
    assert the_return(database).resolution == "credit"


def test_the_day_that_was_asked_for_is_none_to_collect_on(database, shop):
    with database.writing() as session:
        an_order(session, shop, status="allocated", lines=[("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("bring it another day", "reschedule_delivery")
    talk.say("the kettle goes back for store credit, unopened, I changed my mind", "start_return", product="kettle")
    talk.say("friday", "inform", date="2026-05-08")
    assert the_return(database).way is None
