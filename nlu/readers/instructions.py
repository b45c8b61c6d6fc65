"""Free words for the driver, sorted into kinds of wishes; what fits none is a note."""

from __future__ import annotations

import re

from domain.wishes import Wish, shortened
from nlu.readers.instruction_words import DOOR, GIVEN_TO_NAME, LANGUAGES, NAME, WHO, Table
from nlu.readers.spoken import spoken
from nlu.text import without_accents

_ORDER = re.compile(
    r"\b(?:(?:for|on|of|to|para|de|a) )?(?:(?:my|the|mi|el) )?(?:(?:order |pedido )?(?:number |n[uú]mero )?#?rm-?\s?\d{4,9}"
    r"|(?:order|pedido)(?: (?:number|no\.?|nr\.?|num\.?|n[uú]mero|n[º°]))? ?#?\d{4,9})\b",
    re.IGNORECASE,
)
#: Of a code without digits these only say what it opens.
_OPENED_BY_CODE = frozenset(
    "gate door entry entrance building front side garden courtyard block portal puerta entrada garaje edificio verja porton cancela urbanizacion finca".split()
)
#: Only greets, or takes up again what was said before.
_GREETS = re.compile(r"(?:good )?(?:morning|evening|afternoon)|(?:muy )?buen[oa]s(?: (?:dias|tardes|noches))?")
_NEVER_MIND = re.compile(r"(?:and |but |y |pero )?(?:never ?mind|nvm|olvida(?:d|te|os)?(?: de)?) .*")
#: Is only polite, or says only that something comes.
_COURTESY = re.compile(
    r"(?:i do hope |i hope )?(?:if|would|could|might) (?:it|that|this|you|i)\b.{0,40}\b(?:imposition|trouble|bother|hassle|inconvenience|much|mind|possible|alright|all right|ok|okay|problem|so kind|be kind|at all)(?: (?:to ask|at all|of me|enough|as to))*"
    r"|(?:i'?m |i am |we'?re )?(?:so |very |terribly )?sorry (?:to|for) .*|(?:my )?apolog(?:y|ies)\b.*|(?:just |only )?(?:one|a|another)(?: last| more| small| little| quick| other)* (?:thing|request|favou?r|question)(?: more)?"
    r"|(?:si|y si) (?:no )?(?:le |te |os |les )?(?:es|fuera|fuese|seria|importa|importara|molesta|puede ser|es posible)(?: (?:mucha |demasiada |una |tan )?(?:molestia|problema|amables?|mucho pedir))?"
    r"|(?:que |much[ao] )?pena con (?:usted|ustedes|vos)|(?:disculp|perdon)\w* (?:que (?:le|te|os|les) )?(?:la |las |tanta |por la )?molest\w+|(?:solo )?(?:una?|otra) (?:ultima )?(?:cosa|cosita|favor|favorcito|pregunta|peticion)(?: mas)?"
)
#: A code, said behind what only says that there is one ("the door has a code, it is 2580B").
_CODE = re.compile(r"(?:(?:it'?s|it is|is|that'?s|es|el|la|the) )*[#*]?(?=\w*\d)\w{2,10}[#*]?")
_DOOR = r"(?:gate|door|entrance|barrier|key ?pad|intercom|verja|puerta|portal|portero|porton|cancela|barrera)"
#: Says only that there is something which a code opens, or that it is shut.
_DOOR_IS_THERE = re.compile(
    r"(?:(?:there ?(?:'?s|is)|we have|we'?ve got|i have|it'?s|it has|hay|tenemos|tiene|es) )(?:an? |un |una )?(?:\w+ )?"
    rf"{_DOOR}(?: \w+)?"
    rf"|(?:your|the|sus|los|vuestros) (?:drivers?|couriers?|guys|repartidor(?:es)?|mensajeros?|conductor(?:es)?) (?:\w+ ){{0,4}}?(?:stuck|in|through|past|open|find|get|stand\w*|lost|pueden|entran?|abren?|abrir|encuentran?|atascad\w*|par\w+|quedan?)(?: \w+){{0,3}} {_DOOR}(?: \w+)?"
    rf"|(?:the |our |el |la )?(?:\w+ )?{_DOOR}(?:'?s| is| stays| will be| gets| esta| estara| queda| se queda| suele estar| se cierra)"
    r"(?: (?:always|usually|normally|still|siempre|normalmente))?(?: (?:locked|shut|closed|cerrad[oa]|con llave))*"
    r"(?: (?:by then|then|now|(?:at|after|before|during|from|until|a|desde|por|hasta|de) (?:\w+ ){0,2}\w+))?"
)
_DIGIT = re.compile(r"\d")
#: A code that is that of another order; which one is not said.
_SAME_CODE = re.compile(
    r"\b(?:same (?:\w+ )?(?:code|pin)|mism[oa] (?:codigo|clave|pin)|codes? (?:is|are) the same|codigo es el mismo)\b"
)
_ASKS = re.compile(
    r"(?:who|whose|what|why|how|which|where|quien|que|por ?que|como|cual|donde)\b(?! (?:el|la|lo|los|las|me|le|se)\b)|.*\?"
)
#: Who it is, where they live, or both.
_PERSON = re.compile(rf"{DOOR.pattern}|{WHO.pattern}(?: {DOOR.pattern})?")
#: Before what all is about, and what is left of it beside the number of an order ("for RM-10482 tomorrow").
_AND = re.compile(r"^(?:and|also|y|tambien) ")
_ONLY_DAY = re.compile(r"(?:of |for |de |para )?(?:today|tomorrow|tonight|hoy|manana)")
_EDGES = " \t\r\n,;:.!-–"


