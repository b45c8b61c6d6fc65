"""What is read out of the words of somebody who sends something back."""

from __future__ import annotations

import pytest

from domain.dialogue import Dialogue
from nlu.readers import READERS, returning
from nlu.readers.returns import sends_back
from tests.dialogues import asking, current, say
from tests.meanings import heard


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("the kettle leaks, I want my money back", "defective"),
        ("it stopped working", "defective"),
        ("arrived broken", "damaged"),
        ("the vase has a crack", "damaged"),
        ("you sent me the wrong colour", "wrong_item"),
        ("not the colour on the website", "not_as_described"),
        ("half a size too small", "does_not_fit"),
        ("came after the wedding", "too_late"),
        ("I got it twice", "duplicate"),
        ("changed my mind", "changed_mind"),
        ("found it cheaper elsewhere", "changed_mind"),
        ("nothing wrong with it, it just doesn't suit the hallway", "changed_mind"),
        ("my printer is broken, so no label", None),
        ("there is a broken plastic part", "defective"),
        ("se ha roto el plástico del asa", "defective"),
        ("tiene roto el pie", "defective"),
        ("the doorbell is broken", "defective"),
        ("me he roto el pie", None),
        ("I want to return something", None),
    ],
)
def test_why(said, reason):
    assert READERS["return_reason"](said, None) == reason


@pytest.mark.parametrize(
    ("said", "opened"),
    [
        ("Está sin abrir, ni he roto el precinto", False), ("el precinto está intacto", False), ("haven't even broken the seal", False),
        ("ya le quité el plástico", True), ("I broke the seal", True), ("llegó con el precinto roto", None),
        ("still sealed", False), ("never used it", False), ("I opened the box", True), ("tried it once", None),
        ("I tried to cancel", None), ("I have already used it", True), ("he roto el precinto", True), ("they ripped the packaging off", True),
        ("it has broken plastic inside", None), ("it arrived and had torn packaging", None), ("it just broke the plastic clip", None),
        ("venía roto el precinto", None), ("tiene roto el plástico de la tapa", None), ("se ha roto el plástico del asa", None),
    ],
)  # fmt: skip
def test_whether_it_was_opened(said, opened):
    assert READERS["opened"](said, None) is opened


@pytest.mark.parametrize(
    ("said", "wanted", "instead"),
    [
        ("money back please", "refund", None),
        ("swap it for a blue one", "exchange", "blue one"),
        ("no replacement, I want my money back", "refund", None),
        ("store credit is fine", "credit", None),
        ("can you repair it", "repair", None),
        ("exchange it for a new one", "exchange", None),
    ],
)
def test_what_is_wanted_for_it(said, wanted, instead):
    assert READERS["resolution"](said, None) == wanted
    assert READERS["exchanged_for"](said, None) == instead


def test_how_many_of_what():
    assert READERS["counted"]("2 of the mugs and one kettle from RM-10482", None) == {"mugs": 2, "kettle from": 1}
    assert READERS["returned_quantity"]("both of them", None) == 2
    assert READERS["returned_products"]("the kettle and 2 mugs", None) == ["kettle", "mugs"]


@pytest.mark.parametrize(
    ("said", "gift"),
    [("it was a gift", True), ("a present from my aunt", True), ("I bought it as a gift for my mother", None)],
)
def test_whether_it_was_given(said, gift):
    assert READERS["was_gift"](said, None) is gift


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("the toaster is broken and the kettle i don't like", ["defective", "changed_mind"]),
        ("the iron, its too heavy and the power bank, arrived broken", ["does_not_fit", "damaged"]),
        ("the kettle and the toaster are broken", None),
        ("the kettle is too small, too heavy", None),
    ],
)
def test_what_is_said_of_several_is_told_apart(text, reasons):
    told = READERS["told_apart"](text, None)
    assert (None if told is None else [each["reason"] for each in told.values()]) == reasons


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("it worked fine for two days and now it just doesn't get hot anymore", "defective"),
        ("it has gone cold", "defective"),
        ("they are too little for my foot", "does_not_fit"),
        ("the shoes hurt my toes", "does_not_fit"),
        ("the box was open when it came", "damaged"),
        ("yes, the box is open, we tried them on", None),
        ("I don't have pictures", None),
        ("no tengo foto", None),
        ("no es como en las fotos", "not_as_described"),
        ("looks nothing like the picture", "not_as_described"),
        ("the colour differs from the photos", "not_as_described"),
        ("it is not possible for me to take a photo", None),
        ("No dispongo de foto alguna.", None),
        ("no tengo cómo hacer una foto", None),
    ],
)
def test_why_it_comes_back_as_people_say_it(text, reason):
    assert returning.reason(text) == reason


