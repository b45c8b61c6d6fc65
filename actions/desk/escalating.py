"""What nobody sees to, or is late, is brought before others: the room, then those who decide."""

from __future__ import annotations

from actions.cases import news
from actions.desk.approvals import expire
from domain.cases import Case, CaseStatus, is_urgent
from domain.commands import EscalateCases
from domain.moment import DECIDING, Moment
from domain.notices import Notice
from domain.refusals import NotFound
from domain.staff import EVERYWHERE
from storage.unit_of_work import UnitOfWork


def escalate_cases(command: EscalateCases, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Bring the cases of a depot before others; the first depot sees to those of everybody. Approvals nobody decided expire.

    What is not urgent waits until somebody is in. Refuses an unknown depot.
    """
    depots = uow.depots.all()
    depot = next((each for each in depots if each.code == command.depot), None)
    if depot is None:
        raise NotFound("no_such_depot", depot=command.depot, field="depot")
    first = depot is depots[0]
    if first:
        expire(uow, at)
    is_in = at.policies.office.opens(at.now, at.policies.zone) == at.now
    desks = {depot.code, EVERYWHERE} if first else {depot.code}
    found = uow.cases.to_escalate(desks, at.now - at.policies.escalate_after, at.now)
    return [notice for case in found if is_in or is_urgent(case.kind) for notice in _bring(case, uow, at)]


def _bring(case: Case, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The next step for a case: it comes back, the room hears of it, or those who decide do."""
    if case.status == CaseStatus.SNOOZED:
        uow.record(case.wake(at))
        return [news("back", case, uow, at, staff=case.owner_id)]
    what = "waiting" if case.owner_id is None and case.status == CaseStatus.OPEN else "overdue"
    if case.escalations == 0:
        uow.record(case.escalate(at))
        return [news(what, case, uow, at)]
    since = case.escalated_at
    if case.escalations > 1 or (since is not None and since + at.policies.escalate_after > at.now):
        return []
    uow.record(case.escalate(at))
    return [news(what, case, uow, at, staff=each.id) for each in uow.people.in_roles(DECIDING)]
