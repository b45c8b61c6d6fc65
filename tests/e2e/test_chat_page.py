"""The chat page in a real browser against the real program."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from bot.clock import new_id, now
from domain.conversations import Conversation, DeepLink
from domain.customers import Customer
from domain.orders import Order, OrderStatus
from storage import outbox
from storage.inbox import InboxRow
from tests.e2e.browsing import PHONE, ChatPage, Demo, Visitor, warm
from tests.serving import serve

Visitors = Callable[..., Visitor]
ASKS_FOR_NUMBER = "order number"


def an_order(demo: Demo, status: str = OrderStatus.ALLOCATED, skip: int = 0) -> Order:
    """An order of the demo in that state."""
    with demo.database.reading() as session:
        return session.exec(select(Order).where(Order.status == status).order_by(Order.id).offset(skip)).first()


def a_link(demo: Demo, customer_id: int) -> str:
    """A deep link as order confirmations hold it."""
    link = new_id()
    with demo.database.writing() as session:
        session.add(DeepLink(id=link, customer_id=customer_id, expires_at=now() + timedelta(days=1)))
    return link


def opened(page: ChatPage, order: Order) -> None:
    """Ask for an order as a stranger and prove it."""
    page.says(f"wher is my ordr {order.number}")
    page.hears("one more fact")
    page.says(order.postcode)
    page.hears(order.number)


def test_a_misspelt_question_is_answered_from_the_database(server: Demo, visitor: Visitors):
    order = an_order(server)
    page = visitor().opens("/chat")
    page.says("wher is my ordr")
    page.hears(ASKS_FOR_NUMBER)
    page.says(order.number)
    page.hears("one more fact")
    page.says(order.postcode)
    page.hears(f"Order {order.number}")
    expect(page.page.locator(".line.ours").last).to_contain_text("confirmed and your goods are set aside")


def test_a_suggestion_starts_the_talk(visitor: Visitors):
    page = visitor().opens("/chat")
    page.page.get_by_role("button", name="Where is my order?").click()
    page.hears(ASKS_FOR_NUMBER)
    expect(page.page.get_by_text("What about your delivery?")).to_be_hidden()


def test_pressing_buttons_moves_an_order_and_reload_keeps_what_was_said(server: Demo, visitor: Visitors):
    order = an_order(server, skip=1)
    page = visitor().opens("/chat")
    opened(page, order)
    page.presses("Another day")
    page.hears("When shall we come?")
    window = page.chips.nth(2).inner_text()
    page.presses(window)
    page.hears("Done.")
    expect(page.chips).to_have_count(0)
    with server.database.reading() as session:
        moved = session.get_one(Order, order.id)
        assert (moved.promise_day, moved.promise_start) != (order.promise_day, order.promise_start)
    said = page.bubbles()
    page.page.reload()
    assert page.bubbles() == said
    assert said[-2].endswith(window)
    assert not any("/" in each for each in said)


def test_only_the_last_buttons_can_be_pressed(server: Demo, visitor: Visitors):
    page = visitor().opens("/chat")
    opened(page, an_order(server, skip=2))
    page.presses("Another day")
    page.hears("When shall we come?")
    expect(page.chips.filter(has_text="Cancel this order")).to_have_count(0)
    shown = page.chips.all_inner_texts()
    page.page.reload()
    assert page.chips.all_inner_texts() == shown


def test_two_tabs_show_the_same_talk(visitor: Visitors):
    somebody = visitor()
    first, second = somebody.opens("/chat"), somebody.opens("/chat")
    first.says("where is my order")
    second.hears(ASKS_FOR_NUMBER)
    second.says("never mind")
    first.hears("dropped")
    assert first.bubbles() == second.bubbles()


def test_a_burst_of_messages_is_answered_in_order(visitor: Visitors):
    page = visitor().opens("/chat")
    for text in ("hello", "where is my order", "never mind", "thanks"):
        page.says(text)
    page.hears("welcome")
    said = page.bubbles()
    page.page.reload()
    assert page.bubbles() == said


def test_a_link_says_who_it_is_and_does_not_stay_in_the_address(server: Demo, visitor: Visitors):
    order = an_order(server)
    somebody = visitor()
    link = a_link(server, order.customer_id)
    page = somebody.opens(f"/chat?link={link}")
    assert page.page.url == f"{server.url}/chat"
    page.hears("I know who you are now")
    expect(page.page.get_by_text("Chatting as")).to_be_visible()
    assert link not in page.page.content()
    page.page.goto(f"{server.url}/chat?link={link}")
    assert len(page.bubbles()) == 1
    assert [each["httpOnly"] and each["sameSite"] == "Lax" for each in somebody.context.cookies()] == [True]


def test_another_customers_link_begins_another_chat(server: Demo, visitor: Visitors):
    first, second = an_order(server), an_order(server, OrderStatus.OUT_FOR_DELIVERY)
    assert first.customer_id != second.customer_id
    page = visitor().opens(f"/chat?link={a_link(server, first.customer_id)}")
    page.says("where is my order")
    expect(page.page.locator(".line.ours")).not_to_have_count(1)
    page.page.goto(f"{server.url}/chat?link={a_link(server, second.customer_id)}")
    page.hears("I know who you are now")
    assert len(page.bubbles()) == 1


def test_a_dead_link_says_so(visitor: Visitors):
    page = visitor().opens("/chat?link=nonsense")
    page.hears("not valid any more")


def test_a_message_nobody_asked_for_appears_by_itself(server: Demo, visitor: Visitors):
    order = an_order(server, OrderStatus.PACKED)
    page = visitor().opens(f"/chat?link={a_link(server, order.customer_id)}")
    page.hears("I know who you are now")
    with server.database.writing() as session:
        chat = session.exec(
            select(Conversation).where(Conversation.customer_id == order.customer_id).order_by(Conversation.id.desc())
        ).first()
        row = {
            "conversation_id": chat.id,
            "kind": "Said",
            "name": "said.goodbye",
            "facts": {},
            "choices": [],
            "state": outbox.PENDING,
            "created_at": now(),
            "attempts": 0,
        }
        outbox.put(session, [row])
    page.hears("Goodbye")


def test_a_new_chat_shows_nothing_of_the_old_one(visitor: Visitors):
    page = visitor().opens("/chat")
    page.says("where is my order")
    page.hears(ASKS_FOR_NUMBER)
    page.page.get_by_role("button", name="New chat").click()
    page.page.get_by_role("button", name="Start a new chat").click()
    expect(page.page.get_by_text("What about your delivery?")).to_be_visible()
    assert page.bubbles() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off_and_all_can_be_read(server: Demo, visitor: Visitors, scheme: str):
    page = visitor(viewport=PHONE, color_scheme=scheme).opens("/chat")
    faint = page.faint(".empty h2", ".empty p", ".suggestions .chip", ".top h1", ".top p", ".quiet", "#message")
    opened(page, an_order(server))
    page.says("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenherstellerverzeichnis" * 3)
    expect(page.page.locator(".line.mine")).to_have_count(3)
    expect(page.page.locator(".line").last).to_have_class("line ours new")
    assert not page.scrolls_sideways()
    expect(page.field).to_be_in_viewport(ratio=1)
    assert faint | page.faint(".mine .bubble", ".ours .bubble", ".time", ".day span", ".send") == {}


def test_dark_is_dark(visitor: Visitors):
    brightness = "() => getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
    light, dark = (visitor(color_scheme=each).opens("/chat").page.evaluate(brightness) for each in ("light", "dark"))
    assert dark < 120 < 600 < light


@pytest.mark.parametrize("size", [{"width": 640, "height": 400}, {"width": 320, "height": 480}])
def test_zoomed_in_everything_is_still_there(visitor: Visitors, size: dict[str, int]):
    """1280 by 800 at 200 %, and WCAG's 320 CSS pixels."""
    page = visitor(viewport=size).opens("/chat")
    page.says("where is my order")
    page.hears(ASKS_FOR_NUMBER)
    assert not page.scrolls_sideways()
    expect(page.field).to_be_in_viewport(ratio=1)
    expect(page.page.get_by_role("button", name="New chat")).to_be_in_viewport(ratio=1)


