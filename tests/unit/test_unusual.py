"""When a product's returns depart from their history: the test itself, its false alarms, and what it finds."""

from __future__ import annotations

from datetime import timedelta
from math import comb

import pytest

from domain.unusual import ALARM, FOLLOWED, HISTORY, LATELY, Course, courses, departures, noise
from tests.bench.alarms import detected, false_alarms
from tests.builders import NOW

DAY = timedelta(days=1)


def test_the_chance_of_noise_is_fisher_s():
    """8 of 20 lately and 3 of 40 before: the chance of 8 or more of the 11 among the 20, by counting, twice for two sides."""
    ways = sum(comb(20, k) * comb(40, 11 - k) for k in range(8, 12))
    assert noise(Course("A", 20, 8, 40, 3)) == pytest.approx(2 * ways / comb(60, 11))
    assert noise(Course("A", 20, 2, 40, 4)) == 1.0
    assert noise(Course("A", 20, 0, 40, 0)) == 1.0


def test_less_is_a_departure_too():
    (found,) = departures([Course("A", 60, 0, 390, 80)])
    assert not found.more
    assert found.chance < 0.001


def test_few_orders_say_nothing_however_many_come_back():
    assert departures([Course("A", 9, 9, 400, 4), Course("B", 60, 60, 19, 0)]) == []
    assert [each.course.sku for each in departures([Course("C", 10, 10, 20, 0)])] == ["C"]


def test_the_more_products_are_looked_at_the_surer_it_must_be():
    course = Course("A", 60, 9, 390, 20)
    assert [each.chance for each in departures([course])] == [pytest.approx(noise(course))]
    assert noise(course) < ALARM
    others = [Course(f"B{n}", 60, 3, 390, 20) for n in range(60)]
    assert departures([course, *others]) == []
    quiet = [Course(f"B{n}", 60, 0, 390, 1) for n in range(60)]  # of these nothing could ever be told
    assert [each.course for each in departures([course, *quiet])] == [course]


def test_orders_are_followed_equally_long():
    """Asked back on the seventh day counts, later does not; nor does what is not a week old, or older than the history."""
    lately, before = NOW - FOLLOWED - DAY, NOW - FOLLOWED - LATELY - DAY
    orders = [
        ("A", lately, lately + FOLLOWED), ("A", lately, lately + FOLLOWED + DAY), ("A", lately, None),
        ("A", NOW - FOLLOWED + DAY, NOW), ("A", before, before + DAY), ("A", before - HISTORY, before - HISTORY + DAY), ("B", before, None),
    ]  # fmt: skip
    assert courses(orders, NOW) == [Course("A", 3, 1, 1, 1), Course("B", 0, 0, 1, 0)]


def test_weeks_in_which_nothing_has_changed_are_told_of_at_most_as_often_as_is_said():
    """Five hundred weeks of sixty products with rates of 1 to 15 % (seed 7): at most 5 % cry wolf."""
    assert false_alarms(weeks=500, products=60, seed=7) <= ALARM


def test_a_product_that_goes_bad_is_found():
    """One of sixty goes from 5 to 25 % of sixty orders in four weeks (seed 7): found in at least seven weeks of ten."""
    assert detected(weeks=200, products=60, factor=5, seed=7) >= 0.7
