"""The embedded engine: intents by logistic regression, entities by rules, names and a random field, in process."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from domain.meaning import BY_CHANNEL, INFORM, OUT_OF_SCOPE, Audience, Entity, Meaning, lead
from nlu import config, trained
from nlu.crf import Labelled
from nlu.encoder import Encoder
from nlu.entities import assemble
from nlu.gazetteer import Gazetteer
from nlu.known_goods import with_whole_names
from nlu.languages import ENGLISH, LANGUAGES, of
from nlu.lists import read
from nlu.model import Model
from nlu.opinion import Opinion
from nlu.reading import Reading
from nlu.reasons import GIVEN_WITH, asks_for, clause_of_failure, find_reason, reason_at_the_end
from nlu.telling import ANY_LANGUAGE, Teller
from nlu.training_data import AUDIENCES, TrainingData

ENGINE = "embedded"
#: Intents listed in a meaning.
_LISTED = 10
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")


#: Models by language and audience.
Models = Mapping[str, Mapping[str, Model]]


@dataclass(frozen=True, slots=True)
class _State:
    """What changes at run time, exchanged as one: models and gazetteers by language and audience."""

    models: Models
    gazetteers: Mapping[str, Mapping[str, Gazetteer]]


@dataclass(frozen=True, slots=True)
class Told:
    """A text of which it has been told what language it is in: the one that is ``evident``, and what reads it."""

    text: str
    audience: Audience
    evident: str | None
    model: Model
    names: Gazetteer

    @property
    def language(self) -> str:
        """The code of the language it is read in."""
        return self.model.reader.language.code


class Embedded:
    """Implements `domain.meaning.Engine`. Safe to call from several threads."""

    def __init__(self, models: Models, settings: config.Config) -> None:
        """``models`` by language and audience, the first language being read where nothing else is known."""
        self._trained = models
        self._changing = threading.Lock()
        self._teller = Teller(
            {code: [model.evidence for model in by_audience.values()] for code, by_audience in models.items()},
            {code: of(code).common_words for code in models},
        )
        self._default = next(iter(models))
        nothing = {code: dict.fromkeys(by_audience, Gazetteer()) for code, by_audience in models.items()}
        self._state = _State(models, nothing)
        self.settings = settings

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        languages: Sequence[str] = ("en",),
        training: TrainingData | None = None,
        audiences: Sequence[Audience] = AUDIENCES,
        accepted: Path | None = None,
        encoder: Encoder | None = None,
    ) -> Self:
        """An engine for ``languages``, from the cache in ``folder`` or trained (and then cached there).

        The first language is read where nothing else is known; those without training data are left out, and
        `nlu.languages.ENGLISH` is read where none has any, and by audiences that none has any for. Only the models of
        ``audiences`` are loaded; another audience is answered by the first of them. With ``training`` one model of
        that data serves every audience with the data's own labels; it is not cached. ``accepted`` is a folder with further
        examples (`nlu.reviewed`), which belong to one cache: another set of them is to be kept in another ``folder``. Languages of
        the ``encoder`` are read with it.
        Raises TrainingDataError or ConfigError for data or configuration it cannot read; a cache it cannot read or
        write is no error.
        """
        settings = config.read()
        if training is not None:
            from nlu.training import train  # heavy: scikit-learn

            vectors = trained.remembered(encoder, languages[0], None)
            model = train(training, read(config.DATA, languages[0]), own=True, remembered=vectors)
            return cls({languages[0]: dict.fromkeys(AUDIENCES, model)}, settings)
        known = [each for each in languages if each in LANGUAGES and (config.DATA / each).is_dir()] or [ENGLISH.code]
        models = trained.models(config.DATA, known, audiences, folder, accepted, encoder)
        unread = [each for each in audiences if not any(each in by_audience for by_audience in models.values())]
        if unread:
            models |= trained.models(config.DATA, [ENGLISH.code], unread, folder, accepted, encoder)
        return cls(models, settings)

    def learn_names(
        self, names: Mapping[str, Iterable[str]], to_staff: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Takes ``names`` (entity kind to names) in place of those known before; messages being parsed keep theirs.

        ``to_staff`` are further names that only staff use: a driver's or a depot's means nothing to a customer.
        """
        with self._changing:  # else what is learnt of the models before could stand over those after
            models: dict[str, dict[str, Model]] = {}
            gazetteers: dict[str, dict[str, Gazetteer]] = {}
            for code, by_audience in self._trained.items():
                common = Gazetteer(names, of(code).common_words)
                gazetteers[code] = dict.fromkeys(by_audience, common)
                if to_staff and "staff" in by_audience:
                    gazetteers[code]["staff"] = Gazetteer({**to_staff, **names}, of(code).common_words)
                models[code] = {
                    each: model.keeping(gazetteers[code][each].words) for each, model in by_audience.items()
                }
            self._state = _State(models, gazetteers)

    def become(self, other: Embedded) -> None:
        """Understand from now on as ``other`` does, which nobody else uses; messages being parsed are read to their end."""
        with self._changing:
            self._trained, self._teller, self._default = other._trained, other._teller, other._default
            self._state = other._state

    def with_gazetteer(self, names: Mapping[str, Iterable[str]]) -> Self:
        """Another engine with the same models that knows ``names`` (entity kind to names)."""
        other = copy(self)
        other._changing = threading.Lock()
        other.learn_names(names)
        return other

    def parse(
        self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, language: str | None = None
    ) -> Meaning:
        """The meaning of ``text`` for ``audience``; dates relative to ``now`` (aware) in ``zone``. Never raises.

        It is read in the language that it is evidently written in, else in ``language``. The meaning names that language where
        it is evident without names, addresses and things.

        Intents are the ten most likely. Below the configured thresholds `out_of_scope` stands first, with the
        probability that the best one is wrong, and the real candidates follow. Text after 2,000 code points is not
        looked at.
        """
        return self.understand(self.tell(text, audience, language), now, zone)

    def tell(self, text: str, audience: Audience, language: str | None = None) -> Told:
        """What language ``text`` is evidently written in, and what reads it: in that language, else in ``language``."""
        evident = self._evident(text, audience)
        return Told(text, audience, evident, *self._of(audience, evident or language))

    def understand(self, told: Told, now: datetime, zone: ZoneInfo, opinion: Opinion | None = None) -> Meaning:
        """The meaning of a text, as `parse` has it; with another engine's ``opinion`` of the intents and of what entities
        without a form there are.

        Intents are those of the audience alone. Values, names and what is a bare answer are found as ever. Raises
        NoOpinion where the opinion is of none of these intents.
        """
        text, audience, model = told.text, told.audience, told.model
        engine = ENGINE if opinion is None else opinion.engine
        reading = model.reader.read(text)
        if not reading.words:
            return Meaning(text, ((OUT_OF_SCOPE, 1.0),), (), engine, told.evident)
        ranked = model.intents(reading) if opinion is None else opinion.among(model.labels)
        labelled = model.tagger.tag(reading, ranked[0][0]) if opinion is None else opinion.labelled(reading)
        if model.own and opinion is None:
            found = model.meant(_as_said(reading, labelled))
            return Meaning(text, tuple(self._judged(ranked)[:_LISTED]), found, engine, told.evident)
        entities = _entities(reading, model, told.names, ranked[0][0], audience, now, zone, labelled)
        intents = self._answering(reading, entities, model, audience, ranked)
        spoken = self._without_names(told.evident, text, entities, audience)
        unsure = _is_unsure(intents, ranked, model)
        return Meaning(text, intents, entities, engine, spoken, unsure, goods=_goods(reading, told.names))

    def taught(self, audience: Audience) -> frozenset[str]:
        """The intents that examples were given for."""
        return frozenset(self._of(audience, None)[0].labels)

    def parse_as(
        self,
        text: str,
        intents: Sequence[str],
        audience: Audience,
        now: datetime,
        zone: ZoneInfo,
        language: str | None = None,
    ) -> Meaning:
        """The meaning of ``text`` of which it is known that it is one of ``intents``: the likeliest of them, for certain,
        and the entities as `parse` finds them in words that want it. Never raises.
        """
        told = self.tell(text, audience, language)
        model, reading = told.model, told.model.reader.read(text)
        shares = dict(model.intents(reading)) if reading.words and len(intents) > 1 else {}
        intent = max(intents, key=lambda each: shares.get(each, 0.0))
        labelled = model.tagger.tag(reading, intent) if reading.words else []
        entities = _entities(reading, model, told.names, intent, audience, now, zone, labelled) if reading.words else ()
        spoken = self._without_names(told.evident, text, entities, audience)
        return Meaning(text, ((intent, 1.0),), entities, BY_CHANNEL, spoken, goods=_goods(reading, told.names))

    def _evident(self, text: str, audience: Audience) -> str | None:
        """The language a text is evidently written in, whether or not the audience is read in it."""
        return self._teller.tell(text, self._of(audience, None)[1].words)

    def _without_names(
        self, evident: str | None, text: str, entities: Sequence[Entity], audience: Audience
    ) -> str | None:
        """The ``evident`` language, where it is so without words that are the same in any: a street tells nothing."""
        rest, same = list(text), [each for each in entities if each.kind in ANY_LANGUAGE]
        for each in same:
            rest[each.start : each.end] = " " * (each.end - each.start)
        return evident if evident is None or not same else self._evident("".join(rest), audience)

    def _of(self, audience: str, language: str | None) -> tuple[Model, Gazetteer]:
        """What reads the audience: in that language, else in the default one, else in any; as another audience where
        there is nothing of theirs."""
        state = self._state
        for code in ((language or "").split("-")[0].lower(), self._default, *state.models):
            if audience in state.models.get(code, ()):
                return state.models[code][audience], state.gazetteers[code][audience]
        other = next(iter(state.models[self._default]))
        return state.models[self._default][other], state.gazetteers[self._default][other]

    def _answering(
        self,
        reading: Reading,
        entities: tuple[Entity, ...],
        model: Model,
        audience: Audience,
        ranked: list[tuple[str, float]],
    ) -> tuple[tuple[str, float], ...]:
        """The intents of a message: a bare value's, or those ``ranked``, as sure as they are."""
        bare = _bare(reading, entities, model, audience)
        intents = [(INFORM, 1.0), *ranked] if bare else self._judged(ranked)
        return tuple(intents[:_LISTED])

    def _judged(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        best, share = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        if best == OUT_OF_SCOPE or (
            share >= self.settings.threshold and share - second >= self.settings.ambiguity_threshold
        ):
            return ranked
        rest = [one for one in ranked if one[0] != OUT_OF_SCOPE]
        return [(OUT_OF_SCOPE, 1.0 - share), *rest]


def _entities(
    reading: Reading,
    model: Model,
    names: Gazetteer,
    intent: str,
    audience: Audience,
    now: datetime,
    zone: ZoneInfo,
    labelled: list[Labelled],
) -> tuple[Entity, ...]:
    """The entities of words that want ``intent``, of which some are ``labelled``."""
    if audience == "customer":
        labelled = [one for one in labelled if one.kind != "reason" or not _asks(one, reading, model)]
    labelled = with_whole_names(reading, labelled)
    reason = None
    if intent in GIVEN_WITH:
        things = [reading.tokens[one.last - 1].end for one in labelled if one.kind == "product"]
        reason = find_reason(reading, model.reader.concepts, things)
        if reason is None and audience == "staff":
            reason = reason_at_the_end(reading, model.reader.concepts, intent)
        if reason is None and intent == "failed_delivery":
            reason = clause_of_failure(reading)
    elif reading.driving:
        labelled = [one for one in labelled if one.kind != "reason"]
    entities = assemble(reading, names.find(reading), labelled, audience, intent, now, zone, reason)
    return model.meant(entities)


def _goods(reading: Reading, names: Gazetteer) -> tuple[str, ...]:
    """Words that goods are called by, but for a message that speaks of "it": that was named before."""
    return () if reading.language.it.search(reading.text.low) else names.goods(reading)


def _is_unsure(intents: Sequence[tuple[str, float]], ranked: Sequence[tuple[str, float]], model: Model) -> bool:
    """Whether it had better be asked what is meant; a bare value answers something, and wants nothing itself."""
    return intents[0][0] != INFORM and lead(ranked) < model.sure_from


def _asks(one: Labelled, reading: Reading, model: Model) -> bool:
    low = reading.text.low[reading.tokens[one.first].start : reading.tokens[one.last - 1].end]
    return asks_for(low, model.reader.concepts)


def _bare(reading: Reading, entities: tuple[Entity, ...], model: Model, audience: Audience) -> bool:
    """Whether nothing but filler stands around ``entities``: an answer, no request."""
    certain = [entity for entity in entities if entity.kind != "reason"]
    if reading.driving and reading.language.figure.fullmatch(reading.text.low):
        return True
    said = " ".join(reading.words)
    if not certain or {said, said.rstrip(" !")} & model.plain:
        return False
    if any(entity.kind == "stop" for entity in entities) and reading.language.at_place.search(reading.text.low):
        return False  # a driver's "at stop 4" reports
    text, at, rest = reading.text.original, 0, ""
    for entity in certain:
        rest += text[at : entity.start] + " "
        at = entity.end
    rest += text[at:]
    left = _WORD.findall(reading.language.plain(rest.lower()).replace("’", "'"))
    if reading.driving and any(word in reading.language.asked_of_stops or not word.isascii() for word in left):
        return False  # nor is "🧭 4" an answer
    if audience == "staff" and ({"order", "?"} & {*left} or {"driver", "route"} <= {one.kind for one in certain}):
        return False  # nor are "order 40 kettles", "lamps in the south?" and "R3 = Petra"
    return all(word in reading.language.filler or not word[0].isalnum() for word in left)


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