def test_by_keyboard_alone(server: Demo, visitor: Visitors):
    order = an_order(server, skip=1)
    page = visitor().opens("/chat")
    keyboard = page.page.keyboard
    focused = page.page.locator(":focus")
    for _ in range(12):
        keyboard.press("Tab")
        if focused.get_attribute("id") == "message":
            break
    expect(page.field).to_be_focused()
    keyboard.type(f"cancel {order.number}")
    keyboard.press("Enter")
    page.hears("one more fact")
    keyboard.type(order.postcode)
    keyboard.press("Enter")
    page.hears("cannot be undone")
    keyboard.press("Shift+Tab")
    expect(focused).to_have_text("No, keep it")
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    keyboard.press("Enter")
    page.hears("nothing was changed")
    expect(page.field).to_be_focused()
    keyboard.type("one")
    keyboard.press("Shift+Enter")
    keyboard.type("two")
    assert page.field.input_value() == "one\ntwo"


def test_a_screen_reader_finds_its_way(visitor: Visitors):
    page = visitor().opens("/chat")
    expect(page.page.locator("html")).to_have_attribute("lang", "en")
    expect(page.log).to_have_attribute("aria-live", "polite")
    for role, name in (
        ("heading", "Delivery chat"),
        ("textbox", "Message"),
        ("button", "Send"),
        ("region", "Delivery chat"),
    ):
        expect(page.page.get_by_role(role, name=name, exact=True)).to_be_visible()
    page.says("hello")
    expect(page.log).to_contain_text("Roundsman:")
    nameless = "() => [...document.querySelectorAll('button, a, input:not([type=hidden]), textarea')].filter(e => !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).length"
    assert page.page.evaluate(nameless) == 0
    expect(page.page.locator(".bubble[dir=auto]")).to_have_count(len(page.bubbles()))


