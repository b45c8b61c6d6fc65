"""What a customer gets for what came back: refunds, store credit, exchange or repair; each at most once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from actions.cases import begin
from actions.returns.crediting import give_credit
from actions.returns.dues import dues_of, facts_of, had_before, mark_exchanged, mark_paid, why_nothing
from actions.returns.exchanging import drop_exchange, promise_exchange
from actions.returns.missing import file_missing, missing_of, settle_missing
from actions.returns.opening import SETTLE, comes_back, resolutions_of, terms_of
from actions.returns.settlement import reasons_of, settled
from actions.returns.told import is_receivers, live_name, look, news
from actions.returns.wanting import key_of, want_refund
from domain.cases import Case
from domain.commands import SettleKept, SettleReturn
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice, ReturnShown
from domain.refunds import Refund, RefundStatus, StoreCredit
from domain.refusals import Refusal
from domain.returns import SETTLED, Resolution, Return, ReturnLine, ReturnStatus, approved_of
from domain.values import plain
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: What waits for another return is looked at again after this.
LOOKED_AGAIN = timedelta(hours=1)
#: Returns that a person must see to the end of: what to do where nothing was chosen, and goods that are repaired.
UNSETTLED, REPAIR, EXCHANGE_DENIED = "return_unsettled", "return_repair", "exchange_denied"


def settle_kept(command: SettleKept, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing comes back of an approved return: its customer gets what they chose at once, for all its approved pieces.
    Nothing happens where its customer has changed their mind meanwhile; of an exchange it waits while what it is for may come."""
    made = uow.returns.get(command.return_number, lock=True)
    lines = approved_of(uow.returns.lines(made))
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
    lines = approved_of(uow.returns.lines(made))
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
    lines = approved_of(uow.returns.lines(made))
    gift = command.resolution == Resolution.CREDIT and is_receivers(made, uow)
    settles = {S.INSPECTED, S.APPROVED} if gift else {S.INSPECTED}  # of what was kept nothing is looked into
    if made.status not in settles or any(line.accepted is None or line.paid_back is not None for line in lines):
        raise Refusal("nothing_to_settle", number=made.number, status=made.status)
    receiver = _receiver(command, uow) if gift else None
    uow.record(note(made, "resolution", at, made.resolution, command.resolution.value))
    made.resolution = command.resolution.value
    for case in _unsettled(made, uow):
        uow.record(case.resolve(at))
    told = _credit(made, lines, uow, at, receiver) if receiver is not None else settle(made, uow, at)
    uow.flush()
    return [ReturnShown(number=made.number, look=look(made, uow), live=live_name(made)), *told]


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


def _usual(made: Return, lines: Sequence[ReturnLine]) -> Resolution | None:
    """What it comes to where nobody chose: the money, for a gift credit; None where neither is possible."""
    possible = resolutions_of(lines)
    wanted = (Resolution.CREDIT, Resolution.REFUND) if made.gift else (Resolution.REFUND, Resolution.CREDIT)
    return next((each for each in wanted if each in possible), None)


def _refund(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment, fee: int) -> list[Notice]:
    """Want a refund for each order that comes to something; where none does, say why."""
    dues = dues_of(lines, fee, uow)
    left = [(due, due.made_of.amount - had_before(made, due, uow)) for due in dues]
    wanted = [(due, amount) for due, amount in left if amount > 0]
    mark_paid(dues, lines)
    for due, amount in wanted:
        facts = facts_of(due, uow)
        facts["cut"] += due.made_of.amount - amount
        want_refund(due.order, amount, key_of(made, due.order, uow), uow, at, made=made, breakdown=facts)
    if made.status == S.APPROVED or not wanted:
        uow.record(made.move(S.REFUNDED, at, amount=sum(amount for _, amount in wanted)))
    uow.flush()
    if wanted:
        return []
    return [settled(made, uow, at, why=why_nothing(dues))]


def _credit(
    made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment, receiver: int | None = None
) -> list[Notice]:
    """Give store credit, with the bonus that the strictest of the rules gives on the goods; to the order's customer, but of a
    gift to its ``receiver``, once that is known."""
    if receiver is None and is_receivers(made, uow):
        return _gift_credit(made, lines, uow, at)
    customer_id = receiver if receiver is not None else made.customer_id
    dues = dues_of(lines, made.fee, uow)
    percent = min(terms_of(line).bonus for line in lines if line.accepted)
    mark_paid(dues, lines)
    for due in dues:
        amount = due.made_of.amount - had_before(made, due, uow)
        if amount <= 0:
            continue
        bonus = min(amount, due.made_of.goods) * percent // 100
        credit = StoreCredit(
            key=f"credit:{made.number}:{due.order.number}", customer_id=customer_id, return_id=made.id,
            order_number=due.order.number, amount=amount + bonus, bonus=bonus, currency=due.order.currency,
            breakdown={**facts_of(due, uow), "bonus": bonus}, created_at=at.now,
        )  # fmt: skip
        give_credit(credit, uow, at)
    uow.record(made.move(S.CREDITED, at, amount=sum(due.made_of.amount for due in dues)))
    uow.flush()
    any_ = any(due.made_of.amount > 0 for due in dues)
    told = settled(made, uow, at, why=None if any_ else why_nothing(dues))
    return [told if receiver is None or told.chat is not None else told.model_copy(update={"to": receiver})]


def _exchange(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What it is exchanged for goes on; where that costs less than was paid for the goods that came back, the difference is
    given back. A person sees to it where nothing is set aside for it any more."""
    if made.exchange_order is None:
        ask_person(UNSETTLED, made, lines, uow, at)
        return []
    dues = dues_of(lines, 0, uow)
    mark_paid(dues, lines)
    mark_exchanged(dues)
    uow.record(made.move(S.EXCHANGED, at))
    uow.flush()
    settle_missing(made, uow, at)
    promised = promise_exchange(made, uow, at)
    worth = [min(due.made_of.goods, due.made_of.amount) for due in dues]
    left = max(0, sum(worth) - _price_of_exchange(made, uow) - made.fee)
    due, most = next(((due, goods) for due, goods in zip(dues, worth, strict=True) if goods), (None, 0))
    uow.flush()
    if due is None or not left:
        return [settled(made, uow, at), *promised]
    amount = min(left, most)
    facts = {**facts_of(due, uow), "carriage": 0, "cut": 0, "difference": amount, "fee": made.fee}
    want_refund(due.order, amount, key_of(made, due.order, uow), uow, at, made=made, breakdown=facts)
    uow.flush()
    return promised


def _price_of_exchange(made: Return, uow: UnitOfWork) -> int:
    """What the goods cost that are brought instead."""
    order = uow.orders.find(made.exchange_order or "")
    priced = uow.orders.priced([order])[order.id or 0] if order is not None else []
    return sum(quantity * price for _, _, quantity, price in priced)


def _deny(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing was accepted: nothing is given, and a person sees to what was sent in exchange already."""
    lines = approved_of(uow.returns.lines(made))
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


def refund_issued(refund: Refund, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A refund has gone out: once all of its return have, that is settled, and its customer is told."""
    made = uow.returns.of_id(refund.return_id, lock=True) if refund.return_id is not None else None
    if made is None:
        return []
    if any(each.status != RefundStatus.ISSUED for each in uow.returns.refunds(made)):
        return []
    if made.status == S.INSPECTED and all(line.paid_back is not None for line in approved_of(uow.returns.lines(made))):
        uow.record(made.move(S.REFUNDED, at, amount=refund.amount))
        uow.flush()
    return [settled(made, uow, at)]
