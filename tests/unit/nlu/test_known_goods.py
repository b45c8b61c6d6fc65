"""Labels of goods have the whole name of a thing that is known, and no verb behind it."""

from __future__ import annotations

import pytest

from nlu.crf import Labelled
from nlu.known_goods import with_whole_names
from nlu.languages import SPANISH
from nlu.reading import Reading
from nlu.text import tokens, without_accents


def read(text: str) -> Reading:
    said = SPANISH.text(text)
    return Reading(said, tuple(tokens(said.low)), (), (), (), language=SPANISH)


@pytest.mark.parametrize(
    ("text", "label", "whole"),
    [
        ("recorrer la entrega del molino de café", "de café", "molino de café"),
        ("el espejo anulalo", "espejo anulalo", "espejo"),
        ("la lámpara cancélenla", "lámpara cancélenla", "lámpara"),
        ("el hervidor devolvérmelo", "hervidor devolvérmelo", "hervidor"),
        ("la silla amarilla", "silla amarilla", "silla amarilla"),
        ("la tostadora modelo x", "tostadora modelo", "tostadora modelo"),
        ("el cacharro anulalo", "cacharro anulalo", "cacharro anulalo"),
    ],
)
def test_a_label_has_the_whole_name_and_no_verb(text, label, whole):
    reading = read(text)
    words = [token.text for token in reading.tokens]
    first = words.index(without_accents(label.split()[0]))
    found = with_whole_names(reading, [Labelled("product", first, first + len(label.split()), 0.8)])
    assert [" ".join(words[one.first : one.last]) for one in found] == [without_accents(whole)]


def test_other_labels_keep_their_words():
    reading = read("el molino de café viejo")
    reason, thing = Labelled("reason", 1, 2, 0.8), Labelled("product", 2, 4, 0.8)
    assert with_whole_names(reading, [reason, thing]) == [reason, thing]
