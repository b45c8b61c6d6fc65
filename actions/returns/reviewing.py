"""What a person decides about a return that waits for one, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from actions.returns.deciding import pieces_of
from actions.returns.dues import amount_of
from actions.returns.exchanging import check_exchange_is_here, drop_exchange
from actions.returns.opening import approve, terms_of
from actions.returns.stepping import next_step
from actions.returns.told import news
from actions.returns.waiting import begin_review, end_review
from domain.events import Event, note
from domain.moment import Moment, Role
from domain.notices import Notice
from domain.refusals import Refusal
from domain.return_policy import Terms
from domain.returns import Outcome, Resolution, Return, ReturnLine, ReturnStatus, approved_of
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: A person's decision can be taken back so long.
TAKEN_BACK_WITHIN = timedelta(minutes=30)
#: The change that says who decided and what was before.
DECIDED = "decided"


def check_waits(made: Return) -> None:
    """Refuses a return that waits for nobody."""
    if made.status != S.REVIEW:
        raise Refusal("return_not_in_review", return_number=made.number, status=made.status)


def approve_by_person(
    made: Return, uow: UnitOfWork, at: Moment, *, resolution: Resolution | None, inspect: bool, words: str
) -> list[Notice]:
    """It may be sent, on the policy's terms but for what a person says. Refuses one that waits for nobody."""
    check_waits(made)
    lines = uow.returns.lines(made)
    before = _before(open_lines(lines))
    for line in open_lines(lines):
        terms = decided_terms(line, resolution, inspect=inspect)
        line.outcome, line.terms = Outcome.APPROVE, terms.model_dump(mode="json")
    _by_person(made, words, at)
    made.worth = worth_of(lines)
    approve(made, lines, uow, at)
    uow.record(note(made, DECIDED, at, None, Outcome.APPROVE, reason=words, lines=before))
    return [_news("approved", made, uow, at), *end_review(made, uow, at)]


def reject_by_person(made: Return, uow: UnitOfWork, at: Moment, *, why: str) -> list[Notice]:
    """What a person was to look at is rejected, and what the rules had approved goes on. Refuses one that waits for nobody."""
    check_waits(made)
    lines = uow.returns.lines(made)
    before = _before(open_lines(lines))
    for line in open_lines(lines):
        line.outcome = Outcome.REJECT
    _by_person(made, why, at)
    made.worth = worth_of(lines)
    if approved_of(lines):
        approve(made, lines, uow, at)
    else:
        uow.record(made.move(S.REJECTED, at, rules=[line.rule for line in lines]))
    uow.record(note(made, DECIDED, at, None, Outcome.REJECT, reason=why, lines=before))
    what = "approved" if made.status == S.APPROVED else "rejected"
    return [_news(what, made, uow, at), *end_review(made, uow, at)]


def reopen(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person's decision is taken back, and it waits for one again. Refuses what a rule decided, what was decided too long
    ago, and what something has come of since."""
    decision = _last_decision(made, uow)
    if decision is None or made.status not in {S.APPROVED, S.REJECTED}:
        raise Refusal("nothing_to_reopen", return_number=made.number, status=made.status)
    if at.now - decision.at > TAKEN_BACK_WITHIN:
        raise Refusal("reopened_too_late", return_number=made.number, minutes=TAKEN_BACK_WITHIN.seconds // 60)
    if _moved_on(made, decision, uow):
        raise Refusal("return_moved_on", return_number=made.number, status=made.status)
    check_exchange_is_here(made, uow)
    elsewhere = drop_exchange(made, uow, at)
    lines = uow.returns.lines(made)
    before: dict[str, Any] = decision.detail.get("lines", {})
    uow.orders.lock(sorted({line.order_number for line in lines}))
    for line in lines:
        known = before.get(str(line.id))
        if known is not None:
            _check_still_there(made, line, uow)
            line.outcome, line.terms = known["outcome"], known["terms"]
    made.decided_by, made.decided_why, made.staff_id = None, "", None
    made.resolution, made.way, made.expires_on, made.fee = None, None, None, 0
    made.worth = worth_of(lines)
    uow.record(made.move(S.REVIEW, at, taken_back=True))
    uow.flush()
    begin_review(made, lines, uow, at)
    return [_news("review", made, uow, at), *elsewhere]


def open_lines(lines: Sequence[ReturnLine]) -> list[ReturnLine]:
    """The lines a person decides about."""
    return [line for line in lines if line.outcome in {Outcome.REVIEW, None}]


def decided_terms(line: ReturnLine, resolution: Resolution | None, *, inspect: bool) -> Terms:
    """On what terms a line is approved: the policy's, but for what a person says."""
    changes: dict[str, Any] = {"outcome": Outcome.APPROVE}
    if resolution is not None:
        changes["resolutions"] = (resolution,)
    if resolution == Resolution.KEEP:
        changes["inspect"] = False
    elif inspect:
        changes["inspect"] = True
    return terms_of(line).model_copy(update=changes)


def worth_of(lines: Sequence[ReturnLine]) -> int:
    """What was paid for the pieces that are not rejected, in minor units."""
    return sum(line.quantity * line.unit_price for line in lines if line.outcome != Outcome.REJECT)


def pays(lines: Sequence[ReturnLine], uow: UnitOfWork) -> int:
    """What the customer gets back if all that waits is approved and comes back as they said (minor units)."""
    kept = [line for line in lines if line.outcome != Outcome.REJECT]
    return amount_of(kept, max((terms_of(line).fee for line in kept), default=0), uow)


def _news(what: str, made: Return, uow: UnitOfWork, at: Moment) -> Notice:
    """What the customer hears, with what they can do next."""
    uow.flush()
    return news(what, made, uow, at, next_step(made, uow, at))


def _by_person(made: Return, why: str, at: Moment) -> None:
    made.decided_by, made.decided_why = "person", why
    made.staff_id = at.actor.person if at.actor.is_staff else None


def _before(lines: Sequence[ReturnLine]) -> dict[str, Any]:
    return {str(line.id): {"outcome": line.outcome, "terms": dict(line.terms)} for line in lines}


def _last_decision(made: Return, uow: UnitOfWork) -> Event | None:
    uow.flush()
    found = uow.history.latest("return", [made.number], 1, [(DECIDED, None), ("status", S.REVIEW.value)])
    return found[0] if found and found[0].change == DECIDED and made.decided_by == "person" else None


def _moved_on(made: Return, decision: Event, uow: UnitOfWork) -> bool:
    """Whether its customer has done something with it since, or money went back."""
    since = [each for each in uow.returns.history(made.number) if each.at >= decision.at]
    acted = any(each.actor in {Role.CUSTOMER, Role.API} for each in since)
    return acted or bool(uow.returns.refunds(made)) or uow.reviewing.appealed(made.number)


def _check_still_there(made: Return, line: ReturnLine, uow: UnitOfWork) -> None:
    """Refuses pieces that another return has taken since they were rejected in this one."""
    if line.outcome != Outcome.REJECT:
        return
    order = uow.orders.get(line.order_number)
    left = next((piece.returnable for piece in pieces_of(order, uow) if piece.sku == line.sku), 0)
    if left < line.quantity:
        raise Refusal("return_moved_on", return_number=made.number, status=made.status)
