"""The playground in a real browser: commanding the demo as somebody of the business."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork
from tests.e2e.browsing import PHONE, Demo, Visitor

Visitors = Callable[..., Visitor]


def admin_of(demo: Demo) -> int:
    with demo.database.reading() as session:
        return next(each.id or 0 for each in UnitOfWork(session, SYSTEM).people.all() if each.role == "admin")


def test_a_form_is_filled_in_and_what_is_wrong_said_beside_its_field(server: Demo, visitor: Visitors):
    somebody = visitor()
    page = somebody.opens(f"/playground/staff/{admin_of(server)}")
    page.says("/set_role")
    page.page.get_by_role("button", name="Open the form").click()
    dialog = page.page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Mei Chen")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_label("Role")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Mei Chen")
    dialog.get_by_label("Role").select_option("buyer")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog).to_be_hidden()
    page.hears_among_others("Mei Chen is buyer now.")
    assert somebody.troubles == []


def test_a_chat_stays_beside_a_room_that_tells_of_the_same_day(server: Demo, visitor: Visitors):
    somebody = visitor()
    page = somebody.opens(f"/playground/staff/{admin_of(server)}")
    expect(page.page.locator("#room .day")).not_to_have_count(0)
    page.says("exceptions")
    expect(page.page.locator("#lines .line.ours")).to_have_count(1)
    names = page.page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert sorted(names) == sorted(set(names))
    assert somebody.troubles == []


def test_staff_on_a_phone(server: Demo, visitor: Visitors):
    page = visitor(viewport=PHONE).opens(f"/playground/staff/{admin_of(server)}")
    expect(page.field).to_be_in_viewport(ratio=1)
    assert not page.scrolls_sideways()
    assert page.faint(".tabs a", ".pane-top h2", ".back") == {}


@pytest.mark.parametrize("who", ["0", "999999999", "me"])
def test_nobody_works_there(server: Demo, who: str):
    assert httpx.get(f"{server.url}/playground/staff/{who}").status_code == 404


def test_a_form_nobody_opened_is_not_there(server: Demo):
    assert httpx.get(f"{server.url}/playground/staff/{admin_of(server)}/forms/{'x' * 22}").status_code == 404
