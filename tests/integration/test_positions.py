"""Where drivers are, from their phones: kept at little cost, thinned out, and asked about once at every stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from sqlmodel import select

from actions.perform import perform
from bot.channels.telegram.channel import Telegram
from domain.commands import ForgetTracks, RecordPosition, RefreshEtas, ReportPosition
from domain.conversations import Conversation
from domain.driving import TRACK_KEPT_FOR, TrackPoint, WorkedShift
from domain.moment import Actor, Role
from domain.notices import ArrivalAsked, Notice, PositionNoted
from domain.refusals import NotFound
from domain.routes import Route, RoutePosition
from domain.values import Place
from storage import tracks
from storage.database import Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW, moment
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.waiting import PATIENCE
from tests.roads import Road, a_road, east
from tests.running import run
from tests.sending import program_of
from tests.site import Quiet


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.fixture
def route(database: Database, road: Road) -> Route:
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status="in_progress")
        shift = WorkedShift(
            driver_id=route.driver_id or 0, depot_id=route.depot_id, day=route.day, route_id=route.id,
            started_at=NOW - timedelta(hours=1),
        )  # fmt: skip
        session.add(shift)
        return route


def seen(database: Database, route: Route, place: Place, at: datetime = NOW, **more: bool) -> list[Notice]:
    command = ReportPosition(at=at, place=place, **more)
    driver = Actor(Role.DRIVER, route.driver_id)
    return perform(database, [command], moment(driver, now=max(at, NOW)))[0]


def track(database: Database, route: Route) -> list[tuple[datetime, Place]]:
    with database.reading() as session:
        return UnitOfWork(session, API).tracks.of_route(route.id or 0)


def position(database: Database, route: Route) -> Place:
    with database.reading() as session:
        found = session.get_one(RoutePosition, route.id)
        return Place(found.lat, found.lon)


def test_a_drivers_positions_are_their_routes_and_thinned(database, route):
    for n in range(60):  # every ten seconds at 36 km/h
        seen(database, route, east(0.1 * n), NOW + timedelta(seconds=10 * n))
    assert position(database, route) == east(5.9)
    assert len(track(database, route)) == 30
    assert track(database, route) == sorted(track(database, route), key=lambda each: each[0])


def test_an_older_position_changes_nothing(database, route):
    seen(database, route, east(3), NOW + timedelta(minutes=5))
    seen(database, route, east(1), NOW)
    assert position(database, route) == east(3)
    assert len(track(database, route)) == 1


def test_who_drives_nothing_is_not_followed(database, road):
    with database.writing() as session:
        idle = road.route(session, [east(2)], status="published")
    assert seen(database, idle, east(1)) == []
    assert track(database, idle) == []


def test_a_driver_cannot_move_anothers_van(database, road, route):
    with database.writing() as session:
        other = road.route(session, [east(9)], status="in_progress")
    command = RecordPosition(route=other.id, at=NOW, place=east(1))
    with pytest.raises(NotFound):
        perform(database, [command], moment(Actor(Role.DRIVER, route.driver_id)))


def test_who_stands_at_the_next_stop_is_asked_once(database, road, route):
    stop = road.stops[route.id][0]
    assert seen(database, route, east(1.9), NOW) == []
    assert seen(database, route, east(2), NOW + timedelta(seconds=30)) == []
    [asked] = seen(database, route, east(2), NOW + timedelta(seconds=65))
    assert isinstance(asked, ArrivalAsked)
    assert (asked.stop, asked.driver) == (1, route.driver_id)
    assert [(each.command, each.slots) for each in asked.choices] == [
        ("Arrive", {"visits": [stop.id]}),
        ("Deliver", {"visits": [stop.id]}),
    ]
    assert seen(database, route, east(2), NOW + timedelta(seconds=200)) == []


def test_who_passes_by_is_not_asked(database, route):
    seen(database, route, east(2), NOW)
    seen(database, route, east(3), NOW + timedelta(seconds=40))
    assert seen(database, route, east(2), NOW + timedelta(seconds=80)) == []


def test_a_phone_that_stands_still_says_nothing_and_is_asked_all_the_same(database, route):
    seen(database, route, east(2), NOW)
    notices = perform(database, [RefreshEtas(depot="north")], moment(now=NOW + timedelta(minutes=2)))[0]
    assert [each.stop for each in notices if isinstance(each, ArrivalAsked)] == [1]
    again = perform(database, [RefreshEtas(depot="north")], moment(now=NOW + timedelta(minutes=4)))[0]
    assert not [each for each in again if isinstance(each, ArrivalAsked)]


def test_a_place_sent_once_is_answered(database, route):
    [noted] = seen(database, route, east(1), once=True)
    assert isinstance(noted, PositionNoted)
    assert noted.stop == 1
    assert 990 < (noted.metres or 0) < 1010


def test_a_place_sent_once_without_a_route_is_answered_and_not_kept(database, road):
    with database.writing() as session:
        idle = road.route(session, [east(2)], status="published")
    [noted] = seen(database, idle, east(1), once=True)
    assert isinstance(noted, PositionNoted)
    assert not noted.kept
    assert [each.command for each in noted.choices] == ["StartShift", "TellDispatcher"]
    assert track(database, idle) == []


def test_tracks_are_kept_thirty_days(database, route):
    seen(database, route, east(1), NOW)
    seen(database, route, east(3), NOW + timedelta(minutes=1))
    late = NOW + TRACK_KEPT_FOR + timedelta(seconds=30)
    perform(database, [ForgetTracks()], moment(now=late))
    assert [place for _, place in track(database, route)] == [east(3)]
    assert position(database, route) == east(3)
    database.retrying(lambda session: tracks.forget(session, late))
    assert track(database, route) == []


def test_a_position_costs_few_statements(database, route, statements):
    seen(database, route, east(1))
    statements.clear()
    seen(database, route, east(1.2), NOW + timedelta(seconds=30))
    assert len([each for each in statements if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]) <= 7


# From Telegram


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as running:
        yield running


def listening(database: Database, telegram: TelegramEmulator, until: Callable[[], object]) -> None:
    """Let the bot hear what was said, until something is so."""

    async def work() -> None:
        async with asyncio.timeout(PATIENCE), Telegram(opened):
            while not until():
                await asyncio.sleep(0.01)

    plain = program_of(database, telegram_token=telegram.token, telegram_api_url=telegram.url)
    opened = Quiet(plain.settings, database, plain.turns, plain.pool)
    try:
        run(work())
    finally:
        opened.turns.shutdown()
        opened.pool.shutdown()


def all_of(database: Database, kind: type) -> list:
    with database.reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)))


def test_a_live_location_follows_the_driver_past_inbox_and_conversation(database, route, telegram):
    dora = telegram.person("Dora")
    with database.writing() as session:
        chat = UnitOfWork(session, API).chats.find_or_add("telegram", str(dora.id), NOW, "en")
        session.get_one(Conversation, chat).bind_driver(route.driver_id or 0)
        before = session.get_one(Conversation, chat).last_at
    with structlog.testing.capture_logs() as logs:
        shared = dora.shares_live_location(52.5, 13.41)
        dora.moves(shared, 52.51, 13.42)
        dora.moves(shared, 52.52, 13.43)
        listening(database, telegram, lambda: position_is(database, 52.52))
    assert position(database, route) == Place(52.52, 13.43)
    assert all_of(database, InboxRow) == []
    assert all_of(database, OutboxRow) == []
    assert all_of(database, Conversation)[0].last_at == before
    assert "52.5" not in str(logs)
    assert len(all_of(database, TrackPoint)) >= 1


def position_is(database: Database, lat: float) -> bool:
    return any(each.lat == lat for each in all_of(database, RoutePosition))


def test_a_place_sent_once_by_a_driver_is_no_message(database, route, telegram):
    dora = telegram.person("Dora")
    with database.writing() as session:
        chat = UnitOfWork(session, API).chats.find_or_add("telegram", str(dora.id), NOW, "en")
        session.get_one(Conversation, chat).bind_driver(route.driver_id or 0)
    dora.sends_location(52.53, 13.44)
    listening(database, telegram, lambda: all_of(database, OutboxRow))
    assert position(database, route) == Place(52.53, 13.44)
    assert [row.name for row in all_of(database, OutboxRow)] == ["driver.position_noted"]
    assert all_of(database, InboxRow) == []


def test_a_customers_place_stays_a_pin_and_their_moving_is_nobodys_business(database, route, telegram):
    carl = telegram.person("Carl")
    shared = carl.shares_live_location(52.5, 13.41)
    carl.moves(shared, 52.51, 13.42)
    listening(database, telegram, lambda: telegram.confirmed_offset and not telegram.pending_updates)
    assert [row.text for row in all_of(database, InboxRow)] == ['/inform{"coordinates":"52.50000,13.41000"}']
    assert all_of(database, RoutePosition) == []
