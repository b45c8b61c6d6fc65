"""What somebody wants who asks about their data."""

from __future__ import annotations

import re
from enum import StrEnum


class PrivacyWish(StrEnum):
    """To hear what is kept, to have a copy of it, to have it gone."""

    TELL = "tell"
    EXPORT = "export"
    ERASE = "erase"


_ERASE = re.compile(
    r"\b(?:delet\w*|eras\w*|remov\w*|forget|forgotten|wipe\w*|purge\w*|get rid of|destroy\w*|close my account)\b",
    re.IGNORECASE,
)
_EXPORT = re.compile(
    r"\b(?:cop(?:y|ies)|export\w*|download\w*|send me (?:all|my|the|what|everything)|hand over|portab\w*|access request|dsar|"
    r"all (?:the |my )?data you|in a file|as a file)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^\s*(?:what|which|how|why|do|does|are|is|who|where|can i see)\b", re.IGNORECASE)


def privacy_wish(words: str) -> PrivacyWish:
    """What the words ask for; a question, and what is not clear, only to hear it."""
    if _EXPORT.search(words):
        return PrivacyWish.EXPORT
    if _ERASE.search(words) and not _QUESTION.match(words):
        return PrivacyWish.ERASE
    return PrivacyWish.TELL
