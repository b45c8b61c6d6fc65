"""The promise: never in the past, never on a closed day, never where there is no room."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.depots import DeliveryArea, DeliverySlot, DeliveryWindow, Depot
from domain.promise import Destination, Network, earliest_day, is_open, last_order, offers, promise, public_holidays
from domain.refusals import Refusal
from domain.values import Place, Window

MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)  # 11:00 in Berlin
BERLIN = Place(52.52, 13.405)
TO = Destination("DE", "10115", BERLIN)


def network(capacity: int = 5, booked: int = 0, **depot: object) -> Network:
    """A depot open Monday to Saturday with windows 8–12 and 12–16, delivering to 10*."""
    made = Depot(
        **{"id": 1, "code": "north", "name": "North", "zone": "Europe/Berlin", "country": "DE", "region": "BE",
           "lat": 52.5, "lon": 13.4, "cutoff": time(18), "handling": 60, **depot}
    )  # fmt: skip
    windows = [
        DeliveryWindow(depot_id=1, weekday=weekday, starts=time(start), ends=time(start + 4), capacity=capacity)
        for weekday in range(1, 8)
        for start in (8, 12)
    ]
    slots = {
        (day, time(start)): DeliverySlot(depot_id=1, day=day, starts=time(start), ends=time(start + 4), capacity=capacity, booked=booked)
        for day in (date(2026, 5, 5) + timedelta(days=n) for n in range(3))
        for start in (8, 12)
    }  # fmt: skip
    return Network(made, windows, [DeliveryArea(depot_id=1, country="DE", pattern="10*")], slots if booked else {})


def test_before_the_cutoff_it_comes_the_next_day():
    assert promise([network()], TO, MONDAY).day == date(2026, 5, 5)


def test_after_the_cutoff_it_counts_as_ordered_the_next_open_day():
    assert promise([network()], TO, MONDAY.replace(hour=17)).day == date(2026, 5, 6)


def test_handling_that_runs_past_midnight_takes_another_day():
    assert promise([network(handling=14 * 60)], TO, MONDAY).day == date(2026, 5, 6)


def test_sundays_and_public_holidays_are_skipped():
    friday_before_labour_day = datetime(2026, 4, 30, 9, tzinfo=UTC)  # Thursday; Friday 1 May is a holiday
    assert promise([network()], TO, friday_before_labour_day).day == date(2026, 5, 2)
    saturday = datetime(2026, 5, 2, 9, tzinfo=UTC)
    assert promise([network()], TO, saturday).day == date(2026, 5, 4)


def test_a_regional_holiday_counts_only_there():
    womens_day = date(2027, 3, 8)
    assert womens_day in public_holidays("DE", "BE", 2027)
    assert womens_day not in public_holidays("DE", "BY", 2027)


def test_a_day_without_room_is_passed_over():
    assert promise([network(capacity=2, booked=2)], TO, MONDAY).day == date(2026, 5, 8)


def test_a_wish_that_is_full_is_refused_with_others():
    with pytest.raises(Refusal) as refused:
        promise([network(capacity=2, booked=2)], TO, MONDAY, day=date(2026, 5, 6))
    assert refused.value.text == "refused.day_full"
    assert refused.value.choices[0].slots == {"day": "2026-05-08", "window": "08:00-12:00"}


@pytest.mark.parametrize(
    ("day", "reason"),
    [(date(2026, 5, 4), "day_too_soon"), (date(2026, 5, 10), "day_closed"), (date(2026, 9, 1), "day_too_far")],
)
def test_a_wish_that_cannot_be_says_why(day, reason):
    with pytest.raises(Refusal) as refused:
        promise([network()], TO, MONDAY, day=day)
    assert refused.value.text == f"refused.{reason}"
    assert refused.value.choices


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("12:00-18:00", "12:00-16:00"),
        ("13:00-14:00", "12:00-16:00"),
        ("11:00-13:00", "08:00-12:00"),
        ("-12:00", "08:00-12:00"),
    ],
)
def test_a_part_of_the_day_finds_its_window(wish, found):
    assert str(promise([network()], TO, MONDAY, window=Window.parse(wish)).window) == found


def test_where_nobody_delivers_says_where_we_do():
    with pytest.raises(Refusal) as refused:
        promise([network()], Destination("DE", "99999"), MONDAY)
    assert refused.value.text == "refused.not_delivered_there"
    assert refused.value.values["areas"] == ["10*"]


@pytest.mark.parametrize(
    ("pattern", "postcode", "inside"),
    [
        ("10*", "10999", True),
        ("10*", "11000", False),
        ("1010-1099", "1050", True),
        ("1010-1099", "1100", False),
        ("SW1A 1AA", "sw1a1aa", True),
        ("1012*", "1012 AB", True),
    ],
)
def test_areas_by_postcode(pattern, postcode, inside):
    area = DeliveryArea(depot_id=1, country="NL", pattern=pattern)
    assert area.covers("NL", postcode, None, BERLIN) is inside


def test_an_area_by_radius_needs_the_place():
    area = DeliveryArea(depot_id=1, country="DE", radius=5_000)
    assert area.covers("DE", "99999", Place(52.53, 13.41), BERLIN)
    assert not area.covers("DE", "99999", Place(53.0, 13.41), BERLIN)
    assert not area.covers("DE", "99999", None, BERLIN)


def test_ordering_by_the_time_told_keeps_the_promise():
    offer = promise([network()], TO, MONDAY)
    told = last_order(network().depot, offer.day)
    assert promise([network()], TO, told - timedelta(minutes=1), day=offer.day).day == offer.day
    with pytest.raises(Refusal):
        promise([network()], TO, told, day=offer.day)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(
    now=MOMENTS,
    cutoff=st.times(),
    handling=st.integers(0, 4 * 24 * 60),
    capacity=st.integers(1, 3),
    booked=st.integers(0, 3),
    days=st.sets(st.integers(1, 7)),
    zone=st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_promises_are_never_past_closed_or_over_capacity(now, cutoff, handling, capacity, booked, days, zone):
    one = network(
        capacity, min(booked, capacity), cutoff=cutoff, handling=handling, opening_days=sorted(days), zone=zone
    )
    for offer in offers(one, now):
        start = offer.window.on(offer.day, one.depot.tz)[0]
        assert start > now
        assert is_open(one.depot, offer.day)
        assert offer.day not in public_holidays("DE", "BE", offer.day.year)
        assert 0 < offer.room <= offer.capacity
        assert offer.day.isoweekday() in days


@given(now=MOMENTS)
def test_waiting_never_brings_an_earlier_day(now):
    depot = network().depot
    first, later = earliest_day(depot, now), earliest_day(depot, now + timedelta(hours=7))
    assert first is not None
    assert later is not None
    assert first <= later
