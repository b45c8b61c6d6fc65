"""Returns over HTTP, on both databases, through the real application's routes."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.orders import Order
from domain.stock import Product
from tests.builders import NEXT_DAY, NOW, a_product, a_return, an_order, return_policy
from tests.pictures import picture
from tests.shops import Shop, api, assert_problem, shop

__all__ = ["api", "shop"]


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order of two kettles and a grinder that was delivered today, and a policy."""
    with shop.database.writing() as session:
        return_policy(session)
        return an_order(session, shop.business, status="delivered", external_id="A-1")


def body(external_id: str = "R-1", **changes: Any) -> dict[str, Any]:
    """An unopened kettle that nobody wants any more."""
    line = {"sku": "SKU-1", "quantity": 1, "reason": "changed_mind", "opened": False}
    return {"external_id": external_id, "order_external_id": "A-1", "lines": [line], **changes}


def post(shop: Shop, path: str, body: Any, **headers: str) -> Any:
    return shop.http.post(f"/api/v1/{path}", json=body, headers=headers)


# Asking for one


def test_a_return_is_decided_at_once_and_says_by_which_rule(shop: Shop, order: Order) -> None:
    response = post(shop, "returns", body(resolution="refund", way="label"))
    assert response.status_code == 201, response.text
    made = response.json()
    assert response.headers["location"] == f"/api/v1/returns/{made['number']}"
    assert response.headers["etag"] == f'"{made["version"]}"'
    assert (made["status"], made["decided_by"], made["resolution"], made["way"]) == (
        "approved",
        "rule",
        "refund",
        "label",
    )
    (line,) = made["lines"]
    assert (line["order"], line["order_external_id"], line["name"]) == (order.number, "A-1", "Kettle")
    assert line["decision"]["rule"] == "unopened"
    assert line["decision"]["says"] == "Unopened goods can come back within 90 days; today is day 0."
    assert made["resolutions"] == ["refund", "credit", "exchange"]
    assert (made["worth"], made["fee"], made["currency"]) == (3990, 0, "EUR")
    assert made["expires_on"] == str(NOW.date() + timedelta(days=14))
    assert shop.get(f"returns/{made['number']}").json() == made


def test_a_pickup_is_booked_in_a_window_with_room(shop: Shop, order: Order) -> None:
    day = str(NEXT_DAY)
    made = post(shop, "returns", body(way="pickup", pickup_day=day, pickup_window="12:00-16:00")).json()
    assert (made["status"], made["pickup"]) == ("pickup_planned", {"day": day, "window": "12:00-16:00"})
    problem = assert_problem(post(shop, "returns", body("R-2", way="pickup")), 422)
    assert [each["field"] for each in problem["errors"]] == ["pickup_day"]
    assert {"day": day, "window": "12:00-16:00"} in problem["alternatives"]
    assert shop.get("returns", external_id="R-2").json()["returns"] == []


