"""What Rasa reads beside the training data fits it, and what it is installed and trained with is told apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from bot.rasa import domain, environment, training
from bot.rasa.environment import NoRasa
from nlu.training_data import read_yaml


def test_the_domain_lists_what_the_data_holds() -> None:
    assert training.DOMAIN.read_text("utf-8") == domain.text(), "write it anew: roundsman rasa domain"


def test_no_two_intents_have_the_same_words() -> None:
    """Rasa reads all audiences as one; where two of them mean different things, one begins with a capital."""
    intents: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(training.data().glob("*.yml")):
        for example in read_yaml(path).examples:
            intents[example.text].add(example.intent)
    assert {text: sorted(found) for text, found in intents.items() if len(found) > 1} == {}


def test_another_pipeline_is_another_model(tmp_path: Path) -> None:
    pipeline = tmp_path / "config.yml"
    pipeline.write_text("pipeline: []\n")
    first = training.model_path(tmp_path, pipeline)
    assert first == training.model_path(tmp_path, pipeline)
    pipeline.write_text("pipeline: [ ]\n")
    assert training.model_path(tmp_path, pipeline) != first


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a PATH with nothing on it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path / "cache" / "roundsman"


def test_half_an_environment_is_none(cache: Path) -> None:
    place = environment.folder()
    assert place.parent == cache
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "rasa").touch()
    assert environment.installed() is None
    (place / "whole").touch()
    assert environment.install() == place / "bin"


def test_without_python_it_says_what_is_missing(cache: Path) -> None:
    with pytest.raises(NoRasa, match=r"Python 3\.10"):
        environment.install()


def test_a_python_that_does_not_run_is_passed_over(cache: Path, tmp_path: Path) -> None:
    shim = tmp_path / "bin" / "python3.10"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    real = tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10"
    real.parent.mkdir(parents=True)
    real.write_text("#!/bin/sh\necho 3.10\n")
    real.chmod(0o755)
    pyenv = tmp_path / "bin" / "pyenv"
    pyenv.write_text(f"#!/bin/sh\necho {tmp_path / 'pyenv'}\n")
    pyenv.chmod(0o755)
    assert environment.find_python() == real


def test_an_installation_that_fails_leaves_nothing(cache: Path, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python3.10"
    python.write_text(
        '#!/bin/sh\n[ "$1" = -c ] && echo 3.10 && exit\n/bin/mkdir -p "$3/bin"\necho "no room" >&2; exit 1\n'
    )
    python.chmod(0o755)
    with pytest.raises(NoRasa, match="no room"):
        environment.install()
    assert [path.name for path in cache.iterdir() if not path.name.endswith(".lock")] == []


def test_a_model_that_is_there_is_not_trained_again(tmp_path: Path) -> None:
    model = training.model_path(tmp_path)
    model.touch()
    assert training.train(tmp_path / "nothing", tmp_path) == model


def test_a_training_that_fails_says_why_and_leaves_no_model(tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "rasa").write_text("#!/bin/sh\necho out of memory\nexit 1\n")
    (commands / "rasa").chmod(0o755)
    folder = tmp_path / "models"
    folder.mkdir()
    with pytest.raises(NoRasa, match="out of memory"):
        training.train(commands, folder)
    assert [path.name for path in folder.iterdir()] == ["nlu.lock"]
