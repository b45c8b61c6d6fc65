"""A driver collects returns: what is handed over and in which condition, what is not, and what becomes of it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands.stops import CollectReturn
from domain.deliveries import StoredFile
from domain.depots import DeliverySlot
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine
from domain.routes import Task
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import NOW, moment
from tests.meanings import meaning
from tests.on_the_road import Road, in_words, on_the_road, to_collect


@pytest.fixture
def road(database: Database) -> Road:
    return on_the_road(database, 2)


def cases(road: Road, kind: str) -> list[Case]:
    return [case for case in road.all(Case) if case.kind == kind]


def collect(talk, *presses: str) -> list[str]:
    """Say that what is next is collected, then press what is offered."""
    said = talk.press("choice.collected")
    for each in presses:
        said = talk.press(each)
    return said


def at_the_pickup(road: Road, talk) -> None:
    """The driver is at stop 1, whose order is delivered."""
    talk.say("at 1", "arrived")
    talk.press("choice.delivered")


def test_a_return_is_collected_and_its_customer_hears_that_we_have_it(road) -> None:
    number = to_collect(road, 1)
    talk = road.talk()
    talk.say("at 1", "arrived")
    assert "Collect · Zzcustomer 0 · " + number in in_words(talk)
    assert "Kettle" in in_words(talk)
    talk.press("choice.delivered")
    assert road.states()[0] == "arrived", "something is still to be collected"
    assert talk.press("choice.collected") == ["ask.return_condition"]
    assert in_words(talk).startswith(f"Collect at stop 1: Kettle (return {number})")
    assert talk.press("choice.condition_as_new") == ["driver.ahead"]
    made = road.made(number)
    assert (made.status, road.states()) == ("in_transit", ["completed", "en_route"])
    (told,) = road.told("ReturnCollected")
    assert (told.about, told.facts["missing"]) == (number, [])
    (collected,) = [each for each in road.events("return", number) if each.change == "collected"]
    assert (collected.detail["condition"], list(collected.detail["pieces"].values())) == ("as_new", [1])


@pytest.mark.parametrize("said", ["picked up return 1001", "collected RET-1001, as new"])
def test_a_return_is_called_by_its_number(road, said) -> None:
    number = to_collect(road, 2)
    assert number == "RET-1001"
    talk = road.talk()
    if talk.say(said, "collected_return", return_number="RET-1001") == ["ask.return_condition"]:
        talk.press("choice.condition_as_new")
    assert road.made(number).status == "in_transit"


def test_a_return_of_another_route_is_none_of_this_one(road) -> None:
    talk = road.talk()
    said = talk.say("picked up RET-9999", "collected_return", return_number="RET-9999")
    assert said == ["refused.return_not_on_your_route"]


def test_only_one_of_two_is_handed_over(road) -> None:
    number = to_collect(road, 1, skus=("SKU-1",), quantity=2)
    talk = road.talk()
    at_the_pickup(road, talk)
    assert collect(talk, "choice.collected_part") == ["ask.not_given"]
    assert talk.press("choice.kept", 0) == ["ask.return_condition"]
    assert talk.press("choice.condition_as_new") == ["driver.ahead"]
    assert "Not handed over: Kettle" in in_words(talk)
    (told,) = road.told("ReturnCollected")
    assert told.facts["items"] == told.facts["missing"] == [{"name": "Kettle", "quantity": 1}]
    (task,) = [each for each in road.all(Task) if each.return_number]
    assert (task.status, road.made(number).status) == ("partial", "in_transit")
    (line,) = [each for each in road.all(ReturnLine) if each.collected is not None]
    assert (line.quantity, line.collected) == (2, 1)


def test_what_looks_used_is_photographed_if_the_driver_can(road) -> None:
    number = to_collect(road, 1)
    talk = road.talk()
    at_the_pickup(road, talk)
    assert collect(talk, "choice.condition_used") == ["ask.return_photo"]
    assert talk.press("choice.without_photo") == ["driver.ahead"]
    assert road.made(number).status == "in_transit"


def needs_photo(road: Road) -> None:
    """The rule that decided wants what is collected photographed."""
    with road.database.writing() as session:
        for line in session.exec(select(ReturnLine)):
            line.terms = {"outcome": "approve", "photo": True}


def test_where_the_rule_wants_a_photo_nothing_is_collected_without(road) -> None:
    number = to_collect(road, 1)
    needs_photo(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    assert collect(talk, "choice.condition_as_new") == ["ask.return_photo"]
    assert [choice["label"] for choice in talk.choices()] == ["choice.dispatcher"]
    assert "This one needs a photo" in in_words(talk)
    assert talk.say("i cant take one") == ["ask.return_photo"]
    assert talk.hear(meaning("", "share_photo", 1.0, photo=a_photo(road, talk))) == ["driver.ahead"]
    (collected,) = [each for each in road.events("return", number) if each.change == "collected"]
    assert collected.detail["photos"] == ["p" * 22]
    (kept,) = road.all(StoredFile)
    assert (kept.kind, kept.expires_at, kept.customer_id) == ("return", None, road.made(number).customer_id)


def test_without_the_photo_that_is_a_must_the_report_is_refused(road) -> None:
    """However it is sent."""
    to_collect(road, 1)
    needs_photo(road)
    command = CollectReturn(visits=[road.visit(1)], condition="as_new")
    with pytest.raises(Refusal, match="return_photo_needed"):
        perform(road.database, [command], moment(road.actor))


def a_photo(road: Road, talk) -> str:
    """A photo that came in the driver's chat."""
    with road.database.writing() as session:
        photo = StoredFile(
            id="p" * 22, created_at=talk.now, kind="photo", conversation_id=talk.conversation_id, path="x.jpg",
            mime="image/jpeg", expires_at=talk.now + timedelta(days=1),
        )  # fmt: skip
        session.add(photo)
    return "p" * 22


