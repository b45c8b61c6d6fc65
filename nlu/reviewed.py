"""Examples that staff have accepted, as a Rasa training file with the audience in the metadata of each intent.

``<folder>/<language>/reviewed.yml`` is read beside the examples that come with the program; Rasa reads it as it is
(https://legacy-docs-oss.rasa.com/docs/rasa/training-data-format/#training-examples).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.config import LOADER
from nlu.training_data import AUDIENCES, TrainingData, TrainingDataError, parse_example

FILE = "reviewed.yml"
_HEAD = "# Accepted by staff (`roundsman nlu review`); written by `roundsman nlu train --compare`.\n"


@dataclass(frozen=True, slots=True, order=True)
class Accepted:
    """An accepted example, in Rasa's notation."""

    language: str
    audience: str
    intent: str
    example: str


def write(folder: Path, accepted: Iterable[Accepted]) -> list[Path]:
    """Write ``<language>/reviewed.yml`` for each language there are examples of, sorted; the files. Raises OSError."""
    by_language: dict[str, dict[tuple[str, str], list[str]]] = {}
    for each in sorted(set(accepted)):
        by_language.setdefault(each.language, {}).setdefault((each.audience, each.intent), []).append(each.example)
    written = []
    for language, sections in by_language.items():
        lines = [_HEAD, 'version: "3.1"\n', "nlu:\n"]
        for (audience, intent), examples in sections.items():
            lines.append(f"- intent: {intent}\n  metadata:\n    audience: {audience}\n  examples: |\n")
            lines += [f"    - {example}\n" for example in examples]
        path = folder / language / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        written.append(path)
    return written


def read(folder: Path | None, language: str) -> dict[str, TrainingData]:
    """The accepted examples of a language by audience, none where there is no file. Raises TrainingDataError."""
    path = folder / language / FILE if folder is not None else None
    if path is None or not path.is_file():
        return {}
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
        sections = content["nlu"] or []
        found: dict[str, TrainingData] = {}
        for section in sections:
            audience = str(section["metadata"]["audience"])
            if audience not in AUDIENCES:
                raise TrainingDataError(f"{path}: {audience!r} is no audience")
            data = found.setdefault(audience, TrainingData())
            for line in str(section["examples"]).splitlines():
                example = line.strip().removeprefix("- ").strip()
                if example:
                    data.examples.append(parse_example(example, str(section["intent"]), f"{path.name} ({audience})"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TrainingDataError(f"{path}: cannot be read: {error!r}") from error
    return found


def digest(data: TrainingData | None) -> bytes:
    """Says by what examples a model was trained, whatever their order; nothing for none."""
    if data is None or not data.examples:
        return b""
    lines = sorted(f"{each.intent}\t{each.text}\t{each.spans}" for each in data.examples)
    return hashlib.sha256("\n".join(lines).encode()).digest()


def extended(data: Mapping[str, TrainingData], accepted: Mapping[str, TrainingData]) -> dict[str, TrainingData]:
    """By audience what comes with the program and what was accepted; of what was accepted only intents that are taught."""
    result: dict[str, TrainingData] = {}
    for audience, shipped in data.items():
        both = TrainingData()
        both.extend(shipped)
        taught = {each.intent for each in shipped.examples}
        extra = accepted.get(audience, TrainingData())
        both.extend(TrainingData([each for each in extra.examples if each.intent in taught]))
        result[audience] = both
    return result
