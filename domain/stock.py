"""Products and how many of them there are: on hand, reserved, quarantined."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import Json, Versioned
from domain.refusals import Refusal

#: Handling that any vehicle and driver can give; all other words name something they must have.
CARE = frozenset({"fragile", "upright", "keep_dry"})


class Product(SQLModel, table=True):
    """A sellable item (SKU). Price in minor units, weight in grams, volume in cubic centimetres.

    ``handling`` are words for what it needs on its way: ``fridge``, ``lift``, ``two_people``, ``fragile`` …; ``tags`` words
    that rules ask for: ``final_sale``, ``hygiene`` … What differs only in size or colour has the same ``family``.
    """

    __table_args__ = (CheckConstraint("price >= 0 AND weight >= 0 AND volume >= 0", name="product_not_negative"),)

    sku: str = Field(primary_key=True)
    name: str = Field(index=True)
    category: str = ""
    price: int = 0
    currency: str = "EUR"
    weight: int = 0
    volume: int = 0
    active: bool = True
    handling: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    tags: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    family: str = ""


def skills_for(handling: Iterable[str]) -> frozenset[str]:
    """What a vehicle and its driver must have for goods with this handling."""
    return frozenset(handling) - CARE


class StockLevel(Versioned, table=True):
    """Pieces of a product at a depot; available = on hand − reserved − quarantined, never below nothing."""

    __tablename__ = "stock_level"
    __table_args__ = (
        UniqueConstraint("depot_id", "sku"),
        CheckConstraint(
            "on_hand >= 0 AND reserved >= 0 AND quarantined >= 0 AND reserved + quarantined <= on_hand",
            name="stock_never_oversold",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    sku: str = Field(foreign_key="product.sku")
    on_hand: int = 0
    reserved: int = 0
    quarantined: int = 0

    @property
    def available(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.reserved - self.quarantined

    def reserve(self, quantity: int) -> None:
        """Promise ``quantity`` pieces. Refuses more than are available."""
        if quantity > self.available:
            raise Refusal("not_enough_stock", sku=self.sku, available=self.available, wanted=quantity)
        self.reserved += quantity

    def release(self, quantity: int) -> None:
        """Take a promise of ``quantity`` pieces back. Refuses more than are promised."""
        if quantity > self.reserved:
            raise Refusal("not_reserved", sku=self.sku, reserved=self.reserved, wanted=quantity)
        self.reserved -= quantity

    def ship(self, quantity: int) -> None:
        """``quantity`` promised pieces leave the depot. Refuses more than are promised."""
        self.release(quantity)
        self.on_hand -= quantity

    def put_back(self, quantity: int, *, promised: bool) -> None:
        """``quantity`` pieces are at the depot again, ``promised`` to whoever still wants them."""
        self.on_hand += quantity
        if promised:
            self.reserve(quantity)
