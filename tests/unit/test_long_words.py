"""Words made to keep a reader busy, as long as readers read, are read in no time."""

from __future__ import annotations

import time

import pytest

from nlu.readers import LONGEST_READ, READERS

#: Seconds of the processor; what is measured is far below, what goes wrong far above.
_LONG = 0.5
_REPEATED = (
    "a ", " ", "\n", "\t ", "no ", "x", ", ", ". ", "-", "1,", "?", "and the, ", "a, and ", "con a ", "deja a ", "de la ", "si ", "if ",
    "leave it ", "i want to ", "the ", "mr ", "en la casa ", "code ",
)  # fmt: skip


@pytest.mark.parametrize("said", _REPEATED)
def test_no_reader_is_kept_busy(said):
    text = "hola por favor deja el pedido " + said * (LONGEST_READ // len(said))
    slow = {}
    for name, reader in READERS.items():
        for each in (text, said * LONGEST_READ):
            began = time.process_time()
            reader(each, None)
            took = time.process_time() - began
            if took > _LONG:
                slow[name] = took
    assert slow == {}


def test_runs_of_blanks_are_read_as_one():
    assert READERS["wishes"]("leave  it \t in   the shed", None) == {"safe_place": "in the shed"}
    assert READERS["wishes"]("deja el pedido con  mi   vecina Ana", None) == {"neighbour": "mi vecina Ana"}
