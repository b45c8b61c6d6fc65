"""Pictures of plans: wanted where a plan is made or looked at, drawn by a job, and shown wherever the plan is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from domain.commands import KeepPlanPicture
from domain.deliveries import StoredFile
from domain.moment import Moment
from domain.notices import Notice
from domain.plans import PLAN_SHOWN_FOR, Plan
from storage import jobs
from storage.unit_of_work import UnitOfWork

#: The kind of job that draws a plan.
PICTURE = "plan_picture"
#: By route its stops in order, each with whether nothing is left to do there.
Chains = Mapping[int, Sequence[tuple[int, bool]]]


def keep_plan_picture(command: KeepPlanPicture, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A picture of a plan is there: whoever is shown the plan sees it. It goes when the plan's page does."""
    plan = uow.routes.plan(command.plan, lock=True)
    tz = uow.depots.get(plan.depot_id).tz
    ends = at.now.replace(hour=23, minute=59) + (plan.day - at.now.astimezone(tz).date()) + PLAN_SHOWN_FOR
    uow.add(
        StoredFile(
            id=command.file, kind="plan", name=f"plan-{plan.id}.png", mime="image/png", size=command.size,
            path=command.path, created_at=at.now, expires_at=ends,
        )
    )  # fmt: skip
    plan.picture, plan.drawn = command.file, command.drawn
    uow.show_anew("plan", plan.name)
    return []


def want_picture(plan: Plan, uow: UnitOfWork, at: Moment) -> None:
    """Have the plan drawn as it is now."""
    jobs.put_again(uow.session, f"{PICTURE}:{plan.id}", PICTURE, {"plan": plan.id}, at.now)


def shape(chains: Chains) -> str:
    """What of a plan its picture depends on: which route has which stops, in order."""
    stops = sorted((route, [stop for stop, _ in each]) for route, each in chains.items())
    return hashlib.sha256(repr(stops).encode()).hexdigest()[:16]
