"""A driver's shift: the vehicle, the load, the moment of leaving, and how every press is harmless when it is repeated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import ReturnVehicle, StartShift
from domain.driving import WorkedShift
from domain.fleet import VehicleStatus
from domain.moment import SYSTEM, Actor, Role
from domain.orders import OrderStatus
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.routes import RouteStatus, TaskStatus
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, a_staff_member, moment
from tests.driving import a_day, another_driver
from tests.talking import Talk

S, R = OrderStatus, RouteStatus


@pytest.fixture
def day(database):
    return a_day(database)


def begin(day, talk):
    """Start the shift with the planned vehicle and no damage, with buttons only."""
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    return talk.press("choice.no_damage")


def labels(talk):
    return [choice["label"] for choice in talk.choices()]


def test_with_buttons_only_from_the_first_to_the_last(day):
    talk = day.talk()
    assert talk.say("hello", "greet") == ["said.driver_greeting"]
    assert talk.press("choice.start_shift") == ["ask.vehicle"]
    assert talk.choices()[0]["values"]["plate"] == day.plate
    assert talk.press("choice.vehicle") == ["ask.odometer"]
    assert talk.press("choice.unread") == ["ask.damage"]
    assert talk.press("choice.no_damage") == ["shift.started"]
    assert [each["number"] for each in talk.facts["load"]] == day.numbers
    assert (day.route().status, day.vehicle().status) == (R.LOADING, "in_use")
    assert [day.order(n).status for n in range(3)] == [S.ALLOCATED] * 3
    assert talk.press("choice.all_there") == ["shift.loaded"]
    assert [day.order(n).status for n in range(3)] == [S.DISPATCHED] * 3
    assert day.stock()["SKU-1"] == (47, 0)
    assert talk.press("choice.depart")[0] == "shift.departed"
    assert day.route().status == R.IN_PROGRESS
    assert [day.order(n).status for n in range(3)] == [S.OUT_FOR_DELIVERY] * 3
    assert [day.task(n).status for n in range(3)] == [TaskStatus.EN_ROUTE, TaskStatus.PENDING, TaskStatus.PENDING]
    assert "choice.arrived" in labels(talk)


def test_everything_in_one_message(day):
    talk = day.talk()
    said = f"starting in {day.plate}, no damage, 48,210 on the clock"
    assert talk.say(said, "start_shift") == ["ask.vehicle"]  # a plate among other words is picked by tapping it
    assert talk.press("choice.vehicle") == ["shift.started"]
    shift = day.shift()
    assert (shift.start_km, shift.route_id) == (48_210, day.route_id)
    assert shift.started_at > NOW


def test_step_by_step_in_words(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    assert talk.say(day.plate.lower().replace(" ", "")) == ["ask.odometer"]
    assert talk.say("48210", order_number="RM-48210") == ["ask.damage"]
    assert talk.say("no", "deny") == ["shift.started"]
    assert talk.say("all there", "confirm_load") == ["shift.loaded"]
    assert day.shift().start_km == 48_210


def test_a_correction_in_the_middle(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.say("Van 9")
    talk.say("48210")
    assert talk.say("there is a scratch on the door") == ["ask.damage_photo"]
    assert talk.press("choice.no_photo") == ["ask.drivable"]
    assert talk.say("actually start with no damage", "start_shift") == ["shift.started"]
    assert talk.facts["vehicle"] == "B-XX 2"
    assert day.route().vehicle_id == day.vehicle("B-XX 2").id


def test_a_second_press_says_since_when(day):
    talk = day.talk()
    begin(day, talk)
    began = day.shift().started_at.isoformat()
    talk.wait(minutes=5)
    assert talk.say("start my shift", "start_shift") == ["refused.shift_began"]
    assert talk.facts["at"][:19] == began[:19]
    assert "choice.all_there" in labels(talk)
    talk.press("choice.all_there")
    assert talk.say("all loaded", "confirm_load") == ["shift.loaded"]
    talk.press("choice.depart")
    assert talk.say("all loaded", "confirm_load") == ["refused.left_already"]
    assert day.stock()["SKU-1"] == (47, 0)


def test_nobody_leaves_before_the_load_is_confirmed(day):
    talk = day.talk()
    talk.say("hello", "greet")
    begin(day, talk)
    assert "choice.depart" not in labels(talk)


def test_a_missing_package_leaves_the_route_and_its_customer_and_staff_are_told(day):
    talk = day.talk()
    begin(day, talk)
    assert talk.press("choice.something_missing") == ["ask.missing"]
    assert len(labels(talk)) == 3
    assert talk.press("choice.package", 1) == ["shift.package_missing"]
    assert talk.press("choice.rest_there") == ["shift.loaded"]
    assert [day.order(n).status for n in range(3)] == [S.DISPATCHED, S.ALLOCATED, S.DISPATCHED]
    assert day.task(1).stop_id is None
    assert [each["number"] for each in day.told("order.off_today")] == [day.numbers[1]]
    assert [each.kind for each in cases(day)] == ["missing_at_loading"]
    assert day.stock()["SKU-1"] == (48, 1)


def test_what_is_missing_can_be_named_in_words(day):
    talk = day.talk()
    begin(day, talk)
    said = talk.say(f"{day.numbers[0]} and {day.numbers[2]} are missing", "confirm_load", order_number=[day.numbers[0], day.numbers[2]])  # fmt: skip
    assert said == ["shift.package_missing"]
    assert talk.say("stop 1 is not there either", "confirm_load", stop=1) == ["shift.package_missing"]
    assert [day.task(n).stop_id for n in range(3)] == [None] * 3


def test_nothing_of_another_route_can_be_missing(day, database):
    from tests.builders import an_order

    with database.writing() as session:
        other = an_order(session, day.shop)
    talk = day.talk()
    begin(day, talk)
    answers = []
    for number in (other.number, "RM-99999"):
        names = talk.say(f"{number} is missing", "confirm_load", order_number=number)
        answers.append((names, {**talk.facts, "order": None}))
        talk.say("never mind", "stop")
    assert answers[0] == answers[1] == (["refused.not_on_your_route"], {"order": None})


def test_what_cannot_be_driven_is_left_and_another_vehicle_is_picked(day):
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    talk.press("choice.damage")
    talk.press("choice.no_photo")
    assert talk.press("choice.not_drivable") == ["shift.vehicle_out"]
    assert day.vehicle().status == "out_of_service"
    assert day.shift() is None
    assert [each.kind for each in cases(day)] == ["vehicle_damaged"]
    assert talk.press("choice.vehicle") == ["ask.odometer"]
    talk.press("choice.unread")
    assert talk.press("choice.no_damage") == ["shift.started"]
    assert day.route().vehicle_id == day.vehicle("B-XX 2").id


def test_two_starts_at_once_are_one_shift_and_the_other_hears_since_when(day, database):
    command, driver = StartShift(vehicle=day.plate, km=1000), Actor(Role.DRIVER, day.driver_id)
    assert sorted(started(database, [(command, driver)] * 4)) == ["refused.shift_began"] * 3 + ["shift.started"]
    assert len(shifts(database)) == 1


def test_two_drivers_take_one_van_at_once_and_the_other_is_offered_others(day, database):
    other = another_driver(day)
    command = StartShift(vehicle=day.plate, km=1000)
    takers = [(command, Actor(Role.DRIVER, each)) for each in (day.driver_id, other)]
    assert sorted(started(database, takers)) == ["refused.vehicle_not_free", "shift.started"]
    assert len(shifts(database)) == 1


def started(database, starts):
    """What those who begin a shift at the same moment hear."""

    def start(n):
        command, driver = starts[n]
        try:
            return perform(database, [command], moment(driver, key=f"at-once:{n}"))[0][0].name
        except Refusal as refusal:
            return refusal.text

    with ThreadPoolExecutor(len(starts)) as pool:
        return list(pool.map(start, range(len(starts))))


def shifts(database):
    with database.reading() as session:
        return session.exec(select(WorkedShift)).all()


def test_what_is_repaired_is_back_in_service(day, database):
    """From the terminal, from the chat with a button or the plate; said again it changes nothing."""
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zzstaff", "dispatcher", None))
    assert mia.say("a van is repaired", "return_vehicle") == ["refused.no_vehicle_out"]
    for say in (lambda: mia.press("choice.vehicle"), lambda: mia.say(day.plate.lower().replace("-", " "))):
        with database.writing() as session:
            uow = UnitOfWork(session, SYSTEM)
            uow.record(uow.fleet.vehicle(day.plate).move(VehicleStatus.OUT_OF_SERVICE, moment()))
        assert mia.say("a van is repaired", "return_vehicle") == ["ask.vehicle_back"]
        assert say() == ["shift.vehicle_returned"]
        assert day.vehicle().status == "available"
    notices, _ = perform(database, [ReturnVehicle(vehicle=day.plate)], moment(OFFICE))
    assert not notices[0].changed
    with pytest.raises(NotFound, match="no_such_vehicle"):
        perform(database, [ReturnVehicle(vehicle="B-ZZ 9")], moment(OFFICE))
    with pytest.raises(NotAllowed):
        perform(database, [ReturnVehicle(vehicle=day.plate)], moment(Actor(Role.DRIVER, day.driver_id)))


def test_a_vehicle_that_somebody_drives_is_not_offered(day):
    talk = day.talk()
    begin(day, talk)
    from tests.driving import another_driver

    other = another_driver(day)
    theirs = type(talk)(day.database, driver_id=other, channel="telegram")
    theirs.say("start", "start_shift")
    assert [each["values"]["plate"] for each in theirs.choices()] == ["B-XX 2"]
    assert theirs.say(day.plate) == ["refused.vehicle_not_free"]
    theirs.press("choice.vehicle")
    theirs.press("choice.unread")
    assert theirs.press("choice.no_damage") == ["shift.started"]
    assert theirs.facts["route"] is False
    assert labels(theirs) == ["choice.end_shift", "choice.dispatcher"]


def cases(day):
    from storage.nouns import Cases

    with day.database.reading() as session:
        return list(Cases(session).open())


def test_leaving_in_words(day):
    talk = day.talk()
    begin(day, talk)
    assert talk.say("off I go") == ["ask.load"]
    assert labels(talk)[0] == "choice.all_there"
    assert talk.press("choice.all_there")[:2] == ["shift.loaded", "shift.departed"]
    assert talk.say("on my way") == ["refused.left_already"]


def test_a_photo_of_the_damage_is_kept_with_the_case(day, database):
    from domain.deliveries import StoredFile

    talk = day.talk()
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    assert talk.say("the left mirror is hanging off") == ["ask.damage_photo"]
    for name, chat in (("mine" + "x" * 18, talk.conversation_id), ("theirs" + "x" * 16, talk.conversation_id + 1)):
        with database.writing() as session:
            session.add(StoredFile(id=name, kind="sent", conversation_id=None if chat != talk.conversation_id else chat, created_at=NOW))  # fmt: skip
    assert talk.say("", "share_photo", photo=["theirs" + "x" * 16]) == ["ask.damage_photo"]
    assert talk.say("", "share_photo", photo=["mine" + "x" * 18]) == ["ask.drivable"]
    assert talk.say("yes it can") == ["shift.started"]
    case = cases(day)[0]
    assert (case.detail["photos"], case.detail["drivable"]) == (["mine" + "x" * 18], True)
    assert case.detail["words"] == ["the left mirror is hanging off"]
    assert talk.facts["reference"] == case.name


def test_what_was_written_without_network_counts_from_when_it_was_written(day):
    talk = day.talk()
    written = talk.now
    talk.wait(minutes=40)
    talk.say("start my shift", "start_shift")
    talk.press("choice.vehicle")
    talk.press("choice.unread")
    talk.wrote_at(written)
    assert talk.say("no damage") == ["shift.started"]
    assert day.shift().started_at == written
