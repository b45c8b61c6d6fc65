"""An invented shop's page in the demo, with the chat bubble on it as any shop would have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.clock import now
from bot.compose import Program
from bot.demo.show import show
from bot.identity import identity_key
from bot.settings import Settings
from bot.web.chat.routes import ChatServer
from domain.customers import Customer
from domain.stock import Product, StockLevel

LOGGED_IN_FOR = timedelta(hours=1)
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})
_SOME_CUSTOMERS, _SOME_PRODUCTS = 8, 4


@dataclass(frozen=True, slots=True)
class Goods:
    """A product on the page, how many there are, what stands beside it, and the departments of the shop."""

    product: Product
    available: int
    beside: list[Product]
    departments: list[str]


def add_shop(app: FastAPI, server: ChatServer) -> None:
    """The shop's page at ``/shop``; for demos only, as it logs anybody in as anybody."""
    router = APIRouter(include_in_schema=False)
    program, pages = server.program, server.pages

    @router.get("/shop")
    async def page(request: Request, sku: str = "", department: str = "", who: str = "") -> Response:
        values = await server.in_core(_read, program, sku, department, who)
        home = _home(request, program.settings)
        shown = pages.show("shop.html", pages.language(request), home=home, url=program.settings.url, **values)
        policy = (
            f"default-src 'none'; script-src 'self' {home}; style-src 'self'; img-src 'self'; frame-src 'self' {home}"
        )
        shown.headers["Content-Security-Policy"] = f"{policy}; form-action 'self'; base-uri 'none'"
        return shown

    app.include_router(router)


def _home(request: Request, settings: Settings) -> str:
    """Where the bubble comes from: another origin than the page's when this machine is called by its other name."""
    return settings.url if request.url.hostname in _THIS_MACHINE else ""


def _read(program: Program, sku: str, department: str, who: str) -> dict[str, Any]:
    people = show(program.database, _SOME_CUSTOMERS)
    with program.database.reading() as session:
        goods = _goods(session, sku, department)
        customer = session.get(Customer, int(who)) if who.isascii() and who.isdigit() and len(who) < 10 else None
    identity = _identity(program.settings, customer)
    known = customer if identity else None
    return {"goods": goods, "people": people, "customer": known, "identity": identity, "who": who if known else ""}


def _identity(settings: Settings, customer: Customer | None) -> str | None:
    """What a shop does for a customer who is logged in: five lines in any language, see docs/shop.md."""
    key = identity_key(settings)
    if customer is None or customer.external_id is None or key is None:
        return None
    return jwt.encode({"sub": customer.external_id, "exp": now() + LOGGED_IN_FOR}, key, algorithm="HS256")


def _goods(session: Session, sku: str, department: str) -> Goods | None:
    """The product of that SKU, or the first of the department; None when nothing is sold."""
    sold = select(Product).where(col(Product.active)).order_by(col(Product.sku))
    product = (
        session.exec(sold.where(Product.sku == sku)).first()
        or session.exec(sold.where(Product.category == department)).first()
        or session.exec(sold).first()
    )
    if product is None:
        return None
    levels = session.exec(select(StockLevel).where(StockLevel.sku == product.sku)).all()
    beside = sold.where(Product.category == product.category, Product.sku != product.sku)
    departments = session.exec(
        select(Product.category).where(col(Product.active)).group_by(Product.category).order_by(func.min(Product.sku))
    ).all()
    available = sum(level.available for level in levels)
    return Goods(product, available, list(session.exec(beside.limit(_SOME_PRODUCTS)).all()), list(departments))
