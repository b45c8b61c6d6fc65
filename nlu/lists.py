"""Lists of words that come with the engine, whatever it is trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.naming import goods_called
from nlu.crf import Lexicon
from nlu.languages import ENGLISH, Language, of
from nlu.training_data import read_lists

_HINTS = ("damaged", "unfit", "unwanted", "missing", "order", "courier", "good", "bad", "firstname")


@dataclass(frozen=True, slots=True)
class Lists:
    """Concepts to phrases (`concepts.Concepts`), and names of word lists to words (`crf.Lexicon`)."""

    concepts: Mapping[str, Sequence[str]]
    lexicon: Mapping[str, Sequence[str]]
    language: Language = ENGLISH


def own_concepts(audience: str) -> str:
    """The name of the file with the concepts that only ``audience`` has."""
    return f"{audience}_concepts"


def read(folder: Path, language: str, audience: str | None = None) -> Lists:
    """The lists in ``<folder>/<language>/{concepts,lexicon}.yml``, empty where a file is missing.

    Goods are those of the lexicon and those whose names are known in several languages. For an ``audience`` with its own
    concepts those are added; a concept in both has the phrases of both.
    """
    concepts = read_lists(folder, language, "concepts")
    if audience is not None:
        for name, phrases in read_lists(folder, language, own_concepts(audience)).items():
            concepts[name] = [*concepts.get(name, ()), *phrases]
    lexicon = read_lists(folder, language, "lexicon")
    return Lists(concepts, {**lexicon, "goods": [*lexicon.get("goods", ()), *goods_called(language)]}, of(language))


def lexicon(lists: Lists) -> Lexicon:
    """The random field's lexicon: the word lists and some concepts that hint at entities."""
    return Lexicon.of(
        {**lists.lexicon, **{name: lists.concepts[name] for name in _HINTS if name in lists.concepts}}, lists.language
    )
