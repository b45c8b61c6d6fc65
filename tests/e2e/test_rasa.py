"""A real Rasa: its tools on our files as they are, and a server that Roundsman asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.rasa import training
from bot.rasa.client import RasaClient, RasaTrouble
from bot.rasa.engine import ByRasa
from domain.meaning import INFORM, Audience
from nlu import config
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.training_data import AUDIENCES, read_folder
from storage.database import Database
from tests.builders import an_order, business
from tests.rasa import Rasa, our_model, rasa_says, serve_model
from tests.serving import Serving, serve

NOW, BERLIN = datetime(2026, 5, 5, 10, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin")
TOKEN = "only ours"
#: Of what Rasa was trained on it gets so much right after few passes; that it learns at all is to be seen.
FAIR = 0.5


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return our_model(tmp_path_factory.mktemp("pipeline"))


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rasa]:
    with serve_model(model, tmp_path_factory.mktemp("server"), TOKEN) as running:
        yield running


@pytest.fixture
def by_rasa(server: Rasa, engine: Embedded) -> Iterator[ByRasa]:
    asking = ByRasa(RasaClient(server.url, TOKEN, 10), engine)
    yield asking
    asking.close()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_has_learnt_what_each_audience_says(by_rasa: ByRasa, audience: Audience):
    examples = read_folder(DATA, "en")[audience].examples[::40]
    meanings = [by_rasa.parse(each.text, audience, NOW, BERLIN) for each in examples]
    assert {each.engine for each in meanings} == {"rasa"}
    assert {name for each in meanings for name, _ in each.intents} <= by_rasa.taught(audience) | {INFORM}
    right = sum(meaning.intent == example.intent for meaning, example in zip(meanings, examples, strict=True))
    assert right / len(examples) > FAIR


def test_it_knows_of_every_intent_how_likely_it_is_and_every_value_is_ours(server: Rasa, by_rasa: ByRasa):
    text = "please bring RM-10482 tomorrow between 2 and 4pm instead"
    every = {intent for audience in AUDIENCES for intent in by_rasa.taught(audience)}
    with closing(RasaClient(server.url, TOKEN, 10)) as client:
        ranking = client.parse(text)["intent_ranking"]
    assert every <= {each["name"] for each in ranking}
    meaning = by_rasa.parse(text, "customer", NOW, BERLIN)
    values = [(each.kind, each.value) for each in meaning.entities]
    assert values == [("order_number", "RM-10482"), ("date", "2026-05-06"), ("time_window", "14:00-16:00")]


def test_nobody_is_answered_without_the_token(server: Rasa):
    with closing(RasaClient(server.url, "another", 10)) as client, pytest.raises(RasaTrouble, match="401"):
        client.parse("hello")


def test_a_whole_program_asks_it_and_goes_on_without_it(
    model: Path, tmp_path: Path, data_folder: Path, database: Database, database_url: str
):
    with database.writing() as session:
        order = an_order(session, business(session))
    settings = {"ROUNDSMAN_NLU_ENGINE": "rasa", "ROUNDSMAN_RASA_TOKEN": TOKEN, "ROUNDSMAN_RASA_TIMEOUT": "10"}
    with (
        serve_model(model, tmp_path, TOKEN) as rasa,
        serve(data_folder, settings | {"ROUNDSMAN_RASA_URL": rasa.url}, database_url) as roundsman,
    ):
        assert says(roundsman, "hello")
        assert count(roundsman, "answered") == 1
        rasa.process.kill()
        rasa.process.wait()
        assert order.postcode not in says(roundsman, f"where is {order.number}?")
        assert order.number in says(roundsman, order.postcode)
        assert count(roundsman, "unreachable") == 2
        assert httpx.get(f"{roundsman.url}/readyz", timeout=10).status_code == 200


def says(roundsman: Serving, text: str) -> str:
    """What Maria is answered."""
    body = {"sender": "maria", "message": text}
    replies = httpx.post(f"{roundsman.url}/webhooks/rest/webhook", json=body, timeout=60).json()
    return " ".join(reply["text"] for reply in replies)


def count(roundsman: Serving, result: str) -> float:
    """How many messages for Rasa came to that."""
    metrics = httpx.get(f"{roundsman.url}/metrics", timeout=10).text
    found = re.search(rf'^roundsman_rasa_total{{result="{result}"}} ([\d.]+)$', metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_rasa_finds_nothing_to_warn_of_in_our_files(model: Path, tmp_path: Path):
    files = ["--data", str(training.data()), str(training.DOMAIN), "--domain", str(training.DOMAIN)]
    told = rasa_says(tmp_path, "data", "validate", "--fail-on-warnings", *files, "--config", str(config.find()))
    assert "UserWarning" not in told
    assert "No story structure conflicts found" in told


def test_rasas_own_commands_test_and_talk_to_the_model(model: Path, tmp_path: Path):
    tested = ["--nlu", str(training.data() / "common.yml"), "--model", str(model), "--out", str(tmp_path / "results")]
    rasa_says(tmp_path, "test", "nlu", *tested, "--no-plot")
    report = json.loads((tmp_path / "results" / "intent_report.json").read_text())
    assert report["accuracy"] > FAIR
    told = rasa_says(tmp_path, "shell", "nlu", "--model", str(model), said="where is RM-10482\n/stop\n")
    assert '"intent_ranking"' in told
