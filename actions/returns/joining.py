"""Further pieces that go back with a return that is there already."""

from __future__ import annotations

from collections.abc import Sequence

from actions.returns.allowed import allowed_ways
from actions.returns.deciding import Wanted
from actions.returns.opening import line_of, locked_orders, resolutions_of, set_terms
from actions.returns.signals import signals_of
from actions.returns.stepping import JOINABLE
from domain.events import note
from domain.moment import Moment
from domain.return_signals import needs_a_person
from domain.returns import Outcome, Return, ReturnLine, ReturnStatus
from storage.unit_of_work import UnitOfWork


def join_return(number: str, wanted: Sequence[Wanted], uow: UnitOfWork, at: Moment) -> Return | None:
    """Add pieces to a return on the same terms; None where that cannot be: something of it is under way, the policy has
    changed, they are not decided like the rest, or a person has to look at them. Then they are a return of their own.

    Refuses what `open_return` does, and a return that is not the actor's.
    """
    made = uow.returns.get(number, lock=True)
    version, policy = uow.returns.policy()
    orders = locked_orders(wanted, uow)
    before = uow.returns.lines(made)
    if not _is_joinable(made, version) or any(order.customer_id != made.customer_id for order in orders):
        return None
    if {(line.order_number, line.sku) for line in before} & {(each.order, each.sku) for each in wanted}:
        return None
    added = [line_of(made, each, policy, uow, at) for each in wanted]
    found = signals_of(made, [*before, *added], uow, at)
    suspicious = needs_a_person(found, {line.reason for line in added})
    if not _goes_with(made, before, added) or (suspicious and made.status != ReturnStatus.REVIEW):
        return None
    made.signals = [signal.kept() for signal in found]
    uow.add(*added)
    lines = [*before, *added]
    made.worth = sum(line.quantity * line.unit_price for line in lines if line.outcome != Outcome.REJECT)
    if made.status == ReturnStatus.APPROVED:
        set_terms(made, lines, uow, at)
    uow.record(note(made, "lines", at, len(before), len(lines)))
    return made


def _is_joinable(made: Return, version: int | None) -> bool:
    return (
        made.status in JOINABLE
        and made.way is None
        and made.exchange_order is None
        and made.appeal_of is None
        and made.policy_version == version
    )


def _goes_with(made: Return, before: Sequence[ReturnLine], added: Sequence[ReturnLine]) -> bool:
    """Whether added lines are decided so that the whole is still what it was."""
    if made.status == ReturnStatus.REVIEW:
        return True
    if any(line.outcome != Outcome.APPROVE for line in added):
        return False
    lines = [*before, *added]
    possible = resolutions_of(lines)
    return (
        bool(possible)
        and made.resolution in {None, *possible}
        and (bool(allowed_ways(lines)) or not allowed_ways(list(before)))
    )
