"""What is kept of a message says nothing of anybody, and can still be learnt from."""

from __future__ import annotations

import pytest

from domain.annotated import annotated, read_annotated
from domain.masking import LONGEST, KnownOf, masked, masked_example
from domain.meaning import Entity

MARIA = KnownOf(("Maria Okafor-Weiß",), ("maria@example.org", "Torstr. 12", "Torstr", "10115", "Berlin"))


def found(text: str, **kinds: str) -> list[Entity]:
    return [
        Entity(kind, words, text.index(words), text.index(words) + len(words), words) for kind, words in kinds.items()
    ]


@pytest.mark.parametrize(
    ("text", "kinds", "kept"),
    [
        ("where is rm 48213??", {"order_number": "rm 48213"}, "where is [RM-10001](order_number)??"),
        ("mail me at m.o@web.de", {"email": "m.o@web.de"}, "mail me at [alex1@example.com](email)"),
        ("call 0171 5551234 pls", {"phone": "0171 5551234"}, "call [+49 30 23125001](phone) pls"),
        ("bring it tomorrow after 5", {"date": "tomorrow", "time_window": "after 5"}, "bring it [tomorrow](date) [after 5](time_window)"),
        ("to 8 Elm Road please", {"address": "8 Elm Road"}, "to [1 Example Street](address) please"),
        ("give route 7 to Ines", {"route": "route 7", "driver": "Ines"}, "give [route 7](route) to [Alex](driver)"),
    ],
    ids=["order", "email", "phone", "harmless", "address", "driver"],
)  # fmt: skip
def test_values_become_made_up_ones_that_are_still_values(text, kinds, kept):
    assert masked(text, found(text, **kinds)) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("MARIA here, maria's parcel", "Alex here, Alex's parcel"),
        ("it is for Okafor", "it is for Alex"),
        ("the password is swordfish", "the password is 1234"),
        ("clave B-12", "clave 1234"),
        ("con mi vecina Lola", "con mi vecina Alex"),
        ("ring at Müller", "ring at Alex"),
        ("vive en C/Mayor 3", "vive en 1 Example Street"),
        ("vivo en Av. de la Paz 3", "vivo en 1 Example Street"),
        ("i live in torstr. 12, berlin", "i live in 1 Example Street, 2 Example Street"),
        ("maria@example.org is mine", "1 Example Street is mine"),
        ("nothing of that", "nothing of that"),
    ],
)
def test_what_is_known_of_whoever_wrote_is_found_however_it_is_written(text, kept):
    assert masked(text, [], MARIA) == kept


@pytest.mark.parametrize(
    "secret",
    [
        "my name is Ngozi Adeyemi and it never came", "hi, this is Ngozi Adeyemi", "me llamo Ngozi Adeyemi", "ask Mr Adeyemi",
        "leave it at 14 Adeyemi Street", "Calle de Adeyemi 14", "in der Adeyemistraße 14", "adeyemi@example.net is my mail",
        "call +44 7700 900267 adeyemi@example.net", "ring me on 07700900267", "the code is B4711x", "PIN 7700 at the door", "el código es 7700",
        "https://shop.example/adeyemi", "look at AdeyemiadeyemiX77001",
    ],
)  # fmt: skip
def test_what_looks_like_somebody_or_opens_something_goes_though_nobody_knows_it(secret):
    kept = masked(secret, []).casefold()
    assert not [part for part in ("ngozi", "adeyemi", "7700", "900267", "4711") if part in kept], kept


@pytest.mark.parametrize(
    "plain",
    ["where is my order", "i am waiting since 2 hours", "can it come on friday the 12th", "I'm not home today", "soy yo otra vez", "it was 39.90 in 2025"],
)  # fmt: skip
def test_other_words_stay_as_they_are(plain):
    assert masked(plain, []) == plain


def test_the_same_value_stays_the_same_and_another_another():
    text = "RM-48213 or RM-48214? RM-48213 i think"
    entities = [Entity("order_number", "", at, at + 8, "") for at in (0, 12, 22)]
    assert (
        masked(text, entities)
        == "[RM-10001](order_number) or [RM-10002](order_number)? [RM-10001](order_number) i think"
    )


def test_nothing_that_people_write_is_read_as_notation():
    kept = masked("see [this](order_number) {x}\nand [that", [])
    assert read_annotated(kept) == ("see (this)(order_number) (x) and (that", ())


def test_a_name_within_free_words_takes_the_mark_from_them():
    text = "Maria was rude"
    assert masked(text, found(text, reason="Maria was rude"), MARIA) == "Alex was rude"


def test_long_messages_are_cut():
    assert len(masked("ab " * 1_000, [])) <= LONGEST


def test_what_a_person_wrote_as_an_example_is_masked_as_well():
    text, spans = read_annotated("is [RM-48213](order_number) for Maria there")
    assert masked_example(text, spans, MARIA) == "is [RM-10001](order_number) for Alex there"


@pytest.mark.parametrize("line", ["", "   ", "where [is](it", 'a [b]{"x": 1}', "[ a](date)", "[a](9)"])
def test_broken_notation_is_refused(line):
    with pytest.raises(ValueError, match=r"example|entity"):
        read_annotated(line)


def test_what_is_annotated_is_read_again():
    line = annotated("where is RM-10001 now", [("order_number", 9, 17)])
    assert line == "where is [RM-10001](order_number) now"
    text, spans = read_annotated(line)
    assert (text, [(s.entity, s.start, s.end) for s in spans]) == ("where is RM-10001 now", [("order_number", 9, 17)])
