"""Questions about numbers: what can be counted, what it can be narrowed to and split by, and the counting itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: So many days can be asked about at once: a quarter and a bit.
LONGEST = 100
#: So many visits are counted while somebody waits for the answer, and no turn can write.
MOST_VISITS = 40_000


class Counted(StrEnum):
    """What can be counted.

    Orders are those promised for the days, ``new`` those taken on them; ``stops`` were visited, ``deliveries`` and
    ``failed`` are visits at which something, or nothing, was handed over; ``late`` are orders whose driver came after the
    promised window, or has not come and it is over; ``returned`` came back to the depot undelivered; ``returns`` are what
    customers asked to send back; ``questions`` are messages that ask where an order is.
    """

    ORDERS = "orders"
    NEW = "new"
    STOPS = "stops"
    DELIVERIES = "deliveries"
    FAILED = "failed"
    LATE = "late"
    RETURNED = "returned"
    RETURNS = "returns"
    CANCELLED = "cancelled"
    QUESTIONS = "questions"
    RATINGS = "ratings"


class By(StrEnum):
    """What counts can be split by: the fields of an `Item`."""

    REASON = "reason"
    DRIVER = "driver"
    DEPOT = "depot"
    DAY = "day"
    HOUR = "hour"
    POSTCODE = "postcode"
    WINDOW = "window"
    STATUS = "status"
    SCORE = "score"
    SKU = "sku"


#: Groups of these stand in their own order, others the largest first.
_IN_ORDER = frozenset({By.DAY, By.HOUR, By.WINDOW, By.SCORE})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is counted, local to its depot. ``window`` is the promised one, ``status`` where the order, or the
    return, stands now. Of a return there is one for each product in it; it counts once."""

    order: str
    depot: str
    day: date
    hour: int
    postcode: str
    city: str
    status: str
    driver: str | None = None
    reason: str | None = None
    window: str | None = None
    score: int | None = None
    return_number: str | None = None
    sku: str | None = None
    product: str | None = None
    pieces: int | None = None

    def value(self, by: By) -> str | None:
        """What it is split by, as text; None where it has none."""
        value = getattr(self, by.value)
        if isinstance(value, date):
            return value.isoformat()
        if by == By.HOUR:
            return f"{self.hour:02}:00"
        if by == By.SKU and self.sku is not None:
            return f"{self.product or ''} ({self.sku})".strip()
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What items must be to count; None: anything. A postcode may end with * for all that begin so."""

    postcode: str | None = None
    city: str | None = None
    driver: str | None = None
    status: str | None = None
    reason: str | None = None
    sku: str | None = None

    def holds(self, item: Item) -> bool:
        """Whether an item is of that kind."""
        return (
            self._is_there(item)
            and self.driver in {None, item.driver}
            and self.status in {None, item.status}
            and self.reason in {None, item.reason}
            and self.sku in {None, item.sku}
        )

    def _is_there(self, item: Item) -> bool:
        if self.city is not None and item.city.casefold() != self.city.casefold():
            return False
        if self.postcode is None:
            return True
        wanted, has = _bare(self.postcode), _bare(item.postcode)
        return has.startswith(wanted[:-1]) if wanted.endswith("*") else has == wanted


@dataclass(frozen=True, slots=True)
class Group:
    """How many items have the same values of what they are split by, in the order that was asked for."""

    values: tuple[str | None, ...]
    count: int


def tally(items: Iterable[Item], by: Sequence[By]) -> list[Group]:
    """The items counted by what they are split by; one group of all without that, none of nothing."""
    counts = Counter(
        values
        for values, _ in dict.fromkeys((tuple(item.value(each) for each in by), which) for which, item in _apart(items))
    )
    groups = [Group(values, count) for values, count in counts.items()]
    if by and by[0] in _IN_ORDER:
        return sorted(groups, key=lambda group: tuple(value or "" for value in group.values))
    return sorted(groups, key=lambda group: (-group.count, tuple(value or "" for value in group.values)))


def count(items: Iterable[Item]) -> int:
    """How many there are."""
    return len({which for which, _ in _apart(items)})


def _apart(items: Iterable[Item]) -> Iterator[tuple[object, Item]]:
    """Items with what tells one thing from another: its number of a return, else its place."""
    return ((item.return_number or n, item) for n, item in enumerate(items))


def _bare(postcode: str) -> str:
    return "".join(postcode.split()).upper()
