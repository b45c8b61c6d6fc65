"""The page of a return: what its link shows and opens, for how long, its code and its label, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from bot.labels import code_svg, label_pdf
from bot.web.pages import Pages
from bot.web.returned.facts import Label, Returned, find, find_code, find_label
from bot.words import Words
from domain.moment import SYSTEM
from domain.policies import USUAL
from domain.refunds import Refund
from domain.refusals import NotFound
from domain.returns import ReturnStatus
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    NEXT_DAY,
    NOON,
    NOW,
    Business,
    a_customer,
    a_return,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.integration.test_return_tracking import go
from tests.integration.test_return_way import choose, stored
from tests.meanings import meaning
from tests.sending import program_of
from tests.talking import Talk

S = ReturnStatus
SECRETS = ("Zzname", "zzmail@example.com", "5199999999", "Zzstreet")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("pages")
    return Pages(program_of(Database(f"sqlite:///{folder / 'none.db'}"), data_folder=folder))


def returned(database: Database, *skus: str, **wanted: Any) -> tuple[Business, str, str]:
    """A return of an order; its number and the token of its page."""
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        customer = a_customer(session, name="Zzname Weber", email="zzmail@example.com", phone="+4915199999999")
        order = an_order(session, shop, status="delivered", customer=customer, street="Zzstreet 8")
        made = a_return(session, order, *skus, **wanted)
        return shop, made.number, made.token


def shown(database: Database, token: str, now: datetime = NOW) -> Returned:
    return find(database, token, moment(now=now))


def page_of(pages: Pages, made: Returned) -> str:
    return pages.fill("return.html", "en", zone=made.zone, made=made, token="t", telegram=None)


#: Per state, by the states on the way there: the heading, and what may be asked for.
SHOWN = {
    "approved": ((), "Approved", ("resolution", "cancel", "ask")),
    "in_transit": (("in_transit",), "On its way to us", ("resolution", "ask")),
    "received": (("in_transit", "received"), "It has reached us", ("resolution", "ask")),
    "inspected": (("in_transit", "received", "inspected"), "Looked at", ("ask",)),
    "refunded": (("in_transit", "received", "inspected", "refunded"), "Refunded", ("ask",)),
    "denied": (("in_transit", "received", "inspected", "denied"), "Not accepted", ("ask",)),
    "expired": (("expired",), "Not sent in time", ("ask",)),
    "cancelled": (("cancelled",), "Cancelled", ("ask",)),
}


@pytest.mark.parametrize("status", SHOWN)
def test_every_state_is_shown_and_names_nobody(database: Database, pages: Pages, status: str):
    states, heading, actions = SHOWN[status]
    _, number, token = returned(database)
    go(database, number, *map(ReturnStatus, states))
    made = shown(database, token)
    page = page_of(pages, made)
    assert (made.status, made.actions) == (status, actions)
    assert f'<h1 class="headline">{heading}</h1>' in page
    assert "Unopened goods can come back within 90 days" in page
    assert [secret for secret in SECRETS if secret in page] == []


def test_a_rejection_says_why_and_what_else_is_possible(database: Database, pages: Pages):
    _, _, token = returned(database, "SKU-1", now=NOW + timedelta(days=100))
    made = shown(database, token, NOW + timedelta(days=100))
    assert made.actions == ("appeal", "ask")
    assert "Returns are possible within 90 days; today is day 100." in page_of(pages, made)


def test_a_promised_pickup_is_shown_with_its_window(database: Database, pages: Pages):
    _, number, token = returned(database)
    choose(database, number, "pickup", day=NEXT_DAY, window=NOON)
    page = page_of(pages, shown(database, token))
    assert "We collect it" in page
    assert "Tue 5 May, 12:00–16:00" in page


def test_money_is_shown_when_it_is_paid(database: Database, pages: Pages):
    _, number, token = returned(database)
    go(database, number, S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.REFUNDED)
    with database.writing() as session:
        made = UnitOfWork(session, SYSTEM).returns.find(number)
        session.add(
            Refund(key="r", return_id=made.id, order_number="RM-10001", amount=3990, currency="EUR", created_at=NOW)
        )
    made = shown(database, token)
    assert not made.finished
    assert "Being paid back" in page_of(pages, made)
    assert "€39.90" in page_of(pages, made)


# The code and the label


def test_a_code_is_there_for_what_is_brought(database: Database, pages: Pages):
    _, number, token = returned(database)
    with pytest.raises(NotFound):
        find_code(database, token, moment())
    choose(database, number, "drop_off")
    assert find_code(database, token, moment()) == number
    page = page_of(pages, shown(database, token))
    assert "Alexanderplatz 1" in page
    assert "Open Monday to Saturday" in page


def test_the_code_is_a_picture_of_squares():
    svg = code_svg("RET-1001")
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"')  # 21 modules and a quiet zone
    assert code_svg("RET-1001") == svg != code_svg("RET-1002")


@pytest.fixture(scope="module")
def say() -> Callable[..., str]:
    words = Words(["en"], USUAL.zone)
    return lambda name, **values: words.say(name, values, "en", NOW)


def test_the_label_is_one_page_of_a6_with_all_the_post_needs(say: Callable[..., str]):
    label = Label("RET-1001", ("Depot North", "Alexanderplatz 1", "10178 Berlin"), "10115 Berlin", "customer")
    written = label_pdf(label, say)
    assert written == label_pdf(label, say)
    document = PdfDocument(BytesIO(written))
    assert len(document) == 1
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [105, 148]
    text = document[0].get_textpage().get_text_bounded()
    for words in ("RET-1001", "Depot North", "Alexanderplatz 1", "10178 Berlin", "10115 Berlin", "paid by the sender"):
        assert words in text


def test_long_names_stay_on_the_page(say: Callable[..., str]):
    label = Label(
        "RET-123456789", ("The depot with a very long name " * 6, "Straße " * 20, "10178 Berlin"), "x" * 80, "shop"
    )
    assert len(PdfDocument(BytesIO(label_pdf(label, say)))) == 1


def test_a_label_is_there_for_what_is_sent_until_it_is_here(database: Database):
    _, number, token = returned(database)
    with pytest.raises(NotFound):
        find_label(database, token, moment())
    choose(database, number, "label")
    label = find_label(database, token, moment())
    assert label == Label(number, ("Depot North", "Alexanderplatz 1", "10178 Berlin"), "10115 Berlin", "shop")
    go(database, number, S.IN_TRANSIT, S.RECEIVED)
    with pytest.raises(NotFound):
        find_label(database, token, moment())


# The link


def test_a_link_dies_14_days_after_the_end(database: Database):
    _, number, token = returned(database)
    assert shown(database, token, NOW + timedelta(days=300)).number == number
    go(database, number, S.CANCELLED)
    assert shown(database, token, NOW + timedelta(days=14)).status == "cancelled"
    with pytest.raises(NotFound, match="link_dead"):
        shown(database, token, NOW + timedelta(days=14, minutes=1))
    with pytest.raises(NotFound, match="link_dead"):
        shown(database, "x" * 22)


def test_money_that_is_still_to_come_keeps_the_link(database: Database):
    _, number, token = returned(database)
    go(database, number, S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.REFUNDED)
    with database.writing() as session:
        made = UnitOfWork(session, SYSTEM).returns.find(number)
        session.add(
            Refund(key="r", return_id=made.id, order_number="RM-10001", amount=3990, currency="EUR", created_at=NOW)
        )
    assert shown(database, token, NOW + timedelta(days=30)).status == "refunded"


def opens(talk: Talk, token: str) -> list[str]:
    return talk.hear(meaning(f"/start {token}", "bind_chat", link=token))


def test_the_link_opens_the_return_in_the_chat_and_nothing_else(database: Database):
    _, number, token = returned(database)
    talk = Talk(database)
    assert opens(talk, token) == ["return.tracked"]
    assert talk.say("drop it off", "choose_way", return_number=number) == ["return.way_chosen"]
    assert stored(database, number).way == "drop_off"
    assert talk.say("where is my order", "track_order", order_number="RM-10001") == ["ask.fact"]


def test_from_the_page_it_can_be_given_up(database: Database):
    _, number, token = returned(database)
    talk = Talk(database)
    opens(talk, token)
    assert talk.say("keep it", "cancel_return") == ["ask.confirm.CancelReturn"]
    talk.say("yes", "affirm")
    assert stored(database, number).status == "cancelled"


def test_a_dead_link_opens_nothing_in_the_chat(database: Database):
    _, number, token = returned(database)
    go(database, number, S.CANCELLED)
    talk = Talk(database, now=NOW + timedelta(days=20))
    assert opens(talk, token) == ["refused.link_dead"]
