"""Reads training examples: Rasa's YAML format 3.1 (nlu part) and JSON lines.

https://legacy-docs-oss.rasa.com/docs/rasa/nlu-training-data/ describes the YAML format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domain.annotated import Span, read_annotated
from domain.meaning import Audience
from nlu.config import LOADER

AUDIENCES: tuple[Audience, ...] = ("customer", "driver", "staff")
COMMON = "common"


class TrainingDataError(ValueError):
    """A training file is malformed; the message names file, intent and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """One annotated message and where it was written."""

    text: str
    intent: str
    spans: tuple[Span, ...] = ()
    source: str = ""


@dataclass(slots=True)
class TrainingData:
    """Examples, synonyms (lower-case text to value), lookup tables and regular expressions (name to patterns)."""

    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, list[str]] = field(default_factory=dict)
    regexes: dict[str, list[str]] = field(default_factory=dict)

    def extend(self, other: TrainingData) -> None:
        """Takes over everything of ``other``."""
        self.examples.extend(other.examples)
        self.synonyms.update(other.synonyms)
        for mine, theirs in ((self.lookups, other.lookups), (self.regexes, other.regexes)):
            for name, items in theirs.items():
                mine.setdefault(name, []).extend(items)


def parse_example(line: str, intent: str, source: str) -> Example:
    """An example from ``text with [span](entity)``; raises TrainingDataError for broken or unknown notation."""
    try:
        text, spans = read_annotated(line)
    except ValueError as error:
        raise TrainingDataError(f"{source}: {error}") from error
    return Example(text, intent, spans, source)


def read_yaml(path: Path) -> TrainingData:
    """All of one Rasa training file. Raises TrainingDataError, naming the line, for what it cannot read."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrainingDataError(f"{path.name}: cannot be read: {error}") from error
    data = TrainingData()
    if root is None:
        return data
    if not isinstance(root, yaml.MappingNode):
        raise TrainingDataError(f"{path.name}: must be a mapping with 'nlu'")
    for key, value in root.value:
        if key.value == "nlu":
            if not isinstance(value, yaml.SequenceNode):
                raise TrainingDataError(f"{_at(path, value)}: 'nlu' must be a list")
            for item in value.value:
                _section(path, item, data)
        elif key.value != "version":
            raise TrainingDataError(f"{_at(path, key)}: unknown key {key.value!r}; only version and nlu are read")
    return data


def _section(path: Path, node: yaml.Node, data: TrainingData) -> None:
    where = _at(path, node)
    if not isinstance(node, yaml.MappingNode):
        raise TrainingDataError(f"{where}: must be an intent, synonym, lookup or regex with examples")
    parts = {key.value: value for key, value in node.value}
    kinds = [kind for kind in ("intent", "synonym", "lookup", "regex") if kind in parts]
    if len(kinds) != 1 or "examples" not in parts:
        raise TrainingDataError(f"{where}: needs 'examples' and one of intent, synonym, lookup, regex")
    kind, name = kinds[0], str(parts[kinds[0]].value)
    for line, source in _lines(path, parts["examples"], f"{kind} {name}"):
        if kind == "intent":
            data.examples.append(parse_example(line, name, source))
        elif kind == "synonym":
            data.synonyms[line.lower()] = name
        else:
            (data.lookups if kind == "lookup" else data.regexes).setdefault(name, []).append(line)


def _lines(path: Path, node: yaml.Node, about: str) -> Iterator[tuple[str, str]]:
    """The examples below ``node``, a block of '- ' lines or a YAML list, each with where it stands."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield _text(path, item), f"{_at(path, item)} ({about})"
        return
    first = node.start_mark.line + (2 if getattr(node, "style", None) == "|" else 1)
    for number, line in enumerate(str(node.value).splitlines()):
        if not line.strip():
            continue
        source = f"{path.name}:{first + number} ({about})"
        if not line.startswith("- "):
            raise TrainingDataError(f"{source}: an example must begin with '- ': {line!r}")
        yield line[2:].strip(), source


def _text(path: Path, node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "text":
                return str(value.value).strip()
    if not isinstance(node, yaml.ScalarNode):
        raise TrainingDataError(f"{_at(path, node)}: an example must be text")
    return str(node.value).strip()


def _at(path: Path, node: yaml.Node) -> str:
    return f"{path.name}:{node.start_mark.line + 1}"


def read_folder(folder: Path, language: str) -> dict[str, TrainingData]:
    """Per audience the common examples and its own, from ``<folder>/<language>/<audience>.yml``.

    A missing audience's file leaves that audience with the common examples; no file at all is an error.
    """
    place = folder / language
    found = {name: place / f"{name}.yml" for name in (COMMON, *AUDIENCES) if (place / f"{name}.yml").is_file()}
    if not found:
        raise TrainingDataError(f"no training data in {place}")
    read = {name: read_yaml(path) for name, path in found.items()}
    result: dict[str, TrainingData] = {}
    for audience in AUDIENCES:
        both = TrainingData()
        for name in (COMMON, audience):
            if name in read:
                both.extend(read[name])
        result[audience] = both
    return result


def read_lists(folder: Path, language: str, name: str) -> dict[str, list[str]]:
    """The lookup tables of ``<folder>/<language>/<name>.yml``; none when there is no such file."""
    path = folder / language / f"{name}.yml"
    return read_yaml(path).lookups if path.is_file() else {}


def read_jsonl(path: Path) -> TrainingData:
    """Examples from JSON lines with text, intent and entities (entity, start, end). Raises TrainingDataError."""
    data = TrainingData()
    try:
        lines: Iterable[str] = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingDataError(f"{path.name}: cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            data.examples.append(json_example(line, f"{path.name}:{number}"))
    return data


def json_example(line: str, source: str) -> Example:
    """The example of a JSON line with text, intent and entities. Raises TrainingDataError."""
    try:
        row: Any = json.loads(line)
        text, intent = row["text"], row["intent"]
        if not isinstance(text, str) or not isinstance(intent, str):
            raise TypeError("text and intent must be strings")
        spans = tuple(
            Span(str(e["entity"]), int(e["start"]), int(e["end"]), str(e.get("value", text[e["start"] : e["end"]])))
            for e in row.get("entities") or ()
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingDataError(
            f"{source}: needs text, intent and entities with entity, start, end: {error}"
        ) from error
    for span in spans:
        if not 0 <= span.start < span.end <= len(text):
            raise TrainingDataError(f"{source}: entity {span.entity} lies outside the text")
    return Example(text, intent, spans, source)
