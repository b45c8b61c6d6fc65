"""What the demo's shop sells in sizes, and how well: one jacket more than anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from bot.demo.city import City
from bot.demo.story import S, Story, Teller
from domain.orders import OrderLine
from domain.stock import Product, StockLevel

#: Family, sizes, price in cents, weight in grams, volume in cubic centimetres, tags.
_GOODS: tuple[tuple[str, tuple[str, ...], int, int, int, tuple[str, ...]], ...] = (
    ("rain jacket", ("S", "M", "L", "XL"), 6_990, 620, 6_500, ()),
    ("work trousers", ("S", "M", "L"), 4_990, 780, 5_200, ()),
    ("merino socks", ("36-39", "40-43", "44-47"), 1_290, 90, 700, ("underwear",)),
    ("slippers", ("small", "large"), 2_490, 420, 4_800, ()),
)
_FIRST = 1_201
#: So many pieces of each size lie at each depot.
_ON_HAND = 40
#: The size that goes bad, and where: new ones have a zip that breaks.
JACKET, BAD_AT = "SKU-1202", "north"
#: Of the orders of half a year one in three has a jacket there, lately two in three: it is advertised.
_HALF_A_YEAR, _LATELY = timedelta(days=217), timedelta(days=42)


def products() -> list[Product]:
    """All sizes of all clothes, SKU-1201 upwards."""
    goods = [
        (name, size, price, weight, volume, tags)
        for name, sizes, price, weight, volume, tags in _GOODS
        for size in sizes
    ]
    return [
        Product(
            sku=f"SKU-{_FIRST + n}", name=f"{name} {size}", category="clothing", price=price, currency="EUR",
            weight=weight, volume=volume, family=name, tags=list(tags),
        )
        for n, (name, size, price, weight, volume, tags) in enumerate(goods)
    ]  # fmt: skip


def levels(city: City) -> list[StockLevel]:
    """What of them lies at the depots."""
    return [
        StockLevel(depot_id=depot.id or 0, sku=product.sku, on_hand=_ON_HAND)
        for depot in city.depots
        for product in products()
    ]


def sell(teller: Teller, stories: Sequence[Story]) -> None:
    """Put clothes into orders of the last half year that were delivered: the jacket of one size into most of them."""
    known = {product.sku: product for product in products()}
    counts = Counter[str]()
    for story in stories:
        age = teller.now - story.events[-1].at
        if story.order.status != S.DELIVERED or not timedelta(days=1) < age < _HALF_A_YEAR:
            continue
        n = counts[story.depot.code]
        counts[story.depot.code] += 1
        if story.depot.code == BAD_AT and (n % 3 == 0 or (n % 3 == 1 and age < _LATELY)):
            _add(story, known[JACKET])
        elif n % 7 == 3:
            _add(story, known[f"SKU-{_FIRST + n % len(known)}"])


def _add(story: Story, product: Product) -> None:
    story.lines.append(OrderLine(order_id=0, sku=product.sku, quantity=1, unit_price=product.price))
    story.order.total += product.price
