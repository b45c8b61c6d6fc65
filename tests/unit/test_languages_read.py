"""The wish that a language is spoken."""

from __future__ import annotations

import pytest

from actions.catalogue import catalogue
from domain.dialogue import Dialogue, Frame
from domain.moment import Role
from nlu.filling import fill
from nlu.readers.languages import is_for_us_alone, named, told_apart, wished
from tests.meanings import heard


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
        ("un momento, mi marido sigue en inglés", "en"),
        ("hang on, my son takes over in Spanish", "es"),
        ("mi hija va a seguir en inglés", "en"),
        ("un segundo, sigo en inglés", "en"),
        ("my husband speaks english, the driver can ask him", None),
        ("mi vecino habla inglés", None),
        ("write my name in english on it for my wife", None),
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
        ("where is it. in english please", "en", "where is it."),
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
        "please speak spanish, and ring twice",
    ],
)
def test_no_language_is_wished_for_beside_something_else(text):
    assert told_apart(text) == (None, text)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("English please", True),
        ("en español, por favor", True),
        ("can you switch to Spanish?", True),
        ("cambia el idioma a inglés", True),
        ("please speak Spanish", False),
        ("habla español", False),
        ("we only speak English", False),
        ("prefiero español", False),
    ],
)
def test_a_wish_is_for_us_alone_where_it_could_be_said_to_nobody_else(text, alone):
    assert is_for_us_alone(text) is alone


def said(text: str, intent: str, role: Role, command: str, slot: str) -> Frame:
    """What is talked about after ``text``, said when that slot was asked for."""
    waiting = Frame(id="waiting", command=command, asking=slot, question_id="waiting")
    step = fill(Dialogue(frames=(waiting,)), heard(text, intent), catalogue(role), "new")
    assert step.dialogue.current is not None
    return step.dialogue.current


@pytest.mark.parametrize(
    ("role", "command", "slot"),
    [
        (Role.CUSTOMER, "InstructDelivery", "note"),
        (Role.CUSTOMER, "InstructDelivery", "words"),
        (Role.DRIVER, "TellDispatcher", "words"),
        (Role.DISPATCHER, "AnswerChat", "words"),
        (Role.DISPATCHER, "MessageDriver", "words"),
    ],
)
@pytest.mark.parametrize("intent", ["out_of_scope", "talk_to_human"])
def test_what_somebody_else_is_to_be_told_may_be_to_speak_a_language(role, command, slot, intent):
    frame = said("speak Spanish", intent, role, command, slot)
    assert (frame.command, frame.slots) == (command, {slot: "speak Spanish"})
    assert said("change to Spanish please", intent, role, command, slot).command == "ChooseLanguage"


@pytest.mark.parametrize(
    ("role", "command", "slot"),
    [
        (Role.CUSTOMER, "ChangeAddress", "city"),
        (Role.DRIVER, "StartShift", "vehicle"),
        (Role.ADMIN, "EnterOrder", "name"),
    ],
)
def test_asked_for_anything_else_it_is_wished_here(role, command, slot):
    frame = said("Please speak Spanish", "out_of_scope", role, command, slot)
    assert (frame.command, frame.slots) == ("ChooseLanguage", {"language": "es"})
