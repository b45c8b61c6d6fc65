"""What is wished beside what is only said by the way, and what is said to somebody else."""

from __future__ import annotations

import pytest

from domain.dialogue import CONFIRM, Dialogue
from domain.meaning import Audience, Meaning
from nlu.asides import beyond_asides
from nlu.readers.settings import messages_on
from nlu.readers.talk import is_for_somebody_else
from tests.dialogues import asking, current, say
from tests.meanings import heard

#: By words of a sentence, what an engine would take it for, and how sure it would be.
_KNOWN = {
    "cancel the lamp": ("cancel_order", 0.99),
    "where is my": ("track_order", 0.95),
    "bring it on friday": ("reschedule_delivery", 0.9),
    "human": ("talk_to_human", 0.9),
    "record players": ("check_stock", 0.9),
    "ordered something": ("track_order", 0.9),
    "half understood": ("change_address", 0.5),
}


def parse(text: str) -> Meaning:
    """One sentence as an engine takes it."""
    found = next((meant for words, meant in _KNOWN.items() if words in text.lower()), ("out_of_scope", 0.9))
    return Meaning(text, (found,), (), "hand", unsure=found[1] < 0.6)


def wish(text: str, audience: Audience = "customer", *, unsure: bool = True) -> tuple[str, bool]:
    """What a message of several sentences wishes that was not surely understood as a whole, and whether that is still unsure."""
    whole = Meaning(text, (("notification_settings", 0.5), ("greet", 0.1)), (), "hand", unsure=unsure)
    meant = beyond_asides(whole, audience, parse)
    return meant.intent, meant.unsure


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("on the ward, between patients. cancel the lamp if you still can", "cancel_order"),
        ("the kids are screaming!! where is my kettle", "track_order"),
        ("where is my kettle? it is raining cats and dogs", "track_order"),
        ("in a meeting. do you have record players?", "check_stock"),
        ("sorry for the mess - cancel the lamp", "cancel_order"),
        ("my wife ordered something off you. please bring it on friday", "reschedule_delivery"),
        ("Mr. Ellis here. I write on the bus. cancel the lamp", "cancel_order"),
    ],
)
def test_the_one_sentence_that_wishes_something_is_meant(text, intent):
    assert wish(text) == (intent, False)


@pytest.mark.parametrize(
    "text",
    [
        "cancel the lamp",
        "cancel the lamp. or can you bring it on friday?",
        "good. and do you know where is my kettle? bring it on friday",
        "good morning miss. get me a human",
        "it is raining. a colleague told me something half understood",
        "it is raining. if it is blue cancel the lamp",
        "it is raining. cancel the lamp?",
        "it is raining. don't cancel the lamp",
        "a. b. c. d. e. cancel the lamp",
    ],
)
def test_what_wishes_several_things_or_nothing_surely_stays_as_it_is(text):
    assert wish(text) == ("notification_settings", True)


def test_only_what_customers_say_and_was_not_understood_is_looked_at_by_sentences():
    text = "it is raining. cancel the lamp"
    assert wish(text, "driver") == ("notification_settings", True)
    assert wish(text, unsure=False) == ("notification_settings", False)


@pytest.mark.parametrize(
    "text",
    [
        "Nico deja eso!! perdón, no era para ti", "Leo, stop that! sorry, not you", "that was for my son, not you", "oops wrong chat", "uy no te lo decía a ti",
        "sorry, I was not talking to you", "sorry that wasn't meant for you",
    ],
)  # fmt: skip
def test_what_is_said_to_somebody_else_drops_nothing(text):
    assert is_for_somebody_else(text)
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), heard(text, "stop"))
    assert (step.said, current(step).asking) == (None, "day")


@pytest.mark.parametrize(
    "text",
    [
        "the parcel was not for me", "it was for my son", "wrong number", "not you again", "not yours", "era para mi hermana", "no era para hoy",
        "stop that", "the gift is for you",
    ],
)  # fmt: skip
def test_what_is_meant_for_us_is_heard(text):
    assert not is_for_somebody_else(text)


@pytest.mark.parametrize(
    "text",
    [
        "my flatmate has no Spanish at all",
        "All points dealt with. End of message.",
        "no, leave it",
        "no tengo nada más que añadir",
    ],
)
def test_what_speaks_of_no_messages_switches_none_off(text):
    assert messages_on(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "stop it all",
        "turn them off",
        "no more texts",
        "cancel all of these",
        "no me manden nada",
        "end all notifications",
    ],
)
def test_messages_are_switched_off_in_few_words(text):
    assert messages_on(text) is False


@pytest.mark.parametrize(
    "text", ["the boots stay with me. off to the woods then", "I'll keep them", "al final me las quedo"]
)
def test_who_keeps_the_goods_gives_the_return_up(text):
    assert current(say(asking("CancelReturn", CONFIRM, return_number="RET-1"), heard(text, "goodbye", 0.7))).confirmed


@pytest.mark.parametrize("text", ["no, keep it", "nope, I'll keep it", "keep it"])
def test_who_says_no_lets_the_return_be(text):
    step = say(asking("CancelReturn", CONFIRM, return_number="RET-1"), heard(text, "deny"))
    assert (step.said, step.dialogue.frames) == ("kept", ())


def test_nothing_is_asked_again_of_who_spoke_to_somebody_else():
    assert say(Dialogue(), heard("Leo, stop that! sorry, not you", "stop")).said == "puzzled"
