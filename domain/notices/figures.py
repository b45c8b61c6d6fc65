"""Notices about key figures and numbers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Facts, Notice


class ShownKpi(BaseModel):
    """A key figure in words: ``met`` against the target, ``before`` and ``trend`` against the time before.

    ``top`` of ``bottom`` are the counts behind it.
    """

    model_config = ConfigDict(frozen=True)

    kpi: str
    unit: str
    value: float | None
    top: int
    bottom: int
    target: float | None = None
    met: bool | None = None
    before: float | None = None
    trend: Literal["better", "worse", "same"] | None = None


class ReturnedProduct(BaseModel):
    """How many of the pieces handed over of a product come back (approved returns), and why: pieces by reason."""

    model_config = ConfigDict(frozen=True)

    sku: str
    name: str
    delivered: int
    returned: int
    reasons: Facts = {}


class SaidReason(BaseModel):
    """A reason of returns with how many pieces have it, and what customers said, without what tells who they are."""

    model_config = ConfigDict(frozen=True)

    reason: str
    pieces: int
    quotes: tuple[str, ...] = ()


class KpisShown(Notice):
    """Key figures of some days; of all depots where ``name_of_depot`` is None.

    Where they are about returns, what is ``most_returned`` and the ``return_reasons`` come with them.
    """

    text = "kpi.shown"

    name_of_depot: str | None
    first_day: date
    last_day: date
    kpis: tuple[ShownKpi, ...]
    currency: str
    reasons: Facts = {}
    most_returned: tuple[ReturnedProduct, ...] = ()
    return_reasons: tuple[SaidReason, ...] = ()


class TargetSet(Notice):
    """What is aimed at from now on, in place of what was ``aimed`` at before; None: nothing."""

    text = "kpi.target_set"

    kpi: str
    unit: str
    name_of_depot: str | None
    currency: str
    aim: float | None
    aimed: float | None


class KpiMetAgain(Notice):
    """A key figure meets its target again."""

    text = "kpi.met_again"

    name_of_depot: str
    reference: str
    shown: ShownKpi
    currency: str


class CountedGroup(BaseModel):
    """One line of an answer."""

    model_config = ConfigDict(frozen=True)

    values: tuple[str | None, ...]
    count: int


class NumbersShown(Notice):
    """How many, with the filter that was understood; ``more`` groups are not shown. ``ignored`` words meant nothing."""

    text = "numbers.shown"

    what: str
    first_day: date
    last_day: date
    filters: Facts
    by: tuple[str, ...]
    total: int
    groups: tuple[CountedGroup, ...]
    more: int
    ignored: tuple[str, ...] = ()


class DepartedProduct(BaseModel):
    """A product that comes back more (or less) often than it did: orders handed over lately and before, and how many of them
    were asked back; the ``chance`` (0 to 1) that it is noise, and why it comes back."""

    model_config = ConfigDict(frozen=True)

    sku: str
    name: str
    more: bool
    lately: int
    back_lately: int
    before: int
    back_before: int
    chance: float
    reasons: tuple[SaidReason, ...] = ()


class ReturnsDeparted(Notice):
    """Products whose returns are not as they were; of those in ``still`` it was told before."""

    text = "returns.departed"

    depot: str
    name_of_depot: str
    departed: tuple[DepartedProduct, ...]
    still: tuple[str, ...]
    lately_days: int
    within_days: int


class NumbersSaved(Notice):
    """The CSV file of an answer is there."""

    text = "numbers.saved"

    file: str
