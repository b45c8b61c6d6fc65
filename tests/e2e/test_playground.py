"""The playground in a real browser: being a customer of the demo, beside their orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from bot.words import Words
from domain.customers import Customer
from domain.orders import Order, OrderStatus
from tests.e2e.browsing import PHONE, Demo, Visitor, warm
from tests.serving import serve

Visitors = Callable[..., Visitor]


def a_customer(demo: Demo) -> tuple[Customer, Order]:
    """Somebody with one order that can still be moved, and that order."""
    with demo.database.reading() as session:
        for order in session.exec(select(Order).where(Order.status == OrderStatus.ALLOCATED).order_by(Order.id.desc())):
            active = [
                each
                for each in session.exec(select(Order).where(Order.customer_id == order.customer_id))
                if each.is_active
            ]
            if len(active) == 1:
                return session.get_one(Customer, order.customer_id), order
    raise AssertionError("the demo has nobody with one order that can be moved")


def card(page: Page, number: str):
    return page.locator(".card").filter(has_text=number)


def test_being_a_customer_and_moving_an_order_beside_the_chat(server: Demo, visitor: Visitors):
    customer, order = a_customer(server)
    page = visitor().opens("/playground")
    page.page.get_by_role("searchbox").fill(order.number)
    expect(page.page.locator("#people a")).to_have_count(1)  # before that another of that name may be listed
    page.page.get_by_role("link", name=customer.name).click()
    expect(page.page.get_by_role("heading", name=customer.name)).to_be_visible()
    lines = card(page.page, order.number).inner_text().splitlines()
    promised = next(line for line in lines if line.startswith("Promised"))
    page.says("where is my ordr")
    page.hears(order.number)
    page.presses("Another day")
    page.hears("When shall we come?")
    page.chips.last.click()
    page.hears("Done.")
    expect(card(page.page, order.number)).not_to_have_text(re.compile(re.escape(promised)))
    page.page.reload()
    page.hears("Done.")


def test_customers_chats_are_kept_apart(server: Demo, visitor: Visitors):
    customer, _ = a_customer(server)
    page = visitor().opens("/playground")
    page.page.locator("#people a").first.click()
    page.says("hello")
    expect(page.page.locator(".line.ours")).to_have_count(1)
    page.page.goto(f"{server.url}/playground/as/{customer.id}")
    assert page.bubbles() == []
    page.page.go_back()
    assert len(page.bubbles()) == 2
    page.page.get_by_role("button", name="Start all chats over").click()
    page.page.locator("#people a").first.click()
    assert page.bubbles() == []


def test_a_stranger_must_prove_an_order_with_a_fact_that_is_shown(server: Demo, visitor: Visitors):
    customer, order = a_customer(server)
    page = visitor().opens(f"/playground/as/{customer.id}")
    page.page.get_by_role("link", name="Chat as a stranger", exact=True).click()
    expect(page.page.get_by_text("Nobody knows who you are")).to_be_visible()
    page.says(f"where is {order.number}")
    page.hears("one more fact")
    page.says(page.page.locator(".facts dd").first.inner_text().split(",")[0])
    page.hears(f"Order {order.number}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_one_pane_at_a_time(server: Demo, visitor: Visitors, scheme: str):
    customer, order = a_customer(server)
    page = visitor(viewport=PHONE, color_scheme=scheme).opens("/playground")
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.faint(".person", ".person-orders") == {}
    page.page.goto(f"{server.url}/playground/as/{customer.id}")
    expect(page.field).to_be_in_viewport(ratio=1)
    expect(card(page.page, order.number)).to_be_hidden()
    page.page.get_by_text("Orders", exact=True).click()
    expect(card(page.page, order.number)).to_be_visible()
    assert not page.scrolls_sideways()
    assert page.faint(".card strong", ".state", ".card-promise", ".facts dt", ".pane-note", ".back") == {}


def test_a_search_that_finds_nobody_says_so(visitor: Visitors):
    page = visitor().opens("/playground")
    page.page.get_by_role("searchbox").fill("nobody%_called\\this")
    expect(page.page.get_by_text("Nobody matches that.")).to_be_visible()


@pytest.mark.parametrize("who", ["0", "999999999", "me", "1e3"])
def test_nobody_there(server: Demo, who: str):
    assert httpx.get(f"{server.url}/playground/as/{who}").status_code == 404


def test_every_state_of_an_order_has_a_name():
    words = Words(["en"], ZoneInfo("Europe/Berlin"))
    assert [each for each in OrderStatus if not words.knows(f"page.status.{each}")] == []


def test_without_demo_there_is_no_playground(server: Demo, tmp_path: Path):
    with serve(warm(server, tmp_path), {}) as serving:
        assert httpx.get(f"{serving.url}/playground").status_code == 404
        assert httpx.get(f"{serving.url}/playground/as/1").status_code == 404
        assert httpx.get(serving.url).headers["location"] == "/chat"


def test_what_the_driver_is_told_stands_on_the_order(server: Demo, visitor: Visitors):
    customer, order = a_customer(server)
    page = visitor().opens(f"/playground/as/{customer.id}")
    page.says("leave it in the garage, the gate code is 4711")
    page.hears("The driver is told")
    expect(card(page.page, order.number)).to_contain_text("Safe place: in the garage")
    expect(card(page.page, order.number)).to_contain_text("gate code is 4711")
