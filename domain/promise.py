"""The promise: on which day and in which window a delivery can be promised, or why none can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, Protocol

import holidays

from domain.depots import DeliveryArea, Depot
from domain.notices import Choice
from domain.refusals import Refusal
from domain.values import Place, Window


class Offered(Protocol):
    """A window as it is offered on a weekday: a DeliveryWindow, or a row of that shape."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...
    @property
    def capacity(self) -> int: ...


class Booked(Protocol):
    """How full a window of a day is: a DeliverySlot, or a row of that shape."""

    @property
    def capacity(self) -> int: ...
    @property
    def booked(self) -> int: ...


@dataclass(frozen=True)
class Network:
    """One depot with all that a promise depends on; ``slots`` by day and start for days already booked on."""

    depot: Depot
    windows: Sequence[Offered]
    areas: Sequence[DeliveryArea]
    slots: Mapping[tuple[date, time], Booked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to; the place, when known, lets areas by radius count and the nearest depot be chosen."""

    country: str
    postcode: str
    place: Place | None = None


class Offer(NamedTuple):
    """A day and window with room for ``room`` more of ``capacity`` deliveries."""

    day: date
    window: Window
    depot_id: int
    room: int
    capacity: int


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """Public holidays of a country (ISO 3166) and, where given, its region; none for an unknown country."""
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:
        return frozenset()


def is_open(depot: Depot, day: date) -> bool:
    """Whether the depot works and delivers on ``day``."""
    return (
        day.isoweekday() in depot.opening_days
        and day.isoformat() not in depot.closed_days
        and day not in public_holidays(depot.country, depot.region, day.year)
    )


def earliest_day(depot: Depot, now: datetime) -> date | None:
    """The first day an order taken ``now`` can be delivered on; None when the depot is closed all its horizon.

    An order taken on an open day before the cut-off is handled that day, else from the start of the next open
    day; handling minutes are added, and it goes out on the next open day after it is packed.
    """
    local = now.astimezone(depot.tz)
    accepted = local
    if not is_open(depot, local.date()) or local.time() >= depot.cutoff:
        opening = _next_open(depot, local.date())
        if opening is None:
            return None
        accepted = datetime.combine(opening, time(0), depot.tz)
    packed = accepted + timedelta(minutes=depot.handling)
    return _next_open(depot, packed.date())


def offers(network: Network, now: datetime) -> list[Offer]:
    """All windows with room from the earliest day to the depot's horizon, in order of time."""
    depot, slots = network.depot, network.slots
    depot_id, first = depot.id, earliest_day(depot, now)
    if first is None or depot_id is None:
        return []
    last = now.astimezone(depot.tz).date() + timedelta(days=depot.horizon)
    windows: dict[int, list[tuple[Window, int]]] = {}
    for each in sorted(network.windows, key=attrgetter("starts")):
        windows.setdefault(each.weekday, []).append((Window(each.starts, each.ends), each.capacity))
    found = []
    for day in _days(first, last):
        for window, capacity in windows.get(day.isoweekday(), ()) if is_open(depot, day) else ():
            slot = slots.get((day, window.start))
            capacity, booked = (slot.capacity, slot.booked) if slot else (capacity, 0)
            if capacity > booked:
                found.append(Offer(day, window, depot_id, capacity - booked, capacity))
    return found


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def covering(networks: Sequence[Network], to: Destination) -> list[Network]:
    """Depots that deliver to ``to``, the nearest first where the place is known. Refuses when none does."""
    found = [
        network
        for network in networks
        if any(area.covers(to.country, to.postcode, to.place, network.depot.place) for area in network.areas)
    ]
    if not found:
        patterns = sorted({area.pattern for network in networks for area in network.areas if area.pattern})
        raise Refusal("not_delivered_there", ask="postcode", postcode=to.postcode, areas=patterns[:8])
    place = to.place
    return sorted(found, key=lambda network: network.depot.place.metres_to(place)) if place else found


def promise(
    networks: Sequence[Network],
    to: Destination,
    now: datetime,
    day: date | None = None,
    window: Window | None = None,
) -> Offer:
    """The earliest offer of the depots that deliver there, on ``day`` and within ``window`` where wished.

    Refuses, with the next possible windows, when nobody delivers there, the day is closed, too soon, too far
    or full, or nothing has room.
    """
    near = covering(networks, to)
    possible = [offer for network in near for offer in offers(network, now)]
    if not possible:
        raise Refusal("no_room_at_all", postcode=to.postcode)
    # The earliest window; between depots that have the same, the nearest, which comes first.
    return min(matching(possible, day, window, near[0].depot, now), key=lambda offer: (offer.day, offer.window))


def matching(
    possible: Sequence[Offer], day: date | None, window: Window | None, depot: Depot, now: datetime
) -> list[Offer]:
    """The offers on ``day`` and in ``window`` (either may be open). Refuses with the nearest others when none fit."""
    on_day = [offer for offer in possible if day is None or offer.day == day]
    if day is not None and not on_day:
        near = nearest(possible, day)
        raise Refusal(_why_not(depot, day, now), ask="day", day=day, next=near[0].day, choices=alternatives(near))
    fitting = [offer for offer in on_day if window is None or _fits(window, offer.window)]
    fitting = fitting or [offer for offer in on_day if window is not None and window.overlaps(offer.window)]
    if not fitting:
        raise Refusal("window_taken", ask="window", day=day, window=window, choices=alternatives(on_day))
    return fitting


def nearest(possible: Sequence[Offer], day: date, per_day: int = 2) -> list[Offer]:
    """The offers of the days closest to ``day``, ``per_day`` of each, in order of time."""
    days = sorted({offer.day for offer in possible}, key=lambda each: (abs((each - day).days), each))[:2]
    return [offer for each in sorted(days) for offer in [o for o in possible if o.day == each][:per_day]]


def alternatives(possible: Sequence[Offer], limit: int = 4) -> tuple[Choice, ...]:
    """Buttons for the first offers."""
    return tuple(offer_choice(offer) for offer in list(possible)[:limit])


def offer_choice(offer: Offer) -> Choice:
    """The button that takes an offer."""
    return Choice(
        label="choice.delivery_window",
        values={"day": offer.day, "window": offer.window},
        slots={"day": offer.day.isoformat(), "window": str(offer.window)},
    )


def _fits(wish: Window, offered: Window) -> bool:
    """A part of the day ("afternoon") holds whole windows; a moment or short span ("at 3") lies within one."""
    return wish.contains(offered) or offered.contains(wish)


def _why_not(depot: Depot, day: date, now: datetime) -> str:
    if not is_open(depot, day):
        return "day_closed"
    earliest = earliest_day(depot, now)
    if earliest is None or day < earliest:
        return "day_too_soon"
    last = now.astimezone(depot.tz).date() + timedelta(days=depot.horizon)
    return "day_too_far" if day > last else "day_full"


def _next_open(depot: Depot, after: date) -> date | None:
    days = (after + timedelta(days=n) for n in range(1, depot.horizon + 32))
    return next((day for day in days if is_open(depot, day)), None)


def last_order(depot: Depot, day: date) -> datetime:
    """The last cut-off before ``day`` after which it can no longer be promised."""
    candidate = day - timedelta(days=1)
    for _ in range(depot.horizon + 32):
        moment = datetime.combine(candidate, depot.cutoff, depot.tz)
        just_before = moment - timedelta(minutes=1)
        earliest = earliest_day(depot, just_before) if is_open(depot, candidate) else None
        if earliest is not None and earliest <= day:
            return moment
        candidate -= timedelta(days=1)
    return datetime.combine(day, time(0), depot.tz)
