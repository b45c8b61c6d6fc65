"""The office: exceptions, and channels that die and come back."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.commands.base import CaseReference, Command


class LoseChannel(Command):
    """Nothing arrives in a conversation any more; what waits there goes to the customer's next channel."""

    conversation: int
    why: Annotated[str, StringConstraints(max_length=200)] = ""


class RegainChannel(Command):
    """A conversation can be written to again."""

    conversation: int


class ResolveCase(Command):
    """An exception is settled."""

    case: CaseReference
