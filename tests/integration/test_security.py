"""A customer sees what is theirs, whatever they say; and who guesses learns nothing, not even from the work it makes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from actions.catalogue import catalogue
from actions.perform import perform
from actions.registry import REGISTRY
from domain.commands import Command
from domain.conversations import Conversation
from domain.moment import Actor, Role
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_customer, a_link, an_order, business, moment
from tests.talking import Talk

#: Every Command of a customer that names an order, with the intents that mean it.
ABOUT_ORDERS = [
    (command, intent)
    for command, row in REGISTRY.items()
    if Role.CUSTOMER in row.roles and "order" in row.resolve
    for intent in row.intents
]
#: Values for whatever else these Commands need.
VALUES: dict[str, Any] = {
    "day": "2026-05-06", "window": "12:00-16:00", "place": "52.53160,13.38170", "score": 5, "kind": "damaged",
    "words": "something", "item": "SKU-1", "street": "Torstr. 1", "postcode": "10115", "city": "Berlin",
    "address": "Torstr. 1, 10115 Berlin",
}  # fmt: skip


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def theirs(database: Database, shop: Business) -> Order:
    """An order of somebody else."""
    with database.writing() as session:
        other = a_customer(session, name="Somebody Else", email="else@example.com", phone="+4915112345678")
        return an_order(session, shop, customer=other, status="delivered")


def made(command: type[Command], order: str) -> Command:
    wanted = {
        name: VALUES[name] for name, field in command.model_fields.items() if field.is_required() and name != "order"
    }
    return command.model_validate({"order": order, **wanted})


@pytest.mark.parametrize(("command", "intent"), ABOUT_ORDERS, ids=lambda each: getattr(each, "__name__", each))
def test_no_command_reaches_another_customers_order(database, shop, theirs, command, intent):
    me = Actor(Role.CUSTOMER, shop.customer.id)
    before = stored(database, theirs)
    with pytest.raises(NotFound) as refused:
        perform(database, [made(command, theirs.number)], moment(me))
    with pytest.raises(NotFound) as unknown:
        perform(database, [made(command, "RM-99999")], moment(me))
    assert (refused.value.text, refused.value.values.keys()) == (unknown.value.text, unknown.value.values.keys())
    assert stored(database, theirs) == before


@pytest.mark.parametrize(("command", "intent"), ABOUT_ORDERS, ids=lambda each: getattr(each, "__name__", each))
def test_in_a_chat_another_order_and_none_are_the_same_question(database, shop, theirs, statements, command, intent):
    asked = []
    for number in (theirs.number, "RM-99999"):
        talk = Talk(database, shop.customer.id)
        talk.say("hello", "greet")
        statements.clear()
        names = talk.say("that one please", intent, order_number=number)
        facts = {**talk.facts, "order": None}
        asked.append((names, facts, len(statements)))
        assert names == ["ask.fact"]
    assert asked[0] == asked[1]


def test_a_wrong_fact_is_answered_alike_for_an_order_that_exists_and_one_that_does_not(
    database, shop, theirs, statements
):
    answers = []
    for number in (theirs.number, "RM-99999"):
        talk = Talk(database)
        talk.say("where is it", "track_order", order_number=number)
        statements.clear()
        names = talk.say("99999", postcode="99999")
        answers.append((names, {**talk.facts, "order": None}, len(statements)))
        assert names == ["refused.proof_failed"]
    assert answers[0] == answers[1]


def test_a_button_of_another_chat_does_nothing(database, shop):
    with database.writing() as session:
        order = an_order(session, shop)
    mine, stranger = Talk(database, shop.customer.id), Talk(database)
    mine.say("cancel it", "cancel_order")
    yes = mine.choices()[0]["id"]
    assert stranger.press_id(yes) == ["said.stale"]
    assert stored(database, order)["status"] == "allocated"


@pytest.mark.parametrize("link", ["x" * 22, "expired"])
def test_a_guessed_or_expired_link_binds_nobody(database, shop, link):
    with database.writing() as session:
        order = an_order(session, shop)
        expired = a_link(session, order, expires_at=NOW).id
    talk = Talk(database)
    assert talk.say("open", "bind_chat", link=expired if link == "expired" else link) == ["refused.link_dead"]
    assert bound(database, talk) is None


def test_a_link_used_again_changes_nothing_and_dies_with_its_time(database, shop):
    with database.writing() as session:
        link = a_link(session, an_order(session, shop), expires_at=NOW + timedelta(hours=1)).id
    talk = Talk(database)
    assert talk.say("open", "bind_chat", link=link) == ["chat.bound"]
    talk.say("cancel it", "cancel_order")
    assert talk.say("open", "bind_chat", link=link)[0] == "chat.bound"
    assert talk.press("choice.yes") == ["order.cancelled"]
    other = Talk(database, now=NOW + timedelta(hours=2))
    assert other.say("open", "bind_chat", link=link) == ["refused.link_dead"]
    assert (bound(database, talk), bound(database, other)) == (shop.customer.id, None)


def test_a_link_in_a_chat_of_somebody_else_leaves_it_theirs(database, shop, theirs):
    with database.writing() as session:
        link = a_link(session, theirs).id
    talk = Talk(database, shop.customer.id)
    talk.say("hello", "greet")
    assert talk.say("open", "bind_chat", link=link) == ["refused.chat_is_anothers"]
    assert bound(database, talk) == shop.customer.id


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.DRIVER])
def test_what_the_office_and_the_system_do_is_not_for_chats(role):
    reachable = {spec.command for spec in catalogue(role).values()}
    others = {command.__name__ for command, row in REGISTRY.items() if role not in row.roles}
    assert not reachable & others


def test_the_office_refuses_customers(database, shop):
    me = moment(Actor(Role.CUSTOMER, shop.customer.id))
    for command, row in REGISTRY.items():
        if Role.CUSTOMER not in row.roles:
            with pytest.raises(Refusal, match="not_your_role"):
                perform(database, [command.model_construct()], me)


def stored(database: Database, order: Order) -> dict[str, Any]:
    with database.reading() as session:
        return dict(session.exec(select(Order).where(Order.number == order.number)).one().model_dump())


def bound(database: Database, talk: Talk) -> int | None:
    with database.reading() as session:
        return session.get(Conversation, talk.conversation_id).customer_id


def test_the_unit_of_work_shows_only_what_is_the_actors(database, shop, theirs):
    with database.reading() as session:
        orders = UnitOfWork(session, Actor(Role.CUSTOMER, shop.customer.id)).orders
        assert orders.active() + orders.recent(100) + orders.named([theirs.number]) == []
