"""The models of languages and audiences: from the cache, or trained and then cached."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.meaning import Audience
from nlu import cache, reviewed
from nlu.concepts import Concepts
from nlu.encoder import Encoder
from nlu.languages import ENGLISH
from nlu.lists import Lists, lexicon, own_concepts, read
from nlu.model import Model
from nlu.training_data import AUDIENCES, COMMON, TrainingData, read_folder

if TYPE_CHECKING:
    from nlu.remembered import Remembered


#: Models by language and audience.
Models = dict[str, dict[str, Model]]
_Key = tuple[str, Audience]
#: Reading fewer characters of examples takes less time than to start another process.
_WORTH_A_PROCESS = 50_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A model to be made: its lists, its examples, and where it is to be cached."""

    lists: Lists
    examples: TrainingData
    path: Path | None


@dataclass(frozen=True, slots=True)
class _Source:
    """What models are made of, and the ``folder`` of their cache, as `models` is given them."""

    data: Path
    folder: Path | None
    accepted: Path | None
    encoder: Encoder | None

    def encoder_of(self, language: str) -> Encoder | None:
        """The encoder, where it knows the ``language``."""
        return self.encoder if self.encoder is not None and language in self.encoder.languages else None


def models(
    data: Path,
    languages: Sequence[str],
    audiences: Sequence[Audience],
    folder: Path | None = None,
    accepted: Path | None = None,
    encoder: Encoder | None = None,
) -> Models:
    """The models of those ``audiences`` that the folder ``data`` has examples of, in each of ``languages``.

    They are cached in ``folder``, and learn from the examples in ``accepted`` too. Where the ``encoder`` does not know a
    language they do without. Raises TrainingDataError.
    """
    source = _Source(data, folder, accepted, encoder)
    keys = [
        (language, audience)
        for language in languages
        for audience in audiences
        if language == ENGLISH.code or (data / language / f"{audience}.yml").is_file()
    ]
    found, wanted = _looked_up(source, keys)
    here, *aside = _shares(wanted, 1 if folder is None else len(os.sched_getaffinity(0)))
    with ExitStack() as learning:
        for share in aside:
            learning.enter_context(_learning_aside(source, share))
        found |= _trained(source, {key: wanted[key] for key in here})
    for key in [key for share in aside for key in share]:
        model = _cached(source, key[0], wanted[key].path, wanted[key].lists)
        found |= _trained(source, {key: wanted[key]}) if model is None else {key: model}
    return {
        language: {each: found[language, each] for each in audiences if (language, each) in found}
        for language in languages
    }


def _looked_up(source: _Source, keys: Sequence[_Key]) -> tuple[dict[_Key, Model], dict[_Key, _Wanted]]:
    """The models that are cached, and what is to be made. Raises TrainingDataError."""
    found: dict[_Key, Model] = {}
    missing: dict[_Key, tuple[Lists, Path | None]] = {}
    more = {language: reviewed.read(source.accepted, language) for language, _ in keys}
    for language, audience in keys:
        lists = read(source.data, language, audience)
        accepted = more[language].get(audience)
        name = _name(source.data, lists, audience, accepted, source.encoder_of(language))
        path = None if source.folder is None else source.folder / name
        stored = _cached(source, language, path, lists)
        if stored is not None:
            found[language, audience] = stored
        else:
            missing[language, audience] = lists, path
    examples = {
        language: reviewed.extended(read_folder(source.data, language), more[language])
        for language in dict.fromkeys(language for language, _ in missing)
    }
    return found, {key: _Wanted(lists, examples[key[0]][key[1]], path) for key, (lists, path) in missing.items()}


def _cached(source: _Source, language: str, path: Path | None, lists: Lists) -> Model | None:
    if path is None:
        return None
    return cache.load(path, Concepts(lists.concepts, lists.language), lexicon(lists), source.encoder_of(language))


