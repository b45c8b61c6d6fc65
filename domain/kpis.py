"""Key figures: what each is, how it is computed from the counts of a time, and what is aimed at. docs/kpis.md says it in words.

The counts are those of `storage.figures.Figures`, which come from what happened and when; every key figure but the times
people wait is one sum over another, so that days and depots are put together by adding up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any, Literal

from sqlalchemy import Column, Float, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime

#: So few of what is counted say nothing about a target.
FEWEST = 5


class Kpi(StrEnum):
    """The key figures, in the order they are shown."""

    IN_PROMISE = "in_promise"
    IN_TOLD = "in_told"
    FIRST_ATTEMPT = "first_attempt"
    COST_PER_STOP = "cost_per_stop"
    COST_PER_ORDER = "cost_per_order"
    RATING = "rating"
    QUESTIONS = "questions"
    WAITING = "waiting"
    WAITING_P90 = "waiting_p90"
    PLAN_TIME = "plan_time"
    PLAN_DISTANCE = "plan_distance"
    PLAN_STOPS = "plan_stops"
    RETURN_RATE = "return_rate"
    RETURNS_BY_RULE = "returns_by_rule"
    REFUND_TIME = "refund_time"
    REFUND_SINCE_ASKED = "refund_since_asked"
    RECOVERED = "recovered"
    REFUNDED = "refunded"


#: percent: of a hundred; money: in major units; points: 1 to 5; each: a plain ratio; minutes; days.
Unit = Literal["percent", "money", "points", "each", "minutes", "days"]
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Definition:
    """What a key figure is made of: ``top`` over ``bottom`` (names of counts) times ``factor``; or a quantile of ``waits``,
    a list of seconds of which there are ``top``."""

    unit: Unit
    higher_is_better: bool
    top: str
    bottom: str
    factor: float = 1.0
    quantile: float | None = None
    waits: str = "waits"


DEFINITIONS: Mapping[Kpi, Definition] = {
    Kpi.IN_PROMISE: Definition("percent", True, "in_promise", "with_promise", 100),
    Kpi.IN_TOLD: Definition("percent", True, "in_told", "with_told", 100),
    Kpi.FIRST_ATTEMPT: Definition("percent", True, "first_served", "first_attempts", 100),
    Kpi.COST_PER_STOP: Definition("money", False, "cost", "stops", 0.01),
    Kpi.COST_PER_ORDER: Definition("money", False, "cost", "served_orders", 0.01),
    Kpi.RATING: Definition("points", True, "rating_sum", "ratings"),
    Kpi.QUESTIONS: Definition("each", False, "asked_where", "tried_orders"),
    Kpi.WAITING: Definition("minutes", False, "answered", "handed_over", 1 / 60, quantile=0.5),
    Kpi.WAITING_P90: Definition("minutes", False, "answered", "handed_over", 1 / 60, quantile=0.9),
    Kpi.PLAN_TIME: Definition("percent", False, "driven_seconds", "planned_seconds", 100),
    Kpi.PLAN_DISTANCE: Definition("percent", False, "driven_metres", "planned_metres", 100),
    Kpi.PLAN_STOPS: Definition("percent", True, "stops", "planned_stops", 100),
    Kpi.RETURN_RATE: Definition("percent", False, "returned_pieces", "delivered_pieces", 100),
    Kpi.RETURNS_BY_RULE: Definition("percent", True, "returns_by_rule", "returns_decided", 100),
    Kpi.REFUND_TIME: Definition(
        "days", False, "received_refunds", "received_refunds", 1 / DAY, quantile=0.5, waits="received_waits"
    ),
    Kpi.REFUND_SINCE_ASKED: Definition(
        "days", False, "asked_refunds", "asked_refunds", 1 / DAY, quantile=0.5, waits="asked_waits"
    ),
    Kpi.RECOVERED: Definition("percent", True, "worth_recovered", "worth_inspected", 100),
    Kpi.REFUNDED: Definition("percent", False, "refunded", "delivered_worth", 100),
}


class KpiTarget(SQLModel, table=True):
    """What is aimed at for a key figure, in its unit: at one depot, or (None) at all that have no target of their own."""

    __tablename__ = "kpi_target"
    __table_args__ = (
        UniqueConstraint("kpi", "depot_id"),
        Index(
            "ix_kpi_target_of_all", "kpi", unique=True,
            postgresql_where=text("depot_id IS NULL"), sqlite_where=text("depot_id IS NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    kpi: str
    depot_id: int | None = Field(default=None, foreign_key="depot.id")
    value: float = Field(sa_column=Column(Float, nullable=False))
    set_by: str
    set_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Measured:
    """A key figure of a time: None where there was nothing to measure. ``top`` of ``bottom`` are the counts behind it."""

    kpi: Kpi
    value: float | None
    top: int
    bottom: int

    def meets(self, target: float) -> bool | None:
        """Whether the target is met; None where too little was counted to say."""
        if self.value is None or self._counted < FEWEST:
            return None
        return self.value >= target if DEFINITIONS[self.kpi].higher_is_better else self.value <= target

    def since(self, before: Measured) -> Literal["better", "worse", "same"] | None:
        """How it stands against the time before; None where either has nothing to measure."""
        if self.value is None or before.value is None:
            return None
        change = round(self.value - before.value, 2)
        if not change:
            return "same"
        return "better" if (change > 0) == DEFINITIONS[self.kpi].higher_is_better else "worse"

    @property
    def _counted(self) -> int:
        return self.top if DEFINITIONS[self.kpi].quantile is not None else self.bottom


def measure(figures: Mapping[str, Any]) -> list[Measured]:
    """All key figures of a time, from its counts. What was not counted then (reports of old) has no value."""
    return [_measured(kpi, each, figures) for kpi, each in DEFINITIONS.items()]


def _measured(kpi: Kpi, each: Definition, figures: Mapping[str, Any]) -> Measured:
    top, bottom = int(figures.get(each.top, 0)), int(figures.get(each.bottom, 0))
    if each.quantile is not None:
        waited = quantile(figures.get(each.waits, ()), each.quantile)
        value = None if waited is None else waited * each.factor
    else:
        value = top / bottom * each.factor if bottom else None
    return Measured(kpi, None if value is None else round(value, 4), top, bottom)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of ``values`` that at least that share of them do not exceed; None of none."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def together(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts of several depots or times as one: numbers and counts by name added up, lists put together."""
    whole: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            known = whole.get(name)
            if not known:
                whole[name] = value
            elif isinstance(value, str):
                continue
            elif isinstance(value, Mapping):
                whole[name] = {key: known.get(key, 0) + value.get(key, 0) for key in {**known, **value}}
            else:
                whole[name] = known + value
    return whole


def target_of(kpi: Kpi, depot_id: int | None, targets: Iterable[KpiTarget]) -> KpiTarget | None:
    """The target that holds for a depot: its own, else that of all; for all depots together that of all."""
    found = {each.depot_id: each for each in targets if each.kpi == kpi}
    return found.get(depot_id) or found.get(None)
