"""An incident on the road, and what staff are proposed for the rest of the route."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.casework import tell
from bot.words import Words
from domain.driving import WorkedShift
from domain.routes import RoutePosition, RouteStatus
from storage.nouns import Cases
from tests.builders import NOW
from tests.roads import a_road, east
from tests.talking import Talk


@pytest.fixture
def talk(database):
    """The chat of the driver of route 1, near whom another driver is on the road."""
    with database.writing() as session:
        road = a_road(session)
        for places, here in (((east(4), east(5)), east(3)), ((east(8),), east(3.5))):
            route = road.route(session, places, status="in_progress", told=timedelta(hours=3))
            session.add(RoutePosition(route_id=route.id, at=NOW, lat=here.lat, lon=here.lon))
        first = road.routes[0]
        session.add(WorkedShift(driver_id=first.driver_id, depot_id=first.depot_id, day=first.day, route_id=first.id, vehicle_id=first.vehicle_id, started_at=NOW))  # fmt: skip
        driver = first.driver_id
    return Talk(database, driver_id=driver, channel="telegram")


def case_of(database):
    with database.reading() as session:
        return Cases(session).open()[0]


def test_a_breakdown_comes_with_who_could_take_over(database, talk):
    assert talk.say("the van broke down", "report_incident") == ["shift.incident_noted"]
    case = case_of(database)
    proposal = case.detail["proposal"]
    assert proposal == {
        "takers": [2], "stops": 2, "late": 0, "nobody": [], "command": "roundsman route split 1 --reason breakdown",
    }  # fmt: skip
    assert case.detail["place"] == f"{east(3).lat:.5f},{east(3).lon:.5f}"
    told = tell(case, Words(["en"], ZoneInfo("Europe/Berlin")), NOW)
    assert "Handing the rest over would give 2 stops to route 2." in told.what
    assert "Hand the rest over with `roundsman route split 1 --reason breakdown`" in told.todo
    assert f"handoff reply {case.name}" in told.todo


def test_nothing_is_changed_by_a_proposal(database, talk):
    talk.say("accident, hit a car", "report_incident")
    from storage.routes import Routes

    with database.reading() as session:
        tour = Routes(session).tour(1)
        assert tour.route.status == RouteStatus.IN_PROGRESS
        assert [visit.is_ahead for visit in tour.visits] == [True, True]


@pytest.mark.parametrize(("said", "kind"), [("somebody stole two parcels from the van", "theft"), ("the police has stopped me", "other")])  # fmt: skip
def test_other_incidents_are_filed_without_one(database, talk, said, kind):
    names = talk.say(said, "report_incident")
    if names == ["ask.incident"]:
        talk.press(f"choice.incident_{kind}")
    case = case_of(database)
    assert (case.kind, case.detail.get("proposal")) == (f"incident.{kind}", None)
    assert case.detail["words"] == [said]


def test_more_words_about_it_are_no_other_incident(database, talk):
    talk.say("accident, hit a car", "report_incident")
    assert talk.say("nobody hurt, only a scratch", "report_incident") == ["shift.incident_noted"]
    assert case_of(database).detail["words"] == ["accident, hit a car", "nobody hurt, only a scratch"]


def test_another_incident_by_its_button_is_asked_for(talk):
    talk.say("accident, hit a car", "report_incident")
    talk.say("what else", "help")
    talk.press("choice.incident")
    assert talk.shown[-1].name == "ask.incident"


@pytest.mark.parametrize(
    ("told", "noted"),
    [
        ("braked hard for a cyclist and a crate tipped in the back", ["shift.incident_noted"]),
        ("hold on a sec", ["said.noted", "ask.incident"]),
        ("no no I did not mean to report anything at all", ["said.noted", "ask.incident"]),
        ("nothing happened, I only wanted to test this button", ["said.noted", "ask.incident"]),
    ],
)
def test_what_happened_in_words_of_no_kind_is_something_else(talk, told, noted):
    assert talk.say("need to report an incident", "report_incident") == ["ask.incident"]
    assert talk.say(told, "inform") == noted
