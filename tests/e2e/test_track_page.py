"""The page of an order in a real browser: small and large, light and dark, fresh, and the way into the chat."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from actions import tracking
from bot.clock import new_id, now
from bot.compose import Program
from bot.settings import Settings
from bot.web.app import build
from domain.conversations import DeepLink, TrackingLink
from domain.customers import Customer
from domain.moment import SYSTEM
from domain.orders import Order, OrderStatus
from domain.routes import Route, RoutePosition, Stop, Task
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, an_order, business, moment
from tests.e2e.browsing import DESK, PHONE, Demo, Visitor
from tests.inside import served

Visitors = Callable[..., Visitor]
#: Longer than the page waits between two looks.
A_WHILE = "00:25"


def link(server: Demo, status: str, *, following: bool = False, skip: int = 0) -> tuple[str, str]:
    """Path and number of a demo order in a state; the next stop of its route where ``following``."""
    query = select(TrackingLink.token, Order.number).where(
        TrackingLink.order_number == Order.number, Order.status == status
    )
    if following:
        query = query.where(Task.order_number == Order.number, Task.stop_id == Stop.id, Stop.route_id == Route.id)
        query = query.where(Task.status == "en_route", Route.status == "in_progress")
    with server.database.reading() as session:
        token, number = session.exec(query.order_by(Order.id.desc()).offset(skip)).first()
    return f"/t/{token}", number


def stop_of(number: str) -> SelectOfScalar[Stop]:
    """The stops of an order, the latest first."""
    return select(Stop).where(Task.stop_id == Stop.id, Task.order_number == number).order_by(Stop.id.desc())


def seen_now(server: Demo, number: str, *, north: float = 0.0) -> None:
    """The van that has the order reports again, from a little further north."""
    with server.database.writing() as session:
        position = session.get_one(RoutePosition, session.exec(stop_of(number)).first().route_id)
        position.at, position.lat = now(), position.lat + north


def opened(visitor: Visitor, path: str, *, timed: bool = False) -> Page:
    """The page; ``timed`` when the test moves its clock."""
    if timed:
        page = visitor.opens("/static/mark.svg").page
        page.clock.install()
        page.goto(visitor.url + path)
        return page
    return visitor.opens(path).page


# What is seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_and_is_readable(server: Demo, visitor: Visitors, viewport, scheme):
    path, number = link(server, "out_for_delivery", following=True)
    seen_now(server, number)
    shown = visitor(viewport=viewport, color_scheme=scheme).opens(path)
    expect(shown.page.get_by_text(number)).to_be_visible()
    expect(shown.page.get_by_role("heading", level=1)).to_have_text("You are next")
    expect(shown.page.locator(".track-pin")).to_have_count(2)
    expect(shown.page.get_by_role("region", name="Map")).to_be_visible()
    expect(shown.page.get_by_text("Driver seen at")).to_be_visible()
    assert not shown.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    readable = (
        ".track-number", ".track-when span", ".track-promise", ".track-seen p", ".track-steps .ahead", ".track-steps time",
        ".track-actions .solid", ".track-actions .chip", ".track-facts dt", ".track-foot p", ".track-label.vehicle",
        ".track-card h2",
    )  # fmt: skip
    assert shown.faint(*readable) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("status", list(OrderStatus))
def test_every_state_fits_a_phone(server: Demo, visitor: Visitors, status, scheme):
    path, number = link(server, status)
    shown = visitor(viewport=PHONE, color_scheme=scheme).opens(path)
    expect(shown.page.get_by_text(number)).to_be_visible()
    expect(shown.page.locator("[aria-current=step]")).to_have_count(1)
    assert not shown.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    if shown.page.locator(".track-why").count():
        assert shown.faint(".track-why") == {}


def test_it_shares_well_and_is_not_indexed(server: Demo, visitor: Visitors):
    path, number = link(server, "out_for_delivery", following=True)
    page = opened(visitor(), path)
    assert page.title() == f"You are next – {number}"
    for name, content in (
        ('name="robots"', "noindex"),
        ('property="og:title"', page.title()),
        ('name="twitter:card"', "summary_large_image"),
    ):
        assert page.locator(f"meta[{name}]").get_attribute("content") == content
    picture = page.locator('meta[property="og:image"]').get_attribute("content")
    assert picture.endswith("/t/preview.png")
    assert picture.startswith("http")
    answer = page.request.get(f"{server.url}/t/preview.png")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.body())).size == (1200, 630)
    assert httpx.get(server.url + path).headers["x-robots-tag"] == "noindex"
    assert httpx.head(server.url + path).status_code == 200


def test_it_needs_no_cookies_and_sets_none(server: Demo):
    path, _ = link(server, "allocated")
    answer = httpx.get(server.url + path)
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_without_scripts_the_page_stands(server: Demo, visitor: Visitors):
    path, number = link(server, "delivered")
    page = opened(visitor(java_script_enabled=False), path)
    expect(page.get_by_text(number)).to_be_visible()
    expect(page.get_by_role("button", name="Who took it?")).to_be_visible()
    expect(page.get_by_role("region", name="Map")).to_be_hidden()


def test_without_scripts_a_page_that_may_change_loads_itself_anew(server: Demo):
    refresh = '<noscript><meta http-equiv="refresh" content="60"></noscript>'
    assert refresh in httpx.get(server.url + link(server, "allocated")[0]).text
    assert refresh not in httpx.get(server.url + link(server, "delivered")[0]).text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_black_on_white_without_what_cannot_be_pressed(server: Demo, visitor: Visitors, scheme):
    path, number = link(server, "out_for_delivery", following=True)
    shown = visitor(color_scheme=scheme).opens(path)
    shown.page.emulate_media(media="print", color_scheme=scheme)
    for gone in (".track-actions", ".track-map", ".track-foot"):
        expect(shown.page.locator(gone)).to_be_hidden()
    expect(shown.page.get_by_text(number)).to_be_visible()
    expect(shown.page.locator(".track-steps")).to_be_visible()
    assert (
        shown.page.locator(".track-card").first.evaluate("e => getComputedStyle(e).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert shown.faint(".headline", ".track-steps .ahead", ".track-facts dd") == {}


# Fresh by itself


def test_the_vehicle_moves_without_reloading(server: Demo, visitor: Visitors):
    path, number = link(server, "out_for_delivery", following=True)
    seen_now(server, number)
    page = opened(visitor(), path, timed=True)
    page.evaluate("window.stayed = true")
    pin, before = page.locator(".track-pin.vehicle"), page.locator("#part-head").get_attribute("data-vehicle")
    expect(pin).to_have_count(1)
    seen_now(server, number, north=0.004)
    page.clock.run_for(A_WHILE)
    expect(page.locator("#part-head")).not_to_have_attribute("data-vehicle", before)
    expect(pin).to_have_count(1)
    assert page.evaluate("window.stayed")


def test_a_new_eta_and_a_new_state_arrive_by_themselves(server: Demo, visitor: Visitors):
    path, number = link(server, "dispatched")
    page = opened(visitor(), path, timed=True)
    was = page.locator(".track-when b").inner_text()
    with server.database.writing() as session:
        order = session.exec(select(Order).where(Order.number == number)).one()
        order.told_start += timedelta(minutes=33)
        order.told_end += timedelta(minutes=33)
    page.clock.run_for(A_WHILE)
    expect(page.locator(".track-when b")).not_to_have_text(was)
    with server.database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        uow.record(uow.orders.get(number).move(OrderStatus.OUT_FOR_DELIVERY, moment(now=now())))
        uow.flush()
    page.clock.run_for(A_WHILE)
    expect(page.locator("[aria-current=step]")).to_contain_text("Out for delivery")
    expect(page.get_by_role("button", name="Something is wrong")).to_be_visible()
    assert re.match(r"(You are next|On the way to you) – RM-", page.title())


def test_what_has_not_changed_is_not_sent_again_and_not_touched(server: Demo, visitor: Visitors):
    path, _ = link(server, "packed")
    page = opened(visitor(), path, timed=True)
    button = page.get_by_role("button", name="Another day")
    button.focus()
    with page.expect_response(lambda each: each.url.endswith("/live")) as first:
        page.clock.run_for(A_WHILE)
    assert first.value.status == 200
    with page.expect_response(lambda each: each.url.endswith("/live")) as second:
        page.clock.run_for(A_WHILE)
    assert second.value.status == 304
    expect(button).to_be_focused()


def test_a_finished_page_asks_no_more(server: Demo, visitor: Visitors):
    path, _ = link(server, "delivered")
    page = opened(visitor(), path, timed=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/t/" in request.url else None)
    page.clock.run_for("02:00")
    expect(page.get_by_text("This page updates by itself.")).to_have_count(0)
    assert asked == []


def test_a_lost_connection_is_told_and_found_again(server: Demo, visitor: Visitors):
    path, _ = link(server, "packed")
    somebody = visitor()
    page = opened(somebody, path, timed=True)
    page.route("**/live", lambda route: route.abort())
    page.clock.run_for(A_WHILE)
    expect(page.get_by_role("status")).to_have_text("The connection is lost. Trying again.")
    page.unroute("**/live")
    page.clock.run_for("00:45")
    expect(page.get_by_role("status")).to_have_text("This page updates by itself.")
    somebody.troubles.clear()  # the browser itself writes that the request failed


# Into the chat


def test_its_buttons_lead_into_the_chat_with_the_order_open(server: Demo, visitor: Visitors):
    path, number = link(server, "allocated")
    page = opened(visitor(viewport=PHONE), path)
    page.get_by_role("button", name="Another day").dblclick()  # as some do; it is asked once
    expect(page).to_have_url(re.compile(r"/chat$"))
    expect(page.locator(".line.ours").last).to_contain_text(f"Order {number} is planned for")
    expect(page.locator(".line.ours")).to_have_count(2)
    page.locator(".line.ours").last.locator(".chip").first.click()
    expect(page.locator(".line.ours").last).to_contain_text("now comes")


@pytest.mark.parametrize(
    ("status", "button", "answer"),
    [
        ("allocated", "Tell the driver something", "driver"),
        ("allocated", "Another address", "address"),
        ("delivered", "Something is wrong", "wrong"),
        ("delivered", "Rate the delivery", "1"),
        ("delivered", "Who took it?", "RM-"),
        ("created", "Show us the place", "RM-"),
        ("held", "Ask in the chat", "on hold"),
    ],
)
def test_every_button_is_answered_about_this_order(server: Demo, visitor: Visitors, status, button, answer):
    path, number = link(server, status)
    page = opened(visitor(), path)
    page.get_by_role("button", name=button).click()
    expect(page).to_have_url(re.compile(r"/chat$"))
    expect(page.locator(".line.ours").first).to_contain_text(f"Order {number}")
    expect(page.locator(".line.ours").last).to_contain_text(re.compile(re.escape(answer), re.IGNORECASE))
    expect(page.get_by_text("one more fact")).to_have_count(0)


def test_a_chat_of_another_customer_is_left_as_it_is(server: Demo, visitor: Visitors):
    """The page of somebody's order, opened where another customer chats, begins a chat of its own."""
    path, number = link(server, "packed")
    deep = new_id()
    with server.database.writing() as session:
        order = session.exec(select(Order).where(Order.number == number)).one()
        other = session.exec(select(Customer.id).where(Customer.id != order.customer_id)).first()
        session.add(DeepLink(id=deep, customer_id=other, expires_at=now() + timedelta(days=1)))
    somebody = visitor()
    page = opened(somebody, f"/chat?link={deep}")
    expect(page.get_by_text("Chatting as")).to_be_visible()
    page = opened(somebody, path)
    page.get_by_role("button", name="Ask in the chat").click()
    expect(page.locator(".line.ours").first).to_contain_text(f"Order {number}")
    expect(page.get_by_text("Chatting as")).to_have_count(0)
    with server.database.reading() as session:
        theirs = UnitOfWork(session, SYSTEM).chats.of_customer(other)
        assert theirs
        assert [chat.id for chat in theirs if number in chat.opened] == []


