"""Products and their stock out of a table."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from bot.faults import faults
from bot.imports.tables import Row, RowFault, Table, WrongCell, minor_units
from domain.commands import StockProduct

REQUIRED = ("sku", "name")
OPTIONAL = ("category", "price", "currency", "weight", "volume", "depot", "on_hand")


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
