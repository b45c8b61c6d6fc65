"""Staff change the day's routes, look at its board and its drivers, and announce delays."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.words import Words
from domain.commands import RefreshBoard
from domain.conversations import Conversation
from domain.moment import SYSTEM
from domain.routes import Route, RoutePosition, Stop
from storage.database import Database
from storage.outbox import SENT, OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_staff_member, moment
from tests.roads import Road, a_road, chain, east, order_of
from tests.talking import Talk


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.fixture
def mia(database: Database) -> Talk:
    return Talk(database, staff_id=a_staff_member(database), channel="slack", address="D1")


def two(database: Database, road: Road, **values: Any) -> tuple[Route, Route]:
    """Two routes: three stops east, two stops west."""
    with database.writing() as session:
        return (
            road.route(session, [east(2), east(4), east(6)], **values),
            road.route(session, [east(-2), east(-4)], **values),
        )


def all_of(database: Database, model: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key)))


def sent(database: Database) -> None:
    """What waits was sent by the channel, which calls each message by its row."""
    with database.writing() as session:
        for row in session.exec(select(OutboxRow).where(OutboxRow.state == "pending")):
            row.state, row.sent_at, row.provider_id = SENT, NOW, f"m{row.id}"


def said(shown: Any) -> str:
    return Words(["en"], ZoneInfo("Europe/Berlin")).say(shown.name, shown.facts, "en", NOW)


def labels(shown: Any) -> list[str]:
    return [each["label"] for each in shown.choices]


def waits_narrowly(database: Database, order: Any) -> None:
    """The customer was told a window that ends soon."""
    with database.writing() as session:
        mine = UnitOfWork(session, SYSTEM).orders.get(order.number)
        mine.told_start, mine.told_end = NOW, NOW + timedelta(minutes=12)


# Changes


def test_moving_a_stop_says_first_what_it_does_and_can_be_undone(database, road, mia):
    one, other = two(database, road)
    a, b, c = (order.number for order in road.orders[one.id])
    waits = road.orders[other.id][0]
    waits_narrowly(database, waits)
    words = f"move stop 3 from r{one.id} to r{other.id} to the top"
    assert mia.say(words, "move_stop", stop=3, route=[f"R{one.id}", f"R{other.id}"]) == ["ask.confirm.MoveStop"]
    assert (mia.facts["late"], mia.facts["customers"], mia.facts["windows"]) == (1, 1, 1)
    assert mia.facts["effects"][0]["numbers"] == [waits.number]
    assert "min after the told window*" in said(mia.shown[-1])
    assert chain(database, one) == [a, b, c]
    assert order_of(database, waits.number).told_end == NOW + timedelta(minutes=12)  # it was only a rehearsal
    assert [row for row in all_of(database, OutboxRow) if row.name == "order.window_changed"] == []

    assert mia.press("choice.yes") == ["route.changed"]
    assert (chain(database, one), chain(database, other)[0]) == ([a, b], c)
    assert mia.press("choice.move_back") == ["ask.confirm.MoveStop"]
    mia.press("choice.yes")
    assert chain(database, one) == [a, b, c]


def test_a_stop_is_named_by_its_order_or_chosen(database, road, mia):
    one, other = two(database, road)
    number = road.orders[one.id][1].number
    mia.say(f"move {number} to r{other.id}", "move_stop", order_number=number, route=f"R{other.id}")
    assert (mia.facts["route"], mia.facts["to_route"]) == (one.id, other.id)
    mia.press("choice.no")
    assert mia.say(f"move a stop of r{one.id}", "move_stop", route=f"R{one.id}") == ["ask.which_stop"]
    mia.press("choice.stop_nth", 1)
    assert (mia.shown[-1].name, mia.facts["to_route"]) == ("ask.confirm.MoveStop", other.id)
    mia.press("choice.no")
    assert mia.say(f"move stop 9 from r{one.id}", "move_stop", stop=9, route=f"R{one.id}") == ["refused.no_such_nth"]


def test_a_route_that_changed_meanwhile_is_left_alone(database, road, mia):
    one, _ = two(database, road)
    mia.say("", "move_stop", stop=1)
    mia.press("choice.route")
    assert mia.shown[-1].name == "ask.confirm.MoveStop"
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.touch(session.get_one(Route, one.id))
    assert mia.press("choice.yes") == ["refused.route_changed_meanwhile"]


def test_a_stop_is_locked_and_unlocked_and_taken_off(database, road, mia):
    one, _ = two(database, road)
    stop = road.stops[one.id][1]
    assert mia.say(f"lock stop 2 of r{one.id}", "lock_stop", stop=2, route=f"R{one.id}") == ["route.changed"]
    with database.reading() as session:
        assert session.get_one(Stop, stop.id).locked
    mia.press("choice.unlock")
    with database.reading() as session:
        assert not session.get_one(Stop, stop.id).locked
    assert mia.say(f"take stop 2 off r{one.id}", "remove_stop", stop=2, route=f"R{one.id}") == ["ask.why_removed"]
    assert mia.say("customer moved", "inform", reason="customer moved") == ["ask.confirm.RemoveStop"]
    assert mia.press("choice.yes") == ["route.changed"]
    assert road.orders[one.id][1].number not in chain(database, one)


def test_an_order_is_inserted_after_it_is_said_where(database, road, mia):
    one, _ = two(database, road)
    with database.writing() as session:
        order = road.order(session, east(3))
    assert mia.say(f"insert {order.number}", "insert_stop", order_number=order.number) == ["ask.confirm.InsertStop"]
    assert mia.facts["route"] == one.id
    assert mia.press("choice.yes")[0] == "route.inserted"
    assert order.number in chain(database, one)


def test_a_route_is_given_another_driver(database, road, mia):
    one, other = two(database, road)
    with database.writing() as session:
        free = road.route(session, [], status="completed", driver={"name": "Otto Zzfree", "code": "otto"})
    mia.say(f"put otto on r{one.id}", "assign_driver", driver="otto", route=f"R{one.id}")
    assert [each.name for each in mia.shown] == ["road.assigned", "route.changed"]
    with database.reading() as session:
        assert session.get_one(Route, one.id).driver_id == free.driver_id
    mia.press("choice.give_back")
    with database.reading() as session:
        assert session.get_one(Route, one.id).driver_id == one.driver_id
    mia.say(f"put driver 2 on r{one.id}", "assign_driver", driver="Driver 2", route=f"R{one.id}")
    assert mia.shown[-1].name == "refused.driver_busy"
    mia.press("choice.swap_drivers")
    with database.reading() as session:
        assert session.get_one(Route, other.id).driver_id == one.driver_id


def test_a_broken_down_route_is_handed_over(database, road, mia):
    one, _ = two(database, road, status="in_progress")
    assert mia.say(f"split r{one.id}", "split_route", route=f"R{one.id}") == ["ask.confirm.SplitRoute"]
    assert mia.press("choice.yes")[0] == "route.changed"
    with database.reading() as session:
        assert session.get_one(Route, one.id).status == "completed"


def test_the_rest_of_the_day_is_planned_anew_after_a_question(database, road, mia):
    two(database, road, status="in_progress")
    assert mia.say("replan the rest", "replan_rest") == ["ask.confirm.ReplanRest"]
    assert (mia.facts["routes"], mia.facts["stops"]) == (2, 5)
    assert mia.press("choice.yes") == ["planning.run"]


# Looking


def test_a_route_is_shown_and_follows_its_changes(database, road, mia):
    one, _ = two(database, road)
    waits_narrowly(database, road.orders[one.id][2])
    mia.say(f"show r{one.id}", "show_routes", route=f"R{one.id}")
    assert mia.shown[-1].name == "road.route"
    assert [line["late"] for line in mia.facts["stop_lines"]] == [0, 0, 48]
    assert "*48 min late*" in said(mia.shown[-1])
    assert mia.facts["weight"] == 3 * 1200
    sent(database)
    mia.say(f"lock stop 1 of r{one.id}", "lock_stop", stop=1, route=f"R{one.id}")
    (edit,) = [row for row in all_of(database, OutboxRow) if row.live == f"route:{one.id}" and row.edits]
    assert edit.facts["stop_lines"][0]["locked"]


def test_a_day_without_a_plan_is_shown_as_its_board(database, road, mia):
    two(database, road)
    assert mia.say("show the routes", "show_routes") == ["road.board"]
    assert mia.say("show the routes of tomorrow", "show_routes", date="2026-05-05") == ["refused.no_plan_yet"]


def room(database: Database) -> int:
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        room_id = chats.find_or_add("slack", "C1", NOW)
        session.get_one(Conversation, room_id).desk = "north"
        return room_id


def boards(database: Database) -> list[OutboxRow]:
    return [row for row in all_of(database, OutboxRow) if row.name == "road.board"]


def test_the_board_is_posted_once_and_changed_only_where_it_differs(database, road, statements):
    one, other = two(database, road, status="in_progress")
    room_id = room(database)

    def refresh(minutes: int) -> list[OutboxRow]:
        at = moment(SYSTEM, now=NOW + timedelta(minutes=minutes))
        perform(database, [RefreshBoard(depot="north")], at)
        return boards(database)

    (post,) = refresh(0)
    assert (post.conversation_id, post.edits, post.live) == (room_id, False, "board:north:2026-05-04")
    assert [line["route"] for line in post.facts["board"]] == [one.id, other.id]
    assert (post.facts["served"], post.facts["stops"]) == (0, 5)
    sent(database)
    assert len(refresh(2)) == 1
    with database.writing() as session:
        session.get_one(Stop, road.stops[one.id][0].id).eta = NOW + timedelta(hours=3)
    del statements[:]
    _, edit = refresh(4)
    assert (edit.edits, edit.facts["late"]) == (True, 1)
    assert edit.facts["board"][0]["late"] == 1
    sent(database)
    assert len(refresh(6)) == 2


def test_the_board_of_many_routes_takes_a_handful_of_statements(database, road, mia, statements):
    with database.writing() as session:
        for n in range(20):
            road.route(session, [east(n / 10), east(n / 5)], status="in_progress")
    mia.say("hello", "greet")
    del statements[:]
    mia.say("show the board", "show_board")
    assert (mia.facts["count"], len(mia.facts["board"]), mia.facts["pages"]) == (20, 15, 2)
    assert len([each for each in statements if each.startswith("SELECT")]) <= 20
    assert mia.press("choice.next_page") == ["road.board"]
    assert len(mia.facts["board"]) == 5


def test_where_a_driver_is_with_what_comes_next(database, road, mia):
    one, _ = two(database, road, status="in_progress")
    with database.writing() as session:
        session.add(RoutePosition(route_id=one.id, at=NOW - timedelta(minutes=3), lat=52.52, lon=13.41))
    assert mia.say("where is driver 1", "driver_status", driver="driver 1") == ["road.driver"]
    assert (mia.facts["route"], len(mia.facts["next_stops"]), mia.facts["reachable"]) == (one.id, 3, False)
    assert mia.shown[-1].media["place"].startswith("52.52")
    assert "Last seen 10:57 (4 minutes ago): https://www.openstreetmap.org/?mlat=52.52000" in said(mia.shown[-1])
    assert mia.press("choice.driver_code") == ["driver.code"]
    mia.say(f"where is the van on r{one.id}", "driver_status", route=f"R{one.id}")
    assert mia.facts["driver_name"] == "Driver 1"
    assert mia.say("where is everyone", "driver_status") == ["road.board"]


def test_a_driver_is_written_to(database, road, mia):
    one, _ = two(database, road, status="in_progress")
    assert mia.say("tell driver 1 to call me", "tell_driver", driver="driver 1") == ["refused.driver_without_chat"]
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        session.get_one(Conversation, chats.find_or_add("telegram", "77", NOW)).bind_driver(one.driver_id)
    assert mia.say("tell ines to call me", "tell_driver", driver="driver 1") == ["road.messaged"]
    (told,) = [row for row in all_of(database, OutboxRow) if row.kind == "DispatcherSaid"]
    assert told.facts["words"] == "call me"
    mia.say("message driver 1", "tell_driver", driver="driver 1")
    assert mia.shown[-1].name == "ask.words"
    assert mia.say("the gate code is 4711") == ["road.messaged"]


# Delays


def test_a_delay_is_previewed_announced_and_not_twice(database, road, mia):
    one, _ = two(database, road, status="in_progress", told=timedelta(minutes=5))
    words = {"route": f"R{one.id}", "duration": 5400}
    assert mia.say(f"r{one.id} is 90 min late", "announce_delay", **words) == ["ask.confirm.AnnounceDelay"]
    assert (mia.facts["minutes"], mia.facts["customers"]) == (90, 1)
    assert "now comes today" in said(mia.shown[-1])
    assert [row for row in all_of(database, OutboxRow) if row.kind == "WindowChanged"] == []
    yes = mia.choices()[0]["id"]
    assert mia.press_id(yes) == ["road.delayed"]
    assert mia.facts["told"] == 1
    assert mia.press_id(yes) == []  # pressed twice, it is done once
    assert mia.say("again", "announce_delay", **words) == ["refused.delay_announced"]
    with database.reading() as session:
        assert all(session.get_one(Stop, stop.id).eta >= NOW + timedelta(minutes=90) for stop in road.stops[one.id])


def test_a_route_that_has_not_left_is_not_late(database, road, mia):
    one, _ = two(database, road, hours=(time(8), time(20)))
    mia.say("late", "announce_delay", route=f"R{one.id}", duration=1200)
    assert mia.shown[-1].name == "refused.route_not_left"
