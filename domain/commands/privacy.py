"""What customers may ask about their data."""

from __future__ import annotations

from typing import Annotated

from domain.commands.base import Command, Slot
from domain.privacy import PrivacyWish


class AskPrivacy(Command):
    """What is kept about me, a copy of it, that it goes, or whether my messages may be learnt from; what is not clear only
    asks what is kept."""

    what: Annotated[PrivacyWish, Slot(reader="privacy")] = PrivacyWish.TELL


class RecordExport(Command):
    """The copy of a customer's data lies in a file, and may be fetched; ``conversation`` is where it was asked for."""

    customer: int
    conversation: int | None
    file: str
    name: str
    path: str
    size: int
