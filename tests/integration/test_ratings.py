"""How it was is asked once, some time after the delivery, and never at night."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import AskRatings, RateDelivery
from domain.moment import Moment
from domain.notices import Notice, RatingAsked
from domain.orders import Order
from domain.policies import Policies
from domain.routes import Stop, Task
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import NOW, SYSTEM, a_case, counting, moment
from tests.roads import Road, a_road, east
from tests.talking import Talk

MAIL = Policies(channels=frozenset({"email"}))


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def delivered(database: Database, road: Road, at: datetime = NOW) -> str:
    with database.writing() as session:
        route = road.route(session, [east(2), east(4)], status="in_progress", order={"status": "delivered"})
        stop = session.get_one(Stop, road.stops[route.id][0].id)
        task = session.exec(select(Task).where(Task.stop_id == stop.id)).one()
        task.status, task.done_at, stop.done_at = "completed", at, at
        return task.order_number or ""


_ids = counting("rat")


def ask(database: Database, now: datetime) -> list[Notice]:
    return perform(database, [AskRatings(depot="north")], Moment(now, SYSTEM, "test", _ids, policies=MAIL))[0]


def test_it_is_asked_once_half_an_hour_later(database, road):
    number = delivered(database, road)
    assert ask(database, NOW + timedelta(minutes=29)) == []
    [asked] = ask(database, NOW + timedelta(minutes=30))
    assert isinstance(asked, RatingAsked)
    assert asked.number == number
    assert {(each.command, each.slots["score"]) for each in asked.choices} == {("RateDelivery", n) for n in range(1, 6)}
    assert ask(database, NOW + timedelta(minutes=40)) == []


def test_a_press_is_a_rating(database, road):
    number = delivered(database, road)
    talk = Talk(database, road.shop.customer.id, now=NOW + timedelta(hours=1))
    [asked] = ask(database, NOW + timedelta(minutes=30))
    button = asked.choices[1]
    assert perform(
        database, [RateDelivery.model_validate(button.slots)], moment(road.shop.owner, now=talk.now)
    )[0][0].name == "rating.taken"  # fmt: skip
    assert number == button.slots["order"]


def test_who_rated_or_complained_is_not_asked(database, road):
    first, second = delivered(database, road), delivered(database, road)
    perform(database, [RateDelivery(order=first, score=5)], moment(road.shop.owner, now=NOW + timedelta(minutes=5)))
    with database.writing() as session:
        order = session.exec(select(Order).where(Order.number == second)).one()
        a_case(session, "problem.damaged", order)
    assert ask(database, NOW + timedelta(minutes=30)) == []


def test_what_was_delivered_long_ago_is_not_asked_about(database, road):
    delivered(database, road, NOW - timedelta(hours=25))
    assert ask(database, NOW) == []


def test_at_night_it_is_held_until_morning_and_dropped_when_stale(database, road):
    evening = NOW.replace(hour=18, minute=45)  # 20:45 in Berlin
    delivered(database, road, evening)
    ask(database, evening + timedelta(minutes=30))
    with database.reading() as session:
        [row] = session.exec(select(OutboxRow)).all()
    assert row.not_before == (NOW + timedelta(days=1)).replace(hour=6, minute=0)
    assert row.good_until == evening + timedelta(minutes=30, hours=24)
    assert RatingAsked.still_true("delivered")
    assert not RatingAsked.still_true("out_for_delivery")
