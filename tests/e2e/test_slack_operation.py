"""A day's work in Slack, group by group: orders, customers, approvals, the day, schedules, figures, the home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from actions.desk.choosing_plans import next_open
from tests.builders import an_order
from tests.e2e.slack_world import WORLDS, World, opened
from tests.planning import a_driver, a_van


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    yield from opened(request, tmp_path_factory, trained)


def an_order_for_the_next_day(world: World) -> str:
    now = datetime.now(UTC)
    with world.books() as (session, shop):
        day = next_open(shop.depot, now.astimezone(shop.depot.tz).date())
        return an_order(session, shop, day=day, now=now).number


def test_an_order_is_found_held_and_released_and_its_card_changes_where_it_is(world):
    number, mia = an_order_for_the_next_day(world), world.staff("Olga Zzstaff")
    mia.tells(f"show me order {number}")
    card = world.slack.until_posted(mia.direct, containing=f"{number} ·").wait()
    mia.tells(f"put {number} on hold, the address is unclear")
    held = world.slack.until_posted(mia.direct, containing="is on hold").wait()
    world.slack.until(lambda: "On hold: " in card.words).wait()
    mia.presses(held, "Undo").wait()
    world.slack.until(lambda: "On hold: " not in card.words).wait()
    mia.tells(f"who held {number}")
    world.slack.until_posted(mia.direct, containing="Olga Zzstaff", after=held).wait()


def test_a_customer_and_staff_talk_in_a_thread(world):
    mia = world.staff("Tess Zzstaff")
    room = world.room("talks", mia)
    with httpx.Client(base_url=world.serving.url, follow_redirects=True) as page:
        page.get("/chat")
        page.post("/chat/messages", data={"message": "I want to talk to a person please", "message_id": "a" * 12})
        card = world.slack.until_posted(room, containing="C-").wait()
        mia.says(room, "Tess here, what is it?", thread=card)
        world.slack.until(lambda: "Tess here, what is it?" in page.get("/chat").text).wait()
        page.post("/chat/messages", data={"message": "the kettle leaks", "message_id": "b" * 12})
        world.slack.until_posted(room, containing="the kettle leaks", thread=card).wait()
        mia.presses(card, "Close").wait()
        world.slack.until(lambda: "settled" in card.words.lower()).wait()


def test_goods_are_written_off_by_two(world):
    tom, mira = world.staff("Tom Zzstaff", "warehouse"), world.staff("Mira Zzstaff", "manager")
    room = world.room("stock", tom, mira)
    tom.tells("write off 5 espresso grinders at the north depot")
    asked = world.slack.until_posted(tom.direct, containing="Why?").wait()
    tom.tells("water damage")
    world.slack.until_posted(tom.direct, containing="second person", after=asked).wait()
    card = world.slack.until_posted(room, containing="water damage").wait()
    mira.presses(card, "Approve").wait()
    world.slack.until(lambda: "approved" in card.words.lower()).wait()
    mira.tells("how many espresso grinders are there at the north depot")
    world.slack.until_posted(mira.direct, containing="45 on hand").wait()


def test_the_day_is_on_a_board_and_drivers_are_found(world):
    with world.books() as (session, shop):
        a_driver(session, shop, "Ines", a_van(session, shop))
    mia = world.staff("Dora Zzstaff")
    mia.runs(mia.direct, "/rounds show board depot=north").wait()
    world.slack.until_posted(mia.direct, containing="Depot North").wait()
    mia.tells("where is Ines")
    world.slack.until_posted(mia.direct, containing="Ines").wait()


def test_the_schedule_is_changed_in_words(world):
    mia = world.staff("Sven Zzstaff", "manager")
    mia.tells("plan the north depot at 18:30 on weekdays")
    changed = world.slack.until_posted(mia.direct, containing="18:30").wait()
    mia.presses(changed, "Put it back").wait()
    world.slack.until_posted(mia.direct, containing="18:10", after=changed).wait()


def test_figures_are_told_and_taken_along(world):
    an_order_for_the_next_day(world)
    mia = world.staff("Kay Zzstaff", "manager")
    mia.tells("how did we do last week")
    world.slack.until_posted(mia.direct, containing="Mon ").wait()
    mia.tells("how many orders tomorrow by postcode")
    counted = world.slack.until_posted(mia.direct, containing="by postcode").wait()
    assert re.search(r"\d+ order", counted.words)
    mia.presses(counted, "CSV").wait()
    world.slack.until(lambda: any(each.name.endswith(".csv") for each in world.slack.files)).wait()


def test_the_home_shows_what_is_ones_own(world):
    mia = world.staff("Hope Zzstaff")
    mia.opens_home()
    world.slack.until_home(mia).wait()
    assert "Hope" in mia.home.words
