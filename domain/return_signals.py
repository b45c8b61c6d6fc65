"""Reasons to look closer at a return, each with its numbers. None of them accuses anybody: a person looks.

Pure: every signal is a function of counts that somebody else has made. ``values`` are what its words are made of.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.returns import OUR_FAULT, Resolution


class SignalCode(StrEnum):
    """What was noticed."""

    CUSTOMER_RATE = "customer_rate"
    GOODS_RATE = "goods_rate"
    WEIGHT = "weight"
    SEVERAL = "several"
    WORTH_MORE = "worth_more"
    FRAUD_MARKS = "fraud_marks"
    ADDRESSES = "addresses"
    SAME_PHOTO = "same_photo"


#: So unlikely a number of returns is far above the usual; of fewer pieces nothing can be said.
UNLIKELY = 0.001
FEWEST_RETURNED, FEWEST_DELIVERED, FEWEST_IN_SHOP = 4, 5, 50
#: What the usual rate is taken to be at least (a share), or the first returns of a young shop would all stand out.
LEAST_USUAL = 0.02
#: So many returns within so many days, and so many addresses within a year, are worth a look.
MANY_RETURNS, WITHIN_DAYS = 5, 7
MANY_ADDRESSES = 4
#: A weight may differ by so much: a share of the expected one, and at least so many grams.
WEIGHT_SHARE, WEIGHT_GRAMS = 0.15, 60


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was noticed, with what its words are made of."""

    code: SignalCode
    values: dict[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As it is kept with a return."""
        return {"code": self.code.value, "values": self.values}


@dataclass(frozen=True, slots=True)
class Pieces:
    """How many pieces were handed over, and how many of them came back."""

    delivered: int
    returned: int

    @property
    def rate(self) -> int:
        """What share came back, in percent."""
        return round(100 * self.returned / self.delivered) if self.delivered else 0


def customer_rate(own: Pieces, shop: Pieces) -> Signal | None:
    """A customer of whom far more comes back than of all others together (``shop`` without them)."""
    if not _far_above(own, shop):
        return None
    values = {"came_back": own.returned, "handed_over": own.delivered, "rate": own.rate, "usual": shop.rate}
    return Signal(SignalCode.CUSTOMER_RATE, values)


def goods_rate(sku: str, product: str, own: Pieces, shop: Pieces) -> Signal | None:
    """A product of which far more comes back than of all others together: that points to the goods."""
    if not _far_above(own, shop):
        return None
    counts = {"came_back": own.returned, "handed_over": own.delivered, "rate": own.rate, "usual": shop.rate}
    return Signal(SignalCode.GOODS_RATE, {"sku": sku, "product": product, **counts})


def weight_differs(expected: int, found: int, product: str = "") -> Signal | None:
    """Goods that weigh something else than they should (grams), by more than packaging explains. Nothing where no weight is
    known."""
    if expected <= 0 or found <= 0 or abs(found - expected) <= max(WEIGHT_GRAMS, WEIGHT_SHARE * expected):
        return None
    return Signal(SignalCode.WEIGHT, {"should_weigh": expected, "weighs": found, "product": product})


def several(count: int) -> Signal | None:
    """Something of so many orders of one customer comes back within a week, what is not their doing left out."""
    return Signal(SignalCode.SEVERAL, {"count": count, "days": WITHIN_DAYS}) if count >= MANY_RETURNS else None


def worth_more(returned: int, paid: int, currency: str, order: str) -> Signal | None:
    """More comes back of an order (with what came back before, minor units) than was paid for its goods."""
    if returned <= paid:
        return None
    money = {"worth": {"minor": returned, "currency": currency}, "paid": {"minor": paid, "currency": currency}}
    return Signal(SignalCode.WORTH_MORE, {"order": order, **money})


def fraud_marks(marks: int) -> Signal | None:
    """A person found something to be a fraud before."""
    return Signal(SignalCode.FRAUD_MARKS, {"marks": marks}) if marks > 0 else None


def addresses(count: int) -> Signal | None:
    """Orders of one account went to many addresses within a year."""
    return Signal(SignalCode.ADDRESSES, {"count": count}) if count >= MANY_ADDRESSES else None


def same_photo(returns: Collection[str]) -> Signal | None:
    """A photo that was shown with other returns already."""
    return Signal(SignalCode.SAME_PHOTO, {"returns": sorted(returns)}) if returns else None


def needs_a_person(signals: Iterable[Signal], reasons: Collection[str]) -> bool:
    """Whether a person has to look. That a product comes back too often holds up nobody to whom something went wrong: its
    buyer hears of it."""
    found = {signal.code for signal in signals}
    if found - {SignalCode.GOODS_RATE}:
        return True
    return bool(found) and not set(reasons) <= OUR_FAULT


#: Signals after which goods are looked at before money goes back.
_INSPECT = frozenset(
    {
        SignalCode.FRAUD_MARKS, SignalCode.WEIGHT, SignalCode.WORTH_MORE, SignalCode.CUSTOMER_RATE, SignalCode.SEVERAL,
        SignalCode.ADDRESSES,
    }
)  # fmt: skip
_SHOWN_BY_PHOTO = frozenset({"damaged", "wrong_item"})


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a person could decide (``approve``, ``keep``, ``inspect`` or ``ask``), and ``why``."""

    what: str
    why: str


def suggested(
    signals: Collection[str],
    reasons: Collection[str],
    photos: int,
    resolutions: Collection[str],
    *,
    appeal: bool = False,
) -> Suggested:
    """What speaks for itself, the gravest first; the same facts always suggest the same."""
    if SignalCode.SAME_PHOTO in signals:
        return Suggested("ask", "same_photo")
    if set(reasons) & _SHOWN_BY_PHOTO and not photos:
        return Suggested("ask", "no_photo")
    if appeal:
        return Suggested("ask", "appeal")
    if set(signals) & _INSPECT:
        return Suggested("inspect", "signals")
    if Resolution.KEEP in resolutions and set(reasons) <= OUR_FAULT:
        return Suggested("keep", "not_worth_the_way")
    if reasons and set(reasons) <= OUR_FAULT:
        return Suggested("approve", "our_fault")
    return Suggested("approve", "nothing_against")


def _far_above(own: Pieces, shop: Pieces) -> bool:
    """Whether so many returns are hardly chance where the shop's share is the usual one: the upper tail of a binomial
    distribution (https://en.wikipedia.org/wiki/Binomial_distribution#Tail_bounds), summed exactly."""
    too_few = own.returned < FEWEST_RETURNED or own.delivered < FEWEST_DELIVERED
    if too_few or shop.delivered < FEWEST_IN_SHOP:
        return False
    usual = min(1.0, max(LEAST_USUAL, shop.returned / shop.delivered))
    return tail(own.delivered, min(own.returned, own.delivered), usual) < UNLIKELY


def tail(n: int, k: int, p: float) -> float:
    """The probability of ``k`` or more of ``n`` where each has probability ``p``."""
    if k <= 0 or p >= 1:
        return 1.0
    if p <= 0:
        return 0.0
    whole = math.lgamma(n + 1)
    logs = [
        whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k, n + 1)
    ]
    top = max(logs)
    return min(1.0, math.exp(top) * sum(math.exp(each - top) for each in logs))
