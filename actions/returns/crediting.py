"""Store credit: what a customer has, using it, and giving back what was used; never less than nothing is left."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from actions.choices import Ask, Known, Talk, named_order, own_order
from actions.intake import differences
from actions.returns.amounts import read_amount
from domain.commands import RedeemCredit, ReverseRedemption, ShowCredit
from domain.customers import Customer
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, CreditReversed, CreditShown, CreditUsed, Notice
from domain.orders import Order
from domain.refunds import CREDIT_NUMBER, REDEEMED, REVERSED, CreditStep, StoreCredit
from domain.refusals import NotFound, Refusal
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: What only a number of ours looks like.
_OUR_NUMBER = re.compile(r"RM-\d{4,9}")
#: So many entries are told in a chat, the newest of them.
MOST_TOLD = 6


def give_credit(credit: StoreCredit, uow: UnitOfWork, at: Moment) -> None:
    """Put credit into the books."""
    _book(credit, CreditStep.GIVEN, uow, at)


def balances(customer_id: int, uow: UnitOfWork) -> dict[str, int]:
    """What a customer can spend by currency, in minor units."""
    found: defaultdict[str, int] = defaultdict(int)
    for each in uow.returns.credits(customer_id):
        found[each.currency] += each.amount
    return dict(found)


# Looking


def show_choice() -> Choice:
    """The button for whoever has credit."""
    return Choice(label="choice.show_credit", command="ShowCredit")


def whose_credit(frame: Frame, talk: Talk) -> Known | Ask:
    """Whose credit is asked for: of whoever is known it is theirs, else that of the customer of an order of theirs."""
    if talk.at.actor.person is not None and not talk.at.actor.is_staff:
        return named_order(frame, talk) or Known({"order": None})
    return own_order(frame, talk)


def show_credit(command: ShowCredit, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The credit there is, and the latest of what was given and used. Refuses who is not known, and whoever got a gift: its
    order is another's."""
    customer_id = _seen_of(command, uow, at)
    entries = uow.returns.credits(customer_id)
    return [
        CreditShown(
            about=command.order, balances=_left(balances(customer_id, uow)), own=not at.actor.is_staff,
            entries=tuple(_told(each) for each in entries[-MOST_TOLD:]), more=max(0, len(entries) - MOST_TOLD),
        )
    ]  # fmt: skip


def _seen_of(command: ShowCredit, uow: UnitOfWork, at: Moment) -> int:
    order = uow.orders.get(command.order) if command.order is not None else None
    if not at.actor.sees_everything and at.actor.person is not None:
        return at.actor.person
    if order is None:
        raise Refusal("credit_of_whom", ask="order")
    if order.gift and not at.actor.sees_everything:
        raise Refusal("credit_of_gift", order=order.number, choices=_PERSON)
    return order.customer_id


_PERSON = (Choice(label="choice.person", command="AskPerson", slots={"topic": "track_return"}),)


def _left(by_currency: dict[str, int]) -> tuple[dict[str, Any], ...]:
    return tuple({"minor": minor, "currency": currency} for currency, minor in sorted(by_currency.items()) if minor)


def _told(entry: StoreCredit) -> dict[str, Any]:
    return {
        "step": entry.step, "amount": Money(abs(entry.amount), entry.currency), "at": entry.created_at,
        "order": entry.order_number or entry.breakdown.get("order"),
    }  # fmt: skip


# Using


