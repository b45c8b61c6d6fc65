"""The entities of a reading: what rules, names and the random field found, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.meaning import Audience, Entity, Value
from nlu.crf import Labelled
from nlu.gazetteer import Named
from nlu.reading import Reading
from nlu.reasons import start_of_reason
from nlu.text import Token
from nlu.values.fallback import guess_date

#: Kinds whose words must say a value; what says none is no entity.
_VALUED = (
    "order_number return_number purchase_order route stop date time_window duration quantity rating percentage "
    "money coordinates"
)
_WITH_VALUE = frozenset(_VALUED.split())
#: A stop that a label of a reason begins or ends with.
_STOP_FIRST = re.compile(
    r"(?:(?:la |el )?(?:number|num|nr|numero)\.?\s+(?=\d+\s+(?!doesn|does|isn|is not|not exist|no existe|goes)))?"
    r"(?P<stop>\d{1,3})\s+(?=\D)"
)
_STOP_LAST = re.compile(
    r"(?<!\bis)(?<!\bsays)(?<!\bonly)(?<!\bunder)(?<!\bover)(?<!\bends at)(?<!\bstops at)"
    r"\s+(?:(?:at|for|en la|de la|en|la)\s+)?(?P<stop>\d{1,3})$"
)
#: A number that a driver gives for a place is a stop's, unless a neighbour is there.
_PLACE = re.compile(r"(?:number|num|nr|no|numero)\.?\s*\d{1,3}")
_OF_NEIGHBOUR = re.compile(
    r"\b(?:neighbou?rs?|next[ -]?door|people|with|took|takes?|taken|has (?:it|them)|have (?:it|them)|sign\w*|keep\w*|for (?:him|her|them)"
    r"|vecin[oa]s?|al lado|con|firm\w+|recogio|cogio|tiene)\b"
)
#: What leads to a reason and is none of it: "because", and on the road who says so.
_BECAUSE = re.compile(
    r"(?:because|cos|coz|cuz|due to|reason(?: is)?:?|porque|pq|xq|es que|ya que|debido a|motivo:?)\s+"
)
_SAID_TO_DRIVERS = re.compile(
    r"(?:.*\b(?:because|cos|coz|cuz|due to)\s+|as (?=\w+ \w))?"
    r"(?:(?!(?:\w+ ){0,2}(?:label|sign|note)\b)(?:\w+ ){0,3}(?:says?|said|reckons?|claims?|(?:tells?|told) me)(?: that)?\s+(?=\w+ \w))?"
)
#: What leads from a reason to the stop or thing behind it.
_TOWARDS = re.compile(r"[\s,;:-]+(?:(?:at|for|near|and|the|en|de|la|el|para)\s*)*$")
#: Times that belong to the reason they are named in ("died after three days", "closed for the bank holiday").
_TIMES_OF_REASONS: dict[str, frozenset[str]] = {
    "customer": frozenset({"duration"}),
    "driver": frozenset({"duration", "date", "time_window"}),
}
#: A sign before a number that belongs to it.
_SIGN = re.compile(r"(?<!\S)[+-]$")
#: What may stand between how many and of what: "two of the kettles", "3 x grinder".
_OF = re.compile(r"[ x×]*(?:(?:of (?:the|these|those)|de (?:l[oa]s|est[oa]s|es[oa]s)) )?")
#: Intents whose days and months are past ones ("how did we do on monday").
_LOOKING_BACK = frozenset({"kpi_report"})
_STRIPPED = " \t\n.,;:!?¡¿'\""


class _Spans:
    """Entities by the characters of the analysed text they take; the first to take them keeps them."""

    def __init__(self, reading: Reading, past: bool, now: datetime, zone: ZoneInfo) -> None:
        self.reading = reading
        self.past, self.now, self.zone = past, now, zone
        self.entities: list[tuple[int, int, Entity]] = []

    def overlapping(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Those that take characters of ``start`` to ``end``, by start."""
        return sorted((one for one in self.entities if one[0] < end and start < one[1]), key=lambda one: one[0])

    def add(self, kind: str, start: int, end: int, confidence: float, given: Value | None = None) -> bool:
        text = self.reading.text
        while end > start and text.clean[end - 1] in _STRIPPED and not (kind == "date" and text.clean[end - 1] == "."):
            end -= 1
        while start < end and text.clean[start] in _STRIPPED:
            start += 1
        if end <= start or self.overlapping(start, end):
            return False
        first, last = text.span(start, end)
        words = text.original[first:last]
        said = given
        if said is None:
            low = text.low if kind in _WITH_VALUE else text.clean
            said = self.reading.language.value(kind, low[start:end], self.now, self.zone, past=self.past)
            if said is None and kind == "date" and confidence < 1:
                said = guess_date(low[start:end], self.now, self.zone, self.reading.language.code)
            if said is None and kind in _WITH_VALUE and confidence < 1:
                return False
        self.entities.append(
            (start, end, Entity(kind, words if said is None else said, first, last, words, confidence))
        )
        return True

    def result(self) -> tuple[Entity, ...]:
        return tuple(one[2] for one in sorted(self.entities, key=lambda one: one[0]))


