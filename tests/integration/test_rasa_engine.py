"""Rasa as the engine over real HTTP, and the embedded engine wherever it does not answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from bot.rasa.breaker import Breaker
from bot.rasa.client import RasaClient
from bot.rasa.engine import ByRasa
from domain.meaning import Audience, Meaning
from nlu.embedded import Embedded, Told
from tests.emulators.rasa import TOKEN, Emulated, rasa

NOW, BERLIN = datetime(2026, 5, 5, 10, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin")
#: What the two engines take for different things: the emulator knows no other meaning.
TEXT, EMULATED, EMBEDDED = "cancel my order please", "track_order", "cancel_order"


@pytest.fixture
def server() -> Iterator[Emulated]:
    with rasa() as running:
        yield running


def asking(url: str, engine: Embedded, token: str = TOKEN, timeout: float = 5.0, breaker: Breaker | None = None) -> Any:
    return closing(ByRasa(RasaClient(url, token, timeout), engine, breaker))


def parse(engine: ByRasa, text: str = TEXT, language: str | None = None) -> Meaning:
    return engine.parse(text, "customer", NOW, BERLIN, language)


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("roundsman_rasa_total", {"result": result}) or 0.0


def test_rasa_says_what_is_wanted_and_which_words_are_which(server: Emulated, engine: Embedded):
    text = "what about the walnut shelf of RM-10482"
    server.entities = [{"entity": "product", "start": 15, "end": 27, "confidence_entity": 0.9}]
    with asking(server.url, engine) as by_rasa:
        meaning = parse(by_rasa, text)
    assert (meaning.intent, meaning.engine, server.asked) == (EMULATED, "rasa", [text])
    assert [each.value for each in meaning.entities] == ["walnut shelf", "RM-10482"]


class Counting(Embedded):
    """Counts how often it is told what language a text is in."""

    told = 0

    def tell(self, text: str, audience: Audience, language: str | None = None) -> Told:
        self.told += 1
        return super().tell(text, audience, language)


@pytest.mark.parametrize("text", [TEXT, "cancela mi pedido por favor"], ids=["by rasa", "by the embedded engine"])
@pytest.mark.parametrize(
    "troubles", [[], [{"intent_ranking": [{"name": "wildlife", "confidence": 1.0}]}]], ids=["well", "odd"]
)
def test_the_language_of_a_message_is_told_once(server: Emulated, bilingual: Embedded, text: str, troubles: list[Any]):
    server.troubles = troubles
    counting = Counting(bilingual._trained, bilingual.settings)
    with asking(server.url, counting) as by_rasa:
        parse(by_rasa, text)
    assert counting.told == 1


@pytest.mark.parametrize(
    ("troubles", "asked", "reason"),
    [
        (["hang"], 1, "timeout"),
        ([500, 503], 2, "error"),
        ([409, 409], 2, "error"),
        (["nonsense", "nonsense"], 2, "nonsense"),
        (["drop", "drop"], 2, "unreachable"),
        ([404], 1, "refused"),
        ([{"version": "3.6"}], 1, "nonsense"),
        ([{"intent_ranking": [{"name": "wildlife", "confidence": 1.0}]}], 1, "nothing_of_theirs"),
    ],
    ids=["hangs", "errors", "no model yet", "no json", "drops", "refuses", "another answer", "other intents"],
)
def test_whatever_goes_wrong_the_embedded_engine_answers_and_it_is_counted(
    server: Emulated, engine: Embedded, troubles: list[Any], asked: int, reason: str
):
    server.troubles = troubles
    before = counted(reason)
    with asking(server.url, engine, timeout=0.3) as by_rasa:
        meaning = parse(by_rasa)
        assert (meaning.intent, meaning.engine) == (EMBEDDED, "embedded")
        assert (len(server.asked), counted(reason)) == (asked, before + 1)
        assert parse(by_rasa).engine == "rasa"


@pytest.mark.parametrize("trouble", [500, "drop", "nonsense"])
def test_a_trouble_that_passes_is_not_noticed(server: Emulated, engine: Embedded, trouble: Any):
    server.troubles = [trouble]
    with asking(server.url, engine) as by_rasa:
        assert parse(by_rasa).intent == EMULATED


def test_who_keeps_failing_is_left_alone_and_comes_back(server: Emulated, engine: Embedded):
    now = [0.0]
    server.troubles = [500] * 4
    with asking(server.url, engine, breaker=Breaker(2, 10, lambda: now[0])) as by_rasa:
        assert [parse(by_rasa).engine for _ in range(5)] == ["embedded"] * 5
        assert len(server.asked) == 4  # twice for each of the first two
        now[0] = 10
        assert parse(by_rasa).engine == "rasa"


@pytest.mark.parametrize("token", ["", "another"])
def test_without_the_token_it_is_refused_once_and_ours_answers(server: Emulated, engine: Embedded, token: str):
    before = counted("refused")
    with asking(server.url, engine, token) as by_rasa:
        assert parse(by_rasa).engine == "embedded"
    assert (server.asked, counted("refused")) == ([], before + 1)


def test_nobody_there_is_no_trouble_for_who_writes(engine: Embedded):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with asking(f"http://127.0.0.1:{port}", engine) as by_rasa:
        assert parse(by_rasa).intent == EMBEDDED


def test_many_threads_ask_at_once_and_none_waits_for_another(server: Emulated, engine: Embedded):
    server.troubles = ["hang"]
    with asking(server.url, engine, timeout=1.0) as by_rasa, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: parse(by_rasa, f"{TEXT} {'!' * n}").engine, range(40)))
    assert (found.count("rasa"), found.count("embedded")) == (39, 1)


def test_what_rasa_would_take_for_commands_or_cannot_be_sent_is_asked_as_words(server: Emulated, engine: Embedded):
    with asking(server.url, engine) as by_rasa:
        for text in ("/restart now", "cut \ud800 off", "x" * 3_000):
            parse(by_rasa, text)
    assert server.asked == [" restart now", "cut ? off", "x" * 2_000]


def test_another_language_is_not_rasas_to_read(server: Emulated, trained):
    both = Embedded.load(trained, ("en", "es"), audiences=("customer",))
    with asking(server.url, both) as by_rasa:
        evident = parse(by_rasa, "¿dónde está mi pedido, por favor?")
        unclear = parse(by_rasa, "ok", language="es")
    assert (evident.engine, evident.language, unclear.engine, server.asked) == ("embedded", "es", "embedded", [])


def test_what_is_known_to_be_wanted_is_not_asked(server: Emulated, engine: Embedded):
    with asking(server.url, engine) as by_rasa:
        meaning = by_rasa.parse_as("tomorrow", ["reschedule_delivery"], "customer", NOW, BERLIN)
        assert meaning == engine.parse_as("tomorrow", ["reschedule_delivery"], "customer", NOW, BERLIN)
        assert by_rasa.taught("driver") == engine.taught("driver")
    assert server.asked == []
