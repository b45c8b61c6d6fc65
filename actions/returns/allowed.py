"""The ways in which a return can come back."""

from __future__ import annotations

from collections.abc import Sequence

from actions.returns.booking import pickup_offers
from actions.returns.opening import comes_back, terms_of
from domain.moment import Moment
from domain.returns import AWAITED, Return, ReturnLine, Way, approved_of
from storage.unit_of_work import UnitOfWork

#: The ways among which somebody can choose.
TO_CHOOSE = (Way.PICKUP, Way.DROP_OFF, Way.LABEL)


def allowed_ways(lines: Sequence[ReturnLine]) -> list[Way]:
    """The ways that the terms of all its approved lines allow."""
    terms = [terms_of(line).ways for line in approved_of(lines)]
    return [way for way in TO_CHOOSE if terms and all(way in allowed for allowed in terms)]


def possible_ways(made: Return, uow: UnitOfWork, at: Moment) -> list[Way]:
    """The ways in which it can come back now: what is allowed, a pickup only where a window has room. None where nothing
    needs to come back, or it is too late to choose."""
    lines = uow.returns.lines(made)
    if made.status not in AWAITED or not comes_back(made, lines):
        return []
    allowed = allowed_ways(lines)
    if Way.PICKUP in allowed and not pickup_offers(made, uow, at):
        allowed.remove(Way.PICKUP)
    if made.depot_id is None and Way.DROP_OFF in allowed:
        allowed.remove(Way.DROP_OFF)
    return allowed
