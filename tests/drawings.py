"""Plans to draw: around Berlin, made by chance from a seed."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.words import Words
from domain.drawing import Drawing, DrawnDrop, DrawnRoute, DrawnStop
from domain.routing.solution import Reason
from domain.values import Place

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 5, 5, 6, tzinfo=UTC)
DEPOT = Place(52.5200, 13.4050)
#: The words of pages in English.
say = Words(["en"], BERLIN).on_pages("en", MORNING)


def a_route(number: int, places: Sequence[Place], states: Sequence[str] = ("pending",), **values: object) -> DrawnRoute:
    """A route over places; its stops take the states in turn."""
    stops = tuple(
        DrawnStop(
            n, (f"RM-{10_000 + 100 * number + n}",), place,
            (MORNING + timedelta(minutes=10 * n), MORNING + timedelta(minutes=10 * n + 25)), states[n % len(states)],
        )
        for n, place in enumerate(places, 1)
    )  # fmt: skip
    way = [DEPOT, *places, DEPOT]
    given = {
        "driver": "Tomasz Nowak", "vehicle": f"Van {number}", "start": DEPOT, "end": DEPOT, "colour": number - 1,
        "metres": sum(a.metres_to(b) for a, b in pairwise(way)), **values,
    }  # fmt: skip
    return DrawnRoute(f"R-{number}", stops, **given)  # type: ignore[arg-type]


def a_plan(
    routes: int, stops: int, *, dropped: int = 0, states: Sequence[str] = ("pending",), seed: int = 1
) -> Drawing:
    """A plan with so many routes of so many stops, each in a part of the town of its own."""
    chance = random.Random(seed)
    made = []
    for n in range(1, routes + 1):
        way, far = 2 * math.pi * n / max(routes, 1), chance.uniform(0.03, 0.09)
        lat, lon = DEPOT.lat + far * math.sin(way), DEPOT.lon + 1.6 * far * math.cos(way)
        places = [Place(lat + chance.gauss(0, 0.015), lon + chance.gauss(0, 0.024)) for _ in range(stops)]
        made.append(a_route(n, places, states))
    drops = tuple(
        DrawnDrop(f"RM-9{n:03}", Place(DEPOT.lat + chance.gauss(0, 0.04), DEPOT.lon), Reason("window_too_early"))
        for n in range(dropped)
    )
    return Drawing("Depot North", date(2026, 5, 5), BERLIN, tuple(made), (DEPOT,), drops)
