"""The demo's business: depots, what they offer, whom they employ and who buys. Pure: values from a seed."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.catalogue import products
from bot.demo.names import CULTURES, DRIVERS, UNUSUAL_NAMES, VEHICLES
from bot.demo.streets import STREETS
from domain.customers import Customer
from domain.depots import DeliveryArea, DeliveryWindow, Depot
from domain.fleet import Driver, ShiftPattern, Vehicle, VehicleStatus
from domain.promise import Destination, Network, covering
from domain.stock import Product
from domain.values import Place, Window

ZONE = ZoneInfo("Europe/Berlin")
CITY, COUNTRY, REGION = "Berlin", "DE", "BE"
WINDOWS = tuple(Window(time(hour), time(hour + 2)) for hour in range(8, 20, 2))
#: Postcodes by depot. Between them all of Berlin and, by pattern, nothing of Brandenburg around it.
_AREAS: tuple[tuple[str, ...], ...] = (
    ("10115-10119", "10178-10249", "10315-10369", "10405-10439", "10551-10589", "13*", "14050-14059", "14089"),
    ("10115-10179", "10585-10999", "12043-12527", "12555-12689", "14109-14199"),
)
#: So many metres around the south depot are served whatever the postcode: Großziethen and Schönefeld.
_SOUTH_RADIUS = 10_000
#: From, to, and between what times the break begins.
_SHIFTS = (
    (time(7, 15), time(15, 45), time(10, 30), time(12, 30)),
    (time(11, 45), time(20, 15), time(15), time(17)),
)
#: A bike is slow, and costs nearly nothing beside who rides it.
_BIKE: dict[str, Any] = {"speed": 0.7, "fixed_cost": 500, "cost_per_km": 5}
#: Letters that Unicode does not take apart into a plain one and its marks.
_WITHOUT_BASE = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d"}
)
#: Germany's numbers for film and television (Bundesnetzagentur): nobody has them. Mobiles first, then Berlin.
_FICTIONAL = (
    ("+4917139200", 2),
    ("+49176040690", 2),
    ("+493023125", 3),
    ("+494066969", 3),
    ("+492214710", 3),
    ("+496990009", 3),
    ("+498999998", 3),
)


@dataclass(frozen=True, slots=True)
class Resident:
    """A customer and where they live; ``depot`` is the one that delivers there."""

    customer: Customer
    street: str
    postcode: str
    place: Place
    depot: Depot


@dataclass(frozen=True)
class City:
    """Everything of the demo but orders."""

    networks: tuple[Network, ...]
    drivers: list[Driver]
    vehicles: list[Vehicle]
    patterns: list[ShiftPattern]
    products: list[Product]
    residents: list[Resident]
    #: Per depot id the SKUs that have run out there.
    gone: dict[int, list[str]] = field(default_factory=dict)

    @property
    def depots(self) -> tuple[Depot, ...]:
        """North and south."""
        return tuple(network.depot for network in self.networks)


def build(rng: random.Random, orders: int) -> City:
    """A city big enough for ``orders`` orders in a year."""
    networks = _networks(capacity=max(20, orders // 600))
    goods = products()
    gone = {network.depot.id or 0: sorted(rng.sample([each.sku for each in goods], 4)) for network in networks}
    depots = tuple(network.depot for network in networks)
    drivers = [
        Driver(name=name, depot_id=depot.id or 0) for depot, crew in zip(depots, DRIVERS, strict=True) for name in crew
    ]
    vehicles = [
        Vehicle(
            plate=plate, name=name, payload=payload, volume=volume, pieces=pieces, skills=list(skills),
            depot_id=depots[n % 2].id or 0, **(_BIKE if name.startswith("Cargo bike") else {}),
        )
        for n, (plate, name, payload, volume, pieces, skills) in enumerate(VEHICLES)
    ]  # fmt: skip
    for each_id, each in enumerate(drivers, 1):
        each.id = each_id
    for each_id, vehicle in enumerate(vehicles, 1):
        vehicle.id = each_id
    vehicles[-1].status = VehicleStatus.OUT_OF_SERVICE
    patterns = [pattern for depot in depots for pattern in _patterns(depot, drivers, vehicles)]
    return City(networks, drivers, vehicles, patterns, goods, _residents(rng, max(12, orders // 6), networks), gone)


def _patterns(depot: Depot, drivers: list[Driver], vehicles: list[Vehicle]) -> Iterator[ShiftPattern]:
    """Early and late shifts in turn, five days a week each; the last driver stands in and takes what is free."""
    crew = [each for each in drivers if each.depot_id == depot.id]
    vans = [each.id for each in vehicles if each.depot_id == depot.id and each.status != VehicleStatus.OUT_OF_SERVICE]
    for n, driver in enumerate(crew):
        starts, ends, break_from, break_until = _SHIFTS[n % len(_SHIFTS)]
        for weekday in depot.opening_days:
            if weekday != n % len(depot.opening_days) + 1:
                yield ShiftPattern(
                    driver_id=driver.id or 0, weekday=weekday, starts=starts, ends=ends, break_from=break_from,
                    break_until=break_until, break_minutes=30, vehicle_id=vans[n] if n < len(vans) else None,
                )  # fmt: skip


def _networks(capacity: int) -> tuple[Network, ...]:
    north = Depot(
        id=1, code="north", name="North depot", zone=ZONE.key, country=COUNTRY, region=REGION, lat=52.5790, lon=13.3520,
        street="Flottenstraße 28", postcode="13407", city=CITY, cutoff=time(18), handling=60, horizon=14,
        opening_days=[1, 2, 3, 4, 5, 6], closed_days=[],
    )  # fmt: skip
    south = Depot(
        id=2, code="south", name="South depot", zone=ZONE.key, country=COUNTRY, region=REGION, lat=52.4605, lon=13.4100,
        street="Teilestraße 20", postcode="12099", city=CITY, cutoff=time(16), handling=90, horizon=14,
        opening_days=[1, 2, 3, 4, 5, 6], closed_days=[],
    )  # fmt: skip
    window_ids, area_ids = iter(range(1, 1000)), iter(range(1, 1000))
    networks = []
    for depot, patterns in zip((north, south), _AREAS, strict=True):
        windows = [
            DeliveryWindow(
                id=next(window_ids), depot_id=depot.id or 0, weekday=weekday, starts=each.start, ends=each.end,
                capacity=capacity if weekday < 6 else capacity * 3 // 4,
            )
            for weekday in depot.opening_days
            for each in WINDOWS
            if weekday < 6 or each.end <= time(18)
        ]  # fmt: skip
        areas = [
            DeliveryArea(id=next(area_ids), depot_id=depot.id or 0, country=COUNTRY, pattern=pattern)
            for pattern in patterns
        ]
        networks.append(Network(depot, windows, areas))
    areas.append(DeliveryArea(id=next(area_ids), depot_id=south.id or 0, country=COUNTRY, radius=_SOUTH_RADIUS))
    return tuple(networks)


def _residents(rng: random.Random, count: int, networks: tuple[Network, ...]) -> list[Resident]:
    names, phones, mails = _names(rng), _phones(rng), _Mails()
    streets = list(STREETS)
    rng.shuffle(streets)
    residents = []
    for n in range(1, count + 1):
        street, postcode, lat, lon = streets[(n - 1) % len(streets)]
        place = Place(round(lat + rng.uniform(-0.0018, 0.0018), 5), round(lon + rng.uniform(-0.0025, 0.0025), 5))
        name = next(names)
        customer = Customer(
            id=n, external_id=f"cust-{n:04}", name=name, email=mails.of(name), phone=next(phones, None), language="en"
        )
        depot = covering(networks, Destination(COUNTRY, postcode, place))[0].depot
        residents.append(Resident(customer, f"{street} {_house(rng)}", postcode, place, depot))
    return residents


def _house(rng: random.Random) -> str:
    return f"{rng.randint(1, 139)}{rng.choice(['', '', '', '', 'a', 'b'])}"


def _names(rng: random.Random) -> Iterator[str]:
    """Names without end; the unusual ones come early so that small demos have them too."""
    cultures = [(firsts.split(), lasts.split()) for firsts, lasts in CULTURES]
    pairs = [f"{first} {last}" for firsts, lasts in cultures for first in firsts for last in lasts]
    rng.shuffle(pairs)
    for unusual, usual in zip(UNUSUAL_NAMES, pairs[::5], strict=False):
        yield usual
        yield unusual
    while True:
        yield from pairs
        rng.shuffle(pairs)


def _phones(rng: random.Random) -> Iterator[str]:
    """Every number of the fictional ranges once: mobiles and Berlin first, the rest of the country after them."""
    for ranges in (_FICTIONAL[:3], _FICTIONAL[3:]):
        numbers = [f"{start}{n:0{digits}}" for start, digits in ranges for n in range(10**digits)]
        rng.shuffle(numbers)
        yield from numbers


class _Mails:
    """One address per person at a domain that is reserved for examples (RFC 2606)."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def of(self, name: str) -> str:
        letters = name.translate(_WITHOUT_BASE)
        plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode().lower()
        words = ["".join(char for char in word if char.isalpha()) for word in plain.split()]
        local = f"{words[0]}.{words[-1]}" if words[0] and len(words) > 1 else words[0] or "customer"
        count = self._taken[local] = self._taken.get(local, 0) + 1
        host = "example.com" if len(local) % 3 else "example.org"
        return f"{local}{count if count > 1 else ''}@{host}"
