"""Files to take in, and what there is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result
from sqlmodel import select

from domain.cases import Case
from domain.customers import Customer
from domain.depots import DeliverySlot, DeliveryWindow, Depot
from domain.events import Event
from domain.orders import Order, OrderLine
from domain.stock import Product, StockLevel
from storage.database import Database

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
HEADER = "external_id,name,email,phone,street,postcode,city,country,lat,lon,sku,quantity,unit_price,wanted_day,wanted_window,instructions,language"
GOOD = "A-1,Ann,ann@example.com,,Torstr. 1,10119,Berlin,DE,52.53,13.40,SKU-1,2,18.90,,,,en"
NEXT = "A-2,Ben,ben@example.com,,Torstr. 2,10119,Berlin,DE,52.53,13.40,SKU-2,1,,,,,"

Run = Callable[..., Result]


def csv(tmp_path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def everything(database: Database) -> dict[str, list[Any]]:
    """All that an import may touch."""
    with database.reading() as session:
        return {
            kind.__name__: sorted(repr(row.model_dump()) for row in session.exec(select(kind)))
            for kind in (
                Order,
                OrderLine,
                Customer,
                Case,
                Event,
                Product,
                StockLevel,
                Depot,
                DeliveryWindow,
                DeliverySlot,
            )
        }


def orders(database: Database) -> dict[str | None, Order]:
    with database.reading() as session:
        return {order.external_id: order for order in session.exec(select(Order))}


def business_there(session: Any) -> Any:
    """The business that is in the database already."""
    from tests.builders import Business

    products = {each.sku: each for each in session.exec(select(Product))}
    return Business(session.exec(select(Depot)).one(), session.exec(select(Customer)).one(), products)
