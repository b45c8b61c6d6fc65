"""Whether somebody asks about what they wait for, by language: all are tried, so another one is another pattern."""

from __future__ import annotations

import re

_ASKS = (
    re.compile(
        r"\b(?:when|what time|how (?:long|soon|much longer))\b.*\b(?:do|does|is|are|will|'ll|gonna|till|until)\b.*\b(?:come|comes|coming|arrive\w*|"
        r"arriving|here|get here|show up|turn up|due|deliver\w*)\b"
        r"|\bwhere(?:'s| is| are|s) (?:my|the) (?!return|refund|money)|\byou (?:did ?n[o']?t|never) (?:come|came|show\w*|turn\w*)\b|\bdid (?:my|the) .*\b(?:get|been) delivered\b"
    ),
    re.compile(
        r"\bcu[aá]ndo (?:me |nos )?(?:llega\w*|viene\w*|lo traen|la traen|traen)\b|\bno (?:vinieron|han venido|vino nadie|me ha llegado)\b"
    ),
)
#: Said of what is not ordered yet.
_NOT_YET = re.compile(
    r"\b(?:if (?:i|we)|could|would|(?:can|could) you|buy|order(?:ed|ing)? (?:it|one|them|now|today)|podr\w*|si (?:lo |la )?(?:pido|compro))\b"
)


def awaited(text: str) -> bool | None:
    """True where the words ask when something comes, or say that it did not; None else, and where it is still to be bought."""
    low = text.casefold().replace("’", "'")
    return True if any(each.search(low) for each in _ASKS) and not _NOT_YET.search(low) else None
