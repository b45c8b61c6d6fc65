"""The wish that a language is spoken."""

from __future__ import annotations

import pytest

from nlu.readers.languages import named, told_apart, wished


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("speak English", "en"),
        ("Could you please write to me in Spanish?", "es"),
        ("change the language to english", "en"),
        ("English", "en"),
        ("habla español", "es"),
        ("Hola, ¿puedes hablarme en castellano, por favor?", "es"),
        ("prefiero inglés", "en"),
        ("no hablo inglés", None),
        ("I don't speak Spanish", None),
        ("in spanish and by email", None),
        ("is the Spanish guitar there tomorrow?", None),
        ("my driver did not speak english", None),
        ("the persian please", None),
        ("polish", None),
        ("", None),
    ],
)
def test_a_message_wishes_for_a_language_or_wants_something_else(text, code):
    assert wished(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("not english, spanish", "es"), ("auf Deutsch", "de"), ("norsk bokmål", "nb"), ("polished", None)],
)
def test_the_language_named_last_counts(text, code):
    assert named(text) == code


@pytest.mark.parametrize(
    ("text", "language", "rest"),
    [
        ("sorry can we do this in english now? they should also ring me", "en", "they should also ring me"),
        ("ah perdon mejor en español, puede ser el viernes?", "es", "puede ser el viernes?"),
        ("friday please, and in english pls", "en", "friday please"),
        ("where is it. speak english", "en", "where is it."),
        ("en español por favor. ¿dónde está mi pedido?", "es", "¿dónde está mi pedido?"),
    ],
)
def test_a_language_is_wished_for_beside_something_else(text, language, rest):
    assert told_apart(text) == (language, rest)


@pytest.mark.parametrize(
    "text",
    [
        "english please",
        "no, english",
        "do you have the guide in english, spanish or french",
        "the boots in english size 8, please",
        "where is my order",
    ],
)
def test_no_language_is_wished_for_beside_something_else(text):
    assert told_apart(text) == (None, text)