def _shares(wanted: Mapping[_Key, _Wanted], processors: int) -> list[list[_Key]]:
    """What each of so many processes is to make, one or more, so that all have about as much to read. The most comes first."""
    sizes = {key: sum(len(example.text) for example in each.examples.examples) for key, each in wanted.items()}
    count = min(processors, len(sizes), sum(sizes.values()) // _WORTH_A_PROCESS)
    shares: list[list[_Key]] = [[] for _ in range(max(1, count))]

    def size(share: Sequence[_Key]) -> int:
        return sum(sizes[key] for key in share)

    for key in sorted(sizes, key=sizes.__getitem__, reverse=True):
        min(shares, key=size).append(key)
    return sorted(shares, key=size, reverse=True)


@contextmanager
def _learning_aside(source: _Source, keys: Sequence[_Key]) -> Iterator[None]:
    """Meanwhile a process of its own trains models into the folder, which is over with this: threads of one process would read
    examples one after the other. What it fails at is not there afterwards."""
    command = [sys.executable, "-P", "-m", "nlu.trained"]
    given = [source.data, source.folder, source.accepted, source.encoder and source.encoder.folder]
    here = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    with subprocess.Popen(  # noqa: S603
        [*command, *(str(each or "") for each in given), *(f"{language}/{audience}" for language, audience in keys)],
        env={**os.environ, "PYTHONPATH": here},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as learning:
        try:
            yield
        except BaseException:
            learning.kill()
            raise


def _name(data: Path, lists: Lists, audience: str, more: TrainingData | None, encoder: Encoder | None) -> str:
    """The name of the file of a model, which tells all that it is made of."""
    language = lists.language.code
    files = [
        data / language / f"{each}.yml" for each in (COMMON, audience, "concepts", own_concepts(audience), "lexicon")
    ]
    parts = [file.read_bytes() if file.is_file() else b"" for file in files]
    own = [each for each in [reviewed.digest(more)] if each]
    parts += ["\n".join(lists.lexicon["goods"]).encode(), b"" if encoder is None else encoder.identity.encode()]
    prefix = f"nlu-{language}-{audience}{'' if encoder is None else '+'}-"
    return f"{prefix}{cache.key(language.encode(), *parts, *own)}.npz"


def remembered(encoder: Encoder | None, language: str, folder: Path | None) -> Remembered | None:
    """Where vectors of the examples of a ``language`` come from; None where the encoder does not know it."""
    if encoder is None or language not in encoder.languages:
        return None
    from nlu.remembered import Remembered

    return Remembered(encoder, folder)


def _trained(source: _Source, wanted: Mapping[_Key, _Wanted]) -> dict[_Key, Model]:
    """The models ``wanted``, cached: the examples of one are read while others learn."""
    if not wanted:
        return {}
    from nlu.training import begin, learners  # heavy: scikit-learn

    known = [language for language, _ in wanted if source.encoder_of(language) is not None]
    vectors = remembered(source.encoder, known[0], source.folder) if known else None
    with learners() as pool:
        begun = {}
        for (language, audience), each in wanted.items():
            its = vectors if language in known else None
            begun[language, audience] = begin(pool, each.examples, each.lists, audience=audience, remembered=its)
        made = {}
        for key, learnt in begun.items():
            made[key] = learnt()
            path = wanted[key].path
            if path is not None:
                with suppress(OSError):  # without a writable folder the next start trains again
                    _keep(made[key], path)
    if vectors is not None:
        with suppress(OSError):
            vectors.keep()
    return made


def _keep(model: Model, path: Path) -> None:
    """Caches ``model`` and drops older ones. Raises OSError."""
    cache.save(model, path)
    for other in path.parent.glob(f"{path.name[: path.name.rindex('-') + 1]}*.npz"):
        if other != path:
            other.unlink(missing_ok=True)


def _learn(data: str, folder: str, accepted: str, encoder: str, *keys: str) -> None:
    source = _Source(
        Path(data), Path(folder), Path(accepted) if accepted else None, Encoder(Path(encoder)) if encoder else None
    )
    audiences = {str(each): each for each in AUDIENCES}
    named = [key.split("/") for key in keys]
    _, wanted = _looked_up(source, [(language, audiences[audience]) for language, audience in named])
    _trained(source, wanted)


if __name__ == "__main__":
    _learn(*sys.argv[1:])
