"""How often the buyers' note cries wolf, and how soon it finds a product that goes bad: simulated weeks, seeded."""

from __future__ import annotations

from math import exp
from random import Random

from domain.unusual import ALARM, Course, departures
from tests.bench.figures import Figure

WEEKS, PRODUCTS, SEED = 2_000, 60, 7
#: Orders of a product in a week, one of these; and its usual share of returns.
_WEEKLY, _RATES = (2, 4, 8, 16), (0.01, 0.15)
#: The product that goes bad: orders lately and before, and its usual share.
_LATELY, _BEFORE, _RATE = 60, 390, 0.05


def figures(_seconds: float) -> list[Figure]:
    """The share of weeks with an alarm although nothing changed, and of those that find one product of sixty that went bad."""
    wrong = false_alarms(WEEKS, PRODUCTS, SEED)
    found = [
        Figure(
            f"weeks of {PRODUCTS} products without a change in which the buyers are told ({WEEKS:,} weeks)",
            f"{100 * wrong:.1f} %", f"at most {100 * ALARM:.0f} %",
        )
    ]  # fmt: skip
    for factor in (2, 3, 4, 5):
        share = detected(400, PRODUCTS, factor, SEED)
        what = f"one of them goes from 5 to {5 * factor} % of 60 orders in four weeks: told (400 weeks)"
        found.append(Figure(what, f"{100 * share:.0f} %"))
    return found


def false_alarms(weeks: int, products: int, seed: int) -> float:
    """The share of weeks in which something is told although nothing has changed."""
    rng = Random(seed)
    return sum(bool(departures(_quiet(products, rng))) for _ in range(weeks)) / weeks


def detected(weeks: int, products: int, factor: float, seed: int) -> float:
    """The share of weeks in which one product that comes back ``factor`` times as often is told, among others that do not."""
    rng = Random(seed)
    return sum(_is_told(products, factor, rng) for _ in range(weeks)) / weeks


def _is_told(products: int, factor: float, rng: Random) -> bool:
    bad = Course("bad", _LATELY, _some(_LATELY, _RATE * factor, rng), _BEFORE, _some(_BEFORE, _RATE, rng))
    return any(each.course is bad for each in departures([bad, *_quiet(products - 1, rng)]))


def _quiet(products: int, rng: Random) -> list[Course]:
    made = []
    for n in range(products):
        weekly, rate = rng.choice(_WEEKLY), rng.uniform(*_RATES)
        lately, before = _poisson(4 * weekly, rng), _poisson(26 * weekly, rng)
        made.append(Course(str(n), lately, _some(lately, rate, rng), before, _some(before, rate, rng)))
    return made


def _some(of: int, share: float, rng: Random) -> int:
    """A binomial draw."""
    return sum(rng.random() < share for _ in range(of))


def _poisson(mean: float, rng: Random) -> int:
    """A Poisson draw (Knuth, The Art of Computer Programming 2, 3.4.1)."""
    limit, product, count = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
