"""Settings: each is in the README, and a wrong one is one sentence that names it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
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
     ("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml"), ("DEMO", "perhaps"), ("SENDER_RATE", "0"),
     ("DRIVER_CALLS", "call us"), ("DRIVER_CALLS", "+49305550100,{number}")],
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


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "neither"),
        (SLACK, "both"),
        ({"SLACK_SIGNING_SECRET": "secret"}, "ROUNDSMAN_SLACK_BOT_TOKEN is missing"),
        ({**SLACK, "SLACK_BOT_TOKEN": "xapp-1"}, "begins with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "begins with xapp-"),
        ({"SLACK_ADMINS": "Mia"}, "is no Slack user"),
        ({"SLACK_CHANNEL": "#general"}, "is no Slack channel"),
    ],
)
def test_slack_needs_a_token_and_one_way_to_be_heard(monkeypatch, given, said):
    for name, value in given.items():
        monkeypatch.setenv(f"ROUNDSMAN_{name}", value)
    with pytest.raises(WrongSetting, match=said):
        load_settings()


@pytest.mark.parametrize("way", ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"])
def test_slack_is_heard_one_way(monkeypatch, way):
    monkeypatch.setenv("ROUNDSMAN_SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv(f"ROUNDSMAN_{way}", SLACK[way])
    monkeypatch.setenv("ROUNDSMAN_SLACK_ADMINS", "U012AB3CD, W012AB3CD")
    assert load_settings().slack_admin_ids == ("U012AB3CD", "W012AB3CD")


def test_a_key_without_anything_in_it_signs_nothing(tmp_path):
    (tmp_path / "secret.key").touch()
    with pytest.raises(WrongSetting, match=r"secret\.key is empty"):
        _ = Settings(data_folder=tmp_path).secret


def test_programs_that_start_at_once_have_one_key(tmp_path):
    with ThreadPoolExecutor(8) as several:
        keys = list(several.map(lambda _: Settings(data_folder=tmp_path).secret, range(32)))
    assert len(set(keys)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
