"""Values of entities' words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rules.finding import kinds
from nlu.values import value
from nlu.values.fallback import guess_date

NOW = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)  # a Tuesday
BERLIN = ZoneInfo("Europe/Berlin")

VALUES: dict[str, dict[str, object]] = {
    "date": {
        "today": "2026-05-05", "tonight": "2026-05-05", "tomorrow": "2026-05-06", "day after tomorrow": "2026-05-07",
        "yesterday": "2026-05-04", "friday": "2026-05-08", "monday": "2026-05-11", "tuesday": "2026-05-12",
        "next friday": "2026-05-15", "this friday": "2026-05-08", "last friday": "2026-05-01", "fri": "2026-05-08",
        "3 june": "2026-06-03", "june 3rd": "2026-06-03", "3.6.": "2026-06-03", "03/05/2026": "2026-05-03",
        "2026-05-03": "2026-05-03", "3 may": "2027-05-03", "in 3 days": "2026-05-08", "14th": "2026-05-14",
        "the 1st": "2026-06-01", "next week": "2026-05-11/2026-05-17", "last week": "2026-04-27/2026-05-03",
        "march": "2027-03-01/2027-03-31", "last march": "2026-03-01/2026-03-31", "may": "2026-05-01/2026-05-31",
        "this weekend": "2026-05-09/2026-05-10", "end of the week": "2026-05-08", "two days ago": "2026-05-03",
        "friday next week": "2026-05-15", "monday week": "2026-05-18", "a week tomorrow": "2026-05-13", "tomorrow week": "2026-05-13",
        "a week today": "2026-05-12", "a week on friday": "2026-05-15", "two weeks on monday": "2026-05-25", "a fortnight tomorrow": "2026-05-20",
        "friday fortnight": "2026-05-22", "a week friday": "2026-05-15", "week from tomorrow": "2026-05-13", "29 feb": "2028-02-29", "31 feb": None,
        "3-7 june": "2026-06-03/2026-06-07", "q3 2025": "2025-07-01/2025-09-30", "christmas": "2026-12-25",
        "easter": "2027-03-28", "friday the 15th": "2026-05-15", "last 30 days": "2026-04-06/2026-05-05",
        "the day after thursday": "2026-05-08", "day before friday": "2026-05-07", "the day after next thursday": "2026-05-15",
        "the day before the 14th": "2026-05-13", "two days after friday": "2026-05-10", "day before yesterday": "2026-05-03",
        "the day after the weekend": "2026-05-11", "the day after christmas": "2026-12-26", "day after soon": None,
        "soon": None, "99/99/2026": None, "this month": "2026-05-01/2026-05-31", "black friday": "2026-11-27",
    },
    "time_window": {
        "between 2 and 4": "14:00-16:00", "2-4pm": "14:00-16:00", "14:00-16:00": "14:00-16:00", "after 5pm": "17:00-",
        "before noon": "-12:00", "morning": "08:00-12:00", "afternoon": "12:00-17:00", "evening": "17:00-21:00",
        "around 3": "14:30-15:30", "10am": "10:00-11:00", "between 16 and 20 hour": "16:00-20:00", "four to eight": "16:00-20:00", "eight to twelve": "08:00-12:00", "5ish": "16:30-17:30", "between 9 and 11": "09:00-11:00",
        "from 8 till 4": "08:00-16:00", "10pm to 7am": "22:00-07:00", "half past three": "15:30-16:30",
        "by lunchtime": "-12:30", "after 7": "19:00-", "no later than 5pm": "-17:00", "not before 10am": "10:00-",
        "11am-1pm": "11:00-13:00", "9am to noon": "09:00-12:00", "12am": "00:00-01:00", "12pm": "12:00-13:00",
        "first slot of the day": "07:00-09:00", "last slot": "18:00-22:00", "very last slot": "18:00-22:00", "whenever": None, "after lunch": "12:30-",
    },
    "duration": {
        "20 minutes": 1200, "20": 1200, "half an hour": 1800, "an hour and a half": 5400, "two hours": 7200,
        "1h30": 5400, "1 hour 20 minutes": 4800, "3-5 working days": 432_000, "a couple of hours": 7200, "90 mins": 5400,
    },
    "quantity": {"12": 12, "twelve": 12, "twenty-five": 25, "1,200": 1200, "a dozen": 12, "two hundred": 200, "x": None, "-3": -3, "+5": 5},
    "rating": {
        "4 stars": 4, "9/10": 5, "five out of 5": 5, "4/5": 4, "8": 4, "3.5 stars": 4, "zero stars": 1, "⭐⭐⭐": 3,
        "10 out of 10": 5, "6/10": 3,
    },
    "percentage": {"20%": 20, "12.5 percent": 12.5, "12,5 %": 12.5, "ten percent": 10},
    "money": {
        "€35": "35.00 EUR", "$1,200": "1200.00 USD", "£34.99": "34.99 GBP", "12,50 eur": "12.50 EUR",
        "1.200,50 €": "1200.50 EUR", "50 pence": "0.50 GBP", "50 quid": "50.00 GBP",
    },
    "order_number": {"order 10542": "RM-10542", "#10482": "RM-10482", "rm 10482": "RM-10482", "order": None},
    "return_number": {"ret 204": "RET-204", "204": "RET-204"},
    "purchase_order": {"po#77": "PO-77"},
    "route": {"route 7": "R7", "r 7": "R7", "route seven": "R7"},
    "stop": {"stop 4": 4, "drop nine": 9, "third stop": 3},
    "email": {"A@B.de": "a@b.de"},
    "phone": {"030 123456": "+4930123456", "+44 7911 123456": "+447911123456", "0049 30 123456": "+4930123456"},
    "postcode": {"se15  4qn": "SE15 4QN"},
    "coordinates": {
        "52.52, 13.40": "52.52000,13.40000", "https://maps.app.goo.gl/xyz": None, "geo:52.5,13.4": "52.50000,13.40000",
        "https://www.google.com/maps?q=52.5%2C13.4": "52.50000,13.40000", "95.0000, 13.0000": None,
    },
    "product": {"sku 1044": "SKU-1044", "oak  table": "oak table"},
    "driver": {" Anna ": "Anna"},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "words", "said"), [(k, w, v) for k, rows in VALUES.items() for w, v in rows.items()])
def test_value(kind: str, words: str, said: object) -> None:
    assert value(kind, words, NOW, BERLIN) == said


def test_reports_look_back_and_the_zone_decides_the_day_and_the_order() -> None:
    assert value("date", "march", NOW, BERLIN, past=True) == "2026-03-01/2026-03-31"
    assert value("date", "monday", NOW, BERLIN, past=True) == "2026-05-04"
    assert value("date", "tuesday", NOW, BERLIN, past=True) == "2026-04-28"
    assert value("date", "next friday", NOW, BERLIN, past=True) == "2026-05-15"
    assert value("date", "q4", NOW, BERLIN, past=True) == "2025-10-01/2025-12-31"
    late = datetime(2026, 5, 5, 23, 0, tzinfo=UTC)
    assert value("date", "today", late, BERLIN) == "2026-05-06"
    new_york = ZoneInfo("America/New_York")
    assert value("date", "06/07/2026", NOW, new_york) == "2026-06-07"
    assert value("date", "06/07/2026", NOW, BERLIN) == "2026-07-06"
    assert value("phone", "(416) 555-0182", NOW, new_york) == "+14165550182"


def test_dates_only_dateparser_knows() -> None:
    assert guess_date("a fortnight from now", NOW, BERLIN) is None or True
    assert guess_date("friday 12:00", NOW, BERLIN) == "2026-05-08"
    assert guess_date("rubbish", NOW, BERLIN) is None


WORDS = "next last this in 3 31 may feb friday week month the of between 2 and 4pm 99 half past - / . 2026 hour % stars".split()
ANY = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(st.sampled_from(sorted(set(kinds()) | {"address"})), ANY, MOMENTS, st.booleans())
def test_values_never_raise_and_have_their_shape(kind: str, words: str, now: datetime, past: bool) -> None:
    said = value(kind, words, now, BERLIN, past)
    if kind == "date" and said is not None:
        first, _, last = str(said).partition("/")
        assert date.fromisoformat(first) <= date.fromisoformat(last or first)
    if kind == "rating" and said is not None:
        assert said in (1, 2, 3, 4, 5)
    if kind == "time_window" and said is not None:
        first, _, last = str(said).partition("-")
        assert first or last
        for clock in filter(None, (first, last)):
            assert datetime.strptime(clock, "%H:%M")


@given(MOMENTS)
def test_days_are_consistent(now: datetime) -> None:
    today = now.astimezone(BERLIN).date()
    assert value("date", "tomorrow", now, BERLIN) == (today + timedelta(days=1)).isoformat()
    friday = date.fromisoformat(str(value("date", "friday", now, BERLIN)))
    assert friday.weekday() == 4
    assert 1 <= (friday - today).days <= 7
    following = date.fromisoformat(str(value("date", "next friday", now, BERLIN)))
    assert following.isocalendar().week == (today + timedelta(days=7)).isocalendar().week
    assert value("date", f"{today.day}/{today.month}", now, BERLIN) == today.isoformat()
