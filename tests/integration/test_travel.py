"""Travel times from an OSRM server of the test's own, and what is kept of them."""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog
from sqlmodel import func, select

from bot import osrm as client
from bot import travel as entrance
from bot.files import Files
from bot.settings import Settings
from bot.tidying import tidy
from bot.travel import travel_times
from domain.travel.learning import Learned
from domain.travel.sources import Source
from domain.travel.straight import straight_line
from domain.travel.times import Travel
from domain.travel.traffic import Band
from domain.values import Place
from storage.database import Database
from storage.travel import TravelRow
from tests.builders import NOW
from tests.emulators.osrm import SPEED, Osrm, osrm

SHIFT = (NOW, NOW + timedelta(hours=4))  # 11:00 to 15:00 in Berlin: midday


@pytest.fixture
def server() -> Iterator[Osrm]:
    with osrm() as running:
        yield running


@pytest.fixture
def settings(server: Osrm, tmp_path: Path) -> Settings:
    return configured(tmp_path, osrm_url=server.url)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two questions."""
    monkeypatch.setattr(client, "PAUSE", 0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the cache, which the test moves."""

    class Clock:
        now = NOW

    monkeypatch.setattr(entrance, "now", lambda: Clock.now)
    return Clock


def configured(folder: Path, **values: Any) -> Settings:
    return Settings(data_folder=folder, _env_file=None, **values)  # type: ignore[call-arg]


