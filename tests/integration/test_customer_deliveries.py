"""Rating a delivery, and the proof of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.deliveries import DeliveryProof, Rating, StoredFile
from domain.orders import Order
from storage.database import Database
from tests.builders import NOW, Business, a_customer, an_order, business
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order_in(database: Database, shop: Business, status: str = "delivered", **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, **values)


def ratings(database: Database) -> dict[str, tuple[int, str]]:
    with database.reading() as session:
        return {each.order_number: (each.score, each.words) for each in session.exec(select(Rating))}


# Rating


def test_all_at_once(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("5 stars, super friendly driver", "rate_delivery", rating=5) == ["rating.taken"]
    assert ratings(database) == {order.number: (5, "5 stars, super friendly driver")}
    assert talk.choices() == []


def test_a_bare_score_has_no_words(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("4 stars", "rate_delivery", rating=4) == ["rating.taken"]
    assert ratings(database) == {order.number: (4, "")}


def test_step_by_step(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("i want to rate my delivery", "rate_delivery") == ["ask.score"]
    assert talk.say("4, a bit late") == ["rating.taken"]
    assert ratings(database) == {order.number: (4, "4, a bit late")}


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_by_buttons_with_as_many_stars(database, shop, score):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert talk.press("choice.rate") == ["ask.score"]
    assert [choice["values"]["score"] for choice in talk.choices()] == [1, 2, 3, 4, 5]
    assert talk.press("choice.stars", score - 1) == ["rating.taken"]
    assert ratings(database) == {order.number: (score, "")}
    low = ["choice.problem", "choice.person"] if score <= 2 else []
    assert [choice["label"] for choice in talk.choices()] == low


def test_a_number_is_the_score_and_not_the_place_of_a_button(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("i want to rate my delivery", "rate_delivery")
    talk.say("2", quantity=2)
    assert talk.facts["score"] == 2


def test_a_correction_in_the_middle_counts(database, shop):
    first = order_in(database, shop, lines=[("SKU-1", 1)])
    order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("2 stars", "rate_delivery", rating=2) == ["ask.which_delivery"]
    assert talk.say("no, 3 stars", "deny", rating=3) == ["ask.which_delivery"]
    assert talk.say("the kettle", "inform") == ["rating.taken"]
    assert ratings(database) == {first.number: (3, "")}


@pytest.mark.parametrize(("text", "intent"), [("actually make it 3", "reschedule_delivery"), ("no, 3 I meant", "deny")])
def test_a_score_said_alone_corrects_the_one_just_given(database, shop, text, intent):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("5 stars, lovely", "rate_delivery", rating=5)
    assert talk.say(text, intent, quantity=3) == ["rating.taken"]
    assert ratings(database) == {order.number: (3, "5 stars, lovely")}
    talk.say("thanks", "thank")
    assert talk.say(text, "deny") != ["rating.taken"]


def test_words_first_ask_for_the_score_and_are_kept(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("the driver was rude", "rate_delivery") == ["ask.score"]
    assert talk.say("where is my other order?", "track_order") == ["order.tracked", "ask.score"]
    assert talk.press("choice.stars", 0) == ["rating.taken"]
    assert ratings(database) == {order.number: (1, "the driver was rude")}


def test_once_per_delivery_and_changeable_for_a_day(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("5 stars, lovely", "rate_delivery", rating=5)
    talk.wait(hours=23)
    assert talk.say("no, 3 stars", "rate_delivery", rating=3) == ["rating.taken"]
    assert (talk.facts["was"], ratings(database)) == (5, {order.number: (3, "5 stars, lovely")})
    talk.wait(hours=2)
    assert talk.say("1 star", "rate_delivery", rating=1) == ["refused.rated_already"]
    assert [choice["label"] for choice in talk.choices()] == ["choice.problem", "choice.person"]
    assert ratings(database) == {order.number: (3, "5 stars, lovely")}


def test_more_words_leave_the_score(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("2 stars", "rate_delivery", rating=2)
    assert talk.say("he was an hour late", "rate_delivery") == ["rating.taken"]
    assert ratings(database) == {order.number: (2, "he was an hour late")}


def test_what_was_not_rated_is_meant_first(database, shop):
    rated, other = order_in(database, shop), order_in(database, shop)
    with database.writing() as session:
        session.add(Rating(order_number=rated.number, score=5, at=NOW))
    talk = Talk(database, shop.customer.id)
    assert talk.say("4 stars", "rate_delivery", rating=4) == ["rating.taken"]
    assert talk.facts["number"] == other.number


def test_only_what_was_delivered_can_be_rated(database, shop):
    order = order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    said = talk.say("5 stars", "rate_delivery", rating=5, order_number=order.number)
    assert said == ["refused.not_delivered_yet"]
    assert [choice["label"] for choice in talk.choices()] == ["choice.track_this"]
    talk.wait(hours=1)
    assert talk.say("5 stars", "rate_delivery", rating=5) == ["refused.nothing_to_rate"]
    assert ratings(database) == {}


def test_after_a_month_the_order_must_be_named(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id, now=NOW + timedelta(days=31))
    assert talk.say("5 stars", "rate_delivery", rating=5) == ["refused.nothing_to_rate"]
    assert talk.say("5 stars", "rate_delivery", rating=5, order_number=order.number) == ["rating.taken"]


def test_a_part_delivered_can_be_rated(database, shop):
    order_in(database, shop, "partially_delivered")
    talk = Talk(database, shop.customer.id)
    assert talk.say("5 stars", "rate_delivery", rating=5) == ["rating.taken"]


@pytest.mark.parametrize("score", [0, 6, 99])
def test_a_score_that_is_none_is_asked_again(database, shop, score):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("/rate", "rate_delivery", rating=score) == ["refused.not_understood_value"]
    assert ratings(database) == {}


def test_a_stranger_proves_the_order_first(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    for talk in (Talk(database), Talk(database, other.id)):
        for number in (order.number, "RM-99999"):
            assert talk.say("rate it", "rate_delivery", order_number=number) == ["ask.fact"]
    assert ratings(database) == {}
    talk = Talk(database)
    assert talk.say("rate my delivery", "rate_delivery") == ["ask.order_number"]
    assert talk.say(order.number, order_number=order.number) == ["ask.fact"]
    assert talk.say("maria@example.com", email="maria@example.com") == ["ask.score"]
    assert talk.press("choice.stars") == ["rating.taken"]


def test_old_stars_rate_nothing(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("rate it", "rate_delivery")
    old = talk.choices()[4]["id"]
    talk.press("choice.stars")
    assert talk.press_id(old) == ["said.stale"]
    assert [score for score, _ in ratings(database).values()] == [1]


# Proof


def test_the_proof_with_photo_name_place_and_time(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        session.add(StoredFile(id="f" * 22, kind="proof", order_number=order.number, created_at=NOW))
        session.flush()
        session.add(
            DeliveryProof(order_number=order.number, at=NOW, name="Mrs Kim", photo_id="f" * 22, lat=52.53, lon=13.38)
        )
    talk = Talk(database, shop.customer.id)
    assert talk.say("who signed for it", "proof_of_delivery") == ["proof.shown"]
    assert (talk.facts["by"], talk.facts["at"]) == ("Mrs Kim", "2026-05-04T09:00:00Z")
    assert talk.shown[-1].media == {"photos": ["f" * 22], "place": "52.53000,13.38000"}
    assert [choice["label"] for choice in talk.choices()] == ["choice.not_here", "choice.rate"]


def test_without_a_proof_it_says_what_is_known(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("who signed for it", "proof_of_delivery") == ["proof.shown"]
    assert (talk.facts["recorded"], talk.facts["at"]) == (False, "2026-05-04T08:00:00Z")
    assert talk.press("choice.not_here") == ["problem.reported"]


def test_a_photo_that_is_gone_is_not_promised(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        session.add(StoredFile(id="f" * 22, kind="proof", created_at=NOW, expires_at=NOW - timedelta(days=1)))
        session.flush()
        session.add(DeliveryProof(order_number=order.number, at=NOW, photo_id="f" * 22))
    talk = Talk(database, shop.customer.id)
    talk.say("show the photo", "proof_of_delivery")
    assert (talk.facts["photo"], talk.shown[-1].media) == (False, {})


def test_what_is_not_delivered_yet_is_told_where_it_is(database, shop):
    order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    assert talk.say("who signed for it", "proof_of_delivery") == ["order.tracked"]


def test_several_deliveries_are_chosen_between(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("show the proof", "proof_of_delivery") == ["ask.which_delivery"]
    assert talk.say("do you have the kettle?", "check_stock", product="kettle") == ["stock.told", "ask.which_delivery"]
    assert talk.say("the toaster one", product="toaster") == ["proof.shown"]
    assert talk.facts["items"][0]["name"] == "Toaster"


def test_the_proof_of_a_named_order_corrected(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("show the proof", "proof_of_delivery")
    assert talk.say(f"{first.number}", order_number=first.number) == ["proof.shown"]
    assert talk.say(f"no, {second.number}", "proof_of_delivery", order_number=second.number) == ["proof.shown"]
    assert talk.facts["number"] == second.number


def test_another_customers_proof_is_not_shown(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    talk = Talk(database, other.id)
    for number in (order.number, "RM-99999"):
        assert talk.say("who signed", "proof_of_delivery", order_number=number) == ["ask.fact"]
    assert Talk(database, other.id).say("who signed", "proof_of_delivery") == ["refused.no_recent_order"]
