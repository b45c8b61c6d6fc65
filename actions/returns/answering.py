"""What may be returned, for customers who ask: in general, or for a product exactly as it would be decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions.choices import Ask, Known, Talk, maybe_product, named_order
from actions.returns.deciding import RECORD, Wanted, facts_of, pieces_of
from domain.commands import AskReturnPolicy
from domain.dialogue import Frame
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, ReturnPolicyAnswered
from domain.orders import Order
from domain.refusals import NotFound
from domain.return_policy import Decision, Facts, Policy, decide
from domain.return_policy.conditions import Limits
from domain.return_policy.deciding import words_of
from domain.return_policy.telling import general, terms, usual
from domain.returns import Outcome, ReturnReason
from storage.unit_of_work import UnitOfWork

R = ReturnReason
#: Kinds of returns that are told apart, with what is known of each.
KINDS: dict[str, dict[str, Any]] = {
    "unopened": {"reason": R.CHANGED_MIND.value, "opened": False, "photos": 0},
    "opened": {"reason": R.CHANGED_MIND.value, "opened": True, "photos": 0},
    "damaged": {"reason": R.DAMAGED.value, "opened": True, "photos": 1},
    "faulty": {"reason": R.DEFECTIVE.value, "opened": True, "photos": 1},
}
#: So many rules are read at once; of more, those for some goods only when they are asked for.
MOST_TOLD = 7
#: Nobody asks for more than this far ahead, in days.
_FAR = 10 * 365


def about_product(frame: Frame, talk: Talk) -> Known | Ask:
    """The product that is meant, where one is; whose name nobody recognises gets the general answer."""
    return maybe_product(frame, talk)


def about_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The order that was named; none is needed."""
    return named_order(frame, talk) or Known({"order": None})


