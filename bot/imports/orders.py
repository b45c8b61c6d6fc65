"""Orders out of a table: rows of the same external_id are the lines of one order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.clock import now
from bot.faults import Fault, faults
from bot.imports.tables import Row, RowFault, Table, WrongCell, minor_units
from bot.imports.taking import moment, taking
from bot.jobs import run_due_jobs
from bot.settings import Settings
from bot.words import Words
from domain.commands import CreateOrder, RecordLocation
from domain.moment import Moment
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.values import plain
from storage.database import Database
from storage.unit_of_work import UnitOfWork

REQUIRED = ("external_id", "name", "street", "postcode", "city", "country", "sku", "quantity")
OPTIONAL = (
    "email", "phone", "lat", "lon", "unit_price", "wanted_day", "wanted_window", "instructions", "language", "zone", "customer_id",
    "proof", "proof_required", "carriage", "discount", "paid_by", "payment", "gift", "channel", "tax",
)  # fmt: skip
_OF_LINES = ("sku", "quantity", "unit_price", "tax")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%?")
#: Sums of the whole order.
_AMOUNTS = ("carriage", "discount")
_OF_ORDER = tuple(name for name in (*REQUIRED, *OPTIONAL) if name not in _OF_LINES)
#: Where the order has a value of a column that is called otherwise there.
_COLUMN_OF = {"customer.external_id": "customer_id", "address.place": "lat"}


@dataclass(frozen=True, slots=True)
class Planned:
    """An order of the file and the rows it stands in, one for each line."""

    rows: tuple[Row, ...]
    command: CreateOrder

    def fault(self, found: Fault) -> RowFault:
        """A fault of the order in terms of the file."""
        return _fault(self.rows, found)


@dataclass
class Outcome:
    """What came of an import. ``waiting`` orders are still to be found on the map; ``numbers`` are the new ones."""

    created: int = 0
    unchanged: int = 0
    failed: int = 0
    exceptions: int = 0
    waiting: int = 0
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Importing:
    """Who is told what while orders come in: each bad row, and each order that is through."""

    database: Database
    settings: Settings
    words: Words
    complain: Callable[[RowFault], None]
    advance: Callable[[], None]


def plan(table: Table, currencies: Mapping[str, str]) -> tuple[list[Planned], list[RowFault], int]:
    """The orders of a table, what is wrong with its rows, and how many orders are left out for that.

    ``currencies`` are those of the products by SKU: they decide how many decimals a price has.
    """
    planned: list[Planned] = []
    found = list(table.faults)
    failed = len(table.faults)
    for rows in _grouped(table.rows):
        order, wrong = _planned(rows, table, currencies)
        found += wrong
        if order is not None:
            planned.append(order)
        else:
            failed += 1
    return planned, sorted(found, key=lambda each: each.row), failed


def _grouped(rows: Iterable[Row]) -> list[tuple[Row, ...]]:
    """Rows by external_id in the order of the file; those without one stand alone."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["external_id"] or f"\0{row.number}", []).append(row)
    return [tuple(group) for group in groups.values()]


def _planned(
    rows: tuple[Row, ...], table: Table, currencies: Mapping[str, str]
) -> tuple[Planned | None, list[RowFault]]:
    wrong = _disagreeing(rows)
    body = _body(rows[0], table, wrong) | _amounts(rows[0], currencies, wrong)
    body["lines"] = [_line(row, currencies, wrong) for row in rows]
    try:
        command = CreateOrder.model_validate(body)
    except ValidationError as error:
        told = {(each.row, each.column) for each in wrong}
        more = [_fault(rows, each) for each in faults(error)]
        return None, wrong + [each for each in more if (each.row, each.column) not in told]
    return (None, wrong) if wrong else (Planned(rows, command), [])


def _disagreeing(rows: tuple[Row, ...]) -> list[RowFault]:
    """Further rows of an order repeat what the first says, or leave it empty."""
    first = rows[0]
    return [
        RowFault(row.number, column, f"differs from row {first.number} of the same order")
        for row in rows[1:]
        for column in _OF_ORDER
        if row[column] and row[column] != first[column]
    ]


def _body(row: Row, table: Table, wrong: list[RowFault]) -> dict[str, Any]:
    given = {column: row[column] for column in _OF_ORDER if row[column]}
    customer: dict[str, str] = {
        name: given[name] for name in ("name", "email", "phone", "language", "zone") if name in given
    }
    if "customer_id" in given:
        customer["external_id"] = given["customer_id"]
    address: dict[str, Any] = {name: given[name] for name in ("street", "postcode", "city") if name in given}
    if "country" in given:
        address["country"] = given["country"].upper()
    place = _place(row, table, wrong)
    if place is not None:
        address["place"] = place
    rest: dict[str, str] = {
        name: given[name]
        for name in (
            "external_id", "wanted_day", "wanted_window", "instructions", "proof", "proof_required", "paid_by", "payment",
            "gift", "channel",
        )
        if name in given
    }  # fmt: skip
    return {**rest, "customer": customer, "address": address}


