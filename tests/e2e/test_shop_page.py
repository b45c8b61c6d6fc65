"""The chat bubble on shops' pages in a real browser: another site than the chat's, and no cookies for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from bot.clock import now
from bot.demo.show import Person, show
from bot.identity import identity_key
from bot.settings import Settings
from bot.web.embed.tokens import visit_of
from domain.conversations import Conversation
from domain.customers import Customer
from storage import outbox
from tests.e2e.browsing import DESK, PHONE, Demo, Visitor
from tests.e2e.shopping import HOSTILE, Bubble, OwnShop, as_shipped, own_shop
from tests.emulators.waiting import PATIENCE

Shoppers = Callable[..., Visitor]
HELLO = "What about your delivery?"
ASKS_FOR_NUMBER = "order number"


@pytest.fixture(scope="module")
def shipped(browser: Browser) -> Iterator[Browser]:
    with as_shipped(browser) as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Demo) -> Iterator[OwnShop]:
    with own_shop(server.url) as running:
        yield running


@pytest.fixture
def shopper(shipped: Browser, shop: OwnShop) -> Iterator[Shoppers]:
    """Makes visitors of shops; afterwards no console may have had an error in it, and nobody a cookie."""
    made: list[Visitor] = []

    def make(url: str = shop.url, **options: Any) -> Visitor:
        settings = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce", **options}
        made.append(Visitor(url, shipped.new_context(**settings)))
        return made[-1]

    yield make
    cookies = [cookie for each in made for cookie in each.context.cookies()]
    for each in made:
        each.context.close()
    assert cookies == []
    assert [trouble for each in made for trouble in each.troubles] == []


@pytest.fixture(scope="module")
def demo_shop(server: Demo) -> str:
    """The demo's own shop under this machine's other name: another site than the chat's."""
    return server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def people(server: Demo) -> list[Person]:
    """Customers with one order under way each."""
    return [each for each in show(server.database, 40) if len(each.orders) == 1]


def demo_settings(server: Demo) -> Settings:
    return Settings(data_folder=server.folder, demo=True, _env_file=None)  # type: ignore[call-arg]


def identity_of(server: Demo, person: Person, **claims: object) -> str:
    """What the shop signs for a customer."""
    with server.database.reading() as session:
        external_id = session.get_one(Customer, person.id).external_id
    key = identity_key(demo_settings(server))
    return jwt.encode({"sub": external_id, "exp": now() + timedelta(hours=1), **claims}, key or "")  # type: ignore[arg-type]


