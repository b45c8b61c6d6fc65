"""Refunds on their way: what a gateway or a person says became of them, and money that is given back without a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.cases import BY_HAND, begin, resolve_about
from actions.choices import Ask, Known, Talk
from actions.returns.amounts import read_amount, written
from actions.returns.dues import given_back, left_to_refund, paid_of, sold_of
from actions.returns.limit import given_alone
from actions.returns.settling import refund_issued
from actions.returns.wanting import want_refund
from domain.cases import Case
from domain.commands import IssueRefund, RecordRefund
from domain.dialogue import Frame
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, RefundDone, RefundTold, RefundWanted
from domain.orders import Order
from domain.refunding import paid_beside
from domain.refunds import Refund, RefundStatus
from domain.refusals import NotFound, Refusal
from domain.returns import Return, ReturnStatus
from domain.values import Money
from storage.unit_of_work import UnitOfWork

S = RefundStatus
#: All that is left of an order.
ALL = "all"
_MANUAL = "manual"


def record_refund(command: RecordRefund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What became of a refund. It is issued once; whoever says so again changes nothing. Refuses a person who says that one is
    issued which a gateway is still at."""
    refund = uow.returns.refund(command.key, lock=True)
    if refund is None:
        raise NotFound("no_such_refund", key=command.key)
    person = at.actor.role != Role.SYSTEM
    if refund.status == S.ISSUED:
        return [_done(refund, already=True)] if person else []
    if person and (command.outcome != "issued" or refund.status != S.BY_HAND):
        raise Refusal("refund_under_way", key=refund.key, order=refund.order_number)
    refund.gateway = command.gateway or refund.gateway or _MANUAL
    refund.reference = command.reference or refund.reference
    if command.outcome == "issued":
        return _issued(refund, uow, at)
    if command.outcome == "pending" or refund.status == S.BY_HAND:
        return []
    return _by_hand(refund, command, uow, at)


