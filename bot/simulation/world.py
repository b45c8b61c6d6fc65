"""The simulated world: a city around a depot, a day's orders, drivers and vehicles that suffice, and how the day truly goes.

Pure: values from a seed. Times of ways and stops are the planner's means (straight lines at the traffic of the hour, the
depot's seconds for a stop and its pieces) multiplied by factors that only the world knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from bot.demo.names import CULTURES
from bot.demo.streets import STREETS
from bot.simulation.noise import USUAL, Chance, Noise
from domain.commands import Command, CreateOrder, SetUpDepot, SetUpDriver, SetUpVehicle, StockProduct
from domain.commands.fleet import WorkBreak, WorkedHours
from domain.commands.intake import Address, Line, Recipient
from domain.commands.setup import OfferedArea, OfferedWindow
from domain.travel.learning import NOTHING_LEARNED
from domain.travel.sources import Source
from domain.travel.straight import free_seconds, road_metres
from domain.travel.times import traffic_of
from domain.travel.traffic import Clock
from domain.values import Place, Window

ZONE = ZoneInfo("Europe/Berlin")
DEPOT, DEPOT_CODE = Place(52.5200, 13.4050), "north"
#: What is offered, and which share of the customers chooses it.
WINDOWS = (Window(time(8), time(12)), Window(time(12), time(16)), Window(time(16), time(20)))
_WANTED = (0.4, 0.35, 0.25)
#: Hours and when the break begins; of twelve drivers seven come early.
_EARLY = ((time(7, 15), time(16, 15)), Window(time(10, 45), time(12, 45)))
_LATE = ((time(11, 30), time(20, 30)), Window(time(15), time(17)))
_EARLY_SHARE = 7 / 12
#: Seconds that a stop takes, and each piece; kilometres within which nearly everybody lives.
STOP_SECONDS, PIECE_SECONDS, _RADIUS = 240, 10, 9.0
_PRODUCTS = ("kettle", "desk lamp", "toaster", "folding chair", "wall clock", "bed linen set", "knife block", "rug")
#: So many of each product are there.
STOCK = 100_000
_KM_LAT, _KM_LON = 111.2, 67.7
_NEAR = [each for each in STREETS if DEPOT.metres_to(Place(each[2], each[3])) <= 1_000 * _RADIUS]


@dataclass(frozen=True, slots=True)
class Household:
    """A customer with one order: who and where they are, what they ordered and when they are at home to have it."""

    number: int
    name: str
    place: Place
    street: str
    postcode: str
    window: Window
    lines: tuple[tuple[str, int], ...]

    @property
    def key(self) -> str:
        """What the shop calls the order, and the customer."""
        return f"sim-{self.number:05}"

    @property
    def pieces(self) -> int:
        """How much is carried to the door."""
        return sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True)
class World:
    """One day, from ``orders`` and ``drivers``. What it draws depends on the seed and on what is asked about alone."""

    day: date
    orders: int
    drivers: int
    seed: int
    noise: Noise = USUAL

    @cached_property
    def chance(self) -> Chance:
        """All chance there is."""
        return Chance(self.seed)

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """Who ordered."""
        rng = self.chance.of("city")
        return tuple(self._household(number, rng) for number in range(1, self.orders + 1))

    def _household(self, number: int, rng: np.random.Generator) -> Household:
        firsts, lasts = (names.split() for names in CULTURES[rng.integers(len(CULTURES))])
        street, postcode, lat, lon = _NEAR[rng.integers(len(_NEAR))]
        shift = rng.normal(0, 0.35, 2)  # kilometres from where the list says the street is
        skus = rng.choice(len(_PRODUCTS), int(rng.integers(1, 4)), replace=False)
        return Household(
            number,
            f"{firsts[rng.integers(len(firsts))]} {lasts[rng.integers(len(lasts))]}",
            Place(round(lat + float(shift[0]) / _KM_LAT, 5), round(lon + float(shift[1]) / _KM_LON, 5)),
            f"{street} {rng.integers(1, 180)}",
            postcode,
            WINDOWS[int(rng.choice(len(WINDOWS), p=_WANTED))],
            tuple((f"SIM-{n + 1}", int(rng.integers(1, 3))) for n in skus),
        )

    # What the business is made of

    def set_up(self) -> list[Command]:
        """The depot, its goods, vehicles and drivers."""
        everyday = tuple(range(1, 8))
        windows = tuple(OfferedWindow(days=everyday, window=each, capacity=self.orders + 50) for each in WINDOWS)
        depot = SetUpDepot(
            code=DEPOT_CODE, name="Depot North", zone=ZONE.key, country="DE", region="BE", lat=DEPOT.lat, lon=DEPOT.lon,
            street="Alexanderplatz 1", postcode="10178", city="Berlin", stop_seconds=STOP_SECONDS,
            piece_seconds=PIECE_SECONDS, opening_days=everyday, windows=windows,
            areas=(OfferedArea(country="DE", radius_km=60),),
        )  # fmt: skip
        goods = [
            StockProduct(
                sku=f"SIM-{n}", name=name, price=2_990, weight=2_000, volume=8_000, depot=DEPOT_CODE, on_hand=STOCK
            )
            for n, name in enumerate(_PRODUCTS, 1)
        ]
        return [depot, *goods, *self._fleet()]

    @property
    def skus(self) -> list[str]:
        """What is sold."""
        return [f"SIM-{n}" for n in range(1, len(_PRODUCTS) + 1)]

    def _fleet(self) -> list[Command]:
        commands: list[Command] = []
        early = round(self.drivers * _EARLY_SHARE) if self.drivers > 1 else 1
        for n in range(1, self.drivers + 1):
            hours, rest = _EARLY if n <= early else _LATE
            plate = f"B-SI {n}"
            week = WorkedHours(
                days=tuple(range(1, 8)), hours=hours, rest=WorkBreak(window=rest, minutes=30), vehicle=plate
            )
            commands += [
                SetUpVehicle(plate=plate, name=f"Van {n}", depot=DEPOT_CODE, payload_kg=1_200, volume_m3=12),
                SetUpDriver(code=f"driver-{n}", name=self.driver_name(n), depot=DEPOT_CODE, week=(week,)),
            ]
        return commands

    def driver_name(self, n: int) -> str:
        """What the n-th driver is called."""
        firsts, lasts = CULTURES[n % len(CULTURES)]
        return f"{firsts.split()[n % 7]} {lasts.split()[n % 7]}"

    def order(self, household: Household) -> CreateOrder:
        """What the shop sends for a household."""
        return CreateOrder(
            external_id=household.key,
            customer=Recipient(external_id=household.key, name=household.name),
            address=Address(
                street=household.street, postcode=household.postcode, city="Berlin", country="DE", place=household.place
            ),
            lines=tuple(Line(sku=sku, quantity=quantity) for sku, quantity in household.lines),
            wanted_day=self.day,
            wanted_window=household.window,
        )

    # How the day truly goes

    @cached_property
    def day_factor(self) -> float:
        """By what all ways of the day are longer."""
        return self.chance.factor(self.noise.day, "day")

    def arrives(self, left: datetime, start: Place, end: Place, name: str) -> datetime:
        """When a way ends that begins at ``left``; ``name`` is what the way is called."""
        mean = float(free_seconds(road_metres(start.metres_to(end))))
        free = mean * self.day_factor * self.chance.factor(self.noise.leg, "leg", name)
        since = (left - self._midnight).total_seconds()
        done = self._clock.arrivals(np.array([since]), free)[0]
        return self._midnight + timedelta(seconds=round(float(done)))

    def serves(self, pieces: int, name: str) -> timedelta:
        """How long a stop takes."""
        mean = STOP_SECONDS + PIECE_SECONDS * pieces
        return timedelta(seconds=max(20, round(mean * self.chance.factor(self.noise.service, "service", name))))

    def is_home(self, name: str) -> bool:
        """Whether somebody opens the door."""
        return not self.chance.happens(self.noise.failed, "home", name)

    def breakdown(self) -> tuple[int, datetime] | None:
        """Which driver's van breaks down and when, on a day on which one does."""
        if not self.chance.happens(self.noise.breakdown, "breakdown"):
            return None
        rng = self.chance.of("broken van")
        n = int(rng.integers(1, self.drivers + 1))
        early = n <= (round(self.drivers * _EARLY_SHARE) if self.drivers > 1 else 1)
        hour = rng.uniform(9, 14.5) if early else rng.uniform(13, 18.5)
        return n, self.local(time(0)) + timedelta(hours=float(hour))

    def local(self, at: time) -> datetime:
        """A local time of the day, in UTC."""
        return datetime.combine(self.day, at, ZONE).astimezone(UTC)

    @cached_property
    def _midnight(self) -> datetime:
        return self.local(time(0))

    @cached_property
    def _clock(self) -> Clock:
        return traffic_of(Source.STRAIGHT, ZONE, NOTHING_LEARNED).clock(self._midnight)


def between(start: Place, end: Place, share: float) -> Place:
    """The place that share of the way from one to the other."""
    return Place(
        round(start.lat + share * (end.lat - start.lat), 5), round(start.lon + share * (end.lon - start.lon), 5)
    )


def misspelt(text: str, rng: np.random.Generator) -> str:
    """The text with one slip of the thumb: a letter doubled, left out, or swapped with the next."""
    places: Sequence[int] = [n for n, sign in enumerate(text[:-1]) if sign.isalpha() and text[n + 1].isalpha()]
    if not places:
        return text
    n = places[int(rng.integers(len(places)))]
    match int(rng.integers(3)):
        case 0:
            return text[:n] + text[n] + text[n:]
        case 1:
            return text[:n] + text[n + 1 :]
        case _:
            return text[:n] + text[n + 1] + text[n] + text[n + 2 :]