def test_markup_stays_text(server: Demo, visitor: Visitors):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3)"
    with server.database.writing() as session:
        customer = Customer(name="<b>Bobby</b><script>alert(4)</script>")
        session.add(customer)
        session.flush()
        customer_id = customer.id
    page = visitor().opens(f"/chat?link={a_link(server, customer_id)}")
    dialogs: list[str] = []
    page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.says(evil)
    expect(page.page.locator(".line.mine .bubble")).to_contain_text(evil)
    expect(page.page.locator(".line.mine .time")).not_to_have_text("Sending")
    page.page.reload()
    expect(page.page.locator(".line.mine .bubble")).to_contain_text(evil)
    expect(page.page.locator(".top")).to_contain_text("<b>Bobby</b>")
    assert page.page.locator("#chat script, #chat img, .top b").count() == 0
    assert dialogs == []


def test_the_page_allows_no_script_but_ours(server: Demo, browser):
    page = browser.new_page()
    response = page.goto(f"{server.url}/chat")
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.head.append(s); }"
    )
    assert page.evaluate("() => window.ran") is None
    assert page.locator("[style]").count() == 0
    page.close()


def test_the_same_message_twice_is_one(server: Demo):
    with httpx.Client(base_url=server.url) as http:
        http.get("/chat")
        form = {"message": "hello", "message_id": "twice-the-same"}
        with ThreadPoolExecutor(5) as pool:
            answers = list(
                pool.map(lambda _: http.post("/chat/messages", data=form, headers={"HX-Request": "true"}), range(5))
            )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    with server.database.reading() as session:
        assert len(session.exec(select(InboxRow).where(InboxRow.key.endswith(":twice-the-same"))).all()) == 1


def test_other_sites_cannot_send(server: Demo):
    refused = httpx.post(
        f"{server.url}/chat/messages", data={"message": "hi"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403


def test_a_session_in_the_log_or_in_an_address_is_none(server: Demo, visitor: Visitors):
    somebody = visitor()
    page = somebody.opens("/chat")
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url))
    page.says("hello")
    page.page.reload()
    session = somebody.context.cookies()[0]["value"]
    assert session not in (server.folder / "server.log").read_text()
    assert session not in page.page.content()
    assert not any(session in url for url in asked)


def test_too_long_a_message_is_kept_for_shortening(visitor: Visitors):
    page = visitor().opens("/chat")
    page.says("ä" * 33_000)
    expect(page.page.get_by_role("status")).to_contain_text("longer than 64 KB")
    assert len(page.field.input_value()) == 33_000


def test_when_the_line_is_cut_the_message_can_be_sent_again(visitor: Visitors):
    somebody = visitor()
    page = somebody.opens("/chat")
    somebody.context.set_offline(True)
    page.says("where is my order")
    expect(page.page.get_by_role("alert")).to_contain_text("We could not be reached")
    somebody.context.set_offline(False)
    page.page.get_by_role("button", name="Try again").click()
    page.hears(ASKS_FOR_NUMBER)
    assert len(page.bubbles()) == 2
    somebody.troubles.clear()  # the browser says that it was offline


def test_without_scripts_it_is_a_form(visitor: Visitors):
    page = visitor(java_script_enabled=False).opens("/chat")
    page.says("where is my order")
    page.hears(ASKS_FOR_NUMBER)
    page.says("never mind")
    page.hears("dropped")


def test_restarted_servers_get_their_pages_back_and_impatient_people_a_sentence(
    server: Demo, tmp_path: Path, visitor: Visitors
):
    strict = {"ROUNDSMAN_SENDER_RATE": "3"}
    warm(server, tmp_path)
    with serve(tmp_path, strict) as serving:
        somebody = visitor(serving.url)
        page = somebody.opens("/chat")
        page.says("where is my order")
        page.hears(ASKS_FOR_NUMBER)
        began = time.perf_counter()
        serving.stop()
        assert time.perf_counter() - began < 5  # though a page is open
        page.says("never mind")
        expect(page.page.get_by_role("alert")).to_contain_text("We could not be reached")
        expect(page.page.get_by_role("status")).to_contain_text("connection is lost")
    with serve(tmp_path, strict, port=int(serving.url.rpartition(":")[2])):
        expect(page.page.get_by_role("status")).to_be_empty()
        page.page.get_by_role("button", name="Try again").click()
        page.hears("dropped")
        other = somebody.opens("/chat")
        for _ in range(3):
            other.says("hello")
        expect(other.page.get_by_role("alert")).to_contain_text("a lot in a short time")
        expect(page.page.locator(".line.mine")).to_have_count(4)
    somebody.troubles.clear()  # the browser says that it was refused
