"""The page of an order in a real browser: small and large, light and dark, fresh, and the way into the chat."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from domain.conversations import TrackingLink
from domain.orders import Order
from domain.routes import Route, RoutePosition, Stop
from tests.e2e.browsing import DESK, PHONE, Demo, Visitor


def link(server: Demo, status: str, *, following: bool = False) -> tuple[str, str]:
    """Path and number of a demo order in a state; the next stop of its route where ``following``."""
    query = select(TrackingLink.token, Order.number).where(
        TrackingLink.order_number == Order.number, Order.status == status
    )
    if following:
        query = query.where(Stop.order_number == Order.number, Stop.route_id == Route.id)
        query = query.where(Stop.status == "en_route", Route.status == "in_progress")
    with server.database.reading() as session:
        token, number = session.exec(query.order_by(Order.id.desc())).first()
    return f"/t/{token}", number


def opened(visitor: Visitor, path: str) -> Page:
    return visitor.opens(path).page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_and_is_readable(server, visitor, viewport, scheme):
    path, number = link(server, "out_for_delivery", following=True)
    somebody = visitor(viewport=viewport, color_scheme=scheme)
    shown = somebody.opens(path)
    expect(shown.page.get_by_text(number)).to_be_visible()
    expect(shown.page.get_by_role("heading", level=1)).to_have_text("You are next")
    expect(shown.page.locator(".track-pin")).to_have_count(2)
    assert not shown.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert shown.faint(".track-number", ".track-steps .ahead", ".track-steps time", ".track-actions button") == {}


def test_it_shares_well_and_is_not_indexed(server, visitor):
    path, number = link(server, "allocated")
    page = opened(visitor(), path)
    assert number in page.title()
    assert page.locator('meta[name="robots"]').get_attribute("content") == "noindex"
    picture = page.locator('meta[property="og:image"]').get_attribute("content")
    answer = page.request.get(server.url + "/t/preview.png")
    assert picture.endswith("/t/preview.png")
    assert (answer.headers["content-type"], answer.body()[:4]) == ("image/png", b"\x89PNG")


def test_it_updates_by_itself_and_the_vehicle_moves(server, visitor):
    path, number = link(server, "out_for_delivery", following=True)
    page = opened(visitor(), path)
    before = page.locator(".track-now").get_attribute("data-vehicle")
    with server.database.writing() as session:
        route = session.exec(select(Stop.route_id).where(Stop.order_number == number).order_by(Stop.id.desc())).first()
        seen = session.get(RoutePosition, route)
        seen.lat += 0.01
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".track-now")).not_to_have_attribute("data-vehicle", before)
    expect(page.locator(".track-pin.vehicle")).to_have_count(1)


def test_its_buttons_lead_into_the_chat_with_the_order_open(server, visitor):
    path, number = link(server, "allocated")
    page = opened(visitor(viewport=PHONE), path)
    page.get_by_role("button", name="Another day").click()
    expect(page).to_have_url(re.compile(r"/chat$"))
    expect(page.locator(".line.ours").last).to_contain_text(f"Order {number} is planned for")
    page.locator(".line.ours").last.locator(".chip").first.click()
    expect(page.locator(".line.ours").last).to_contain_text("now comes")


def test_without_scripts_the_page_stands(server, visitor):
    path, number = link(server, "delivered")
    page = opened(visitor(java_script_enabled=False), path)
    expect(page.get_by_text(number)).to_be_visible()
    expect(page.get_by_role("button", name="Who took it?")).to_be_visible()


def test_print_leaves_out_what_cannot_be_pressed_on_paper(server, visitor):
    path, _ = link(server, "allocated")
    page = opened(visitor(), path)
    page.emulate_media(media="print")
    expect(page.locator(".track-actions")).to_be_hidden()
    expect(page.locator(".track-steps")).to_be_visible()


def test_guessing_is_hopeless_and_slowed(server):
    """From an address of its own, so that the other tests' visitors are not slowed with it."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.9"), base_url=server.url) as guesser:
        answers = [guesser.get(f"/t/{n:022}") for n in range(11)]
        assert [each.status_code for each in answers] == [404] * 10 + [429]
        assert len({each.text for each in answers[:10]}) == 1
        path, _ = link(server, "allocated")
        assert guesser.get(path).status_code == 429
