"""What a customer gets for what came back: refunds, store credit, exchange or repair; each at most once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from actions.cases import begin
from actions.returns.crediting import balances, give_credit, show_choice
from actions.returns.exchanging import drop_exchange, exchange_waits, promise_exchange
from actions.returns.missing import file_missing, missing_of, settle_missing
from actions.returns.opening import SETTLE, comes_back, resolutions_of, terms_of
from actions.returns.stepping import next_step
from actions.returns.told import is_receivers, live_name, look, news
from domain.cases import Case
from domain.commands import SettleKept, SettleReturn
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, ReturnShown
from domain.orders import DELIVERED, Order
from domain.refunding import Back, Breakdown, Sold, fees_of, paid_beside, refund_of, shared
from domain.refunds import Refund, RefundStatus, StoreCredit
from domain.refusals import Refusal
from domain.returns import OUR_FAULT, SETTLED, Outcome, Resolution, Return, ReturnLine, ReturnStatus
from domain.values import Money, plain
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
_OURS = frozenset(reason.value for reason in OUR_FAULT)
#: What waits for another return is looked at again after this.
LOOKED_AGAIN = timedelta(hours=1)
#: The kind of job that issues a refund.
JOB = "refund"
#: Returns that a person must see to the end of: what to do where nothing was chosen, and goods that are repaired.
UNSETTLED, REPAIR, EXCHANGE_DENIED = "return_unsettled", "return_repair", "exchange_denied"


@dataclass(frozen=True, slots=True)
class Due:
    """What one order of a return comes to, and of which lines."""

    order: Order
    lines: tuple[ReturnLine, ...]
    made_of: Breakdown


def sold_of(order: Order, uow: UnitOfWork) -> Sold:
    """An order as it was paid."""
    goods: dict[str, tuple[int, int]] = {}
    for sku, _, quantity, price in uow.orders.priced([order])[order.id or 0]:
        pieces, cost = goods.get(sku, (0, 0))
        goods[sku] = pieces + quantity, cost + quantity * price
    return Sold(paid_of(order, uow), order.carriage, goods)


def paid_of(order: Order, uow: UnitOfWork) -> int:
    """What was paid for an order, in minor units; of one that was brought in exchange beside what was paid for it that which had
    been paid for what came back, less the difference that was given back."""
    if order.exchange_of is None:
        return order.total
    made = uow.returns.find(order.exchange_of)
    if made is None:
        return order.total
    worth = sum(line.paid_back or 0 for line in uow.returns.lines(made))
    return order.total + max(0, worth - sum(each.amount for each in _alive(uow.returns.refunds(made))))


def _alive(refunds: Sequence[Refund]) -> list[Refund]:
    return [each for each in refunds if each.status != RefundStatus.FAILED]


def given_back(order: Order, uow: UnitOfWork) -> int:
    """What of an order's money is gone already (minor units): refunded, credited without bonus, or turned into other goods."""
    return uow.returns.refunded(order.number) + uow.returns.exchanged(order.number)


def left_to_refund(order: Order, uow: UnitOfWork) -> int:
    """What can still be given back of what was paid for an order."""
    return max(0, paid_of(order, uow) - given_back(order, uow))


