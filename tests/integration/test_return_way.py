"""How a return comes back: collected in a window that has room, brought to the depot, or sent with a label."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from actions.perform import perform
from actions.returns.booking import call_off_pickup
from domain.commands import ChooseWay, RescheduleOrder
from domain.moment import SYSTEM
from domain.notices import PickupOff, WayChosen
from domain.policies import USUAL
from domain.refusals import Refusal
from domain.returns import Return
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    EVENING,
    FAR_AWAY,
    MORNING,
    NEXT_DAY,
    NOON,
    NOW,
    OFFICE,
    Business,
    a_customer,
    a_return,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.talking import Talk

DAY_AFTER = NEXT_DAY + timedelta(days=1)
RULES = """
rules:
  - name: brought or sent
    when: {{sku: SKU-2}}
    then: {{outcome: approve, ways: [drop_off, label], resolutions: [refund], fee: 490, carriage: {carriage}}}
    says: "Grinders are brought or sent."
  - name: anything
    when: {{sku: SKU-1}}
    then: {{outcome: approve, resolutions: [refund, keep]}}
    says: "Kettles come back any way."
  - name: only sent
    when: {{sku: SKU-3}}
    then: {{outcome: approve, ways: [label], resolutions: [refund]}}
    says: "Toasters are sent."
