"""Trying what was taught: a candidate is trained and compared with what is used, on messages neither was trained with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.teaching.versions import Versions
from domain.learning import Utterance
from domain.meaning import Audience
from nlu import config, reviewed
from nlu.comparing import Comparison, compare, is_held
from nlu.embedded import Embedded
from nlu.encoder import Encoder
from nlu.lists import read
from nlu.remembered import Remembered
from nlu.reviewed import Accepted
from nlu.training_data import AUDIENCES, Example, TrainingData, read_folder


@dataclass(frozen=True, slots=True)
class Frozen:
    """Labelled messages of somebody's own to compare by, and who writes them in which language."""

    language: str
    audience: Audience
    examples: Sequence[Example]


def accepted_of(utterances: Sequence[Utterance], languages: Sequence[str]) -> list[Accepted]:
    """What was accepted, as examples to train with; of languages that are not spoken any more nothing."""
    return [
        Accepted(each.language, each.audience, each.intent, each.example)
        for each in utterances
        if each.intent is not None and each.language in languages
    ]


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate and what is used now, in the languages that are spoken; times are those of ``now`` in ``zone``."""

    versions: Versions
    candidate: int
    languages: Sequence[str]
    now: datetime
    zone: ZoneInfo
    encoder: Encoder | None = None

    def changed(self) -> list[tuple[str, Audience]]:
        """In which languages, and with whom, the candidate has other examples."""
        before, after = self.versions.accepted_folder, self.versions.examples_of(self.candidate)
        found: list[tuple[str, Audience]] = []
        for language in self.languages:
            was, now = reviewed.read(before, language), reviewed.read(after, language)
            found += [
                (language, audience)
                for audience in AUDIENCES
                if (config.DATA / language / f"{audience}.yml").is_file()
                and reviewed.digest(was.get(audience)) != reviewed.digest(now.get(audience))
            ]
        return found

    def held_back(self) -> Iterator[Comparison]:
        """Compare by examples that are held back from both: a fifth of all, fixed by their words. Trains two models for
        each language and audience with other examples."""
        for language, audience in self.changed():
            before = self._data(self.versions.accepted_folder, language, audience)
            after = self._data(self.versions.examples_of(self.candidate), language, audience)
            frozen = [each for each in after.examples if is_held(each)]
            engines = [self._trained(_without_held(each), language, audience) for each in (before, after)]
            yield self._compared(Frozen(language, audience, frozen), *engines)

    def by_file(self, frozen: Sequence[Frozen]) -> Iterator[Comparison]:
        """Compare what is used with the whole candidate by messages of somebody's own."""
        folder, accepted = self.versions.active_folder, self.versions.accepted_folder
        before = Embedded.load(folder, self.languages, accepted=accepted, encoder=self.encoder)
        after = self.whole()
        for each in frozen:
            yield self._compared(each, before, after)

    def whole(self) -> Embedded:
        """The candidate trained with all there is, as it would be used; its models are kept. Raises TrainingDataError."""
        folder = self.versions.folder_of(self.candidate)
        accepted = self.versions.examples_of(self.candidate)
        return Embedded.load(folder, self.languages, accepted=accepted, encoder=self.encoder)

    def _compared(self, frozen: Frozen, before: Embedded, after: Embedded) -> Comparison:
        meanings = [
            [engine.parse(each.text, frozen.audience, self.now, self.zone, frozen.language) for each in frozen.examples]
            for engine in (before, after)
        ]
        return compare(frozen.language, frozen.audience, frozen.examples, *meanings)

    def _data(self, folder: Path | None, language: str, audience: Audience) -> TrainingData:
        shipped: Mapping[str, TrainingData] = read_folder(config.DATA, language)
        return reviewed.extended(shipped, reviewed.read(folder, language))[audience]

    def _trained(self, data: TrainingData, language: str, audience: Audience) -> Embedded:
        from nlu.training import train  # heavy: scikit-learn

        remembered = None
        if self.encoder is not None and language in self.encoder.languages:
            remembered = Remembered(self.encoder, self.versions.active_folder)
        model = train(data, read(config.DATA, language, audience), audience=audience, remembered=remembered)
        return Embedded({language: {audience: model}}, config.read())


def _without_held(data: TrainingData) -> TrainingData:
    left = TrainingData(synonyms=data.synonyms, lookups=data.lookups, regexes=data.regexes)
    left.examples.extend(each for each in data.examples if not is_held(each))
    return left
