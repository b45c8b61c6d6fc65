"""What customers get back: amounts in minor units, exact to the last of them. Pure.

Of an order ``paid`` minor units were paid: for its goods, and for the carriage (and whatever else is no piece). A discount on
the whole order is what the goods cost by their prices and were not paid for. So

    paid for all goods  = min(paid − min(carriage, paid), Σ price × pieces)
    paid for a product  = its part of that, pro rata to price × pieces, largest remainder first, so that they sum up exactly
    paid for n pieces   = ⌊paid for the product × n / its pieces⌋, and of the pieces n … m that for m less that for n

so that whoever sends everything back, in however many parcels and whatever order, gets back exactly what was paid. Of an order

    refund = Σ (paid for the accepted pieces − restocking % of it, rounded down) + carriage, where it is given back
             − its part of the fee, and never more than ``paid`` less what was given back before.

The fee of a return of several orders is shared pro rata to what each comes to, largest remainder first, and is never more
than all of it. Tax is included in prices: of an amount with r basis points of tax it is amount × r / (10 000 + r), rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: All of something in basis points.
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Sold:
    """An order as it was paid: ``goods`` by SKU as (pieces, what they cost by their prices)."""

    paid: int
    carriage: int
    goods: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Back:
    """Accepted pieces of a product; ``before`` were taken back earlier. ``restocking`` is in %, ``tax`` in basis points."""

    sku: str
    pieces: int
    before: int = 0
    restocking: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What a product comes to: ``amount`` was paid for its pieces, ``kept`` of it for restocking; ``tax`` is in the rest."""

    sku: str
    pieces: int
    amount: int
    kept: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """How an ``amount`` came about; ``cut`` is what was left out because no more can be given back."""

    amount: int
    parts: tuple[Part, ...] = ()
    carriage: int = 0
    fee: int = 0
    cut: int = 0
    paid: int = 0
    before: int = 0

    @property
    def tax(self) -> int:
        """The tax in the goods that are given back."""
        return sum(part.tax for part in self.parts)

    @property
    def goods(self) -> int:
        """What is given back for goods before fee and limit."""
        return sum(part.amount - part.kept for part in self.parts)

    def facts(self, names: Mapping[str, str]) -> dict[str, Any]:
        """As it is kept and told, products by their names."""
        return {
            "parts": [
                {
                    "sku": part.sku, "name": names.get(part.sku, part.sku), "pieces": part.pieces, "amount": part.amount,
                    "kept": part.kept, "tax": part.tax,
                }
                for part in self.parts
            ],
            "carriage": self.carriage, "fee": self.fee, "cut": self.cut, "tax": self.tax, "paid": self.paid, "before": self.before,
        }  # fmt: skip


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of an amount pro rata to weights that sum up to it; what is left over goes to the largest remainders, the
    first of equal ones. Nothing to anybody where all weights are 0."""
    total = sum(weights)
    if total <= 0:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % total), n))
    for n in by_remainder[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def paid_for_goods(sold: Sold) -> dict[str, int]:
    """By SKU what was paid for all its pieces."""
    skus = sorted(sold.goods)
    prices = [sold.goods[sku][1] for sku in skus]
    paid = min(sold.paid - min(sold.carriage, sold.paid), sum(prices))
    return dict(zip(skus, shared(paid, prices), strict=True))


def paid_beside(sold: Sold) -> int:
    """What was paid for the carriage and whatever else is no piece."""
    return sold.paid - sum(paid_for_goods(sold).values())


def paid_for(sold: Sold, sku: str, pieces: int, before: int = 0) -> int:
    """What was paid for so many pieces of a product, after so many others; of pieces that were not sold nothing."""
    sold_pieces = sold.goods.get(sku, (0, 0))[0]
    if sold_pieces == 0:
        return 0
    all_of_it = paid_for_goods(sold)[sku]
    first, last = min(before, sold_pieces), min(before + pieces, sold_pieces)
    return all_of_it * last // sold_pieces - all_of_it * first // sold_pieces


def tax_in(amount: int, rate: int) -> int:
    """The tax that an amount includes, at ``rate`` basis points."""
    return (2 * amount * rate + _WHOLE + rate) // (2 * (_WHOLE + rate))


def part_of(sold: Sold, back: Back) -> Part:
    """What accepted pieces of a product come to."""
    amount = paid_for(sold, back.sku, back.pieces, back.before)
    kept = amount * back.restocking // 100
    return Part(back.sku, back.pieces, amount, kept, tax_in(amount - kept, back.tax))


def refund_of(sold: Sold, backs: Sequence[Back], *, carriage: int = 0, fee: int = 0, before: int = 0) -> Breakdown:
    """What is given back for pieces of one order: ``carriage`` with it, ``fee`` kept, ``before`` given back already. See above."""
    parts = tuple(part_of(sold, back) for back in backs)
    due = sum(part.amount - part.kept for part in parts) + carriage
    after_fee = max(0, due - fee)
    amount = max(0, min(after_fee, sold.paid - before))
    return Breakdown(amount, parts, carriage, min(fee, due), after_fee - amount, sold.paid, before)


def fees_of(fee: int, dues: Sequence[int]) -> list[int]:
    """The fee of a return by order, given what each comes to without it; never more than that."""
    return shared(min(fee, sum(dues)), dues)
