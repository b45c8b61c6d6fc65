"""The page of a plan in a real browser: the map, choosing a route, fresh by itself, small, dark and on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from bot.clock import now
from domain.depots import Depot
from domain.orders import Order
from domain.plans import Plan, PlanLink
from domain.routes import Route, Stop, Task
from tests.builders import Business
from tests.e2e.browsing import DESK, PHONE, Demo, Visitor
from tests.planned import a_drop, a_plan, a_route, link_to

Visitors = Callable[..., Visitor]
#: Longer than the page waits between two looks.
A_WHILE = "00:25"


@pytest.fixture
def path(server: Demo) -> str:
    """The page of a plan of two routes of a demo depot, three stops each, and an order left out."""
    with server.database.writing() as session:
        depot = session.exec(select(Depot)).first()
        assert depot is not None
        # delivered long ago, so that no other page of the demo has anything to do with them
        orders = session.exec(select(Order).where(Order.status == "delivered").order_by(Order.id).limit(7)).all()
        plan = a_plan(session, Business(depot, None), day=now().date(), status="published")  # type: ignore[arg-type]
        for n, states in enumerate((("completed", "failed", "pending"), ("pending",))):
            a_route(
                session, plan, orders[3 * n : 3 * n + 3], status="in_progress", states=states, driver=f"Zzdriver {n}"
            )
        a_drop(session, plan, orders[6], "drop.no_vehicle")
        return f"/plan/{link_to(session, plan)}"


def plan_of(server: Demo, path: str) -> tuple[Plan, list[Route]]:
    """The plan behind a page, and its routes."""
    with server.database.reading() as session:
        plan = session.get_one(Plan, session.get_one(PlanLink, path.removeprefix("/plan/")).plan_id)
        return plan, list(session.exec(select(Route).where(Route.plan_id == plan.id).order_by(Route.id)))


def row(page: Page, route: Route) -> Locator:
    """A route in the list."""
    return page.locator(f"#part-R-{route.id}")


# What is seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_and_is_readable(server: Demo, visitor: Visitors, path: str, viewport, scheme):
    shown = visitor(viewport=viewport, color_scheme=scheme).opens(path)
    page, (_, routes) = shown.page, plan_of(server, path)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Published")
    expect(page.get_by_role("region", name="Map")).to_be_visible()
    expect(page.locator("path.plan-line")).to_have_count(2 + 2)  # on the map and in the list
    expect(page.locator("path.plan-dot")).to_have_count(6)
    expect(page.locator(".plan-place .plan-home")).to_have_count(1)
    row(page, routes[0]).locator("summary").click()
    page.get_by_text("Not planned: 1").click()
    expect(page.get_by_text("There is no vehicle for it.")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    readable = (
        ".plan-head .state", ".plan-head p", ".plan-figures", ".plan-when", ".plan-time", ".plan-state", "li.failed .plan-state",
        ".plan-drops li span", ".plan-foot p", ".plan-number.pending", ".plan-number.completed", ".plan-number.failed", "li i", "#all",
    )  # fmt: skip
    assert shown.faint(*readable) == {}
    assert "Zzdriver" not in page.content()


def test_numbers_can_be_read_on_every_colour(visitor: Visitors, path: str):
    for scheme in ("light", "dark"):
        shown = visitor(color_scheme=scheme).opens(path)
        shown.page.locator("summary").nth(1).click()
        for colour in range(7):
            shown.page.locator("details[open]").first.evaluate(
                "(element, n) => { element.className = `part plan-route c${n} d0`; }", colour
            )
            assert shown.faint("details[open] li.pending i") == {}


def test_choosing_a_route_shows_its_stops_and_fades_the_others(server: Demo, visitor: Visitors, path: str):
    page, (_, routes) = visitor().opens(path).page, plan_of(server, path)
    first, second = (row(page, route) for route in routes)
    first.locator("summary").click()
    expect(page.locator(".plan-number")).to_have_text(["1", "2", "3"])
    expect(page.locator(".leaflet-overlay-pane .plan-line.faded")).to_have_count(1)
    second.locator("summary").click()
    expect(first).not_to_have_attribute("open", "")
    expect(page.locator(".plan-number.pending")).to_have_count(3)
    page.get_by_role("button", name="Show all routes").click()
    expect(page.locator(".plan-number")).to_have_count(0)
    expect(page.locator(".faded")).to_have_count(0)
    expect(page.locator("details[open]")).to_have_count(0)
    expect(page.get_by_role("button", name="Show all routes")).to_be_hidden()


def test_a_click_on_the_map_chooses_the_route(server: Demo, visitor: Visitors, path: str):
    page, (_, routes) = visitor().opens(path).page, plan_of(server, path)
    page.locator("path.plan-dot.c1").first.dispatch_event("click")
    expect(row(page, routes[1])).to_have_attribute("open", "")
    expect(row(page, routes[0])).not_to_have_attribute("open", "")


def test_a_stop_tells_its_order_and_time(visitor: Visitors, path: str):
    page = visitor().opens(path).page
    page.locator(".plan-route summary").first.click()
    page.locator(".plan-number.pending").hover()
    expect(page.locator(".plan-label")).to_contain_text("RM-")
    expect(page.locator(".plan-label")).to_contain_text(":")


def test_without_scripts_the_list_stands(server: Demo, visitor: Visitors, path: str):
    page = visitor(java_script_enabled=False).opens(path).page
    page.locator(".plan-route summary").first.click()
    expect(page.locator(".plan-route").first.locator("li")).to_have_count(3)
    expect(page.get_by_role("region", name="Map")).to_be_hidden()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in httpx.get(server.url + path).text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_everything_is_open_and_there_is_no_map(visitor: Visitors, path: str, scheme):
    shown = visitor(color_scheme=scheme).opens(path)
    page = shown.page
    page.locator(".plan-route summary").first.click()
    page.emulate_media(media="print", color_scheme=scheme)
    expect(page.locator(".plan-route li")).to_have_count(6)
    for item in page.locator("details li").all():
        expect(item).to_be_visible()
    expect(page.locator(".plan-map")).to_be_hidden()
    expect(page.locator(".plan-foot")).to_be_hidden()
    assert shown.faint(".headline", ".plan-figures", ".plan-state") == {}
    page.emulate_media(media="screen", color_scheme=scheme)
    expect(page.locator("details[open]")).to_have_count(1)


# Fresh by itself


def timed(visitor: Visitor, path: str) -> Page:
    """The page, with a clock the test moves."""
    page = visitor.opens("/static/mark.svg").page
    page.clock.install()
    page.goto(visitor.url + path)
    return page


def test_states_and_new_stops_arrive_by_themselves_and_the_choice_stays(server: Demo, visitor: Visitors, path: str):
    page, (_, routes) = timed(visitor(), path), plan_of(server, path)
    row(page, routes[1]).locator("summary").click()
    expect(page.locator(".plan-number.pending")).to_have_count(3)
    page.evaluate("window.stayed = true")
    with server.database.writing() as session:
        stop = session.exec(select(Stop).where(Stop.route_id == routes[1].id, Stop.position == 1)).one()
        session.exec(select(Task).where(Task.stop_id == stop.id)).one().status = "completed"
        stop.done_at = now()
    page.clock.run_for(A_WHILE)
    expect(page.locator(".plan-number.completed")).to_have_count(1)
    expect(row(page, routes[1])).to_have_attribute("open", "")
    expect(row(page, routes[1]).locator("summary")).to_contain_text("1 of 3 stops done")
    assert page.evaluate("window.stayed")


def test_a_new_route_and_a_planned_drop_arrive(server: Demo, visitor: Visitors, path: str):
    page, (plan, _) = timed(visitor(), path), plan_of(server, path)
    expect(page.locator(".plan-route")).to_have_count(2)
    with server.database.writing() as session:
        drop = session.exec(select(Task).where(Task.plan_id == plan.id, Task.stop_id.is_(None))).one()
        order = session.exec(select(Order).where(Order.number == drop.order_number)).one()
        session.delete(drop)
        a_route(session, session.get_one(Plan, plan.id), [order], driver="Zzdriver 3")
    page.clock.run_for(A_WHILE)
    expect(page.locator(".plan-route")).to_have_count(3)
    expect(page.get_by_text("Not planned")).to_have_count(0)
    expect(page.locator(".leaflet-overlay-pane .plan-line")).to_have_count(3)


def test_what_has_not_changed_is_not_sent_again(visitor: Visitors, path: str):
    page = timed(visitor(), path)
    with page.expect_response(lambda each: each.url.endswith("/live")) as first:
        page.clock.run_for(A_WHILE)
    assert first.value.status == 200
    with page.expect_response(lambda each: each.url.endswith("/live")) as second:
        page.clock.run_for(A_WHILE)
    assert second.value.status == 304


def test_a_discarded_plan_asks_no_more(server: Demo, visitor: Visitors, path: str):
    with server.database.writing() as session:
        session.get_one(Plan, plan_of(server, path)[0].id).status = "discarded"
    page = timed(visitor(), path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
    page.clock.run_for("02:00")
    expect(page.get_by_text("Discarded")).to_be_visible()
    assert asked == []


def test_a_lost_connection_is_told_and_found_again(visitor: Visitors, path: str):
    somebody = visitor()
    page = timed(somebody, path)
    page.route("**/live", lambda route: route.abort())
    page.clock.run_for(A_WHILE)
    expect(page.get_by_role("status")).to_have_text("The connection is lost. Trying again.")
    page.unroute("**/live")
    page.clock.run_for("00:45")
    expect(page.get_by_role("status")).to_have_text("This page updates by itself.")
    somebody.troubles.clear()  # the browser itself writes that the request failed


# What else the link opens


def test_the_map_data_is_geojson_that_names_nobody(server: Demo, path: str):
    answer = httpx.get(f"{server.url}{path}/plan.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    kinds = [each["properties"]["kind"] for each in json.loads(answer.content)["features"]]
    assert sorted(kinds) == ["depot", "dropped", "route", "route", *["stop"] * 6]
    assert "Zz" not in answer.text


def test_it_is_not_indexed_cached_or_told_to_others(server: Demo, path: str):
    headers = httpx.get(server.url + path).headers
    assert (headers["x-robots-tag"], headers["cache-control"], headers["referrer-policy"]) == (
        "noindex", "no-store", "no-referrer",
    )  # fmt: skip
    assert "set-cookie" not in headers
    assert httpx.head(server.url + path).status_code == 200


def test_dead_and_guessed_links_are_alike_and_guessing_is_slowed(server: Demo, path: str):
    """From an address of its own, so that the other tests' visitors are not slowed with it."""
    with server.database.writing() as session:
        old = session.get_one(Plan, plan_of(server, path)[0].id)
        old.day = now().date() - timedelta(days=16)
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.8"), base_url=server.url) as guesser:
        dead = [guesser.get(path), guesser.get(f"{path}/live"), guesser.get(f"{path}/plan.geojson")]
        guessed = [guesser.get(f"/plan/{n:022}") for n in range(5)] + [
            guesser.get("/plan/short"),
            guesser.get(f"/plan/{1:022}/live"),
        ]
        assert {each.status_code for each in (*dead, *guessed)} == {404}
        assert len({each.text for each in (*dead, *guessed)}) == 1
        assert min(each.elapsed for each in (*dead, *guessed)) > timedelta(seconds=0.2)
        guesser.get(f"/plan/{9:022}")
        slowed = guesser.get(path)
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) > 0


def test_a_page_that_has_died_says_so(server: Demo, visitor: Visitors, path: str):
    somebody = visitor()
    page = timed(somebody, path)
    with server.database.writing() as session:
        session.get_one(Plan, plan_of(server, path)[0].id).day = now().date() - timedelta(days=16)
    page.clock.run_for(A_WHILE)
    expect(page.get_by_role("heading", name="This link shows nothing")).to_be_visible()
    somebody.troubles.clear()  # the browser itself writes that there is nothing any more
