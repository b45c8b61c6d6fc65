"""Orders over HTTP: taking, reading and changing them."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from domain.customers import Customer
from domain.events import Event
from domain.orders import Order
from storage.jobs import JobRow
from tests.builders import FAR_AWAY, NEXT_DAY, NOW, a_case, a_link, an_order, order_body
from tests.shops import Shop, api, assert_problem, shop

__all__ = ["api", "shop"]


# Taking


def test_a_new_order_is_confirmed_with_a_promise(shop: Shop) -> None:
    response = shop.post(order_body(instructions="Ring twice"))
    assert response.status_code == 201
    order = response.json()
    assert response.headers["location"] == f"/api/v1/orders/{order['number']}"
    assert response.headers["etag"] == f'"{order["version"]}"'
    assert order["status"] == "allocated"
    assert order["promise"] == {"day": str(NEXT_DAY), "window": "08:00-12:00", "depot": "north"}
    assert order["lines"] == [
        {"sku": "SKU-1", "name": "Kettle", "quantity": 1, "unit_price": 3990, "currency": "EUR", "tax": 0}
    ]
    assert (order["total"], order["currency"]) == (3990, "EUR")
    assert order["customer"] == {
        "external_id": None, "name": "Jonas Weber", "email": "jonas@example.com", "phone": "+4930901821",
    }  # fmt: skip
    assert order["address"]["place"] == {"lat": 52.5316, "lon": 13.3817}
    assert order["exceptions"] == []
    assert order["chat_url"].startswith("http://127.0.0.1:8000/chat?link=")
    assert order["created_at"] == "2026-05-04T09:00:00Z"
    assert shop.get(f"orders/{order['number']}").json() == order


def test_what_was_paid_and_how_is_shown(shop: Shop) -> None:
    money = {"carriage": 490, "discount": 500, "paid_by": "card", "payment": "pi_1", "gift": True, "channel": "webshop"}
    order = shop.post(order_body(lines=[{"sku": "SKU-1", "quantity": 2, "tax": 1900}], **money)).json()
    assert {name: order[name] for name in money} == money
    assert (order["total"], order["lines"][0]["tax"], order["exchange_of"]) == (2 * 3990 + 490 - 500, 1900, None)


def test_what_the_customer_asks_of_the_driver_is_shown(shop: Shop) -> None:
    with shop.database.writing() as session:
        number = an_order(session, shop.business, instructions="Fragile.", wishes={"code": "4711"}).number
    order = shop.get(f"orders/{number}").json()
    assert (order["instructions"], order["wishes"]) == ("Fragile.", {"code": "4711"})


def test_the_same_order_again_is_the_same_order(shop: Shop) -> None:
    first, again = shop.post(order_body()), shop.post(order_body())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    place_as_object = copy.deepcopy(order_body())
    place_as_object["address"]["place"] = {"lat": 52.5316, "lon": 13.3817}
    assert shop.post(place_as_object).json() == first.json()


def test_another_order_under_the_same_external_id_names_what_differs(shop: Shop) -> None:
    number = shop.post(order_body()).json()["number"]
    changed = order_body(lines=[{"sku": "SKU-1", "quantity": 2}])
    changed["address"]["street"] = "Chausseestraße 9"
    problem = assert_problem(shop.post(changed), 409, number, "address.street", "lines.0.quantity")
    assert problem["differences"] == [
        {"field": "address.street", "before": "Chausseestraße 8", "now": "Chausseestraße 9"},
        {"field": "lines.0.quantity", "before": 1, "now": 2},
    ]


def test_an_order_changed_since_is_still_the_order_that_was_sent(shop: Shop) -> None:
    number = shop.post(order_body()).json()["number"]
    shop.http.patch(f"/api/v1/orders/{number}", json={"instructions": "Third floor"})
    again = shop.post(order_body())
    assert (again.status_code, again.json()["instructions"]) == (200, "Third floor")


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("lines.0.sku", "SKU-9", "lines.0.sku", 'no product with SKU "SKU-9"'),
        ("lines.0.quantity", 0, "lines.0.quantity", "must be more than 0"),
        ("lines.0.quantity", 1.5, "lines.0.quantity", "whole number"),
        ("lines", [], "lines", "at least 1"),
        ("customer.phone", "call me", "customer.phone", "not a phone number in DE"),
        ("customer.email", "jonas at home", "customer.email", "not an e-mail address"),
        ("customer.name", " ", "customer.name", "is empty"),
        ("customer.name", "a\x00b", "customer.name", "control characters"),
        ("customer.email", f"{'x' * 3000}@example.com", "customer.email", "longer than 254"),
        ("address.country", "Germany", "address.country", "two capital letters"),
        ("address.postcode", "1", "address.postcode", "at least 2 characters"),
        ("address.place", "here", "address.place", "not a place"),
        ("address.place", {"lat": 91, "lon": 0}, "address.place", "no place on earth"),
        ("wanted_day", "soon", "wanted_day", "2026-05-04"),
        ("wanted_window", "16:00-14:00", "wanted_window", "must end after it starts"),
        ("wanted_window", "14:00+01:00-16:00", "wanted_window", "time zone"),
        ("surprise", 1, "surprise", "not known here"),
    ],
)
def test_a_wrong_value_is_named(shop: Shop, path: str, value: Any, field: str, words: str) -> None:
    body: Any = order_body()
    *parents, last = path.split(".")
    target = body
    for part in parents:
        target = target[int(part)] if part.isdecimal() else target[part]
    target[last] = value
    problem = assert_problem(shop.post(body), 422, words)
    assert [each["field"] for each in problem["errors"]] == [field]


def test_everything_wrong_is_named_at_once(shop: Shop) -> None:
    problem = assert_problem(shop.post({"external_id": "A-1"}), 422)
    assert [each["field"] for each in problem["errors"]] == ["customer", "address", "lines"]


def test_an_order_nobody_can_deliver_is_an_exception_in_words(shop: Shop) -> None:
    body = order_body()
    body["address"] |= {"postcode": "80331", "city": "München", "place": str(FAR_AWAY)}
    order = shop.post(body).json()
    assert (order["status"], order["promise"], order["chat_url"]) == ("created", None, None)
    (exception,) = order["exceptions"]
    assert (exception["kind"], exception["reference"]) == ("no_promise", "C-1001")
    assert "We do not deliver to 80331 yet" in exception["sentence"]


def test_an_order_without_goods_is_backordered(shop: Shop) -> None:
    order = shop.post(order_body(lines=[{"sku": "SKU-1", "quantity": 21}])).json()
    assert order["status"] == "backordered"
    assert [each["kind"] for each in order["exceptions"]] == ["backordered"]


def test_an_order_without_a_place_waits_for_the_geocoder(shop: Shop) -> None:
    body = order_body()
    del body["address"]["place"]
    order = shop.post(body).json()
    assert (order["status"], order["address"]["place"]) == ("created", None)
    with shop.database.reading() as session:
        assert [job.payload for job in session.exec(select(JobRow))] == [{"order": order["number"]}]


def test_the_largest_order_fits(shop: Shop) -> None:
    line = {"sku": "SKU-1", "quantity": 10_000, "unit_price": 1_000_000_000}
    order = shop.post(order_body(lines=[line] * 200)).json()
    assert order["total"] == 2 * 10**15


def test_an_order_that_was_refused_leaves_nothing_and_wastes_no_number(shop: Shop) -> None:
    body = order_body("A-0")
    body["customer"]["phone"] = "call me"
    shop.post(body)
    assert shop.post(order_body()).json()["number"] == "RM-10001"
    with shop.database.reading() as session:
        assert len(session.exec(select(Event).where(Event.change == "status")).all()) == 3


# Lists


def test_a_list_is_taken_row_by_row(shop: Shop) -> None:
    shop.post(order_body("A-1"))
    unknown = order_body("A-3", lines=[{"sku": "SKU-9", "quantity": 1}])
    other = order_body("A-1", instructions="else")
    response = shop.post(
        [order_body("A-1"), order_body("A-2"), unknown, other, {"external_id": "A-4"}, 7, order_body("A-2")]
    )
    assert response.status_code == 207
    rows = response.json()
    assert [row["index"] for row in rows] == list(range(7))
    assert [row["status"] for row in rows] == [200, 201, 422, 409, 422, 422, 200]
    assert rows[1]["order"]["external_id"] == "A-2"
    assert rows[2]["problem"]["errors"][0]["field"] == "lines.0.sku"
    assert rows[3]["problem"]["differences"][0]["field"] == "instructions"
    assert rows[6]["order"] == rows[1]["order"]


@pytest.mark.parametrize(("count", "words"), [(0, "empty"), (501, "at most 500")])
def test_a_list_holds_one_to_five_hundred(shop: Shop, count: int, words: str) -> None:
    assert_problem(shop.post([order_body(f"A-{n}") for n in range(count)]), 422, words)


def test_five_hundred_at_once(shop: Shop) -> None:
    rows = shop.post([order_body(f"A-{n}") for n in range(500)]).json()
    assert {row["status"] for row in rows} == {201}
    assert len({row["order"]["number"] for row in rows}) == 500
    kinds = {each["kind"] for row in rows for each in row["order"]["exceptions"]}
    assert kinds == {"backordered"}  # 20 pieces, and windows enough for 500 in the days ahead


# At the same time


def test_the_same_order_twice_at_the_same_time_is_one_order(shop: Shop) -> None:
    for round_ in range(5):
        answers = at_once(shop, [order_body(f"A-{round_}")] * 6)
        assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
        assert len({each.text for each in answers}) == 1


def test_a_new_customer_who_orders_twice_at_the_same_time_is_one_customer(shop: Shop) -> None:
    answers = at_once(shop, [order_body(f"A-{n}") for n in range(6)])
    assert {each.status_code for each in answers} == {201}
    with shop.database.reading() as session:
        assert len(session.exec(select(Customer).where(Customer.email == "jonas@example.com")).all()) == 1


def at_once(shop: Shop, bodies: list[Any]) -> list[Any]:
    """Post all bodies at the same moment, each by a thread of its own."""
    ready = threading.Barrier(len(bodies))

    def post(body: Any) -> Any:
        ready.wait()
        return shop.post(body)

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(post, bodies))


# Reading


def test_pages_hold_every_order_once(shop: Shop) -> None:
    numbers = [row["order"]["number"] for row in shop.post([order_body(f"A-{n}") for n in range(7)]).json()]
    seen, after = [], None
    while True:
        page = shop.get("orders", limit=3, **({"after": after} if after else {})).json()
        seen += [order["number"] for order in page["orders"]]
        after = page["next_after"]
        if after is None:
            break
    assert seen == numbers


def test_orders_are_found_by_state_and_external_id(shop: Shop) -> None:
    shop.post([order_body("A-1"), order_body("A-2", lines=[{"sku": "SKU-2", "quantity": 99}])])
    assert [each["external_id"] for each in shop.get("orders", status="backordered").json()["orders"]] == ["A-2"]
    assert [each["external_id"] for each in shop.get("orders", external_id="A-1").json()["orders"]] == ["A-1"]
    assert shop.get("orders", external_id="A-9").json() == {"orders": [], "next_after": None}


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"status": "lost"}, "query.status"),
        ({"limit": 0}, "query.limit"),
        ({"limit": 10**30}, "query.limit"),
        ({"after": "RM-99999"}, "query.after"),
        ({"after": "7"}, "query.after"),
        ({"external_id": "a\x00"}, "query.external_id"),
    ],
)
def test_a_wrong_parameter_is_named(shop: Shop, params: dict[str, Any], field: str) -> None:
    problem = assert_problem(shop.get("orders", **params), 422)
    assert [each["field"] for each in problem["errors"]] == [field]


@pytest.mark.parametrize("number", ["RM-99999", "A-1", "%00", "RM-٤٤٤٤", "%F0%9F%9A%9A"])
def test_an_order_that_is_not_there(shop: Shop, number: str) -> None:
    problem = assert_problem(shop.get(f"orders/{number}"), 404)
    assert problem["reason"] == "no_such_order"
    assert_problem(shop.http.patch(f"/api/v1/orders/{number}", json={"instructions": "x"}), 404)
    assert_problem(shop.http.post(f"/api/v1/orders/{number}/cancel"), 404)


def test_the_newest_link_is_the_one_that_is_shown(shop: Shop) -> None:
    with shop.database.writing() as session:
        order = an_order(session, shop.business, status="dispatched")
        old = a_link(session, order, expires_at=NOW.replace(year=2025))
        assert shop_url(shop, order) is None
        link = a_link(session, order)
    assert shop_url(shop, order) == f"http://127.0.0.1:8000/chat?link={link.id}"
    assert old.id != link.id


def test_exceptions_are_told_with_the_order(shop: Shop) -> None:
    with shop.database.writing() as session:
        order = an_order(session, shop.business, status="created", place=None)
        a_case(session, "address_not_found", order, address=order.address)
    (told,) = shop.get(f"orders/{order.number}").json()["exceptions"]
    assert told["kind"] == "address_not_found"
    assert order.street in told["sentence"]


# Changing


def test_a_new_promise_and_instructions_in_one_change(shop: Shop) -> None:
    order = shop.post(order_body()).json()
    patch = {"promise": {"day": "2026-05-06", "window": "16:00-20:00"}, "instructions": "Ring"}
    response = shop.http.patch(f"/api/v1/orders/{order['number']}", json=patch)
    assert response.status_code == 200
    changed = response.json()
    assert changed["promise"] == {"day": "2026-05-06", "window": "16:00-20:00", "depot": "north"}
    assert (changed["instructions"], changed["status"]) == ("Ring", "allocated")
    assert response.headers["etag"] != f'"{order["version"]}"'
    again = shop.http.patch(f"/api/v1/orders/{order['number']}", json=patch)
    assert again.json() == changed


def test_a_change_happens_whole_or_not_at_all(shop: Shop) -> None:
    order = shop.post(order_body()).json()
    patch = {"promise": {"day": "2026-05-14", "window": "16:00-20:00"}, "instructions": "Ring"}
    problem = assert_problem(shop.http.patch(f"/api/v1/orders/{order['number']}", json=patch), 409, "14 May")
    assert problem["reason"] == "day_closed"
    assert {"day": "2026-05-13", "window": "08:00-12:00"} in problem["alternatives"]
    assert shop.get(f"orders/{order['number']}").json() == order


def test_a_new_address_without_a_place_is_looked_up(shop: Shop) -> None:
    order = shop.post(order_body()).json()
    address = {"street": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "DE"}
    changed = shop.http.patch(f"/api/v1/orders/{order['number']}", json={"address": address}).json()
    assert changed["address"] == {**address, "place": None}
    assert changed["promise"] == order["promise"]


def test_what_a_state_forbids_is_refused(shop: Shop) -> None:
    with shop.database.writing() as session:
        order = an_order(session, shop.business, status="out_for_delivery")
    path = f"/api/v1/orders/{order.number}"
    address = {"street": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "DE"}
    assert_problem(shop.http.patch(path, json={"address": address}), 409, "on its way")
    assert_problem(
        shop.http.patch(path, json={"promise": {"day": "2026-05-08", "window": "08:00-12:00"}}), 409, "on the van"
    )
    assert_problem(shop.http.post(f"{path}/cancel"), 409, "out for delivery")


def test_an_outdated_version_is_refused(shop: Shop) -> None:
    order = shop.post(order_body()).json()
    path, tag = f"/api/v1/orders/{order['number']}", f'"{order["version"]}"'
    first = shop.http.patch(path, json={"instructions": "one"}, headers={"If-Match": tag})
    assert first.status_code == 200
    assert_problem(shop.http.patch(path, json={"instructions": "two"}, headers={"If-Match": tag}), 412, "has changed")
    assert_problem(shop.http.post(f"{path}/cancel", headers={"If-Match": tag}), 412)
    both = f'"99", W/{first.headers["etag"]}'
    assert shop.http.patch(path, json={"instructions": "two"}, headers={"If-Match": both}).status_code == 200
    assert shop.http.patch(path, json={"instructions": "3"}, headers={"If-Match": "*"}).json()["instructions"] == "3"
    assert_problem(shop.http.patch(path, json={"instructions": "4"}, headers={"If-Match": "nonsense"}), 412)


def test_changing_nothing_is_no_change(shop: Shop) -> None:
    order = shop.post(order_body()).json()
    response = shop.http.patch(f"/api/v1/orders/{order['number']}", json={"address": None})
    assert (response.status_code, response.json()) == (200, order)


def test_cancelling_frees_goods_and_window_and_can_be_repeated(shop: Shop) -> None:
    order = shop.post(order_body(lines=[{"sku": "SKU-1", "quantity": 20}])).json()
    path = f"/api/v1/orders/{order['number']}/cancel"
    cancelled = shop.http.post(
        path, json={"reason": "Ordered by mistake"}, headers={"If-Match": f'"{order["version"]}"'}
    )
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    again = shop.http.post(path, headers={"If-Match": f'"{order["version"]}"'})
    assert (again.status_code, again.json()) == (200, cancelled.json())
    assert shop.post(order_body("A-2", lines=[{"sku": "SKU-1", "quantity": 20}])).json()["status"] == "allocated"
    with shop.database.reading() as session:
        event = session.exec(select(Event).where(Event.after == "cancelled")).one()
        assert (event.actor, event.detail) == ("api", {"reason": "Ordered by mistake"})


def shop_url(shop: Shop, order: Order) -> str | None:
    """The chat link the API shows for an order."""
    url: str | None = shop.get(f"orders/{order.number}").json().get("chat_url")
    return url
