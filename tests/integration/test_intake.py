"""Who an order belongs to: recognised, but never by something two people may share."""

from __future__ import annotations

import pytest

from actions.perform import perform
from domain.commands import CreateOrder
from domain.orders import Order
from domain.refusals import Refusal
from storage.database import Database
from tests.builders import API, business, moment, order_body

ANN = {"name": "Ann", "email": "ann@example.com", "phone": "030 901821"}


@pytest.fixture(autouse=True)
def shop(database: Database):
    with database.writing() as session:
        return business(session)


def taken(database: Database, external_id: str, /, **customer: object) -> Order:
    command = CreateOrder(**order_body(external_id, customer=customer))
    return perform(database, [command], moment(API), lambda uow: uow.orders.by_external_id([external_id])[external_id])[
        1
    ]


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ({"name": "Ann L.", "email": "ANN@example.com"}, True),
        ({"name": "Ann", "phone": "+49 30 901821"}, True),
        ({"name": "Bob", "email": "bob@example.com", "phone": "030 901821"}, False),
        ({"name": "Bob", "email": "bob@example.com"}, False),
        ({"name": "Nobody"}, False),
    ],
)
def test_recognised_by_mail_and_by_phone_only_where_there_is_no_mail(database, second, same):
    first = taken(database, "A-1", **ANN)
    assert (taken(database, "A-2", **second).customer_id == first.customer_id) is same


def test_the_shops_own_id_comes_first(database):
    first = taken(database, "A-1", external_id="shop-7", **ANN)
    assert (
        taken(database, "A-2", external_id="shop-7", name="Ann", email="new@example.com").customer_id
        == first.customer_id
    )
    assert taken(database, "A-3", external_id="shop-8", **ANN).customer_id != first.customer_id


def test_an_order_is_taken_once(database):
    assert taken(database, "A-1", **ANN).number == taken(database, "A-1", **ANN).number
    with pytest.raises(Refusal) as refused:
        taken(database, "A-1", **{**ANN, "name": "Bob"})
    assert "customer.name" in str(refused.value.values["differences"])
