"""Settings: each is in the README, and a wrong one is one sentence that names it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, WrongSetting, load_settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a ``.env``, and an environment without settings."""
    import os

    for name in [name for name in os.environ if name.startswith("ROUNDSMAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_the_readme_lists_every_setting(name):
    assert f"`ROUNDSMAN_{name.upper()}`" in README


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIME_ZONE", "Mars/Olympus"), ("PORT", "http"), ("PORT", "99999"), ("PUBLIC_URL", "nowhere"), ("THREADS", "0"),
     ("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml"), ("DEMO", "perhaps"), ("SENDER_RATE", "0")],
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(f"ROUNDSMAN_{name}", value)
    with pytest.raises(WrongSetting) as wrong:
        load_settings()
    assert f"ROUNDSMAN_{name}" in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_setting_that_should_be_json_and_is_not(monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_GEOCODER_OPTIONS", "{not json")
    with pytest.raises(WrongSetting, match=r"(?i)geocoder_options"):
        load_settings()


def test_the_env_file_is_read(elsewhere):
    (elsewhere / ".env").write_text("ROUNDSMAN_TIME_ZONE=Europe/Madrid\n")
    assert load_settings().time_zone == "Europe/Madrid"


def test_the_secret_is_made_once_and_is_the_owners_alone(elsewhere):
    first = load_settings(data_folder=elsewhere / "data").secret
    assert load_settings(data_folder=elsewhere / "data").secret == first
    path = elsewhere / "data" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_made_is_named(elsewhere):
    (elsewhere / "file").write_text("")
    with pytest.raises(WrongSetting, match="ROUNDSMAN_DATA_FOLDER"):
        load_settings(data_folder=elsewhere / "file" / "data").folder()
