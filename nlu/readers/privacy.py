"""What somebody wants who asks about their data."""

from __future__ import annotations

import re

from domain.privacy import PrivacyWish

_ENGLISH_ERASE = re.compile(
    r"\b(?:delet\w*|eras\w*|remov\w*|forget|forgotten|wipe\w*|purge\w*|get rid of|destroy\w*|close my account)\b",
    re.IGNORECASE,
)
_ENGLISH_EXPORT = re.compile(
    r"\b(?:cop(?:y|ies)|export\w*|download\w*|send me (?:all|my|the|what|everything)|hand over|portab\w*|access request|dsar|"
    r"all (?:the |my )?data you|in a file|as a file)\b",
    re.IGNORECASE,
)
_ENGLISH_QUESTION = re.compile(
    r"^\s*(?:(?:wait|no|but|ok|okay|well|sorry|and|so|hi|hello|hey)[\s,]+)*(?:what|which|how|why|do|does|are|is|who|where|can i see)\b(?P<kept>.*\b(?:keep|kept|store\w*|know|have|hold|save\w*|collect\w*)\b)?",
    re.IGNORECASE,
)


def wish(text: str) -> str | None:
    """What a text asks for; None when that is not clear."""
    question = _ENGLISH_QUESTION.match(text)
    if _ENGLISH_EXPORT.search(text):
        return PrivacyWish.EXPORT.value
    if _ENGLISH_ERASE.search(text) and question is None:
        return PrivacyWish.ERASE.value
    return PrivacyWish.TELL.value if question is not None and question["kept"] else None