def assemble(
    reading: Reading,
    names: Sequence[Named],
    labelled: Sequence[Labelled],
    audience: Audience,
    intent: str,
    now: datetime,
    zone: ZoneInfo,
    reason: tuple[int, int] | None = None,
) -> tuple[Entity, ...]:
    """The entities of ``reading``, by start, none overlapping, with values as `domain.meaning.Value` says.

    Rules come first, then names, then the random field; of a name and a longer label of its kind around it the longer
    stands, with the name as value. ``intent`` is what the words want. ``reason`` is where a reason was found besides. A number is a quantity where the field
    says so and, unless a driver writes, before a product, or alone.
    """
    spans = _Spans(reading, intent in _LOOKING_BACK, now, zone)
    cut = reading.tokens
    whys, times = _reasons(cut, labelled, reason), _TIMES_OF_REASONS.get(audience, frozenset())
    for found in reading.found:
        inside = found.kind in times and any(first < found.start and found.end <= last for first, last in whys)
        if not inside and (found.kind != "quantity" or reading.driving):
            spans.add(found.kind, found.start, found.end, 1.0)
    around = {(one.first, one.kind): one for one in labelled}
    for name in names:
        start, end = cut[name.first].start, cut[name.last - 1].end
        wider = next(
            (o for o in around.values() if o.kind == name.kind and o.first <= name.first and o.last >= name.last), None
        )
        if wider is not None and not spans.overlapping(cut[wider.first].start, cut[wider.last - 1].end):
            start, end = cut[wider.first].start, cut[wider.last - 1].end
        spans.add(name.kind, start, end, name.confidence, name.name)
    for one in labelled:
        if one.kind == "reason" and reading.driving:
            if _goes_on(spans, cut[one.first].start):
                continue
            _reason_without_stop(spans, cut[one.first].start, cut[one.last - 1].end, min(one.confidence, 0.99))
        elif one.kind == "reason":
            end = cut[one.last - 1].end
            start = _reason_start(reading.text.low, cut[one.first].start, end, audience)
            spans.add("reason", start, end, min(one.confidence, 0.99))
        elif one.kind != "quantity" or reading.driving:
            spans.add(_kind(reading, one), cut[one.first].start, cut[one.last - 1].end, min(one.confidence, 0.99))
    if not reading.driving:
        _quantities(spans, labelled, signed=audience == "staff")
    if reason is not None and not any(one.kind == "reason" for one in labelled):
        _free_reason(spans, *reason, 0.5)
    return spans.result()


