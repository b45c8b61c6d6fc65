"""Notices about plans: to those who plan, and to customers about when they are visited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.notices.base import Facts, Notice
from domain.notices.ladder import within
from domain.notices.orders import OrderNotice


class PlanningStopped(Notice):
    """A run ends early; ``already`` when it was over, ``aborted`` when nothing comes of it."""

    text = "planning.stopped"

    run: int
    already: bool = False
    aborted: bool = False


class PlanNotice(Notice):
    """Something about one plan."""

    plan: int
    depot: str
    day: date


class PlanAdopted(PlanNotice):
    """There is a new draft; ``figures`` is what it comes to, ``link`` the token of its page."""

    text = "planning.adopted"

    figures: Facts
    link: str


class PlanPublished(PlanNotice):
    """A plan is the truth now; ``already`` when it was before."""

    text = "planning.published"

    already: bool = False
    routes: int = 0
    stops: int = 0
    left_out: int = 0
    taken_out: int = 0


class PlanDiscarded(PlanNotice):
    """A draft was thrown away."""

    text = "planning.discarded"


class OrderPlanned(OrderNotice):
    """When the order comes, by plan; ``again`` when another window was told before. ``tracking`` is its page, ``pin`` what
    the customer tells the driver.
    """

    text = "order.planned"
    rings = True

    start: datetime
    end: datetime
    again: bool = False
    tracking: str
    pin: str | None = None

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status in {"confirmed", "allocated", "packed", "rescheduled", "dispatched", "out_for_delivery"}

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["start"], facts["end"], told_start, told_end)