def wishes(text: str) -> dict[str, str] | None:
    """The wishes of a kind in a text, by kind; empty words where the kind alone was said. None when there are none."""
    return _sorted(text)[0] or None


def note(text: str) -> str | None:
    """What else a text asks of the driver, without the words that only ask for the service."""
    return _sorted(text)[1]


def words(text: str) -> str | None:
    """An answer to the question for a wish's words, without a beginning that says nothing ("it's 4711")."""
    cut = re.sub(
        r"^\s*(?:it'?s|it is|that'?s|yes|the code is|code is|ok|okay|no|es|s[ií]|(?:el |la )?(?:c[oó]digo|clave) es|vale)[\s,:]+",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return shortened(cut.strip(_EDGES)) or None


def removes(text: str) -> bool | None:
    """True when all instructions are to be taken back, and nothing is said in their place ("delete that, the code is 2508")."""
    low = _low(_last_word(text))
    found = any(table.removes.search(low) and not table.negates.search(low) for table in LANGUAGES.values())
    return True if found else None


def _sorted(text: str) -> tuple[dict[str, str], str | None]:
    """Wishes and note; of what is taken back in the same breath ("with Ann, no wait, in the shed") only what comes after."""
    last_word = _last_word(text)
    found = _read(last_word)
    return found if found[0] or last_word == text else _read(text)


def _last_word(text: str) -> str:
    """A text, or what it says behind that by which the rest is taken back; all of it where nothing is."""
    plain = text.replace("’", "'")
    said = (table.taken_back.split(plain)[-1].strip(_EDGES) for table in LANGUAGES.values())
    return min((each for each in said if each), key=len, default=plain)


def _read(text: str) -> tuple[dict[str, str], str | None]:
    if removes(text):
        return {}, None
    found: dict[str, str] = {}
    notes: list[str] = []
    last: Wish | None = None
    table = spoken(text, LANGUAGES)
    for clause in _clauses(text, table):
        kind, said = _kind(clause, table)
        if kind is None and last is not None and _goes_on(said, last, found[last], table):
            found[last] = shortened(f"{found[last]}, {said}".strip(_EDGES))
            continue
        if kind is Wish.CODE and notes and _DOOR_IS_THERE.fullmatch(_low(notes[-1])) is not None:
            said = f"{notes.pop()}, {said}"
        if kind is not None:
            known = found.get(kind)
            found[kind] = shortened(f"{known}; {said}" if known and said else said or known or "")
            last = kind
        elif _says_something(said, table):
            notes.append(said)
            last = None
    if _SAME_CODE.search(_low(text)) and not _DIGIT.search(found.get(Wish.CODE, "")):
        found.pop(Wish.CODE, None)
    notes = [each for each in notes if not any(each in words for words in found.values())]  # said again as a wish
    return {kind.value: found[kind] for kind in Wish if kind in found}, shortened("; ".join(notes)) or None


def _goes_on(said: str, kind: Wish, before: str, table: Table) -> bool:
    """Whether a clause only says more of the one before, which is of a kind: a place, a number alone, who a neighbour is."""
    if kind == Wish.NEIGHBOUR and _is_person(said):
        return True
    if kind == Wish.CODE and not _DIGIT.search(before) and _CODE.fullmatch(_low(said)) is not None:
        return True
    return not any(char.isalpha() for char in said) or (before != "" and table.goes_on.match(_low(said)) is not None)


def _is_person(said: str) -> bool:
    """Whether a clause beside a neighbour only says who that is, or where: a name ("Anna Schulz"), a floor or a door."""
    return NAME.fullmatch(said) is not None or _PERSON.fullmatch(_low(said)) is not None


def _clauses(text: str, table: Table) -> list[str]:
    plain = _ORDER.sub(" ", text.replace("’", "'"))
    low = _low(plain)
    if len(low) != len(plain):
        low = plain
    ends = [(match.start(), match.end()) for match in table.split.finditer(low)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(plain)]
    clauses = [clause for start, stop in zip(starts, stops, strict=True) if (clause := plain[start:stop].strip(_EDGES))]
    return _whole(clauses, table)


def _whole(clauses: list[str], table: Table) -> list[str]:
    """Clauses with the condition said before each, and without those that only say what all is about."""
    whole, waiting = list[str](), ""
    for clause in clauses:
        about = _AND.sub("", " ".join(_low(clause).split()))
        says_nothing = (table.about, _ONLY_DAY, _NEVER_MIND, _COURTESY) + ((_GREETS,) if clause is clauses[0] else ())
        if len(clauses) > 1 and any(each.fullmatch(about) for each in says_nothing):
            continue
        joined = f"{waiting}, {clause}" if waiting else clause
        if table.condition.fullmatch(_low(_trimmed(clause, table))):
            waiting = joined
        else:
            whole.append(joined)
            waiting = ""
    return [*whole, waiting] if waiting else whole


def _kind(clause: str, table: Table) -> tuple[Wish | None, str]:
    """The kind of a clause and its words; no kind for a note."""
    said = _trimmed(clause, table)
    low = _low(said)
    for kind, pattern in table.bare:
        if pattern.search(low):
            return kind, ""
    if table.negated.search(table.condition.sub(" ", low)):
        return None, said
    for kind, pattern in table.kinds:
        if pattern.search(low) and not (kind == Wish.CODE and _asks_for_code(low)):
            return kind, _words_of(kind, said, table)
    if GIVEN_TO_NAME.search(said):
        return Wish.NEIGHBOUR, _words_of(Wish.NEIGHBOUR, said, table)
    return None, said


def _asks_for_code(low: str) -> bool:
    """Whether a clause only asks or wonders about a code, and names none."""
    return _ASKS.match(low) is not None and _DIGIT.search(low) is None


def _words_of(kind: Wish, said: str, table: Table) -> str:
    if kind == Wish.CALL_FIRST:
        more = [word for word in re.findall(r"[\w+'-]+", _low(said)) if word not in table.call_words]
        return said if more else ""
    verb = table.verbs.get(kind)
    match = verb.match(_low(said)) if verb is not None else None
    rest = said[match.end() :].strip(_EDGES) if match is not None else said
    says_more = set(re.findall(r"[\w']+", _low(rest))) - table.asking - table.names
    if kind == Wish.CODE and not _DIGIT.search(rest):
        says_more -= _OPENED_BY_CODE
    return "" if not says_more and kind != Wish.NEIGHBOUR else rest or said


def _trimmed(clause: str, table: Table) -> str:
    said = clause.strip(_EDGES)
    for _ in range(2):
        match = table.lead.match(_low(said) + " ")
        said = said[match.end() :].strip(_EDGES) if match is not None else said
        end = table.tail.search(_low(said))
        said = said[: end.start()] if end is not None else said
    return said.strip(_EDGES)


def _says_something(said: str, table: Table) -> bool:
    return any(word not in table.asking for word in re.findall(r"[\w']+", _low(said)))


def _low(said: str) -> str:
    """Lower case without accents, mostly of the same length."""
    return without_accents(said.lower())
