"""Which proof an order needs: what it says itself, else the business; and the PIN that its customer is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from actions.perform import perform
from bot.settings import Settings
from domain.commands import CreateOrder, TrackOrder
from domain.handing import Proof, pin_from
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order
from domain.policies import Policies
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import API, business, moment, order_body


@pytest.mark.parametrize(
    ("setting", "given", "expected"),
    [
        ((Proof.NONE, False), {}, ("none", False)),
        ((Proof.PHOTO, True), {}, ("photo", True)),
        ((Proof.PHOTO, True), {"proof": "name"}, ("name", False)),
        ((Proof.PHOTO, True), {"proof_required": False}, ("photo", False)),
        ((Proof.NONE, False), {"proof": "photo+name", "proof_required": True}, ("photo+name", True)),
    ],
)
def test_the_order_counts_more_than_the_business(database, setting, given, expected) -> None:
    order = taken(database, Policies(proof=setting[0], proof_required=setting[1]), **given)
    assert (order.proof, order.proof_required) == expected
    assert order.code is None


def taken(database: Database, policies: Policies = Policies(), **given: Any) -> Order:
    with database.writing() as session:
        business(session)
    at = replace(moment(API), policies=policies)
    perform(database, [CreateOrder.model_validate(order_body(**given))], at)
    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).orders.by_external_id(["A-1"])["A-1"]


def test_an_order_with_a_code_has_a_pin_that_its_customer_is_told(database) -> None:
    order = taken(database, proof="code")
    assert order.code is not None
    assert order.code.isdecimal()
    assert len(order.code) == 4
    owner = Actor(Role.CUSTOMER, order.customer_id)
    [notice], _ = perform(database, [TrackOrder(order=order.number)], moment(owner))
    assert notice.facts()["pin"] == order.code


def test_the_same_order_again_keeps_its_pin(database) -> None:
    order = taken(database, proof="code")
    perform(database, [CreateOrder.model_validate(order_body(proof="code"))], moment(API))
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).orders.get(order.number).code == order.code


def test_pins_differ() -> None:
    assert len({pin_from(f"secret{n}") for n in range(100)}) > 90


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", (Proof.NONE, False)),
        ("Photo required", (Proof.PHOTO, True)),
        ("photo+name", (Proof.PHOTO_AND_NAME, False)),
    ],
)
def test_the_setting_is_read(text, expected) -> None:
    policies = Settings(proof=text, _env_file=None).policies  # type: ignore[call-arg]
    assert (policies.proof, policies.proof_required) == expected


@pytest.mark.parametrize("text", ["foto", "photo maybe", ""])
def test_a_wrong_setting_says_what_is_possible(text) -> None:
    with pytest.raises(ValidationError, match="photo\\+name"):
        Settings(proof=text, _env_file=None)  # type: ignore[call-arg]
