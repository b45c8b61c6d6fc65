"""The playground in a real browser: being a driver of the demo beside their route, and the day on a map."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from bot.clock import now
from domain.fleet import Driver
from domain.routes import Route, RoutePosition, RouteStatus
from domain.values import Place
from storage.routes import Routes
from tests.e2e.browsing import PHONE, Demo, Visitor

Visitors = Callable[..., Visitor]


def on_the_road(demo: Demo) -> tuple[Driver, Route]:
    """A driver of the demo who is on the road, and their route."""
    with demo.database.reading() as session:
        query = select(Route).where(Route.status == RouteStatus.IN_PROGRESS, col(Route.driver_id).is_not(None))
        route = session.exec(query.order_by(Route.id)).first()
        assert route is not None
        return session.get_one(Driver, route.driver_id), route


def test_being_a_driver_beside_their_route(server: Demo, visitor: Visitors):
    driver, route = on_the_road(server)
    somebody = visitor()
    page = somebody.opens("/playground/drivers")
    page.page.get_by_role("link", name=driver.name).first.click()
    expect(page.page.get_by_role("heading", name=driver.name)).to_be_visible()
    expect(page.page.locator("#route")).to_contain_text(f"R-{route.id}")
    expect(page.page.locator(".wheel li").first).to_be_visible()
    page.says("show me my whole route")
    expect(page.page.locator(".line.ours").first).to_be_visible()
    assert somebody.troubles == []


def test_a_driver_on_a_phone(server: Demo, visitor: Visitors):
    driver, _ = on_the_road(server)
    page = visitor(viewport=PHONE).opens(f"/playground/drivers/{driver.id}")
    expect(page.field).to_be_in_viewport(ratio=1)
    assert not page.scrolls_sideways()
    assert page.faint(".tabs a", ".pane-top h2", ".back") == {}


def test_the_day_on_a_map_moves(server: Demo, visitor: Visitors):
    _, route = on_the_road(server)
    somebody = visitor()
    page = somebody.opens("/playground/day").page
    expect(page.locator(".plan-van").first).to_be_visible()
    with server.database.reading() as session:
        position = session.get_one(RoutePosition, route.id)
        moved = Place(position.lat + 0.001, position.lon)
    with server.database.writing() as session:
        Routes(session).record_position(route.id or 0, now(), moved)
    expect(page.locator(f'.plan-vans li[data-at="{moved}"]')).to_have_count(1)
    assert somebody.troubles == []


@pytest.mark.parametrize("who", ["0", "999999999", "me"])
def test_nobody_drives_there(server: Demo, who: str):
    assert httpx.get(f"{server.url}/playground/drivers/{who}").status_code == 404
