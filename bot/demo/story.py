"""One order's story, told through the domain's own rules: what they refuse cannot get into the demo."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from bot.demo.city import CITY, COUNTRY, WINDOWS, ZONE, City, Resident
from bot.demo.names import INSTRUCTIONS
from domain.cases import Case
from domain.depots import Depot
from domain.events import Event, note
from domain.moment import Actor, Moment, Role
from domain.orders import Order, OrderLine, OrderStatus
from domain.promise import earliest_day, is_open
from domain.stock import Product
from domain.values import Window

S = OrderStatus
#: How much is ordered in each hour of the day, from midnight.
_HOURS = (2, 1, 1, 0, 0, 1, 3, 6, 8, 9, 9, 10, 12, 10, 8, 8, 9, 11, 13, 14, 14, 11, 7, 4)
#: How many days before delivery people order.
_LEADS = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7)
#: Which windows people like.
_LIKED = (2, 3, 2, 2, 3, 4)


def local(day: date, at: time) -> datetime:
    """The moment it is ``at`` in the demo's city on ``day``, in UTC."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def next_open(depot: Depot, after: date) -> date:
    """The first day after ``after`` on which the depot works."""
    day = after + timedelta(days=1)
    while not is_open(depot, day):
        day += timedelta(days=1)
    return day


@dataclass
class Story:
    """An order with its lines, its history, and what is open about it."""

    order: Order
    lines: list[OrderLine]
    resident: Resident
    created: datetime
    events: list[Event] = field(default_factory=list)
    case: Case | None = None

    @property
    def depot(self) -> Depot:
        """Where it is delivered from."""
        return self.resident.depot

    def confirm(self, day: date, window: Window, *, allocate: bool = True) -> Story:
        """Promised, confirmed and, unless not wanted, with its goods reserved, seconds after it was created."""
        self.order.depot_id = self.depot.id
        self.promise(day, window, self.created, Role.API, why="ordered")
        self.step(S.CONFIRMED, self.created, Role.API)
        if allocate:
            self.order.stock_reserved = True
            self.step(S.ALLOCATED, self.created, Role.API)
        return self

    def promise(self, day: date, window: Window, now: datetime, role: Role, why: str | None = None) -> None:
        """A promise in place of the one there was."""
        self.events += self.order.promise(day, window, self._moment(now, role), why or role.value)

    def step(self, to: OrderStatus, now: datetime, role: Role, **detail: object) -> Event:
        """The next state; its event, so that who drove can be filled in."""
        event = self.order.move(to, self._moment(now, role), **detail)
        self.events.append(event)
        return event

    def hold(self, reason: str, now: datetime) -> None:
        """Stopped by staff."""
        self.events.append(self.order.hold(reason, self._moment(now, Role.DISPATCHER)))

    def cancel(self, reason: str, now: datetime, role: Role = Role.CUSTOMER) -> None:
        """Given up; the goods are free again."""
        if self.order.stock_reserved:
            self.order.stock_reserved = False
            self.events.append(note(self.order, "stock", self._moment(now, role), "reserved", "released"))
        self.events.append(self.order.cancel(reason, self._moment(now, role)))

    def load(self, packed: datetime, dispatched: datetime, out: datetime | None = None) -> list[Event]:
        """Packed if it is not, loaded and, where ``out`` says so, on the road; the events of the road."""
        if self.order.status == S.ALLOCATED:
            self.step(S.PACKED, packed, Role.WAREHOUSE)
        self.step(S.DISPATCHED, dispatched, Role.WAREHOUSE)
        return [] if out is None else [self.step(S.OUT_FOR_DELIVERY, out, Role.DRIVER)]

    def hand_over(self, to: OrderStatus, now: datetime, **detail: object) -> Event:
        """How the attempt at the door ended; what was handed over is no longer in stock."""
        if to in (S.DELIVERED, S.PARTIALLY_DELIVERED):
            self.order.stock_reserved = False
        return self.step(to, now, Role.DRIVER, **detail)

    def open_case(self, kind: str, now: datetime, **detail: object) -> None:
        """Something a person must look into."""
        self.case = Case(kind=kind, customer_id=self.order.customer_id, opened_at=now, detail=detail)

    def _moment(self, now: datetime, role: Role) -> Moment:
        person = self.order.customer_id if role is Role.CUSTOMER else None
        return Moment(now, Actor(role, person), f"demo:{len(self.events)}", lambda: "")


@dataclass
class Visit:
    """One attempt at a door; ``road`` are the events whose driver is known once routes are made."""

    story: Story
    day: date
    out: datetime
    at: datetime
    outcome: OrderStatus
    road: list[Event]


