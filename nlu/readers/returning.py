"""What somebody sends back: why, in what condition, how much of it, and what they want for it."""

from __future__ import annotations

import re
from typing import Any

from nlu.readers.corrections import restarts_at
from nlu.readers.problems import no_photo
from nlu.readers.returning_words import LANGUAGES, R, Table
from nlu.readers.returns import sends_back, way_wished
from nlu.readers.spoken import in_order, spoken
from nlu.supposed import asks
from nlu.text import without_accents

#: Names nothing.
_NOTHING_NAMED = re.compile(
    r"^\W*(?:(?:i|i'd|we|would|like|want|wanna|need|to|send|return|give|back|just|please|pls|can|my|some|an?|the|one)\s+)*"
    r"(?:something|stuff|some ?things?|things?|anything|it|this|that|them|item|product|order|parcel)(?: back| else)*\W*$"
    r"|^\W*(?:(?:yo|quiero|queria|quisiera|querria|necesito|puedo|devolver|regresar|por favor|porfa|mi|un|una|el|la|algun)\s+)*(?:algo|cosas|una cosa|esto|eso|devolverlo|devolverla|producto|articulo|pedido|paquete|lo)\W*$"
)
#: Right behind what is refused ("credit? no, the money").
_REFUSED_AFTER = re.compile(
    r"\s*\?+\s*(?:no|nope|nah)\b(?! (?:problem|worries|hay problema))|,?\s+(?:no|not)\s*(?:[.,;!]|$|thanks?\b|thank you|gracias)"
)
#: Of more words nobody names products only.
_LONGEST_NAMES = 12
#: In so few words nobody says why besides.
_SHORT = 12

#: Somebody wants something, and not to know what holds.
_WANTS = re.compile(
    r"\b(?:please|pls|plz|i want|i'?d (?:like|prefer|rather)|i would (?:like|prefer)|i need|give me|por favor|porfa|quiero|queremos|quisiera|querria|prefiero|preferimos|dadme|denme)\b"
)
_RULES = re.compile(
    r"\b(?:rules?|polic(?:y|ies)|conditions?|terms|periods?|deadlines?|explain|tell|know|understand|ask|info\w*|details?|options?|about|how|what|when|which|if|in case|normas?|condiciones|politicas?|plazos?|explic\w+|dime|saber|entender|preguntar|informacion|detalles|opciones|sobre|como|cuant\w+|cuando|cual\w*|si)\b"
)

#: Who says this of something does not keep it.
_FAULTS = frozenset({R.DAMAGED, R.DEFECTIVE, R.WRONG_ITEM, R.NOT_AS_DESCRIBED, R.DOES_NOT_FIT, R.MISSING})


def reason(text: str) -> str | None:
    """Why it comes back, where the words are clear about it."""
    low = _low(text)
    for table in in_order(text, LANGUAGES):
        said = table.denied.sub(" ", low)
        for each, pattern in table.reasons:
            if pattern.search(said):
                return each.value
    return None


def reason_said(text: str) -> str | None:
    """Why, in answer to that question: words that fit no reason are another one, unless they only say something else."""
    found = reason(text)
    if found is not None or not text.strip():
        return found
    short = len(text.split()) <= _SHORT
    says_else = way_wished(text) or resolution(text) or (short and (opened(text) is not None or sends_back(text)))
    return None if says_else else R.OTHER.value


def is_kept(text: str) -> bool:
    """Whether what was to go back stays where it is, and the words do not say what is wrong with it."""
    return sends_back(text) is False and not has_fault(text)


def has_fault(text: str) -> bool:
    """Whether a reason is told for which nobody keeps something."""
    return reason(text) in _FAULTS


def told_apart(text: str) -> dict[str, dict[str, Any]] | None:
    """Why and in what condition, by the part of the words that says it, where several say something different: "the toaster is
    broken and the kettle I don't like"."""
    found: dict[str, dict[str, Any]] = {}
    waiting = ""
    for part in spoken(text, LANGUAGES).between.split(_low(text)):
        waiting = f"{waiting} {part}".strip()
        said = {"reason": reason(part), "opened": opened(part)}
        if said["reason"] is not None:
            found[waiting[:200]] = {name: value for name, value in said.items() if value is not None}
            waiting = ""
    different = {str(sorted(said.items())) for said in found.values()}
    return found if len(different) > 1 else None


def opened(text: str) -> bool | None:
    """Whether it was opened or used, where the words say so."""
    low = _low(text)
    for table in in_order(text, LANGUAGES):
        if table.unopened.search(low):
            return False
        if table.opened.search(low):
            return True
    return None


