"""`roundsman nlu`: the contract of its input and output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.nlu import app
from nlu.config import ConfigError, find, read
from nlu.embedded import Embedded

RUN = CliRunner()


def test_parse_answers_in_order(engine: Embedded, trained: Path) -> None:
    lines = ['{"text": "where is order 10542, né?"}', "", '{"text": "hello", "audience": "customer"}', '{"text": ""}']
    result = RUN.invoke(app, ["parse", "--cache", str(trained)], input="\n".join(lines))
    assert result.exit_code == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["text"] for row in rows] == ["where is order 10542, né?", "hello", ""]
    first = rows[0]
    assert set(first) == {"text", "intent", "intent_ranking", "entities", "engine"}
    assert first["intent"] == first["intent_ranking"][0]
    assert first["intent"]["name"] == "track_order"
    assert 0 < first["intent"]["confidence"] <= 1
    assert first["entities"] == [
        {"entity": "order_number", "value": "RM-10542", "start": 9, "end": 20, "confidence": 1.0}
    ]
    assert {row["engine"] for row in rows} == {"embedded"}


def test_parse_names_bad_lines_and_answers_the_good(engine: Embedded, trained: Path) -> None:
    lines = [
        b"nope", b'{"text": 5}', b'{"text": "hi", "audience": "boss"}', b'["hi"]', b"\xff\xfe", b'{"text": "hi"}', b"[" * 20_000,
    ]  # fmt: skip
    result = RUN.invoke(app, ["parse", "--cache", str(trained)], input=b"\n".join(lines))
    assert result.exit_code == 2
    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["hi"]
    errors = result.stderr.splitlines()
    assert [error.split(":")[0] for error in errors] == [f"line {number}" for number in (1, 2, 3, 4, 5, 7)]
    assert "not JSON" in errors[0]
    assert '"text" is missing' in errors[1]
    assert "customer, driver or staff" in errors[2]
    assert "UTF-8" in errors[4]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    city = [{"entity": "city", "start": 8, "end": 12}]
    rows = [
        {"text": "cold in Rome", "intent": "weather", "entities": city},
        {"text": "rain in Oslo", "intent": "weather", "entities": city},
        {"text": "snow in Bonn", "intent": "weather", "entities": city},
        {"text": "play some jazz", "intent": "music", "entities": []},
        {"text": "play the next song", "intent": "music"},
        {"text": "louder music please", "intent": "music"},
    ]
    train.write_text("\n".join(json.dumps(row) for row in rows))
    test.write_text("\n".join(json.dumps(row) for row in [*rows[:4], {"text": "louder", "intent": "music"}]))
    return train, test


def test_quality_of_a_file_trained_on_another(files: tuple[Path, Path], tmp_path: Path) -> None:
    train, test = files
    out = tmp_path / "out"
    result = RUN.invoke(app, ["test", str(test), "--train", str(train), "--out", str(out), "--json"])
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["messages"] == 5
    assert figures["accuracy"] >= 0.8
    assert figures["entity_f1"] >= 0.8
    assert (out / "confusions.png").read_bytes().startswith(b"\x89PNG")
    result = RUN.invoke(app, ["test", str(test), "--train", str(train)])
    assert result.exit_code == 0
    for words in ("intent accuracy", "intent macro-F1", "entity F1", "out-of-scope recall"):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("content", "says"), [("", "holds no messages"), ("{}", "file.jsonl:1"), ('{"text":"a"}', "needs text, intent")]
)
def test_unreadable_files_are_a_sentence(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(content)
    result = RUN.invoke(app, ["test", str(path)])
    assert result.exit_code == 2
    assert says in result.stderr


def test_wrong_audience(files: tuple[Path, Path]) -> None:
    result = RUN.invoke(app, ["test", str(files[1]), "--audience", "boss"])
    assert (result.exit_code, "customer, driver or staff" in result.stderr) == (2, True)


def test_a_language_nobody_speaks(files: tuple[Path, Path]) -> None:
    result = RUN.invoke(app, ["test", str(files[1]), "--language", "xx"])
    assert (result.exit_code, "one of those spoken" in result.stderr) == (2, True)


def test_config_is_read_from_the_pipeline(tmp_path: Path) -> None:
    settings = read(find())
    assert settings.language == "en"
    assert 0 < settings.threshold < 1
    path = tmp_path / "config.yml"
    path.write_text("pipeline:\n- name: FallbackClassifier\n  threshold: 2\n")
    with pytest.raises(ConfigError, match="threshold must be a number from 0 to 1"):
        read(path)
    path.write_text("language: en\n")
    with pytest.raises(ConfigError, match="pipeline"):
        read(path)
