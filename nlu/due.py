"""Days by which an order is called: "tomorrow's delivery", "the one coming on friday", "la entrega del martes". Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.meaning import Entity, Meaning
from nlu.text import lowered

#: The kind of such a day, which is none that anything is wished for.
DUE = "due_day"
_NOUN = r"(?:deliver(?:y|ies)|orders?|parcels?|packages?|shipments?|drop(?:-?off)?|box(?:es)?|ones?|stuff|thing)"
_COMES = r"(?:due|coming|arriving|planned|scheduled|booked|expected|comes|arrives)"
_OWNS = re.compile(rf"'?s?\s+{_NOUN}\b")
_OWNS_SURELY = re.compile(rf"'?s\s+{_NOUN}\b")
_WHOSE = re.compile(r"\b(?:the|my|our|that|this|your)\s+$")
_THAT_COMES = re.compile(rf"\b{_NOUN}\s+(?:(?:that|which)(?:'s| is| was)?\s+)?{_COMES}\s+(?:(?:for|on|in)\s+)?$")
#: A delivery that something shall be moved into is none that it is called by ("to the friday one").
_TOWARDS = re.compile(
    r"\b(?:to|into|onto)\s+(?:(?:the|my|our|that|this|your)\s+)?$|\b(?:en|a)\s+(?:el|la)\s+\w+\s+del?\s+(?:el\s+)?$"
)
_DE = re.compile(
    r"\b(?:el|la|lo|los|las|pedidos?|entregas?|paquetes?|envios?|repartos?|cajas?)\s+"
    r"(?:del?|que (?:llega|llegan|viene|vienen|tenia|iba a llegar|esta previst[oa])(?: para)?(?: el)?"
    r"|(?:previst|programad|planead)[oa]s? para(?: el)?)\s+$"
)


def by_due_days(meaning: Meaning) -> Meaning:
    """The meaning in which days by which an order is called are of the kind DUE."""
    low = lowered(meaning.text)
    if len(low) != len(meaning.text):
        return meaning
    return replace(meaning, entities=tuple(_as_due(each, low) for each in meaning.entities))


def _as_due(entity: Entity, low: str) -> Entity:
    before, after = low[: entity.start], low[entity.end :]
    said = low[entity.start : entity.end]
    if said.startswith("coming "):  # "the one coming friday" is not one of the coming friday
        before += "coming "
    owns = _OWNS_SURELY.match(said[-1:] + after) if said.endswith("days") else _OWNS_SURELY.match(after)
    owns = owns or (_WHOSE.search(before) and _OWNS.match(after))
    is_due = not _TOWARDS.search(before) and (owns or _THAT_COMES.search(before) or _DE.search(before))
    return replace(entity, kind=DUE) if entity.kind == "date" and is_due else entity
