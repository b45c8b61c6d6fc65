"""A return is asked for and decided, in one step: by whatever way it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from actions.returns.deciding import Wanted, facts_of, piece_of
from actions.returns.exchanging import exchange_options, reserve_exchange
from actions.returns.signals import notice_signals
from actions.returns.waiting import begin_review
from domain.events import note
from domain.moment import Moment
from domain.orders import Order
from domain.refusals import Refusal
from domain.return_policy import Decision, Policy, Terms, Undecided, decide
from domain.returns import (
    FIRST_NUMBER,
    NEVER_CAME,
    RETURNS,
    Outcome,
    Resolution,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    approved_of,
)
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: The kind of job that settles a return of which nothing comes back.
SETTLE = "settle_kept"


def open_return(
    wanted: Sequence[Wanted],
    uow: UnitOfWork,
    at: Moment,
    *,
    channel: str,
    words: str = "",
    gift: bool = False,
    external_id: str | None = None,
    request: dict[str, Any] | None = None,
) -> Return:
    """A new return of pieces of one customer's orders, decided by the policy in force, which is kept with it.

    Refuses what is not (or no longer) there to return, orders of several customers, and what the policy cannot decide about
    without knowing more: then ``ask`` names what.
    """
    orders = locked_orders(wanted, uow)
    version, policy = uow.returns.policy()
    first = orders[0]
    made = Return(
        number=f"{RETURNS}{uow.next_number('return', FIRST_NUMBER)}", external_id=external_id, request=request, customer_id=first.customer_id,
        depot_id=first.depot_id, conversation_id=uow.chat.id if uow.chat is not None else None, created_at=at.now,
        channel=channel, words=words, gift=gift or any(order.gift for order in orders), policy_version=version,
        currency=first.currency, street=first.street, postcode=first.postcode, city=first.city, country=first.country, token=at.ids(),
    )  # fmt: skip
    made.place = first.place
    uow.add(made)
    uow.record(note(made, "status", at, None, S.REQUESTED))
    lines = [line_of(made, each, policy, uow, at) for each in wanted]
    uow.add(*lines)
    notice_signals(made, lines, uow, at)
    settle_outcome(made, lines, uow, at)
    return made


def settle_outcome(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """What the decisions about its lines come to: a person looks where one of them says so, else what is approved goes on."""
    outcomes = {line.outcome for line in lines}
    made.worth = sum(line.quantity * line.unit_price for line in lines if line.outcome != Outcome.REJECT)
    if Outcome.REVIEW in outcomes:
        uow.record(made.move(S.REVIEW, at, rules=[line.rule for line in lines]))
        begin_review(made, lines, uow, at)
    elif Outcome.APPROVE in outcomes:
        made.decided_by = "rule"
        approve(made, lines, uow, at)
    else:
        made.decided_by = "rule"
        uow.record(made.move(S.REJECTED, at, rules=[line.rule for line in lines]))


def approve(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """It may be sent: until when and for what fee is what the terms of its approved lines say, the strictest of them."""
    set_terms(made, lines, uow, at)
    uow.record(made.move(S.APPROVED, at, rules=[line.rule for line in lines]))
    possible = resolutions_of(lines)
    if made.resolution not in possible:
        made.resolution = possible[0] if len(possible) == 1 else None
    if made.resolution == Resolution.EXCHANGE and made.exchange_order is None:
        _exchange_at_once(made, lines, uow, at)
    settle_if_kept(made, uow, at)


def comes_back(made: Return, lines: Sequence[ReturnLine]) -> bool:
    """Whether anything has to come back: not what the customer keeps, and not what never came."""
    approved = approved_of(lines)
    return made.resolution != Resolution.KEEP and any(line.reason not in NEVER_CAME for line in approved)


def settle_if_kept(made: Return, uow: UnitOfWork, at: Moment) -> None:
    """What need not come back is settled right after this, once it is known what the customer wants for it."""
    uow.flush()
    if made.resolution is not None and not comes_back(made, uow.returns.lines(made)):
        uow.want(f"settle:{made.number}:{at.key}", SETTLE, {"return_number": made.number}, at.now)


def set_terms(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """Until when it can be sent and for what fee: the strictest terms of its approved lines."""
    terms = [terms_of(line) for line in approved_of(lines)]
    made.fee = max((each.fee for each in terms), default=0)
    zone = uow.depots.get(made.depot_id).tz if made.depot_id is not None else at.policies.zone
    made.expires_on = at.now.astimezone(zone).date() + timedelta(days=min((each.days for each in terms), default=14))


def _exchange_at_once(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """Set aside what it is exchanged for, where that is known; else the customer chooses."""
    options = {each.sku for each in exchange_options(made, lines, uow)}
    wanted = {line.exchange_sku or line.sku for line in approved_of(lines)}
    chosen = any(line.exchange_sku for line in lines) or len(options) == len(wanted)
    if not chosen or not wanted <= options:
        made.resolution = None
        return
    reserve_exchange(made, lines, uow, at)


def resolutions_of(lines: Sequence[ReturnLine]) -> list[Resolution]:
    """What the customer can choose: what all approved lines allow."""
    terms = [terms_of(line).resolutions for line in approved_of(lines)]
    return [each for each in Resolution if terms and all(each in allowed for allowed in terms)]


def terms_of(line: ReturnLine) -> Terms:
    """On what terms a line was decided."""
    return Terms.model_validate(line.terms or {"outcome": line.outcome or Outcome.REVIEW})


def line_of(made: Return, wanted: Wanted, policy: Policy, uow: UnitOfWork, at: Moment) -> ReturnLine:
    """A line with what the policy says of it. Refuses what it cannot decide about without knowing more."""
    piece = piece_of(wanted, uow)
    facts = facts_of(wanted, uow, at, gift=made.gift, channel=made.channel)
    decision = decide(policy, facts)
    if isinstance(decision, Undecided):
        raise Refusal(
            "return_incomplete", ask=decision.ask, number=wanted.order, product=piece.name, missing=decision.ask
        )
    line = ReturnLine(
        return_id=made.id or 0, order_number=wanted.order, sku=wanted.sku, quantity=wanted.quantity or 1,
        unit_price=piece.unit_price, reason=wanted.reason or ReturnReason.OTHER, opened=wanted.opened, words=wanted.words,
        photos=list(wanted.photos or ()), exchange_sku=wanted.exchange_sku, facts=facts.kept(),
    )  # fmt: skip
    decided(line, decision)
    return line


def decided(line: ReturnLine, decision: Decision) -> None:
    """Keep with a line what was decided about it."""
    line.outcome, line.rule, line.says = decision.outcome, decision.rule, decision.says
    line.instead, line.terms = decision.instead, decision.terms.model_dump(mode="json")


def locked_orders(wanted: Sequence[Wanted], uow: UnitOfWork) -> list[Order]:
    """The orders, which nobody else returns pieces of meanwhile. Refuses the same piece twice, and several customers'."""
    if not wanted:
        raise Refusal("nothing_to_return")
    numbers = list(dict.fromkeys(each.order for each in wanted))
    uow.orders.lock(numbers)
    orders = [uow.orders.get(number) for number in numbers]
    if len({order.customer_id for order in orders}) > 1:
        raise Refusal("several_customers")
    pairs = [(each.order, each.sku) for each in wanted]
    if len(set(pairs)) < len(pairs):
        twice = next(pair for pair in pairs if pairs.count(pair) > 1)
        raise Refusal("named_twice", number=twice[0], sku=twice[1])
    return orders
