"""What does not come with its route after all: the rest of an order, what is missing, and what goes another day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.perform import perform
from domain.commands import CancelOrder, ConfirmLoad, RescheduleOrder
from domain.moment import Actor, Role
from domain.orders import Order, OrderStatus
from tests.builders import NEXT_DAY, NOON, NOW, OFFICE, moment
from tests.driving import Day, a_day
from tests.on_the_road import in_words
from tests.planned import a_plan, a_route
from tests.talking import Talk

S = OrderStatus


@pytest.fixture
def day(database):
    """One order of three pieces, out of fifty."""
    return a_day(database, stops=1, pieces=3)


def out(talk: Talk) -> None:
    """From the start of a shift to the road."""
    talk.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage", "choice.all_there", "choice.depart"):
        talk.press(label)


def keep_one(talk: Talk) -> None:
    """One piece stays aboard."""
    talk.say("only part of it", "delivered_part")
    label = next(each for each in talk.choices() if each["values"].get("items", [{}])[0].get("quantity") == 1)
    talk.press_id(label["id"])
    if any(each["label"] == "choice.that_is_all" for each in talk.choices()):
        talk.press("choice.that_is_all")


def home(talk: Talk) -> None:
    """The end of the shift."""
    talk.say("end my shift", "end_shift")
    talk.press("choice.unread")


def another_day(day: Day, hours: int = 1) -> None:
    """The customer chooses tomorrow."""
    command = RescheduleOrder(order=day.numbers[0], day=NEXT_DAY, window=NOON)
    perform(day.database, [command], moment(OFFICE, now=NOW + timedelta(hours=hours), key=f"reschedule:{hours}"))


def tomorrow(day: Day) -> Talk:
    """Another driver's route of tomorrow with the rest."""
    with day.database.writing() as session:
        order = session.get_one(Order, day.order().id)
        made = a_route(
            session, a_plan(session, day.shop, day=NEXT_DAY, status="published"), [order], driver="Otto Other",
            status="published", planned_start=NOW + timedelta(days=1),
        )  # fmt: skip
        driver = made.driver_id
    return Talk(day.database, driver_id=driver, channel="telegram", now=NOW + timedelta(days=1))


def test_the_rest_that_is_wanted_comes_back_alone(day):
    talk = day.talk()
    out(talk)
    keep_one(talk)
    assert (day.order().status, day.stock()["SKU-1"]) == (S.PARTIALLY_DELIVERED, (47, 0))
    another_day(day)
    assert day.stock()["SKU-1"] == (47, 0)  # it is still aboard
    home(talk)
    assert (day.order().status, day.stock()["SKU-1"]) == (S.RESCHEDULED, (48, 1))


def test_the_rest_that_came_back_is_kept_for_whoever_wants_it(day):
    talk = day.talk()
    out(talk)
    keep_one(talk)
    home(talk)
    assert day.stock()["SKU-1"] == (48, 0)
    another_day(day, 5)
    assert day.stock()["SKU-1"] == (48, 1)


@pytest.mark.parametrize("ends", ["delivered", "in part", "cancelled"])
def test_only_the_rest_is_brought_and_what_is_left_balances(day, ends):
    talk = day.talk()
    out(talk)
    keep_one(talk)
    another_day(day)
    home(talk)
    if ends == "cancelled":
        perform(day.database, [CancelOrder(order=day.numbers[0])], moment(OFFICE, now=talk.now))
        assert day.stock()["SKU-1"] == (48, 0)
        return
    second = tomorrow(day)
    second.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage"):
        second.press(label)
    assert [item["quantity"] for each in second.facts["load"] for item in each["items"]] == [1]
    second.press("choice.all_there")
    assert day.stock()["SKU-1"] == (47, 0)
    second.press("choice.depart")
    if ends == "in part":  # the one piece that is left is all of it
        second.say("only part of it", "delivered_part")
        second.press("choice.kept")
        assert second.shown[-1].name == "refused.kept_all_or_nothing"
    second.say("done", "delivered")
    home(second)
    assert (day.order().status, day.stock()["SKU-1"]) == (S.DELIVERED, (47, 0))


def test_a_part_that_was_taken_back_was_none(day):
    talk = day.talk()
    out(talk)
    keep_one(talk)
    talk.say("undo", "undo")
    assert day.order().status == S.OUT_FOR_DELIVERY
    talk.say("customer refused it", "failed_delivery")
    home(talk)
    assert day.stock()["SKU-1"] == (50, 3)


def test_what_is_missing_although_it_was_loaded_is_not_on_its_way(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage", "choice.all_there"):
        talk.press(label)
    assert (day.order().status, day.stock()["SKU-1"]) == (S.DISPATCHED, (47, 0))
    said = talk.say(f"{day.numbers[0]} is missing", "confirm_load", order_number=day.numbers[0])
    assert said == ["shift.package_missing"]
    assert (day.order().status, day.stock()["SKU-1"]) == (S.PACKED, (50, 3))
    another_day(day)
    home(talk)
    assert (day.order().status, day.stock()["SKU-1"]) == (S.PACKED, (50, 3))


def test_after_work_nothing_is_asked_of_a_stop_any_more(database):
    day = a_day(database, stops=2)
    with database.writing() as session:
        session.get_one(Order, day.orders[0].id).proof = "photo"
    talk = day.talk()
    out(talk)
    assert talk.say("done", "delivered") == ["ask.proof_photo"]
    talk.say("end my shift", "end_shift")
    talk.press("choice.unread")
    assert talk.press("choice.yes") == ["shift.ended"]


def test_a_shift_that_was_never_ended_is_ended_first(day):
    talk = day.talk()
    out(talk)
    assert talk.say("start my shift", "start_shift") == ["refused.shift_began"]
    assert talk.facts["earlier"] is False
    talk.wait(hours=22)
    assert talk.say("start my shift", "start_shift") == ["refused.shift_began"]
    assert in_words(talk).startswith("Your shift that began")
    assert talk.choices()[0]["label"] == "choice.end_shift"
    talk.press("choice.end_shift")
    talk.press("choice.unread")
    assert talk.press("choice.yes") == ["shift.ended"]
    assert talk.say("start my shift", "start_shift") == ["ask.vehicle"]


def test_a_long_route_is_shown_with_few_statements(database, statements):
    day = a_day(database, stops=9)
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage"):
        talk.press(label)
    statements.clear()
    assert talk.say("my route", "show_route") == ["driver.stops"]
    assert len([each for each in statements if each.startswith("SELECT depot.")]) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time anyway
def test_what_goes_another_day_at_the_same_moment_is_not_loaded(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage"):
        talk.press(label)
    meanwhile, read = [lambda: another_day(day)], []

    def read_before(uow):
        read.append(uow.routes.tour(day.route_id))
        if meanwhile:
            meanwhile.pop()()

    perform(
        day.database, [ConfirmLoad(all_there=True)], moment(Actor(Role.DRIVER, day.driver_id), now=talk.now),
        expect=read_before,
    )  # fmt: skip
    assert (day.task().status, day.order().status, day.stock()["SKU-1"]) == ("skipped", S.ALLOCATED, (50, 3))