def test_the_api_names_the_page(server: Demo):
    path, number = link(server, "packed")
    answer = httpx.get(f"{server.url}/api/v1/orders/{number}", headers={"X-API-Key": server.api_key}).json()
    assert answer["tracking_url"].endswith(path)


def test_a_position_over_the_api_is_seen_by_who_is_next(server: Demo):
    path, number = link(server, "out_for_delivery", following=True)
    with server.database.reading() as session:
        route = session.exec(stop_of(number)).first().route_id
    body = {"at": now().isoformat(), "place": {"lat": 52.51111, "lon": 13.40222}}
    address = f"{server.url}/api/v1/routes/{route}/position"
    assert httpx.put(address, json=body).status_code == 401
    assert httpx.put(address, json=body, headers={"X-API-Key": server.api_key}).status_code == 204
    assert 'data-vehicle="52.51111,13.40222"' in httpx.get(server.url + path).text
    wrong = {**body, "at": (now() + timedelta(hours=1)).isoformat()}
    refused = httpx.put(address, json=wrong, headers={"X-API-Key": server.api_key})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "at")


# Guessing


def test_guessing_is_hopeless_and_slowed(server: Demo):
    """From an address of its own, so that the other tests' visitors are not slowed with it."""
    path, _ = link(server, "allocated")
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.9"), base_url=server.url) as guesser:
        assert [guesser.get(path).status_code for _ in range(15)] == [200] * 15  # a link that works costs nothing
        answers = [guesser.get(f"/t/{n:022}") for n in range(5)] + [guesser.get(f"/t/{n:022}/live") for n in range(3)]
        answers += [guesser.post(f"/t/{n:022}/chat", data={"do": "rate"}) for n in range(2)]
        assert [each.status_code for each in answers] == [404] * 10
        assert len({each.text for each in answers}) == 1
        assert min(each.elapsed for each in answers) > timedelta(seconds=0.2)
        slowed = guesser.get(path)
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) > 0
        assert "too many requests" in slowed.text


