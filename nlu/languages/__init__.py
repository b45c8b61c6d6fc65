"""The languages that are read. Another one is a module here, and a folder of training data."""

from __future__ import annotations

from collections.abc import Mapping

from nlu.languages.english import ENGLISH
from nlu.languages.language import Language
from nlu.languages.spanish import SPANISH

__all__ = ["ENGLISH", "LANGUAGES", "SPANISH", "Language", "of"]

LANGUAGES: Mapping[str, Language] = {each.code: each for each in (ENGLISH, SPANISH)}


def of(code: str) -> Language:
    """The language of a code (ISO 639-1); English for one that is not read."""
    return LANGUAGES.get(code, ENGLISH)
