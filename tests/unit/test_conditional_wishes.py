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
        ("si no abro dejenlo con la vecina, la sra Lopez", {"neighbour": "si no abro dejenlo con la vecina, la sra Lopez"}),
    ],
)  # fmt: skip
def test_what_holds_only_in_a_case_is_no_note_of_its_own(text, wishes):
    assert (READERS["wishes"](text, None), READERS["note"](text, None)) == (wishes, None)


def test_what_shall_not_be_done_in_a_case_is_a_note():
    assert READERS["wishes"]("don't leave it outside if it rains", None) is None
