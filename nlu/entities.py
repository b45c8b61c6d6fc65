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
from nlu.values import value
from nlu.values.fallback import guess_date

#: Kinds whose words must say a value; what says none is no entity.
_VALUED = (
    "order_number return_number purchase_order route stop date time_window duration quantity rating percentage "
    "money coordinates"
)
_WITH_VALUE = frozenset(_VALUED.split())
#: A stop that a label of a reason begins or ends with.
_STOP_FIRST = re.compile(r"(?P<stop>\d{1,3})\s+(?=\D)")
_STOP_LAST = re.compile(r"\s+(?:(?:at|for)\s+)?(?P<stop>\d{1,3})$")
_STRIPPED = " \t\n.,;:!?'\""


class _Spans:
    """Entities by the characters of the analysed text they take; the first to take them keeps them."""

    def __init__(self, reading: Reading, audience: Audience, now: datetime, zone: ZoneInfo) -> None:
        self.reading = reading
        self.audience, self.now, self.zone = audience, now, zone
        self.entities: list[tuple[int, int, Entity]] = []

    def overlapping(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        return [one for one in self.entities if one[0] < end and start < one[1]]

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
            said = value(kind, low[start:end], self.now, self.zone, past=self.audience == "staff")
            if said is None and kind == "date" and confidence < 1:
                said = guess_date(low[start:end], self.now, self.zone)
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
    now: datetime,
    zone: ZoneInfo,
    reason: tuple[int, int] | None = None,
) -> tuple[Entity, ...]:
    """The entities of ``reading``, by start, none overlapping, with values as `domain.meaning.Value` says.

    Rules come first, then names, then the random field; of a name and a longer label of its kind around it the longer
    stands, with the name as value. ``reason`` is where a reason was found besides. A number is a quantity where the field
    says so and, unless a driver writes, before a product, or alone.
    """
    spans = _Spans(reading, audience, now, zone)
    cut = reading.tokens
    for found in reading.found:
        if found.kind != "quantity" or reading.driving:
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
            _reason_without_stop(spans, cut[one.first].start, cut[one.last - 1].end, min(one.confidence, 0.99))
        elif one.kind != "quantity" or reading.driving:
            spans.add(one.kind, cut[one.first].start, cut[one.last - 1].end, min(one.confidence, 0.99))
    if not reading.driving:
        _quantities(spans, labelled)
    if reason is not None and not any(one.kind == "reason" for one in labelled):
        spans.add("reason", *reason, 0.5)
    return spans.result()


def _reason_without_stop(spans: _Spans, start: int, end: int, confidence: float) -> None:
    """Adds a driver's reason, and a bare number that begins it or ends it after "at" as the stop it is."""
    words = spans.reading.text.low[start:end]
    first, last = _STOP_FIRST.match(words), _STOP_LAST.search(words)
    if first is not None:
        spans.add("stop", start + first.start("stop"), start + first.end("stop"), 0.5)
    if last is not None:
        spans.add("stop", start + last.start("stop"), start + last.end("stop"), 0.5)
    spans.add(
        "reason",
        start + (first.end() if first is not None else 0),
        start + (last.start() if last is not None else len(words)),
        confidence,
    )


def _quantities(spans: _Spans, labelled: Sequence[Labelled]) -> None:
    reading = spans.reading
    said = {reading.tokens[one.first].start: one for one in labelled if one.kind == "quantity"}
    products = {start for start, _, entity in spans.entities if entity.kind == "product"}
    for found in reading.found:
        if found.kind != "quantity":
            continue
        one = said.get(found.start)
        rest = reading.text.low[found.end :]
        alone = not any(word[0].isalnum() for word in reading.words if word.isascii() and word not in _AROUND)
        before_product = found.end + (len(rest) - len(rest.lstrip(" x×"))) in products
        if one is not None or alone or before_product or rest.startswith("x "):
            spans.add("quantity", found.start, found.end, one.confidence if one is not None else 0.8)


_AROUND_WORDS = "the a just only please it is its of them about to make i want need"
_AROUND = frozenset(_AROUND_WORDS.split())