def test_the_code_is_asked_for_and_three_wrong_ones_are_a_case(road) -> None:
    number = to_collect(road, 1, code="4821")
    talk = road.talk()
    at_the_pickup(road, talk)
    assert collect(talk, "choice.condition_as_new") == ["ask.return_code"]
    assert talk.say("1111") == ["ask.return_code"]
    assert "2 tries left" in in_words(talk)
    assert talk.say("4821") == ["driver.ahead"]
    (collected,) = [each for each in road.events("return", number) if each.change == "collected"]
    assert collected.detail["code"] is True
    assert not cases(road, "pickup_code_failed")


def test_after_three_wrong_codes_it_is_collected_all_the_same_and_somebody_looks_into_it(road) -> None:
    number = to_collect(road, 1, code="4821")
    talk = road.talk()
    at_the_pickup(road, talk)
    collect(talk, "choice.condition_as_new")
    for wrong in ("1111", "2222", "3333"):
        said = talk.say(wrong)
    assert said == ["driver.ahead"]
    (case,) = cases(road, "pickup_code_failed")
    assert (case.detail["return_number"], road.made(number).status) == (number, "in_transit")


def test_nobody_home_frees_the_window_and_the_customer_chooses_another_day(road) -> None:
    number = to_collect(road, 2, alone=True)
    talk = road.talk()
    before = sum(slot.booked for slot in road.all(DeliverySlot))
    talk.say("at 3", "arrived", stop="3")
    assert talk.press("choice.failed") == ["ask.failure"]
    assert talk.press("choice.failure_nobody_home") == ["driver.ahead"]
    made = road.made(number)
    assert (made.status, made.pickup_day, made.told_start) == ("approved", None, None)
    assert sum(slot.booked for slot in road.all(DeliverySlot)) == before - 1
    (told,) = road.told("PickupOff")
    assert (told.about, told.facts["why"], told.facts["person"]) == (number, "nobody_home", False)
    assert not cases(road, "pickup_failed")


def test_the_second_time_in_vain_is_a_case(road) -> None:
    number = to_collect(road, 2, alone=True)
    with road.database.writing() as session:
        session.exec(select(Task).where(Task.return_number == number)).one().attempt = 2
    talk = road.talk()
    talk.say("at 3", "arrived", stop="3")
    talk.press("choice.failed")
    talk.press("choice.failure_not_ready")
    (case,) = cases(road, "pickup_failed")
    assert (case.detail["return_number"], case.detail["failure"]) == (number, "not_ready")
    (told,) = road.told("PickupOff")
    assert told.facts["person"]


@pytest.mark.parametrize("way", ["collected", "failed"])
def test_a_report_about_a_return_can_be_taken_back(road, way) -> None:
    number = to_collect(road, 1, skus=("SKU-1",), quantity=2)
    talk = road.talk()
    at_the_pickup(road, talk)
    before = road.snapshot()
    if way == "collected":
        collect(talk, "choice.collected_part")
        talk.press("choice.kept", 0)
        talk.press("choice.condition_as_new")
    else:
        talk.press("choice.not_given")
        talk.press("choice.failure_refused")
    assert road.snapshot() != before
    talk.say("undo", "undo")
    assert road.snapshot() == before
    assert road.made(number).status == "pickup_planned"


