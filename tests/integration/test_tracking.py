"""The page of an order: what its link shows, to whom, how long, and what it never shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions import tracking
from actions.perform import perform
from bot.web.pages import Pages
from bot.web.track.facts import Tracked, find
from domain.commands import RecordPosition, RescheduleOrder
from domain.deliveries import DeliveryProof
from domain.events import Event
from domain.fleet import Driver, Vehicle
from domain.meaning import BY_PAYLOAD
from domain.moment import Actor, Role
from domain.orders import Order, OrderStatus
from domain.refusals import NotFound, Refusal
from domain.routes import Route, RoutePosition
from domain.values import Place, Window
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import API, MORNING, NOW, OFFICE, Business, a_case, a_customer, a_stop, an_order, business, moment
from tests.meanings import meaning
from tests.sending import program_of
from tests.talking import Talk

SECRETS = ("Zzname", "zzmail@example.com", "5199999999", "Zzstreet", "zz4711", "Zzreceiver", "Zzshopwords")
BERLIN = ZoneInfo("Europe/Berlin")
NEAR = Place(52.5300, 13.3800)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def tracked(database: Database, shop: Business, status: str = "allocated", **values: Any) -> tuple[Order, str]:
    """An order in a state, and the token of its page."""
    with database.writing() as session:
        order = an_order(session, shop, status=status, **values)
        return order, tracking.token_of(order, UnitOfWork(session, API), moment())


def shown(database: Database, token: str, now: datetime = NOW) -> Tracked:
    return find(database, token, now, BERLIN)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("pages")
    return Pages(program_of(Database(f"sqlite:///{folder / 'none.db'}"), data_folder=folder))


def page_of(pages: Pages, order: Tracked) -> str:
    more = {"url": "", "telegram": None, "tiles": "https://tiles.example/{z}/{x}/{y}.png", "credit": ""}
    return pages.fill("track.html", "en", zone=order.zone, order=order, token="t", **more)


def on_the_road(
    database: Database, shop: Business, order: Order, *, before: int = 0, age: int = 1, name: str = "Tomasz Nowak",
    status: str = "in_progress",
) -> int:  # fmt: skip
    """A route with the order on it, seen ``age`` minutes ago; its number."""
    with database.writing() as session:
        driver = Driver(name=name, depot_id=shop.depot_id)
        vehicle = Vehicle(plate=f"B-{name}", name="van", depot_id=shop.depot_id, payload=1, volume=1)
        session.add_all([driver, vehicle])
        session.flush()
        route = Route(
            depot_id=shop.depot_id, day=NOW.date(), driver_id=driver.id, vehicle_id=vehicle.id, status=status
        )  # fmt: skip
        session.add(route)
        session.flush()
        assert route.id is not None
        others = [an_order(session, shop, status="out_for_delivery") for _ in range(before)]
        for position, each in enumerate([*others, order], 1):
            eta = NOW + timedelta(minutes=10 * position)
            a_stop(session, route, each, position=position, eta_start=eta, eta_end=eta + timedelta(minutes=20))
        session.add(RoutePosition(route_id=route.id, at=NOW - timedelta(minutes=age), lat=NEAR.lat, lon=NEAR.lon))
        return route.id


# What is shown


#: Per state: the heading, the step that is current, what lies ahead, and what may be asked for.
SHOWN = {
    "created": ("checking your order", "ordered", 5, ("instructions", "address", "ask")),
    "backordered": ("Waiting for goods", "backordered", 4, ("reschedule", "instructions", "address", "ask")),
    "allocated": ("Confirmed", "confirmed", 4, ("reschedule", "instructions", "address", "ask")),
    "packed": ("Packed", "packed", 3, ("reschedule", "instructions", "ask")),
    "dispatched": ("On the van", "loaded", 2, ("instructions", "ask")),
    "out_for_delivery": ("On the way to you", "on_the_way", 1, ("instructions", "problem", "ask")),
    "delivered": ("Delivered", "delivered", 0, ("proof", "rate", "problem", "ask")),
    "partially_delivered": ("Delivered in part", "partly_delivered", 0, ("reschedule", "proof", "rate", "problem", "ask")),
    "failed": ("We could not deliver", "failed", 0, ("reschedule", "instructions", "ask")),
    "returned_to_depot": ("Back at our depot", "returned", 0, ("reschedule", "instructions", "ask")),
    "held": ("On hold", "held", 0, ("reschedule", "instructions", "address", "ask")),
    "cancelled": ("Cancelled", "cancelled", 0, ("ask",)),
}  # fmt: skip


@pytest.mark.parametrize("status", SHOWN)
def test_every_state_is_shown_honestly_and_names_nobody(database, pages, shop, status):
    with database.writing() as session:
        customer = a_customer(session, name="Zzname Weber", email="zzmail@example.com", phone="+4915199999999")
    order, token = tracked(
        database, shop, status, customer=customer, street="Zzstreet 8", wishes={"code": "zz4711"}, instructions="Zzshopwords"
    )  # fmt: skip
    with database.writing() as session:
        session.add(DeliveryProof(order_number=order.number, at=NOW, name="Zzreceiver", lat=52.5, lon=13.4))
    seen = shown(database, token)
    html = page_of(pages, seen)
    heading, current, ahead, actions = SHOWN[status]
    assert heading in html
    assert [step.name for step in seen.steps if step.current] == [current]
    assert sum(step.at is None for step in seen.steps) == ahead
    assert set(seen.actions) == set(actions)
    assert order.number in html
    assert "10115 Berlin" in html
    assert "2 × Kettle" in html
    assert [secret for secret in SECRETS if secret.lower() in html.lower()] == []
    assert ("A code for the door" in html) == (status not in {"delivered", "partially_delivered"})
    assert ("data-place" in html) == (status not in {"delivered", "cancelled"})
    assert "allocated" not in html.replace('class="track allocated"', "")


def test_every_state_is_tested():
    assert set(SHOWN) | {"confirmed", "rescheduled"} == set(OrderStatus)


def test_a_new_promise_is_part_of_the_way(database, pages, shop):
    order, token = tracked(database, shop)
    perform(
        database, [RescheduleOrder(order=order.number, day=date(2026, 5, 6), window=MORNING)],
        moment(OFFICE, NOW + timedelta(hours=1)),
    )  # fmt: skip
    seen = shown(database, token)
    changed = [step for step in seen.steps if step.name == "promise"]
    assert [(step.promise, step.current) for step in changed] == [(("2026-05-06", "08:00-12:00"), True)]
    assert "New date: Wed 6 May" in page_of(pages, seen)
    assert seen.promise == ("2026-05-06", "08:00-12:00")


def test_a_failed_attempt_stays_in_the_way_when_there_is_a_new_date(database, pages, shop):
    _, token = tracked(database, shop, "failed")
    seen = shown(database, token)
    order, with_reason = tracked(database, shop, "out_for_delivery")
    with database.writing() as session:
        uow = UnitOfWork(session, API)
        uow.record(uow.orders.get(order.number).move(OrderStatus.FAILED, moment(), reason="nobody_home"))
        uow.flush()
    assert seen.promise is None
    assert "Reason: nobody was there" in page_of(pages, shown(database, with_reason))
    perform(
        database, [RescheduleOrder(order=order.number, day=date(2026, 5, 6), window=MORNING)],
        moment(OFFICE, NOW + timedelta(minutes=5)),
    )  # fmt: skip
    names = [step.name for step in shown(database, with_reason).steps]
    assert names[-6:] == ["on_the_way", "failed", "promise", "loaded", "on_the_way", "delivered"]


def test_what_was_taken_off_the_van_is_packed_again_and_held_goods_go_on(database, shop):
    order, token = tracked(database, shop, "dispatched")
    with database.writing() as session:
        uow = UnitOfWork(session, API)
        changed = uow.orders.get(order.number)
        uow.record(changed.move(OrderStatus.PACKED, moment(now=NOW + timedelta(minutes=1))))
        uow.record(changed.hold("address unclear", moment(now=NOW + timedelta(minutes=2))))
        uow.record(changed.release(moment(now=NOW + timedelta(minutes=3))))
        uow.flush()
    assert [step.name for step in shown(database, token).steps] == [
        "ordered", "confirmed", "packed", "held", "released", "loaded", "on_the_way", "delivered",
    ]  # fmt: skip


def test_an_address_nobody_found_asks_for_the_place(database, pages, shop):
    order, token = tracked(database, shop, "created", place=None)
    with database.writing() as session:
        a_case(session, "address_not_found", order, address="Zzstreet 8")
    seen = shown(database, token)
    assert seen.actions[0] == "pin"
    assert "We cannot find the address" in page_of(pages, seen)


def test_times_are_those_of_the_depot(database, pages, shop):
    with database.writing() as session:
        session.merge(shop.depot).zone = "Asia/Tokyo"
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order)
    html = page_of(pages, shown(database, token))
    assert "18:10–18:30" in html  # NOW is 9:00 UTC, 18:00 in Tokyo
    assert "11:10" not in html


def test_the_time_of_delivery_is_that_of_the_proof(database, pages, shop):
    order, token = tracked(database, shop, "delivered")
    with database.writing() as session:
        session.add(DeliveryProof(order_number=order.number, at=NOW - timedelta(minutes=7)))
    seen = shown(database, token)
    assert seen.happened_at == NOW - timedelta(minutes=7)
    assert "Mon 4 May, 10:53" in page_of(pages, seen)


def test_a_late_delivery_is_said_to_be_late(database, pages, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order)
    assert "running late" not in page_of(pages, shown(database, token))
    html = page_of(pages, shown(database, token, NOW + timedelta(minutes=31)))
    assert "Was expected" in html
    assert "We are running late." in html


def test_expected_after_the_promised_window_is_said_to_be_late(database, pages, shop):
    morning = Window.parse("08:00-10:00")
    order, token = tracked(database, shop, "out_for_delivery", day=NOW.date(), window=morning)
    on_the_road(database, shop, order)
    html = page_of(pages, shown(database, token))
    assert "We are running late." in html
    assert "Was expected" not in html


def test_markup_in_what_is_shown_is_harmless(database, pages, shop):
    _, token = tracked(database, shop, city="<script>alert(1)</script>")
    html = page_of(pages, shown(database, token))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


# The driver


def test_the_driver_is_shown_to_who_is_next(database, pages, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order)
    seen = shown(database, token)
    html = page_of(pages, seen)
    assert seen.vehicle is not None
    assert (seen.stops_before, seen.vehicle.place, seen.driver) == (0, NEAR, "Tomasz")
    assert "about 200 m from you" in html
    assert "Nowak" not in html


@pytest.mark.parametrize(
    ("status", "road"),
    [
        ("out_for_delivery", {"before": 1}),
        ("dispatched", {}),
        ("out_for_delivery", {"status": "loading"}),
        ("out_for_delivery", {"status": "completed"}),
        ("delivered", {}),
    ],
    ids=["not next", "not on the road", "route loading", "route over", "delivered"],
)
def test_the_driver_is_not_shown_to_anybody_else(database, pages, shop, status, road):
    order, token = tracked(database, shop, status)
    on_the_road(database, shop, order, **road)
    seen = shown(database, token)
    assert (seen.vehicle, seen.driver) == (None, None)
    assert 'data-vehicle="52' not in page_of(pages, seen)


def test_a_vehicle_seen_long_ago_is_shown_nowhere(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    on_the_road(database, shop, order, age=11)
    assert shown(database, token).vehicle is None


def test_an_order_given_to_another_route_shows_the_driver_of_that_one(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    first = on_the_road(database, shop, order)
    second = on_the_road(database, shop, order, name="Ines Prado", age=2)
    perform(database, [RecordPosition(route=first, at=NOW, place=Place(1, 1))], moment(API))
    seen = shown(database, token)
    assert (seen.driver, seen.vehicle and seen.vehicle.place) == ("Ines", NEAR)
    with database.writing() as session:
        session.get_one(Route, second).status = "published"  # not on the road yet: nobody is shown
    assert (shown(database, token).driver, shown(database, token).vehicle) == (None, None)


# Positions


def test_the_newest_position_counts_whatever_order_they_come_in(database, shop):
    order, token = tracked(database, shop, "out_for_delivery")
    route = on_the_road(database, shop, order, age=3)
    newer = RecordPosition(route=route, at=NOW - timedelta(minutes=1), place=Place(52.6, 13.5))
    older = RecordPosition(route=route, at=NOW - timedelta(minutes=2), place=Place(52.7, 13.6))
    perform(database, [newer, older], moment(API))
    seen = shown(database, token).vehicle
    assert seen is not None
    assert (seen.place, seen.at) == (Place(52.6, 13.5), NOW - timedelta(minutes=1))


def test_positions_that_come_at_once_leave_the_newest(database, shop):
    order, _ = tracked(database, shop, "out_for_delivery")
    route = on_the_road(database, shop, order)
    with database.writing() as session:
        session.delete(session.get_one(RoutePosition, route))
    reports = [RecordPosition(route=route, at=NOW - timedelta(seconds=n), place=Place(50, 10 + n)) for n in range(12)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda report: perform(database, [report], moment(API)), reports))
    with database.reading() as session:
        assert session.get_one(RoutePosition, route).lon == 10


def test_positions_to_come_and_routes_nobody_drives_are_refused(database, shop):
    order, _ = tracked(database, shop, "out_for_delivery")
    route = on_the_road(database, shop, order)
    with pytest.raises(Refusal, match="position_ahead"):
        perform(database, [RecordPosition(route=route, at=NOW + timedelta(seconds=61), place=NEAR)], moment(API))
    with pytest.raises(NotFound, match="no_such_route"):
        perform(database, [RecordPosition(route=999, at=NOW, place=NEAR)], moment(API))


def test_a_driver_reports_for_their_own_route_only(database, shop):
    order, _ = tracked(database, shop, "out_for_delivery")
    mine, other = (on_the_road(database, shop, order, name=name) for name in ("Tomasz Nowak", "Ines Prado"))
    with database.reading() as session:
        driver = Actor(Role.DRIVER, session.get_one(Route, mine).driver_id)
    perform(database, [RecordPosition(route=mine, at=NOW, place=Place(50, 10))], moment(driver))
    with pytest.raises(NotFound, match="no_such_route"):
        perform(database, [RecordPosition(route=other, at=NOW, place=Place(50, 10))], moment(driver))


# The link


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_the_link_dies_fourteen_days_after_the_end(database, shop, status):
    order, token = tracked(database, shop, status)
    with database.reading() as session:
        event: Event | None = UnitOfWork(session, API).orders.last_event(order, status)
    assert event is not None
    shown(database, token, event.at + timedelta(days=14))
    with pytest.raises(NotFound) as dead:
        shown(database, token, event.at + timedelta(days=14, seconds=1))
    with pytest.raises(NotFound) as guessed:
        shown(database, "x" * 22)
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


def test_the_link_opens_its_order_even_while_a_person_answers(database, shop):
    _, token = tracked(database, shop)
    talk = Talk(database, channel="telegram")
    talk.say("I want to talk to a person", "talk_to_human")
    assert talk.say("where is it", "track_order") == []
    link = replace(meaning(f'/bind_chat{{"link": "{token}"}}', "bind_chat", link=token), engine=BY_PAYLOAD)
    assert talk.hear(link) == ["order.tracked"]


def test_a_dead_link_opens_nothing_in_a_chat(database, shop):
    order, token = tracked(database, shop, "delivered")
    talk = Talk(database, now=NOW + timedelta(days=15))
    assert talk.say("open", "bind_chat", link=token) == ["refused.link_dead"]
    assert talk.say("open", "bind_chat", link="x" * 22) == ["refused.link_dead"]
    assert talk.say("where is it", "track_order", order_number=order.number) == ["ask.fact"]


def test_an_order_has_one_link_however_often_it_is_asked_for(database, shop):
    order, token = tracked(database, shop)
    with database.writing() as session:
        assert tracking.token_of(order, UnitOfWork(session, API), moment()) == token
