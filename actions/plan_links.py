"""Links to the pages of plans: one for each; whoever holds it sees that plan for as long as the link lives."""

from __future__ import annotations

from datetime import datetime

from domain.moment import Moment
from domain.plans import PLAN_SHOWN_FOR, Plan, PlanLink
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork


def token_of(plan: Plan, uow: UnitOfWork, at: Moment) -> str:
    """The token of the plan's page (``/plan/<token>``), made when it has none yet."""
    plan_id = plan.id or 0
    link = uow.routes.link_of(plan_id)
    if link is None:
        link = PlanLink(token=at.ids(), plan_id=plan_id, created_at=at.now)
        uow.add(link)
    return link.token


def plan_of(token: str, uow: UnitOfWork, now: datetime) -> Plan:
    """The plan a token opens. Refuses one that is unknown, or dead since 14 days after the plan's day, alike."""
    link = uow.routes.link(token)
    if link is None:
        raise NotFound("link_dead")
    plan = uow.routes.plan(link.plan_id)
    today = now.astimezone(uow.depots.get(plan.depot_id).tz).date()
    if today > plan.day + PLAN_SHOWN_FOR:
        raise NotFound("link_dead")
    return plan
