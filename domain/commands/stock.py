"""Stock as staff see and count it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, Sku, Slot


class ShowStock(Command):
    """How many pieces of a product there are."""

    product: Sku
    depot: DepotName | None = None


class AdjustStock(Command):
    """Count pieces anew: so many more, so many fewer, or so many in all. Where ``was`` is given, only while there are so many."""

    product: Sku
    how: Annotated[Literal["add", "remove", "set"], Slot(reader="stock_change")]
    quantity: Annotated[int, Slot("quantity"), Field(ge=0, le=1_000_000)]
    depot: DepotName
    reason: Annotated[
        str, Slot("reason", answer="words"), StringConstraints(min_length=1, max_length=500, strip_whitespace=True)
    ]
    was: Annotated[int, Slot(asked=False), Field(ge=0, le=2_147_483_647)] | None = None
