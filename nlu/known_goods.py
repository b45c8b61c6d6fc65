"""Labels of goods whose names are known, whatever a business sells: each has the whole name, and no verb behind it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from domain.naming import goods_called
from nlu.crf import Labelled
from nlu.gazetteer import Gazetteer, Named
from nlu.languages import of
from nlu.reading import Reading

#: What is to become of a thing that is named first ("el espejo anulalo"), and no word that only ends so.
_DONE_WITH_IT = re.compile(r"(?!modelo|gemel)\w{2,}(?:[aeáérnd]|me|te|se)l[oa]s?")


def with_whole_names(reading: Reading, labelled: Sequence[Labelled]) -> list[Labelled]:
    """The labels of a reading, those of products with the whole name of a thing that is known ("molino de café")."""
    if not any(one.kind == "product" for one in labelled):
        return list(labelled)
    known = _known(reading.language.code).find(reading)
    others = [one for one in labelled if one.kind != "product"]
    return [one if one.kind != "product" else _whole(one, known, others, reading) for one in labelled]


@cache
def _known(language: str) -> Gazetteer:
    return Gazetteer({"product": goods_called(language)}, of(language).common_words)


def _whole(one: Labelled, known: Sequence[Named], others: Sequence[Labelled], reading: Reading) -> Labelled:
    """A label with the name that it has a part of, unless that takes another label's words, and without a verb behind it."""
    name = next((each for each in known if each.first < one.last and one.first < each.last), None)
    if name is None or any(name.first < each.last and each.first < name.last for each in others):
        return one
    first, last = min(one.first, name.first), max(one.last, name.last)
    if last == name.last + 1 and _DONE_WITH_IT.fullmatch(reading.tokens[name.last].text):
        last = name.last
    return replace(one, first=first, last=last)
