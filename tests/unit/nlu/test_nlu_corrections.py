"""Whether somebody says that they were taken wrongly; and what they say of being learnt from."""

from __future__ import annotations

import pytest

from nlu.readers.corrections import number_put_right, put_right, takes_back
from nlu.readers.privacy import wish


@pytest.mark.parametrize(
    "text",
    ["no, I meant the return", "No I want to send it back", "that's not what i asked", "not that", "you misunderstood me", "wrong, I want my money",
     "I didn't ask for that", "no, quiero devolverlo", "eso no es lo que pedí", "me has entendido mal", "No me refería a eso"],
)  # fmt: skip
def test_it_takes_back(text):
    assert takes_back(text)


@pytest.mark.parametrize(
    "text",
    ["no", "no thanks", "no, tomorrow", "wrong item in the box", "wrong address on the label", "I meant" * 100, "no gracias", "where is it", "nobody was home",
     "no, 10115", "I mean it when I say thanks" * 20],
)  # fmt: skip
def test_it_does_not(text):
    assert not takes_back(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("don't use my messages to learn", "not_learn"),
        ("please do not train your AI with my chats", "not_learn"),
        ("I opt out of you using what I write for training", "not_learn"),
        ("no uses mis mensajes para aprender", "not_learn"),
        ("no quiero que aprendan de mí", "not_learn"),
        ("you can learn from my messages again", "learn"),
        ("podéis aprender de mis mensajes", "learn"),
        ("delete my data", "erase"),
        ("send me a copy of my data", "export"),
        ("do you learn from my messages?", None),
    ],
)
def test_the_wish_about_learning(text, wanted):
    assert wish(text) == wanted


@pytest.mark.parametrize(
    ("text", "instead"),
    [("no " * 99 + "x", "x"), ("ups " * 70 + "x", "x"), ("oh ah no " * 30 + "5x", "5x"), ("sorry x" + " no" * 90, "x")],
)
def test_words_that_are_in_both_languages_are_read_in_one_way_in_a_row(text, instead):
    assert (put_right(text), number_put_right(text)) == (instead, None)  # read in every way it would take years
