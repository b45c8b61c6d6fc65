"""What is told to other programs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command


class ReportLostEvents(Command):
    """A receiver of webhooks did not take events for days: how many were given up since the last time, and why."""

    receiver: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    host: Annotated[str, StringConstraints(max_length=255)]
    count: Annotated[int, Field(gt=0, lt=2**31)]
    why: Annotated[str, StringConstraints(max_length=200)]
