"""The page of an order: what its link shows, to whom, how long, and what it never shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions import tracking
from actions.perform import perform
from bot.web.pages import Pages
from bot.web.track.facts import find
from domain.commands import RecordPosition
from domain.events import Event
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.routes import Driver, Route, RoutePosition, Stop, Vehicle
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW, Business, a_customer, an_order, business, moment
from tests.sending import program_of
from tests.talking import Talk

SECRETS = ("Zzname", "zzmail@example.com", "+4915199999999", "Zzstreet", "zz4711")


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def tracked(database: Database, shop: Business, status: str = "allocated", **values: object) -> tuple[Order, str]:
    with database.writing() as session:
        given = {name: values.pop(name) for name in ("street", "wishes") if name in values}
        order = an_order(session, shop, status=status, **values)
        for name, value in given.items():
            setattr(order, name, value)
        session.flush()
        return order, tracking.token_of(order, UnitOfWork(session, API), moment())


def on_the_road(database: Database, shop: Business, order: Order, *, before: int = 0, age: int = 1) -> int:
    """A route under way with the order on it, seen ``age`` minutes ago; its number."""
    with database.writing() as session:
        driver = Driver(name="Tomasz Nowak", depot_id=shop.depot.id or 0)
        vehicle = Vehicle(plate="B-RM 1", name="van", depot_id=shop.depot.id or 0, payload=1, volume=1)
        session.add_all([driver, vehicle])
        session.flush()
        route = Route(
            depot_id=shop.depot.id or 0,
            day=NOW.date(),
            driver_id=driver.id,
            vehicle_id=vehicle.id,
            status="in_progress",
        )
        session.add(route)
        session.flush()
        others = [an_order(session, shop, status="out_for_delivery") for _ in range(before)]
        for position, each in enumerate([*others, order], 1):
            session.add(Stop(route_id=route.id or 0, position=position, order_number=each.number))
        session.add(RoutePosition(route_id=route.id or 0, at=NOW - timedelta(minutes=age), lat=52.5, lon=13.4))
        return route.id or 0


@pytest.mark.parametrize(
    "status", ["created", "backordered", "allocated", "packed", "dispatched", "out_for_delivery", "delivered", "failed",
               "partially_delivered", "returned_to_depot", "held", "cancelled"]
)  # fmt: skip
def test_every_state_is_shown_in_words_and_names_nobody(database, shop, status):
    with database.writing() as session:
        customer = a_customer(session, name="Zzname Weber", email="zzmail@example.com", phone="+4915199999999")
    order, token = tracked(database, shop, status, customer=customer, street="Zzstreet 8", wishes={"code": "zz4711"})
    shown = find(database, token, NOW)
    pages = Pages(program_of(database))
    html = pages.fill("track.html", "en", order=shown, token=token, url="", telegram=None, tiles="", credit="")
    assert order.number in html
    assert [secret for secret in SECRETS if secret.lower() in html.lower()] == []
    assert "code for the door" in html
    assert [step.name for step in shown.steps if step.current] or status == "created"


def test_the_driver_is_shown_to_who_is_next(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order)
    shown = find(database, token, NOW)
    assert (shown.stops_before, shown.vehicle, shown.driver) == (0, Place(52.5, 13.4), "Tomasz")


def test_the_driver_is_not_shown_to_who_is_not_next(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order, before=1)
    shown = find(database, token, NOW)
    assert (shown.stops_before, shown.vehicle, shown.driver) == (1, None, None)


def test_a_vehicle_seen_long_ago_is_shown_nowhere(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order, age=11)
    assert find(database, token, NOW).vehicle is None


def test_the_newest_position_counts_whatever_order_they_come_in(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    route = on_the_road(database, shop, order, age=3)
    newer = RecordPosition(route=route, at=NOW - timedelta(minutes=1), place=Place(52.6, 13.5))
    older = RecordPosition(route=route, at=NOW - timedelta(minutes=2), place=Place(52.7, 13.6))
    perform(database, [newer, older], moment(API))
    assert find(database, token, NOW).vehicle == Place(52.6, 13.5)
    with pytest.raises(Refusal, match="position_ahead"):
        perform(database, [RecordPosition(route=route, at=NOW + timedelta(hours=1), place=Place(0, 0))], moment(API))
    with pytest.raises(NotFound, match="no_such_route"):
        perform(database, [RecordPosition(route=999, at=NOW, place=Place(0, 0))], moment(API))


def test_the_link_dies_fourteen_days_after_the_end(database, shop):
    order, token = tracked(database, shop, "delivered")
    with database.reading() as session:
        uow = UnitOfWork(session, API)
        event: Event | None = uow.orders.last_event(order, "delivered")
    assert event is not None
    find(database, token, event.at + timedelta(days=14))
    with pytest.raises(NotFound) as dead:
        find(database, token, event.at + timedelta(days=14, seconds=1))
    with pytest.raises(NotFound) as guessed:
        find(database, "x" * 22, NOW)
    assert (dead.value.text, dead.value.values) == (guessed.value.text, guessed.value.values)


def test_the_link_opens_its_order_in_a_chat_and_no_other(database, shop):
    order, token = tracked(database, shop)
    other, _ = tracked(database, shop)
    talk = Talk(database)
    assert talk.say("open", "bind_chat", link=token) == ["order.tracked"]
    assert talk.facts["number"] == order.number
    assert talk.say("another day", "reschedule_delivery", order_number=order.number) == ["ask.delivery_window"]
    talk.press("choice.delivery_window")
    assert talk.say("where is it", "track_order", order_number=other.number) == ["ask.fact"]


def test_an_order_has_one_link_however_often_it_is_asked_for(database, shop):
    order, token = tracked(database, shop)
    with database.writing() as session:
        assert tracking.token_of(order, UnitOfWork(session, API), moment()) == token
