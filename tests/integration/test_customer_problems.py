"""Problems with a delivery: what, with which item, shown by what; photos; and the case they become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.cases import Case
from domain.deliveries import DeliveryProof, StoredFile
from domain.orders import Order
from storage.database import Database
from tests.builders import NOW, Business, a_customer, an_order, business
from tests.talking import Talk

KINDS = ("damaged", "missing", "wrong_item", "not_received", "other")


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order_in(database: Database, shop: Business, status: str = "delivered", **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, **values)


def cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).order_by(Case.id)))


def a_photo(database: Database, talk: Talk, name: str = "p") -> str:
    with database.writing() as session:
        photo = StoredFile(id=name * 22, kind="photo", conversation_id=talk.conversation_id, created_at=talk.now)
        session.add(photo)
    return name * 22


def test_all_at_once(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    photo = a_photo(database, talk)
    said = talk.say("my kettle arrived broken", "report_problem", product="kettle", photo=photo)
    assert said == ["problem.reported"]
    (case,) = cases(database)
    assert (case.kind, case.order_number, case.customer_id) == ("problem.damaged", order.number, shop.customer.id)
    assert case.detail == {"item": "Kettle", "words": ["my kettle arrived broken"], "photos": [photo]}
    assert talk.facts["reference"] == case.name
    assert (talk.facts["item"], talk.facts["photos"], talk.facts["open_now"]) == ("Kettle", 1, True)


def test_step_by_step(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("I have a problem with my order", "report_problem") == ["ask.problem_kind"]
    assert talk.say("something is broken", "report_problem") == ["ask.problem_item"]
    assert talk.say("the kettle", product="kettle") == ["ask.photos"]
    assert talk.shown[-1].media == {"wants": "photo"}
    assert talk.say("I don't have one", "out_of_scope") == ["problem.reported"]
    (case,) = cases(database)
    assert (case.kind, case.detail["item"], case.detail["photos"]) == ("problem.damaged", "Kettle", [])
    assert case.detail["words"] == ["something is broken"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_by_buttons(database, shop, kind):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert talk.press("choice.problem") == ["ask.problem_kind"]
    said = talk.press(f"choice.problem_{kind}")
    if kind == "not_received":
        assert said == ["proof.shown", "ask.arrived"]
        said = talk.press("choice.still_missing")
    if said == ["ask.problem_item"]:
        said = talk.press("choice.product", 1)
    if said == ["ask.photos"]:
        said = talk.press("choice.no_photo")
    if said == ["ask.problem_words"]:
        said = talk.say("the driver parked on my flowers", "rate_delivery")
    assert said == ["problem.reported"]
    assert [case.kind for case in cases(database)] == [f"problem.{kind}"]
    assert cases(database)[0].detail["item"] == ("Espresso grinder" if kind in KINDS[:3] else None)


def test_a_correction_in_the_middle_counts(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("my kettle arrived broken", "report_problem", product="kettle") == ["ask.photos"]
    assert talk.say("no, the grinder", "deny", product="grinder") == ["ask.photos"]
    assert talk.say("it is missing in fact", "report_problem") == ["problem.reported"]
    (case,) = cases(database)
    assert (case.kind, case.detail["item"]) == ("problem.missing", "Espresso grinder")


def test_what_is_told_on_the_way_is_kept(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("my kettle arrived broken", "report_problem", product="kettle")
    assert talk.say("the box was soaked too", "report_problem") == ["said.noted", "ask.photos"]
    talk.press("choice.no_photo")
    assert cases(database)[0].detail["words"] == ["my kettle arrived broken\nthe box was soaked too"]


def test_an_item_that_is_not_in_the_order_is_named_when_it_is_asked_again(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("it was crushed", "report_problem") == ["ask.problem_item"]
    assert talk.facts["unknown"] is None
    assert talk.say("the lawn mower", product="lawn mower") == ["ask.problem_item"]
    assert talk.facts["unknown"] == "lawn mower"
    assert talk.press("choice.all_items") == ["ask.photos"]


def test_the_item_is_found_in_the_words(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("one of the kettles is missing", "report_problem") == ["problem.reported"]
    assert talk.facts["item"] == "Kettle"


def test_all_of_it_can_be_meant(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("it was crushed", "report_problem")
    assert talk.say("all of it", "out_of_scope") == ["ask.photos"]
    talk.press("choice.no_photo")
    assert cases(database)[0].detail["item"] == "all"
    assert talk.facts["item"] is None


def test_a_digression_is_answered_and_the_question_comes_back(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("my kettle arrived broken", "report_problem", product="kettle")
    assert talk.say("do you have the toaster?", "check_stock", product="toaster") == ["stock.told", "ask.photos"]
    assert talk.press("choice.no_photo") == ["problem.reported"]


def test_it_says_delivered_but_is_not_here(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        session.add(DeliveryProof(order_number=order.number, at=NOW, name="Mrs Kim", lat=52.53, lon=13.38))
    talk = Talk(database, shop.customer.id)
    said = talk.say("it says delivered but nothing is here", "report_problem")
    assert said == ["proof.shown", "ask.arrived"]
    assert talk.shown[0].facts["by"] == "Mrs Kim"
    assert talk.shown[0].media["place"] == "52.53000,13.38000"
    assert cases(database) == []
    assert talk.press("choice.still_missing") == ["problem.reported"]
    assert [case.kind for case in cases(database)] == ["problem.not_received"]


@pytest.mark.parametrize(("text", "intent"), [("I found it, thanks", "thank"), ("yes", "affirm")])
def test_what_has_turned_up_is_no_case(database, shop, text, intent):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("it says delivered but nothing is here", "report_problem")
    assert talk.say(text, intent) == ["said.good_it_came"]
    assert cases(database) == []


def test_no_is_still_not_here(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("it says delivered but nothing is here", "report_problem")
    assert talk.say("no", "deny") == ["problem.reported"]


def test_what_is_under_way_is_told_where_it_is(database, shop):
    order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    assert talk.say("my parcel has not arrived", "report_problem") == ["order.tracked"]
    assert cases(database) == []


def test_the_same_trouble_is_one_case(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    for words in ("the kettle is missing", "the kettle is still missing"):
        assert talk.say(words, "report_problem", product="kettle") == ["problem.reported"]
    assert talk.facts["already"]
    (case,) = cases(database)
    assert case.detail["words"] == ["the kettle is missing", "the kettle is still missing"]
    talk.say("the grinder is missing too", "report_problem", product="grinder")
    assert len(cases(database)) == 2


def test_several_deliveries_are_asked_between_unless_the_product_says(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    second = order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("something is missing", "report_problem") == ["ask.which_delivery"]
    assert talk.say("never mind", "stop") == ["said.dropped"]
    assert talk.say("the toaster is missing", "report_problem", product="toaster") == ["problem.reported"]
    assert talk.facts["number"] == second.number


def test_out_of_hours_it_says_when_somebody_looks(database, shop):
    saturday = datetime(2026, 5, 9, 20, tzinfo=UTC)
    order_in(database, shop, now=saturday)
    talk = Talk(database, shop.customer.id, now=saturday)
    talk.say("the kettle is missing", "report_problem", product="kettle")
    assert (talk.facts["open_now"], talk.facts["opens"]) == (False, "2026-05-11T08:00:00+02:00")


# Photos


def test_a_photo_answers_the_question_for_one(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("my kettle arrived broken", "report_problem", product="kettle")
    photos = [a_photo(database, talk, name) for name in "pq"]
    assert talk.say("", "share_photo", photo=photos) == ["problem.reported"]
    assert cases(database)[0].detail["photos"] == photos


def test_a_photo_alone_is_added_to_what_was_just_reported(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle is missing", "report_problem", product="kettle")
    reference = talk.facts["reference"]
    talk.wait(hours=23)
    assert talk.say("", "share_photo", photo=a_photo(database, talk)) == ["problem.reported"]
    assert (talk.facts["reference"], talk.facts["already"], talk.facts["photos"]) == (reference, True, 1)


def test_a_photo_alone_is_asked_what_it_shows_and_kept(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    photo = a_photo(database, talk)
    assert talk.say("", "share_photo", photo=photo) == ["ask.problem_kind"]
    assert talk.facts["photos"] == 1
    assert talk.say("the kettle is cracked", "report_problem", product="kettle") == ["problem.reported"]
    assert cases(database)[0].detail["photos"] == [photo]


def test_a_photo_after_a_day_belongs_to_nothing(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle is missing", "report_problem", product="kettle")
    talk.wait(hours=25)
    assert talk.say("", "share_photo", photo=a_photo(database, talk)) == ["ask.problem_kind"]


def test_unclear_words_with_a_photo_are_kept_with_it(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    said = talk.say("look at this kettle", "out_of_scope", photo=a_photo(database, talk))
    assert said == ["ask.problem_kind"]
    talk.press("choice.problem_damaged")
    assert cases(database)[0].detail["words"] == ["look at this kettle"]


def test_another_chats_photo_does_not_count(database, shop):
    order_in(database, shop)
    talk, other = Talk(database, shop.customer.id), Talk(database)
    photo = a_photo(database, other)
    said = talk.say("my kettle arrived broken", "report_problem", product="kettle", photo=photo)
    assert said == ["ask.photos"]
    talk.press("choice.no_photo")
    assert cases(database)[0].detail["photos"] == []


# Whose order it is, and what is left of old questions


def test_another_customers_order_is_not_known(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    talk = Talk(database, other.id)
    for number in (order.number, "RM-99999"):
        assert talk.say("the kettle is missing", "report_problem", order_number=number) == ["ask.fact"]
    assert cases(database) == []


def test_without_any_order_it_says_so(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("the kettle is missing", "report_problem") == ["refused.no_recent_order"]


def test_old_buttons_report_nothing(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("a problem", "report_problem")
    old = next(choice for choice in talk.choices() if choice["label"] == "choice.problem_missing")["id"]
    talk.say("the kettle is missing", "report_problem", product="kettle")
    assert talk.press_id(old) == ["said.stale"]
    assert len(cases(database)) == 1


def test_deliveries_of_long_ago_are_not_meant(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id, now=NOW + timedelta(days=31))
    assert talk.say("the kettle is missing", "report_problem") == ["refused.no_recent_order"]