def test_shoes_are_changed_for_another_size():
    assert returning.resolution("I want to change them for one number more big") == "exchange"
    assert returning.exchanged_for("I want to change them for one number more big") == "one number more big"


def test_who_walked_in_them_has_opened_them():
    assert returning.opened("I was walking with them one evening, so yes the box is open") is True


@pytest.mark.parametrize(
    "text",
    [
        "it does not fit i want to return it",
        "i dont like it want to return it",
        "this is not what i ordered return it please",
        "it is not working so i am sending it back",
        "no i want to send it back",
        "no me gusta quiero devolverlo",
        "no me vale quiero devolverla",
        "no lo quiero voy a devolverlo",
        "no funciona así que lo devuelvo",
        "olvidé devolverlo",
        "never worn, can they go back?",
        "one of them is too many, that one should go back to you",
    ],
)
def test_a_wish_after_a_no_sends_it_back(text):
    assert sends_back(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "i do not really want to send it back",
        "i don't think i want to return it",
        "i am not interested in returning it",
        "no hace falta devolverlo",
        "ya no la quiero devolver",
        "no creo que quiera devolverlo",
        "no lo devuelvo",
    ],
)
def test_a_wish_that_is_denied_sends_nothing_back(text):
    assert sends_back(text) is False


@pytest.mark.parametrize("text", ["can we go back to friday", "it goes back on at 6", "let's go back"])
def test_who_goes_back_to_something_sends_nothing_back(text):
    assert sends_back(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "yours are unopened, can they go back? refund please",
        "can I return these? I'd like my money back",
        "¿se puede devolver? quiero un vale",
    ],
)
def test_what_is_wanted_beside_a_question_sends_it_back(text):
    assert returning.wants_resolution(text)
    assert current(say(Dialogue(), heard(text, "return_policy", 0.8))).command == "StartReturn"


@pytest.mark.parametrize(
    "text",
    [
        "do you refund opened goods please?",
        "tell me the rules for refunds please",
        "please, how long does a refund take",
        "info about exchanges please",
        "quiero información sobre reembolsos",
        "please explain when I get credit",
        "what do I get, refund or credit?",
        "quiero saber si me dais el dinero",
    ],
)
def test_who_only_asks_what_holds_wants_nothing_back(text):
    assert not returning.wants_resolution(text)


@pytest.mark.parametrize(
    "text", ["I broke my foot, come and collect them", "my car broke down", "me he roto el pie", "el coche se ha roto"]
)
def test_a_bone_or_a_car_that_broke_is_no_reason(text):
    assert returning.reason(text) is None


@pytest.mark.parametrize("text", ["the handle broke", "it broke in my hand", "se rompió el asa"])
def test_what_broke_itself_is_one(text):
    assert returning.reason(text) == "defective"


@pytest.mark.parametrize(
    "text",
    ["give me back my money", "give back the money", "me podéis devolver mi dinero", "give us back what we paid"],
)
def test_money_is_no_goods_that_go_back(text):
    assert sends_back(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm not going to keep it, it is broken",
        "no me lo quedo, está roto",
        "it is broken, I'll keep it in the box until you collect it",
        "I'll keep it short: it is broken",
        "al final me quedan los pantalones pequeños",
        "me lo quedo hasta que lo recojáis, está roto",
    ],
)
def test_what_is_kept_only_so_long_or_not_at_all_still_goes_back(text):
    assert sends_back(text) is None
    step = say(asking("StartReturn", "reason", order="RM-1001", product="Kettle"), heard(text))
    assert step.said != "dropped"
    assert current(step).command == "StartReturn"


@pytest.mark.parametrize("text", ["it is broken but i'll keep it", "roto y todo, al final me lo quedo, no funciona"])
def test_who_says_what_is_wrong_is_not_taken_to_keep_it(text):
    assert say(asking("StartReturn", "reason", order="RM-1001", product="Kettle"), heard(text)).said != "dropped"


@pytest.mark.parametrize(
    "text", ["i changed my mind, I'll keep it", "al final me quedo el hervidor", "we'll keep them"]
)
def test_who_keeps_it_sends_nothing_back(text):
    assert say(asking("StartReturn", "reason", order="RM-1001", product="Kettle"), heard(text)).said == "dropped"
