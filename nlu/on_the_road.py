"""What a driver's words plainly say, where they were not surely understood: handed over, done later, leaving. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.dialogue import Catalogue
from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.answers import SURE_OVER_WORDS
from nlu.readers import READERS
from nlu.text import without_accents
from nlu.told_of import only_told

_DELIVERED = re.compile(
    r"(?<!un)(?<!not )(?<!never )(?<!be )(?<!being )(?<!get )(?<!no )(?<!sin )\b(?:delivered|entregad[oa]s?|entregue)\b"
)
#: Beside these words it was not, or not for sure.
_IS_NOT = re.compile(
    r"\?|\b(?:not|n't|never|no|nobody|couldn'?t|can'?t|cannot|wrong|mistake|undo|refus\w*|sin|nunca|nadie|error|deshac\w*|deshaz|rechaz\w*)\b"
)
_LATER = re.compile(
    r"\b(?:do|doing|leave|leaving|save|keep) (?!you\b|we\b|i\b|they\b|the (?:depot|yard|base)\b)(?:[\w'.-]+ ){1,4}?(?:for )?(?:later|last|the end|at the end)\b"
    r"|\b(?:l[ao]s?|est[ao]s?|es[ao]s?) (?:hago|dejo|haremos|dejamos|entrego) (?:luego|despues|mas tarde|para (?:luego|el final|despues|mas tarde))\b"
    r"|\bdej(?:o|amos) (?:[\w.-]+ ){1,4}?para (?:luego|el final|despues|mas tarde)\b"
)
#: What is taken for one of these may be a stop that is done later.
_MAY_BE_LATER = frozenset({"report_delay", INFORM, OUT_OF_SCOPE})


def as_driver(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """What a driver means by words that say it plainly; anybody else's as they are."""
    if "start_shift" not in catalogue:
        return meaning
    meaning = only_told(meaning)
    low = without_accents(meaning.text.casefold()).replace("’", "'")
    is_vague = meaning.unsure or meaning.intent in {INFORM, OUT_OF_SCOPE} | TALK
    says_so = _DELIVERED.search(low) is not None and _IS_NOT.search(low) is None
    if says_so and is_vague and meaning.confidence < SURE_OVER_WORDS:
        return replace(meaning, intents=(("delivered", 1.0), *meaning.intents), unsure=False)
    lasts = any(each.kind == "duration" for each in meaning.entities)
    if meaning.intent in _MAY_BE_LATER and not lasts and "?" not in low and _LATER.search(low):
        return replace(meaning, intents=(("skip_stop", 1.0), *meaning.intents), unsure=False)
    return meaning


def leaves_depot(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Leaving, where nothing waits for an answer and words say so that are taken for a mere yes, or for nothing surely."""
    vague = meaning.intent == "affirm" or meaning.unsure or meaning.intent in {INFORM, OUT_OF_SCOPE}
    if "depart" not in catalogue or not vague or not READERS["leaves"](meaning.text, None):
        return meaning
    return replace(meaning, intents=(("depart", 1.0),), entities=(), unsure=False)
