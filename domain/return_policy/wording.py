"""Words of rules: in one language or several, with what is known of a case filled in."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any

#: What words of a rule may name.
NAMED = frozenset({"days", "product", "category", "quantity", "price", "reason"})
#: Words of a rule: the same for everybody, or by language (``en``, ``pt-BR``), the first for those that are not there.
Worded = str | dict[str, str]
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CLAUSE = re.compile(r"(?<=[.;!?])\s+")


def checked(words: Worded, longest: int) -> Worded:
    """Words as they may be. Raises ValueError with a sentence."""
    if isinstance(words, dict):
        if not words:
            raise ValueError("needs words")
        for language, said in words.items():
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f'"{language[:40]}" is no language; write codes like en or de')
            _check(said, longest)
        return dict(words)
    _check(words, longest)
    return words


def in_language(words: Worded, language: str = "") -> str:
    """The words in a language, else in its plain form (``pt`` for ``pt-BR``), else the first there are."""
    if isinstance(words, str):
        return words
    return words.get(language) or words.get(language.partition("-")[0]) or next(iter(words.values()))


def filled(words: str, values: Mapping[str, Any]) -> str:
    """The words with their values; a clause that names a value nobody knows is left out."""
    kept: list[str] = []
    for clause in _CLAUSE.split(words.strip()):
        named = {name for _, name, _, _ in string.Formatter().parse(clause) if name is not None}
        if all(values.get(name) is not None for name in named):
            kept.append(clause.format_map(values))
        elif kept and kept[-1].endswith(";") and clause.endswith("."):  # the sentence ends before what is left out
            kept[-1] = f"{kept[-1][:-1]}."
    said = " ".join(kept)
    return f"{said[:-1]}." if said.endswith(";") else said


def _check(words: Any, longest: int) -> None:
    if not isinstance(words, str) or not words.strip():
        raise ValueError("needs words; put them in quotes")
    if len(words) > longest:
        raise ValueError(f"has at most {longest} characters")
    if any(char < " " and char not in "\t\n" for char in words):
        raise ValueError("holds control characters")
    try:
        parts = [part for part in string.Formatter().parse(words) if part[1] is not None]
    except ValueError as error:
        raise ValueError("has a brace that is not closed; write {{ for a brace that is meant") from error
    for _, name, form, conversion in parts:
        if name not in NAMED or form or conversion:
            raise ValueError(f"names {{{str(name)[:40]}}}; possible are {', '.join(sorted(NAMED))}")