"""


def returned(
    database: Database, *skus: str, capacity: int = 20, carriage: str = "shop", **order
) -> tuple[Business, str]:
    """A business with a delivered order, and an approved return of it."""
    with database.writing() as session:
        shop = business(session, capacity=capacity)
        return_policy(session, RULES.format(carriage=carriage))
        bought = an_order(session, shop, status="delivered", lines=[(f"SKU-{n}", 1) for n in (1, 2, 3)], **order)
        return shop, a_return(session, bought, *skus or ("SKU-1",)).number


def choose(database: Database, number: str, way: str, *, actor=None, now: datetime = NOW, **values):
    return perform(database, [ChooseWay(return_number=number, way=way, **values)], moment(actor or SYSTEM, now=now))


def stored(database: Database, number: str) -> Return:
    with database.reading() as session:
        found = UnitOfWork(session, SYSTEM).returns.find(number)
        session.expunge(found)
        return found


def booked(database: Database, day: date, window) -> int:
    with database.writing() as session:
        depots = UnitOfWork(session, SYSTEM).depots
        slot = depots.find_slot(depots.all()[0].id, day, window.start)
        return slot.booked if slot is not None else 0


def test_a_pickup_takes_a_place_in_a_window(database: Database):
    _, number = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    made = stored(database, number)
    assert (made.status, made.way, made.pickup_day, made.pickup_window) == ("pickup_planned", "pickup", NEXT_DAY, NOON)
    assert booked(database, NEXT_DAY, NOON) == 1
    with database.reading() as session:
        history = [(each.change, each.after) for each in UnitOfWork(session, SYSTEM).returns.history(number)]
    assert history[-3:] == [("pickup", f"{NEXT_DAY} 12:00-16:00"), ("status", "pickup_planned"), ("way", "pickup")]


def test_another_day_frees_the_window_before(database: Database):
    _, number = returned(database)
    choose(database, number, "pickup", day=DAY_AFTER, window=NOON)
    choose(database, number, "pickup", day=NEXT_DAY, window=EVENING)
    made = stored(database, number)
    assert (made.status, made.pickup_day, made.pickup_window) == ("pickup_planned", NEXT_DAY, EVENING)
    assert (booked(database, DAY_AFTER, NOON), booked(database, NEXT_DAY, EVENING)) == (0, 1)


def test_the_same_window_again_books_nothing_more(database: Database):
    _, number = returned(database, capacity=1)
    for _ in range(2):
        choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    assert booked(database, NEXT_DAY, NOON) == 1


def test_another_way_frees_the_window(database: Database):
    _, number = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    choose(database, number, "drop_off")
    made = stored(database, number)
    assert (made.status, made.way, made.pickup_day, made.pickup_window) == ("approved", "drop_off", None, None)
    assert booked(database, NEXT_DAY, NOON) == 0
    choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    assert stored(database, number).status == "pickup_planned"


def test_a_full_window_is_refused_with_those_that_have_room(database: Database):
    shop, number = returned(database, capacity=1)
    with database.writing() as session:
        an_order(session, shop, day=NEXT_DAY, window=NOON)
    with pytest.raises(Refusal, match="window_taken") as refused:
        choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    assert [choice.slots["window"] for choice in refused.value.choices] == [str(MORNING), str(EVENING)]


def test_a_day_without_routes_is_refused_as_a_pickup(database: Database):
    _, number = returned(database)
    with pytest.raises(Refusal, match="pickup_day_closed"):
        choose(database, number, "pickup", day=date(2026, 5, 10), window=NOON)


def test_only_the_ways_of_its_terms_are_possible(database: Database):
    _, number = returned(database, "SKU-1", "SKU-2")
    with pytest.raises(Refusal, match="way_not_allowed") as refused:
        choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    assert refused.value.values["possible"] == ["drop_off", "label"]


def test_where_nobody_drives_nothing_is_collected(database: Database):
    _, number = returned(database, place=FAR_AWAY, postcode="80331", city="München")
    with pytest.raises(Refusal, match="no_pickup_there"):
        choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    choose(database, number, "label")
    assert stored(database, number).way == "label"


def test_a_pickup_is_not_later_than_the_last_day_while_there_is_room_before(database: Database):
    _, number = returned(database)
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).returns.find(number).expires_on = DAY_AFTER
    with pytest.raises(Refusal):
        choose(database, number, "pickup", day=DAY_AFTER + timedelta(days=1), window=NOON)
    choose(database, number, "pickup", day=DAY_AFTER, window=NOON)


@pytest.mark.parametrize("status", ["review", "rejected", "in_transit", "cancelled"])
def test_it_is_chosen_only_while_the_goods_are_with_the_customer(database: Database, status: str):
    _, number = returned(database)
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).returns.find(number).status = status
    with pytest.raises(Refusal, match="way_not_now"):
        choose(database, number, "label")


def test_what_is_kept_does_not_come_back(database: Database):
    _, number = returned(database)
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).returns.find(number).resolution = "keep"
    with pytest.raises(Refusal, match="nothing_to_send"):
        choose(database, number, "label")


@pytest.mark.parametrize("carriage", ["shop", "customer"])
def test_fee_and_carriage_are_told(database: Database, carriage: str):
    _, number = returned(database, "SKU-2", carriage=carriage)
    [told] = [
        each
        for each in choose(database, number, "drop_off", actor=OFFICE)[0]
        if isinstance(each, WayChosen) and each.to
    ]
    assert (told.fee["minor"], told.carriage) == (490, carriage)
    assert told.address == "Alexanderplatz 1, 10178 Berlin"
    assert told.opening == ((1, 6),)


def test_calling_off_makes_it_choosable_again(database: Database):
    _, number = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        for _ in range(2):
            call_off_pickup(uow.returns.find(number, lock=True), uow, moment())
    made = stored(database, number)
    assert (made.status, made.way, made.pickup_day) == ("approved", None, None)
    assert booked(database, NEXT_DAY, NOON) == 0


def exchanged(database: Database, shop: Business, number: str, **order) -> str:
    """An order that brings what a return is exchanged for."""
    with database.writing() as session:
        brought = an_order(session, shop, lines=[("SKU-3", 1)], exchange_of=number, **order)
        UnitOfWork(session, SYSTEM).returns.find(number).exchange_order = brought.number
        return brought.number


def test_an_exchange_comes_with_the_visit_that_collects(database: Database):
    shop, number = returned(database)
    brought = exchanged(database, shop, number, day=DAY_AFTER, window=EVENING)
    choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    with database.reading() as session:
        order = UnitOfWork(session, SYSTEM).orders.find(brought)
        assert (order.promise_day, order.window) == (NEXT_DAY, MORNING)
    assert (booked(database, DAY_AFTER, EVENING), booked(database, NEXT_DAY, MORNING)) == (0, 2)


def test_another_way_lets_the_exchange_wait(database: Database):
    shop, number = returned(database)
    brought = exchanged(database, shop, number, day=DAY_AFTER, window=EVENING)
    choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    choose(database, number, "drop_off")
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).orders.find(brought).promise_day is None
    assert booked(database, NEXT_DAY, MORNING) == 0


def test_windows_with_room_for_both_are_offered_for_an_exchange(database: Database):
    shop, number = returned(database, capacity=2)
    exchanged(database, shop, number, day=DAY_AFTER, window=EVENING)
    with database.writing() as session:
        an_order(session, shop, day=NEXT_DAY, window=MORNING)
    with pytest.raises(Refusal, match="window_taken"):
        choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    choose(database, number, "pickup", day=DAY_AFTER, window=EVENING)
    assert booked(database, DAY_AFTER, EVENING) == 2


@pytest.mark.parametrize(("limit", "asked"), [(None, False), (0, True), (10**6, False)])
def test_what_is_worth_more_than_the_limit_is_handed_over_with_a_code(database: Database, limit, asked: bool):
    _, number = returned(database)
    at = replace(moment(SYSTEM), policies=replace(USUAL, return_code_over=limit))
    for window in (NOON, EVENING):
        perform(database, [ChooseWay(return_number=number, way="pickup", day=NEXT_DAY, window=window)], at)
    code = stored(database, number).code
    assert (code is not None) is asked
    assert code is None or (len(code) == 4 and code.isdigit())


def test_asked_in_the_chat(database: Database):
    shop, number = returned(database)
    talk = Talk(database, shop.customer.id)
    assert talk.say("how do I send it back", "choose_way") == ["ask.way"]
    assert [choice["label"] for choice in talk.choices()] == [
        "choice.way_pickup",
        "choice.way_drop_off",
        "choice.way_label",
    ]
    assert talk.say("please collect it") == ["ask.pickup_when"]
    assert talk.say("tomorrow", date=NEXT_DAY.isoformat()) == ["ask.pickup_on"]
    assert talk.press("choice.delivery_window", 1) == ["return.way_chosen"]
    made = stored(database, number)
    assert (made.pickup_day, made.pickup_window) == (NEXT_DAY, NOON)


def test_the_only_way_is_not_asked_for(database: Database):
    shop, _ = returned(database, "SKU-3")
    assert Talk(database, shop.customer.id).say("how do I send it back", "choose_way") == ["return.way_chosen"]


def test_one_of_several_returns_is_asked_for(database: Database):
    shop, _ = returned(database, "SKU-3")
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        a_return(session, uow.orders.find("RM-10001"), "SKU-2")
    talk = Talk(database, shop.customer.id)
    assert talk.say("how do I send it back", "choose_way") == ["ask.which_return"]
    assert talk.press("choice.return") == ["ask.way"]


def test_the_return_of_another_customer_is_not_theirs_to_change(database: Database):
    _, number = returned(database)
    with database.writing() as session:
        other = a_customer(session, email="x@example.com").id
    talk = Talk(database, other)
    assert talk.say("collect it", "choose_way", return_number=number) == ["refused.no_such_return"]


def test_another_day_for_the_exchange_is_another_day_for_what_comes_back(database: Database):
    shop, number = returned(database)
    brought = exchanged(database, shop, number, day=NEXT_DAY, window=MORNING)
    choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    told, *_ = perform(database, [RescheduleOrder(order=brought, day=DAY_AFTER, window=EVENING)], moment(OFFICE))
    made = stored(database, number)
    assert (made.status, made.pickup_day, made.pickup_window) == ("pickup_planned", DAY_AFTER, EVENING)
    assert (booked(database, NEXT_DAY, MORNING), booked(database, DAY_AFTER, EVENING)) == (0, 2)
    assert [each.number for each in told if isinstance(each, WayChosen)] == [number]


def test_without_room_for_both_the_customer_chooses_how_the_old_comes_back(database: Database):
    shop, number = returned(database, capacity=2)
    brought = exchanged(database, shop, number, day=NEXT_DAY, window=MORNING)
    choose(database, number, "pickup", day=NEXT_DAY, window=MORNING)
    with database.writing() as session:
        an_order(session, shop, day=DAY_AFTER, window=EVENING)
    told, *_ = perform(database, [RescheduleOrder(order=brought, day=DAY_AFTER, window=EVENING)], moment(OFFICE))
    made = stored(database, number)
    assert (made.status, made.way, made.pickup_day) == ("approved", None, None)
    assert (booked(database, NEXT_DAY, MORNING), booked(database, DAY_AFTER, EVENING)) == (0, 2)
    assert [(each.number, each.day) for each in told if isinstance(each, PickupOff)] == [(number, NEXT_DAY)]
