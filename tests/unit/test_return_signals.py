"""What is noticed about returns, and what is suggested: every signal by its numbers, on both sides of its limit."""

from __future__ import annotations

import pytest

from domain.return_signals import (
    Pieces,
    SignalCode,
    Suggested,
    addresses,
    customer_rate,
    fraud_marks,
    goods_rate,
    needs_a_person,
    same_photo,
    several,
    suggested,
    tail,
    weight_differs,
    worth_more,
)

SHOP = Pieces(delivered=1_000, returned=80)


@pytest.mark.parametrize(
    ("n", "k", "p", "expected"),
    [(10, 0, 0.5, 1.0), (10, 10, 0.5, 0.5**10), (2, 1, 0.1, 0.19), (5, 5, 1.0, 1.0), (5, 1, 0.0, 0.0), (10, 4, 0.08, 0.005799)],
)  # fmt: skip
def test_the_tail_of_a_binomial_distribution(n, k, p, expected):
    assert tail(n, k, p) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("own", "noticed"),
    [
        (Pieces(10, 8), True),
        (Pieces(100, 30), True),
        (Pieces(100, 8), False),  # the usual
        (Pieces(10, 3), False),  # too few to say
        (Pieces(4, 4), False),
        (Pieces(50, 9), False),  # more than usual, and still chance
    ],
)
def test_a_customer_of_whom_far_more_comes_back(own, noticed):
    assert (customer_rate(own, SHOP) is not None) == noticed


def test_where_little_was_delivered_nothing_is_unusual():
    assert customer_rate(Pieces(10, 10), Pieces(49, 0)) is None
    assert customer_rate(Pieces(10, 10), Pieces(50, 0)) is not None


def test_goods_are_named_with_their_numbers():
    signal = goods_rate("SKU-1", "Kettle", Pieces(40, 20), SHOP)
    assert signal is not None
    assert signal.kept() == {
        "code": "goods_rate",
        "values": {"sku": "SKU-1", "product": "Kettle", "came_back": 20, "handed_over": 40, "rate": 50, "usual": 8},
    }


@pytest.mark.parametrize(
    ("expected", "found", "noticed"),
    [(1_000, 1_150, False), (1_000, 1_151, True), (1_000, 849, True), (200, 260, False), (200, 261, True), (0, 500, False), (500, 0, False)],
)  # fmt: skip
def test_a_weight_that_packaging_does_not_explain(expected, found, noticed):
    assert (weight_differs(expected, found) is not None) == noticed


def test_the_others_begin_at_their_limits():
    assert (several(4), several(5) is not None) == (None, True)
    assert (addresses(3), addresses(4) is not None) == (None, True)
    assert (fraud_marks(0), fraud_marks(1) is not None) == (None, True)
    assert (worth_more(100, 100, "EUR", "RM-1"), worth_more(101, 100, "EUR", "RM-1") is not None) == (None, True)
    assert (same_photo([]), same_photo(["RET-1"]) is not None) == (None, True)


def test_goods_hold_up_nobody_to_whom_something_went_wrong():
    goods = goods_rate("SKU-1", "Kettle", Pieces(40, 20), SHOP)
    several_ = several(5)
    assert goods is not None
    assert several_ is not None
    assert not needs_a_person([], {"changed_mind"})
    assert not needs_a_person([goods], {"defective"})
    assert needs_a_person([goods], {"changed_mind"})
    assert needs_a_person([goods], {"defective", "changed_mind"})
    assert needs_a_person([goods, several_], {"defective"})


@pytest.mark.parametrize(
    ("signals", "reasons", "photos", "resolutions", "appeal", "what"),
    [
        ({SignalCode.SAME_PHOTO}, {"damaged"}, 1, {"refund"}, False, "ask"),
        (set(), {"damaged"}, 0, {"refund"}, False, "ask"),
        (set(), {"changed_mind"}, 0, {"refund"}, True, "ask"),
        ({SignalCode.FRAUD_MARKS}, {"defective"}, 0, {"keep"}, False, "inspect"),
        (set(), {"defective"}, 0, {"refund", "keep"}, False, "keep"),
        (set(), {"defective"}, 0, {"refund"}, False, "approve"),
        ({SignalCode.GOODS_RATE}, {"changed_mind"}, 0, {"refund"}, False, "approve"),
    ],
)
def test_what_is_suggested_and_that_it_is_never_to_reject(signals, reasons, photos, resolutions, appeal, what):
    found = suggested(signals, reasons, photos, resolutions, appeal=appeal)
    assert isinstance(found, Suggested)
    assert found.what == what
