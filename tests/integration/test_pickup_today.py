"""A customer has a return collected today, by a route that passes: offered, chosen, and what is said when it fits no more."""

from __future__ import annotations

from datetime import time

import pytest
from sqlmodel import Session, select

from actions.perform import perform
from domain.commands import ChooseWay
from domain.depots import DeliverySlot
from domain.moment import SYSTEM
from domain.notices import Notice
from domain.returns import Return
from domain.routes import Route
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, NOON, a_pickup, a_return, an_order, moment, return_policy
from tests.roads import TODAY, Road, a_road, east
from tests.talking import Talk

ANY_WAY = """
rules:
  - name: anything
    when: {}
    then: {outcome: approve, resolutions: [refund]}
    says: "Everything comes back any way."
"""


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        road = a_road(session)
        return_policy(session, ANY_WAY)
        return road


def approved(session: Session, road: Road, km: float = 4, **values) -> Return:
    """A return whose way back is still to be chosen, so many kilometres from the depot."""
    bought = an_order(session, road.shop, status="delivered", lines=[("SKU-1", 1)], place=east(km))
    made = a_return(session, bought, "SKU-1", **values)
    made.place = east(km)
    session.flush()
    return made


def the_return(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.exec(select(Return).where(Return.number == number)).one()


def on_the_way(database: Database, route: Route) -> list[str | None]:
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        return [task.number for task in tour.tasks if task.is_ahead]


def asked(database: Database, road: Road) -> Talk:
    """The customer has said that it shall be collected, and sees when that is possible."""
    talk = Talk(database, road.shop.customer.id)
    assert talk.say("please collect it", "choose_way", way="pickup") == ["ask.pickup_when"]
    return talk


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for choice in talk.choices()]


def booked(database: Database) -> int:
    with database.reading() as session:
        return sum(slot.booked for slot in session.exec(select(DeliverySlot)))


@pytest.mark.parametrize("status", ["published", "in_progress"])
def test_today_is_offered_first_and_taken(database: Database, road: Road, status: str):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status=status)
        number = approved(session, road).number
    before = booked(database)
    talk = asked(database, road)
    assert labels(talk)[0] == "choice.pickup_today"
    assert set(labels(talk)[1:]) == {"choice.delivery_window"}
    offered = talk.choices()[0]["values"]["window"]
    assert talk.press("choice.pickup_today") == ["return.way_chosen"]
    assert (talk.facts["day"], talk.facts["was_day"]) == (TODAY.isoformat(), None)
    made = the_return(database, number)
    assert (made.status, made.way, made.pickup_day) == ("pickup_planned", "pickup", TODAY)
    assert made.told_start is not None
    assert str(offered) == talk.facts["window"] == str(made.pickup_window)
    assert number in on_the_way(database, route)
    assert booked(database) == before, "a place on a route is no place in a window of another day"


def test_the_driver_hears_of_the_new_stop_and_nobody_else_anything(database: Database, road: Road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status="in_progress")
        number = approved(session, road).number
    told = chosen(database, number)
    assert [each.name for each in told if each.driver == route.driver_id] == ["driver.stops_changed"]
    assert [each.name for each in told if each.driver is None] == ["return.way_chosen"]


def chosen(database: Database, number: str, **values) -> list[Notice]:
    """What is said when it is to be collected today."""
    command = ChooseWay(return_number=number, way="pickup", day=TODAY, **values)
    return perform(database, [command], moment(SYSTEM))[0]


def test_it_is_asked_for_in_words(database: Database, road: Road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status="in_progress")
        number = approved(session, road).number
    talk = Talk(database, road.shop.customer.id)
    said = talk.say("can you pick it up today", "choose_way", date=TODAY.isoformat())
    assert said == ["return.way_chosen"]
    assert number in on_the_way(database, route)


def test_another_day_becomes_today_and_its_window_is_free_again(database: Database, road: Road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        made = a_pickup(session, road.shop, place=east(4), day=NEXT_DAY)
        made.way, number = "pickup", made.number
    before = booked(database)
    talk = asked(database, road)
    assert talk.press("choice.pickup_today") == ["return.way_chosen"]
    assert (talk.facts["was_day"], talk.facts["was_window"]) == (NEXT_DAY.isoformat(), str(NOON))
    assert booked(database) == before - 1
    assert on_the_way(database, route)[1] == number


def test_asked_again_it_stays_as_it_is(database: Database, road: Road):
    with database.writing() as session:
        route = road.route(session, [east(2)])
        number = approved(session, road).number
    chosen(database, number)
    before = on_the_way(database, route)
    assert [each.name for each in chosen(database, number)] == ["return.way_chosen"]
    assert on_the_way(database, route) == before
    talk = asked(database, road)
    assert "choice.pickup_today" not in labels(talk)
    assert talk.press("choice.delivery_window") == ["return.way_chosen"]
    assert number not in on_the_way(database, route)


def test_where_nobody_drives_today_it_is_not_offered(database: Database, road: Road):
    with database.writing() as session:
        number = approved(session, road).number
    talk = asked(database, road)
    assert set(labels(talk)) == {"choice.delivery_window"}
    assert talk.say("today", date=TODAY.isoformat()) == ["refused.pickup_not_today"]
    assert set(labels(talk)) == {"choice.delivery_window"}
    assert the_return(database, number).status == "approved"


def test_what_fits_no_more_when_it_is_pressed_is_said_with_the_next_windows(database: Database, road: Road):
    with database.writing() as session:
        route = road.route(session, [east(2)])
        number = approved(session, road).number
    talk = asked(database, road)
    with database.writing() as session:
        session.get_one(Route, route.id).status = "completed"
    assert talk.press("choice.pickup_today") == ["refused.pickup_not_today"]
    assert talk.press("choice.delivery_window") == ["return.way_chosen"]
    assert the_return(database, number).pickup_day == NEXT_DAY


def test_nobody_waits_longer_than_they_were_told_for_it(database: Database, road: Road):
    """Nor does a driver work longer."""
    with database.writing() as session:
        hours = (time(8), time(13))
        road.route(session, [east(1), east(2)], status="in_progress", hours=hours)
        approved(session, road, km=-40)
    assert "choice.pickup_today" not in labels(asked(database, road))


def test_with_an_exchange_it_is_collected_on_the_day_the_new_one_comes(database: Database, road: Road):
    with database.writing() as session:
        road.route(session, [east(2), east(6)], status="in_progress")
        made = approved(session, road)
        brought = an_order(session, road.shop, lines=[("SKU-3", 1)], exchange_of=made.number, place=east(4))
        made.exchange_order = brought.number
    assert "choice.pickup_today" not in labels(asked(database, road))
