"""What is reported from the road."""

from __future__ import annotations

from pydantic import AwareDatetime

from domain.commands.base import Command
from domain.values import Place


class RecordPosition(Command):
    """Where the vehicle of a route was at a moment."""

    route: int
    at: AwareDatetime
    place: Place
