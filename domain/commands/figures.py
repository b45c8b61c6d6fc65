"""Key figures with what is aimed at, and questions about numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, Slot
from domain.commands.deliveries import FileId
from domain.commands.setup import Code
from domain.handing import Failure
from domain.kpis import Kpi
from domain.numbers import By, Counted
from domain.orders import OrderStatus
from domain.returns import ReturnReason, ReturnStatus
from domain.values import Days

Period = Annotated[Days, Slot("date")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class ShowKpis(Command):
    """Show the key figures of some days (today), of a depot (all), or one of them."""

    period: Period | None = None
    depot: DepotName | None = None
    kpi: Annotated[Kpi, Slot(reader="kpi")] | None = None


class SetTarget(Command):
    """Aim at a value of a key figure, in its unit, at one depot or at all without a target of their own; None: at none."""

    kpi: Annotated[Kpi, Slot(reader="kpi")]
    value: Annotated[float, Slot(reader="aim"), Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    depot: DepotName | None = None


class AskNumbers(Command):
    """Count something, of some days (today), narrowed to what is ``about`` (depot, driver, postcode, city, product, as people
    say it).

    ``ignored`` are words that nobody made anything of.
    """

    what: Annotated[Counted, Slot(reader="numbers")] = Counted.ORDERS
    period: Period | None = None
    about: Annotated[tuple[Said, ...], Field(max_length=6)] = ()
    status: OrderStatus | None = None
    reason: Failure | None = None
    return_status: ReturnStatus | None = None
    return_reason: ReturnReason | None = None
    by: Annotated[tuple[By, ...], Field(max_length=3)] = ()
    ignored: Annotated[tuple[Said, ...], Field(max_length=6)] = ()


class SaveNumbers(Command):
    """Make all of an answer about numbers a CSV file."""

    numbers: AskNumbers


class RecordNumbers(Command):
    """The CSV file of an answer is there: say so where it was asked for."""

    conversation: int
    file: FileId
    name: Annotated[str, StringConstraints(max_length=100)]
    path: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    size: Annotated[int, Field(ge=0)]


class WatchReturns(Command):
    """Tell the buyers which products of a depot come back more, or less, often than they used to; nobody when none does."""

    depot: Code