class Room:
    """How many deliveries are promised per window, so that none is promised too often."""

    def __init__(self, city: City) -> None:
        self._capacity = {
            (network.depot.id, each.weekday, each.starts): each.capacity
            for network in city.networks
            for each in network.windows
        }
        self._booked: dict[tuple[int, date, time], int] = {}

    def capacity(self, depot_id: int, day: date, starts: time) -> int:
        """What fits; on a day that is not in the week's plan as much as on a Monday."""
        planned = self._capacity.get((depot_id, day.isoweekday(), starts))
        if planned is None and not any(key[:2] == (depot_id, day.isoweekday()) for key in self._capacity):
            planned = self._capacity.get((depot_id, 1, starts))
        return planned or 0

    def book(self, depot_id: int, day: date, wish: Window) -> Window | None:
        """The wished window, or the nearest with room; None when the day is full."""
        for window in sorted(WINDOWS, key=lambda each: (abs(each.start.hour - wish.start.hour), each.start)):
            key = (depot_id, day, window.start)
            if self._booked.get(key, 0) < self.capacity(*key):
                self._booked[key] = self._booked.get(key, 0) + 1
                return window
        return None


class Teller:
    """Begins stories. All chance comes from ``rng``, and nothing lies after ``now``."""

    def __init__(self, city: City, rng: random.Random, now: datetime) -> None:
        self.city, self.rng, self.now = city, rng, now.astimezone(UTC).replace(microsecond=0)
        self.today = now.astimezone(ZONE).date()
        self.midnight = local(self.today, time(0))
        self.room = Room(city)
        self._goods = {
            depot.id: [each for each in city.products if each.sku not in city.gone[depot.id or 0]]
            for depot in city.depots
        }
        self._popular = [1 / (1 + n / 8) for n in range(len(city.products))]
        rng.shuffle(self._popular)

    def like(self) -> Window:
        """A window somebody might choose."""
        return self.rng.choices(WINDOWS, _LIKED)[0]

    def book(self, depot: Depot, day: date, wish: Window | None = None) -> tuple[date, Window]:
        """A booked window on ``day``, or on the next open day with room."""
        wish = wish or self.like()
        while (window := self.room.book(depot.id or 0, day, wish)) is None:
            day = next_open(depot, day)
        return day, window

    def ordered_for(self, depot: Depot, day: date) -> datetime:
        """When an order to be delivered on ``day`` may have been placed: in time for it, and before now."""
        lead = max(self.rng.choice(_LEADS), (day - self.today).days)
        while True:
            at = local(day - timedelta(days=lead), self._time_of_day())
            earliest = earliest_day(depot, at) if at < self.now else None
            if earliest is not None and earliest <= day:
                return at
            lead += 1

    def begin(self, resident: Resident, created: datetime, short_of: str | None = None) -> Story:
        """A new order, with ``short_of`` among what is wanted."""
        rng = self.rng
        wanted = self._basket(resident.depot)
        if short_of is not None:
            wanted = [next(each for each in self.city.products if each.sku == short_of), *wanted[:1]]
        lines = [
            OrderLine(order_id=0, sku=each.sku, quantity=self._quantity(each), unit_price=each.price) for each in wanted
        ]
        order = Order(
            number="", customer_id=resident.customer.id or 0, created_at=created,
            street=resident.street, postcode=resident.postcode, city=CITY, country=COUNTRY,
            lat=resident.place.lat, lon=resident.place.lon,
            instructions=rng.choice(INSTRUCTIONS) if rng.random() < 0.2 else "",
            total=sum(line.quantity * line.unit_price for line in lines),
        )  # fmt: skip
        at = Moment(created, Actor(Role.API), "demo:0", lambda: "")
        return Story(order, lines, resident, created, [note(order, "status", at, None, S.CREATED)])

    def _basket(self, depot: Depot) -> list[Product]:
        goods = self._goods[depot.id]
        heights = list(accumulate(self._popular[: len(goods)]))
        found: dict[str, Product] = {}
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3, 4))):
            product = goods[min(bisect(heights, self.rng.random() * heights[-1]), len(goods) - 1)]
            found[product.sku] = product
        return list(found.values())

    def _quantity(self, product: Product) -> int:
        return self.rng.choice((1, 1, 1, 1, 2, 2, 3)) if product.price < 6_000 else 1

    def _time_of_day(self) -> time:
        hour = self.rng.choices(range(24), _HOURS)[0]
        return time(hour, self.rng.randint(0, 59), self.rng.randint(0, 59))
