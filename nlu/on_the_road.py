"""What a driver's words plainly say, where they were not surely understood: handed over, done later, leaving. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from domain.dialogue import Catalogue
from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.answers import SURE_OVER_WORDS
from nlu.readers import READERS
from nlu.text import without_accents
from nlu.told_of import only_told

_DELIVERED = re.compile(
    r"(?<!un)(?<!not )(?<!never )(?<!be )(?<!being )(?<!get )(?<!no )(?<!sin )\b(?:delivered|entregad[oa]s?|entregué)\b"
)
#: Beside these words it was not, or not for sure, or is only wished for, or somebody else did it.
_IS_NOT = re.compile(
    r"\?|\b(?:not|n't|never|no|nobody|couldn'?t|can'?t|cannot|wrong|mistake|undo|refus\w*|sin|nunca|nadie|error|deshac\w*|deshaz|rechaz\w*"
    r"|wants?|wanted|ask(?:s|ed|ing)?|wish\w*|needs?|must|should|will|can|could|to (?:have|be|get)|have (?:it|them) delivered|once|when|until|if|unless|almost|nearly|another|dhl|ups|fedex|hermes"
    r"|qui(?:ere|eren|ero|siera)|pid(?:e|en|io|ieron)|debe|sea|sean|ser|cuando|hasta|si (?:esta|se|ya|lo|la)|apenas|casi|otr[oa]s?)\b"
)
#: Of these nothing was handed over: where one is likelier than that it was, it was not.
_NOT_DELIVERED = frozenset({"failed_delivery", "skip_stop", "undo"})
_OF_TODAY = frozenset({"today", "hoy", "this morning", "esta mañana"})
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
    if is_vague and meaning.confidence < SURE_OVER_WORDS and _says_delivered(meaning, low):
        return replace(meaning, intents=(("delivered", 1.0), *meaning.intents), unsure=False)
    lasts = any(each.kind == "duration" for each in meaning.entities)
    if meaning.intent in _MAY_BE_LATER and not lasts and "?" not in low and _LATER.search(low):
        return replace(meaning, intents=(("skip_stop", 1.0), *meaning.intents), unsure=False)
    return meaning


def _says_delivered(meaning: Meaning, low: str) -> bool:
    """Whether a driver says that they handed over now; "entregué" has its accent, or is a wish."""
    accented = unicodedata.normalize("NFC", meaning.text.casefold())
    other_day = any(each.kind == "date" and each.text.casefold() not in _OF_TODAY for each in meaning.entities)
    likeliest = next((name for name, _ in meaning.intents if name in _NOT_DELIVERED | {"delivered"}), "delivered")
    said = _DELIVERED.search(accented) is not None and _IS_NOT.search(low) is None
    return said and not other_day and likeliest == "delivered"


def leaves_depot(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Leaving, where nothing waits for an answer and words say so that are taken for a mere yes, or for nothing surely."""
    vague = meaning.intent == "affirm" or meaning.unsure or meaning.intent in {INFORM, OUT_OF_SCOPE}
    if "depart" not in catalogue or not vague or not READERS["leaves"](meaning.text, None):
        return meaning
    return replace(meaning, intents=(("depart", 1.0),), entities=(), unsure=False)
