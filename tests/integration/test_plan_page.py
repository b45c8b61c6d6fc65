"""The page of a plan, and plans as they are drawn and loaded: what is shown, to whom, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from actions import drawn, plan_links
from bot.web.pages import Pages
from bot.web.plan.facts import ShownPlan, find
from domain.drawing import Drawing
from domain.fleet import Spot, Vehicle
from domain.moment import SYSTEM
from domain.plans import Plan
from domain.refusals import NotFound
from domain.routes import Route, Task
from domain.routing.problem import UNLIMITED_AMOUNT, Load
from domain.stock import Product
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_customer, an_order, business, moment
from tests.planned import a_drop, a_plan, a_route, link_to
from tests.sending import program_of

#: What nobody who gets hold of a link may read.
SECRETS = ("Zzname", "zzmail@example.com", "5199999999", "Zzstreet", "Zzdriver", "Invalidenstra", "B-ZZ")


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("pages")
    return Pages(program_of(Database(f"sqlite:///{folder / 'none.db'}"), data_folder=folder))


def planned(database: Database, shop: Business, **values: object) -> tuple[int, str]:
    """A published plan of a route with three orders, one left out; its id, and the token of its page."""
    with database.writing() as session:
        customer = a_customer(session, name="Zzname Weber", email="zzmail@example.com", phone="+4915199999999")
        orders = [an_order(session, shop, customer=customer, street="Zzstreet 8") for _ in range(4)]
        plan = a_plan(session, shop, status="published")
        a_route(session, plan, orders[:3], **{"states": ("completed", "failed", "pending"), **values})  # type: ignore[arg-type]
        a_drop(session, plan, orders[3], "drop.no_skill", skills=["fridge"])
        return plan.id or 0, link_to(session, plan)


def drawing_of(database: Database, plan_id: int) -> Drawing:
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        return drawn.drawing_of_plan(uow.routes.plan(plan_id), uow)


def page_of(pages: Pages, drawing: Drawing, template: str = "plan.html") -> str:
    def why(reason: object) -> str:
        return "No vehicle has fridge."

    more = {"token": "t", "tiles": "", "credit": "", "why": why}
    return pages.fill(template, "en", zone=drawing.zone, plan=ShownPlan.of(drawing), **more)


# What is drawn


def test_a_plan_is_drawn_as_it_is_in_the_database(database, shop):
    plan_id, _ = planned(database, shop)
    drawing = drawing_of(database, plan_id)
    (route,) = drawing.routes
    assert (drawing.name, drawing.day, drawing.state) == (shop.depot.name, NOW.date(), "published")
    assert drawing.depots == (shop.depot.place,)
    assert (route.driver, route.vehicle, route.metres) == ("Zzdriver Nowak", "Van 3", 12_300)
    assert (route.start, route.end) == (shop.depot.place, shop.depot.place)
    assert [(stop.number, stop.state) for stop in route.stops] == [(1, "completed"), (2, "failed"), (3, "pending")]
    assert route.stops[0].done_at == NOW + timedelta(minutes=10)
    assert route.stops[2].eta == (NOW + timedelta(minutes=30), NOW + timedelta(minutes=50))
    (drop,) = drawing.drops
    assert (drop.reason.code, drop.reason.values) == ("drop.no_skill", {"skills": ["fridge"]})
    assert drop.place is not None


def test_where_a_driver_lives_is_drawn_nowhere(database, shop):
    home = {"home_lat": 52.6, "home_lon": 13.6, "starts_at": Spot.HOME, "ends_at": Spot.HOME}
    plan_id, _ = planned(database, shop, fleet=home)
    (route,) = drawing_of(database, plan_id).routes
    assert (route.start, route.end) == (None, None)
    assert Place(52.6, 13.6) not in route.way


def test_a_cancelled_route_is_not_drawn_and_the_others_keep_their_colours(database, shop):
    with database.writing() as session:
        plan = a_plan(session, shop)
        routes = [a_route(session, plan, [an_order(session, shop)], driver=f"D {n}") for n in range(3)]
        session.get_one(Route, routes[1].id).status = "cancelled"
        ids = [route.id for route in routes]
    drawing = drawing_of(database, plan.id or 0)
    assert [(route.name, route.colour) for route in drawing.routes] == [(f"R-{ids[0]}", 0), (f"R-{ids[2]}", 2)]
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        alone = drawn.drawing_of_route(uow.routes.get(ids[2] or 0), uow)
    assert [(route.name, route.colour) for route in alone.routes] == [(f"R-{ids[2]}", 2)]


def test_drawing_takes_few_statements_however_many_routes(database, shop, statements):
    with database.writing() as session:
        plan = a_plan(session, shop)
        for n in range(6):
            a_route(session, plan, [an_order(session, shop) for _ in range(3)], driver=f"D {n}")
    statements.clear()
    assert drawing_of(database, plan.id or 0).stops == 18
    assert len([each for each in statements if each.startswith("SELECT")]) <= 10


def test_the_loading_list_is_that_of_the_route(database, shop):
    with database.writing() as session:
        session.get_one(Product, "SKU-2").handling = ["two_people", "fragile"]
        orders = [an_order(session, shop), an_order(session, shop, lines=(("SKU-3", 4),))]
        route = a_route(session, a_plan(session, shop), orders)
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        listed = drawn.manifest_of(uow.routes.get(route.id or 0), uow)
    assert (listed.route, listed.vehicle.startswith("Van 3 · B-ZZ")) == (f"R-{route.id}", True)
    assert [stop.number for stop in listed.loading] == [2, 1]
    first = listed.loading[-1].orders[0]
    assert [(line.quantity, line.name, line.handling) for line in first.lines] == [
        (2, "Kettle", ()), (1, "Espresso grinder", ("fragile", "two_people")),
    ]  # fmt: skip
    assert listed.load == Load(1200 * 7, 8000 * 7, 7)
    assert listed.capacity == Load(900_000, 6_000_000, UNLIMITED_AMOUNT)
    assert first.window is not None
    assert [f"{at.astimezone(listed.zone):%d %H:%M}" for at in first.window] == ["05 12:00", "05 16:00"]


# The page


def test_the_page_shows_numbers_times_and_states_and_names_nobody(database, shop, pages):
    plan_id, _ = planned(database, shop)
    drawing = drawing_of(database, plan_id)
    html = page_of(pages, drawing)
    for words in (
        "Published", "1 route, 3 stops, 12 km", "2 of 3 stops done", "Van 3", "11:10", "11:30–11:50", "Failed", "To come",
        "Not planned: 1", "No vehicle has fridge.", drawing.drops[0].order, *drawing.routes[0].stops[2].orders,
    ):  # fmt: skip
        assert words in html
    assert [secret for secret in SECRETS if secret.lower() in html.lower()] == []
    assert re.findall(r"[^a-z]None[^a-z]", html) == []


def test_markup_in_names_is_harmless(database, shop, pages):
    plan_id, _ = planned(database, shop)
    with database.writing() as session:
        session.exec(select(Vehicle)).one().name = '"><script>alert(1)</script>'
    html = page_of(pages, drawing_of(database, plan_id))
    assert "<script>alert" not in html


@pytest.mark.parametrize("status", ["draft", "published", "discarded"])
def test_an_empty_plan_has_a_page(database, shop, pages, status):
    with database.writing() as session:
        plan = a_plan(session, shop, status=status)
    html = page_of(pages, drawing_of(database, plan.id or 0))
    assert "There are no routes." in html
    assert status.capitalize() in html


# The link


def test_a_plan_has_one_link_that_cannot_be_guessed(database, shop):
    plan_id, token = planned(database, shop)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        assert plan_links.token_of(uow.routes.plan(plan_id), uow, moment()) == token
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert find(database, token, NOW).name == shop.depot.name


def test_the_link_dies_fourteen_days_after_the_plan_s_day(database, shop):
    _, token = planned(database, shop)
    last = NOW + timedelta(days=14)
    find(database, token, last.replace(hour=21, minute=59))  # 23:59 in Berlin
    with pytest.raises(NotFound) as dead:
        find(database, token, last.replace(hour=22))
    with pytest.raises(NotFound) as guessed:
        find(database, "x" * 22, NOW)
    assert (dead.value.text, dead.value.values) == (guessed.value.text, guessed.value.values)


def test_a_link_shows_its_plan_and_no_other(database, shop):
    _, token = planned(database, shop)
    with database.writing() as session:
        other = link_to(session, a_plan(session, shop, day=NOW.date() + timedelta(days=1)))
    assert find(database, token, NOW).day == NOW.date()
    assert find(database, other, NOW).routes == ()
    with database.reading() as session:
        assert len(session.exec(select(Plan)).all()) == 2


def test_an_order_left_out_without_a_reason_is_shown_all_the_same(database, shop, pages):
    plan_id, _ = planned(database, shop)
    with database.writing() as session:
        session.exec(select(Task).where(Task.stop_id.is_(None))).one().reason = None
    drawing = drawing_of(database, plan_id)
    assert drawing.drops[0].reason is None
    assert drawing.drops[0].order in page_of(pages, drawing)
