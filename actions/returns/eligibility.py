"""What of an order could be returned, why and until when, before anybody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from actions.returns.deciding import Piece, Wanted, facts_of, pieces_of
from domain.moment import Moment
from domain.orders import Order
from domain.return_policy import Decision, Facts, Policy, Undecided, decide
from domain.return_policy.rules import Limits
from domain.returns import Outcome, ReturnReason
from storage.unit_of_work import UnitOfWork

#: The better an outcome is for the customer, the earlier it stands.
_BEST = (Outcome.APPROVE, Outcome.REVIEW, Outcome.REJECT)
#: What answers to a question could be, as far as they make a difference; of numbers those that rules ask for.
_ANSWERS: dict[str, tuple[object, ...]] = {"opened": (False, True), "photos": (0, 1, 2, 3, 10)}


@dataclass(frozen=True, slots=True)
class Chance:
    """What returning for a reason can come to at best, and at worst; ``until`` is the last day of the best, None where it has
    no end or is a refusal anyway; ``says`` is why it is refused whatever else is said."""

    reason: ReturnReason
    best: Outcome
    worst: Outcome
    until: date | None
    says: str


@dataclass(frozen=True, slots=True)
class Returnable:
    """A product of an order, how many pieces can still be returned, and what comes of it by reason."""

    piece: Piece
    chances: tuple[Chance, ...]


def chances_of(order: Order, uow: UnitOfWork, at: Moment, *, gift: bool = False, channel: str = "") -> list[Returnable]:
    """All that was handed over of an order; nothing of one that was not delivered."""
    policy = uow.returns.policy()[1]
    found = []
    for piece in pieces_of(order, uow):
        if not piece.returnable:
            found.append(Returnable(piece, ()))
            continue
        facts = facts_of(Wanted(order.number, piece.sku, 1), uow, at, gift=gift, channel=channel)
        today = _today(order, uow, at)
        found.append(Returnable(piece, tuple(_chance(reason, facts, policy, today) for reason in ReturnReason)))
    return found


def _chance(reason: ReturnReason, facts: Facts, policy: Policy, today: date) -> Chance:
    told = replace(facts, reason=reason.value)
    decisions = list(_possible(told, policy))
    best = _best(decisions)
    worst = max((each.outcome for each in decisions), key=_BEST.index)
    until = None if best == Outcome.REJECT else _until(told, best, policy, today)
    says = decisions[0].says if best == Outcome.REJECT else ""
    return Chance(reason, best, worst, until, says)


def _possible(facts: Facts, policy: Policy) -> Iterator[Decision]:
    """What can be decided, whatever the answers to what is not known yet."""
    found = decide(policy, facts)
    if isinstance(found, Decision):
        yield found
        return
    for answer in _ANSWERS.get(found.ask, (1,)):
        told = replace(facts, **{found.ask: answer})  # type: ignore[arg-type]
        further = decide(policy, told)
        if isinstance(further, Undecided) and further.ask == found.ask:
            continue
        yield from _possible(told, policy)


def _best(decisions: list[Decision]) -> Outcome:
    return min((each.outcome for each in decisions), key=_BEST.index)


def _until(facts: Facts, best: Outcome, policy: Policy, today: date) -> date | None:
    """The last day on which it comes to the same at best: days matter only where a rule names one."""
    if facts.days is None:
        return None
    for day in sorted(each for each in _turning_points(policy) if each > facts.days):
        if _best(list(_possible(replace(facts, days=day), policy))) != best:
            return today + timedelta(days=day - 1 - facts.days)
    return None


def _turning_points(policy: Policy) -> set[int]:
    """Days since delivery from which a rule holds, or no longer does."""
    points: set[int] = set()
    for rule in policy.in_order:
        condition = rule.when.get("days")
        if isinstance(condition, Limits):
            points |= {condition.min} if condition.min is not None else set()
            points |= {condition.max + 1} if condition.max is not None else set()
        elif isinstance(condition, int):
            points |= {condition, condition + 1}
    return points


def _today(order: Order, uow: UnitOfWork, at: Moment) -> date:
    zone = uow.depots.get(order.depot_id).tz if order.depot_id is not None else at.policies.zone
    return at.now.astimezone(zone).date()
