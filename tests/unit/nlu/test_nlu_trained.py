"""Models are learnt side by side in several processes, and are what each would be alone."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from domain.meaning import Audience
from nlu import lists, trained
from nlu.config import DATA
from nlu.training_data import Example, TrainingData, TrainingDataError
from tests.encoding import small_encoder

FEW = {
    "en": {"track_order": ["where is my order", "track my parcel"], "greet": ["hello", "good morning"]},
    "es": {"track_order": ["dónde está mi pedido", "rastrear el paquete"], "greet": ["hola", "buenos días"]},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both languages with what customers say in so few words that it is learnt at once."""
    copied = tmp_path / "data"
    for language, intents in FEW.items():
        shutil.copytree(DATA / language, copied / language)
        for name in ("common", "customer", "driver", "staff"):
            (copied / language / f"{name}.yml").unlink(missing_ok=True)
        write(copied / language / "customer.yml", intents)
    return copied


def write(path: Path, intents: dict[str, list[str]]) -> None:
    lines = ['version: "3.1"', "nlu:"]
    for intent, examples in intents.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {each}" for each in examples)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(trained, "_WORTH_A_PROCESS", 1)


@pytest.mark.usefixtures("two_processors")
def test_what_is_learnt_aside_is_what_it_would_be_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[tuple[str, str]] = []
    learn = trained._trained
    monkeypatch.setattr(trained, "_trained", lambda source, wanted: here.extend(wanted) or learn(source, wanted))
    both = trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
    assert len(here) == 1
    assert both["en"]["customer"].labels == both["es"]["customer"].labels == ("greet", "track_order")
    for language in ("en", "es"):
        alone = trained.models(data, [language], ["customer"], tmp_path / "alone")[language]["customer"]
        assert np.array_equal(both[language]["customer"].weights, alone.weights)
        assert len(list((tmp_path / "both").glob(f"nlu-{language}-customer-*.npz"))) == 1


@pytest.mark.usefixtures("two_processors")
def test_what_is_not_learnt_aside_is_learnt_here(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "_learning_aside", lambda *_: nullcontext())
    both = trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
    assert both["en"]["customer"].labels == both["es"]["customer"].labels == ("greet", "track_order")


@pytest.mark.usefixtures("two_processors")
def test_processes_have_the_same_encoder_and_keep_their_vectors_together(data: Path, tmp_path: Path) -> None:
    write(data / "en" / "driver.yml", {"start_shift": ["I start now", "on duty"], "list_stops": ["my stops", "list"]})
    small = small_encoder(tmp_path / "small")
    both = trained.models(data, ["en"], ["customer", "driver"], tmp_path / "both", encoder=small)["en"]
    assert both["customer"].sense is not None
    assert both["driver"].sense is not None
    (kept,) = (tmp_path / "both").glob("examples-*.npz")
    assert len(np.load(kept)["vectors"]) == 8


@pytest.mark.parametrize(
    ("characters", "processors", "shares"),
    [
        ({"customer": 60_000, "driver": 50_000, "staff": 20_000}, 2, [["driver", "staff"], ["customer"]]),
        ({"customer": 60_000, "driver": 50_000, "staff": 20_000}, 1, [["customer", "driver", "staff"]]),
        ({"customer": 60_000, "driver": 60_000, "staff": 60_000}, 16, [["customer"], ["driver"], ["staff"]]),
        ({"customer": 40_000, "driver": 40_000}, 2, [["customer", "driver"]]),  # not worth another process
        ({}, 2, [[]]),
    ],
)
def test_processes_have_about_as_much_to_read(
    characters: dict[Audience, int], processors: int, shares: list[list[str]]
) -> None:
    words = lists.read(DATA, "en", "customer")
    wanted = {
        ("en", audience): trained._Wanted(words, TrainingData([Example("x" * count, "greet")]), None)
        for audience, count in characters.items()
    }
    assert [[audience for _, audience in share] for share in trained._shares(wanted, processors)] == shares


@pytest.mark.usefixtures("two_processors")
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_cannot_be_learnt_is_told_whichever_language_it_is_in(language: str, data: Path, tmp_path: Path) -> None:
    write(data / language / "customer.yml", {"greet": FEW[language]["greet"]})
    with pytest.raises(TrainingDataError, match="at least two intents"):
        trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
