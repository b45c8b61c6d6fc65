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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A model to be made: its lists, its examples, and where it is to be cached."""

    lists: Lists
    examples: TrainingData
    path: Path | None


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
    found: Models = {}
    wanted: dict[tuple[str, Audience], _Wanted] = {}
    for language in languages:
        more = reviewed.read(accepted, language)
        knowing = encoder if encoder is not None and language in encoder.languages else None
        found[language], missing = {}, {}
        for audience in audiences:
            if language != ENGLISH.code and not (data / language / f"{audience}.yml").is_file():
                continue
            lists = read(data, language, audience)
            path = None if folder is None else folder / _name(data, lists, audience, more.get(audience), knowing)
            stored = _cached(path, lists, knowing)
            if stored is not None:
                found[language][audience] = stored
            else:
                missing[audience] = lists, path
        if missing:
            examples = reviewed.extended(read_folder(data, language), more)
            wanted |= {
                (language, each): _Wanted(lists, examples[each], path) for each, (lists, path) in missing.items()
            }
    aside = _to_learn_aside(wanted, encoder, folder)
    here = {key: each for key, each in wanted.items() if key[0] not in aside}
    with ExitStack() as learning:
        for language in aside:
            learning.enter_context(_learning_aside(data, language, audiences, folder, accepted))
        made = _trained(here, encoder, folder)
    learnt = {key: _cached(each.path, each.lists, None) for key, each in wanted.items() if key[0] in aside}
    made |= {key: model for key, model in learnt.items() if model is not None}
    made |= _trained({key: wanted[key] for key, model in learnt.items() if model is None}, encoder, folder)
    for (language, audience), model in made.items():
        found[language][audience] = model
    return {
        language: {each: by_audience[each] for each in audiences if each in by_audience}
        for language, by_audience in found.items()
    }


def _cached(path: Path | None, lists: Lists, encoder: Encoder | None) -> Model | None:
    return None if path is None else cache.load(path, Concepts(lists.concepts, lists.language), lexicon(lists), encoder)


def _to_learn_aside(
    wanted: Mapping[tuple[str, Audience], _Wanted], encoder: Encoder | None, folder: Path | None
) -> list[str]:
    """The languages after the first ``wanted`` that no vectors are kept of, where there is a folder to learn into."""
    languages = list(dict.fromkeys(language for language, _ in wanted))
    unknown = [each for each in languages[1:] if encoder is None or each not in encoder.languages]
    return [] if folder is None else unknown


@contextmanager
def _learning_aside(
    data: Path, language: str, audiences: Sequence[Audience], folder: Path | None, accepted: Path | None
) -> Iterator[None]:
    """Meanwhile a process of its own trains the models of a ``language`` into ``folder``, which is over with this: threads
    of one process would read examples one after the other. What it fails at is not there afterwards."""
    command = [sys.executable, "-P", "-m", "nlu.trained", str(data), str(folder), str(accepted or ""), language]
    here = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    with subprocess.Popen(  # noqa: S603
        [*command, *audiences],
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


def _trained(
    wanted: Mapping[tuple[str, Audience], _Wanted], encoder: Encoder | None, folder: Path | None
) -> dict[tuple[str, Audience], Model]:
    """The models ``wanted``, cached: the examples of one are read while others learn."""
    if not wanted:
        return {}
    from nlu.training import begin, learners  # heavy: scikit-learn

    known = [language for language, _ in wanted if encoder is not None and language in encoder.languages]
    vectors = remembered(encoder, known[0], folder) if known else None
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


def _learn(data: str, folder: str, accepted: str, language: str, *audiences: str) -> None:
    models(
        Path(data),
        [language],
        [each for each in AUDIENCES if each in audiences],
        Path(folder),
        Path(accepted) if accepted else None,
    )


if __name__ == "__main__":
    _learn(*sys.argv[1:])
