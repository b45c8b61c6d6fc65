"""Whether a product comes back more, or less, often than it used to: a test that seldom cries wolf, however many are looked at.

What is compared are orders, not pieces: somebody who sends six glasses back has one complaint. Each is followed equally
long after it was handed over, so that new ones and old ones can be compared.

Under the hypothesis that nothing has changed, the orders that came back lately are a random draw from all that came back
and all that did not (Fisher's exact test, hypergeometric). The chance of a draw at least so far out on that side, doubled
for the two sides, is the chance of noise. It is multiplied by the number of products for which anything could have been
said at all (Tarone, A modified Bonferroni method for discrete data, Biometrics 46, 1990), so that the chance to say
anything in a week in which nothing has changed is at most ``ALARM``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma

#: An order counts when it is known whether it was asked back within so long.
FOLLOWED = timedelta(days=7)
#: What is handed over lately, and before that.
LATELY, HISTORY = timedelta(days=28), timedelta(days=182)
#: Orders there must be lately and before; fewer say nothing.
FEWEST_LATELY, FEWEST_BEFORE = 10, 20
#: The chance of a week in which something is said although nothing has changed.
ALARM = 0.05


@dataclass(frozen=True, slots=True)
class Course:
    """Of a product the orders that were handed over lately and before, and how many of them were asked back in time."""

    sku: str
    lately: int
    back_lately: int
    before: int
    back_before: int

    @property
    def rate_lately(self) -> float:
        """The share that came back, from 0 to 1."""
        return self.back_lately / self.lately if self.lately else 0.0

    @property
    def rate_before(self) -> float:
        """The share that used to come back, from 0 to 1."""
        return self.back_before / self.before if self.before else 0.0

    @property
    def says_something(self) -> bool:
        """Whether there are enough orders to compare."""
        return self.lately >= FEWEST_LATELY and self.before >= FEWEST_BEFORE


@dataclass(frozen=True, slots=True)
class Departure:
    """A product whose returns are not as they were; ``chance`` that it is noise, corrected for all that were looked at."""

    course: Course
    chance: float

    @property
    def more(self) -> bool:
        """Whether it comes back more often."""
        return self.course.rate_lately > self.course.rate_before


def courses(orders: Iterable[tuple[str, datetime, datetime | None]], now: datetime) -> list[Course]:
    """The courses of all products until ``now``, of orders as (SKU, handed over, first asked back), by SKU."""
    counts: dict[str, list[int]] = {}
    since, recent, until = span(now)[0], now - FOLLOWED - LATELY, now - FOLLOWED
    for sku, handed, asked in orders:
        if not since <= handed < until:
            continue
        back = asked is not None and asked <= handed + FOLLOWED
        found = counts.setdefault(sku, [0, 0, 0, 0])
        first = 0 if handed >= recent else 2
        found[first] += 1
        found[first + 1] += back
    return [Course(sku, *found) for sku, found in sorted(counts.items())]


def span(now: datetime) -> tuple[datetime, datetime]:
    """From when until when orders that matter at ``now`` were handed over."""
    return now - FOLLOWED - LATELY - HISTORY, now - FOLLOWED


def departures(found: Sequence[Course], alarm: float = ALARM) -> list[Departure]:
    """The products whose returns are not as they were, the surest first."""
    enough = [each for each in found if each.says_something]
    looked_at = _that_could_be_told(enough, alarm)
    chances = ((noise(each) * max(1, len(looked_at)), each) for each in looked_at)
    ranked = sorted(chances, key=lambda pair: (pair[0], pair[1].sku))
    return [Departure(course, chance) for chance, course in ranked if chance <= alarm]


def _that_could_be_told(found: Sequence[Course], alarm: float) -> list[Course]:
    """The products whose least possible chance of noise is low enough to be told, at the correction for as many as they are."""
    least = [(_least(each), each) for each in found]
    for count in range(1, len(found) + 1):
        able = [each for chance, each in least if chance * count <= alarm]
        if len(able) <= count:
            return able
    return []


def noise(course: Course) -> float:
    """The chance of shares at least so far apart on that side, doubled, when nothing has changed; 1 at most."""
    if course.rate_lately == course.rate_before:
        return 1.0
    least, most = _possible(course)
    more = course.rate_lately > course.rate_before
    tail = range(course.back_lately, most + 1) if more else range(least, course.back_lately + 1)
    return min(1.0, 2 * sum(_drawn(course, back) for back in tail))


def _least(course: Course) -> float:
    """The least chance of noise there could be, with as many orders and as many that came back in all."""
    return min(1.0, 2 * min(_drawn(course, back) for back in _possible(course)))


def _possible(course: Course) -> tuple[int, int]:
    """The least and the most that can have come back lately of all that came back."""
    back = course.back_lately + course.back_before
    return max(0, back - course.before), min(back, course.lately)


def _drawn(course: Course, lately: int) -> float:
    """The chance that so many of those that came back are among the late ones."""
    back, total = course.back_lately + course.back_before, course.lately + course.before
    return exp(_choose(course.lately, lately) + _choose(course.before, back - lately) - _choose(total, back))


def _choose(of: int, many: int) -> float:
    """The logarithm of the number of ways to choose."""
    return lgamma(of + 1) - lgamma(many + 1) - lgamma(of - many + 1)