def test_what_it_is_exchanged_for_is_set_aside_and_ordered(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        for product in session.exec(select(Product).where(Product.sku.in_(["SKU-1", "SKU-3"]))):  # type: ignore[attr-defined]
            product.family, product.price = "kettle", 3990
    line = {"sku": "SKU-1", "reason": "changed_mind", "opened": False, "exchange_sku": "SKU-3"}
    made = post(shop, "returns", body(lines=[line], resolution="exchange")).json()
    assert (made["resolution"], made["lines"][0]["exchange_sku"]) == ("exchange", "SKU-3")
    exchange = shop.get(f"orders/{made['exchange_order']}").json()
    assert ([each["sku"] for each in exchange["lines"]], exchange["status"]) == (["SKU-3"], "allocated")


def test_what_is_rejected_says_what_else_is_possible(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        product = a_product(session, shop.business.depot, sku="SKU-S", name="Sale lamp", price=990, tags=["final_sale"])
        shop.business.products["SKU-S"] = product
        sold = an_order(session, shop.business, status="delivered", lines=[("SKU-S", 1)]).number
    line = {"sku": "SKU-S", "reason": "changed_mind", "opened": False}
    made = post(shop, "returns", {"external_id": "R-1", "order": sold, "lines": [line]}).json()
    assert (made["status"], made["expires_on"]) == ("rejected", None)
    assert made["lines"][0]["decision"]["instead"] == "When it is damaged or faulty, tell us so."


def test_without_a_policy_a_person_decides(shop: Shop) -> None:
    with shop.database.writing() as session:
        an_order(session, shop.business, status="delivered", external_id="A-1")
    made = post(shop, "returns", body()).json()
    assert (made["status"], made["decided_by"]) == ("review", None)


def test_the_same_return_again_is_the_same_return(shop: Shop, order: Order) -> None:
    first, again = post(shop, "returns", body()), post(shop, "returns", body())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_another_return_under_the_same_external_id_names_what_differs(shop: Shop, order: Order) -> None:
    number = post(shop, "returns", body()).json()["number"]
    changed = body()
    changed["lines"][0]["quantity"] = 2
    problem = assert_problem(post(shop, "returns", changed), 409, number, "lines.0.quantity")
    assert problem["differences"] == [{"field": "lines.0.quantity", "before": 1, "now": 2}]


def test_what_the_policy_must_know_is_asked_for_by_its_member(shop: Shop, order: Order) -> None:
    asked = body()
    del asked["lines"][0]["opened"]
    problem = assert_problem(post(shop, "returns", asked), 422, "Kettle")
    assert [each["field"] for each in problem["errors"]] == ["lines.0.opened"]
    assert shop.get("returns").json() == {"returns": [], "next_after": None}


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"order_external_id": "A-9"}, 422, "order_external_id"),
        ({"order_external_id": None}, 422, "order"),
        ({"order": "RM-10001"}, 422, "order"),
        ({"resolution": "repair"}, 422, "resolution"),
        ({"lines": [{"sku": "SKU-9", "reason": "damaged"}]}, 422, "lines.0.sku"),
        ({"lines": [{"sku": "SKU-1", "reason": "bored"}]}, 422, "lines.0.reason"),
        ({"lines": []}, 422, "lines"),
        ({"lines": [{"sku": "SKU-1", "quantity": 3, "reason": "changed_mind", "opened": False}]}, 409, None),
        (
            {"lines": [{"sku": "SKU-1", "reason": "damaged", "photos": ["AAAAAAAAAAAAAAAAAAAAAA"]}]},
            422, "lines.0.photos.0",
        ),
        (
            {"lines": [{"sku": "SKU-1", "reason": "damaged", "photos": ["http://10.0.0.1/x.jpg"]}]},
            422, "lines.0.photos.0",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_kept(
    shop: Shop, order: Order, changes: dict[str, Any], status: int, field: str | None
) -> None:
    problem = assert_problem(post(shop, "returns", body(**changes)), status)
    assert [each["field"] for each in problem.get("errors", [])] == ([field] if field is not None else [])
    assert shop.get("returns").json()["returns"] == []


def test_what_is_not_delivered_cannot_come_back(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        an_order(session, shop.business, status="dispatched", external_id="A-2")
    problem = assert_problem(post(shop, "returns", body(order_external_id="A-2")), 409, "not been delivered")
    assert problem["reason"] == "not_yet_delivered"


def test_pieces_of_several_orders_of_a_customer_are_one_return(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        other = an_order(session, shop.business, status="delivered").number
    lines = [*body()["lines"], {"sku": "SKU-2", "reason": "changed_mind", "opened": False, "order": other}]
    made = post(shop, "returns", body(lines=lines)).json()
    assert [(line["order"], line["sku"]) for line in made["lines"]] == [(order.number, "SKU-1"), (other, "SKU-2")]


def test_a_photo_is_uploaded_and_taken_by_the_return(shop: Shop, order: Order) -> None:
    photo = base64.b64encode(picture()).decode()
    uploaded = post(shop, "returns/photos", {"order_external_id": "A-1", "photo": photo})
    assert uploaded.status_code == 201, uploaded.text
    kept = uploaded.json()
    assert kept["expires_at"] == "2026-05-05T09:00:00Z"
    line = {"sku": "SKU-1", "reason": "damaged", "photos": [kept["id"]]}
    made = post(shop, "returns", body(lines=[line])).json()
    assert (made["status"], made["lines"][0]["decision"]["rule"]) == ("approved", "damaged with a photo")
    assert made["lines"][0]["photos"] == [kept["url"]]


def test_a_photo_of_another_order_is_none_of_this_return(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        an_order(session, shop.business, status="delivered", external_id="A-2")
    photo = base64.b64encode(picture()).decode()
    kept = post(shop, "returns/photos", {"order_external_id": "A-2", "photo": photo}).json()
    line = {"sku": "SKU-1", "reason": "damaged", "photos": [kept["id"]]}
    assert_problem(post(shop, "returns", body(lines=[line])), 422)


def test_a_photo_that_is_none_is_refused(shop: Shop, order: Order) -> None:
    for photo in ("not base64!", base64.b64encode(b"nothing").decode()):
        problem = assert_problem(post(shop, "returns/photos", {"order_external_id": "A-1", "photo": photo}), 422)
        assert [each["field"] for each in problem["errors"]] == ["photo"]


# Reading


def test_returns_are_listed_by_state_and_order_a_page_at_a_time(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        other = an_order(session, shop.business, status="delivered")
        numbers = [a_return(session, each, sku).number for each in (order, other) for sku in ("SKU-1", "SKU-2")]
    page = shop.get("returns", limit=3).json()
    assert [each["number"] for each in page["returns"]] == numbers[:3]
    rest = shop.get("returns", after=page["next_after"]).json()
    assert ([each["number"] for each in rest["returns"]], rest["next_after"]) == (numbers[3:], None)
    assert [each["number"] for each in shop.get("returns", order=other.number).json()["returns"]] == numbers[2:]
    assert shop.get("returns", status="review").json()["returns"] == []
    assert_problem(shop.get("returns", after="RET-9999"), 422, "no return RET-9999")


def test_a_return_that_is_not_there(shop: Shop, order: Order) -> None:
    problem = assert_problem(shop.get("returns/RET-9999"), 404, "RET-9999")
    assert problem["reason"] == "no_such_return"


@pytest.mark.parametrize("key", [None, "rmk_other"])
def test_without_a_key_nothing_is_said(shop: Shop, order: Order, key: str | None) -> None:
    headers = {"X-API-Key": key or ""}
    for method, path in (
        ("GET", "returns"), ("GET", "returns/RET-1001"), ("POST", "returns"), ("POST", "returns/eligibility"),
        ("POST", "returns/photos"),
    ):  # fmt: skip
        assert_problem(shop.http.request(method, f"/api/v1/{path}", headers=headers, json={}), 401)


# What could be returned


def test_all_of_an_order_is_asked_about(shop: Shop, order: Order) -> None:
    answer = post(shop, "returns/eligibility", {"order": order.number})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["possible"], found["not_possible"], found["order_external_id"]) == (True, None, "A-1")
    kettles, grinder = found["lines"]
    assert (kettles["sku"], kettles["delivered"], kettles["returnable"]) == ("SKU-1", 2, 2)
    assert kettles["decision"] is None
    assert kettles["missing"]["field"] == "reason"
    assert kettles["missing"]["question"] == "Why does Kettle come back?"
    reasons = {each["reason"]: each for each in kettles["reasons"]}
    delivered = NOW.date()
    assert (reasons["changed_mind"]["best"], reasons["changed_mind"]["until"]) == (
        "approve", str(delivered + timedelta(days=90)),
    )  # fmt: skip
    assert (reasons["damaged"]["best"], reasons["damaged"]["worst"], reasons["damaged"]["until"]) == (
        "approve", "review", str(delivered + timedelta(days=10)),
    )  # fmt: skip
    assert reasons["defective"]["label"] == "Does not work"
    assert grinder["returnable"] == 1
    assert shop.get("returns").json()["returns"] == []


def test_a_line_is_decided_or_says_what_is_missing(shop: Shop, order: Order) -> None:
    def ask(**line: Any) -> Any:
        return post(shop, "returns/eligibility", {"order": order.number, "lines": [{"sku": "SKU-1", **line}]}).json()[
            "lines"
        ][0]

    assert ask(reason="changed_mind")["missing"] == {
        "field": "opened", "question": "Has Kettle been opened?", "answers": ["true", "false"],
    }  # fmt: skip
    assert ask(reason="changed_mind", opened=False)["decision"]["outcome"] == "approve"
    assert ask(reason="damaged")["missing"]["field"] == "photos"
    assert ask(reason="damaged", photos=1)["decision"]["rule"] == "damaged with a photo"
    assert ask(reason="damaged", photos=0, opened=True)["decision"]["outcome"] == "review"


def test_what_the_answer_says_is_what_the_return_comes_to(shop: Shop, order: Order) -> None:
    asked = body()
    question = {"order_external_id": "A-1", "lines": asked["lines"]}
    expected = post(shop, "returns/eligibility", question).json()["lines"][0]["decision"]
    assert post(shop, "returns", asked).json()["lines"][0]["decision"] == expected


def test_what_cannot_be_returned_says_why(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        on_its_way = an_order(session, shop.business, status="out_for_delivery").number
        a_return(session, order, "SKU-2")
    found = post(shop, "returns/eligibility", {"order": on_its_way}).json()
    assert (found["possible"], found["not_possible"]["reason"], found["lines"]) == (False, "not_yet_delivered", [])
    taken = post(
        shop, "returns/eligibility", {"order": order.number, "lines": [{"sku": "SKU-2"}, {"sku": "SKU-9"}]}
    ).json()
    assert [line["not_possible"]["reason"] for line in taken["lines"]] == ["already_returned", "not_in_order"]
    assert taken["possible"] is False
    assert_problem(post(shop, "returns/eligibility", {"order": "RM-99999"}), 422, "RM-99999")


def test_after_the_last_day_nothing_is_possible(shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.clock.now", lambda: NOW + timedelta(days=100))
    found = post(shop, "returns/eligibility", {"order": order.number}).json()
    reasons = {each["reason"]: each for each in found["lines"][0]["reasons"]}
    assert (reasons["changed_mind"]["best"], reasons["changed_mind"]["until"]) == ("reject", None)
    assert "today is day 100" in reasons["changed_mind"]["says"]


# Steps


def test_a_return_is_given_up_once_and_its_pieces_can_come_back_anew(shop: Shop, order: Order) -> None:
    number = post(shop, "returns", body()).json()["number"]
    for _ in range(2):
        cancelled = post(shop, f"returns/{number}/cancel", {"reason": "The customer keeps it."})
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert post(shop, "returns", body("R-2")).status_code == 201


def test_what_waits_for_a_person_is_approved_or_rejected(shop: Shop, order: Order) -> None:
    numbers = []
    for external_id, sku in (("R-1", "SKU-1"), ("R-2", "SKU-2")):
        line = {"sku": sku, "reason": "other", "opened": True}
        numbers.append(post(shop, "returns", body(external_id, lines=[line])).json()["number"])
    approved = post(shop, f"returns/{numbers[0]}/approve", {"resolution": "credit"}).json()
    assert (approved["status"], approved["decided_by"], approved["resolutions"]) == ("approved", "person", ["credit"])
    rejected = post(shop, f"returns/{numbers[1]}/reject", {"reason": "It was used."}).json()
    assert (rejected["status"], rejected["decided_by"]) == ("rejected", "person")
    assert_problem(post(shop, f"returns/{numbers[1]}/approve", {}), 409)


def test_more_than_one_may_approve_takes_two_people(shop: Shop, order: Order) -> None:
    with shop.database.writing() as session:
        dear = a_product(session, shop.business.depot, sku="SKU-D", name="Espresso machine", price=199_900)
        shop.business.products["SKU-D"] = dear
        sold = an_order(session, shop.business, status="delivered", lines=[("SKU-D", 1)]).number
    line = {"sku": "SKU-D", "reason": "other", "opened": True}
    number = post(shop, "returns", {"external_id": "R-1", "order": sold, "lines": [line]}).json()["number"]
    problem = assert_problem(post(shop, f"returns/{number}/approve", {}), 409, "second person")
    assert problem["reason"] == "two_must_approve"
    assert shop.get(f"returns/{number}").json()["status"] == "review"


def test_what_arrives_is_received_and_inspected(shop: Shop, order: Order) -> None:
    number = post(shop, "returns", body(resolution="refund", way="drop_off")).json()["number"]
    received = post(shop, f"returns/{number}/receive", {"weight": 1200})
    assert (received.status_code, received.json()["status"]) == (200, "received")
    inspected = post(shop, f"returns/{number}/inspect", {"condition": "expected"}).json()
    assert inspected["lines"][0]["found"]["received"] == 1
    assert sum(refund["amount"] for refund in inspected["refunds"]) == 3990
    assert_problem(post(shop, f"returns/{number}/cancel", {}), 409)


def test_a_step_is_taken_only_at_the_version_that_was_read(shop: Shop, order: Order) -> None:
    number = post(shop, "returns", body()).json()["number"]
    problem = assert_problem(post(shop, f"returns/{number}/cancel", {}, **{"If-Match": '"99"'}), 412, number)
    assert problem["reason"] == "return_changed_meanwhile"
    tag = shop.get(f"returns/{number}").headers["etag"]
    assert post(shop, f"returns/{number}/cancel", {}, **{"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("step", ["cancel", "receive", "inspect", "approve", "reject"])
@pytest.mark.parametrize("number", ["RET-9999", "nothing", "RET-%00"])
def test_no_step_of_what_is_not_there(shop: Shop, order: Order, step: str, number: str) -> None:
    bodies = {"inspect": {"condition": "expected"}, "reject": {"reason": "No."}}
    assert_problem(post(shop, f"returns/{number}/{step}", bodies.get(step, {})), 404)
