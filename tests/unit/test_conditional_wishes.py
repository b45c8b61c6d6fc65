"""Wishes for the driver that hold only in a case, or say at length what they are about."""

from __future__ import annotations

import pytest

from nlu.readers import READERS


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("for the lamp today, if im not in give it to Krause next door", {"neighbour": "if im not in give it to Krause next door"}),
        ("if nobody answers, hand it to the porter", {"neighbour": "if nobody answers, hand it to the porter"}),
        ("in case i'm out, leave it in the shed", {"safe_place": "in case i'm out, leave it in the shed"}),
        ("give it to Krause", {"neighbour": "Krause"}),
        ("leave it with the neighbour, mr Klein", {"neighbour": "the neighbour, mr Klein"}),
        ("when you arrive, call me", {"call_first": ""}),
        ("si no estoy, dejadlo con el portero", {"neighbour": "si no estoy, dejadlo con el portero"}),
        ("para la lampara de hoy, dasela a Krause, el vecino", {"neighbour": "Krause"}),
        ("code is 1234 and if nobody opens leave it in the shed", {"code": "1234", "safe_place": "if nobody opens leave it in the shed"}),
        ("el código es 0909 y si no abrimos dejadla en el patio", {"code": "0909", "safe_place": "si no abrimos dejadla en el patio"}),
        ("si no estoy cuando llegue la silla, que la reciba mi vecino Luis, el del 12", {"neighbour": "si no estoy cuando llegue la silla, que la reciba mi vecino Luis, el del 12"}),
        ("pity. if nobody opens the lamp can go in the shed", {"safe_place": "if nobody opens the lamp can go in the shed"}),
        ("same for the lamp, in the shed", {"safe_place": "in the shed"}),
        ("otra cosa, el pedido de mañana: dejadlo con la vecina", {"neighbour": "el pedido de mañana: dejadlo con la vecina"}),
        ("si no abro dejenlo con la vecina, la sra Lopez", {"neighbour": "si no abro dejenlo con la vecina, la sra Lopez"}),
    ],
)  # fmt: skip
def test_what_holds_only_in_a_case_is_no_note_of_its_own(text, wishes):
    assert (READERS["wishes"](text, None), READERS["note"](text, None)) == (wishes, None)


def test_what_shall_not_be_done_in_a_case_is_a_note():
    assert READERS["wishes"]("don't leave it outside if it rains", None) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the door of the house has a code, it is 2468, the driver must know this", "2468"),
        ("el portal tiene código, el 5512, que lo sepa el repartidor", "5512"),
        ("hay un código, 2580B", "2580B"), ("4471 sorry. 4471 is the right code", "4471"), ("código 4711", "4711"),
    ],
)  # fmt: skip
def test_a_code_that_is_named_behind_a_pause_is_part_of_the_wish(text, code):
    wishes = READERS["wishes"](text, None)
    assert (list(wishes), code in wishes["code"], READERS["note"](text, None)) == (["code"], True, None)


@pytest.mark.parametrize(
    "text",
    [
        "who thought of a gate code with two doubles", "what's the gate code?", "quién puso un código tan raro",
        "my brother gave me one, he will give me another", "le ha entrado una llamada", "nobody has to call me",
        "i drop them off myself",
    ],
)  # fmt: skip
def test_what_only_speaks_of_codes_calls_and_gifts_is_no_wish(text):
    assert (READERS["wishes"](text, None), READERS["remove_wishes"](text, None)) == (None, None)


@pytest.mark.parametrize("text", ["give me a quick call before", "que me den una llamada antes"])
def test_a_call_that_is_given_is_a_wish(text):
    assert READERS["wishes"](text, None) == {"call_first": ""}


def test_who_a_neighbour_is_can_be_said_with_a_title():
    assert list(READERS["wishes"]("leave it with frau Ott on the second floor", None)) == ["neighbour"]
