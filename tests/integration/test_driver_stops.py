"""Drivers report their stops: arrived, delivered, failed, later; and see what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlmodel import select

from domain.policies import USUAL
from domain.routes import Stop, Task
from domain.travel.visits import Visit as MadeVisit
from storage.outbox import OutboxRow
from tests.builders import NOW
from tests.on_the_road import Road, in_words, on_the_road


@pytest.fixture
def road(database) -> Road:
    return on_the_road(database)


def test_the_next_stop_says_all_a_driver_needs(road) -> None:
    talk = road.talk()
    assert talk.say("next", "next_stop") == ["driver.ahead"]
    card = talk.facts["card"]
    assert (card["stop"], card["address"], talk.facts["left"]) == (1, "Teststraße 1, 10115 Berlin", 5)
    labels = [choice["label"].removeprefix("choice.") for choice in talk.choices()]
    assert labels[:6] == ["arrived", "delivered", "navigate", "failed", "stop_details", "skip"]
    text = in_words(talk)
    for said in (
        "Next: stop 1 (5 left)",
        "ETA 11:10",
        "Zzcustomer 0",
        "+49309018200",
        "2 × Kettle",
        "destination=52.53160,13.38170",
    ):
        assert said in text


def test_where_there_is_an_exchange_no_driver_sees_a_customers_number(road) -> None:
    talk = road.talk(policies=replace(USUAL, exchange="+49305550100,,{order}"))
    digits = road.numbers[0].removeprefix("RM-")
    for words, intent, more in (("next", "next_stop", {}), ("details of 1", "stop_details", {"stop": 1})):
        talk.say(words, intent, **more)
        assert f"☎ +49305550100,,{digits}" in in_words(talk)
    talk.say("route", "show_route")
    assert "+493090182" not in "".join(str(row.facts) for row in road.all(OutboxRow))


def test_a_day_by_buttons_alone(road) -> None:
    talk = road.talk()
    talk.say("next", "next_stop")
    for n in range(1, 6):
        talk.press("choice.arrived")
        assert talk.facts["card"]["stop"] == n
        talk.press("choice.delivered")
    assert talk.facts["card"] is None
    assert road.states() == ["completed"] * 5
    assert {road.order(n).status for n in range(1, 6)} == {"delivered"}
    assert "All stops are done" in in_words(talk)


def test_what_was_not_said_is_inferred_and_marked(road) -> None:
    talk = road.talk()
    talk.say("stop 3 done", "delivered", stop=3)
    assert road.states() == ["en_route", "pending", "completed", "pending", "pending"]
    task = next(each for each in road.all(Task) if each.order_number == road.numbers[2])
    events = road.events("task", task.name)
    assert [(each.after, each.detail.get("inferred", False)) for each in events] == [
        ("en_route", True), ("arrived", True), ("completed", False)
    ]  # fmt: skip
    assert {each.person for each in events} == {road.driver}
    assert talk.facts["card"]["stop"] == 1


def test_a_report_twice_is_said_and_changes_nothing(road) -> None:
    talk = road.talk()
    talk.say("next", "next_stop")
    button = next(each["id"] for each in talk.choices() if each["label"] == "choice.delivered")
    talk.press_id(button)
    before = road.snapshot()
    assert talk.press_id(button) == ["driver.ahead"]
    assert [each["what"] for each in talk.facts["done"]] == ["known"]
    assert "was reported already, 11:00" in in_words(talk)
    assert road.snapshot() == before
    assert len(road.told("OrderDelivered")) == 1


def test_a_failure_after_a_delivery_is_refused_with_a_way_out(road) -> None:
    talk = road.talk()
    talk.say("done", "delivered")
    talk.say("nobody home at 1", "failed_delivery", stop=1)
    assert talk.shown[0].name == "refused.reported_already"
    assert "choice.undo" in [choice["label"] for choice in talk.choices()]
    assert road.order(1).status == "delivered"


def test_nobody_home_is_tried_again_at_the_end_of_the_route(road) -> None:
    talk = road.talk()
    talk.say("nobody in at 2, tried calling", "failed_delivery", stop=2)
    assert [each["then"] for each in talk.facts["done"]] == ["today"]
    assert road.states() == ["en_route", "failed", "pending", "pending", "pending", "pending"]
    assert road.order(2).status == "out_for_delivery"
    after = [event.after for event in road.events("order", road.numbers[1]) if event.change == "status"]
    assert after[-4:] == ["failed", "rescheduled", "dispatched", "out_for_delivery"]
    [told] = road.told("DeliveryFailed")
    assert (told.about, told.facts["why"], told.facts["then"]) == (road.numbers[1], "nobody_home", "today")
    assert told.facts["start"] is not None
    talk.say("done 6", "delivered", stop=6)
    assert road.order(2).status == "delivered"


def test_a_question_that_is_left_for_work_comes_back_once(road) -> None:
    talk = road.talk()
    assert talk.say("running late", "report_delay") == ["ask.how_late"]
    assert talk.say("done 1", "delivered", stop=1) == ["driver.ahead", "ask.how_late"]
    assert talk.say("done 2", "delivered", stop=2) == ["driver.ahead"]
    assert talk.choices()[0]["label"] == "choice.arrived", "the buttons of the next stop stand last"
    assert talk.say("20 minutes", duration=1200) != ["shift.delay_noted"]


def test_a_question_that_came_back_can_be_answered(road) -> None:
    talk = road.talk()
    talk.say("could not deliver 3", "failed_delivery", stop=3)
    assert talk.say("done 2", "delivered", stop=2) == ["driver.ahead", "ask.failure"]
    talk.say("nobody home", reason="nobody_home")
    assert road.states()[2] == "failed"


def test_without_time_left_it_comes_another_day(database) -> None:
    road = on_the_road(database, until=time(11, 30))
    talk = road.talk()
    talk.say("nobody home", "failed_delivery")
    order = road.order(1)
    assert (order.status, order.promise_day) == ("rescheduled", NOW.date() + timedelta(days=1))
    [told] = road.told("DeliveryFailed")
    assert (told.facts["then"], told.facts["day"]) == ("tomorrow", "2026-05-05")


def test_skipping_puts_a_stop_last_and_leaves_the_other_numbers(road) -> None:
    talk = road.talk()
    talk.say("skip this one", "skip_stop")
    assert talk.facts["card"]["stop"] == 2
    assert "Stop 1 comes later: it is now stop 6" in in_words(talk)
    assert road.states() == ["en_route", "pending", "pending", "pending", "pending"]
    assert len(road.told("DeliveryLater")) == 1
    talk.say("done 5", "delivered", stop=5)
    assert road.order(5).status == "delivered"


@pytest.mark.parametrize("report", ["arrived", "delivered", "skip_stop", "failed_delivery"])
def test_a_report_taken_back_leaves_no_trace(road, report) -> None:
    talk = road.talk()
    before = road.snapshot()
    talk.say("nobody home", report)
    assert road.snapshot() != before
    talk.say("undo", "undo")
    assert talk.shown[0].name == "driver.ahead"
    assert talk.facts["done"][0]["what"] == "undone"
    assert road.snapshot() == before
    assert talk.say("undo", "undo") == ["refused.nothing_to_undo"]


def test_a_report_from_the_road_says_that_the_route_has_left(database) -> None:
    road = on_the_road(database, 2, left=False)
    talk = road.talk()
    talk.say("at 1", "arrived", stop=1)
    assert road.states() == ["arrived", "pending"]
    assert [road.order(n).status for n in (1, 2)] == ["out_for_delivery"] * 2
    moved = [each for each in road.events("route", str(road.route)) if each.change == "status"]
    assert [(each.after, each.detail.get("inferred")) for each in moved] == [("loading", True), ("in_progress", True)]
    talk.say("undo", "undo")
    assert road.states() == ["en_route", "pending"]


def test_after_ten_minutes_nothing_is_taken_back(road) -> None:
    talk = road.talk()
    talk.say("done", "delivered")
    talk.wait(minutes=11)
    assert talk.say("undo", "undo") == ["refused.too_late_to_undo"]
    assert road.order(1).status == "delivered"


@pytest.fixture
def shared(road) -> Road:
    """The orders of the first two stops go to one address, with one proof wanted."""
    with road.database.writing() as session:
        tasks = {task.order_number: task for task in session.exec(select(Task)).all()}
        first, second = tasks[road.numbers[0]], tasks[road.numbers[1]]
        second.stop_id, second.status = first.stop_id, first.status
        session.flush()
        session.delete(session.get_one(Stop, road.visit(2)))
    return road


def test_a_report_counts_for_all_orders_of_a_stop(shared) -> None:
    talk = shared.talk()
    talk.say("next", "next_stop")
    assert [parcel["number"] for parcel in talk.facts["card"]["parcels"]] == shared.numbers[:2]
    talk.say("done", "delivered")
    assert [shared.order(n).status for n in (1, 2)] == ["delivered"] * 2
    assert len(shared.told("OrderDelivered")) == 2


def test_unless_one_is_named(shared) -> None:
    talk = shared.talk()
    before = shared.snapshot()
    talk.say(f"{shared.numbers[1]} delivered", "delivered", order_number=shared.numbers[1])
    assert [shared.order(n).status for n in (1, 2)] == ["out_for_delivery", "delivered"]
    assert talk.facts["card"]["stop"] == 1
    talk.say("customer refused it", "failed_delivery")
    assert [shared.order(n).status for n in (1, 2)] == ["failed", "delivered"]
    assert shared.states()[0] == "partial"
    for _ in range(2):
        talk.say("undo", "undo")
    assert shared.snapshot() == before


def test_a_visit_teaches_only_where_the_arrival_was_said(road) -> None:
    talk = road.talk()
    talk.say("at 1", "arrived")
    talk.wait(minutes=4)
    talk.say("done", "delivered")
    talk.wait(minutes=5)
    talk.say("done", "delivered")
    [visit] = road.all(MadeVisit)
    assert visit.stop_id == road.visit(1)
    assert visit.served == pytest.approx(240, abs=5)
    talk.wait(minutes=5)
    talk.say("at 3", "arrived")
    talk.wait(minutes=3)
    talk.say("done", "delivered")
    last = road.all(MadeVisit)[-1]
    assert (last.arrived_at - last.left_at).total_seconds() == pytest.approx(300, abs=5)