def test_who_heard_of_it_hears_that_it_was_a_mistake(road) -> None:
    number = to_collect(road, 1)
    talk = road.talk()
    at_the_pickup(road, talk)
    collect(talk, "choice.condition_as_new")
    with road.database.writing() as session:
        session.exec(select(OutboxRow).where(OutboxRow.kind == "ReturnCollected")).one().state = "sent"
    talk.say("undo", "undo")
    (told,) = road.told("PickupCorrected")
    assert (told.about, told.facts["told"]) == (number, "collected")


def test_an_exchange_is_one_visit(road) -> None:
    """The new is handed over, the old collected."""
    number = exchange(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    assert road.order(1).status == "delivered"
    assert talk.facts["card"]["stop"] == 1, "the old one is asked for before the next stop"
    collect(talk, "choice.condition_as_new")
    assert (road.made(number).status, road.states()[0]) == ("in_transit", "completed")


def exchange(road: Road) -> str:
    number = to_collect(road, 1)
    with road.database.writing() as session:
        made = session.exec(select(Return).where(Return.number == number)).one()
        made.exchange_order = road.numbers[0]
    return number


def test_the_old_is_asked_for_as_soon_as_the_new_is_handed_over(road) -> None:
    number = exchange(road)
    talk = road.talk()
    assert talk.say("dropped it off", "delivered") == ["driver.ahead"], "the driver did not even say that they arrived"
    [owed] = talk.facts["owed"]
    assert (owed["stop"], owed["here"], owed["number"], owed["exchange"]) == (1, True, number, True)
    assert f"Take the old one along before you drive on: Kettle (return {number})" in in_words(talk)
    assert [choice["label"] for choice in talk.choices()][:2] == ["choice.collected", "choice.not_given"]
    assert road.states()[0] == "arrived"
    collect(talk, "choice.condition_as_new")
    assert talk.facts["owed"] == []
    assert road.made(number).status == "in_transit"


def test_a_part_that_is_handed_over_asks_for_the_old_as_well(database: Database) -> None:
    road = on_the_road(database, 2, orders=[{"lines": [("SKU-1", 1), ("SKU-2", 1)]}])
    exchange(road)
    talk = road.talk()
    talk.say("at 1", "arrived")
    talk.press("choice.part")
    talk.press("choice.kept")
    talk.press("choice.that_is_all")
    assert road.order(1).status == "partially_delivered"
    assert [each["here"] for each in talk.facts["owed"]] == [True]


@pytest.mark.parametrize("said", ["arrived", "delivered"])
def test_who_drives_on_is_asked_again_until_it_is_said(road, said) -> None:
    number = exchange(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    talk.say("at 2", said, stop="2")
    [owed] = talk.facts["owed"]
    assert (owed["stop"], owed["here"]) == (1, False)
    assert f"Stop 1: were you given Kettle (return {number})?" in in_words(talk)
    if said == "arrived":
        assert [choice["label"] for choice in talk.choices()][:2] == ["choice.collected_at", "choice.not_given_at"]
        assert talk.facts["card"]["stop"] == 2
        talk.press("choice.delivered")
    assert talk.facts["owed"], "nothing was said of it yet"
    assert talk.press("choice.collected") == ["ask.return_condition"]
    talk.press("choice.condition_as_new")
    assert talk.facts["owed"] == []
    assert (road.made(number).status, road.states()) == ("in_transit", ["completed", "completed"])


def test_who_drove_on_says_that_the_old_was_not_given(road) -> None:
    number = exchange(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    talk.say("at 2", "arrived", stop="2")
    assert talk.press("choice.not_given_at") == ["ask.failure"]
    talk.press("choice.failure_refused")
    (case,) = cases(road, "old_not_given")
    assert case.detail["return_number"] == number
    assert (road.states(), talk.facts["owed"]) == (["partial", "arrived"], [])


def test_the_shift_does_not_end_quietly_with_the_old_not_spoken_of(road) -> None:
    number = exchange(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    talk.say("delivered 2", "delivered", stop="2")
    assert [each["number"] for each in talk.facts["owed"]] == [number]
    talk.say("done for today, mileage 1042", "end_shift")
    assert "Stop 1: you have not said whether you were given" in in_words(talk)
    talk.press("choice.yes")
    (case,) = cases(road, "old_not_given")
    assert (case.detail["return_number"], road.made(number).status) == (number, "approved")
    (told,) = road.told("PickupOff")
    assert (told.facts["why"], told.facts["person"]) == ("unsaid", True)


def test_who_takes_the_new_and_does_not_give_the_old_is_a_case(road) -> None:
    number = exchange(road)
    talk = road.talk()
    at_the_pickup(road, talk)
    talk.press("choice.not_given")
    assert [choice["label"] for choice in talk.choices()][:3] == [
        "choice.failure_refused", "choice.failure_damaged", "choice.failure_not_ready",
    ]  # fmt: skip
    talk.press("choice.failure_refused")
    (case,) = cases(road, "old_not_given")
    assert (case.detail["return_number"], road.made(number).status) == (number, "approved")


def test_an_exchange_refused_at_the_door_leaves_no_pickup_of_a_day_that_is_over(road) -> None:
    number = exchange(road)
    before = sum(slot.booked for slot in road.all(DeliverySlot))
    talk = road.talk()
    talk.say("at 1", "arrived")
    talk.press("choice.failed")
    talk.press("choice.failure_refused")
    made = road.made(number)
    assert (made.status, made.way, made.pickup_day, made.told_start) == ("approved", None, None, None)
    assert sum(slot.booked for slot in road.all(DeliverySlot)) == before - 1
    (told,) = road.told("PickupOff")
    assert (told.about, told.facts["why"], told.facts["person"]) == (number, "refused", False)
    assert not cases(road, "old_not_given"), "neither was handed over"


def test_where_the_new_comes_another_day_the_old_is_collected_then(database: Database) -> None:
    """The shift is nearly over, so nobody tries again today."""
    road = on_the_road(database, 2, until=time(11, 30))
    number = exchange(road)
    before = sum(slot.booked for slot in road.all(DeliverySlot))
    talk = road.talk()
    talk.say("at 1", "arrived")
    talk.press("choice.failed")
    talk.press("choice.failure_nobody_home")
    order, made = road.order(1), road.made(number)
    assert order.promise_day > NOW.date()
    assert (made.status, made.pickup_day, made.pickup_window) == ("pickup_planned", order.promise_day, order.window)
    assert sum(slot.booked for slot in road.all(DeliverySlot)) == before
    (told,) = road.told("WayChosen")
    assert (told.facts["number"], told.facts["exchange"]) == (number, order.number)
    assert not road.told("PickupOff")
    snapshot = road.made(number)
    talk.say("undo", "undo")
    assert road.made(number).pickup_day == NOW.date() != snapshot.pickup_day


def test_nobody_came_for_an_exchange_in_the_whole_shift(road) -> None:
    number = exchange(road)
    talk = road.talk()
    talk.say("done for today, mileage 1042", "end_shift")
    talk.press("choice.yes")
    made = road.made(number)
    assert (made.status, made.pickup_day) == ("approved", None)
    assert [told.about for told in road.told("PickupOff")] == [number]


def test_where_nobody_is_at_home_for_an_exchange_both_come_again(road) -> None:
    number = exchange(road)
    talk = road.talk()
    talk.say("at 1", "arrived")
    talk.press("choice.failed")
    talk.press("choice.failure_nobody_home")
    assert road.made(number).status == "pickup_planned"
    assert not road.told("PickupOff")


def test_what_is_to_be_collected_is_not_delivered(road) -> None:
    to_collect(road, 2, alone=True)
    talk = road.talk()
    talk.say("at 3", "arrived", stop="3")
    assert talk.say("delivered stop 3", "delivered", stop="3") == ["refused.to_collect"]


def test_a_stop_put_off_tells_those_who_wait_for_the_driver_to_collect(road) -> None:
    number = to_collect(road, 1)
    talk = road.talk()
    talk.say("later", "skip_stop")
    (told,) = road.told("PickupLater")
    assert told.about == number


def test_what_was_collected_is_handed_in_and_the_rest_is_off(road) -> None:
    number, other = to_collect(road, 1), to_collect(road, 2)
    talk = road.talk()
    at_the_pickup(road, talk)
    collect(talk, "choice.condition_as_new")
    assert talk.say("done for today, mileage 1042", "end_shift") == ["ask.confirm.EndShift"]
    assert talk.press("choice.yes") == ["shift.ended"]
    assert f"Hand in at the depot:\n{number} · Kettle" in in_words(talk)
    assert road.made(other).status == "approved"
    (told,) = road.told("PickupOff")
    assert (told.about, told.facts["why"]) == (other, "not_reached")
