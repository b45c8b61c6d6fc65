"""Store credit: what a customer was given is used once, never more than there is, by the shop, the desk and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import Session, select

from actions.perform import perform
from domain.commands import InspectReturn, RedeemCredit, ReverseRedemption, SettleReturn
from domain.events import Event
from domain.moment import Actor, Role
from domain.refunds import StoreCredit
from domain.refusals import NotAllowed, Refusal
from domain.returns import Return
from storage.database import Database
from tests.builders import NOW, Business, a_customer, an_order, business, moment, return_policy
from tests.integration.test_desk_dock import desk
from tests.shops import Shop, api, assert_problem, shop
from tests.talking import Talk

__all__ = ["api", "shop"]
API = Actor(Role.API)


def give(session: Session, customer_id: int, amount: int = 5000, currency: str = "EUR", key: str = "credit:1") -> None:
    session.add(StoreCredit(key=key, customer_id=customer_id, amount=amount, currency=currency, created_at=NOW))


@pytest.fixture
def customer(shop: Shop) -> str:
    """What the shop calls a customer with 50.00 of credit."""
    with shop.database.writing() as session:
        made = a_customer(session, external_id="K-77", email="k77@example.org", phone=None)
        give(session, made.id or 0)
    return "K-77"


def redeem(shop: Shop, customer: str, **changes: Any) -> Any:
    body = {"external_id": "C-1", "amount": 2000, "currency": "EUR", "order": "SHOP-9", **changes}
    return shop.http.post(f"/api/v1/customers/{customer}/credit/redemptions", json=body)


def reverse(shop: Shop, customer: str, name: str = "C-1") -> Any:
    return shop.http.post(f"/api/v1/customers/{customer}/credit/redemptions/{name}/reverse")


def balance(shop: Shop, customer: str) -> Any:
    return {each["currency"]: each["amount"] for each in shop.get(f"customers/{customer}/credit").json()["balances"]}


# At a shop's checkout


def test_credit_is_used_and_read(shop: Shop, customer: str) -> None:
    used = redeem(shop, customer)
    assert used.status_code == 201, used.text
    told = used.json()
    assert (told["status"], told["balance"], told["order"], told["order_number"]) == ("redeemed", 3000, "SHOP-9", None)
    read = shop.get(f"customers/{customer}/credit").json()
    assert [(each["step"], each["amount"], each["redemption"]) for each in read["entries"]] == [
        ("given", 5000, None),
        ("redeemed", -2000, "C-1"),
    ]
    assert read["balances"] == [{"currency": "EUR", "amount": 3000}]


def test_the_same_again_uses_nothing_more_and_other_content_is_refused(shop: Shop, customer: str) -> None:
    first, again = redeem(shop, customer), redeem(shop, customer)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    problem = assert_problem(redeem(shop, customer, amount=2500), 409, "C-1", "amount")
    assert problem["differences"] == [{"field": "amount", "before": 2000, "now": 2500}]
    with shop.database.writing() as session:
        give(session, a_customer(session, external_id="K-78").id or 0, key="credit:2")
    problem = assert_problem(redeem(shop, "K-78"), 409)
    assert problem["differences"] == [{"field": "customer", "before": "K-77", "now": "K-78"}]
    assert balance(shop, customer) == {"EUR": 3000}


def test_no_more_than_there_is_in_that_currency(shop: Shop, customer: str) -> None:
    assert assert_problem(redeem(shop, customer, amount=5001), 409, "€50.00")["reason"] == "credit_too_little"
    assert assert_problem(redeem(shop, customer, currency="USD"), 409)["reason"] == "credit_too_little"
    assert redeem(shop, customer, amount=5000).json()["balance"] == 0


def test_currencies_without_cents_are_counted_whole(shop: Shop, customer: str) -> None:
    with shop.database.writing() as session:
        holder = session.scalars(select(StoreCredit.customer_id)).one()
        give(session, holder, 1000, "JPY", key="credit:2")
    assert redeem(shop, customer, currency="JPY", amount=400).json()["balance"] == 600
    assert balance(shop, customer) == {"EUR": 5000, "JPY": 600}


def test_it_is_given_back_once(shop: Shop, customer: str) -> None:
    redeem(shop, customer)
    for _ in range(2):
        back = reverse(shop, customer)
        assert back.status_code == 200, back.text
        assert (back.json()["status"], back.json()["balance"]) == ("reversed", 5000)
    assert redeem(shop, customer).json()["status"] == "reversed"  # its name is used up
    assert balance(shop, customer) == {"EUR": 5000}


def test_an_order_of_ours_is_that_of_the_customer(shop: Shop, customer: str) -> None:
    with shop.database.writing() as session:
        other = an_order(session, shop.business, external_id="S-1")
    assert [each["field"] for each in assert_problem(redeem(shop, customer, order="S-1"), 422)["errors"]] == ["order"]
    assert_problem(redeem(shop, customer, order=other.number), 422, other.number)
    assert_problem(redeem(shop, customer, order="RM-99999"), 422, "RM-99999")
    assert balance(shop, customer) == {"EUR": 5000}


@pytest.mark.parametrize("changes", [{"amount": 0}, {"amount": -5}, {"amount": 1.5}, {"currency": "eur"}, {"more": 1}])
def test_what_is_no_redemption_is_refused_by_its_field(shop: Shop, customer: str, changes: dict[str, Any]) -> None:
    assert_problem(redeem(shop, customer, **changes), 422)


def test_whom_nobody_knows_has_none(shop: Shop, customer: str) -> None:
    assert_problem(shop.get("customers/K-99/credit"), 404, "K-99")
    assert_problem(redeem(shop, "K-99"), 404, "K-99")
    assert_problem(reverse(shop, customer, "C-404"), 404, "C-404")
    assert_problem(reverse(shop, "K-99"), 404)


# Two at once


@pytest.fixture
def rich(database: Database) -> Business:
    with database.writing() as session:
        made = business(session)
        give(session, made.customer.id or 0)
        made.customer.external_id = "K-1"
        session.add(made.customer)
        return made


def left(database: Database) -> int:
    with database.reading() as session:
        return sum(session.scalars(select(StoreCredit.amount)))


def test_two_checkouts_at_once_never_use_more_than_there_is(database: Database, rich: Business) -> None:
    def use(n: int) -> str:
        try:
            perform(database, [RedeemCredit(customer="K-1", amount="30.00 EUR", external_id=f"C-{n}")], moment(API))
        except Refusal as refusal:
            return refusal.text
        return "used"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [*["refused.credit_too_little"] * 3, "used"]
    assert left(database) == 2000


def test_the_same_checkout_at_once_is_one(database: Database, rich: Business) -> None:
    wish = RedeemCredit(customer="K-1", amount="10.00 EUR", external_id="C-1")
    back = ReverseRedemption(external_id="C-1")
    for command, comes_to in ((wish, 4000), (back, 5000)):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: perform(database, [each], moment(API)), [command] * 4))
        assert left(database) == comes_to


# In chats


def test_customers_ask_what_they_have_in_their_own_words(database: Database, rich: Business) -> None:
    for words in ("how much store credit do I have", "my voucher balance?", "is there any credit left for me"):
        talk = Talk(database, rich.customer.id)
        assert talk.say(words, "track_return") == ["credit.shown"]
        assert talk.facts["balances"] == [{"minor": 5000, "currency": "EUR"}]
    assert Talk(database, rich.customer.id).say("refund to my credit card?", "track_return") != ["credit.shown"]


def test_whoever_is_not_known_names_an_order_and_proves_it_is_theirs(database: Database, rich: Business) -> None:
    with database.writing() as session:
        own, gift = an_order(session, rich).number, an_order(session, rich, gift=True).number
    talk = Talk(database)
    assert talk.say("how much credit do I have", "track_return") == ["ask.order_number"]
    assert talk.say(own, order_number=own) == ["ask.fact"]
    assert talk.say("10115", postcode="10115") == ["credit.shown"]
    talk = Talk(database)
    talk.say(f"how much credit do I have, {gift}", "track_return", order_number=gift)
    assert talk.say("10115", postcode="10115") == ["refused.credit_of_gift"]


def test_the_desk_looks_and_a_manager_uses_and_takes_back(database: Database, rich: Business) -> None:
    with database.writing() as session:
        number = an_order(session, rich).number
    mia, max_ = desk(database, "dispatcher"), desk(database, "manager", "Max")
    assert mia.say(f"show credit {number}", "show_credit", order_number=number) == ["credit.shown"]
    assert mia.say(f"redeem credit {number} 12.50", "redeem_credit", order_number=number, money="12.50") == [
        "refused.not_your_role"
    ]
    said = max_.say(f"redeem credit {number} 12.50", "redeem_credit", order_number=number, money="12.50")
    assert (said, max_.facts["rest"]) == (["credit.used"], {"minor": 3750, "currency": "EUR"})
    assert max_.press("choice.reverse_redemption") == ["credit.reversed"]
    assert left(database) == 5000
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.noun == "credit").order_by(Event.id)).all()
        assert [(each.after, each.person) for each in events] == [
            ("redeemed", max_.staff_id),
            ("reversed", max_.staff_id),
        ]


def test_a_customer_uses_no_credit_here(database: Database, rich: Business) -> None:
    with pytest.raises(NotAllowed):
        perform(
            database,
            [RedeemCredit(customer="K-1", amount="1", external_id="C-1")],
            moment(Actor(Role.CUSTOMER, rich.customer.id)),
        )


# Gifts


def gift_back(database: Database, shop: Business, asks: Actor, **values: Any) -> str:
    """The number of a return of a gift that ``asks`` sends back, for credit."""
    with database.writing() as session:
        return_policy(session)
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1)], gift=True)
    talk = Talk(database, asks.person, channel="rest")
    talk.say(f"the kettle of {order.number}, unopened, I changed my mind", "start_return", order_number=order.number)
    if asks.person != shop.customer.id:
        talk.say("10115", postcode="10115")
    with database.writing() as session:
        [made] = session.scalars(select(Return))
        made.resolution, made.way = "credit", "drop_off"
        session.add(made)
        return made.number


def inspected(database: Database, number: str) -> list[Any]:
    command = InspectReturn(return_number=number, condition="expected")
    return perform(database, [command], moment(Actor(Role.WAREHOUSE)))[0]


def owners(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(StoreCredit.customer_id).where(StoreCredit.return_id.is_not(None))))


def test_credit_for_a_gift_is_not_the_givers_when_the_receiver_sends_it_back(
    database: Database, rich: Business
) -> None:
    with database.writing() as session:
        receiver = a_customer(session, external_id="K-9", email="k9@example.org", phone=None)
    number = gift_back(database, rich, Actor(Role.CUSTOMER))
    told = inspected(database, number)
    news = [each for each in told if each.name == "return.news"]
    assert [(each.what, each.to, each.chat is not None) for each in news] == [
        ("received", None, True),
        ("gift_credit", None, True),
    ]
    assert owners(database) == []
    max_ = desk(database, "manager", "Max")
    assert max_.say("C-1001", "show_case", case="C-1001") == ["desk.case"]
    assert max_.press("choice.settle_credit") == ["refused.credit_to_whom"]
    max_.say("K-404")
    assert owners(database) == []
    max_.say("K-9")
    assert owners(database) == [receiver.id]
    wish = SettleReturn(return_number=number, resolution="credit", customer="K-9")
    with pytest.raises(Refusal, match="nothing_to_settle"):
        perform(database, [wish], moment(Actor(Role.DISPATCHER, max_.staff_id)))


def test_who_bought_a_gift_and_sends_it_back_gets_the_credit(database: Database, rich: Business) -> None:
    number = gift_back(database, rich, Actor(Role.CUSTOMER, rich.customer.id))
    told = inspected(database, number)
    assert [each.label for each in told[-1].choices] == ["choice.show_credit"]
    assert owners(database) == [rich.customer.id]