def _issued(refund: Refund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    refund.done_at = at.now
    uow.record(refund.move(S.ISSUED, at, amount=refund.amount, gateway=refund.gateway, reference=refund.reference))
    uow.flush()
    resolve_about(BY_HAND, refund.key, uow, at)
    told = refund_issued(refund, uow, at) if refund.return_id is not None else [_told(refund, uow)]
    return [*([_done(refund)] if at.actor.role != Role.SYSTEM else []), *told]


def _by_hand(refund: Refund, command: RecordRefund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person gives the money back: with what went wrong, where a gateway would not, or cannot be understood."""
    refund.why = command.why or refund.why
    if command.outcome != "by_hand":
        uow.record(refund.move(S.FAILED, at, why=command.why, outcome=command.outcome))
    uow.record(refund.move(S.BY_HAND, at))
    order = uow.orders.get(refund.order_number)
    made = uow.returns.of_id(refund.return_id) if refund.return_id is not None else None
    case = Case(
        kind=BY_HAND, order_number=order.number, customer_id=order.customer_id, opened_at=at.now,
        detail={
            "subject": refund.key, "key": refund.key, "money": {"minor": refund.amount, "currency": refund.currency},
            "payment": payment_of(order, uow), "paid_by": order.paid_by, "outcome": command.outcome, "failure": command.why or None,
            "return_number": made.number if made is not None else None,
        },
    )  # fmt: skip
    begin(case, uow, at)
    return []


def payment_of(order: Order, uow: UnitOfWork) -> str | None:
    """What the gateway calls the payment of an order; of one that was brought in exchange, that of the order before."""
    seen: set[str] = set()
    while order.payment is None and order.exchange_of is not None and order.number not in seen:
        seen.add(order.number)
        made = uow.returns.find(order.exchange_of)
        before = uow.orders.find(uow.returns.lines(made)[0].order_number) if made is not None else None
        if before is None:
            return None
        order = before
    return order.payment


def refund_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The order that was named, or the one a return that was named is of. Refuses a return that settles itself."""
    named = frame.slots.get("return_number")
    if named is not None and not frame.slots.get("order"):
        made = talk.uow.returns.get(str(named))
        _check_settled(made, talk.uow)
        numbers = list(dict.fromkeys(line.order_number for line in talk.uow.returns.lines(made)))
        if len(numbers) == 1:
            return Known({"order": numbers[0]})
    return Known({}) if frame.slots.get("order") else Ask("order", "order")


def how_much(frame: Frame, talk: Talk) -> Known | Ask:
    """How much is given back: what was said, or all that is left, or the carriage, as buttons."""
    if frame.slots.get("amount") or frame.slots.get("share"):
        return Known({})
    order = talk.uow.orders.get(str(frame.slots["order"]))
    left = left_to_refund(order, talk.uow)
    if left <= 0:
        raise Refusal(
            "nothing_left_to_refund", order=order.number, paid=Money(paid_of(order, talk.uow), order.currency)
        )
    carriage = min(left, paid_beside(sold_of(order, talk.uow)))
    choices = [Choice(label="choice.refund_all", values={"money": Money(left, order.currency)}, slots={"amount": ALL})]
    if 0 < carriage < left:
        amount = Money(carriage, order.currency)
        choices.append(
            Choice(label="choice.refund_carriage", values={"money": amount}, slots={"amount": written(amount)})
        )
    values = {
        "order": order.number,
        "rest": Money(left, order.currency),
        "paid": Money(paid_of(order, talk.uow), order.currency),
    }
    return Ask("amount", "refund_amount", tuple(choices), values)


def describe_refund(command: IssueRefund, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What is told before money is given back. Refuses what cannot be."""
    order, amount = _wanted(command, uow)
    return {
        "order": order.number, "money": Money(amount, order.currency), "reason": command.reason,
        "given": Money(given_back(order, uow), order.currency) if given_back(order, uow) else None,
        "paid": Money(paid_of(order, uow), order.currency),
    }  # fmt: skip


def why_two(command: IssueRefund, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What a second person reads before more than the limit is given back; None for less. What is given back of an order
    without a return counts together, and so does what the same person gave back lately."""
    order, amount = _wanted(command, uow)
    alone = given_alone(uow, at, order)
    if amount + alone <= at.policies.refund_limit:
        return None
    person = uow.people.get(at.actor.person or 0)
    return {
        "order": order.number, "worth": Money(amount, order.currency), "paid": Money(paid_of(order, uow), order.currency),
        "so_far": Money(alone, order.currency) if alone else None, "reason": command.reason,
        "who": person.name if person is not None else None,
    }  # fmt: skip


def issue_refund(command: IssueRefund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give money of an order back. Refuses more than is left of what was paid, another currency, and nothing."""
    if command.order is not None:
        uow.orders.lock([command.order])
    order, amount = _wanted(command, uow)
    number = uow.next_number(f"refund:{order.number}", 1)
    refund = want_refund(
        order, amount, f"refund:{order.number}:{number}", uow, at, breakdown={"goodwill": amount}, why=command.reason
    )
    uow.flush()
    left = Money(left_to_refund(order, uow), order.currency)
    return [
        RefundWanted(about=order.number, order=order.number, money=Money(refund.amount, refund.currency), rest=left, why=command.reason)
    ]  # fmt: skip


def _wanted(command: IssueRefund, uow: UnitOfWork) -> tuple[Order, int]:
    """The order and how much (minor units). Refuses what is not left, and what cannot be understood."""
    if command.order is None:
        raise Refusal("refund_of_what", ask="order")
    order = uow.orders.get(command.order)
    left = left_to_refund(order, uow)
    if left <= 0:
        raise Refusal("nothing_left_to_refund", order=order.number, paid=Money(paid_of(order, uow), order.currency))
    amount = _amount(command, order, left, uow)
    if not 0 < amount <= left:
        raise Refusal("more_than_left", ask="amount", order=order.number, rest=Money(left, order.currency))
    return order, amount


def _amount(command: IssueRefund, order: Order, left: int, uow: UnitOfWork) -> int:
    if command.amount is None:
        if command.share is None:
            raise Refusal("refund_how_much", ask="amount", order=order.number)
        return min(left, round(paid_of(order, uow) * command.share / 100))
    if command.amount == ALL:
        return left
    number, currency = read_amount(command.amount)
    if currency is not None and currency != order.currency:
        raise Refusal("other_currency", ask="amount", order=order.number, currency=order.currency)
    try:
        return Money.of(number, order.currency).minor
    except ValueError as error:
        raise Refusal("more_than_left", ask="amount", order=order.number, rest=Money(left, order.currency)) from error


def _check_settled(made: Return, uow: UnitOfWork) -> None:
    """Refuses a return whose refund comes by itself, with what is to be done for it."""
    slots = {"return_number": made.number}
    if made.status in {ReturnStatus.RECEIVED, ReturnStatus.IN_TRANSIT}:
        inspect = Choice(label="choice.inspect", command="InspectReturn", slots=slots)
        raise Refusal("refund_after_inspection", number=made.number, status=made.status, choices=(inspect,))
    waiting = [each for each in uow.returns.refunds(made) if each.status == S.BY_HAND]
    if waiting:
        done = tuple(
            Choice(label="choice.refund_done", command="RecordRefund", slots={"key": each.key}) for each in waiting
        )
        raise Refusal("refund_waits_for_hand", number=made.number, money=Money(sum(each.amount for each in waiting), made.currency), choices=done)  # fmt: skip
    raise Refusal("refund_by_return", number=made.number, status=made.status)


def _done(refund: Refund, *, already: bool = False) -> Notice:
    """What whoever gave the money back is told."""
    return RefundDone(
        about=refund.order_number,
        order=refund.order_number,
        money=Money(refund.amount, refund.currency),
        already=already,
    )


def _told(refund: Refund, uow: UnitOfWork) -> Notice:
    """What the customer is told of money that comes back without a return."""
    order = uow.orders.get(refund.order_number)
    amount = Money(refund.amount, refund.currency)
    return RefundTold(to=order.customer_id, about=order.number, order=order.number, money=amount, why=refund.why)
