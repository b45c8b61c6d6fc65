"""The embedded engine: intents by logistic regression, entities by rules, names and a random field, in process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from domain.meaning import INFORM, OUT_OF_SCOPE, Audience, Entity, Meaning
from nlu import cache, config
from nlu.concepts import Concepts
from nlu.crf import Labelled
from nlu.entities import assemble
from nlu.gazetteer import Gazetteer
from nlu.lists import lexicon, own_concepts, read
from nlu.model import Model
from nlu.reading import Reading
from nlu.reasons import GIVEN_WITH, find_reason
from nlu.training_data import AUDIENCES, COMMON, TrainingData, read_folder

DATA = Path(__file__).resolve().parent / "data"
ENGINE = "embedded"
#: Intents listed in a meaning.
_LISTED = 10
_FILLER_WORDS = (
    "a an the on at in to for of by from or and it it's its is i'm im am my our please pls plz thanks thank you "
    "ok okay sure maybe perhaps around about number nr order name would be one's mine hi hello sorry the's how "
    "bout sir madam mate postcode zip code email phone address um uh er hmm well so"
)
_FILLER = frozenset(_FILLER_WORDS.split())
#: Said beside a stop these ask for something ("phone for 8").
_ASKED_OF_STOPS = frozenset("name email phone address postcode zip code order".split())
#: What a driver answers to the question for a code or a mileage.
_FIGURE = re.compile(
    r"[\s.,:!?]*(?:(?:it'?s|its|is|the|my|code|pin|says|mileage|miles|odometer|odo|clock|reading|shows|now)\W+)*\d{1,3}(?:[\d ,.']*\d)?"
    r"\s*(?:km|kms|mi|miles|on the clock|now|thanks|please)?[\s.,!?]*"
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _State:
    """What changes at run time, exchanged as one."""

    models: Mapping[str, Model]
    gazetteer: Gazetteer


class Embedded:
    """Implements `domain.meaning.Engine`. Safe to call from several threads."""

    def __init__(self, models: Mapping[str, Model], settings: config.Config) -> None:
        self._trained = dict(models)
        self._state = _State(self._trained, Gazetteer())
        self.settings = settings

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        language: str = "en",
        training: TrainingData | None = None,
        audiences: Sequence[Audience] = AUDIENCES,
    ) -> Self:
        """An engine for ``language``, from the cache in ``folder`` or trained (and then cached there).

        Only the models of ``audiences`` are loaded; another audience is answered by the first of them. With
        ``training`` one model of that data serves every audience with the data's own labels; it is not cached.
        Raises TrainingDataError or ConfigError for data or configuration it cannot read; a cache it cannot read or
        write is no error.
        """
        settings = config.read()
        if training is not None:
            from nlu.training import train  # heavy: scikit-learn

            model = train(training, read(DATA, language), own=True)
            return cls(dict.fromkeys(AUDIENCES, model), settings)
        return cls(_models(folder, language, audiences), settings)

    def learn_names(self, names: Mapping[str, Iterable[str]]) -> None:
        """Takes ``names`` (entity kind to names) in place of those known before; messages being parsed keep theirs."""
        gazetteer = Gazetteer(names)
        models = {audience: model.keeping(gazetteer.words) for audience, model in self._trained.items()}
        self._state = _State(models, gazetteer)

    def with_gazetteer(self, names: Mapping[str, Iterable[str]]) -> Self:
        """Another engine with the same models that knows ``names`` (entity kind to names)."""
        other = type(self)(self._trained, self.settings)
        other.learn_names(names)
        return other

    def parse(self, text: str, audience: Audience, now: datetime, zone: ZoneInfo) -> Meaning:
        """The meaning of ``text`` for ``audience``; dates relative to ``now`` (aware) in ``zone``. Never raises.

        Intents are the ten most likely. Below the configured thresholds `out_of_scope` stands first, with the
        probability that the best one is wrong, and the real candidates follow. Text after 2,000 code points is not
        looked at.
        """
        state = self._state
        model = state.models.get(audience) or next(iter(state.models.values()))
        reading = model.reader.read(text)
        if not reading.words:
            return Meaning(text, ((OUT_OF_SCOPE, 1.0),), (), ENGINE)
        ranked = model.intents(reading)
        labelled = model.tagger.tag(reading, ranked[0][0])
        if model.own:
            return Meaning(text, tuple(self._judged(ranked)[:_LISTED]), _as_said(reading, labelled), ENGINE)
        reason = None
        if ranked[0][0] in GIVEN_WITH:
            reason = find_reason(reading, model.reader.concepts)
        elif reading.driving:
            labelled = [one for one in labelled if one.kind != "reason"]
        entities = assemble(reading, state.gazetteer.find(reading), labelled, audience, now, zone, reason)
        intents = self._judged(ranked)
        if _bare(reading, entities, model):
            intents = [(INFORM, 1.0), *ranked]
        return Meaning(text, tuple(intents[:_LISTED]), entities, ENGINE)

    def _judged(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        best, share = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        if best == OUT_OF_SCOPE or (
            share >= self.settings.threshold and share - second >= self.settings.ambiguity_threshold
        ):
            return ranked
        rest = [one for one in ranked if one[0] != OUT_OF_SCOPE]
        return [(OUT_OF_SCOPE, 1.0 - share), *rest]


def _bare(reading: Reading, entities: tuple[Entity, ...], model: Model) -> bool:
    """Whether nothing but filler stands around ``entities``: an answer, no request."""
    certain = [entity for entity in entities if entity.kind != "reason"]
    if reading.driving and _FIGURE.fullmatch(reading.text.low):
        return True
    if not certain or " ".join(reading.words) in model.plain:
        return False
    if any(entity.kind == "stop" for entity in entities) and re.search(r"\bat\b", reading.text.low):
        return False  # a driver's "at stop 4" reports
    text, at, rest = reading.text.original, 0, ""
    for entity in certain:
        rest += text[at : entity.start] + " "
        at = entity.end
    rest += text[at:]
    left = _WORD.findall(rest.lower().replace("’", "'"))
    if reading.driving and any(word in _ASKED_OF_STOPS or not word.isascii() for word in left):
        return False  # nor is "🧭 4" an answer
    return all(word in _FILLER or not word[0].isalnum() for word in left)


def _as_said(reading: Reading, labelled: list[Labelled]) -> tuple[Entity, ...]:
    """Entities with a training file's own labels, their words as values."""
    text = reading.text
    found: list[tuple[str, int, int, float]] = [(one.kind, one.start, one.end, 1.0) for one in reading.found]
    taken = [(one.start, one.end) for one in reading.found]
    for one in labelled:
        start, end = reading.tokens[one.first].start, reading.tokens[one.last - 1].end
        if not any(start < last and first < end for first, last in taken):
            found.append((one.kind, start, end, one.confidence))
    result = []
    for kind, start, end, sure in sorted(found, key=lambda one: one[1]):
        first, last = text.span(start, end)
        words = text.original[first:last]
        result.append(Entity(kind, words, first, last, words, sure))
    return tuple(result)