def opened_said(text: str) -> bool | None:
    """The same, in answer to the question whether it was."""
    read = opened(text)
    low = _low(text).strip()
    for table in in_order(text, LANGUAGES):
        if read is None and (table.yes.search(low) or table.no.search(low)):
            return bool(table.yes.search(low))
    return read


def everything(text: str) -> bool | None:
    """True where all there is is meant."""
    low = _low(text).strip()
    return True if any(table.everything.search(low) for table in LANGUAGES.values()) else None


def was_gift(text: str) -> bool | None:
    """True where it was given to whoever speaks."""
    low = _low(text)
    return True if any(table.was_gift.search(low) for table in LANGUAGES.values()) else None


def resolution(text: str) -> str | None:
    """What is wanted for it; the first that is named and not refused ("no replacement, I want my money back"), or what is said in
    place of it in the same breath ("a voucher... no, rather the money")."""
    at = restarts_at(text)
    later = resolution(text[at:]) if at is not None else None
    if later is not None:
        return later
    low = _low(text)
    found = [
        (match.start(), each.value)
        for table in LANGUAGES.values()
        for each, pattern in table.resolutions
        for match in pattern.finditer(low)
        if not any(other.refused.search(low[: match.start()]) for other in LANGUAGES.values())
        and _REFUSED_AFTER.match(low, match.end()) is None
    ]
    return min(found)[1] if found else None


def wants_resolution(text: str) -> bool:
    """Whether something is plainly wanted for what goes back, in a sentence that asks nothing ("can it go back? refund please")."""
    sentences = (each for each in re.findall(r"[^.!?;\n]+\??", _low(text)) if not asks(each))
    return any(_WANTS.search(each) and not _RULES.search(each) and resolution(each) for each in sentences)


def exchanged_for(text: str) -> str | None:
    """The words for what it shall be exchanged for; nothing where the same again is meant."""
    low = _low(text)
    for table in in_order(text, LANGUAGES):
        for match in table.exchanged_for.finditer(low):
            said = next((words for words in match.groupdict().values() if words), "").strip()
            if said and table.same_again.match(said) is None:
                return said[:200]
    return None


def products(text: str) -> list[str] | None:
    """Names of products, in answer to the question which: "the kettle and 2 mugs" means two."""
    low = _low(text).strip(" .!?")
    if any(table.everything.search(low) for table in LANGUAGES.values()) or len(low.split()) > _LONGEST_NAMES:
        return None
    found = []
    table = spoken(text, LANGUAGES)
    for part in table.between.split(low):
        if _NOTHING_NAMED.match(part) or _only_wants(part, table) or no_photo(part) is not None:
            continue
        words = re.sub(
            r"^(?:\d+|one|two|three|four|five|six|dos|tres|cuatro|cinco|seis)\s*x?\s+(?:of\s+|de\s+(?:los\s+|las\s+)?)?",
            "",
            table.lead.sub("", part + " "),
        )
        found += [words.strip()[:200]] if words.strip() else []
    return found or None


def _only_wants(text: str, table: Table) -> bool:
    """Whether words only say what is wanted for it ("another one", "not the money")."""
    rest = text
    for _, pattern in table.resolutions:
        rest = pattern.sub(" ", rest)
    return rest != text and not set(table.lead.sub("", f"{rest.strip()} ").split()) - {"no", "not", "el", "la", "back"}


def quantity(text: str) -> int | None:
    """How many, in answer to that question."""
    low = _low(text).strip(" .!")
    digits = re.search(r"(?<![\w.-])\d{1,4}(?![\w.-])", low)
    if digits is not None:
        return int(digits.group()) or None
    for table in in_order(text, LANGUAGES):
        for word in re.findall(r"[a-z]+", low):
            if word in table.numbers:
                return table.numbers[word]
    return None


def counted(text: str) -> dict[str, int] | None:
    """What is spoken of in numbers, by the words after the number: "2 of the mugs and a kettle" counts the mugs."""
    low = re.sub(r"\brm-?\s?\d+", " ", _low(text))
    found: dict[str, int] = {}
    for table in in_order(text, LANGUAGES):
        words = "|".join(word for word in table.numbers if word not in {"a", "an", "just one", "un", "una", "uno"})
        word = rf"(?!(?:and|of|y|de|{words})\b)[^\W\d]+"
        pattern = rf"(?<![\w.,-])(?P<count>\d{{1,4}}|{words})(?: ?x)?(?: of| de)?(?: (?:the|my|these|those|los|las|mis|estos|estas))? (?P<name>{word}(?: {word}){{0,2}})"
        for match in re.finditer(pattern, low):
            said = match["count"]
            found.setdefault(match["name"], int(said) if said.isdigit() else table.numbers[said])
    return {name: count for name, count in found.items() if count} or None


def _low(text: str) -> str:
    return without_accents(text.casefold()).replace("’", "'")
