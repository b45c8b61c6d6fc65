"""Key figures from counts alone: pure, so that they can be counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from domain.kpis import DEFINITIONS, Kpi, KpiTarget, Measured, measure, quantile, target_of, together
from domain.values import Days
from tests.builders import NOW


def value_of(kpi: Kpi, **figures: object) -> float | None:
    return next(each.value for each in measure(figures) if each.kpi == kpi)


def test_every_key_figure_is_defined_and_has_nothing_to_say_about_nothing():
    assert set(DEFINITIONS) == set(Kpi)
    assert {each.value for each in measure({})} == {None}


def test_shares_costs_and_times_come_in_their_units():
    assert value_of(Kpi.IN_PROMISE, in_promise=214, with_promise=231) == 92.6407
    assert value_of(Kpi.COST_PER_STOP, cost=30_400, stops=6) == 50.6667
    assert value_of(Kpi.WAITING, waits=[1200, 60, 240], answered=3, handed_over=4) == 4.0
    assert value_of(Kpi.WAITING_P90, waits=[1200, 60, 240], answered=3, handed_over=4) == 20.0


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.1, 1), (0.5, 5), (0.51, 6), (0.9, 9), (0.91, 10), (1.0, 10)]
)
def test_a_quantile_is_a_value_that_was_there(share, expected):
    assert quantile([7, 3, 1, 10, 2, 9, 4, 8, 5, 6], share) == expected
    assert quantile([], share) is None


def test_days_and_depots_are_added_up_before_anything_is_divided():
    quiet = {"in_promise": 1, "with_promise": 1, "waits": [60], "reasons": {"closed": 1}, "currency": ""}
    busy = {
        "in_promise": 80,
        "with_promise": 100,
        "waits": [600],
        "reasons": {"closed": 2, "refused": 1},
        "currency": "EUR",
    }
    both = together([quiet, busy])
    assert both == {
        "in_promise": 81, "with_promise": 101, "waits": [60, 600], "reasons": {"closed": 3, "refused": 1}, "currency": "EUR",
    }  # fmt: skip
    assert value_of(Kpi.IN_PROMISE, **both) == 80.198  # no mean of 100 % and 80 %
    assert quiet["reasons"] == {"closed": 1}


def test_a_target_is_met_on_the_right_side_and_only_said_of_enough():
    many, few = Measured(Kpi.IN_PROMISE, 90.0, 90, 100), Measured(Kpi.IN_PROMISE, 75.0, 3, 4)
    assert [many.meets(target) for target in (89, 90, 91)] == [True, True, False]
    assert few.meets(99) is None
    cost = Measured(Kpi.COST_PER_STOP, 4.2, 42_000, 100)
    assert [cost.meets(target) for target in (4.1, 4.2, 4.3)] == [False, True, True]
    assert Measured(Kpi.WAITING, 4.0, 4, 40).meets(10) is None  # four answers, however many waited


def test_better_is_up_or_down():
    def trend(kpi: Kpi, now: float | None, before: float | None) -> str | None:
        return Measured(kpi, now, 9, 9).since(Measured(kpi, before, 9, 9))

    assert trend(Kpi.RATING, 4.5, 4.2) == "better"
    assert trend(Kpi.QUESTIONS, 0.5, 0.2) == "worse"
    assert trend(Kpi.QUESTIONS, 0.2, 0.2) == "same"
    assert trend(Kpi.RATING, 4.5, None) is None


def test_the_own_target_goes_before_that_of_all():
    of_all, own = (
        KpiTarget(kpi="rating", depot_id=depot, value=value, set_by="manager:1", set_at=NOW)
        for depot, value in ((None, 4.0), (7, 4.5))
    )
    assert target_of(Kpi.RATING, 7, [of_all, own]) is own
    assert target_of(Kpi.RATING, 8, [of_all, own]) is of_all
    assert target_of(Kpi.RATING, None, [of_all, own]) is of_all
    assert target_of(Kpi.WAITING, 7, [of_all, own]) is None


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ("2026-05-04", "2026-05-03"), ("2026-05-04/2026-05-10", "2026-04-27/2026-05-03"),
        ("2026-05-01/2026-05-31", "2026-04-01/2026-04-30"), ("2026-03-01/2026-03-31", "2026-02-01/2026-02-28"),
        ("2026-05-01/2026-05-04", "2026-04-27/2026-04-30"),
    ],
)  # fmt: skip
def test_the_days_before_are_as_many_or_the_month_before(days, before):
    assert str(Days.parse(days).before()) == before


def test_days_are_read_as_they_are_written():
    assert Days.parse("2026-05-04/2026-05-04") == Days(date(2026, 5, 4), date(2026, 5, 4))
    for wrong in ("2026-05-04/2026-05-03", "may", "2026-13-01", ""):
        with pytest.raises(ValueError, match="day"):
            Days.parse(wrong)
