"""What customers get back, to the cent."""

from __future__ import annotations

import random

import pytest

from domain.refunding import Back, Sold, fees_of, paid_beside, paid_for, paid_for_goods, refund_of, shared, tax_in

#: A kettle at 39.90 twice and a grinder at 189.00, carriage 4.90, less a discount of 10.00.
ORDER = Sold(paid=2 * 3990 + 18900 + 490 - 1000, carriage=490, goods={"KETTLE": (2, 7980), "GRINDER": (1, 18900)})


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1000, [7980, 18900], [297, 703]),
        (1, [5, 6], [0, 1]),
        (0, [1, 2], [0, 0]),
        (10, [0, 0], [0, 0]),
        (10, [0, 3], [0, 10]),
    ],
)
def test_shares_are_whole_and_sum_up(amount: int, weights: list[int], parts: list[int]):
    assert shared(amount, weights) == parts


def test_the_discount_is_shared_by_the_goods_and_the_carriage_stays_whole():
    assert paid_for_goods(ORDER) == {"KETTLE": 7980 - 297, "GRINDER": 18900 - 703}
    assert paid_beside(ORDER) == 490


def test_two_kettles_come_back_one_by_one():
    assert paid_for(ORDER, "KETTLE", 1) + paid_for(ORDER, "KETTLE", 1, before=1) == 7683
    assert paid_for(ORDER, "KETTLE", 2) == 7683
    assert paid_for(ORDER, "KETTLE", 1, before=2) == 0
    assert paid_for(ORDER, "TOASTER", 1) == 0


def test_a_refund_is_goods_and_carriage_less_restocking_and_fee():
    made = refund_of(ORDER, [Back("GRINDER", 1, restocking=15, tax=1900)], carriage=490, fee=390)
    assert made.parts[0].amount == 18197
    assert made.parts[0].kept == 2729
    assert made.parts[0].tax == round((18197 - 2729) * 19 / 119)
    assert made.amount == 18197 - 2729 + 490 - 390


def test_never_more_than_was_paid_less_what_was_given_back():
    made = refund_of(ORDER, [Back("GRINDER", 1)], before=ORDER.paid - 5000)
    assert (made.amount, made.cut) == (5000, 18197 - 5000)
    assert refund_of(ORDER, [Back("GRINDER", 1)], before=ORDER.paid + 1).amount == 0


def test_a_fee_larger_than_the_refund_leaves_nothing():
    made = refund_of(Sold(500, 0, {"PEN": (1, 500)}), [Back("PEN", 1)], fee=900)
    assert (made.amount, made.fee) == (0, 500)


def test_the_fee_of_several_orders_is_shared_and_no_more_than_each_comes_to():
    assert fees_of(490, [3990, 18900]) == [85, 405]
    assert fees_of(490, [100, 0]) == [100, 0]
    assert fees_of(0, [1, 2]) == [0, 0]


@pytest.mark.parametrize(("amount", "rate", "tax"), [(11900, 1900, 1900), (10700, 700, 700), (999, 0, 0), (1, 1900, 0)])
def test_tax_is_what_the_price_includes(amount: int, rate: int, tax: int):
    assert tax_in(amount, rate) == tax


@pytest.mark.parametrize("seed", range(200))
def test_whoever_sends_everything_back_gets_exactly_what_was_paid(seed: int):
    """Any prices, any discount, any carriage; the pieces in any order, in any number of parcels."""
    chance = random.Random(seed)
    goods = {f"S{n}": (chance.randint(1, 7), chance.randint(0, 20_000)) for n in range(chance.randint(1, 6))}
    goods = {sku: (pieces, pieces * price) for sku, (pieces, price) in goods.items()}
    carriage, gross = chance.choice([0, 490, 1990]), sum(price for _, price in goods.values())
    paid = max(0, gross + carriage - chance.choice([0, 1, 333, 5_000, gross // 3]) + chance.choice([0, 0, 250]))
    sold = Sold(paid, carriage, goods)
    pieces = [sku for sku, (count, _) in goods.items() for _ in range(count)]
    chance.shuffle(pieces)
    given, taken = 0, dict.fromkeys(goods, 0)
    while pieces:
        parcel = [pieces.pop() for _ in range(min(len(pieces), chance.randint(1, 4)))]
        backs = [Back(sku, parcel.count(sku), taken[sku]) for sku in sorted(set(parcel))]
        made = refund_of(sold, backs, carriage=paid_beside(sold) if not pieces else 0, before=given)
        assert made.cut == 0
        assert made.amount >= 0
        given += made.amount
        for back in backs:
            taken[back.sku] += back.pieces
        assert given <= paid
    assert given == paid
