"""The demo's future: orders for the days to come, a short route published for the next one, the rest still to plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.demo.city import Resident
from bot.demo.story import S, Story, Teller, local, next_open
from bot.demo.tours import Fleet, Tour, bearing
from domain.moment import Role

#: How the orders to come are spread over the next open days.
_DAYS = (38, 24, 14, 8, 6, 4, 3, 2, 1)
#: These can be on a published route, the surest first.
_READY = (S.PACKED, S.RESCHEDULED, S.ALLOCATED)
_MOST_STOPS = 4


def promise_ahead(teller: Teller, resident: Resident) -> Story:
    """An order for one of the next open days; one in ten customers has already moved theirs by a day."""
    rng, depot, day = teller.rng, resident.depot, teller.today
    for _ in range(rng.choices(range(1, len(_DAYS) + 1), _DAYS)[0]):
        day = next_open(depot, day)
    promised = teller.book(depot, day)
    created = teller.ordered_for(depot, promised[0])
    story = teller.begin(resident, created).confirm(*promised)
    if rng.random() < 0.1:
        later = teller.book(depot, next_open(depot, promised[0]))
        story.promise(*later, created + (teller.now - created) * rng.uniform(0.2, 0.9), Role.CUSTOMER)
    return story


def plan_ahead(teller: Teller, fleet: Fleet, stories: Sequence[Story]) -> list[Tour]:
    """A published route per depot for its next open day."""
    tours = []
    for depot in teller.city.depots:
        day = next_open(depot, teller.today)
        due = [
            each
            for each in stories
            if each.depot is depot and each.order.promise_day == day and each.order.status in _READY
        ]
        due.sort(key=lambda each: (_READY.index(S(each.order.status)), bearing(depot, each.resident.place)))
        if not due:
            continue
        tour = fleet.tour(depot, day, 0, "published")
        next_eta: dict[time, datetime] = {}
        for story in sorted(due[:_MOST_STOPS], key=lambda each: each.order.promise_start or time(8)):
            start = story.order.promise_start or time(8)
            eta = next_eta.get(start, local(day, start) + timedelta(minutes=15))
            tour.ahead(story, eta)
            next_eta[start] = eta + timedelta(minutes=11)
        tours.append(tour)
    return tours
