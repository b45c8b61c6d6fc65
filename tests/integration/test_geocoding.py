"""Addresses are found on the map: the real geopy client against a Nominatim server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from bot import geocoding, jobs
from bot.geocoding import GeocoderTrouble, check_geocoder, locate
from bot.jobs import MOST_ATTEMPTS, run_due_jobs
from bot.settings import Settings, WrongSetting
from domain.cases import Case
from domain.commands import ChangeOrder, CreateOrder, RescheduleOrder
from domain.orders import Order
from domain.refusals import Refusal
from domain.values import Place
from storage.database import Database
from storage.jobs import JobRow
from tests.builders import API, HOME, NOON, NOW, OFFICE, business, moment, order_body
from tests.emulators.nominatim import Nominatim, nominatim

ADDRESS = "Chausseestraße 8, 10115 Berlin, DE"


@pytest.fixture
def server() -> Iterator[Nominatim]:
    with nominatim() as running:
        yield running


@pytest.fixture
def settings(server: Nominatim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    options = f'{{"domain": "{server.domain}", "scheme": "http"}}'
    monkeypatch.setenv("ROUNDSMAN_GEOCODER", "nominatim")
    monkeypatch.setenv("ROUNDSMAN_GEOCODER_OPTIONS", options)
    monkeypatch.setenv("ROUNDSMAN_GEOCODER_PAUSE", "0")
    return Settings(data_folder=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The jobs' clock, which the test moves."""

    class Clock:
        now = NOW

    monkeypatch.setattr(jobs, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def number(database: Database) -> str:
    """An order whose address is not on the map yet."""
    body = order_body()
    del body["address"]["place"]
    with database.writing() as session:
        business(session)
    return taken(database, body)


def taken(database: Database, body: dict[str, Any]) -> str:
    command = CreateOrder.model_validate(body)
    found = perform(
        database,
        [command],
        moment(API),
        lambda uow: uow.orders.by_external_id([command.external_id])[command.external_id],
    )[1]
    return str(found.number)


def state(database: Database, number: str) -> tuple[str, Place | None, list[str]]:
    """The order's status and place, and the kinds of its open exceptions."""
    with database.reading() as session:
        order = session.exec(select(Order).where(Order.number == number)).one()
        cases = session.exec(select(Case).where(Case.order_number == number, Case.status == "open")).all()
        return order.status, order.place, [case.kind for case in cases]


def test_an_address_that_is_found_is_promised_and_confirmed(database, settings, server, clock, number) -> None:
    server.known[ADDRESS] = (HOME.lat, HOME.lon)
    assert run_due_jobs(database, settings) == 1
    assert state(database, number) == ("allocated", HOME, [])
    assert server.asked == [ADDRESS]
    clock.now += timedelta(days=1)
    assert run_due_jobs(database, settings) == 0


def test_an_address_that_is_not_found_is_an_exception(database, settings, server, clock, number) -> None:
    run_due_jobs(database, settings)
    assert state(database, number) == ("created", None, ["address_not_found"])


def test_without_a_geocoder_it_is_an_exception_too(database, clock, number, tmp_path) -> None:
    run_due_jobs(database, Settings(data_folder=tmp_path, _env_file=None))  # type: ignore[call-arg]
    assert state(database, number) == ("created", None, ["address_not_found"])


@pytest.mark.parametrize("trouble", [500, 503, 429, 403, "nonsense", "hang"])
def test_trouble_is_tried_again_later(database, settings, server, clock, number, monkeypatch, trouble) -> None:
    monkeypatch.setattr(geocoding, "SECONDS", 0.1)
    server.known[ADDRESS] = (HOME.lat, HOME.lon)
    server.troubles = [trouble] * (3 if trouble == "hang" else 1)  # the client asks a silent server three times
    assert run_due_jobs(database, settings) == 1
    assert state(database, number) == ("created", None, [])
    assert run_due_jobs(database, settings) == 0
    clock.now += timedelta(seconds=11)
    assert run_due_jobs(database, settings) == 1
    assert state(database, number)[0] == "allocated"


def test_a_provider_that_stays_away_leaves_an_exception(database, settings, server, clock, number) -> None:
    server.troubles = [503] * 20
    for _ in range(MOST_ATTEMPTS):
        run_due_jobs(database, settings)
        clock.now += timedelta(minutes=11)
    assert state(database, number) == ("created", None, ["address_not_found"])
    with database.reading() as session:
        assert session.exec(select(JobRow)).one().done_at is not None


def test_one_broken_job_does_not_hold_up_the_others(database, settings, server, clock, number) -> None:
    server.known[ADDRESS] = (HOME.lat, HOME.lon)
    with database.writing() as session:
        session.add(
            JobRow(key="locate:broken", kind="locate", payload={"order": "RM-99999"}, run_at=NOW - timedelta(1))
        )
    assert run_due_jobs(database, settings) == 2
    assert state(database, number)[0] == "allocated"


def test_a_corrected_address_is_located_and_settles_the_exception(database, settings, server, clock, number) -> None:
    run_due_jobs(database, settings)
    body = order_body()["address"] | {"street": "Chausseestraße 80", "place": None}
    perform(database, [ChangeOrder(order=number, address=body)], moment(OFFICE))
    server.known["Chausseestraße 80, 10115 Berlin, DE"] = (HOME.lat, HOME.lon)
    run_due_jobs(database, settings)
    assert state(database, number) == ("allocated", HOME, [])


def test_a_confirmed_order_with_a_new_address_is_located_too(database, settings, server, clock, number) -> None:
    server.known[ADDRESS] = (HOME.lat, HOME.lon)
    run_due_jobs(database, settings)
    for street, where, cases in (("Torstraße 1", None, ["address_not_found"]), ("Torstraße 2", Place(52.53, 13.4), [])):
        if where is not None:
            server.known[f"{street}, 10119 Berlin, DE"] = (where.lat, where.lon)
        address = {"street": street, "postcode": "10119", "city": "Berlin", "country": "DE"}
        perform(database, [ChangeOrder(order=number, address=address)], moment(OFFICE))
        run_due_jobs(database, settings)
        assert state(database, number) == ("allocated", where, cases)


def test_staff_set_a_day_for_an_order_that_had_none(database, clock) -> None:
    with database.writing() as session:
        business(session)
    body = order_body(wanted_day="2026-05-14")  # a holiday
    number = taken(database, body)
    assert state(database, number) == ("created", HOME, ["no_promise"])
    day = (NOW + timedelta(days=4)).date()
    perform(database, [RescheduleOrder(order=number, day=day, window=NOON)], moment(OFFICE))
    assert state(database, number) == ("allocated", HOME, [])


def test_no_day_is_set_for_an_order_that_is_nowhere(database, number) -> None:
    day = (NOW + timedelta(days=4)).date()
    with pytest.raises(Refusal, match="no_place_yet"):
        perform(database, [RescheduleOrder(order=number, day=day, window=NOON)], moment(OFFICE))


def test_questions_keep_their_distance(settings, server, monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(geocoding.time, "sleep", slept.append)
    monkeypatch.setattr(geocoding, "_last", float("-inf"))
    polite = settings.model_copy(update={"geocoder_pause": 60.0})
    assert (locate("nowhere", polite), locate("nowhere", polite)) == (None, None)
    assert len(slept) == 1
    assert 59 < slept[0] <= 60


def test_a_wrong_provider_is_one_sentence(tmp_path) -> None:
    for values, words in (
        ({"geocoder": "mapsy"}, "ROUNDSMAN_GEOCODER"),
        ({"geocoder": "nominatim", "geocoder_options": {"x": 1}}, "ROUNDSMAN_GEOCODER_OPTIONS"),
    ):
        with pytest.raises(WrongSetting, match=words):
            check_geocoder(Settings(data_folder=tmp_path, _env_file=None, **values))  # type: ignore[call-arg]


def test_a_server_that_is_not_there_is_trouble(settings) -> None:
    gone = settings.model_copy(update={"geocoder_options": {"domain": "127.0.0.1:9", "scheme": "http"}})
    with pytest.raises(GeocoderTrouble):
        locate("anywhere", gone)
