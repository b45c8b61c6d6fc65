"""Several wishes in one message, each about a thing of its own: "1 delivered, nobody home at 2". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from domain.dialogue import Catalogue, Dialogue, Frame, Step
from domain.handing import Failure
from domain.meaning import OUT_OF_SCOPE, Audience, Meaning
from nlu.answers import SURE, SURE_OVER_WORDS, values_for
from nlu.context import TIMES, in_context
from nlu.mentioned import says_only_values
from nlu.on_the_road import plainly_delivered
from nlu.readers import READERS
from nlu.readers.corrections import put_right, restarts_at
from nlu.readers.streets import short_streets, streets_named
from nlu.supposed import is_no_wish
from nlu.text import lowered

#: What is wished of the messages themselves, which are a thing of their own.
_OF_MESSAGES = "notification_settings"
#: Longer messages tell a story.
_LONGEST, _MOST_PARTS = 400, 4
#: By audience, where one wish may end and the next begin.
_BETWEEN = {
    "driver": re.compile(r"[.;!\n]+\s+|,\s*|\s+(?:and|y|but|pero|&)\s+"),
    "customer": re.compile(r"(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)[.;!?\n]+\s+", re.IGNORECASE),
}
#: Where else, for a customer, whose wishes must then each be very sure.
_IN_A_ROW = re.compile(
    r"(?:[.;!?\n]+\s+|,\s+)(?:(?:and|then|also|y|e|luego|tambi[eé]n)\s+)*|\s+(?:and|y)\s+", re.IGNORECASE
)
#: By audience, what can be wished for several things at once.
_WISHES = {
    "driver": frozenset({"delivered", "failed_delivery", "skip_stop"}),
    "customer": frozenset({"reschedule_delivery", "cancel_order", "change_address", "track_order", _OF_MESSAGES}),
}

#: Of the day, and of no stop: what a driver says of it beside what they report of a stop.
_OF_THE_DAY = frozenset({"start_break", "end_break", "report_delay"})
#: Such a thing is not so now, or is said of somebody else.
_NOT_NOW = re.compile(
    r"\b(?:was|were|had|took|did|came|arrived|got|after|before|back|yesterday|later|he|she|they|customers?|client|his|her|their|lady|guy|man|woman|closed|shut|there|shop|store|office"
    r"|fue|era|estaba|tuve|tome|hice|comi|llegue|llegamos|llego|despues|antes|luego|vuelvo|de vuelta|ella|clientes?|clienta|senora?|su|ayer|cerrad\w+|tienda|oficina|alli)\b"
)
#: Who is back from a break is so now; and what only holds somebody up before they say it ("wait, not yet, break over").
_BACK = re.compile(r"\b(?:back(?: (?:from|after|at|on|in))?|de vuelta|de regreso|vuelvo)\b")
_HOLDS_UP = re.compile(
    r"(?:(?:oh|ok|okay|ah)\W+)*(?:(?:wait|hang on|hold on|not yet|espera|aun no|todavia no)\b[\s,.!]*)+"
)

#: Values that say of what, or when, and nothing that is wished.
_VALUES = TIMES | {"product", "order_number", "stop", "address"}


def with_parts(meaning: Meaning, audience: Audience, parse: Callable[[str], Meaning]) -> Meaning:
    """The meaning with those of its parts, where at least two surely wish something, each of another thing; out of scope where
    a driver only supposes, asks or denies one of them."""
    between = _BETWEEN.get(audience)
    in_a_row = audience == "customer" and _names_several(meaning) and _IN_A_ROW.search(meaning.text) is not None
    if between is None or len(meaning.text) > _LONGEST or not (in_a_row or between.search(meaning.text)):
        return meaning
    parse = cache(parse)
    starts = _with_the_day(meaning, between, parse) if audience == "driver" else []
    if starts:
        return _parted(meaning, starts, parse)
    if put_right(meaning.text) is not None or restarts_at(meaning.text) is not None:
        return meaning
    if any(put_right(meaning.text[begins:ends]) == "" for begins, ends in _pieces(meaning.text, between)):
        return meaning  # "2 delivered, sorry, 1"
    if audience == "driver" and meaning.intent in _WISHES["driver"] and _reports_nothing(meaning.text, between, parse):
        return replace(meaning, intents=((OUT_OF_SCOPE, 1.0),), entities=())
    starts = list(_starts(meaning.text, between, audience, parse))
    if audience == "driver" and _is_one_report(meaning, starts, between, parse):
        return meaning
    if len(starts) < 2 and in_a_row:
        starts = _different(_starts(meaning.text, _IN_A_ROW, audience, parse))
    return _parted(meaning, starts, parse) if 1 < len(starts) <= _MOST_PARTS else meaning


def _parted(meaning: Meaning, starts: Sequence[tuple[int, Meaning]], parse: Callable[[str], Meaning]) -> Meaning:
    """The meaning with its parts, each from where it begins to where the next one does, and for what it is wished."""
    places = [0, *(place for place, _ in starts[1:]), len(meaning.text)]
    parts = []
    for (_, wish), begins, ends in zip(starts, places, places[1:], strict=False):
        part = parse(meaning.text[begins:ends].strip(" ,.;!\n"))
        if part.intent != wish.intent:
            part = replace(part, intents=((wish.intent, wish.confidence), *part.intents), unsure=False)
        parts.append(part)
    return replace(meaning, parts=tuple(parts))


def _starts(
    text: str, between: re.Pattern[str], audience: Audience, parse: Callable[[str], Meaning]
) -> Iterator[tuple[int, Meaning]]:
    """Where each of several wishes begins in a text, and what it is; one that names nothing new goes on with that before it."""
    known: list[set[str]] = []
    wish: Meaning | None = None
    for begins, ends in _pieces(text, between):
        said = parse(text[begins:ends])
        said = plainly_delivered(said) if audience == "driver" else said
        if wish is not None and says_only_values(said) and {each.kind for each in said.entities} <= _VALUES:
            said = replace(said, intents=wish.intents, unsure=False)  # "the blender thursday", after another one
        things = _things(said, audience)
        is_wish = said.intent in _WISHES[audience] and said.confidence >= SURE and not said.unsure
        is_wish = is_wish and not is_no_wish(said, asked=text[ends : ends + 1] == "?")
        if not is_wish or not things or any(things & each for each in known):
            continue
        if wish is not None and audience == "customer" and not _says_enough(said, wish):
            continue
        known.append(things)
        wish = said
        yield begins, said


def _with_the_day(
    meaning: Meaning, between: re.Pattern[str], parse: Callable[[str], Meaning]
) -> list[tuple[int, Meaning]]:
    """What is reported of a stop and what is said of the day beside it, in their order ("delivered, taking my break now"); nothing
    where not both are."""
    text = meaning.text
    likely = _OF_THE_DAY | _WISHES["driver"]
    start = _HOLDS_UP.match(lowered(text))
    held = start.end() if start is not None and len(lowered(text)) == len(text) else 0
    for found in between.finditer(text, held) if any(name in likely for name, _ in meaning.intents[:3]) else ():
        begins = found.end()
        first, then = (plainly_delivered(parse(part)) for part in (text[held : found.start()], text[begins:]))
        for report, of_day in ((then, first), (first, then))[: 1 if held else 2]:  # a report may put one before right
            if _only_says_why(report, of_day, meaning):
                return []
            if report.intent in _WISHES["driver"] and _is_sure(report) and _is_of_now(of_day):
                return [(0, first), (begins, then)]
    return []


def _only_says_why(report: Meaning, of_day: Meaning, whole: Meaning) -> bool:
    """Whether what sounds like a failed stop is why everything comes later ("barrier won't open, 10 min behind"): no stop is
    named, nobody refuses it or is away, and the whole is surely a delay."""
    delayed = of_day.intent == whole.intent == "report_delay" and whole.confidence >= SURE_OVER_WORDS
    failed = report.intent == "failed_delivery" and not _things(report, "driver")
    return delayed and failed and READERS["failure"](report.text, None) in {None, Failure.NO_ACCESS, Failure.NOT_READY}


def _is_of_now(said: Meaning) -> bool:
    """Whether words surely say a thing of the driver's own day that is so now."""
    ahead = any(each.kind == "time_window" for each in said.entities)
    low = lowered(said.text)
    low = _BACK.sub(" ", low) if said.intent == "end_break" else low
    return said.intent in _OF_THE_DAY and _is_sure(said) and not ahead and not _NOT_NOW.search(low)


