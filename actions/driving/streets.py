"""Stops that a driver names by their street."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rapidfuzz import fuzz

from domain.addresses import take_apart
from storage.routes import Tour, Visit

#: rapidfuzz scores, 0 to 100: a name that is only misspelt.
MISSPELT = 88
#: Words that are written in several ways.
_KINDS = re.compile(r"(?:stra(?:ß|ss)e|street|str)\b\.?")
_HOUSE = re.compile(r"\d+\s?[a-z]?\b")


def on_streets(tour: Tour, said: Sequence[str]) -> list[Visit]:
    """The stops of a route on the streets that were named, in the order in which they were; of several on one street the one
    with the house number, the first that is ahead. None of streets that are not on the route."""
    found = [_on_street(tour, each) for each in said]
    return list({visit.stop.id: visit for visit in found if visit is not None}.values())


def at_houses(tour: Tour, numbers: Collection[int]) -> list[Visit]:
    """The stops ahead in houses with these numbers, one for each; none where for one there is no stop, or are several."""
    ahead = [(visit, _HOUSE.findall(take_apart(visit.stop.address).street)) for visit in tour.visits if visit.is_ahead]
    found = [[visit for visit, houses in ahead if houses[-1:] == [str(number)]] for number in numbers]
    return [visit for (visit,) in found] if all(len(there) == 1 for there in found) else []


def _on_street(tour: Tour, said: str) -> Visit | None:
    there = [visit for visit in tour.visits if _is_street(said, visit.stop.address)]
    house = _HOUSE.search(said.casefold())
    if house is not None:
        there = [visit for visit in there if house.group() in _HOUSE.findall(visit.stop.address.casefold())]
    return next((visit for visit in there if visit.is_ahead), there[-1] if there else None)


def _is_street(said: str, address: str) -> bool:
    named, street = _plain(said), _plain(take_apart(address).street)
    return bool(street) and (
        street in named or named == street.removesuffix("str") or fuzz.ratio(named, street) >= MISSPELT
    )


def _plain(street: str) -> str:
    """The name alone, in one way of writing it."""
    name = _HOUSE.sub(" ", _KINDS.sub("str", street.casefold()))
    return "".join(re.findall(r"[^\W\d_]+", name))
