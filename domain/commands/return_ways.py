"""How a return comes back, where it stands, and giving it up."""

from __future__ import annotations

from typing import Annotated

from domain.commands.base import Command, Day, PartOfDay, Reason, ReturnNumber, Slot
from domain.commands.setup import Code
from domain.returns import Way


class ChooseWay(Command):
    """Have it collected in a window, bring it, or send it with a label; also instead of what was chosen before."""

    return_number: ReturnNumber
    way: Annotated[Way, Slot(reader="way_back", answer="way_back")]
    day: Day | None = None
    window: PartOfDay | None = None


class TrackReturn(Command):
    """Where is my return, and when does the money come?"""

    return_number: ReturnNumber


class CancelReturn(Command):
    """Give a return up while the goods are still with the customer."""

    return_number: ReturnNumber
    reason: Reason | None = None


class TendReturns(Command):
    """Remind of returns of a depot that must be sent soon, end those that were not sent in time, close those that are over."""

    depot: Code
