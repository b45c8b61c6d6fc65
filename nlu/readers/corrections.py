"""Whether somebody says that what they wrote before was taken for something else."""

from __future__ import annotations

import re

#: By language: said at the beginning, then anywhere.
_BEGINS = {
    "en": r"(?:no|nope|nah)[,.!\s]+(?:not? (?:that|this)|i (?:mean|meant|want(?:ed)?|said|asked)|that'?s not|you)|not that\b|wrong\b(?! (?:item|size|product|address|order|colou?r|one|parcel|box|person|house|door))|i (?:meant|mean)\b|i didn'?t (?:mean|ask|say|want)",
    "es": r"no[,.!\s]+(?:eso no|no es eso|quer[ií]a|quiero|digo|quise|me refer[ií]a|me refiero)|eso no\b|no es eso\b|me refer[ií]a\b|me refiero\b|quise decir\b|quer[ií]a decir\b|no (?:ped[ií]|pregunt[eé]|dije) eso",
}
_ANYWHERE = {
    "en": r"that(?:'?s| is| was)(?: not|n'?t) what i (?:mean|meant|asked|said|want|wanted)|not what i (?:asked|meant|said|wanted)|you (?:misunderst\w+|got (?:me|that|it) wrong|(?:don'?t|didn'?t|did not|do not) (?:understand|get) me)|misunderstood",
    "es": r"eso no es lo que|no es lo que (?:ped[ií]|quer[ií]a|dije|pregunt[eé])|no me (?:has entendido|entiendes|entendiste|ha entendido|entiende)|me has? entendido mal|me entendiste mal",
}
_TAKES_BACK = re.compile(
    rf"\s*(?:(?:hey|hi|sorry|but|perdona|perdón|pero|oye)[,\s]+)*(?:{'|'.join(_BEGINS.values())})|.*\b(?:{'|'.join(_ANYWHERE.values())})",
    re.IGNORECASE | re.DOTALL,
)
#: Longer messages tell a story.
_LONGEST = 300


def takes_back(text: str) -> bool:
    """Whether a message corrects how the one before it was understood ("no, I meant the other order")."""
    return len(text) <= _LONGEST and _TAKES_BACK.match(text.replace("’", "'")) is not None
