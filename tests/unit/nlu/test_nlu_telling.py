"""Which language a message is evidently in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu import config
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.lists import read
from nlu.telling import Teller
from nlu.training import train
from nlu.training_data import TrainingData, parse_example

UTC = ZoneInfo("UTC")
NOW = datetime(2026, 5, 1, 10, tzinfo=UTC)
SAID = {
    "en": {"track_order": ["where is my order", "is my parcel there"], "greet": ["good morning", "hello there"]},
    "es": {"track_order": ["donde esta mi pedido", "cual es mi correo"], "greet": ["buenos dias", "hola, es hoy"]},
}

ENGLISH = {"where": 30, "is": 60, "my": 40, "order": 50, "cancel": 20, "it": 30, "no": 10, "please": 9, "total": 2}
SPANISH = {"dónde": 30, "está": 60, "mi": 40, "pedido": 50, "cancela": 20, "no": 12, "por": 20, "favor": 20, "total": 2}


@pytest.fixture(scope="module")
def engine() -> Embedded:
    models = {}
    for language, said in SAID.items():
        examples = [parse_example(text, intent, "here") for intent, texts in said.items() for text in texts]
        models[language] = {"customer": train(TrainingData(examples), read(DATA, language), audience="customer")}
    return Embedded(models, config.read())


@pytest.fixture
def teller() -> Teller:
    return Teller({"en": [ENGLISH], "es": [SPANISH]})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order", "en"),
        ("¿Dónde está mi pedido?", "es"),
        ("por favor cancel it", None),
        ("no", None),
        ("total", None),
        ("RM-10482", None),
        ("Juan Pérez", None),
        ("quero cancelar no meu banco", None),
        ("wann kommt por favor bitte endlich", None),
        ("", None),
    ],
)
def test_words_tell_the_language_and_what_could_be_several_tells_none(teller, text, language):
    assert teller.tell(text) == language


def test_names_say_nothing(teller):
    assert teller.tell("pedido") == "es"
    assert teller.tell("pedido", leave=frozenset({"pedido"})) is None


def test_with_one_language_there_is_nothing_to_tell():
    assert Teller({"en": [ENGLISH]}).tell("where is my order") is None


def test_an_everyday_word_of_another_language_says_nothing():
    said = {"en": [{**ENGLISH, "once": 9}], "es": [SPANISH]}
    assert Teller(said).tell("once") == "en"
    assert Teller(said, {"es": frozenset({"once"})}).tell("once") is None


def test_a_contact_or_an_address_tells_nothing_of_the_language(engine):
    said = engine.parse("juan@correo.es", "customer", NOW, UTC, "en")
    assert [each.kind for each in said.entities] == ["email"]
    assert said.language is None
    assert engine.parse("mi correo es juan@correo.es", "customer", NOW, UTC, "en").language == "es"


def test_staff_are_read_in_english_wherever_customers_are_read_in_spanish(trained):
    engine = Embedded.load(trained, ("es",))
    said = engine.parse("show me the late orders", "staff", NOW, UTC, "es")
    assert said.intent == "show_exceptions"
    assert engine.parse("¿dónde está mi pedido?", "customer", NOW, UTC).intent == "track_order"
    assert engine.parse("¿qué puedes hacer por mí, por favor?", "staff", NOW, UTC).language == "es"
