"""`roundsman slack manifest` prints what Slack makes an app from."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import WrongSetting
from tests.emulators.slack.manifest import faults_of_manifest


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_PUBLIC_URL", "https://rounds.example")


@pytest.mark.parametrize("options", [[], ["--socket"]])
def test_slack_would_take_the_manifest(options):
    printed = CliRunner().invoke(app, ["slack", "manifest", *options]).stdout
    as_json = CliRunner().invoke(app, ["slack", "manifest", "--json", *options]).stdout
    made = yaml.safe_load(printed)
    assert faults_of_manifest(made) == []
    assert json.loads(as_json) == made
    assert ("https://rounds.example/webhooks/slack" in printed) == (options == [])


def test_slack_calls_only_what_is_encrypted(monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_PUBLIC_URL", "http://127.0.0.1:8000")
    assert isinstance(CliRunner().invoke(app, ["slack", "manifest"]).exception, WrongSetting)
    assert CliRunner().invoke(app, ["slack", "manifest", "--socket"]).exit_code == 0
