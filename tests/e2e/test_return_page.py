"""The page of a return in a real browser: small and large, light and dark, its code and label, and the way into the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from actions.perform import perform
from bot.clock import new_id, now
from bot.web.app import build
from domain.commands import ChooseWay
from domain.moment import SYSTEM, Moment
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOON, a_return, an_order, business, moment, return_policy
from tests.e2e.browsing import DESK, PHONE, ChatPage, Visitor
from tests.inside import served
from tests.sending import program_of

Opener = Callable[..., ChatPage]


def at_once() -> Moment:
    return moment(SYSTEM, now(), f"test:{new_id()}")


@pytest.fixture
def returned(database: Database) -> tuple[str, str]:
    """The number of a return that was just approved, and the token of its page."""
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        order = an_order(session, shop, status="delivered", now=now())
        made = a_return(session, order, now=now())
        made.resolution = "refund"
        made.token = new_id()
        return made.number, made.token


@pytest.fixture
def site(database: Database, tmp_path: Path, trained: Path) -> Iterator[str]:
    running = program_of(database, data_folder=trained.parent, address_rate=10**6, encoder="none")
    with served(build(running)) as url:
        yield url


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Opener]:
    """Opens a page of the site; afterwards no console may have had an error in it."""
    visitors: list[Visitor] = []

    def open_(path: str, **options: object) -> ChatPage:
        settings = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce", **options}
        visitors.append(Visitor(site, browser.new_context(**settings)))  # type: ignore[arg-type]
        return visitors[-1].opens(path)

    yield open_
    for each in visitors:
        each.context.close()
    assert [trouble for each in visitors for trouble in each.troubles] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_and_is_readable(database: Database, opened: Opener, returned, viewport, scheme):
    number, token = returned
    perform(database, [ChooseWay(return_number=number, way="drop_off")], at_once())
    shown = opened(f"/r/{token}", viewport=viewport, color_scheme=scheme)
    expect(shown.page.get_by_role("heading", level=1)).to_have_text("Approved")
    expect(shown.page.get_by_text(number).first).to_be_visible()
    expect(shown.page.get_by_text("Show this code at the counter.")).to_be_visible()
    code = shown.page.get_by_role("img", name=f"QR code of return {number}")
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.faint(".track-number", ".return-outcome", ".return-soft", ".track-steps .ahead", ".chip") == {}
    assert shown.page.context.cookies() == []


def test_the_label_is_a_pdf_to_print(database: Database, opened: Opener, site: str, returned):
    number, token = returned
    perform(database, [ChooseWay(return_number=number, way="label")], at_once())
    link = opened(f"/r/{token}").page.get_by_role("link", name="Open the label (PDF)")
    label = httpx.get(site + (link.get_attribute("href") or ""))
    assert (label.status_code, label.headers["content-type"], label.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert label.headers["x-robots-tag"] == "noindex"


def test_the_page_follows_what_happens(database: Database, opened: Opener, returned):
    number, token = returned
    page = opened("/static/mark.svg").page
    page.clock.install()
    page.goto(page.url.replace("/static/mark.svg", f"/r/{token}").partition("?")[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Approved")
    day = (now() + timedelta(days=4)).date()
    while day.isoweekday() > 6:
        day += timedelta(days=1)
    with database.writing() as session:
        made = UnitOfWork(session, SYSTEM).returns.find(number)
        made.status, made.way = "pickup_planned", "pickup"
        made.pickup_day, made.pickup_start, made.pickup_end = day, NOON.start, NOON.end
    page.clock.run_for("00:25")
    expect(page.get_by_role("heading", level=1)).to_have_text("We collect it")


def test_a_button_asks_in_the_chat(opened: Opener, returned):
    number, token = returned
    shown = opened(f"/r/{token}")
    shown.page.get_by_role("button", name="Choose how it comes back").click()
    shown.hears_among_others(f"Return {number} (")
    shown.hears(f"How does return {number} come back to us?")
    shown.presses("I bring it to you")
    shown.hears("Alexanderplatz 1")


def test_what_opens_nothing_says_so_and_no_more(site: str, returned):
    answers = [
        httpx.get(f"{site}/r/{'x' * 22}"),
        httpx.get(f"{site}/r/{returned[1]}/label.pdf"),
        httpx.get(f"{site}/r/short"),
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1
    assert "This link shows nothing" in answers[0].text
