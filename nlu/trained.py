"""The models of a language: from the cache, or trained and then cached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from domain.meaning import Audience
from nlu import cache, reviewed
from nlu.concepts import Concepts
from nlu.encoder import Encoder
from nlu.languages import ENGLISH
from nlu.lists import Lists, lexicon, own_concepts, read
from nlu.model import Model
from nlu.training_data import COMMON, TrainingData, read_folder

if TYPE_CHECKING:
    from nlu.remembered import Remembered


def models(
    data: Path,
    language: str,
    audiences: Sequence[Audience],
    folder: Path | None = None,
    accepted: Path | None = None,
    encoder: Encoder | None = None,
) -> dict[str, Model]:
    """The models of those ``audiences`` that the folder ``data`` has examples of in a ``language``, by audience.

    They are cached in ``folder``, and learn from the examples in ``accepted`` too. Where the ``encoder`` does not know the
    language they do without. Raises TrainingDataError.
    """
    place = data / language
    more = reviewed.read(accepted, language)
    encoder = encoder if encoder is not None and language in encoder.languages else None
    found: dict[str, Model] = {}
    wanted: dict[str, tuple[Lists, Path | None]] = {}
    for audience in audiences:
        if language != ENGLISH.code and not (place / f"{audience}.yml").is_file():
            continue
        lists = read(data, language, audience)
        path = None
        if folder is not None:
            names = (COMMON, audience, "concepts", own_concepts(audience), "lexicon")
            files = [place / f"{name}.yml" for name in names]
            parts = [file.read_bytes() if file.is_file() else b"" for file in files]
            own = [each for each in [reviewed.digest(more.get(audience))] if each]
            parts += ["\n".join(lists.lexicon["goods"]).encode(), b"" if encoder is None else encoder.identity.encode()]
            prefix = f"nlu-{language}-{audience}{'' if encoder is None else '+'}-"
            path = folder / f"{prefix}{cache.key(language.encode(), *parts, *own)}.npz"
            stored = cache.load(path, Concepts(lists.concepts, lists.language), lexicon(lists), encoder)
            if stored is not None:
                found[audience] = stored
                continue
        wanted[audience] = lists, path
    if wanted:
        examples = reviewed.extended(read_folder(data, language), more)
        found |= _trained(wanted, examples, remembered(encoder, language, folder))
    return {audience: found[audience] for audience in audiences if audience in found}


def remembered(encoder: Encoder | None, language: str, folder: Path | None) -> Remembered | None:
    """Where vectors of the examples of a ``language`` come from; None where the encoder does not know it."""
    if encoder is None or language not in encoder.languages:
        return None
    from nlu.remembered import Remembered

    return Remembered(encoder, folder)


def _trained(
    wanted: Mapping[str, tuple[Lists, Path | None]], examples: Mapping[str, TrainingData], vectors: Remembered | None
) -> dict[str, Model]:
    """Models of the audiences ``wanted``, by their lists and where each is to be cached: one is read while another learns."""
    from nlu.training import begin, learners  # heavy: scikit-learn

    with learners() as pool:
        begun = {
            audience: begin(pool, examples[audience], lists, audience=cast("Audience", audience), remembered=vectors)
            for audience, (lists, _) in wanted.items()
        }
        made = {audience: learnt() for audience, learnt in begun.items()}
    with suppress(OSError):  # without a writable folder the next start trains again
        if vectors is not None:
            vectors.keep()
        for audience, (_, path) in wanted.items():
            if path is not None:
                _keep(made[audience], path)
    return made


def _keep(model: Model, path: Path) -> None:
    """Caches ``model`` and drops older ones. Raises OSError."""
    cache.save(model, path)
    for other in path.parent.glob(f"{path.name[: path.name.rindex('-') + 1]}*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
