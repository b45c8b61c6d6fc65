"""What follows an attempt at which nothing could be handed over: again today, another day, or back to the depot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.handing import Failure

#: So often delivering is tried before a person decides.
MOST_ATTEMPTS = 3
#: Sooner than this nothing has changed at the door.
LEAST_PAUSE = timedelta(minutes=30)
#: So much of the shift must be left after another try, for nothing ever goes as planned.
MARGIN = timedelta(minutes=15)


class Then(StrEnum):
    """What follows."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    DEPOT = "depot"


#: Another try may find somebody; with the others it finds the same.
_MAY_HELP = frozenset({Failure.NOBODY_HOME, Failure.CLOSED, Failure.NO_ACCESS})


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows, and whether a person must look into it."""

    then: Then
    person: bool


def what_follows(
    reason: Failure, *, attempt: int, today: int, pause: timedelta | None = None, spare: timedelta | None = None
) -> Follows:
    """The policy. ``attempt`` is this one's number, ``today`` how many of them were made on this route.

    ``pause`` is how long from now another try on the route would be, ``spare`` what would be left of the shift after it;
    None where that is not known.
    """
    if reason not in _MAY_HELP or attempt >= MOST_ATTEMPTS:
        return Follows(Then.DEPOT, person=True)
    fits = pause is not None and spare is not None and pause >= LEAST_PAUSE and spare >= MARGIN
    if today < 2 and fits:
        return Follows(Then.TODAY, person=False)
    return Follows(Then.TOMORROW, person=reason == Failure.NO_ACCESS and attempt > 1)
