"""The grammar of slash commands: a phrase of doing something, then words as anybody says them, then ``key=value``.

The phrases follow from the intents' names ("publish routes", and "publish" where no other intent begins so) and from
``data/<language>/staff_verbs.yml``. What the words say beside the phrase is read by `Embedded.parse_as`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from nlu.languages.english import stem
from nlu.training_data import read_lists

#: Phrase to the intents it can mean; more than one where the rest of the words decides ("approve").
Verbs = Mapping[str, tuple[str, ...]]

_DATA = Path(__file__).resolve().parent / "data"
_SUGGESTED, _NEAR = 3, 70.0
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: Words inside a phrase that do not count ("show me the routes").
IDLE = frozenset("a an the me us my our please pls plz all any for to of".split())
_GIVEN = re.compile(
    r"(?<!\S)(?P<key>[a-z][a-z_]{0,39})(?:=(?P<bare>[^\s\"'“”]\S*)|[=:](?P<quote>[\"'“])(?P<words>[^\"“”]*?)(?:[\"”]|(?<=\S)'(?!\S)))(?!\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a slash command says: the ``intents`` its phrase can mean, the likeliest of which the words decide.

    ``text`` is all of it without what is ``given`` as key=value, ``rest`` what of it follows the phrase.
    """

    intents: tuple[str, ...]
    text: str
    rest: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def intent(self) -> str:
        """The intent, where the phrase has but one; else the first of them."""
        return self.intents[0]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No phrase stands at the beginning; ``suggestions`` are the nearest ones, best first, none for words like nothing."""

    suggestions: tuple[str, ...] = ()


def aliases(language: str = "en") -> dict[str, list[str]]:
    """Intent to the phrases that mean it beside its name."""
    return read_lists(_DATA, language, "staff_verbs")


def reference_verbs(language: str = "en") -> dict[str, list[str]]:
    """Intent to the phrases that mean it where an exception or approval is named."""
    return read_lists(_DATA, language, "reference_verbs")


def verbs(intents: Iterable[str], aliases: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The phrases for ``intents``: their names, their ``aliases``, and their first words where neither takes these."""
    known = list(dict.fromkeys(intents))
    phrases: dict[str, tuple[str, ...]] = {}
    for intent in known:
        for phrase in aliases.get(intent, ()):
            phrases[phrase.lower()] = (*phrases.get(phrase.lower(), ()), intent)
    first: dict[str, tuple[str, ...]] = {}
    for intent in known:
        phrases[intent.replace("_", " ")] = (intent,)
        word = intent.partition("_")[0]
        first[word] = (*first.get(word, ()), intent)
    taken = {_key(phrase) for phrase in phrases}
    return {**{word: each for word, each in first.items() if _key(word) not in taken}, **phrases}


def read(text: str, verbs: Verbs) -> Said | Unknown:
    """What ``text`` says, by the longest phrase of ``verbs`` it begins with, whatever its case and inflection; never raises.

    ``key=value`` and ``key:"several words"`` may stand anywhere; of a key that comes twice the last counts.
    """
    given = {match["key"].lower(): match["bare"] or match["words"] or "" for match in _GIVEN.finditer(text)}
    plain = " ".join(_GIVEN.sub(" ", text).split()).lstrip("/")
    words = [(stem(match.group().lower()), match.end()) for match in _WORD.finditer(plain)]
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    for phrase, intents in verbs.items():
        size, end = _matched(_key(phrase), words)
        if size > best[0]:
            best = size, end, intents
    if best[2]:
        return Said(best[2], plain, plain[best[1] :].lstrip(" ,.:;_"), given)
    return Unknown(suggest(plain, verbs))


def suggest(text: str, verbs: Verbs) -> tuple[str, ...]:
    """Up to three phrases that ``text`` nearly begins with, best first, one for each meaning."""
    words = [match.group() for match in _WORD.finditer(text.lower())]
    scored: dict[tuple[str, ...], tuple[float, str]] = {}
    for phrase, intents in verbs.items():
        said = " ".join(words[: phrase.count(" ") + 1])
        begun = len(said) > 1 and phrase.startswith(said)
        score = 100.0 - len(phrase) / 100 if begun else fuzz.ratio(said, phrase)
        if score >= _NEAR and score > scored.get(intents, (0.0, ""))[0]:
            scored[intents] = score, phrase
    nearest = sorted(scored.values(), key=lambda one: (-one[0], one[1]))
    return tuple(phrase for _, phrase in nearest[:_SUGGESTED])


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(stem(match.group()) for match in _WORD.finditer(phrase))


def _matched(key: tuple[str, ...], words: list[tuple[str, int]]) -> tuple[int, int]:
    """How many words of ``key`` stand at the beginning, idle words between them passed over, and where they end.

    Nothing of it counts when one of them is missing.
    """
    at = end = 0
    for wanted in key:
        while at < len(words) and words[at][0] != wanted and words[at][0] in IDLE:
            at += 1
        if at == len(words) or words[at][0] != wanted:
            return 0, 0
        end = words[at][1]
        at += 1
    return len(key), end
