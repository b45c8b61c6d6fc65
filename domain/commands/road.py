"""What is done by itself while routes are under way."""

from __future__ import annotations

from pydantic import AwareDatetime

from domain.commands.base import Command
from domain.commands.setup import Code
from domain.values import Place


class RefreshEtas(Command):
    """Find the ETAs of all routes of a depot that are under way anew, and tell customers what follows from them."""

    depot: Code


class ReportPosition(Command):
    """Where the driver who says so was at a moment; said ``once``, or by a phone that tells it all the time."""

    at: AwareDatetime
    place: Place
    once: bool = False


class ForgetTracks(Command):
    """Delete where vehicles were, when that was too long ago."""


class AskRatings(Command):
    """Ask the customers of a depot how what was delivered lately was."""

    depot: Code


class AskSilent(Command):
    """Ask the drivers of a depot of whom nothing was heard; who does not answer is a case for staff."""

    depot: Code
