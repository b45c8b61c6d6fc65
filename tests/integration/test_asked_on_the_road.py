"""What drivers are asked while they drive is answered by a button, as if they had said it themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.perform import perform
from domain.commands import AskSilent, RefreshEtas, ReportPosition
from domain.driving import WorkedShift
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import HOME, NOW, SYSTEM, moment
from tests.on_the_road import Road, on_the_road


@pytest.fixture
def road(database) -> Road:
    return on_the_road(database)


def asked(road: Road, name: str) -> list[OutboxRow]:
    return [row for row in road.all(OutboxRow) if row.name == name]


def button(row: OutboxRow, label: str) -> str:
    return next(each["id"] for each in row.choices if each["label"] == label)


def test_whoever_stands_at_a_stop_arrives_by_one_tap(database, road) -> None:
    talk = road.talk(channel="telegram")
    talk.say("next", "next_stop")
    for seconds in (0, 30, 61):
        at = NOW + timedelta(seconds=seconds)
        perform(database, [ReportPosition(at=at, place=HOME)], moment(road.actor, now=at))
    [row] = asked(road, "driver.arrival_asked")
    assert row.facts == {"stop": 1}
    talk.wait(minutes=2)
    assert talk.press_id(button(row, "choice.arrived"))[0] == "driver.ahead"
    assert road.states()[0] == "arrived"
    assert len(asked(road, "driver.arrival_asked")) == 1


def test_a_silent_driver_answers_by_one_tap_and_is_silent_no_more(database, road) -> None:
    talk = road.talk(channel="telegram")
    talk.say("next", "next_stop")
    late = NOW + timedelta(hours=2)  # their customers are promised the time from noon on
    perform(database, [AskSilent(depot="north")], moment(now=late))
    [row] = asked(road, "driver.all_well")
    talk.now = late + timedelta(minutes=1)
    assert talk.press_id(button(row, "choice.delivered"))[0] == "driver.ahead"
    perform(database, [AskSilent(depot="north")], moment(now=late + timedelta(minutes=20)))
    assert road.all(WorkedShift)[0].asked_at is None
    assert len(asked(road, "driver.all_well")) == 1


def test_refreshing_many_routes_takes_few_statements(database, road, statements: list[str]) -> None:
    """However many there are: reading is done for all together, and nothing is written that did not move."""

    def cost(now: Any) -> int:
        statements.clear()
        perform(database, [RefreshEtas(depot="north")], moment(now=now))
        return len([each for each in statements if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])

    cost(NOW + timedelta(minutes=1))
    cost(NOW + timedelta(minutes=2))
    assert cost(NOW + timedelta(minutes=2, seconds=1)) <= 16
    with database.reading() as session:
        assert len(UnitOfWork(session, SYSTEM).routes.tour(road.route).visits) == 5
