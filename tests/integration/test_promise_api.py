"""The promise over HTTP: when something could be delivered, before it is ordered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import NEXT_DAY, order_body
from tests.shops import Shop, api, assert_problem, shop

__all__ = ["api", "shop"]


def test_a_promise_with_what_else_there_is(shop: Shop) -> None:
    answer = shop.get("promise", postcode="10115", sku="SKU-1", quantity=2).json()
    assert answer["possible"] is True
    assert (answer["day"], answer["window"], answer["depot"]) == (str(NEXT_DAY), "08:00-12:00", "north")
    assert answer["order_by"] == "2026-05-04T16:00:00Z"
    assert answer["alternatives"][:2] == [
        {"day": str(NEXT_DAY), "window": "12:00-16:00"}, {"day": str(NEXT_DAY), "window": "16:00-20:00"},
    ]  # fmt: skip


def test_a_promise_on_the_wished_day_and_window(shop: Shop) -> None:
    answer = shop.get("promise", postcode="10115", day="2026-05-08", window="12:00-20:00").json()
    assert (answer["possible"], answer["day"], answer["window"]) == (True, "2026-05-08", "12:00-16:00")


def test_the_order_gets_the_promise_that_was_told(shop: Shop) -> None:
    told = shop.get("promise", postcode="10115", lat=52.5316, lon=13.3817, sku="SKU-1").json()
    given = shop.post(order_body()).json()["promise"]
    assert (given["day"], given["window"], given["depot"]) == (told["day"], told["window"], told["depot"])


@pytest.mark.parametrize(
    ("params", "reason", "words"),
    [
        ({"postcode": "9999"}, "not_delivered_there", "We do not deliver to 9999 yet"),
        ({"postcode": "10115", "country": "AT"}, "not_delivered_there", "10115"),
        ({"postcode": "10115", "day": "2026-05-14"}, "day_closed", "14 May"),
        ({"postcode": "10115", "day": "2026-05-04"}, "day_too_soon", "too soon"),
        ({"postcode": "10115", "day": "2027-05-04"}, "day_too_far", "further ahead"),
        ({"postcode": "10115", "window": "05:00-06:00"}, "window_taken", "no room"),
        ({"postcode": "10115", "sku": "SKU-1", "quantity": 21}, "not_enough_stock", "only 20"),
        ({"postcode": "10115", "sku": "SKU-9"}, "no_such_product", "SKU-9"),
    ],
)
def test_why_there_is_no_promise(shop: Shop, params: dict[str, Any], reason: str, words: str) -> None:
    response = shop.get("promise", **params)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["possible"], answer["reason"]) == (False, reason)
    assert words in answer["detail"]
    if reason == "not_delivered_there":
        assert answer["areas"] == ["10*"]
    elif "product" not in reason and "stock" not in reason:
        assert answer["alternatives"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "query.postcode"),
        ({"postcode": "1"}, "query.postcode"),
        ({"postcode": "1\x00"}, "query.postcode"),
        ({"postcode": "10115", "lat": 52}, "query.lon"),
        ({"postcode": "10115", "lat": "nan", "lon": 1}, "query.lat"),
        ({"postcode": "10115", "window": "noon"}, "query.window"),
        ({"postcode": "10115", "day": "friday"}, "query.day"),
    ],
)
def test_a_wrong_question_is_named(shop: Shop, params: dict[str, Any], field: str) -> None:
    problem = assert_problem(shop.get("promise", **params), 422)
    assert field in [each["field"] for each in problem["errors"]]