def redeem_credit(command: RedeemCredit, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Use some of a customer's credit. The same again changes nothing. Refuses more than there is, an order of somebody else,
    and other content under a known name."""
    order = _order_paid(command.order, uow)
    customer = _whose(command, order, uow)
    uow.customers.lock(customer.id or 0)
    minor, currency = _amount(command, customer, uow)
    name = command.external_id or _new_name(uow)
    asked = {"customer": customer.id, "amount": minor, "currency": currency, "order": command.order}
    known = uow.returns.credit(REDEEMED + name)
    if known is not None:
        _check_same(known, asked, name, uow)
        return [_used(known, uow, already=True)]
    left = balances(customer.id or 0, uow).get(currency, 0)
    if minor > left:
        raise Refusal("credit_too_little", ask="amount", rest=Money(left, currency), money=Money(minor, currency))
    credit = StoreCredit(
        key=REDEEMED + name, customer_id=customer.id or 0, order_number=order.number if order is not None else None,
        amount=-minor, currency=currency, breakdown={"name": name, "order": command.order}, created_at=at.now,
    )  # fmt: skip
    _book(credit, CreditStep.REDEEMED, uow, at)
    return [_used(credit, uow)]


def reverse_redemption(command: ReverseRedemption, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give back what was used, once; again changes nothing. Refuses what was never used."""
    used = uow.returns.credit(REDEEMED + command.external_id)
    customer = uow.customers.by_external_id(command.customer) if command.customer is not None else None
    if used is None or (command.customer is not None and (customer is None or customer.id != used.customer_id)):
        raise NotFound("no_such_redemption", external_id=command.external_id)
    uow.customers.lock(used.customer_id)
    known = uow.returns.credit(REVERSED + command.external_id)
    if known is not None:
        return [_reversed(known, uow, already=True)]
    back = StoreCredit(
        key=REVERSED + command.external_id, customer_id=used.customer_id, amount=-used.amount, currency=used.currency,
        breakdown=dict(used.breakdown), created_at=at.now,
    )  # fmt: skip
    _book(back, CreditStep.REVERSED, uow, at)
    return [_reversed(back, uow)]


def _book(credit: StoreCredit, step: CreditStep, uow: UnitOfWork, at: Moment) -> None:
    uow.add(credit)
    uow.record(note(credit, "status", at, None, step.value, amount=credit.amount, currency=credit.currency))
    uow.flush()


def _order_paid(named: str | None, uow: UnitOfWork) -> Order | None:
    """The order that is paid for; None of one that we do not know yet. Refuses a number of ours that there is not."""
    if named is None:
        return None
    found = uow.orders.find(named) or uow.orders.by_external_id([named]).get(named)
    if found is None and _OUR_NUMBER.fullmatch(named):
        raise Refusal("no_such_order", order=named, field="order")
    return found


def _whose(command: RedeemCredit, order: Order | None, uow: UnitOfWork) -> Customer:
    """Whose credit it is. Refuses an unknown customer, and an order of another one."""
    if command.customer is None:
        if order is None:
            raise Refusal("credit_of_whom", ask="order")
        return uow.customers.get(order.customer_id)
    customer = customer_called(command.customer, uow)
    if order is not None and order.customer_id != customer.id:
        raise Refusal("order_of_another", order=order.number, field="order")
    return customer


def customer_called(external_id: str, uow: UnitOfWork) -> Customer:
    """The customer a shop calls that. Refuses when there is none."""
    found = uow.customers.by_external_id(external_id)
    if found is None:
        raise NotFound("no_such_customer", customer=external_id)
    return found


def _amount(command: RedeemCredit, customer: Customer, uow: UnitOfWork) -> tuple[int, str]:
    """How much, and in what currency: that of the credit, where none is named. Refuses nothing at all, and what is no
    amount of that currency."""
    number, currency = read_amount(command.amount)
    there = [each for each, left in balances(customer.id or 0, uow).items() if left]
    if currency is None and len(there) != 1:
        raise Refusal("credit_in_what", ask="amount", currencies=sorted(there)) if there else Refusal("credit_none")
    try:
        minor = Money.of(number, currency or there[0]).minor
    except ValueError:
        minor = 0
    if minor <= 0:
        raise Refusal("credit_nothing", ask="amount")
    return minor, currency or there[0]


def _new_name(uow: UnitOfWork) -> str:
    """A name that no redemption has."""
    while True:
        name = f"CR-{uow.next_number('redemption', CREDIT_NUMBER)}"
        if uow.returns.credit(REDEEMED + name) is None:
            return name


def _check_same(known: StoreCredit, asked: dict[str, Any], name: str, uow: UnitOfWork) -> None:
    before = {
        "customer": known.customer_id, "amount": -known.amount, "currency": known.currency,
        "order": known.breakdown.get("order"),
    }  # fmt: skip
    different = differences(before, asked)
    if different:
        customers = uow.customers.of_ids({known.customer_id, asked["customer"]})
        for each in different:
            if each["field"] == "customer":
                each |= {when: customers[each[when]].external_id for when in ("before", "now")}
        names = [each["field"] for each in different]
        raise Refusal("redemption_differs", external_id=name, differences=names, changes=different)


def _used(credit: StoreCredit, uow: UnitOfWork, *, already: bool = False) -> Notice:
    name = str(credit.breakdown["name"])
    back = Choice(label="choice.reverse_redemption", command="ReverseRedemption", slots={"external_id": name})
    return CreditUsed(
        about=credit.order_number, reference=name, money=Money(-credit.amount, credit.currency), rest=_rest(credit, uow),
        order=credit.order_number or credit.breakdown.get("order"), already=already, choices=(back,),
    )  # fmt: skip


def _reversed(credit: StoreCredit, uow: UnitOfWork, *, already: bool = False) -> Notice:
    return CreditReversed(
        reference=str(credit.breakdown["name"]), money=Money(credit.amount, credit.currency), rest=_rest(credit, uow),
        already=already,
    )  # fmt: skip


def _rest(credit: StoreCredit, uow: UnitOfWork) -> Money:
    return Money(balances(credit.customer_id, uow).get(credit.currency, 0), credit.currency)
