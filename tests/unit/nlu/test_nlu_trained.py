"""Models of several languages are learnt side by side, and are what each would be alone."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from nlu import trained
from nlu.config import DATA
from nlu.training_data import TrainingDataError

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


def test_another_language_is_learnt_aside_as_it_would_be_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[tuple[str, str]] = []
    learn = trained._trained
    monkeypatch.setattr(trained, "_trained", lambda wanted, *more: here.extend(wanted) or learn(wanted, *more))
    both = trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
    assert here == [("en", "customer")]
    alone = trained.models(data, ["es"], ["customer"], tmp_path / "alone")
    assert both["en"]["customer"].labels == both["es"]["customer"].labels == ("greet", "track_order")
    assert np.array_equal(both["es"]["customer"].weights, alone["es"]["customer"].weights)
    assert len(list((tmp_path / "both").glob("nlu-es-customer-*.npz"))) == 1


def test_what_is_not_learnt_aside_is_learnt_here(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "_learning_aside", lambda *_: nullcontext())
    both = trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
    assert both["es"]["customer"].labels == ("greet", "track_order")


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_cannot_be_learnt_is_told_whichever_language_it_is_in(language: str, data: Path, tmp_path: Path) -> None:
    write(data / language / "customer.yml", {"greet": FEW[language]["greet"]})
    with pytest.raises(TrainingDataError, match="at least two intents"):
        trained.models(data, ["en", "es"], ["customer"], tmp_path / "both")