def settle_kept(command: SettleKept, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing comes back of an approved return: its customer gets what they chose at once, for all its approved pieces.
    Nothing happens where its customer has changed their mind meanwhile; of an exchange it waits while what it is for may come."""
    made = uow.returns.get(command.return_number, lock=True)
    lines = _approved(made, uow)
    if made.status != S.APPROVED or comes_back(made, lines):
        return []
    if any(_waits_for_another(line, uow) for line in lines):
        again = at.now + LOOKED_AGAIN
        uow.want(f"settle:{made.number}:{again.isoformat()}", SETTLE, {"return_number": made.number}, again)
        return []
    for line in lines:
        line.accepted = line.quantity
    match made.resolution:
        case Resolution.CREDIT:
            return _credit(made, lines, uow, at)
        case Resolution.EXCHANGE:
            return _exchange(made, lines, uow, at)
        case _:
            return _refund(made, lines, uow, at, fee=0)


def settle(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give the customer what was chosen, for what was accepted. Nothing accepted is denied; nothing happens while something is
    still to be decided. Refuses a return that was not inspected."""
    if made.status != S.INSPECTED:
        raise Refusal("not_inspected", number=made.number, status=made.status)
    lines = _approved(made, uow)
    if any(line.accepted is None for line in lines):
        return []
    if any(line.accepted and _rests_on_another(line, uow) for line in lines):
        ask_person(UNSETTLED, made, lines, uow, at)
        return []
    if not any(line.accepted for line in lines):
        return _deny(made, uow, at)
    made.resolution = made.resolution or _usual(made, lines)
    match made.resolution:
        case Resolution.CREDIT:
            return _credit(made, lines, uow, at)
        case Resolution.EXCHANGE:
            return _exchange(made, lines, uow, at)
        case Resolution.REPAIR:
            ask_person(REPAIR, made, lines, uow, at)
            return [news("repairing", made, uow, at)]
        case Resolution.REFUND | Resolution.KEEP:
            return _refund(made, lines, uow, at, fee=made.fee if comes_back(made, lines) else 0)
        case _:
            ask_person(UNSETTLED, made, lines, uow, at)
            return []


def settle_return(command: SettleReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Settle what was looked into and left to a person: as they say. Refuses what is not to be settled by them, and an
    exchange for which nothing is set aside."""
    made = uow.returns.get(command.return_number, lock=True)
    lines = _approved(made, uow)
    gift = command.resolution == Resolution.CREDIT and is_receivers(made, uow)
    settles = {S.INSPECTED, S.APPROVED} if gift else {S.INSPECTED}  # of what was kept nothing is looked into
    if made.status not in settles or any(line.accepted is None or line.paid_back is not None for line in lines):
        raise Refusal("nothing_to_settle", number=made.number, status=made.status)
    receiver = _receiver(command, uow) if gift else None
    uow.record(note(made, "resolution", at, made.resolution, command.resolution.value))
    made.resolution = command.resolution.value
    for case in _unsettled(made, uow):
        uow.record(case.resolve(at))
    settled = _credit(made, lines, uow, at, receiver) if receiver is not None else settle(made, uow, at)
    uow.flush()
    return [ReturnShown(number=made.number, look=look(made, uow), live=live_name(made)), *settled]


def settle_anew(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Settle what a person was to settle, now that it is said how."""
    for case in _unsettled(made, uow):
        uow.record(case.resolve(at))
    return settle(made, uow, at)


def _unsettled(made: Return, uow: UnitOfWork) -> list[Case]:
    """The exceptions that say that a person settles it."""
    return [
        case
        for case in uow.cases.of_kind(UNSETTLED)
        if case.detail.get("return_number") == made.number and case.is_open
    ]


def _receiver(command: SettleReturn, uow: UnitOfWork) -> int:
    """Who gets the credit for a gift. Refuses where nobody is named, and nobody is called so."""
    if command.customer is None:
        raise Refusal("credit_to_whom", ask="customer", number=command.return_number)
    customer, order = uow.customers.by_external_id(command.customer), uow.orders.find(command.customer)
    if customer is None and order is None:
        raise Refusal("no_such_receiver", ask="customer", customer=command.customer)
    return customer.id or 0 if customer is not None else order.customer_id if order is not None else 0


def _gift_credit(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Who got a gift gets the credit for it, not who gave it: a person finds out where it goes, and the receiver hears so."""
    if _unsettled(made, uow):
        return []
    ask_person(UNSETTLED, made, lines, uow, at, gift=True)
    told = news("gift_credit", made, uow, at)
    return [told] if told.chat is not None else []


def expected_amount(made: Return, uow: UnitOfWork) -> int:
    """What is given back if all of it comes back as the customer said (minor units), for telling beforehand."""
    fee = 0 if made.resolution == Resolution.KEEP else made.fee
    return amount_of(_approved(made, uow), fee, uow)


def amount_of(lines: Sequence[ReturnLine], fee: int, uow: UnitOfWork) -> int:
    """What lines come to if all of them comes back as the customer said (minor units); nothing is locked."""
    pieces = {line.id: line.quantity for line in lines}
    return sum(due.made_of.amount for due in _dues(lines, pieces, fee, uow, lock=False))


def _rests_on_another(line: ReturnLine, uow: UnitOfWork) -> bool:
    """Whether its order was brought for a return that is not settled yet: nobody knows then what was paid for it."""
    made = _brought_for(line, uow)
    return made is not None and made.status not in {*SETTLED, S.CLOSED}


def _waits_for_another(line: ReturnLine, uow: UnitOfWork) -> bool:
    """Whether its order was brought for a return of which something may still come."""
    made = _brought_for(line, uow)
    return made is not None and made.is_open


def _brought_for(line: ReturnLine, uow: UnitOfWork) -> Return | None:
    order = uow.orders.find(line.order_number)
    return uow.returns.find(order.exchange_of) if order is not None and order.exchange_of is not None else None


def _approved(made: Return, uow: UnitOfWork) -> list[ReturnLine]:
    return [line for line in uow.returns.lines(made) if line.outcome == Outcome.APPROVE]


def _usual(made: Return, lines: Sequence[ReturnLine]) -> Resolution | None:
    """What it comes to where nobody chose: the money, for a gift credit; None where neither is possible."""
    possible = resolutions_of(lines)
    wanted = (Resolution.CREDIT, Resolution.REFUND) if made.gift else (Resolution.REFUND, Resolution.CREDIT)
    return next((each for each in wanted if each in possible), None)


def _dues(
    lines: Sequence[ReturnLine], pieces: dict[int | None, int], fee: int, uow: UnitOfWork, *, lock: bool = True
) -> list[Due]:
    """By order what ``pieces`` (by line) come to; the orders are locked, so that nobody counts the same pieces meanwhile."""
    numbers = list(dict.fromkeys(line.order_number for line in lines))
    if lock:
        uow.orders.lock(numbers)
    found = [order for number in numbers if (order := uow.orders.find(number)) is not None]
    of_order = {
        order.number: tuple(line for line in lines if line.order_number == order.number and pieces[line.id])
        for order in found
    }
    without = [_breakdown(order, of_order[order.number], pieces, 0, uow) for order in found]
    fees = fees_of(fee, [each.amount for each in without])
    return [
        Due(order, of_order[order.number], _breakdown(order, of_order[order.number], pieces, part, uow))
        for order, part in zip(found, fees, strict=True)
    ]


def _breakdown(
    order: Order, lines: Sequence[ReturnLine], pieces: dict[int | None, int], fee: int, uow: UnitOfWork
) -> Breakdown:
    sold, before = sold_of(order, uow), uow.returns.taken_back(order.number)
    taxes = uow.orders.taxes(order)
    backs: list[Back] = []
    for line in lines:
        so_far = before.get(line.sku, 0)
        restocking = terms_of(line).restocking
        backs.append(Back(line.sku, pieces[line.id], so_far, restocking, taxes.get(line.sku, 0)))
        before[line.sku] = so_far + pieces[line.id]
    all_back = all(before.get(sku, 0) >= count for sku, (count, _) in sold.goods.items())
    carriage = _carriage(order, sold, lines, all_back, uow)
    return refund_of(sold, backs, carriage=carriage, fee=fee, before=given_back(order, uow))


def _carriage(order: Order, sold: Sold, lines: Sequence[ReturnLine], all_back: bool, uow: UnitOfWork) -> int:
    """What is given back of the carriage, once: where a rule says so, and all of the order is back or it was our fault."""
    wanted = any(terms_of(line).carriage_back and (all_back or line.reason in _OURS) for line in lines)
    if not wanted:
        return 0
    refunds, credits = uow.returns.refunds_of_order(order.number), uow.returns.credits_of_order(order.number)
    told = [*(each.breakdown for each in refunds), *(each.breakdown for each in credits)]
    return max(0, paid_beside(sold) - sum(int(each.get("carriage", 0)) for each in told))


def _refund(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment, fee: int) -> list[Notice]:
    """Want a refund for each order that comes to something; where none does, say why."""
    dues = _dues(lines, {line.id: line.accepted or 0 for line in lines}, fee, uow)
    left = [(due, due.made_of.amount - _had(made, due, uow)) for due in dues]
    wanted = [(due, amount) for due, amount in left if amount > 0]
    _mark_paid(dues, lines)
    for due, amount in wanted:
        facts = _facts(due, uow)
        facts["cut"] += due.made_of.amount - amount
        want_refund(due.order, amount, _key(made, due.order, uow), uow, at, made=made, breakdown=facts)
    if made.status == S.APPROVED or not wanted:
        uow.record(made.move(S.REFUNDED, at, amount=sum(amount for _, amount in wanted)))
    uow.flush()
    if wanted:
        return []
    return [_settled(made, uow, at, why=_why_nothing(dues))]


def _had(made: Return, due: Due, uow: UnitOfWork) -> int:
    """What was given back before for the same pieces, when they were exchanged for less, as far as it is not cut already."""
    return max(0, _difference(made, due.order, uow) - due.made_of.cut)


def _difference(made: Return, order: Order, uow: UnitOfWork) -> int:
    before = [each for each in _alive(uow.returns.refunds(made)) if each.order_number == order.number]
    return sum(each.amount for each in before)


def _key(made: Return, order: Order, uow: UnitOfWork) -> str:
    """Under which a refund is wanted once; another one of the same return and order has a number of its own."""
    before = [each for each in uow.returns.refunds(made) if each.order_number == order.number]
    return f"refund:{made.number}:{order.number}" + (f":{len(before) + 1}" if before else "")


def _why_nothing(dues: Sequence[Due]) -> str:
    """Why nothing is given back: it was given back before, kept as a fee, or nothing was paid."""
    if any(due.made_of.cut for due in dues):
        return "given_before"
    return "fee" if any(due.made_of.goods for due in dues) else "nothing_paid"


def _mark_paid(dues: Sequence[Due], lines: Sequence[ReturnLine]) -> None:
    """Keep with each line what was paid for its pieces, so that these are counted once."""
    for due in dues:
        for line, part in zip(due.lines, due.made_of.parts, strict=True):
            line.paid_back = part.amount
    for line in lines:
        line.paid_back = line.paid_back or 0


def _mark_exchanged(dues: Sequence[Due]) -> None:
    """Of what was given back before nothing is turned into other goods: those are worth what was left."""
    for due in dues:
        amounts = [part.amount for part in due.made_of.parts]
        left = max(0, due.made_of.paid - due.made_of.before)
        for line, amount in zip(due.lines, shared(min(sum(amounts), left), amounts), strict=True):
            line.paid_back = amount


def _facts(due: Due, uow: UnitOfWork) -> dict[str, Any]:
    products = uow.stock.products(line.sku for line in due.lines)
    return due.made_of.facts({sku: product.name for sku, product in products.items()})


def want_refund(
    order: Order,
    amount: int,
    key: str,
    uow: UnitOfWork,
    at: Moment,
    *,
    made: Return | None = None,
    breakdown: dict[str, Any] | None = None,
    why: str = "",
) -> Refund:
    """A refund of that key, and the job that issues it."""
    refund = Refund(
        key=key, return_id=made.id if made is not None else None, order_number=order.number, amount=amount,
        currency=order.currency, breakdown=breakdown or {}, why=why, created_at=at.now,
    )  # fmt: skip
    uow.add(refund)
    uow.record(note(refund, "status", at, None, RefundStatus.WANTED, amount=amount))
    uow.want(key, JOB, {"key": key}, at.now)
    return refund


def _credit(
    made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment, receiver: int | None = None
) -> list[Notice]:
    """Give store credit, with the bonus that the strictest of the rules gives on the goods; to the order's customer, but of a
    gift to its ``receiver``, once that is known."""
    if receiver is None and is_receivers(made, uow):
        return _gift_credit(made, lines, uow, at)
    customer_id = receiver if receiver is not None else made.customer_id
    dues = _dues(lines, {line.id: line.accepted or 0 for line in lines}, made.fee, uow)
    percent = min(terms_of(line).bonus for line in lines if line.accepted)
    _mark_paid(dues, lines)
    for due in dues:
        amount = due.made_of.amount - _had(made, due, uow)
        if amount <= 0:
            continue
        bonus = min(amount, due.made_of.goods) * percent // 100
        credit = StoreCredit(
            key=f"credit:{made.number}:{due.order.number}", customer_id=customer_id, return_id=made.id,
            order_number=due.order.number, amount=amount + bonus, bonus=bonus, currency=due.order.currency,
            breakdown={**_facts(due, uow), "bonus": bonus}, created_at=at.now,
        )  # fmt: skip
        give_credit(credit, uow, at)
    uow.record(made.move(S.CREDITED, at, amount=sum(due.made_of.amount for due in dues)))
    uow.flush()
    any_ = any(due.made_of.amount > 0 for due in dues)
    told = _settled(made, uow, at, why=None if any_ else _why_nothing(dues))
    return [told if receiver is None or told.chat is not None else told.model_copy(update={"to": receiver})]


def _exchange(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What it is exchanged for goes on; where that costs less than was paid for the goods that came back, the difference is
    given back. A person sees to it where nothing is set aside for it any more."""
    if made.exchange_order is None:
        ask_person(UNSETTLED, made, lines, uow, at)
        return []
    dues = _dues(lines, {line.id: line.accepted or 0 for line in lines}, 0, uow)
    _mark_paid(dues, lines)
    _mark_exchanged(dues)
    uow.record(made.move(S.EXCHANGED, at))
    uow.flush()
    settle_missing(made, uow, at)
    promised = promise_exchange(made, uow, at)
    worth = [min(due.made_of.goods, due.made_of.amount) for due in dues]
    left = max(0, sum(worth) - _price_of_exchange(made, uow) - made.fee)
    due, most = next(((due, goods) for due, goods in zip(dues, worth, strict=True) if goods), (None, 0))
    uow.flush()
    if due is None or not left:
        return [_settled(made, uow, at), *promised]
    amount = min(left, most)
    facts = {**_facts(due, uow), "carriage": 0, "cut": 0, "difference": amount, "fee": made.fee}
    want_refund(due.order, amount, _key(made, due.order, uow), uow, at, made=made, breakdown=facts)
    uow.flush()
    return promised


def _price_of_exchange(made: Return, uow: UnitOfWork) -> int:
    """What the goods cost that are brought instead."""
    order = uow.orders.find(made.exchange_order or "")
    priced = uow.orders.priced([order])[order.id or 0] if order is not None else []
    return sum(quantity * price for _, _, quantity, price in priced)


def _deny(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing was accepted: nothing is given, and a person sees to what was sent in exchange already."""
    lines = _approved(made, uow)
    for line in lines:
        line.paid_back = 0
    uow.record(made.move(S.DENIED, at))
    elsewhere = drop_exchange(made, uow, at)
    uow.flush()
    if made.exchange_order is not None:  # it has left already
        file_missing(EXCHANGE_DENIED, made, uow, at)
    told = news("denied", made, uow, at)
    detail = {"reasons": reasons_of(made, uow), "missing": missing_of(made, uow), "exchange": made.exchange_order}
    return [told.model_copy(update={"detail": plain(detail)}), *elsewhere]


def ask_person(
    kind: str, made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment, *, gift: bool = False
) -> Case:
    """What only a person can bring to its end."""
    detail = {"return_number": made.number, "subject": made.number, "exchange": made.exchange_order, "gift": gift}
    case = Case(
        kind=kind, order_number=lines[0].order_number, customer_id=made.customer_id, opened_at=at.now, detail=detail
    )  # fmt: skip
    return begin(case, uow, at)


def _settled(made: Return, uow: UnitOfWork, at: Moment, why: str | None = None) -> Notice:
    """That a return has come to its end, and what the customer gets for it."""
    choices: tuple[Choice, ...] = (show_choice(),) if uow.returns.credits_of(made) else ()
    if made.status == S.EXCHANGED:
        choices = next_step(made, uow, at)
    told = news("settled", made, uow, at, choices)
    return told.model_copy(update={"detail": plain(settlement_of(made, uow) | {"why": why})})


def settlement_of(made: Return, uow: UnitOfWork) -> dict[str, Any]:
    """What a customer gets for a return: refunds and credit with how each came about, and all of it together."""
    refunds, credits = uow.returns.refunds(made), uow.returns.credits_of(made)
    exchange = uow.orders.find(made.exchange_order or "") if made.status == S.EXCHANGED else None
    done = exchange is not None and exchange.status in DELIVERED
    return {
        "refunds": [_told(each.order_number, each.amount, each.currency, each.breakdown) for each in refunds],
        "credits": [_told(each.order_number, each.amount, each.currency, each.breakdown) for each in credits],
        "total": Money(sum(each.amount for each in refunds) + sum(each.amount for each in credits), made.currency),
        "credit": Money(balances(credits[0].customer_id, uow).get(made.currency, 0), made.currency) if credits else None,
        "exchange": exchange.number if exchange is not None else None, "reasons": reasons_of(made, uow),
        "day": exchange.promise_day if exchange is not None else None, "window": exchange.window if exchange is not None else None,
        "brought": done, "waits": exchange_waits(made, uow), "missing": missing_of(made, uow) if exchange is not None else [],
    }  # fmt: skip


def reasons_of(made: Return, uow: UnitOfWork) -> list[str]:
    """Why pieces did not count, in the words of whoever decided that."""
    decided = [event.detail for event in uow.returns.history(made.number) if event.change == "decided"]
    return list(dict.fromkeys(str(each["reason"]) for each in decided if each.get("reason")))


def _told(order: str | None, amount: int, currency: str, breakdown: dict[str, Any]) -> dict[str, Any]:
    """A refund or credit in words: its parts as money."""
    money = {
        name: Money(int(breakdown.get(name) or 0), currency) for name in ("carriage", "fee", "cut", "bonus", "tax")
    }
    parts = [
        {
            "name": each["name"], "pieces": each["pieces"], "amount": Money(each["amount"], currency),
            "kept": Money(each["kept"], currency) if each["kept"] else None,
        }
        for each in breakdown.get("parts", [])
    ]  # fmt: skip
    difference = breakdown.get("difference")
    return {
        "order": order, "amount": Money(amount, currency), "parts": parts,
        **{name: value if value.minor else None for name, value in money.items()},
        "difference": Money(int(difference), currency) if difference else None,
    }  # fmt: skip


def refund_issued(refund: Refund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A refund has gone out: once all of its return have, that is settled, and its customer is told."""
    made = uow.returns.of_id(refund.return_id, lock=True) if refund.return_id is not None else None
    if made is None:
        return []
    if any(each.status != RefundStatus.ISSUED for each in uow.returns.refunds(made)):
        return []
    if made.status == S.INSPECTED and all(line.paid_back is not None for line in _approved(made, uow)):
        uow.record(made.move(S.REFUNDED, at, amount=refund.amount))
        uow.flush()
    return [_settled(made, uow, at)]
