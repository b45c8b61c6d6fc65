"""What staff's words say of routes and of schedules."""

from __future__ import annotations

import pytest

from nlu.readers import READERS


@pytest.mark.parametrize(
    ("text", "here", "there"),
    [
        ("move stop 4 from r7 to r9", "R7", "R9"),
        ("move stop 4 to R9", None, "R9"),
        ("put drop 3 of route 7 on route 9 pls", "R7", "R9"),
        ("shift stop 2 on r4 over to the route 12", "R4", "R12"),
        ("to r9 from r7, stop 2", "R7", "R9"),
        ("move stop 7 on R4 to the end", "R4", None),
        ("move a stop", None, None),
    ],
)
def test_two_routes_of_a_message(text, here, there):
    assert (READERS["from_route"](text, None), READERS["to_route"](text, None)) == (here, there)


def test_other_words_about_routes():
    assert READERS["other_route"]("swap the drivers of r7 and r9", None) == "R9"
    assert READERS["other_route"]("put ines on r7", None) is None
    assert READERS["route_number"]("9", None) == "R9"
    assert READERS["route_number"]("the second one", None) is None
    assert READERS["route_number"]("swap the drivers of r110 and r111", None) is None
    assert READERS["to_position"]("put it at the top of r7", None) == 1
    assert READERS["to_position"]("move stop 7 on R4 to the end", None) == 1_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tell ines to call me", "call me"),
        ("message Bo Zz that the gate is open", "the gate is open"),
        ("let ines know she can go home", "she can go home"),
        ("message ines", None),
    ],
)
def test_what_a_driver_is_to_be_told(text, said):
    assert READERS["told_words"](text, None) == said


@pytest.mark.parametrize(
    ("text", "wish", "job", "at", "days"),
    [
        ("plan north at 18:30 on weekdays", None, "plan_day", "18:30", [1, 2, 3, 4, 5]),
        ("set planning time to 5pm", None, "plan_day", "17:00", None),
        ("change the cut-off for north to 14:00", None, "close_cutoff", "14:00", None),
        ("schedule the digest for 7:30", None, "daily_digest", "07:30", None),
        ("plan every day at 6 in the evening", None, "plan_day", "18:00", [1, 2, 3, 4, 5, 6, 7]),
        ("planning on saturdays at noon", None, "plan_day", "12:00", [6]),
        ("plan mon-thu at 19:00", None, "plan_day", "19:00", [1, 2, 3, 4]),
        ("pause planning tomorrow", "pause", "plan_day", None, None),
        ("set 25 december as holiday", "close", None, None, None),
        ("resume planning", "resume", "plan_day", None, None),
        ("turn the weekly report off", "off", "weekly_report", None, None),
        ("set the close of orders to 15:00", None, None, "15:00", None),
    ],
)
def test_what_is_said_of_a_schedule(text, wish, job, at, days):
    found = [READERS[name](text, None) for name in ("schedule_wish", "schedule_job", "schedule_time", "schedule_days")]
    assert found == [wish, job, at, days]


def test_more_of_schedules():
    assert READERS["schedule_every"]("refresh the board every 5 minutes", None) == 5
    assert READERS["schedule_every"]("every 2 hours", None) == 120
    assert READERS["says_until"]("pause until friday", None) is True
    assert READERS["says_until"]("pause on friday", None) is None


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("late orders today", "late"),
        ("which deliveries failed in 12043", "failed"),
        ("unplanned orders", "unplanned"),
        ("late or failed", None),
        ("my late exceptions", None),
        ("what is overdue", None),
        ("orders at risk", None),
    ],
)
def test_the_trouble_of_orders_is_read_where_no_exceptions_are_asked_for(text, trouble):
    assert READERS["troubled_orders"](text, None) == trouble


def test_a_stop_is_read_where_it_is_named_as_one():
    assert READERS["named_stop"]("lock stop 5 of r185", None) == 5
    assert READERS["named_stop"]("take drop no. 12 off r7", None) == 12
    assert READERS["named_stop"]("lock r185", None) is None


def test_what_a_plan_leaves_out_is_asked_for_in_words():
    assert READERS["plan_part"]("show the unplanned orders", None) == "drops"
    assert READERS["plan_part"]("show the routes for tomorrow", None) is None
