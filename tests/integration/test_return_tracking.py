"""Where a return stands, when its money comes, and giving it up or moving its pickup in one's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.moment import SYSTEM
from domain.returns import ReturnStatus
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    MORNING,
    NEXT_DAY,
    NOON,
    NOW,
    Business,
    a_customer,
    a_return,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.integration.test_return_way import DAY_AFTER, booked, choose, stored
from tests.talking import Talk

S = ReturnStatus
WAY = (S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.REFUNDED, S.CLOSED)


def returned(database: Database, *skus: str, lines=(("SKU-1", 3), ("SKU-2", 1))) -> tuple[Business, str]:
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        return shop, a_return(session, an_order(session, shop, status="delivered", lines=lines), *skus).number


def go(database: Database, number: str, *states: ReturnStatus, now=NOW, every=timedelta(0)) -> None:
    """Take a return through states, one after the other."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.find(number)
        for n, state in enumerate(states):
            uow.record(made.move(state, moment(now=now + n * every)))
        uow.flush()


def names(talk: Talk) -> list[str]:
    return [step["name"] for step in talk.facts["steps"]]


def test_the_only_return_is_told_with_its_way(database: Database):
    shop, number = returned(database)
    talk = Talk(database, shop.customer.id)
    assert talk.say("where's my refund", "track_return") == ["return.tracked"]
    assert (talk.facts["number"], talk.facts["needs"], talk.facts["expected"]) == (number, "resolution", None)
    assert names(talk) == ["asked", "approved", "on_the_way", "received", "inspected", "settled"]
    assert [step["name"] for step in talk.facts["steps"] if step["current"]] == ["approved"]


@pytest.mark.parametrize(("states", "days"), [(1, 5), (2, 5), (3, 5)])
def test_the_day_of_the_money_is_told(database: Database, states: int, days: int):
    shop, number = returned(database)
    choose(database, number, "drop_off")
    go(database, number, *WAY[:states])
    talk = Talk(database, shop.customer.id)
    talk.say("where's my refund", "track_return")
    assert talk.facts["expected"] == (NOW + timedelta(days=days)).date().isoformat()
    assert not talk.facts["late"]


def test_it_is_learned_from_past_returns(database: Database):
    shop, number = returned(database, lines=[("SKU-1", 20)])
    with database.writing() as session:
        order = UnitOfWork(session, SYSTEM).orders.find("RM-10001")
        past = [a_return(session, order, reason="defective", now=NOW - timedelta(days=40)).number for _ in range(10)]
    for n, each in enumerate(past):
        go(database, each, S.IN_TRANSIT, now=NOW - timedelta(days=30))
        go(
            database,
            each,
            S.RECEIVED,
            S.INSPECTED,
            S.REFUNDED,
            now=NOW - timedelta(days=30 - n),
            every=timedelta(hours=1),
        )
    go(database, number, S.IN_TRANSIT)
    talk = Talk(database, shop.customer.id)
    talk.say("refund status", "track_return", return_number=number)
    assert talk.facts["expected"] == (NOW + timedelta(days=7)).date().isoformat()  # 8 of 10 had it within 7 days


def test_what_takes_longer_is_told_as_late_with_a_person(database: Database):
    shop, number = returned(database)
    go(database, number, S.IN_TRANSIT, S.RECEIVED)
    talk = Talk(database, shop.customer.id, now=NOW + timedelta(days=9))
    talk.say("still no money", "track_return")
    assert (talk.facts["expected"], talk.facts["late"]) == ("2026-05-09", True)
    assert "choice.person" in [choice["label"] for choice in talk.choices()]


def test_several_are_asked_for_by_name(database: Database):
    shop, first = returned(database)
    with database.writing() as session:
        a_return(session, UnitOfWork(session, SYSTEM).orders.find("RM-10001"), "SKU-2")
    talk = Talk(database, shop.customer.id)
    assert talk.say("where's my refund", "track_return") == ["ask.which_return"]
    assert talk.press("choice.return", 1) == ["return.tracked"]
    assert talk.facts["number"] == first
    assert talk.say("refund for the grinder?", "track_return", product="grinder") == ["return.tracked"]
    assert talk.facts["number"] != first


def test_it_is_found_by_its_order(database: Database):
    shop, number = returned(database)
    with database.writing() as session:
        other = an_order(session, shop, status="delivered").number
    talk = Talk(database, shop.customer.id)
    assert talk.say("refund of order 10001", "track_return", order_number="RM-10001") == ["return.tracked"]
    assert talk.facts["number"] == number
    assert talk.say("and of the other", "track_return", order_number=other) == ["refused.no_return_of_order"]


