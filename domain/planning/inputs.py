"""What a run used, kept with it; and what of that has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from domain.notices import Choice
from domain.planning.day import Day, Wanted, facts_of
from domain.refusals import Refusal

#: Longer hashes tell nothing more here.
_LENGTH = 16
#: So many changes are told one by one.
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Change:
    """Something a plan used is no longer as it was: ``what`` is an order or a ride, ``why`` names its words.

    Of orders: ``gone`` (cancelled, held, on another day or another route), ``window``, ``address``, ``goods``.
    Of rides: ``gone``, ``changed``.
    """

    what: str
    name: str
    why: str


class Outdated(Refusal):
    """What a plan uses is no longer as it was; ``changes`` says what, ``instead`` what can be done about it."""

    def __init__(self, reason: str, changes: Sequence[Change], *instead: Choice) -> None:
        super().__init__(
            reason,
            choices=instead,
            changes=[asdict(change) for change in changes[:_TOLD]],
            more=max(0, len(changes) - _TOLD),
        )
        self.changes = tuple(changes)


def inputs_of(day: Day) -> dict[str, Any]:
    """All that a plan of the day depends on, as JSON holds it: orders by number, rides by key, the depot."""
    depot = day.depot
    return {
        "orders": {order.number: _order(order) for order in day.wanted},
        "rides": {ride.key: facts_of(ride) for ride in day.rides},
        "idle": [duty.driver.name for duty in day.idle],
        "depot": [depot.lat, depot.lon, depot.zone, depot.stop_seconds, depot.piece_seconds],
    }


def hash_of(inputs: Mapping[str, Any], *more: Any) -> str:
    """The SHA-256 of inputs, whatever order they are written in, and of what else decided the outcome."""
    return hashlib.sha256(orjson.dumps([inputs, *more], option=orjson.OPT_SORT_KEYS)).hexdigest()


def changes(used: Mapping[str, Any], day: Day, numbers: Iterable[str], rides: Collection[str]) -> list[Change]:
    """What of the orders and rides that a plan uses is not as it was; whatever is new since changes nothing."""
    now = {order.number: order for order in day.wanted}
    found = []
    for number in numbers:
        order = now.get(number)
        why = "gone" if order is None else _differs(used["orders"].get(number), _order(order))
        if why is not None:
            found.append(Change("order", number, why))
    present = {ride.key: facts_of(ride) for ride in day.rides}
    for key in sorted(rides):
        if key not in present:
            found.append(Change("ride", key, "gone"))
        elif used["rides"].get(key) != present[key]:
            found.append(Change("ride", key, "changed"))
    return found


def _order(order: Wanted) -> dict[str, str]:
    load = order.load
    return {
        "window": str(order.window),
        "address": _digest([order.customer_id, order.address, str(order.place)]),
        "goods": _digest([load.weight, load.volume, load.pieces, sorted(order.skills)]),
    }


def _digest(values: list[Any]) -> str:
    """Enough to tell that something differs; the address itself is kept with the order alone."""
    return hashlib.sha256(orjson.dumps(values)).hexdigest()[:_LENGTH]


def _differs(before: Mapping[str, str] | None, after: Mapping[str, str]) -> str | None:
    if before is None:
        return None
    return next((name for name, value in after.items() if before.get(name) != value), None)