def ask_return_policy(command: AskReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The policy in general; of a product what would be decided, as it was bought last where the customer has it."""
    _, policy = uow.returns.policy()
    language = (uow.chat.language if uow.chat is not None else None) or at.policies.languages[0]
    told = _of_product(command, policy, language, uow, at)
    if told is not None:
        return [told]
    every, most = general(policy, language), usual(policy, language)
    if command.every_rule or len(every) <= MOST_TOLD or len(most) < 2 or len(most) == len(every):
        return [ReturnPolicyAnswered(general=every, choices=_choices(at))]
    all_of_them = Choice(label="choice.every_rule", command="AskReturnPolicy", slots={"every_rule": True})
    return [ReturnPolicyAnswered(general=most, choices=(*_choices(at), all_of_them))]


def _of_product(
    command: AskReturnPolicy, policy: Policy, language: str, uow: UnitOfWork, at: Moment
) -> ReturnPolicyAnswered | None:
    """The answer about the product or the order that was named; None where neither says what is meant."""
    order, sku = _bought(command, uow)
    if sku is None:
        return None
    product = uow.stock.products([sku]).get(sku)
    if product is None:
        return None
    facts = _facts_of_order(order, sku, uow, at) if order is not None else _facts_before(sku, language, uow, at)
    facts = replace(facts, language=language)
    today = _today(order, uow, at) if order is not None else None
    return ReturnPolicyAnswered(
        product=product.name, number=order.number if order is not None else None, today=today, about=order.number if order is not None else None,
        currency=product.currency,
        kinds=tuple({"kind": kind, "spans": _dated(spans(policy, replace(facts, **known)), today)} for kind, known in KINDS.items()),
        choices=_choices(at, order.number if order is not None else None, product.name),
    )  # fmt: skip


def spans(policy: Policy, facts: Facts) -> list[dict[str, Any]]:
    """What is decided from the day of ``facts`` on (from the delivery, where it is none) as spans of days, ``first`` to ``last`` (None: for ever),
    in which outcome and terms stay the same; those after the last approval are left out."""
    begins = facts.days or 0
    days = [begins, *(day for day in _turning_days(policy) if day > begins)]
    found: list[dict[str, Any]] = []
    for n, day in enumerate(days):
        decision = decide(policy, replace(facts, days=day))
        if not isinstance(decision, Decision):
            return found
        last = days[n + 1] - 1 if n + 1 < len(days) else None
        span = _span(decision, day, last, policy, facts)
        same = found and all(found[-1][name] == span[name] for name in ("outcome", "then"))
        if same:
            found[-1]["last"] = span["last"]
        else:
            found.append(span)
    while len(found) > 1 and found[-1]["outcome"] == Outcome.REJECT.value:
        found.pop()
    return found


def _span(decision: Decision, first: int, last: int | None, policy: Policy, facts: Facts) -> dict[str, Any]:
    """A span of days; what its rule says names the day where it is today's."""
    rule = next((each for each in policy.rules if each.name == decision.rule), None)
    says = decision.says if facts.days == first or rule is None else words_of(rule, replace(facts, days=None))
    return {
        "first": first, "last": last, "outcome": decision.outcome.value, "rule": decision.rule, "says": says, "instead": decision.instead,
        "then": terms(decision.terms) if decision.outcome == Outcome.APPROVE else {},
    }  # fmt: skip


def _dated(found: list[dict[str, Any]], today: date | None) -> list[dict[str, Any]]:
    """The spans with the last day of each as a date, where it is known what day today is."""
    begins = found[0]["first"] if found else 0
    for each in found:
        known = today is not None and each["last"] is not None
        each["until"] = (today + timedelta(days=each["last"] - begins)).isoformat() if known and today else None
    return found


def _turning_days(policy: Policy) -> list[int]:
    """Days after a delivery on which another rule may begin to hold."""
    found: set[int] = set()
    for rule in policy.rules:
        match rule.when.get("days"):
            case Limits(min=least, max=most):
                found |= {each for each in (least, most + 1 if most is not None else None) if each is not None}
            case int() as day:
                found |= {day, day + 1}
    return sorted(day for day in found if 0 < day <= _FAR)


def _bought(command: AskReturnPolicy, uow: UnitOfWork) -> tuple[Order | None, str | None]:
    """The order and product that are asked about: the only one of an order, or the last order with the product."""
    if command.order is not None:
        order = uow.orders.get(command.order)
        pieces = pieces_of(order, uow)
        skus = [piece.sku for piece in pieces]
        sku = (
            command.product if command.product in skus else skus[0] if len(skus) == 1 and not command.product else None
        )
        return (order, sku) if sku is not None else (None, command.product)
    if command.product is None:
        return None, None
    if uow.actor.role == Role.CUSTOMER and (uow.actor.person is not None or uow.actor.opened):
        for order in uow.orders.recent(20):
            if any(piece.sku == command.product and piece.returnable for piece in pieces_of(order, uow)):
                return order, command.product
    return None, command.product


def _facts_of_order(order: Order, sku: str, uow: UnitOfWork, at: Moment) -> Facts:
    return facts_of(Wanted(order.number, sku, quantity=1), uow, at)


def _facts_before(sku: str, language: str, uow: UnitOfWork, at: Moment) -> Facts:
    """What is known of a product that was not bought yet, and of whoever asks."""
    product = uow.stock.products([sku]).get(sku)
    if product is None:
        raise NotFound("no_such_product", ask="product", product=sku)
    depots = uow.depots.all()
    person = uow.actor.person if uow.actor.role == Role.CUSTOMER else None
    delivered, returned, count = uow.returns.record_of(person, at.now - RECORD) if person is not None else (0, 0, 0)
    return Facts(
        sku=sku, product=product.name, days=None, category=product.category, tags=frozenset(product.tags), price=product.price,
        value=product.price, quantity=1, country=depots[0].country if depots else "", language=language, currency=product.currency,
        return_rate=round(100 * returned / delivered) if delivered else 0, returns=count,
        fraud_marks=uow.customers.get(person).fraud_marks if person is not None else 0,
    )  # fmt: skip


def _today(order: Order, uow: UnitOfWork, at: Moment) -> date:
    zone = uow.depots.get(order.depot_id).tz if order.depot_id is not None else at.policies.zone
    return at.now.astimezone(zone).date()


def _choices(at: Moment, number: str | None = None, product: str | None = None) -> tuple[Choice, ...]:
    """A customer can go on and send it back."""
    if at.actor.role != Role.CUSTOMER:
        return ()
    slots = {"order": number, "product": [product]} if number is not None else {}
    return (Choice(label="choice.send_back", command="StartReturn", slots=slots),)