def places(count: int) -> list[Place]:
    """Different places, each where it is written."""
    return [Place(round(52.45 + n % 7 * 0.013, 5), round(13.3 + n // 7 * 0.011, 5)) for n in range(count)]


def ask(places: Sequence[Place], settings: Settings, database: Database, learned: Learned | None = None) -> Travel:
    return travel_times(places, settings.zone, SHIFT, settings, database, learned or Learned())


def told(server: Osrm, places: Sequence[Place]) -> list[list[int]]:
    """The seconds the server tells for these places."""
    return [[round(server.seconds(start, end) or 0) for end in places] for start in places]


# The server


def test_a_server_tells_times_that_differ_by_direction(database, settings, server) -> None:
    where = places(9)
    travel = ask(where, settings, database)
    assert travel.source == "osrm"
    assert travel.matrix.seconds.tolist() == told(server, where)
    assert travel.matrix.seconds[0, 8] != travel.matrix.seconds[8, 0]
    assert travel.matrix.metres[0, 8] == pytest.approx(travel.matrix.seconds[0, 8] * SPEED, abs=SPEED)
    assert [asked.profile for asked in server.asked] == ["driving"]


def test_without_a_server_ways_are_straight_lines(database, server, tmp_path) -> None:
    where = places(5)
    travel = ask(where, configured(tmp_path), database)
    assert travel.source == "straight line"
    assert (travel.matrix.metres == straight_line(where).metres).all()
    assert server.asked == []


def test_many_places_are_asked_for_in_tables_of_a_size_the_server_takes(database, settings, server) -> None:
    where = places(45)
    travel = ask(where, settings.model_copy(update={"osrm_table_size": 20}), database)
    assert travel.source == "osrm"
    assert travel.matrix.seconds.tolist() == told(server, where)
    assert max(len(asked.places) for asked in server.asked) == 20
    assert len(server.asked) == 25


def test_a_table_that_is_too_big_is_asked_for_in_smaller_ones(database, settings, server) -> None:
    server.limit = 12
    where = places(40)
    travel = ask(where, settings, database)
    assert travel.source == "osrm"
    assert travel.matrix.seconds.tolist() == told(server, where)


def test_places_that_stand_twice_are_asked_for_once(database, settings, server) -> None:
    where = [*places(3), places(3)[1]]
    travel = ask(where, settings, database)
    assert travel.source == "osrm"
    assert travel.matrix.seconds.tolist() == told(server, where)
    assert [len(asked.places) for asked in server.asked] == [3]


@pytest.mark.parametrize("count", [0, 1])
def test_no_way_needs_no_question(database, settings, server, count) -> None:
    assert ask(places(count), settings, database).matrix.seconds.shape == (count, count)
    assert server.asked == []


@pytest.mark.parametrize("trouble", [500, 503, 429, "drop", "nonsense", "small"])
def test_trouble_that_passes_is_not_noticed(database, settings, server, trouble) -> None:
    server.troubles = [trouble, trouble]
    where = places(4)
    assert ask(where, settings, database).source == "osrm"
    assert len(server.asked) == client.TRIES


def test_a_question_that_fails_is_a_straight_line_and_the_others_are_not(database, settings, server) -> None:
    where = places(8)
    server.without_street, server.says_which = {where[0]}, False
    travel = ask(where, settings.model_copy(update={"osrm_table_size": 4}), database)
    assert travel.source == "osrm, straight line for 26 of 56 pairs of places"  # all of two of the eight
    by_server = travel.matrix.seconds == np.array(told(server, where))
    assert (by_server | (travel.matrix.metres == straight_line(where).metres)).all()


@pytest.mark.parametrize("trouble", [500, "drop", "nonsense", "small"])
def test_a_server_in_trouble_is_left_alone_soon(database, settings, server, trouble) -> None:
    server.always = trouble
    where = places(60)
    travel = ask(where, settings.model_copy(update={"osrm_table_size": 4}), database)
    assert travel.source == "straight line"
    assert (travel.matrix.metres == straight_line(where).metres).all()
    under_way = client.MOST_TROUBLES + 3  # when it is given up; a broken connection is opened twice by the client
    assert len(server.asked) <= client.TRIES * under_way * (2 if trouble == "drop" else 1)


def test_a_server_that_breaks_half_way_leaves_what_it_told(database, settings, server) -> None:
    server.troubles, server.always = [None] * 10, 500
    where = places(30)
    travel = ask(where, settings.model_copy(update={"osrm_table_size": 10}), database)
    said = re.fullmatch(r"osrm, straight line for (\d+) of 870 pairs of places", travel.source)
    assert said is not None
    assert 620 <= int(said[1]) <= 645  # ten tables of 25 pairs were told, places to themselves left out
    by_server = travel.matrix.seconds == np.array(told(server, where))
    assert (by_server | (travel.matrix.metres == straight_line(where).metres)).all()


def test_a_refusal_is_not_repeated(database, settings, server) -> None:
    server.always = 403
    assert ask(places(4), settings, database).source == "straight line"
    assert len(server.asked) == 1


def test_a_server_that_hangs_is_waited_for_only_so_long(database, settings, server) -> None:
    server.always = "hang"
    hasty = settings.model_copy(update={"osrm_timeout": 0.05})
    assert ask(places(4), hasty, database).source == "straight line"
    assert len(server.asked) <= client.TRIES
    impatient = settings.model_copy(update={"osrm_patience": 0.05})
    assert ask(places(4), impatient, database).source == "straight line"


def test_a_server_that_is_not_there(database, tmp_path) -> None:
    gone = configured(tmp_path, osrm_url="http://127.0.0.1:9")
    assert ask(places(4), gone, database).source == "straight line"


def test_a_place_without_a_street_does_not_spoil_the_others(database, settings, server) -> None:
    where = places(30)
    server.without_street = {where[4], where[17]}
    travel = ask(where, settings.model_copy(update={"osrm_table_size": 10}), database)
    assert travel.source == "osrm, straight line for 114 of 870 pairs of places"
    straight, truth = straight_line(where), told(server, where)
    for i, j in itertools.permutations(range(30), 2):
        if {i, j} & {4, 17}:
            assert travel.matrix.metres[i, j] == straight.metres[i, j]
        else:
            assert travel.matrix.seconds[i, j] == truth[i][j]


def test_a_way_that_does_not_exist_is_a_straight_line(database, settings, server) -> None:
    where = places(4)
    server.without_way = {where[2]}
    travel = ask(where, settings, database)
    assert travel.source == "osrm, straight line for 6 of 12 pairs of places"
    assert travel.matrix.metres[0, 2] == straight_line(where).metres[0, 2]


def test_an_old_server_tells_no_distances(database, settings, server) -> None:
    server.tells_distances = False
    where = places(4)
    travel = ask(where, settings, database)
    assert travel.matrix.seconds.tolist() == told(server, where)
    assert (travel.matrix.metres == straight_line(where).metres).all()


@pytest.mark.parametrize("trouble", [500, 403, "drop", "nonsense"])
def test_no_log_line_says_where_anybody_lives(database, settings, server, trouble, caplog) -> None:
    server.always = trouble
    where = places(4)
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.DEBUG):
        ask(where, settings, database)
    assert [line["event"] for line in lines]
    written = json.dumps(lines, default=str) + caplog.text
    for place in where:
        assert f"{place.lat:.4f}" not in written
        assert f"{place.lon:.5f}," not in written


# What is kept


def test_what_was_told_is_not_asked_again_until_it_is_old(database, settings, server, clock) -> None:
    where = places(12)
    first = ask(where, settings, database)
    server.always = 500
    clock.now += timedelta(days=29)
    again = ask(list(reversed(where)), settings, database)
    assert again.source == "osrm"
    assert (again.matrix.seconds == first.matrix.seconds[::-1, ::-1]).all()
    assert (again.matrix.metres == first.matrix.metres[::-1, ::-1]).all()
    assert len(server.asked) == 1
    clock.now += timedelta(days=2)
    assert ask(where, settings, database).source == "straight line"


def test_only_what_is_new_is_asked_for(database, settings, server, clock) -> None:
    where = places(30)
    small = settings.model_copy(update={"osrm_table_size": 10})
    ask(where[:25], small, database)
    server.asked.clear()
    assert ask(where, small, database).matrix.seconds.tolist() == told(server, where)
    pairs = sum(len(asked.sources) * len(asked.destinations) for asked in server.asked)
    assert pairs <= 2 * 30 * 5
    server.asked.clear()
    ask(where, small, database)
    assert server.asked == []


def test_what_failed_is_asked_again_and_a_missing_way_is_not(database, settings, server) -> None:
    where = places(6)
    server.without_way = {where[5]}
    server.troubles = [503] * client.TRIES
    assert ask(where, settings, database).source == "straight line"
    ask(where, settings, database)
    questions = len(server.asked)
    assert ask(where, settings, database).source == "osrm, straight line for 10 of 30 pairs of places"
    assert len(server.asked) == questions


def test_another_profile_is_another_source(database, settings, server) -> None:
    where = places(4)
    ask(where, settings, database)
    ask(where, settings.model_copy(update={"osrm_profile": "bike"}), database)
    assert [asked.profile for asked in server.asked] == ["driving", "bike"]


def test_nothing_is_kept_where_that_is_not_wanted(database, settings, server) -> None:
    ask(places(4), settings.model_copy(update={"osrm_cache_days": 0}), database)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(TravelRow)).one() == 0


def test_no_coordinates_are_kept(database, settings) -> None:
    where = places(4)
    ask(where, settings, database)
    with database.reading() as session:
        rows = session.exec(select(TravelRow)).all()
    assert {row.origin for row in rows} == {place.digest() for place in where}
    assert {row.source for row in rows} == {"osrm driving"}


def test_what_is_old_is_tidied_away(database, settings, clock) -> None:
    clock.now = datetime.now(NOW.tzinfo) - timedelta(days=31)
    ask(places(4), settings, database)
    clock.now += timedelta(days=30)
    ask(places(6)[4:], settings, database)
    tidy(database, Files(settings))
    with database.reading() as session:
        kept = set(session.exec(select(TravelRow.origin)).all())
    assert kept == {place.digest() for place in places(6)[4:]}


def test_what_was_learned_corrects_what_the_server_tells(database, settings, server) -> None:
    where = places(4)
    learned = Learned({(Source.OSRM, Band.MIDDAY): 1.4})
    seconds = ask(where, settings, database, learned).matrix.seconds
    assert seconds[0, 3] == pytest.approx(1.4 * (server.seconds(where[0], where[3]) or 0), abs=1)
