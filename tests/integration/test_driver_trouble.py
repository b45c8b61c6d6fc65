"""Reports that come late, twice, at once, from the wrong hands, or after somebody changed the route."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from actions.perform import perform
from domain.cases import Case
from domain.commands import (
    Arrive,
    Deliver,
    FailDelivery,
    RemoveStop,
    RescheduleOrder,
    ResolveCase,
    ShowStop,
    SkipStop,
    Undo,
)
from domain.conversations import Button, Conversation
from domain.driving import WorkedShift
from domain.fleet import Driver
from domain.moment import Actor, Role
from domain.orders import Order
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.routes import Route, Stop, Task
from storage import personal
from storage.database import Database
from storage.inbox import InboxRow
from storage.outbox import SENT, OutboxRow
from tests.builders import NEXT_DAY, NOON, NOW, OFFICE, moment
from tests.on_the_road import Road, in_words, on_the_road
from tests.planned import a_plan, a_route
from tests.talking import Talk


@pytest.fixture
def road(database) -> Road:
    return on_the_road(database)


def another_driver(road: Road) -> Actor:
    """Somebody on a shift of their own, with a route of no stops."""
    with road.database.writing() as session:
        other = Driver(name="Zzother", depot_id=road.shop.depot_id)
        session.add(other)
        session.flush()
        route = Route(depot_id=road.shop.depot_id, day=NOW.date(), driver_id=other.id, status="in_progress")
        session.add(route)
        session.flush()
        given: dict[str, Any] = {
            "depot_id": road.shop.depot_id,
            "day": NOW.date(),
            "route_id": route.id,
            "started_at": NOW,
        }
        session.add(WorkedShift(driver_id=other.id or 0, **given))
        return Actor(Role.DRIVER, other.id)


@pytest.mark.parametrize("command", [Arrive, Deliver, SkipStop, ShowStop])
def test_nobody_reports_on_anothers_route(road, command) -> None:
    other, before = another_driver(road), road.snapshot()
    with pytest.raises(NotFound, match="stop_not_yours"):
        perform(road.database, [command(visits=(road.visit(1),))], moment(other))
    with pytest.raises(NotFound, match="order_not_on_your_route"):
        perform(road.database, [command(order=road.numbers[0])], moment(other))
    assert road.snapshot() == before


def test_nobody_takes_back_what_another_reported(road) -> None:
    other = another_driver(road)
    road.talk().say("done", "delivered")
    with pytest.raises(Refusal, match="nothing_to_undo"):
        perform(road.database, [Undo()], moment(other))
    assert road.order(1).status == "delivered"


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.DISPATCHER, Role.API])
def test_only_drivers_report(road, role) -> None:
    with pytest.raises(NotAllowed):
        perform(road.database, [Deliver(visits=(road.visit(1),))], moment(Actor(role)))


def test_a_route_that_is_over_takes_no_reports(road) -> None:
    talk = road.talk()
    talk.say("next", "next_stop")
    button = talk.choices()[1]["id"]
    with road.database.writing() as session:
        session.execute(update(Route).values(status="completed"))  # type: ignore[arg-type]
    assert talk.press_id(button) == ["refused.no_route_today"]
    assert road.order(1).status == "out_for_delivery"


def test_without_a_shift_nothing_is_reported(road) -> None:
    with road.database.writing() as session:
        session.execute(update(WorkedShift).values(ended_at=NOW))  # type: ignore[arg-type]
    assert road.talk().say("done", "delivered") == ["refused.no_shift"]


def test_messages_that_come_late_happened_when_they_were_written(road) -> None:
    talk = road.talk()
    written = [NOW + timedelta(minutes=5), NOW + timedelta(minutes=9), NOW + timedelta(minutes=20)]
    talk.wait(minutes=60)
    for moment_, (words, intent) in zip(
        written, [("at 1", "arrived"), ("done", "delivered"), ("done", "delivered")], strict=True
    ):
        talk.wrote_at(moment_)
        assert talk.say(words, intent) == ["driver.ahead"]
    assert road.states() == ["completed", "completed", "en_route", "pending", "pending"]
    done = [task.done_at for task in road.all(Task) if task.status == "completed"]
    assert done == written[1:]
    assert [report.at for report in road.reports()] == written
    told = [row.facts["at"] for row in road.told("OrderDelivered")]
    assert [each.replace("Z", "+00:00") for each in told] == [each.isoformat() for each in written[1:]]


def test_the_past_does_not_come_after_the_present(road) -> None:
    """A late message is not before what was reported already."""
    talk = road.talk()
    talk.wait(minutes=30)
    talk.say("1 done", "delivered", stop=1)
    talk.wrote_at(NOW + timedelta(minutes=3))
    talk.say("2 done", "delivered", stop=2)
    first, second = (task.done_at for task in road.all(Task) if task.status == "completed")
    assert second == first


def test_two_messages_at_once_deliver_once(database: Database) -> None:
    road = on_the_road(database)
    command = Deliver(visits=(road.visit(1),))

    def report(n: int) -> list[str]:
        notices, _ = perform(database, [command], moment(road.actor, key=f"at-once:{n}"))
        return [done.what for done in notices[0].done]  # type: ignore[attr-defined]

    with ThreadPoolExecutor(4) as pool:
        said = sorted(each for found in pool.map(report, range(4)) for each in found)
    assert said == ["delivered", "known", "known", "known"]
    assert [each.after for each in road.events("order", road.numbers[0])].count("delivered") == 1
    assert len(road.told("OrderDelivered")) == 1


def test_a_stop_that_staff_took_off_is_no_longer_reported(road) -> None:
    talk = road.talk()
    talk.say("details of 3", "stop_details", stop=3)
    button = next(each["id"] for each in talk.choices() if each["label"] == "choice.delivered")
    perform(road.database, [RemoveStop(route=road.route, stop=road.visit(3), reason="asked for")], moment(OFFICE))
    assert talk.press_id(button) == ["refused.stop_not_yours"]
    assert "choice.next_stop" in [choice["label"] for choice in talk.choices()]
    assert road.order(3).status == "out_for_delivery"


def test_what_somebody_changed_since_is_not_taken_back(road) -> None:
    talk = road.talk()
    talk.say("customer refused it", "failed_delivery", stop=2)
    assert road.order(2).status == "failed"
    change = RescheduleOrder(order=road.numbers[1], day=NEXT_DAY, window=NOON)
    perform(road.database, [change], moment(OFFICE, now=talk.now))
    before = road.snapshot()
    assert talk.say("undo", "undo") == ["refused.changed_since_report"]
    assert road.snapshot() == before


def test_another_try_today_that_staff_gave_to_somebody_else_is_not_taken_back(road) -> None:
    talk = road.talk()
    talk.say("nobody home at 2", "failed_delivery", stop=2)
    again = road.visit(6)
    with road.database.writing() as session:
        plan = a_plan(session, road.shop, status="published", day=talk.now.date())
        other = a_route(session, plan, [], driver="Otto Other", status="published")
        stop = session.get_one(Stop, again)
        stop.route_id, stop.position = other.id or 0, 1
    before = road.snapshot()
    assert talk.say("undo", "undo") == ["refused.changed_since_report"]
    assert road.snapshot() == before


def test_who_was_told_hears_a_correction_and_who_was_not_hears_nothing(road) -> None:
    talk = road.talk()
    talk.say("done", "delivered")
    with road.database.writing() as session:
        session.execute(update(OutboxRow).where(OutboxRow.kind == "OrderDelivered").values(state=SENT, sent_at=NOW))  # type: ignore[arg-type]
    talk.say("undo", "undo")
    [told] = road.told("ReportCorrected")
    assert (told.about, told.facts["what"]) == (road.numbers[0], "delivered")
    talk.say("customer refused it", "failed_delivery")
    talk.say("undo", "undo")
    assert len(road.told("ReportCorrected")) == 1
    assert [row.state for row in road.told("DeliveryFailed")] == ["dropped"]


def test_a_failed_report_keeps_the_words_for_staff_and_not_for_the_customer(road) -> None:
    talk = road.talk()
    talk.say("refused, he was shouting at me", "failed_delivery")
    [told] = road.told("DeliveryFailed")
    assert "shouting" not in str(told.facts)


def test_no_driver_sees_a_pin(database) -> None:
    road = on_the_road(database, 1, orders=[{"proof": "code", "code": "4711"}])
    talk = road.talk()
    for words, intent in (
        ("next", "next_stop"),
        ("route", "show_route"),
        ("details", "stop_details"),
        ("done", "delivered"),
    ):
        talk.say(words, intent)
        assert "4711" not in str([(each.facts, each.choices) for each in talk.shown])


def test_strange_stop_numbers_are_asked_for(road) -> None:
    talk = road.talk()
    assert talk.say("14 done", "delivered", stop=14) == ["refused.no_such_stop_number"]
    assert "it has stops 1 to 5" in in_words(talk)
    assert talk.say("4", stop=4) == ["driver.ahead"]
    assert road.order(4).status == "delivered"


def test_a_bare_number_shows_that_stop(road) -> None:
    talk = road.talk()
    assert talk.say("4", stop=4) == ["driver.stop"]
    assert talk.facts["card"]["stop"] == 4


def test_reports_by_call_are_checked_too(database) -> None:
    road = on_the_road(database, 1, orders=[{"proof": "photo", "proof_required": True}])
    with pytest.raises(Refusal, match="proof_missing"):
        perform(database, [Deliver()], moment(road.actor))
    with pytest.raises(NotFound, match="no_such_photo"):
        perform(database, [Deliver(photos=("x" * 22,))], moment(road.actor))
    perform(database, [FailDelivery(reason="refused")], moment(road.actor))  # type: ignore[arg-type]
    assert road.order(1).status == "failed"


def test_a_customers_chat_reports_nothing(road) -> None:
    talk = Talk(road.database, road.shop.customer.id)
    talk.say("done", "delivered")
    assert road.order(1).status == "out_for_delivery"


def test_what_drivers_were_told_of_somebody_is_erased_with_them(road) -> None:
    talk = road.talk()
    talk.say(f"nobody at {road.numbers[0]}, rang twice at Teststraße 1", "stop_details", order_number=road.numbers[0])
    for words, intent in (("next", "next_stop"), ("route", "show_route"), ("done", "delivered"), ("next", "next_stop")):
        talk.say(words, intent)
    with road.database.writing() as session:
        personal.erase(session, road.order(1).customer_id, None)
    left = "".join(str((row.facts, row.about, row.choices)) for row in road.all(OutboxRow))
    left += "".join(str(button.choice) for button in road.all(Button))
    assert road.numbers[0] not in left
    assert "Zzcustomer 0" not in left
    assert "Teststraße 1," not in left
    assert "Zzcustomer 1" in left
    assert [row.text for row in road.all(InboxRow)] == ["next", "route", "done", "next"]
    assert road.reports()[0].before == {}


def test_what_the_dispatcher_was_told_of_somebody_goes_once_it_is_settled(road) -> None:
    talk = road.talk()
    talk.say("tell the dispatcher Teststraße 1 has a dog", "talk_to_human")
    customer = road.order(1).customer_id
    with road.database.writing() as session:
        personal.erase(session, customer, None)
    [case] = road.all(Case)
    assert "dog" in str(case.detail)  # somebody still has to read it
    perform(road.database, [ResolveCase(case=case.name)], moment(OFFICE))
    with road.database.writing() as session:
        session.execute(update(Order).where(Order.number == road.numbers[0]).values(street="Teststraße 1"))  # type: ignore[arg-type]
        personal.erase(session, customer, None)
    assert "dog" not in str(road.all(Case)[0].detail)


def test_what_was_written_of_somebody_in_an_incident_goes_once_it_is_settled(road) -> None:
    talk = road.talk()
    talk.say("theft: the parcel of Zzcustomer 0 is gone", "report_incident", kind="theft")
    [case] = road.all(Case)
    assert "Zzcustomer 0" in str(case.detail)
    perform(road.database, [ResolveCase(case=case.name)], moment(OFFICE))
    with road.database.writing() as session:
        personal.erase(session, road.order(1).customer_id, None)
    assert "Zzcustomer 0" not in str(road.all(Case)[0].detail)


def test_what_is_half_said_of_somebody_is_forgotten_with_them(road) -> None:
    talk = road.talk()
    talk.say("done, taken by Zzcustomer 0 and 2 too", "delivered", stop=[1, 2], name="Zzcustomer 0")
    with road.database.reading() as session:
        assert "Zzcustomer 0" in str(session.get_one(Conversation, talk.conversation_id).dialogue)
    with road.database.writing() as session:
        personal.erase(session, road.order(1).customer_id, None)
    with road.database.reading() as session:
        assert session.get_one(Conversation, talk.conversation_id).dialogue == {}
    assert talk.say("yes", "affirm") != ["driver.ahead"]
    assert road.order(2).status == "out_for_delivery"


def test_a_report_of_several_stops_forgets_whoever_is_erased(road) -> None:
    talk = road.talk()
    talk.say("dropped 1 and 2", "delivered", stop=[1, 2])
    talk.press("choice.yes")
    with road.database.writing() as session:
        personal.erase(session, road.order(2).customer_id, None)
    assert road.reports()[-1].before == {}


def test_a_customers_copy_says_nothing_of_others_on_the_route(road) -> None:
    talk = road.talk()
    for words, intent in (("next", "next_stop"), ("route", "show_route"), ("done", "delivered"), ("next", "next_stop")):
        talk.say(words, intent)
    with road.database.reading() as session:
        gathered = str(personal.gather(session, road.order(1).customer_id))
    assert "Zzcustomer 0" in gathered
    assert "OrderDelivered" in gathered
    assert all(f"Zzcustomer {n}" not in gathered for n in range(1, 5))
    assert all(number not in gathered for number in road.numbers[1:])