def _kind(reading: Reading, one: Labelled) -> str:
    """What is labelled; a driver's address that is only a number is a stop, unless a neighbour is there ("nobody at number 3")."""
    low, cut = reading.text.low, reading.tokens
    words = low[cut[one.first].start : cut[one.last - 1].end].strip(_STRIPPED)
    is_number = one.kind == "address" and reading.driving and _PLACE.fullmatch(words) is not None
    return "stop" if is_number and _OF_NEIGHBOUR.search(low) is None else one.kind


def _reasons(
    cut: Sequence[Token], labelled: Sequence[Labelled], reason: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """Where it is said why."""
    found = [(cut[one.first].start, cut[one.last - 1].end) for one in labelled if one.kind == "reason"]
    return found or ([reason] if reason is not None else [])


def _reason_start(low: str, start: int, end: int, audience: Audience) -> int:
    """Where a reason begins, without what leads to it."""
    if audience == "customer":
        return start_of_reason(low, start, end)
    lead = _BECAUSE.match(low, start)
    return start if lead is None else lead.end()


def _reason_without_stop(spans: _Spans, start: int, end: int, confidence: float) -> None:
    """Adds a driver's reason, and a bare number that begins it or ends it after "at" as the stop it is."""
    words = spans.reading.text.low[start:end]
    first, last = _STOP_FIRST.match(words), _STOP_LAST.search(words)
    if first is not None:
        spans.add("stop", start + first.start("stop"), start + first.end("stop"), 0.5)
    if last is not None:
        spans.add("stop", start + last.start("stop"), start + last.end("stop"), 0.5)
    _free_reason(
        spans,
        start + (first.end() if first is not None else 0),
        start + (last.start() if last is not None else len(words)),
        confidence,
    )


def _goes_on(spans: _Spans, start: int) -> bool:
    """Whether what begins at ``start`` goes on about a failure whose reason is known: no other stop stands between."""
    before = [(last, entity.kind) for _, last, entity in spans.entities if last <= start]
    known = [last for last, kind in before if kind == "reason"]
    return bool(known) and not any(last > known[-1] and kind in {"stop", "order_number"} for last, kind in before)


def _free_reason(spans: _Spans, start: int, end: int, confidence: float) -> None:
    """Adds the longest part of a reason that holds no other entity, without what leads to it or to one."""
    if spans.reading.driving:
        start = _SAID_TO_DRIVERS.match(spans.reading.text.low, start, end).end()  # type: ignore[union-attr]
    edges = [start, *(edge for first, last, _ in spans.overlapping(start, end) for edge in (first, last)), end]
    parts = sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda part: part[0] - part[1])
    first, last = parts[0]
    towards = _TOWARDS.search(spans.reading.text.low, first, last)
    spans.add("reason", first, last if towards is None else towards.start(), confidence)


def _quantities(spans: _Spans, labelled: Sequence[Labelled], signed: bool) -> None:
    """Adds the quantities; of those who are ``signed`` a minus or plus belongs to it ("SKU-1044 -3")."""
    reading = spans.reading
    said = {reading.tokens[one.first].start: one for one in labelled if one.kind == "quantity"}
    products = {start for start, _, entity in spans.entities if entity.kind == "product"}
    for found in reading.found:
        if found.kind != "quantity":
            continue
        sign = _SIGN.search(reading.text.low, 0, found.start) if signed else None
        one = said.get(found.start if sign is None else sign.start())
        rest = reading.text.low[found.end :]
        alone = not any(word[0].isalnum() for word in reading.words if word.isascii() and word not in _AROUND)
        before_product = _OF.match(reading.text.low, found.end).end() in products  # type: ignore[union-attr]  # it may be empty
        if one is not None or alone or before_product or sign is not None or rest.startswith("x "):
            start = found.start - 1 if sign is not None else found.start
            spans.add("quantity", start, found.end, one.confidence if one is not None else 0.8)


_AROUND_WORDS = (
    "the a just only please it is its of them about to make i want need el la los las solo solamente por favor es son de quiero necesito unos unas "
    "unidades que sean"
)
_AROUND = frozenset(_AROUND_WORDS.split())