def test_a_dead_link_says_no_more_than_a_guessed_one(visitor: Visitors, database: Database, tmp_path: Path):
    with database.writing() as session:
        order = an_order(session, business(session), status="delivered")
        token = tracking.token_of(order, UnitOfWork(session, SYSTEM), moment())
    with served(build(program(database, tmp_path))) as url:
        httpx.get(f"{url}/t/{'y' * 22}")  # the first answer of all waits for the texts to be read
        dead, guessed = ([httpx.get(f"{url}/t/{each}") for _ in range(3)] for each in (token, "x" * 22))
    assert now() > NOW + timedelta(days=15)
    assert {each.status_code for each in (*dead, *guessed)} == {404}
    assert len({each.text for each in (*dead, *guessed)}) == 1
    assert dead[0].headers.items() >= {("content-type", "text/html; charset=utf-8"), ("x-robots-tag", "noindex")}
    fastest = [min(each.elapsed for each in answers) for answers in (dead, guessed)]
    assert abs(fastest[0] - fastest[1]) < timedelta(seconds=0.1)


# Tiles


@pytest.fixture
def tiles() -> Iterator[tuple[str, list[str]]]:
    """The address of a tile server, and the referrers it was asked with."""
    asked: list[str] = []
    picture = BytesIO()
    Image.new("RGB", (256, 256), "#cfe3cf").save(picture, "PNG")

    class Tile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Referer", ""))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.getvalue())

        def log_message(self, *_: object) -> None:
            pass

    tile_server = ThreadingHTTPServer(("127.0.0.1", 0), Tile)
    thread = threading.Thread(target=tile_server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{tile_server.server_port}", asked
    tile_server.shutdown()
    thread.join()
    tile_server.server_close()


def program(database: Database, folder: Path, **settings: object) -> Program:
    made = Settings(data_folder=folder, _env_file=None, **settings)  # type: ignore[arg-type, call-arg]
    return Program(made, database, ThreadPoolExecutor(1), ThreadPoolExecutor(2))


def test_tiles_come_from_where_the_setting_says_and_are_credited(
    visitor: Visitors, database: Database, tmp_path: Path, tiles
):
    address, asked = tiles
    with database.writing() as session:
        order = an_order(session, business(session), status="allocated")
        token = tracking.token_of(order, UnitOfWork(session, SYSTEM), moment())
    running = program(
        database, tmp_path, map_tiles=f"{address}/{{z}}/{{x}}/{{y}}.png", map_credit="© Map of tests", address_rate=10**6
    )  # fmt: skip
    with served(build(running)) as url:
        page = visitor(url).opens(f"/t/{token}").page
        expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
        expect(page.get_by_text("© Map of tests")).to_be_visible()
        expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
        policy = httpx.get(f"{url}/t/{token}").headers["content-security-policy"]
        assert f"img-src 'self' data: {address};" in policy
        assert address not in httpx.get(f"{url}/chat").headers["content-security-policy"]
        assert set(asked) <= {f"{url}/", ""}  # the host of the tiles never sees the token
