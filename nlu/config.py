"""Where the pipeline configuration and the training data are, and what the embedded engine takes from the former."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

#: Reads YAML ten times as fast where libyaml is there.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HERE = Path(__file__).resolve().parent
#: The examples and words of each language: a folder by its code.
DATA = _HERE / "data"


class ConfigError(ValueError):
    """config.yml is missing or says something the engine cannot use; the message names file and key."""


@dataclass(frozen=True, slots=True)
class Config:
    """Language and rejection thresholds (0 to 1) of the pipeline."""

    language: str = "en"
    threshold: float = 0.3
    ambiguity_threshold: float = 0.1
    assistant_id: str = "roundsman"


def find() -> Path:
    """The path of config.yml: beside this package's folder (checkout) or in it (wheel). Raises ConfigError."""
    for path in (_HERE.parent / "config.yml", _HERE / "config.yml"):
        if path.is_file():
            return path
    raise ConfigError(f"config.yml is neither in {_HERE.parent} nor in {_HERE}")


def read(path: Path | None = None) -> Config:
    """The configuration in ``path`` (default: `find`). Raises ConfigError for a file that is no pipeline."""
    path = path or find()
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("pipeline"), list):
        raise ConfigError(f"{path}: has no list 'pipeline'")
    fallback: dict[str, Any] = {}
    for part in content["pipeline"]:
        if isinstance(part, dict) and str(part.get("name", "")).endswith("FallbackClassifier"):
            fallback = part
    return Config(
        language=str(content.get("language") or "en"),
        threshold=_share(path, fallback, "threshold", 0.3),
        ambiguity_threshold=_share(path, fallback, "ambiguity_threshold", 0.1),
        assistant_id=str(content.get("assistant_id") or "roundsman"),
    )


def _share(path: Path, part: dict[str, Any], key: str, default: float) -> float:
    value = part.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ConfigError(f"{path}: FallbackClassifier's {key} must be a number from 0 to 1, not {value!r}")
    return float(value)
