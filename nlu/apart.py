"""Several things that are each wished for another time, in one message: "kettle thursday, grinder friday 16-20". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.dialogue import CommandSpec
from domain.meaning import BY_PAYLOAD, Entity, Meaning
from nlu.instead import meant_things, none_suits, not_staying
from nlu.supposed import asks, is_in_case, is_told_of_before
from nlu.text import without_accents

#: Done of each thing with values of its own.
_OF_EACH = frozenset({"RescheduleOrder"})
_THINGS = frozenset({"product", "order_number"})
_TIMES = frozenset({"date", "time_window"})
#: Says when something comes as it is, and wishes nothing ("the kettle comes on thursday"); and that all shall come together.
_AS_IT_IS = re.compile(
    r"\b(?:is|are|was|were|comes|coming|arrives|arriving|leave|keep|stays?|llegan?|vienen?|es|son|esta|estan|era|dej\w+|qued\w+)\b|\b(?:both|all of them|everything|together|ambos|ambas|los dos|las dos|todo|junt[oa]s)\b"
)


def each_apart(meaning: Meaning, spec: CommandSpec) -> list[Meaning]:
    """The parts of a message that wish different times for a thing each, as if each was said alone; nothing where that is not
    so. What is asked about a further thing at the end is left out."""
    meaning = _with_goods(meaning)
    said = [each for each in meaning.entities if each.kind in _THINGS | _TIMES and not _is_period(each)]
    if spec.command not in _OF_EACH or meaning.engine == BY_PAYLOAD or not said:
        return []
    parts = list(_cut(meaning, _parts(said, _THINGS if said[0].kind in _THINGS else _TIMES)))
    if not _values(parts[-1], _TIMES) and asks(parts[-1].text):
        last = parts[:-1][-1:]
        parts = [*parts[:-2], *(replace(part, text=part.text[: part.entities[-1].end]) for part in last)]
    return parts if len(parts) > 1 and _are_wished_apart(parts, meaning) else []


def _is_period(each: Entity) -> bool:
    """Whether a value is a span of days ("this week"), on none of which in particular something can come."""
    return each.kind == "date" and "/" in str(each.value)


def _with_goods(meaning: Meaning) -> Meaning:
    """The message with what is also in names of products as such, where nothing else was found."""
    taken = [(each.start, each.end) for each in meaning.entities]
    found = [
        Entity("product", word, match.start(), match.end(), match.group(), 0.5)
        for word in meaning.goods
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", meaning.text.lower())
        if all(match.end() <= start or end <= match.start() for start, end in taken)
    ]
    return replace(meaning, entities=tuple(sorted((*meaning.entities, *found), key=lambda each: each.start)))


def _are_wished_apart(parts: Sequence[Meaning], meaning: Meaning) -> bool:
    """Whether every part names a thing of its own, that shall not stay as it is, and another time for it than the others."""
    things = [_values(part, _THINGS) for part in parts]
    times = {tuple(sorted(map(str, _values(part, _TIMES)))) for part in parts}
    wished = {each.value for each in not_staying(meaning)} & set(meant_things(meaning))
    wished |= {each.value for each in meaning.entities if each.kind == "order_number"}
    named = set().union(*things)
    plain = not any(_is_no_wish(part) for part in parts)
    differ = len(times) == len(parts) and len(named) == sum(map(len, things))
    return plain and all(things) and () not in times and differ and named <= wished


def _is_no_wish(part: Meaning) -> bool:
    """Whether a part does not plainly wish another time for its thing: it says how it is or was, or what holds in some case."""
    as_it_is = _AS_IT_IS.search(without_accents(part.text.casefold())) is not None
    return as_it_is or none_suits(part) or is_in_case(part.text) or is_told_of_before(part.text)


def _values(part: Meaning, kinds: frozenset[str]) -> set[object]:
    return {each.value for each in part.entities if each.kind in kinds}


def _parts(said: Sequence[Entity], first: frozenset[str]) -> list[list[Entity]]:
    """Values in their order, a new part wherever one of the ``first`` kinds comes after another kind."""
    parts: list[list[Entity]] = []
    for each in said:
        if not parts or (each.kind in first and parts[-1][-1].kind not in first):
            parts.append([])
        parts[-1].append(each)
    return parts


def _cut(meaning: Meaning, parts: Sequence[Sequence[Entity]]) -> Iterator[Meaning]:
    """The message as far as each part goes, with what begins its sentence, up to where the next one begins. Values that tell
    no part from another, as a postcode, go with the part they stand in or before."""
    rest = [each for each in meaning.entities if each.kind not in _THINGS | _TIMES]
    before = re.split(r"(?<=[.!?;])\s", meaning.text[: parts[0][0].start])[-1]
    first = min([parts[0][0].start - len(before), *(each.start for each in rest)])
    starts = [first, *(part[0].start for part in parts[1:])]
    ends = [*starts[1:], len(meaning.text)]
    for part, start, end in zip(parts, starts, ends, strict=True):
        within = [*part, *(each for each in rest if start <= each.start < end)]
        moved = tuple(replace(each, start=each.start - start, end=each.end - start) for each in within)
        yield replace(meaning, text=meaning.text[start:end], entities=moved)