def test_a_stranger_proves_that_it_is_theirs(database: Database):
    _, number = returned(database)
    talk = Talk(database)
    assert talk.say("where's my refund", "track_return") == ["ask.return_number"]
    assert talk.say(number, return_number=number) == ["ask.fact"]
    assert talk.say("12345", postcode="12345") == ["refused.proof_failed"]
    assert talk.say("10115", postcode="10115") == ["return.tracked"]
    assert talk.say(number, return_number=number) == ["return.tracked"]


def test_a_number_that_does_not_exist_is_asked_for_like_any_other(database: Database):
    returned(database)
    talk = Talk(database)
    assert talk.say("RET-9999?", "track_return", return_number="RET-9999") == ["ask.fact"]
    assert talk.say("10115", postcode="10115") == ["refused.proof_failed"]


def test_without_a_return_a_person_can_be_asked(database: Database):
    with database.writing() as session:
        customer = a_customer(session, email="new@example.com").id
    talk = Talk(database, customer)
    assert talk.say("where's my refund", "track_return") == ["refused.no_open_return"]
    assert talk.press("choice.person") == ["person.will_help"]


# Giving it up


def test_cancelling_frees_the_window_and_the_pieces(database: Database):
    shop, number = returned(database, lines=[("SKU-1", 1)])
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel my return", "cancel_return") == ["ask.confirm.CancelReturn"]
    assert talk.say("yes", "affirm") == ["return.cancelled"]
    assert (stored(database, number).status, booked(database, NEXT_DAY, NOON)) == ("cancelled", 0)
    with database.writing() as session:
        assert a_return(session, UnitOfWork(session, SYSTEM).orders.find("RM-10001")).status == "approved"


def test_what_is_given_up_comes_back_in_no_way(database: Database):
    shop, number = returned(database, lines=[("SKU-1", 1)])
    choose(database, number, "drop_off")
    talk = Talk(database, shop.customer.id)
    talk.say("cancel my return", "cancel_return")
    talk.say("yes", "affirm")
    assert (stored(database, number).status, stored(database, number).way) == ("cancelled", None)


def test_what_has_left_is_not_cancelled(database: Database):
    shop, number = returned(database)
    go(database, number, S.IN_TRANSIT)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel it", "cancel_return", return_number=number) == ["refused.cannot_cancel_return"]


def test_what_is_looked_at_can_be_cancelled(database: Database):
    with database.writing() as session:
        shop = business(session)
        made = a_return(session, an_order(session, shop, status="delivered"))
        assert made.status == "review"
    talk = Talk(database, shop.customer.id)
    talk.say("cancel the return", "cancel_order")
    assert talk.say("yes", "affirm") == ["return.cancelled"]


# In one's own words


def planned(database: Database) -> tuple[Business, str]:
    shop, number = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    return shop, number


def test_another_day_for_a_return_that_is_talked_about(database: Database):
    shop, number = planned(database)
    with database.writing() as session:
        an_order(session, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where's my refund", "track_return")
    asked = talk.say(
        "pick it up on wednesday morning instead",
        "reschedule_delivery",
        date=DAY_AFTER.isoformat(),
        time_window="08:00-12:00",
    )
    assert asked == ["return.way_chosen"]
    made = stored(database, number)
    assert (made.pickup_day, made.pickup_window) == (DAY_AFTER, MORNING)


def test_another_day_for_a_return_that_is_named(database: Database):
    shop, number = planned(database)
    talk = Talk(database, shop.customer.id)
    assert talk.say(
        "move it to wednesday", "reschedule_delivery", return_number=number, date=DAY_AFTER.isoformat()
    ) == ["ask.pickup_on"]
    assert talk.press("choice.delivery_window") == ["return.way_chosen"]
    assert stored(database, number).pickup_day == DAY_AFTER


def test_a_pickup_is_all_there_is_to_move(database: Database):
    shop, _ = planned(database)
    talk = Talk(database, shop.customer.id)
    assert talk.say("can you come on another day", "reschedule_delivery") == ["ask.pickup_when"]


def test_an_order_that_is_spoken_of_is_meant(database: Database):
    shop, _ = planned(database)
    with database.writing() as session:
        an_order(session, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where's my refund", "track_return")
    assert talk.say("deliver my order on another day", "reschedule_delivery") == ["ask.delivery_window"]


def test_cancelling_a_return_in_the_words_for_an_order(database: Database):
    shop, number = planned(database)
    with database.writing() as session:
        an_order(session, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel my return please", "cancel_order") == ["ask.confirm.CancelReturn"]
    talk.say("no", "deny")
    assert talk.say("cancel my order", "cancel_order") == ["ask.confirm.CancelOrder"]
    talk.say("no", "deny")
    assert talk.say("cancel it", "cancel_order", return_number=number) == ["ask.confirm.CancelReturn"]


def test_the_return_of_an_order_number_is_not_its_tracking(database: Database):
    shop, number = planned(database)
    talk = Talk(database, shop.customer.id)
    assert talk.say(f"where is {number}", "track_order", return_number=number) == ["return.tracked"]
