"""What is reported from the road."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.commands.base import Command
from domain.values import Place


class RecordPosition(Command):
    """Where the vehicle of a route was at a moment."""

    route: int
    at: AwareDatetime
    place: Place


class RecordVisit(Command):
    """A stop is done: when its driver arrived and was done there, and when and where the way there began, if known.

    ``planned`` are the seconds the stop was expected to take before anything was learned. Travel and service times are
    learned from it.
    """

    stop: int
    arrived: AwareDatetime
    done: AwareDatetime
    planned: Annotated[int, Field(gt=0, le=24 * 3600)]
    left: AwareDatetime | None = None
    start: Place | None = None
