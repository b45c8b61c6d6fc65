"""What a script says: who speaks, the turns, the standing answers, and what must be true at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
#: The first written beside the program, the rest by people who never saw it at work; see README.md.
SETS = ("own", "others", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "unread")
SPEAKERS = frozenset({"stranger", "maria", "jonas", "lena", "emil", "sofia", "tomas", "driver", "driver at the depot"})
#: A turn that says nothing of its own: what the bot asks is answered from the standing answers.
SETTLE = "..."
_KEYS = frozenset({"about", "as", "language", "turns", "answers", "ends"})
_FEWEST, _MOST = 4, 15


class WrongScript(ValueError):
    """A script cannot be played; the words name the file and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Words to say, or part of the title (or the place, from 1) of a button to press; ``says`` is SETTLE for neither."""

    says: str = ""
    press: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. ``answers`` are standing answers by the slot that is asked for, ``ends`` what must be true at last."""

    name: str
    speaker: str
    turns: tuple[Turn, ...]
    ends: Mapping[str, Any]
    about: str = ""
    language: str | None = None
    answers: Mapping[str, Turn] = field(default_factory=dict)


def scripts(which: str) -> list[Script]:
    """All scripts of one of SETS, or of a folder, by name. Raises WrongScript."""
    folder = FOLDER / which if which in SETS else Path(which)
    found = sorted(folder.glob("*.yml"))
    if not found:
        raise WrongScript(f"{which}: is none of {', '.join(SETS)}, and no folder with scripts")
    return [read(path) for path in found]


def read(path: Path) -> Script:
    """The script in a file. Raises WrongScript."""
    content = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("turns"), list):
        raise WrongScript(f"{path.name}: has no list of turns")
    unknown = set(content) - _KEYS
    if unknown:
        raise WrongScript(f"{path.name}: knows no {sorted(unknown)}; there are {sorted(_KEYS)}")
    speaker = content.get("as", "stranger")
    if speaker not in SPEAKERS:
        raise WrongScript(f"{path.name}: nobody is called {speaker!r}; there are {sorted(SPEAKERS)}")
    turns = tuple(_turn(each, path) for each in content["turns"])
    if not _FEWEST <= len(turns) <= _MOST:
        raise WrongScript(f"{path.name}: has {len(turns)} turns; a conversation has {_FEWEST} to {_MOST}")
    answers = {str(slot): _turn(each, path) for slot, each in (content.get("answers") or {}).items()}
    return Script(
        path.stem, speaker, turns, content.get("ends") or {}, content.get("about", ""), content.get("language"), answers
    )


def _turn(given: Any, path: Path) -> Turn:
    match given:
        case str() if given.strip():
            return Turn(says=given)
        case {"press": str() | int() as press, **rest} if not rest:
            return Turn(press=str(press))
    raise WrongScript(f"{path.name}: {given!r} is neither words nor a button to press")