def _is_sure(said: Meaning) -> bool:
    return said.confidence >= SURE and not said.unsure and not is_no_wish(said)


def _reports_nothing(text: str, between: re.Pattern[str], parse: Callable[[str], Meaning]) -> bool:
    """Whether a part of what a driver says of a stop only asks, supposes, denies or tells of another day."""
    for begins, ends in _pieces(text, between):
        said = parse(text[begins:ends])
        counts = any(each.kind == "quantity" for each in said.entities)  # "they want 1 delivered"
        named = counts or _things(said, "driver")
        if said.intent in _WISHES["driver"] and named and is_no_wish(said):
            return True
    return False


def _is_one_report(
    meaning: Meaning, starts: Sequence[tuple[int, Meaning]], between: re.Pattern[str], parse: Callable[[str], Meaning]
) -> bool:
    """Whether the same is reported of several stops that are only named ("entregadas la 1, la 2 y la 3")."""
    _, *later = (parse(meaning.text[begins:ends]) for begins, ends in _pieces(meaning.text, between))
    found, named = {each.value for each in meaning.entities if each.kind == "stop"}, set[object]()
    for each in later:
        named |= {one.value for one in each.entities if one.kind == "stop"}
    same = {wish.intent for _, wish in starts} == {meaning.intent} and all(says_only_values(each) for each in later)
    return same and bool(named) and named < found


