"""The first page of the desk: what waits for somebody, and how the day goes."""

from __future__ import annotations

from datetime import time
from typing import Any

from actions.desk.approvals import decisions, look, may_decide
from actions.desk.cases import open_choice
from domain.commands import ShowHome
from domain.depots import Depot
from domain.moment import Moment
from domain.notices import Choice, HomeShown, Notice
from domain.scheduling import moment_of
from storage.finding import Sought
from storage.nouns import CaseFilter
from storage.unit_of_work import UnitOfWork

#: So many exceptions and approvals are on it.
_CASES, _APPROVALS = 5, 3


def show_home(command: ShowHome, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """My exceptions, my approvals, today's numbers of each depot."""
    person = uow.people.get(at.actor.person) if at.actor.is_staff and at.actor.person is not None else None
    mine = CaseFilter(now=at.now, which="mine", person=at.actor.person)
    cases = uow.cases.listed(mine, _CASES) if person is not None else []
    approvals = [each for each in uow.approvals.waiting() if each.expires_at > at.now and may_decide(each, at)]
    waiting = uow.reviewing.count()
    shown = [
        {
            "reference": case.name, "kind": case.kind, "order": case.order_number, "due_at": case.due_at,
            "overdue": case.is_overdue(at.now),
        }
        for case in cases
    ]  # fmt: skip
    return [
        HomeShown(
            live=f"home:{at.actor.person}", first_name=person.name.split()[0] if person is not None else None, mine=shown,
            mine_count=uow.cases.count(mine) if person is not None else 0,
            unowned=uow.cases.count(CaseFilter(now=at.now, which="unowned")),
            overdue=uow.cases.count(CaseFilter(now=at.now, which="overdue")),
            approvals_shown=tuple(look(each, uow) for each in approvals[:_APPROVALS]),
            today_at=[_today(depot, uow, at) for depot in uow.depots.all()], returns_waiting=waiting,
            choices=(
                *(open_choice(case) for case in cases),
                *(choice for each in approvals[:_APPROVALS] for choice in decisions(each)),
                Choice(label="choice.show_cases", command="ShowCases"),
                *((_returns(waiting),) if waiting else ()),
            ),
        )
    ]  # fmt: skip


def _returns(count: int) -> Choice:
    return Choice(label="choice.show_returns", values={"count": count}, command="ReviewReturns")


def _today(depot: Depot, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """How a depot's day goes, in numbers."""
    today = at.now.astimezone(depot.tz).date()
    figures = uow.figures.of(depot, moment_of(today, time(0), depot.tz), at.now, alone=False)
    by_status = uow.schedules.promised(depot.id or 0, today)
    late = uow.finding.count(Sought(now=at.now, today=today, state="late", depot_id=depot.id))
    routes = [each for each in uow.routes.of_day(depot.id or 0, today) if each.is_live or each.status == "completed"]
    return {
        "depot": depot.name, "promised": sum(by_status.values()), "delivered": figures["delivered"],
        "failed": figures["failed"], "late": late, "routes": len(routes),
        "on_the_road": sum(each.status == "in_progress" for each in routes),
    }  # fmt: skip
