"""Drivers name stops by their streets, and put a report right that was of another stop, or of something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.driving import DriverReport
from domain.meaning import Meaning
from domain.moment import SYSTEM
from domain.routes import RouteStatus, Stop
from nlu.readers.proofs import gives
from nlu.readers.streets import streets_named
from storage.finding import Sought
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW
from tests.driving import a_day
from tests.on_the_road import Road, on_the_road

DAY = timedelta(days=1)
STREETS = ("Ackerstraße 12", "Torstraße 40", "Bergstraße 3", "Gartenstraße 25", "Bergstraße 90")


@pytest.fixture
def road(database) -> Road:
    made = on_the_road(database)
    with database.writing() as session:
        for stop in session.exec(select(Stop).where(Stop.route_id == made.route)):
            stop.address = f"{STREETS[stop.position - 1]}, 10115 Berlin"
    return made


def standing(road: Road) -> list[str]:
    return [report.what for report in road.all(DriverReport) if report.undone_at is None]


def done(road: Road) -> list[int]:
    return [number for number, state in enumerate(road.states(), 1) if state == "completed"]


# Streets


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("gartenstr done", 4),
        ("Torstrasse delivered, mrs Lang took it", 2),
        ("dropped at bergstr", 3),
        ("bergstr 90 delivered", 5),
        ("it was gartnstr i delivered", 4),
    ],
)
def test_a_street_names_a_stop(road, text, stop):
    talk = road.talk()
    talk.say(text, "delivered")
    if talk.shown[-1].name.startswith("ask."):
        talk.say("yes", "affirm")
    assert done(road) == [stop]


@pytest.mark.parametrize(("number", "stops"), [(25, [4]), (90, [5]), (3, [3]), (99, [])])
def test_a_number_that_no_stop_has_is_a_house(road, number, stops):
    talk = road.talk()
    said = talk.say(f"{number} done", "delivered", stop=number)
    assert (done(road), said == ["refused.no_such_stop_number"]) == (stops, not stops)


def test_a_street_that_is_not_on_the_route_names_nothing(road):
    road.talk().say("main road is blocked, delivered all the same", "delivered")
    assert done(road) == [1]


def test_another_street_is_meant_in_the_middle_of_a_question(road):
    talk = road.talk()
    assert talk.say("torstr, nothing handed over", "failed_delivery") == ["ask.failure"]
    talk.say("no, gartenstr", "deny")
    talk.say("nobody there", "failed_delivery")
    assert road.states()[1] != "failed"
    assert [each for each in standing(road) if each == "FailDelivery"] == ["FailDelivery"]
    assert talk.facts["done"][0]["stop"] == 4


@pytest.mark.parametrize(
    ("text", "streets"),
    [
        ("ackerstr. 12 and torstr 40 done", ["ackerstr. 12", "torstr 40"]),
        ("bergstr not torstr", ["bergstr"]),
        ("en la calle Mayor no habia nadie", ["calle Mayor no"]),
        ("20 min late", None),
        ("nobody opened, ringing did nothing", None),
        ("offering it again later", None),
    ],
)
def test_streets_in_what_drivers_write(text, streets):
    assert streets_named(text) == streets


# Taking back


@pytest.mark.parametrize(
    ("words", "intent"),
    [("shit no mixed it up, undo", "undo"), ("no wrong stop!! undo that", "undo"), ("deshazlo", "undo")],
)
def test_what_is_still_asked_about_is_what_is_taken_back(road, words, intent):
    talk = road.talk()
    talk.say("1 done", "delivered", stop=1)
    talk.say("stop 3 not delivered", "failed_delivery", stop=3)
    assert talk.say(words, intent) == ["said.kept"]
    assert standing(road) == ["Deliver"]


def test_what_was_done_last_is_taken_back_while_an_older_question_waits(road):
    talk = road.talk()
    talk.say("stop 3 not delivered", "failed_delivery", stop=3)
    assert talk.say("1 done", "delivered", stop=1)[-1] == "ask.failure"
    talk.say("undo", "undo")
    assert standing(road) == []


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("sorry it was 3", "undo", {"stop": 3}),
        ("no, 3 not 2", "deny", {"stop": [3, 2]}),
        ("oops i meant stop 3", "delivered", {"stop": 3}),
        ("no wait, bergstr", "delivered", {}),
        ("perdón, la 3", "deny", {"stop": 3}),
        ("digo la 3", "delivered", {"stop": 3}),
    ],
)
def test_a_report_of_the_wrong_stop_is_of_the_right_one(road, text, intent, values):
    talk = road.talk()
    talk.say("2 delivered to ms Braun", "delivered", stop=2)
    talk.say(text, intent, **values)
    assert done(road) == [3]
    assert standing(road) == ["Deliver"]


@pytest.mark.parametrize(
    "text",
    [
        "correction, they just opened the door. stop 2 delivered to Herr Busch",
        "no wait, 2 is delivered",
        "perdón, la 2 entregada al final",
    ],
)
def test_what_failed_was_delivered_after_all(road, text):
    talk = road.talk()
    talk.say("nobody home at 2", "failed_delivery", stop=2)
    talk.say(text, "undo", stop=2)
    assert standing(road) == ["Deliver"]
    assert done(road) == [2]


@pytest.mark.parametrize("text", ["no wait, 2 was not delivered", "sorry, 2 will be delivered later"])
def test_what_failed_and_is_not_said_to_be_delivered_is_not(road, text):
    talk = road.talk()
    talk.say("nobody home at 2", "failed_delivery", stop=2)
    talk.say(text, "undo", stop=2)
    assert done(road) == []


def test_what_happened_was_something_else(road):
    talk = road.talk()
    talk.say("2 delivered", "delivered", stop=2)
    talk.say("no sorry, nobody there at 2", "failed_delivery", stop=2)
    assert standing(road) == ["FailDelivery"]
    assert done(road) == []


@pytest.mark.parametrize(
    ("text", "stop", "states"),
    [
        ("no wait, stop 2 was refused", 2, ["completed", "failed", "completed"]),
        ("no wait, 4 was refused", 4, ["completed", "completed", "completed", "failed"]),
    ],
)
def test_only_one_of_several_stops_is_put_right(road, text, stop, states):
    talk = road.talk()
    talk.say("1, 2 and 3 delivered", "delivered", stop=[1, 2, 3])
    talk.say("yes", "affirm")
    assert done(road) == [1, 2, 3]
    talk.say(text, "failed_delivery", stop=stop)
    assert road.states()[: len(states)] == states


@pytest.mark.parametrize(
    "text",
    [
        "no wait 3 did not refuse, nobody was there",
        "3 didn't refuse, they weren't home",
        "bergstraße 3 wasn't refused, no one home",
        "perdón, la 3 no lo rechazó, no había nadie",
        "3: nobody home, it was not a refusal",
    ],
)
def test_a_stop_was_not_delivered_for_another_reason(road, text):
    talk = road.talk()
    talk.say("3 refused it", "failed_delivery", stop=3)
    talk.say(text, "failed_delivery", stop=3)
    assert standing(road) == ["FailDelivery"]
    assert road.order(3).status == "out_for_delivery"  # it is tried again


@pytest.mark.parametrize(
    ("text", "stop"),
    [("no answer at 4", 4), ("no one home at 4", 4), ("no hay nadie en la 4", 4), ("4 refused too", 4)],
)
def test_a_no_that_is_reported_of_the_next_stop_takes_nothing_back(road, text, stop):
    talk = road.talk()
    talk.say("3 refused it", "failed_delivery", stop=3)
    talk.say(text, "failed_delivery", stop=stop)
    assert standing(road) == ["FailDelivery", "FailDelivery"]


def test_what_was_taken_back_is_not_found_among_what_failed(road):
    talk = road.talk()
    talk.say("nobody home at 2", "failed_delivery", stop=2)
    talk.say("nobody home at 3", "failed_delivery", stop=3)
    talk.say("undo", "undo")
    with road.database.reading() as session:
        sought = Sought(now=NOW, today=NOW.date(), state="failed", start=NOW - DAY, end=NOW + DAY)
        found = [order.number for order, _ in UnitOfWork(session, SYSTEM).finding.page(sought, 10)]
    assert found == [road.numbers[1]]


def test_undo_alone_only_takes_back(road):
    talk = road.talk()
    talk.say("2 delivered", "delivered", stop=2)
    assert "choice.undo" in [choice["label"] for choice in talk.choices()]
    talk.say("undo stop 2", "undo", stop=2)
    assert "choice.undo" not in [choice["label"] for choice in talk.choices()]
    assert standing(road) == []


def test_what_is_said_right_after_undoing_is_a_report(road):
    talk = road.talk()
    talk.say("3 delivered", "delivered", stop=3)
    talk.say("undo", "undo")
    both = Meaning("it was gartenstr i delivered, to Hr Yilmaz", (("undo", 0.6), ("delivered", 0.35)))
    talk.hear(both)
    assert (done(road), standing(road)) == ([4], ["Deliver"])


def test_the_next_stop_is_no_correction(road):
    talk = road.talk()
    talk.say("1 delivered", "delivered", stop=1)
    talk.say("and 2 delivered", "delivered", stop=2)
    if talk.shown[-1].name.startswith("ask."):
        talk.say("yes", "affirm")
    assert done(road) == [1, 2]


# Two things in one breath


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("ok everythings in, leaving the depot now", True),
        ("all there, im off", True),
        ("todo cargado, salgo", True),
        ("all there, leaving in 10 min", False),
        ("all there", False),
    ],
)
def test_who_leaves_with_the_word_that_all_is_there_has_left(database, text, leaves):
    day = a_day(database)
    talk = day.talk()
    talk.say("start my shift", "start_shift")
    for label in ("choice.vehicle", "choice.unread", "choice.no_damage"):
        talk.press(label)
    talk.say(text, "confirm_load")
    assert (day.route().status == RouteStatus.IN_PROGRESS) is leaves


def test_a_street_with_a_stop_to_try_again_is_that_stop(road):
    talk = road.talk()
    talk.say("nobody at torstr 40", "failed_delivery")
    assert road.states()[1] == "failed"
    talk.say("i am back at torstr 40 and handed it over", "delivered")
    if talk.shown[-1].name.startswith("ask."):
        talk.say("yes", "affirm")
    assert talk.facts["done"][0]["what"] == "delivered"


@pytest.mark.parametrize(
    "text",
    [
        "gave it to the neighbour", "left the parcel with the concierge", "handed it over to a colleague",
        "se lo di al portero", "lo he dejado con la vecina",
    ],
)  # fmt: skip
def test_who_gave_something_has_delivered_it_and_collected_nothing(road, text):
    talk = road.talk()
    talk.say(text, "collected_return")
    assert standing(road) == ["Deliver"]


@pytest.mark.parametrize(
    "text", ["she gave me the return", "picked up what they left with the porter", "me lo dio el portero"]
)
def test_what_a_driver_was_given_is_not_delivered(text):
    assert not gives(text)
