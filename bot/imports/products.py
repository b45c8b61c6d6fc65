"""Products and their stock out of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from bot.clock import now
from bot.faults import faults
from bot.imports.tables import Row, RowFault, Table, WrongCell, minor_units
from bot.imports.taking import moment, taking
from bot.words import Words
from domain.commands import StockProduct
from domain.notices import WasSetUp
from domain.policies import USUAL, Policies
from domain.refusals import Refusal
from storage.database import Database

REQUIRED = ("sku", "name")
OPTIONAL = ("category", "price", "currency", "weight", "volume", "handling", "tags", "family", "depot", "on_hand")


def plan(table: Table) -> tuple[list[tuple[Row, StockProduct]], list[RowFault]]:
    """The products of a table, and what is wrong with its other rows. Weight in grams, volume in cubic centimetres."""
    planned: list[tuple[Row, StockProduct]] = []
    found = list(table.faults)
    for row in table.rows:
        body: dict[str, Any] = {name: row[name] for name in (*REQUIRED, *OPTIONAL) if row[name]}
        try:
            if "price" in body:
                body["price"] = minor_units(body["price"], body.get("currency", "EUR"))
            planned.append((row, StockProduct.model_validate(body)))
        except WrongCell as error:
            found.append(RowFault(row.number, "price", str(error)))
        except ValidationError as error:
            found += [
                RowFault(row.number, each.field or None, "is empty" if each.detail == "is missing" else each.detail)
                for each in faults(error)
            ]
    return planned, found


def import_products(
    planned: list[tuple[Row, StockProduct]],
    database: Database,
    words: Words,
    complain: Callable[[RowFault], None],
    *,
    dry_run: bool = False,
    policies: Policies = USUAL,
) -> Counter[str]:
    """Take products in, each in a transaction of its own; how many were created, changed, unchanged and failed."""
    outcomes: Counter[str] = Counter()
    with taking(database, dry_run=dry_run) as take:
        for row, command in planned:
            try:
                notices, _ = take([command], moment(policies))
            except Refusal as refusal:
                outcomes["failed"] += 1
                column = str(refusal.values.get("field", "sku"))
                complain(RowFault(row.number, column, words.say(refusal.text, refusal.values, None, now())))
            else:
                outcomes.update(notice.outcome for notice in notices if isinstance(notice, WasSetUp))
    return outcomes
