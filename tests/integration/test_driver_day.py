"""What a driver says between leaving and coming back, and what the end of the shift comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import (
    AnswerChat,
    CancelOrder,
    CloseChat,
    InstructDelivery,
    RemoveStop,
    SplitRoute,
    SwapDriver,
)
from domain.moment import Actor, Role
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.routes import RouteStatus
from domain.values import Place
from domain.wishes import Wish
from storage.nouns import Cases
from storage.routes import Routes
from tests.builders import NOW, OFFICE, moment
from tests.driving import a_day, another_driver
from tests.planned import a_plan, a_route

S = OrderStatus


@pytest.fixture
def day(database):
    return a_day(database)


@pytest.fixture
def talk(day):
    """The chat of a driver who has left the depot."""
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.say("1000 km")
    talk.press("choice.no_damage")
    talk.press("choice.all_there")
    talk.press("choice.depart")
    return talk


def labels(talk):
    return [choice["label"] for choice in talk.choices()]


def cases(day):
    with day.database.reading() as session:
        return list(Cases(session).open())


def etas(day):
    with day.database.reading() as session:
        return [visit.stop.eta for visit in Routes(session).tour(day.route_id).visits]


# Breaks and delays


def test_a_break_and_its_end_with_buttons(day, talk):
    assert talk.say("help", "help") == ["said.driver_help"]
    assert talk.press("choice.start_break") == ["shift.break_started"]
    assert labels(talk)[0] == "choice.end_break"
    assert talk.say("break", "start_break") == ["refused.on_break"]
    talk.wait(minutes=29, seconds=57)
    assert talk.press("choice.end_break")[0] == "shift.break_ended"
    assert talk.facts["minutes"] == 30
    assert talk.say("back", "end_break") == ["refused.no_break"]
    assert "choice.arrived" in labels(talk)


def test_customers_are_served_later_by_a_break(day, talk):
    before = etas(day)
    talk.say("break", "start_break")
    assert all(now - was >= timedelta(minutes=20) for was, now in zip(before, etas(day), strict=True))


def test_a_delay_moves_all_that_is_ahead_and_tells_the_customers(day, talk):
    talk.say("how far", "next_stop")
    before = etas(day)
    assert talk.say("running late", "report_delay") == ["ask.how_late"]
    assert talk.say("half an hour", duration=1800) == ["shift.delay_noted"]
    after = etas(day)
    assert all(now - was >= timedelta(minutes=25) for was, now in zip(before, after, strict=True))
    assert talk.facts["told"] == len(day.told("order.window_changed"))


def test_who_sees_another_time_without_a_message_does_not_count_as_told(day, talk):
    assert talk.say("a minute late", "report_delay", duration=60) == ["shift.delay_noted"]
    assert talk.facts["told"] == len(day.told("order.window_changed")) == 0
    assert talk.say("two hours late", "report_delay", duration=7200) == ["shift.delay_noted"]
    assert talk.facts["told"] == len(day.told("order.window_changed")) == 3


def test_how_late_can_be_picked_and_corrected(day, talk):
    talk.say("I am late", "report_delay")
    assert [choice["values"]["minutes"] for choice in talk.choices()] == [10, 15, 20, 30, 45, 60]
    assert talk.press("choice.minutes", 2) == ["shift.delay_noted"]
    assert talk.facts["minutes"] == 20
    assert talk.say("no, 45 minutes late", "report_delay", duration=2700) == ["shift.delay_noted"]


def test_nobody_is_late_before_the_route_has_left(day):
    talk = day.talk()
    assert talk.say("20 minutes late", "report_delay", duration=1200) == ["refused.no_shift"]
    assert labels(talk) == ["choice.start_shift", "choice.dispatcher"]


# Trouble


def test_a_breakdown_is_filed_with_what_handing_the_rest_over_would_do(day, talk):
    assert talk.say("the van broke down, engine is smoking", "report_incident") == ["shift.incident_noted"]
    assert talk.facts["kind"] == "breakdown"
    assert labels(talk)[0] == "choice.dispatcher"
    case = cases(day)[0]
    assert case.kind == "incident.breakdown"
    assert case.detail["vehicle"] == day.plate
    assert case.detail["proposal"]["command"] == f"roundsman route split {day.route_id} --reason breakdown"
    assert case.detail["proposal"]["nobody"] == day.numbers
    assert day.route().status == "in_progress"


def test_an_incident_with_buttons_and_again_is_one_case(day, talk):
    talk.say("help", "help")
    assert talk.press("choice.incident") == ["ask.incident"]
    assert talk.press("choice.incident_accident") == ["shift.incident_noted"]
    reference = talk.facts["reference"]
    assert talk.say("we had an accident, somebody hit me", "report_incident") == ["shift.incident_noted"]
    assert talk.facts["reference"] == reference
    assert cases(day)[0].detail["words"] == ["we had an accident, somebody hit me"]


def test_after_handing_over_the_goods_come_back_and_nobody_is_told_twice(day, talk):
    talk.say("breakdown", "report_incident")
    perform(day.database, [SplitRoute(route=day.route_id, place=Place(52.52, 13.4), reason="breakdown")], moment(OFFICE, talk.now))  # fmt: skip
    assert day.route().status == RouteStatus.COMPLETED
    told = len(day.told("order.off_today"))
    talk.say("that is it", "end_shift")
    assert talk.press("choice.unread") == ["shift.ended"]
    assert {day.order(n).status for n in range(3)} == {S.RETURNED_TO_DEPOT}
    assert day.stock()["SKU-1"] == (50, 3)
    assert len(day.told("order.off_today")) == told
    assert day.vehicle().status == "out_of_service"


def test_the_dispatcher_hears_and_answers_while_the_bot_goes_on(day, talk):
    assert talk.say("I need the dispatcher", "talk_to_human") == ["ask.words"]
    assert talk.say("the gate is locked, who has the key") == ["shift.dispatcher_told"]
    reference = talk.facts["reference"]
    perform(day.database, [AnswerChat(case=reference, words="Ring at the side door.")], moment(OFFICE, talk.now))
    assert day.told("shift.dispatcher_said") == [{"words": "Ring at the side door."}]
    assert talk.say("20 minutes late", "report_delay", duration=1200) == ["shift.delay_noted"]
    assert talk.say("tell the dispatcher it is open now", "talk_to_human") == ["shift.dispatcher_told"]
    assert talk.facts["reference"] == reference
    perform(day.database, [CloseChat(case=reference)], moment(OFFICE, talk.now))
    assert cases(day) == []


def test_a_driver_without_a_phone_cannot_be_answered(day, talk):
    talk.say("tell them the gate is locked", "talk_to_human")
    reference = talk.facts["reference"]
    with day.database.writing() as session:
        from domain.conversations import Conversation

        session.get(Conversation, talk.conversation_id).release_driver()
    with pytest.raises(Refusal, match="driver_unreachable"):
        perform(day.database, [AnswerChat(case=reference, words="Ring.")], moment(OFFICE, talk.now))


# The end


def test_the_shift_ends_after_a_question_while_stops_are_open(day, talk):
    assert talk.say("done for today", "end_shift") == ["ask.odometer"]
    assert talk.say("1042") == ["ask.confirm.EndShift"]
    assert talk.facts["ahead"] == 3
    assert talk.press("choice.no") == ["said.kept"]
    assert "choice.arrived" in labels(talk)
    assert day.shift().ended_at is None


def test_what_was_not_delivered_comes_back_and_its_customers_are_told(day, talk):
    talk.say("delivered", "delivered")
    talk.say("done for today, mileage 1042", "end_shift")
    assert talk.press("choice.yes") == ["shift.ended"]
    summary = talk.facts["summary"]
    assert (summary["stops"], summary["done"], summary["km"]) == (3, 1, 42)
    assert (summary["failed"], summary["not_reached"]) == (0, 2), "whoever was headed for was not reached either"
    assert (summary["told"], summary["had_promise"]) == (1, 1)
    assert talk.facts["returned"] == day.numbers[1:]
    assert [day.order(n).status for n in range(3)] == [S.DELIVERED, S.RETURNED_TO_DEPOT, S.RETURNED_TO_DEPOT]
    assert day.stock()["SKU-1"] == (49, 2)
    assert [each["number"] for each in day.told("order.off_today")] == day.numbers[1:]
    assert {case.kind for case in cases(day)} == {"not_reached"}
    assert (day.route().status, day.vehicle().status) == ("completed", "available")
    assert talk.say("end my shift", "end_shift") == ["refused.shift_over"]


def test_what_is_planned_for_tomorrow_by_then_comes_back_all_the_same(day, talk):
    with day.database.writing() as session:
        order = session.exec(select(Order).where(Order.number == day.numbers[2])).one()
        tomorrow = a_plan(session, day.shop, day=NOW.date() + timedelta(days=1), status="published")
        a_route(session, tomorrow, [order], driver="Somebody Else", status="published")
    talk.say("delivered", "delivered")
    talk.say("done for today, mileage 1042", "end_shift")
    assert talk.press("choice.yes") == ["shift.ended"]
    assert talk.facts["returned"] == day.numbers[1:]
    assert day.stock()["SKU-1"] == (49, 2)


def test_an_odometer_does_not_run_backwards(day, talk):
    talk.say("end my shift", "end_shift")
    talk.say("900")
    assert talk.press("choice.yes") == ["refused.odometer_backwards"]
    assert talk.say("1,001") == ["ask.confirm.EndShift"]


def test_whoever_ends_before_leaving_leaves_the_route_to_be_given_away(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    talk.press("choice.no_damage")
    talk.say("I am sick, going home", "end_shift")
    talk.press("choice.unread")
    assert talk.press("choice.yes") == ["shift.ended"]
    assert [case.kind for case in cases(day)] == ["route_not_driven"]
    assert day.route().is_live
    assert day.vehicle().status == "available"


# What drivers hear of


def test_a_driver_hears_that_a_customer_wants_something_else(day, talk):
    owner = Actor(Role.CUSTOMER, day.orders[1].customer_id)
    wishes = {Wish.SAFE_PLACE: "in the shed"}
    perform(day.database, [InstructDelivery(order=day.numbers[1], wishes=wishes)], moment(owner, talk.now))
    told = day.told("driver.instructed")
    assert [(each["stop"], each["wishes"]) for each in told] == [(2, [["safe_place", "in the shed"]])]


def test_a_driver_hears_that_a_stop_is_off(day, talk):
    perform(day.database, [RemoveStop(route=day.route_id, stop=stop_id(day, 2), reason="closed today")], moment(OFFICE, talk.now))  # fmt: skip
    assert [each["gone"] for each in day.told("driver.stops_changed")] == [[day.orders[2].address]]


def test_an_order_cancelled_while_the_van_is_loaded_stays_here(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    talk.press("choice.no_damage")
    talk.press("choice.all_there")
    owner = Actor(Role.CUSTOMER, day.orders[2].customer_id)
    perform(day.database, [CancelOrder(order=day.numbers[2])], moment(owner, talk.now))
    assert [(each["number"], each["aboard"]) for each in day.told("driver.called_off")] == [(day.numbers[2], False)]
    assert day.stock()["SKU-1"] == (48, 0)


def test_a_route_that_is_swapped_is_told_to_both(day):
    another_driver(day)
    talk, theirs = day.talk(), None
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    talk.press("choice.no_damage")
    with day.database.writing() as session:
        from datetime import time

        from domain.fleet import Shift

        for driver in (day.driver_id, another_id(session)):
            session.add(Shift(driver_id=driver, day=talk.now.date(), starts=time(6), ends=time(22)))
        theirs = another_id(session)
    other = type(talk)(day.database, driver_id=theirs, channel="telegram", policies=talk.policies)
    other.say("start my shift", "start_shift")
    other.press("choice.vehicle")
    other.press("choice.unread")
    other.press("choice.no_damage")
    perform(day.database, [SwapDriver(route=day.route_id, driver="otto")], moment(OFFICE, talk.now))
    assert len(day.told("driver.route_lost")) == 1
    assert [each["stops"] for each in day.told("driver.route")] == [3]
    assert talk.say("all there", "confirm_load") == ["refused.no_route_today"]
    assert other.say("all there", "confirm_load") == ["shift.loaded"]


def another_id(session):
    from sqlmodel import select

    from domain.fleet import Driver

    return session.exec(select(Driver).where(Driver.code == "otto")).one().id


def stop_id(day, nth):
    with day.database.reading() as session:
        return Routes(session).tour(day.route_id).visits[nth].stop.id


def test_small_talk_has_the_buttons_of_the_state(day, talk):
    for said, intent, answer in (
        ("hi", "greet", "greeting"),
        ("thanks", "thank", "welcome"),
        ("bye", "goodbye", "goodbye"),
        ("yes", "affirm", "nothing_pending"),
        ("asdf", "out_of_scope", "puzzled"),
        ("what can you do", "help", "help"),
    ):
        assert talk.say(said, intent) == [f"said.driver_{answer}"]
        assert talk.choices()
    assert talk.say("cancel", "out_of_scope") == ["said.dropped"]
