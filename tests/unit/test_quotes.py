"""What customers said, without what tells who they are."""

from __future__ import annotations

import pytest

from domain.quotes import LONGEST, quoted, quotes


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("it leaks at the lid", "it leaks at the lid"),
        ("this is maria okafor, call me on +49 (30) 901820", "this is … …, call me on …"),
        ("order RM-10482 and #10483 came dented", "order … and … came dented"),
        ("mail me: Maria.O@example.co.uk please", "mail me: … please"),
        ("see https://example.com/my/pictures for 2 photos", "see … for 2 photos"),
        ("4111 1111 1111 1111", ""),
        ("  too \n  small ", "too small"),
        ("the marian blue one", "the marian blue one"),
    ],
)
def test_what_is_shown(words, shown):
    assert quoted(words, "Maria Okafor") == shown


def test_long_ones_are_cut_at_a_word():
    cut = quoted("it rattles " * 40)
    assert len(cut) <= LONGEST + 2
    assert cut.endswith("rattles …") or cut.endswith("it …")


def test_the_same_is_said_once():
    said = [("It leaks", "Ann"), ("It leaks", "Bo"), ("12345", "Cy"), ("too loud", "Di"), ("cold", "Ed")]
    assert quotes(said, 2) == ("It leaks", "too loud")
