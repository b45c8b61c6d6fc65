"""What is done by itself while routes are under way."""

from __future__ import annotations

from domain.commands.base import Command
from domain.commands.setup import Code


class RefreshEtas(Command):
    """Find the ETAs of all routes of a depot that are under way anew, and tell customers what follows from them."""

    depot: Code
