"""Visits as they were made: recorded without saying where, and learned from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlmodel import select

from actions.perform import perform
from bot.files import Files
from bot.settings import Settings
from bot.tidying import tidy
from bot.travel import travel_times
from domain.commands import RecordVisit
from domain.depots import Depot
from domain.fleet import Driver
from domain.moment import SYSTEM, Actor, Role
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.routes import Route
from domain.travel.learning import Learned
from domain.travel.sources import Source
from domain.travel.traffic import Band
from domain.travel.visits import Visit
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.visits import LEARNED_FROM
from tests.builders import API, HOME, NOW, OFFICE, a_stop, an_order, business, moment
from tests.emulators.osrm import osrm

BERLIN = ZoneInfo("Europe/Berlin")
SHIFT = (NOW, NOW + timedelta(hours=4))


@pytest.fixture
def road(database: Database) -> dict[str, Any]:
    """A route of sixty stops with its driver, and a driver of another."""
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="out_for_delivery")
        drivers = [Driver(name=name, depot_id=shop.depot_id) for name in ("Ines", "Ole")]
        session.add_all(drivers)
        session.flush()
        route = Route(depot_id=shop.depot_id, day=NOW.date(), driver_id=drivers[0].id, status="in_progress")
        session.add(route)
        session.flush()
        stops = [a_stop(session, route, order, position=n) for n in range(60)]
        return {
            "depot": shop.depot,
            "route": route.id,
            "stops": [stop.id for stop in stops],
            "driver": Actor(Role.DRIVER, drivers[0].id),
            "other": Actor(Role.DRIVER, drivers[1].id),
        }


def visit(stop: int, **changes: Any) -> RecordVisit:
    done = NOW - timedelta(minutes=5)
    given = {
        "stop": stop, "start": Place(52.52, 13.405), "planned": 180, "done": done,
        "arrived": done - timedelta(minutes=4), "left": done - timedelta(minutes=20), **changes,
    }  # fmt: skip
    return RecordVisit.model_validate(given)


def kept(database: Database) -> list[Visit]:
    with database.reading() as session:
        return list(session.exec(select(Visit)).all())


def learned(database: Database, depot: Depot, now: datetime = NOW) -> Learned:
    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).visits.learned(depot, now)


def test_a_visit_is_recorded_without_saying_where(database, road) -> None:
    perform(database, [visit(road["stops"][0])], moment(road["driver"]))
    [row] = kept(database)
    assert (row.depot_id, row.driver_id, row.building) == (road["depot"].id, road["driver"].person, HOME.digest())
    assert row.left_at == row.arrived_at - timedelta(minutes=16)
    assert (row.served, row.planned) == (4 * 60, 180)
    assert (row.beeline, row.routed) == (Place(52.52, 13.405).metres_to(HOME), None)


def test_the_second_report_of_a_stop_counts(database, road) -> None:
    perform(database, [visit(road["stops"][0])], moment(API))
    perform(database, [visit(road["stops"][0], planned=300)], moment(API))
    assert [row.planned for row in kept(database)] == [300]


def test_a_way_is_measured_against_what_the_server_told_of_it(database, road, tmp_path) -> None:
    start = Place(52.52, 13.405)
    with osrm() as server:
        settings = Settings(data_folder=tmp_path, osrm_url=server.url, _env_file=None)  # type: ignore[call-arg]
        travel_times([start, HOME], BERLIN, SHIFT, settings, database)
        perform(database, [visit(road["stops"][0])], moment(API))
        assert kept(database)[0].routed == round(server.seconds(start, HOME) or 0)


@pytest.mark.parametrize("unknown", ["left", "start"])
def test_half_a_way_teaches_nothing_of_traffic(database, road, unknown) -> None:
    perform(database, [visit(road["stops"][0], **{unknown: None})], moment(API))
    [row] = kept(database)
    assert (row.left_at, row.beeline, row.served) == (None, None, 240)
    assert learned(database, road["depot"]).traffic == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"done": NOW + timedelta(hours=1)},
        {"arrived": NOW},
        {"left": NOW},
    ],
)
def test_odd_times_are_refused(database, road, changes) -> None:
    with pytest.raises(Refusal, match="visit_at_odd_time"):
        perform(database, [visit(road["stops"][0], **changes)], moment(API))


def test_only_who_drives_the_route_reports_its_stops(database, road) -> None:
    for actor, stop, refusal in (
        (road["other"], road["stops"][0], NotFound),
        (API, 999_999, NotFound),
        (OFFICE, road["stops"][0], NotAllowed),
    ):
        with pytest.raises(refusal):
            perform(database, [visit(stop)], moment(actor))
    with pytest.raises(ValidationError):
        visit(road["stops"][0], planned=0)


def test_recorded_visits_are_learned_from_while_they_are_new(database, road) -> None:
    done = NOW - timedelta(minutes=5)
    start = Place(52.60, 13.60)
    commands = [visit(stop, start=start, left=done - timedelta(minutes=100), planned=120) for stop in road["stops"]]
    perform(database, commands, moment(API))
    depot = road["depot"]
    found = learned(database, depot)
    assert found.traffic[Source.STRAIGHT, Band.MORNING_PEAK] > 1.3
    assert found.service(120, road["driver"].person, HOME) > 170
    travel = travel_times([start, HOME], BERLIN, SHIFT, Settings(_env_file=None), database, found)
    assert travel.leg(0, 1).traffic.at(NOW - timedelta(hours=2)) == pytest.approx(
        1.2 * found.traffic[Source.STRAIGHT, Band.MORNING_PEAK]
    )
    assert learned(database, depot, NOW + LEARNED_FROM) == Learned()


def test_old_visits_are_tidied_away(database, road, tmp_path) -> None:
    old, new = road["stops"][:2]
    perform(database, [visit(old)], moment(API))
    with database.writing() as session:
        session.add(
            Visit(
                stop_id=new,
                depot_id=road["depot"].id,
                arrived_at=datetime.now(NOW.tzinfo) - LEARNED_FROM + timedelta(days=1),
                planned=60,
                served=60,
            )
        )
    tidy(database, Files(Settings(data_folder=tmp_path, _env_file=None)))  # type: ignore[call-arg]
    assert [row.stop_id for row in kept(database)] == [new]
