"""The demo's present: orders in every state today, and those promised for the days to come.

Today the demo's own vans drive whatever day it is: on a Sunday or public holiday the stories below still happen,
while the depots keep their real opening days for everything that is promised anew.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.demo.ahead import plan_ahead, promise_ahead
from bot.demo.city import WINDOWS, ZONE, Resident
from bot.demo.history import attempt
from bot.demo.story import S, Story, Teller, Visit, local, next_open
from bot.demo.streets import UNKNOWN_ADDRESSES
from bot.demo.tours import Fleet, Tour, bearing, split
from domain.depots import Depot
from domain.moment import Role
from domain.orders import OrderStatus
from domain.promise import earliest_day, is_open
from domain.values import Window

#: How many orders stand in each state today, in proportion; a demo too small for all has the first of them.
_MIX = {
    S.OUT_FOR_DELIVERY: 17, S.DELIVERED: 11, S.ALLOCATED: 2, S.CONFIRMED: 1, S.FAILED: 3, S.CREATED: 2,
    S.BACKORDERED: 3, S.PACKED: 3, S.DISPATCHED: 4, S.HELD: 3, S.RESCHEDULED: 2, S.CANCELLED: 2,
    S.PARTIALLY_DELIVERED: 2, S.RETURNED_TO_DEPOT: 2,
}  # fmt: skip
_HOLDS = (
    "waiting for the payment",
    "the customer asked us to wait",
    "we are checking the address",
    "stock is being recounted",
)
#: How many active orders each of the customers with any has, over and over.
_EACH = (1, 2, 1, 3, 1, 1, 2, 4, 1, 2)
#: The longest stretch of today that is told of, in minutes.
_TOLD = 400
_MOST_ROUTES = 3


@dataclass
class Present:
    """What is going on: the orders, the routes they are on, and attempts of earlier days."""

    stories: list[Story]
    tours: list[Tour]
    visits: list[Visit]


def tell(teller: Teller, fleet: Fleet, count: int, ahead: int) -> Present:
    """``count`` orders of today in every state, and ``ahead`` to be delivered after today."""
    day = _Today(teller, fleet)
    states = _states(count)
    teller.rng.shuffle(states)
    cast = _cast(teller, count + ahead)
    by_depot: dict[int, dict[OrderStatus, list[Resident]]] = defaultdict(lambda: defaultdict(list))
    for state, resident in zip(states, cast, strict=False):
        by_depot[resident.depot.id or 0][state].append(resident)
    for depot in teller.city.depots:
        day.drive(depot, by_depot[depot.id or 0])
        day.wait(by_depot[depot.id or 0])
    stories = day.stories + [promise_ahead(teller, resident) for resident in cast[count:]]
    return Present(stories, day.tours + plan_ahead(teller, fleet, stories), day.visits)


class _Today:
    """Tells today's stories one depot at a time."""

    def __init__(self, teller: Teller, fleet: Fleet) -> None:
        self._teller, self._fleet, self._rng = teller, fleet, teller.rng
        self.stories: list[Story] = []
        self.tours: list[Tour] = []
        self.visits: list[Visit] = []
        morning = local(teller.today, time(6, 30))
        start = morning if teller.now >= morning + timedelta(hours=1) else teller.midnight
        self._scale = min(1.0, (teller.now - start) / timedelta(minutes=_TOLD))

    def drive(self, depot: Depot, cast: dict[OrderStatus, list[Resident]]) -> None:
        """Vans on the road with some stops behind them, one being loaded, one back already."""
        out = sorted(cast[S.OUT_FOR_DELIVERY], key=lambda each: bearing(depot, each.place))
        done = [(state, each) for state in (S.DELIVERED, S.FAILED, S.PARTIALLY_DELIVERED) for each in cast[state]]
        self._rng.shuffle(done)
        routes = min(_MOST_ROUTES, math.ceil(len(out) / 6))
        morning = done[len(done) * 2 // 3 :] if routes else done
        behind = sorted(done[: len(done) - len(morning)], key=lambda each: bearing(depot, each[1].place))
        for n, (part, earlier) in enumerate(
            zip(split(out, routes), split(behind, routes), strict=True) if routes else ()
        ):
            self._on_the_road(depot, n, part, earlier)
        self._loading(depot, routes, cast[S.DISPATCHED])
        self._back(depot, routes + 1, morning, cast[S.RETURNED_TO_DEPOT])

    def wait(self, cast: dict[OrderStatus, list[Resident]]) -> None:
        """Orders that are not on the road."""
        tellers = {
            S.CREATED: self._created, S.CONFIRMED: self._confirmed, S.ALLOCATED: self._allocated,
            S.PACKED: self._packed, S.BACKORDERED: self._backordered, S.HELD: self._held,
            S.CANCELLED: self._cancelled, S.RESCHEDULED: self._rescheduled,
        }  # fmt: skip
        for state, tell_it in tellers.items():
            for resident in cast[state]:
                self.stories.append(tell_it(resident))

    # On the road

    def _on_the_road(
        self, depot: Depot, n: int, part: list[Resident], earlier: list[tuple[OrderStatus, Resident]]
    ) -> None:
        tour = self._fleet.tour(depot, self._teller.today, n, "in_progress")
        out = self._ago(118 + 4 * n)
        tour.began = out - self._minutes(75)
        for j, (state, resident) in enumerate(earlier):
            self._at_door(tour, resident, state, out, self._ago(103 - 92 * (j + self._rng.random() / 2) / len(earlier)))
        for i, resident in enumerate(part):
            eta = self._teller.now + timedelta(minutes=4 + 3 * n + 13 * i)
            story = self._promised_today(resident, eta)
            tour.drove(story.load(out - self._minutes(60), out - self._minutes(25), out))
            tour.ahead(story, eta, "pending" if i else "en_route")
        self.tours.append(tour)

    def _loading(self, depot: Depot, n: int, residents: list[Resident]) -> None:
        if not residents:
            return
        tour = self._fleet.tour(depot, self._teller.today, n, "loading")
        tour.began = self._ago(85)
        for i, resident in enumerate(residents):
            eta = self._teller.now + timedelta(minutes=50 + 14 * i)
            story = self._promised_today(resident, eta)
            story.load(self._ago(70 - i), self._ago(15 - i / 8))
            tour.ahead(story, eta)
        self.tours.append(tour)

    def _back(self, depot: Depot, n: int, done: list[tuple[OrderStatus, Resident]], returned: list[Resident]) -> None:
        both = [*done, *((S.RETURNED_TO_DEPOT, each) for each in returned)]
        if not both:
            return
        tour = self._fleet.tour(depot, self._teller.today, n, "completed")
        out = self._ago(330)
        for j, (state, resident) in enumerate(both):
            self._at_door(tour, resident, state, out, self._ago(318 - 150 * j / len(both)))
        self.tours.append(tour)

    def _at_door(self, tour: Tour, resident: Resident, state: OrderStatus, out: datetime, at: datetime) -> None:
        story = self._promised_today(resident, at)
        road = story.load(out - self._minutes(60), out - self._minutes(25), out)
        if state == S.DELIVERED:
            road.append(story.hand_over(S.DELIVERED, at))
        elif state == S.PARTIALLY_DELIVERED:
            road.append(story.hand_over(S.PARTIALLY_DELIVERED, at, missing=[story.lines[-1].sku]))
        else:
            road.append(story.hand_over(S.FAILED, at, reason="nobody_home"))
        tour.done(story, at, S.FAILED if state == S.RETURNED_TO_DEPOT else state, road)
        if state == S.RETURNED_TO_DEPOT:
            story.step(S.RETURNED_TO_DEPOT, self._ago(140), Role.WAREHOUSE, reason="nobody_home")

    def _promised_today(self, resident: Resident, at: datetime) -> Story:
        teller, depot = self._teller, resident.depot
        window = teller.room.book(depot.id or 0, teller.today, self._window_at(at))
        if window is None:  # today is full: the demo's vans are few, so this takes a very small capacity
            raise ValueError("too many orders for today; the demo's windows do not hold them")
        story = teller.begin(resident, teller.ordered_for(depot, teller.today)).confirm(teller.today, window)
        self.stories.append(story)
        return story

    def _window_at(self, at: datetime) -> Window:
        there = at.astimezone(ZONE)
        if there.date() > self._teller.today:
            return WINDOWS[-1]
        return next((each for each in reversed(WINDOWS) if each.start <= there.time()), WINDOWS[0])

    # Not on the road

    def _created(self, resident: Resident) -> Story:
        story = self._teller.begin(resident, self._recently())
        order = story.order
        order.street, order.postcode = self._rng.choice(UNKNOWN_ADDRESSES)
        order.lat = order.lon = None
        story.open_case("address_not_found", story.created, address=order.address)
        return story

    def _fresh(self, resident: Resident, short_of: str | None = None) -> tuple[Story, date, Window]:
        created, depot = self._recently(), resident.depot
        earliest = earliest_day(depot, created) or next_open(depot, self._teller.today)
        return self._teller.begin(resident, created, short_of), *self._teller.book(depot, earliest)

    def _confirmed(self, resident: Resident) -> Story:
        story, day, window = self._fresh(resident)
        return story.confirm(day, window, allocate=False)

    def _allocated(self, resident: Resident) -> Story:
        story, day, window = self._fresh(resident)
        return story.confirm(day, window)

    def _backordered(self, resident: Resident) -> Story:
        story, day, window = self._fresh(resident, self._rng.choice(self._teller.city.gone[resident.depot.id or 0]))
        story.confirm(day, window, allocate=False)
        story.step(S.BACKORDERED, story.created, Role.API)
        story.open_case("backordered", story.created, skus=sorted(line.sku for line in story.lines))
        return story

    def _older(self, resident: Resident, *, allocate: bool = True) -> Story:
        """Ordered before today, for the next open day."""
        depot = resident.depot
        created = self._teller.ordered_for(depot, self._teller.today)
        day, window = self._teller.book(depot, next_open(depot, self._teller.today))
        return self._teller.begin(resident, created).confirm(day, window, allocate=allocate)

    def _packed(self, resident: Resident) -> Story:
        story = self._older(resident)
        story.step(S.PACKED, self._ago(self._rng.randint(10, 150)), Role.WAREHOUSE)
        return story

    def _held(self, resident: Resident) -> Story:
        story = self._older(resident, allocate=self._rng.random() < 0.7)
        story.hold(self._rng.choice(_HOLDS), self._ago(self._rng.randint(15, 240)))
        return story

    def _cancelled(self, resident: Resident) -> Story:
        story = self._older(resident)
        story.cancel("ordered by mistake", self._ago(self._rng.randint(5, 200)))
        return story

    def _rescheduled(self, resident: Resident) -> Story:
        """Nobody was home on the last open day; this morning the customer chose the next."""
        teller, depot = self._teller, resident.depot
        day = teller.today - timedelta(days=1)
        while not is_open(depot, day) or (before := teller.room.book(depot.id or 0, day, teller.like())) is None:
            day -= timedelta(days=1)
        story = teller.begin(resident, teller.ordered_for(depot, day)).confirm(day, before)
        self.visits.append(attempt(teller, story, S.FAILED, reason="nobody_home"))
        story.promise(
            *teller.book(depot, next_open(depot, teller.today)), self._ago(self._rng.randint(20, 200)), Role.CUSTOMER
        )
        return story

    # Times

    def _ago(self, minutes: float) -> datetime:
        """That long before now; squeezed when the day is younger than the stories of it."""
        return self._teller.now - self._minutes(minutes)

    def _minutes(self, minutes: float) -> timedelta:
        return timedelta(seconds=round(60 * minutes * self._scale))

    def _recently(self) -> datetime:
        return self._ago(self._rng.randint(3, 240))


def _states(count: int) -> list[OrderStatus]:
    """The states of ``count`` orders, mixed as _MIX says; what rounding leaves over is on the road."""
    if count < len(_MIX):
        return list(_MIX)[:count]
    weight = sum(_MIX.values())
    each = {state: max(1, part * count // weight) for state, part in _MIX.items()}
    each[S.OUT_FOR_DELIVERY] = 0
    others = [state for state, n in each.items() for _ in range(n)][: count - 1]
    return [*others, *[S.OUT_FOR_DELIVERY] * (count - len(others))]


def _cast(teller: Teller, count: int) -> list[Resident]:
    """Whose orders these are: some customers have several."""
    residents = list(teller.city.residents)
    teller.rng.shuffle(residents)
    cast: list[Resident] = []
    n = 0
    while len(cast) < count:
        cast += [residents[n % len(residents)]] * _EACH[n % len(_EACH)]
        n += 1
    del cast[count:]
    teller.rng.shuffle(cast)
    return cast