def _amounts(row: Row, currencies: Mapping[str, str], wrong: list[RowFault]) -> dict[str, int]:
    """What delivery costs, and what is taken off, in minor units."""
    found: dict[str, int] = {}
    for name in _AMOUNTS:
        if row[name]:
            try:
                found[name] = minor_units(row[name], currencies.get(row["sku"], "EUR"))
            except WrongCell as error:
                wrong.append(RowFault(row.number, name, str(error)))
    return found


def _place(row: Row, table: Table, wrong: list[RowFault]) -> dict[str, float] | None:
    place: dict[str, float] = {}
    for column in ("lat", "lon"):
        if not row[column]:
            continue
        try:
            place[column] = table.number(row[column])
        except WrongCell as error:
            wrong.append(RowFault(row.number, column, str(error)))
            return None
    if len(place) == 1:
        missing = "lon" if "lat" in place else "lat"
        wrong.append(RowFault(row.number, missing, "is empty; lat and lon belong together"))
        return None
    return place or None


def _line(row: Row, currencies: Mapping[str, str], wrong: list[RowFault]) -> dict[str, Any]:
    line: dict[str, Any] = {name: row[name] for name in ("sku", "quantity") if row[name]}
    if row["unit_price"]:
        try:
            line["unit_price"] = minor_units(row["unit_price"], currencies.get(row["sku"], "EUR"))
        except WrongCell as error:
            wrong.append(RowFault(row.number, "unit_price", str(error)))
    if row["tax"]:
        found = _PERCENT.fullmatch(row["tax"])
        if found is None:
            wrong.append(RowFault(row.number, "tax", "must be a percentage like 19 or 5.5"))
        else:
            line["tax"] = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    return line


def _fault(rows: tuple[Row, ...], found: Fault) -> RowFault:
    parts = found.field.split(".")
    row = rows[int(parts[1])] if parts[0] == "lines" and len(parts) > 2 else rows[0]
    column = _COLUMN_OF.get(found.field, parts[-1] if found.field else None)
    known = column if column in {*REQUIRED, *OPTIONAL} else None
    detail = "is empty" if found.detail == "is missing" else found.detail
    return RowFault(row.number, known, detail)


# Taking them in


def import_orders(planned: list[Planned], to: Importing, *, dry_run: bool = False) -> Outcome:
    """Take orders in, each in a transaction of its own, then find their addresses on the map.

    A dry run comes to the same and keeps nothing; other orders wait meanwhile, and no geocoder is asked.
    """
    outcome = Outcome()
    with taking(to.database, dry_run=dry_run) as take:
        for each in planned:
            try:
                new, order = take([each.command], at := moment(to.settings.policies), _looked(each.command, at))[1]
                if dry_run and new and order.place is None and to.settings.geocoder is None:
                    take([RecordLocation(order=order.number, place=None)], moment(to.settings.policies))
            except Refusal as refusal:
                outcome.failed += 1
                to.complain(each.fault(_refused(refusal, to.words, now())))
            else:
                outcome.created += new
                outcome.unchanged += not new
                outcome.numbers += [order.number] if new else []
            to.advance()
        while not dry_run and run_due_jobs(to.database, to.settings):
            pass
        take([], moment(to.settings.policies), lambda uow: _count(outcome, uow))
    return outcome


def _looked(command: CreateOrder, at: Moment) -> Callable[[UnitOfWork], tuple[bool, Order]]:
    def look(uow: UnitOfWork) -> tuple[bool, Order]:
        order = uow.orders.by_external_id([command.external_id])[command.external_id]
        begun = uow.orders.last_event(order, OrderStatus.CREATED)
        return begun is not None and begun.key == at.key, order

    return look


def _refused(refusal: Refusal, words: Words, now_: datetime) -> Fault:
    values = {key: plain(value) for key, value in refusal.values.items()}
    name = str(values.get("field") or next(iter(values.get("differences", [])), "external_id"))
    return Fault(name, words.say(refusal.text, values, None, now_))


def _count(outcome: Outcome, uow: UnitOfWork) -> None:
    """Which of the new orders are exceptions, and which wait to be found on the map."""
    for start in range(0, len(outcome.numbers), 500):
        numbers = outcome.numbers[start : start + 500]
        wrong = {case.order_number for case in uow.cases.of_orders(numbers)}
        outcome.exceptions += len(wrong)
        outcome.waiting += sum(order.place is None and order.number not in wrong for order in uow.orders.named(numbers))
