"""Who may use the API, how much, and what is no request."""

from __future__ import annotations

import httpx
import pytest
from sqlmodel import select

from bot.web.api.examples import NEW_ORDER
from bot.web.limits import Limits
from storage.keys import ApiKey
from tests.builders import NOW, a_product
from tests.shops import KEY, Shop, api, assert_problem, shop

__all__ = ["api", "shop"]


@pytest.mark.parametrize(
    "headers", [{}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}, {"Authorization": KEY}]
)
def test_without_a_key_nothing_is_told(shop: Shop, headers: dict[str, str]) -> None:
    for method, path in (("GET", "orders"), ("POST", "orders"), ("GET", "promise"), ("PATCH", "orders/RM-10001")):
        response = httpx.request(method, f"{shop.http.base_url}/api/v1/{path}", headers=headers, content=b"{")
        assert_problem(response, 401, "key")
        assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_key_works_as_bearer_until_it_is_revoked(shop: Shop) -> None:
    def ask() -> httpx.Response:
        return httpx.get(f"{shop.http.base_url}/api/v1/orders", headers={"Authorization": f"Bearer {KEY}"})

    assert ask().status_code == 200
    with shop.database.writing() as session:
        session.exec(select(ApiKey)).one().revoked_at = NOW
    assert_problem(ask(), 401, "revoked")


def test_a_key_has_its_rate(shop: Shop) -> None:
    settings = shop.program.settings.model_copy(update={"api_rate": 3})
    shop.app.state.limits = Limits(settings)
    answers = [shop.get("orders") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert_problem(answers[3], 429)
    assert int(answers[3].headers["retry-after"]) > 0


def test_what_is_no_json_or_too_large_is_refused(shop: Shop) -> None:
    path, headers = "/api/v1/orders", {"Content-Type": "application/json"}
    assert_problem(shop.http.post(path, content=b'{"a": ', headers=headers), 422, "not JSON")
    assert_problem(shop.http.post(path, content=b'{"a": NaN}', headers=headers), 422, "not JSON")
    assert_problem(shop.http.post(path, content=b"[" * 100_000, headers=headers), 422, "not JSON")
    assert_problem(shop.http.post(path, content=b'{"\\ud800": 1}', headers=headers), 422)
    assert_problem(
        shop.http.post(path, content=b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}), 415
    )
    large = b" " * (5 * 1024 * 1024 + 1)
    assert_problem(shop.http.post(path, content=large, headers=headers), 413, "5 MB")
    chunked = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    assert_problem(shop.http.post(path, content=chunked, headers=headers), 413, "5 MB")


def test_other_addresses_and_methods_are_problems_too(shop: Shop) -> None:
    assert_problem(shop.get("nothing"), 404)
    response = shop.http.delete("/api/v1/orders")
    assert_problem(response, 405)
    assert response.headers["allow"] == "GET, POST"


def test_the_examples_of_the_description_work(shop: Shop) -> None:
    with shop.database.writing() as session:
        for sku in ("SKU-1001", "SKU-1002", "SKU-1003"):
            a_product(session, shop.business.depot, sku=sku)
    assert shop.post(NEW_ORDER).status_code == 201
