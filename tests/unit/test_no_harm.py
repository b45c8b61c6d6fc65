"""Words that sound like a report or a wish and are none: nothing is done for them without a question."""

from __future__ import annotations

import pytest

from actions.catalogue import catalogue
from domain.handing import Failure
from domain.meaning import Entity, Meaning
from domain.moment import Role
from nlu.asides import beyond_asides
from nlu.context import in_context
from nlu.on_the_road import as_driver
from nlu.readers import READERS
from nlu.supposed import only_tells_of_day


def driver(text: str, intent: str, share: float = 0.97, *entities: Entity) -> tuple[str, bool]:
    """What a driver means by words that the engine takes for an intent, and whether that is unsure."""
    meant = as_driver(Meaning(text, ((intent, share),), entities, unsure=share < 0.6), catalogue(Role.DRIVER))
    return meant.intent, meant.unsure


def thing(text: str, words: str) -> Entity:
    """A product that is named in a text."""
    return Entity("product", words, text.index(words), text.index(words) + len(words), words, 1.0)


@pytest.mark.parametrize("text", ["going to the hospital now with the kettle", "voy al hospital con el hervidor"])
def test_who_delivers_to_a_hospital_raises_no_case(text):
    named = thing(text, text.split()[-1])
    assert driver(text, "arrived", 0.5, named)[0] == "arrived"
    assert driver(text, "report_incident", 0.97, named) == ("report_incident", True)


@pytest.mark.parametrize("text", ["heading to the hospital pharmacy", "driving to the hospital with the boxes"])
def test_a_place_in_a_hospital_is_one_to_deliver_to(text):
    assert driver(text, "arrived", 0.5)[0] == "arrived"


@pytest.mark.parametrize("text", ["heading to the hospital now", "heading to the hospital with my hand bleeding"])
def test_who_needs_help_raises_a_case(text):
    assert driver(text, "arrived", 0.5) == ("report_incident", False)


@pytest.mark.parametrize("text", ["customer gone to hospital", "Mr Haas has gone to the hospital", "she's in hospital"])
def test_a_customer_in_hospital_is_asked_about(text):
    assert driver(text, "report_incident") == ("failed_delivery", True)
    assert driver(text, "delivered") == ("failed_delivery", True)


@pytest.mark.parametrize(
    "text",
    [
        "nobody in, the concierge took a message", "nobody home, left with the neighbour last time",
        "nobody home, shall I leave it with the neighbour", "nadie en casa, el portero cogió el recado",
    ],
)  # fmt: skip
def test_what_nobody_has_taken_yet_is_not_delivered(text):
    assert driver(text, "failed_delivery", 0.61)[0] == "failed_delivery"


@pytest.mark.parametrize(
    "text",
    [
        "last one not delivered, Mr Haas took a nap", "the last one should be delivered to Mr Haas",
        "was the last one delivered to Mr Haas", "delivered to Mr Haas?",
    ],
)  # fmt: skip
def test_what_is_denied_or_asked_is_not_delivered(text):
    assert driver(text, "delivered")[0] == "out_of_scope"


def test_what_was_handed_over_is_delivered():
    assert driver("delivered to Mr Haas", "delivered") == ("delivered", False)
    assert driver("delivered 3, what is next?", "delivered") == ("delivered", False)


@pytest.mark.parametrize("text", ["they refused to open the gate", "refused entry at the gate", "refused me entry"])
def test_who_opens_no_gate_refuses_no_parcel(text):
    assert READERS["failure"](text, None) == Failure.NO_ACCESS
    assert READERS["failure"]("refused, she does not want it", None) == Failure.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "I'm on the train. I almost cancelled the lamp. glad I didn't", "on a call. my friend cancelled her lamp. lol",
        "hi there. they said I can cancel the lamp. good to know", "at work. I thought I'd cancel the lamp. it's fine as it is",
        "at work. my husband says cancel the lamp. I say no",
    ],
)  # fmt: skip
def test_what_is_only_told_of_beside_an_aside_is_no_wish(text):
    def parse(words: str) -> Meaning:
        wish = "cancel_order" if "cancel" in words else "out_of_scope"
        return Meaning(words, ((wish, 0.95),), (), "hand")

    whole = Meaning(text, (("greet", 0.4),), (), "hand", unsure=True)
    assert beyond_asides(whole, "customer", parse) == whole


@pytest.mark.parametrize(
    ("text", "only_told"),
    [
        ("I'm on the bus. last week you moved my kettle to friday 8 to 12. nice", True),
        ("the mail says the kettle comes on thursday 8 to 12. strange", True),
        ("grinder on friday morning would be too late. just saying", True),
        ("thursday morning for the kettle was a bad idea. glad I didn't", True),
        ("your mail says thursday, please bring it on friday", False),
        ("thursday is too early, friday then", False),
        ("kettle on friday 8 to 12", False),
    ],
)
def test_what_is_told_of_a_day_moves_nothing(text, only_told):
    assert only_tells_of_day(text) is only_told
    when = Entity("date", "2026-05-08", text.index("day") - 3, text.index("day") + 3, "day", 1.0)
    meant = in_context(Meaning(text, (("reschedule_delivery", 0.99),), (when,)), catalogue(Role.CUSTOMER))
    assert (meant.intent, meant.unsure) == ("reschedule_delivery", only_told)


@pytest.mark.parametrize(
    "text",
    [
        "grinder alongside the kettle makes no sense", "instead of together with the kettle, the grinder alone",
        "the grinder should not come at the same time as the kettle", "no quiero el molinillo junto con el hervidor",
    ],
)  # fmt: skip
def test_what_shall_not_come_with_another_thing_does_not(text):
    assert READERS["like"](text, None) is None
    assert READERS["like"]("the grinder together with the kettle please", None) is not None
