"""A card on a page is one line, however often it changes."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.web.chat.transcript import read_page
from bot.words import Words
from domain.moment import SYSTEM
from domain.policies import USUAL
from storage import outbox
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW


@pytest.fixture
def page(database):
    """A chat page, and what tells it something: each time a second later."""
    told = 0
    with database.writing() as session:
        chat_id = UnitOfWork(session, SYSTEM).chats.find_or_add("web", "x" * 22, NOW)
    zone = USUAL.zone
    program = SimpleNamespace(
        database=database, words=Words(["en"], zone), settings=SimpleNamespace(zone=zone)
    )  # what a page reads of the program

    def tell(who, *, live=None, edits=False, asked=False):
        nonlocal told
        told += 1
        at = NOW + timedelta(seconds=told)
        row = {
            "conversation_id": chat_id, "inbox_id": None, "kind": "StaffLeft", "name": "staff.left", "facts": {"person": who},
            "choices": [], "media": {}, "live": live, "edits": edits, "state": outbox.SENT, "created_at": at, "sent_at": at,
        }  # fmt: skip
        with database.writing() as session:
            outbox.put(session, [row])

    def lines():
        with database.reading() as session:
            chat = UnitOfWork(session, SYSTEM).chats.get(chat_id)
        return [line.text.split()[0] for line in read_page(program, chat, "en").lines]

    return SimpleNamespace(tell=tell, lines=lines)


def test_a_change_shows_where_the_card_is(page):
    page.tell("Ann", live="case:C-1001")
    page.tell("Bob")
    page.tell("Cyd", live="case:C-1001", edits=True)
    assert page.lines() == ["Cyd", "Bob"]


def test_a_card_that_is_told_anew_stands_where_it_was_told_last(page):
    page.tell("Ann", live="case:C-1001")
    page.tell("Bob")
    page.tell("Cyd", live="case:C-1001")
    page.tell("Dov", live="case:C-1001", edits=True)
    assert page.lines() == ["Bob", "Dov"]


def test_different_things_are_different_cards(page):
    page.tell("Ann", live="case:C-1001")
    page.tell("Bob", live="case:C-1002")
    assert page.lines() == ["Ann", "Bob"]