def wait_for(condition: Callable[[], bool], page: Page) -> None:
    """Until the page's own time has brought it about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        page.wait_for_timeout(30)


def test_a_stranger_chats_on_a_page_with_the_strictest_policy(shop: OwnShop, shopper: Shoppers):
    page = shopper().opens(shop.page(shop.script())).page
    bubble = Bubble(page)
    assert [frame for frame in page.frames if "/embed" in frame.url] == []
    chat = bubble.opens()
    chat.says("wher is my ordr")
    chat.hears(ASKS_FOR_NUMBER)
    chat.page.get_by_text("Answers from our order book").wait_for()
    cookie = "() => { document.cookie = 'a=1; SameSite=None; Secure'; return document.cookie; }"
    assert chat.page.evaluate(cookie) == ""


def test_a_known_customer_is_greeted_with_their_order(demo_shop: str, people: list[Person], shopper: Shoppers):
    ann = people[0]
    page = shopper(demo_shop).opens(f"/shop?who={ann.id}").page
    chat = Bubble(page).opens()
    expect(chat.page.get_by_text(f"Chatting as {ann.name.split()[0]}")).to_be_visible()
    expect(chat.page.locator(".greeting")).to_contain_text(ann.orders[0].number)
    chat.says("where is my order")
    chat.hears(ann.orders[0].number)


def test_logging_in_and_out_on_the_shops_page(demo_shop: str, people: list[Person], shopper: Shoppers):
    page = shopper(demo_shop).opens("/shop").page
    stranger = Bubble(page).opens()
    stranger.says("hello there")
    expect(stranger.page.locator(".ours")).not_to_have_count(0)
    page.get_by_label("Log in as").select_option(index=0)
    page.get_by_role("button", name="Log in", exact=True).click()
    known = Bubble(page).opens()
    expect(known.page.locator(".greeting .card").first).to_be_visible()
    assert known.bubbles() == []
    known.says("where is my order")
    expect(known.page.locator(".ours")).not_to_have_count(0)
    number = known.page.locator(".whole").first.inner_text()
    page.get_by_role("button", name="Log out").click()
    after = Bubble(page).opens()
    expect(after.page.get_by_text("hello there")).to_be_visible()
    expect(after.page.get_by_text("Chatting as")).to_have_count(0)
    assert number not in after.page.content()


def test_a_page_that_stays_tells_the_bubble_who_it_is(
    server: Demo, shop: OwnShop, people: list[Person], shopper: Shoppers
):
    page = shopper().opens(shop.page(shop.script())).page
    bubble = Bubble(page)
    bubble.opens()
    first = bubble.chat().page
    expect(first.get_by_text(HELLO)).to_be_visible()
    page.evaluate("jwt => Roundsman.identify(jwt)", identity_of(server, people[1]))
    expect(first.locator(".greeting")).to_contain_text(people[1].orders[0].number)
    page.evaluate("Roundsman.identify(null)")
    expect(first.get_by_text("Answers from our order book")).to_be_visible()
    assert people[1].orders[0].number not in first.content()


@pytest.mark.parametrize("why", ["expired", "unsigned"])
def test_a_bad_identity_makes_a_stranger_and_one_warning(
    server: Demo, shop: OwnShop, people: list[Person], shopper: Shoppers, why: str
):
    good = identity_of(server, people[0], exp=now() + timedelta(hours=-1 if why == "expired" else 1))
    bad = good if why == "expired" else good.rpartition(".")[0] + ".AAAA"
    somebody, path = shopper(), shop.page(shop.script(identity=bad))
    warnings: list[str] = []
    somebody.context.on("console", lambda each: warnings.append(each.text) if each.type == "warning" else None)
    chat = Bubble(somebody.opens(path).page).opens()
    chat.says("where is my order")
    chat.hears(ASKS_FOR_NUMBER)
    assert chat.page.get_by_role("alert").filter(visible=True).count() == 0
    assert len(warnings) == 1
    assert ("expired" if why == "expired" else "Signature") in warnings[0]
    assert bad not in warnings[0]


def test_no_style_leaks_either_way(shop: OwnShop, shopper: Shoppers):
    own = "() => Object.fromEntries(['h1', '#text', '#before', '#own'].map(each => [each, {...getComputedStyle(document.querySelector(each))}]))"
    somebody = shopper()
    plain = somebody.opens(shop.page(shop.script())).page
    hostile = somebody.opens(shop.page(shop.script(), style=HOSTILE)).page
    parts = ("bubble", "talk", "panel", "iframe")
    looks = []
    for page in (plain, hostile):
        page.bring_to_front()
        bubble = Bubble(page)
        closed = bubble.style("bubble")
        bubble.opens()
        page.mouse.move(5, 5)
        looks.append([closed, *(bubble.style(each) for each in parts)])
    for calm, attacked in zip(*looks, strict=True):
        assert {name: (value, attacked[name]) for name, value in calm.items() if attacked[name] != value} == {}
    for style in ("", HOSTILE):
        without = somebody.opens(shop.page("", style=style)).page.evaluate(own)
        page = somebody.opens(shop.page(shop.script(), style=style)).page
        Bubble(page).opens()
        assert page.evaluate(own) == without


def test_the_page_gets_one_name_more_and_nothing_else(shop: OwnShop, shopper: Shoppers):
    names = "() => Object.keys(window).concat(Object.getOwnPropertyNames(window)).filter(each => !/^\\d+$/.test(each))"
    somebody = shopper()
    without = set(somebody.opens(shop.page("")).page.evaluate(names))
    page = somebody.opens(shop.page(shop.script())).page
    Bubble(page).opens()
    assert set(page.evaluate(names)) - without == {"Roundsman"}
    assert page.evaluate("Object.keys(Roundsman).sort()") == ["close", "identify", "open"]
    assert page.evaluate("document.querySelector('roundsman-chat').shadowRoot") is None


def test_loaded_twice_there_is_one_bubble(server: Demo, shop: OwnShop, people: list[Person], shopper: Shoppers):
    twice = shop.script() + shop.script(identity=identity_of(server, people[2]))
    bubble = Bubble(shopper().opens(shop.page(twice)).page)
    assert bubble.count() == 1
    expect(bubble.opens().page.locator(".greeting")).to_contain_text(people[2].orders[0].number)


def test_with_the_keyboard_alone(shop: OwnShop, shopper: Shoppers):
    page = shopper().opens(shop.page(shop.script())).page
    bubble = Bubble(page)
    focused = "() => document.activeElement.localName"
    page.locator("#before").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "roundsman-chat":
            break
    assert bubble.attributes("bubble")["aria-expanded"] == "false"
    page.keyboard.press("Enter")
    chat = bubble.chat()
    assert bubble.attributes("bubble")["aria-expanded"] == "true"
    expect(chat.field).to_be_focused()
    page.keyboard.type("where is my order")
    page.keyboard.press("Enter")
    chat.hears(ASKS_FOR_NUMBER)
    page.keyboard.press("Escape")
    wait_for(lambda: not bubble.is_open(), page)
    assert page.evaluate(focused) == "roundsman-chat"
    assert bubble.attributes("bubble")["aria-expanded"] == "false"
    page.keyboard.press("Space")
    expect(chat.field).to_be_focused()
    assert bubble.is_open()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    wait_for(lambda: not bubble.is_open(), page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_chat_fills_the_screen(demo_shop: str, people: list[Person], shopper: Shoppers, scheme: str):
    phone = {"viewport": PHONE, "color_scheme": scheme, "has_touch": True, "is_mobile": True}
    page = shopper(demo_shop, **phone).opens(f"/shop?who={people[0].id}").page
    bubble = Bubble(page)
    chat = bubble.opens()
    frame = chat.page
    assert frame.evaluate("() => [innerWidth, innerHeight]") == [PHONE["width"], PHONE["height"]]
    assert not chat.scrolls_sideways()
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    faint = chat.faint(".empty h2", ".empty p", ".suggestions .chip", ".top h1", ".top p", ".card strong", ".state")
    assert faint == {}
    chat.says("where is my order")
    chat.hears(people[0].orders[0].number)
    assert not chat.scrolls_sideways()
    frame.get_by_role("button", name="Close the chat").tap()
    wait_for(lambda: not bubble.is_open(), page)


def test_dark_is_dark(shop: OwnShop, shopper: Shoppers):
    brightness = (
        "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
    )
    light, dark = (
        Bubble(shopper(color_scheme=each).opens(shop.page(shop.script())).page).opens().page.evaluate(brightness)
        for each in ("light", "dark")
    )
    assert dark < 120 < 600 < light


def test_a_reload_and_another_page_keep_a_strangers_talk(shop: OwnShop, shopper: Shoppers):
    somebody = shopper()
    page = somebody.opens(shop.page(shop.script())).page
    chat = Bubble(page).opens()
    chat.says("where is my order")
    chat.hears(ASKS_FOR_NUMBER)
    said = chat.bubbles()
    page.reload()
    assert Bubble(page).opens().bubbles() == said
    page.goto(shop.url + shop.page(shop.script()))
    assert Bubble(page).opens().bubbles() == said


def test_two_tabs_show_the_same_talk(shop: OwnShop, shopper: Shoppers):
    somebody, path = shopper(), shop.page(shop.script())
    first = Bubble(somebody.opens(path).page).opens()
    first.says("where is my order")
    first.hears(ASKS_FOR_NUMBER)
    second = Bubble(somebody.opens(path).page).opens()
    second.says("never mind")
    first.hears("dropped")
    assert first.bubbles() == second.bubbles()


def test_where_the_browser_keeps_nothing_the_chat_works_and_begins_anew(browser: Browser, server: Demo, shop: OwnShop):
    context = browser.new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce")
    somebody = Visitor(shop.url, context)
    page = somebody.opens(shop.page(shop.script())).page
    chat = Bubble(page).opens()
    denied = "() => { try { return Boolean(localStorage); } catch { return false; } }"
    assert chat.page.evaluate(denied) is False
    chat.says("where is my order")
    chat.hears(ASKS_FOR_NUMBER)
    page.reload()
    assert Bubble(page).opens().bubbles() == []
    assert (context.cookies(), somebody.troubles) == ([], [])
    context.close()


def test_what_is_unread_is_counted_on_the_bubble(server: Demo, shop: OwnShop, shopper: Shoppers):
    page = shopper().opens(shop.page(shop.script(label="Questions?"))).page
    bubble = Bubble(page)
    chat = bubble.opens()
    chat.says("where is my order")
    chat.hears(ASKS_FOR_NUMBER)
    bubble.press()
    assert bubble.text("badge") == ""
    say_unasked(server)
    wait_for(lambda: bubble.text("badge") == "1", page)
    assert bubble.attributes("bubble")["aria-label"] == "Questions? – New messages: 1"
    page.reload()
    bubble = Bubble(page)
    wait_for(lambda: bubble.text("badge") == "1", page)
    bubble.opens()
    assert bubble.text("badge") == ""
    bubble.press()
    wait_for(lambda: not bubble.is_open(), page)
    assert bubble.text("badge") == ""


def say_unasked(server: Demo) -> None:
    """Say something in the newest chat, as a notice does."""
    with server.database.writing() as session:
        chat = session.exec(select(Conversation).order_by(Conversation.id.desc())).first()  # type: ignore[union-attr]
        assert chat is not None
        row = {
            "conversation_id": chat.id, "kind": "Said", "name": "said.goodbye", "facts": {}, "choices": [],
            "state": outbox.PENDING, "created_at": now(), "attempts": 0,
        }  # fmt: skip
        outbox.put(session, [row])


def test_a_token_that_ran_out_is_replaced_and_the_message_is_said_once(
    server: Demo, shop: OwnShop, people: list[Person], shopper: Shoppers
):
    somebody, ann = shopper(), people[3]
    path = shop.page(shop.script(identity=identity_of(server, ann)))
    chat = Bubble(somebody.opens(path).page).opens()
    settings = demo_settings(server)
    token = chat.page.url.partition("#")[0].rpartition("/")[2]
    visit = visit_of(token, settings, now())
    assert visit is not None
    ran_out = replace(visit, since=now() - timedelta(hours=13)).token(settings)
    chat.page.evaluate("base => { document.getElementById('chat').dataset.base = base; }", f"/embed/c/{ran_out}")
    chat.says("where is my order")
    chat.hears(ann.orders[0].number)
    assert [each.endswith("where is my order") for each in chat.bubbles()] == [True, False]
    expect(chat.page.locator(".failing")).to_have_count(0)
    assert [each for each in somebody.troubles if "401" not in each] == []
    somebody.troubles.clear()


def test_a_stranger_can_begin_anew(shop: OwnShop, shopper: Shoppers):
    page = shopper().opens(shop.page(shop.script())).page
    chat = Bubble(page).opens()
    chat.says("where is my order")
    chat.hears(ASKS_FOR_NUMBER)
    chat.page.get_by_role("button", name="New chat").click()
    chat.page.get_by_role("button", name="Start a new chat").click()
    expect(chat.page.get_by_text(HELLO)).to_be_visible()
    assert chat.bubbles() == []
    page.reload()
    assert Bubble(page).opens().bubbles() == []


def test_a_site_that_is_not_named_shows_no_chat_and_its_makers_read_why(shop: OwnShop, shopper: Shoppers):
    somebody = shopper(shop.url.replace("localhost", "other.localhost"))
    warnings: list[str] = []
    somebody.context.on("console", lambda each: warnings.append(each.text) if each.type == "warning" else None)
    page = somebody.context.new_page()
    page.clock.install()
    page.goto(somebody.url + shop.page(shop.script()))
    bubble = Bubble(page)
    bubble.press()
    assert bubble.text("waiting").startswith("The chat is opening")
    page.clock.run_for(11_000)
    wait_for(lambda: "cannot be reached" in bubble.text("waiting"), page)
    assert "ROUNDSMAN_SHOP_ORIGINS" in " ".join(warnings)
    page.keyboard.press("Escape")
    wait_for(lambda: not bubble.is_open(), page)


def test_the_shops_own_button_opens_it(demo_shop: str, shopper: Shoppers):
    page = shopper(demo_shop).opens("/shop?department=garden").page
    expect(page.get_by_role("heading", level=1)).to_have_text("Garden hose")
    page.get_by_role("button", name="Ask when it could come").click()
    expect(Bubble(page).chat().page.get_by_text(HELLO)).to_be_visible()


def test_the_front_page_leads_to_the_shop(server: Demo, shopper: Shoppers):
    page = shopper(server.url).opens("/").page
    page.get_by_role("link", name="A shop's page").click()
    expect(page.get_by_role("button", name="Ask when it could come")).to_be_visible()
    Bubble(page).opens()