def _models(folder: Path | None, language: str, audiences: Sequence[Audience]) -> dict[str, Model]:
    place = DATA / language
    models: dict[str, Model] = {}
    read_data: dict[str, TrainingData] | None = None
    for audience in audiences:
        lists = read(DATA, language, audience)
        path: Path | None = None
        if folder is not None:
            names = (COMMON, audience, "concepts", own_concepts(audience), "lexicon")
            files = [place / f"{name}.yml" for name in names]
            parts = [file.read_bytes() if file.is_file() else b"" for file in files]
            path = folder / f"nlu-{language}-{audience}-{cache.key(language.encode(), *parts)}.npz"
            stored = cache.load(path, Concepts(lists.concepts), lexicon(lists))
            if stored is not None:
                models[audience] = stored
                continue
        from nlu.training import train  # heavy: scikit-learn

        read_data = read_data or read_folder(DATA, language)
        models[audience] = train(read_data[audience], lists, driving=audience == "driver")
        if path is not None:
            _keep(models[audience], path, f"nlu-{language}-{audience}-")
    return models


def _keep(model: Model, path: Path, prefix: str) -> None:
    """Caches ``model`` and drops older ones; without a writable folder the next start trains again."""
    try:
        cache.save(model, path)
        for other in path.parent.glob(f"{prefix}*.npz"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        return
