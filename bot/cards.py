"""The markup of texts for staff, which each channel dresses in its own way. Pure.

A line beginning ``# `` is a title, one of only ``---`` a divider, one beginning ``> `` is small print; ``*words*`` are
bold; everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["title", "divider", "small", "text"]
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True, slots=True)
class Part:
    """A title, a divider (without words), small print, or text; lines of one kind that follow each other are one part."""

    kind: Kind
    words: str = ""


def parts(text: str) -> list[Part]:
    """What a text is made of, in order; an empty line ends a part of text."""
    found: list[Part] = []
    for kind, lines in groupby(text.splitlines(), key=_kind):
        said = [_words(kind, line) for line in lines]
        if kind == "divider":
            found.append(Part("divider"))
        elif kind == "title":
            found += [Part("title", each) for each in said if each]
        elif any(said):
            found.append(Part(kind, "\n".join(said).strip("\n")))
    return found


def plain(text: str) -> str:
    """The text for channels that show letters only: the signs of the markup are gone."""
    return "\n".join(_plain_lines(text)).strip("\n")


def bold_as(text: str, before: str, after: str) -> str:
    """The text with what is bold between other signs."""
    return _BOLD.sub(lambda found: f"{before}{found[1]}{after}", text)


def _plain_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        kind = _kind(line)
        yield "" if kind == "divider" else bold_as(_words(kind, line), "", "")


def _kind(line: str) -> Kind:
    if line.strip() == "---":
        return "divider"
    if line.startswith("# "):
        return "title"
    return "small" if line.startswith("> ") else "text"


def _words(kind: Kind, line: str) -> str:
    return line[2:].strip() if kind in {"title", "small"} else line.rstrip()