def _names_several(meaning: Meaning) -> bool:
    """Whether a customer may wish something of several things."""
    named = _things(meaning, "customer")
    return len(named) > 1 or (bool(named) and any(name == _OF_MESSAGES for name, _ in meaning.intents[:2]))


def _different(starts: Iterable[tuple[int, Meaning]]) -> list[tuple[int, Meaning]]:
    """Wishes said in one sentence, where each is very sure and another one than all the others; else none."""
    found = list(starts)
    sure = all(wish.confidence >= SURE_OVER_WORDS for _, wish in found)
    return found if sure and len({wish.intent for _, wish in found}) == len(found) else []


def _says_enough(said: Meaning, before: Meaning) -> bool:
    """Whether a wish is another one than that before it, or says itself when."""
    return said.intent != before.intent or any(each.kind in TIMES for each in said.entities)


def _pieces(text: str, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    begins = 0
    for found in between.finditer(text):
        yield begins, found.start()
        begins = found.end()
    yield begins, len(text)


def _things(meaning: Meaning, audience: Audience) -> set[str]:
    """What a message names that something can be wished of."""
    if audience == "customer" and meaning.intent == _OF_MESSAGES:
        return {_OF_MESSAGES}
    kinds = {"stop", "order_number"} if audience == "driver" else {"product", "order_number"}
    named = {str(each.value).casefold() for each in meaning.entities if each.kind in kinds}
    if audience != "driver":
        return named
    streets = streets_named(meaning.text) or short_streets(meaning.text) or ()
    return {each.casefold() for each in streets} or named


def begin_parts(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """All that is wished in one message, the first of it on top; None where only one thing is, or a question waits."""
    waiting = dialogue.current
    if not meaning.parts or (waiting is not None and not waiting.came_back):
        return None
    for nth, part in reversed(list(enumerate(meaning.parts))):
        meant = in_context(part, catalogue)
        spec = catalogue.get(meant.intent)
        if spec is None:
            return None
        given, more = values_for(spec.slots, meant)
        frame = Frame(id=f"{new_id}-{nth}", command=spec.command, slots={**spec.fixed, **given}, more=more)
        dialogue = dialogue.push(frame)
    return Step(dialogue.understood())
