"""Times are told by the clock of the depot that delivers, wherever the business has its own."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.perform import perform
from bot.words import Words
from domain.commands import AskSilent
from domain.depots import Depot
from domain.policies import USUAL
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import NOW, moment
from tests.on_the_road import Road, on_the_road

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def road(database: Database) -> Road:
    """Everything in Lisbon, an hour behind the business in Berlin."""
    road = on_the_road(database, 2)
    with database.writing() as session:
        session.get_one(Depot, road.shop.depot_id).zone = LISBON.key
    return road


def said(row: OutboxRow) -> str:
    """The words as the sender makes them."""
    return Words(["en"], USUAL.zone).say(row.name, row.facts, "en", NOW)


def test_a_driver_and_a_customer_hear_the_time_of_the_depot(road):
    assert USUAL.zone.key == "Europe/Berlin"
    talk = road.talk(channel="telegram")
    talk.say("done", "delivered")
    [answer] = [row for row in road.all(OutboxRow) if row.name == "driver.ahead"]
    [told] = road.told("OrderDelivered")
    local, business = ((NOW + timedelta(seconds=1)).astimezone(zone).strftime("%H:%M") for zone in (LISBON, USUAL.zone))
    for words in (said(answer), said(told)):
        assert local in words
        assert business not in words


def test_who_is_asked_whether_all_is_well_hears_it_by_their_clock(road):
    road.talk(channel="telegram").say("next", "next_stop")
    perform(road.database, [AskSilent(depot="north")], moment(now=NOW + timedelta(hours=3)))
    [asked] = road.told("AllWell")
    assert (NOW + timedelta(seconds=1)).astimezone(LISBON).strftime("%H:%M") in said(asked)


def test_where_it_is_the_business_own_clock_nothing_is_said_of_it(database):
    road = on_the_road(database, 2)
    road.talk().say("done", "delivered")
    assert all("_zone" not in row.facts for row in road.all(OutboxRow))
