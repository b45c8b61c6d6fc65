"""Whether the values of a message are what it says, or are only mentioned among other words. Pure."""

from __future__ import annotations

import re

from domain.meaning import Meaning
from nlu.readers.corrections import besides, put_right
from nlu.supposed import asks

#: Words beside a value that say nothing more than that it is wished for.
_IDLE = frozenset(
    "in the at on to for by its it's is be still same then thanks a an keep works time window day hour slot one "
    "i i'd id we we'd us me would like want wanted prefer suits fine good "
    "en el la los las a al por de que sigue igual mismo misma entonces gracias un una hora franja dia "
    "me nos va viene bien prefiero preferimos quiero queremos seria".split()
)
_IF_POSSIBLE = re.compile(r"\bif (?:it'?s )?possible\b|\bsi (?:puede ser|es posible)\b", re.IGNORECASE)


def says_only_values(meaning: Meaning) -> bool:
    """Whether a message says nothing but values ("friday evening then"), and does not ask."""
    return bool(meaning.entities) and not asks_instead(meaning) and not more_than_values(meaning)


def more_than_values(meaning: Meaning) -> bool:
    """Whether words are left beside the values of a message, and beside what only says that these are meant now."""
    said = meaning.text
    for each in sorted(meaning.entities, key=lambda each: each.start, reverse=True):
        said = said[: each.start] + " " + said[each.end :]
    return bool(set(besides(_IF_POSSIBLE.sub(" ", said))) - _IDLE)


def asks_instead(meaning: Meaning) -> bool:
    """Whether a message is a question, behind what only says that something else is meant ("wait, does friday cost more")."""
    return "?" in meaning.text or asks(put_right(meaning.text) or meaning.text)
