"""Which points of a track are kept, and when a driver seems to be at a stop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.tracks import DWELL, is_worth_keeping, near_since, seems_there
from tests.builders import NOW
from tests.roads import east

HERE = east(0)


@pytest.mark.parametrize(
    ("seconds", "km", "kept"),
    [
        (5, 1.0, False),  # too soon, however far
        (30, 0.06, True),
        (30, 0.03, False),  # hardly moved
        (299, 0.0, False),
        (300, 0.0, True),  # standing, once in a while
        (-30, 1.0, False),  # from before
    ],
)
def test_a_track_is_thinned(seconds, km, kept):
    assert is_worth_keeping((NOW, HERE), NOW + timedelta(seconds=seconds), east(km)) is kept


def test_the_first_point_is_kept():
    assert is_worth_keeping(None, NOW, HERE)


def test_who_stays_near_a_stop_for_a_minute_seems_to_be_there():
    since = near_since(HERE, east(0.14), None, NOW)
    assert since == NOW
    later = near_since(HERE, east(0.02), since, NOW + DWELL)
    assert later == NOW
    assert not seems_there(later, NOW + DWELL - timedelta(seconds=1))
    assert seems_there(later, NOW + DWELL)


def test_who_passes_by_is_not_there():
    assert near_since(HERE, east(0.16), NOW, NOW + timedelta(seconds=30)) is None
    assert not seems_there(None, NOW)


def test_points_that_come_out_of_order_make_no_stay_shorter():
    assert near_since(HERE, HERE, NOW, NOW - timedelta(seconds=20)) == NOW - timedelta(seconds=20)
