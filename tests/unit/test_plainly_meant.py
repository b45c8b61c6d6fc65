"""What is plainly meant: a thing named alone, a day in the past, a return given up, several wishes in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.catalogue import catalogue
from domain.dialogue import CONFIRM, Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from domain.notices import Choice
from nlu.context import in_context, without_ways
from nlu.filling import fill
from nlu.parting import with_parts
from nlu.readers import READERS, Fields
from nlu.readers.missed import missed_visit
from nlu.readers.returns import calls_off
from tests.dialogues import after, asking, current, say
from tests.meanings import heard


def saying(text: str, *intents: tuple[str, float], **words: str) -> Meaning:
    """An unsure meaning with its values, by kind, where they stand."""
    found = tuple(
        Entity(kind, word, text.index(word), text.index(word) + len(word), word) for kind, word in words.items()
    )
    return Meaning(text, intents, found, "hand", unsure=True)


def test_a_thing_named_alone_is_looked_up_as_its_number_is():
    named = replace(saying("the chair please", ("inform", 1.0), product="chair"), unsure=False)
    step = say(Dialogue(), Heard(named))
    assert (current(step).command, current(step).slots["about_product"]) == ("TrackOrder", "chair")


@pytest.mark.parametrize("text", ["chair to friday please", "la chair mejor friday"])
def test_a_thing_named_with_a_day_is_moved(text):
    said = saying(text, ("inform", 1.0), ("reschedule_delivery", 0.7), product="chair", date="friday")
    assert current(say(Dialogue(), Heard(replace(said, unsure=False)))).command == "RescheduleOrder"


def test_a_thing_with_a_day_is_not_moved_where_that_is_not_likely():
    said = saying("chair, friday", ("inform", 1.0), ("track_order", 0.7), product="chair", date="friday")
    assert say(Dialogue(), Heard(replace(said, unsure=False))).said == "puzzled"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("who signed for the boots? i wasnt home saturday", "saturday"),
        ("saturday nobody was home, who took it", "saturday"),
        ("we were out on saturday", "saturday"),
        ("no estaba en casa el sábado", "sábado"),
        ("el sábado no había nadie en casa", "sábado"),
    ],
)
def test_a_day_on_which_nobody_was_there_is_none_to_come_on(text, day):
    meant = in_context(saying(text, ("proof_of_delivery", 0.6), date=day), catalogue(Role.CUSTOMER))
    assert not meant.entities


@pytest.mark.parametrize(
    "text", ["i am out on saturday", "i was hoping for saturday", "i was thinking saturday morning"]
)
def test_a_day_on_which_nobody_is_there_yet_is_spoken_of(text):
    meant = in_context(saying(text, ("reschedule_delivery", 0.6), date="saturday"), catalogue(Role.CUSTOMER))
    assert [each.value for each in meant.entities] == ["saturday"]


@pytest.mark.parametrize(
    "text",
    [
        "found your card, so I missed the blender",
        "sorry, i wasn't in when your driver came",
        "when he called we were out",
        "you left us a card",
        "i missed the delivery this morning",
        "no estaba en casa cuando vino el repartidor",
        "me he perdido la entrega",
        "encontré vuestro aviso en el buzón",
    ],
)
def test_who_was_not_there_wants_another_day(text):
    assert current(say(Dialogue(), Heard(saying(text, ("report_problem", 0.6))))).command == "RescheduleOrder"


@pytest.mark.parametrize(
    "text",
    [
        "i missed the return window",
        "i missed your call",
        "i have a card",
        "i got your card in the mail",
        "i missed you guys, great service",
        "i wasn't home when you came, who took it?",
        "you left a card and it says it is with the neighbour",
        "i was out when the driver came and now it is broken",
        "nobody was in when he came so he left it in the rain",
        "can i pay by card",
    ],
)
def test_what_else_is_said_of_a_visit_is_no_missed_one(text):
    assert not missed_visit(text)


@pytest.mark.parametrize(
    "text",
    [
        "no no sorry!! the GRINDER, the kettle i want",
        "no, the GRINDER. I need the kettle",
        "no, GRINDER! the kettle stays",
        "no perdón, el GRINDER, el kettle lo quiero",
        "no! it stays, i meant the GRINDER",
    ],
)
def test_of_two_orders_the_one_that_is_not_wanted_is_cancelled(text):
    words = [word for word in ("GRINDER", "kettle") if word in text]
    named = tuple(Entity("product", word, text.index(word), text.index(word) + len(word), word) for word in words)
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001", about_product="kettle")
    frame = current(say(waiting, Heard(Meaning(text, (("start_return", 0.4),), named, unsure=True))))
    assert (frame.command, frame.confirmed, frame.slots["about_product"]) == ("CancelOrder", False, "GRINDER")


@pytest.mark.parametrize(
    "text", ["no, i want the kettle and the grinder", "no, the kettle i want", "no! i meant where is the grinder"]
)
def test_a_no_to_both_cancels_none(text):
    words = [word for word in ("kettle", "grinder") if word in text]
    named = tuple(Entity("product", word, text.index(word), text.index(word) + len(word), word) for word in words)
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001", about_product="kettle")
    assert say(waiting, Heard(Meaning(text, (("deny", 0.4),), named, unsure=True))).said == "kept"


@pytest.mark.parametrize(
    "text",
    [
        "hmm wait do i get more if i take credit?",
        "if i take credit is it more?",
        "espera, ¿con el vale me dan más?",
        "would I get more with credit",
    ],
)
def test_a_question_about_what_is_offered_chooses_nothing(text):
    slots = {"return_number": "RET-1", "resolution": "credit"}
    offered = Choice(label="choice.resolve_credit", command="ChooseResolution", slots=slots)
    step = say(Dialogue(steps=(offered,), about_return="RET-1"), heard(text, "return_policy"))
    assert current(step).command == "AskReturnPolicy"


@pytest.mark.parametrize("text", ["can i have credit instead?", "wait, then credit", "ok credit"])
def test_a_wish_for_what_is_offered_chooses_it(text):
    slots = {"return_number": "RET-1", "resolution": "credit"}
    offered = Choice(label="choice.resolve_credit", command="ChooseResolution", slots=slots)
    step = say(Dialogue(steps=(offered,), about_return="RET-1"), heard(text, "return_policy"))
    assert current(step).command == "ChooseResolution"


@pytest.mark.parametrize(
    ("text", "thing", "is_way"),
    [
        ("la mando yo por correo, enviadme la etiqueta", "correo", True),
        ("i'd rather send it by post", "post", True),
        ("i bring the kettle to the shop", "kettle", False),
        ("recoged la chaqueta", "chaqueta", False),
    ],
)
def test_what_names_the_way_back_is_no_thing(text, thing, is_way):
    at = text.index(thing)
    said = Meaning(text, (("start_return", 0.4),), (Entity("product", thing, at, at + len(thing), thing),))
    assert bool(without_ways(Dialogue(about_return="RET-1"), said).entities) is not is_way
    assert without_ways(Dialogue(), said) == said


def test_a_thing_among_other_words_is_not():
    step = say(Dialogue(), Heard(saying("the chair is nice", ("inform", 1.0), product="chair")))
    assert step.dialogue.current is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the fan you brought on friday is dead", "friday"),
        ("the one that came last tuesday won't start", "tuesday"),
        ("la estufa q me trajisteis el lunes no va", "lunes"),
        ("la que nos dejaron el martes no arranca", "martes"),
    ],
)
def test_nothing_is_moved_to_a_day_on_which_it_came(text, day):
    said = saying(text, ("reschedule_delivery", 0.4), ("report_problem", 0.3), date=day)
    meant = in_context(said, catalogue(Role.CUSTOMER))
    assert (meant.intent, meant.entities) == ("report_problem", ())


@pytest.mark.parametrize(
    ("text", "day"), [("you came today but bring it friday", "friday"), ("bring it on friday", "friday")]
)
def test_a_day_that_is_wished_for_is_kept(text, day):
    said = saying(text, ("reschedule_delivery", 0.7), date=day)
    assert [each.value for each in in_context(said, catalogue(Role.CUSTOMER)).entities] == [day]


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("nobody needs to come friday, please cancel the return", True),
        ("no vengáis el lunes, anulad la devolución", True),
        ("forget about the return, we like it", True),
        ("don't cancel the return", False),
        ("can I still cancel the return?", False),
        ("cancel the order", False),
    ],
)
def test_a_return_is_given_up_by_its_name_whatever_day_is_named(text, off):
    assert calls_off(text) is off
    meant = in_context(saying(text, ("reschedule_delivery", 0.9)), catalogue(Role.CUSTOMER))
    assert (meant.intent == "cancel_order") is off


@pytest.mark.parametrize(
    "text", ["day and time can stay the same", "the date stays the same", "el día y la hora siguen igual"]
)
def test_that_the_time_stays_moves_nothing(text):
    assert say(Dialogue(focus="RM-1001"), heard(text, "reschedule_delivery", 0.97)).said == "dropped"


def test_an_apology_with_a_day_right_after_one_was_settled_is_not_asked_about():
    done = after("RescheduleOrder", order="RM-1001", day="2026-05-07")
    said = saying(
        "sorry for the fuss, mondays are hard", ("reschedule_delivery", 0.5), ("rate_delivery", 0.4), date="mondays"
    )
    assert say(done, Heard(said)).said == "puzzled"


def test_the_state_of_what_was_sent_back_is_no_new_wish():
    talked = Dialogue(about_return="RET-1001")
    said = saying("but it was never opened!", ("report_problem", 0.5), ("start_return", 0.4))
    assert say(talked, Heard(said)).said == "puzzled"


def test_a_wish_about_an_order_is_no_answer_to_a_question_that_knows_of_none():
    said = replace(
        saying("lovely lamp, 5 points for RM-1002", ("rate_delivery", 0.7), product="lamp", order_number="RM-1002"),
        unsure=False,
    )
    assert current(say(asking("CheckStock", "product"), Heard(said))).command == "RateDelivery"


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("no sorry, wrong number. Torstraße 89, 10119 Berlin", "Torstraße 89"),
        ("my mistake. Torstr. 9, 10119 Berlin", "Torstr. 9"),
        ("perdón, me he equivocado. Calle Mayor 4, 28001 Madrid", "Calle Mayor 4"),
        ("Dr. Karl Str. 5, 10119 Berlin", "Dr. Karl Str. 5"),
    ],
)
def test_what_is_said_before_a_street_is_none_of_it(text, street):
    found = READERS["address"](text, None)
    assert isinstance(found, Fields)
    assert found.values["street"] == street


@pytest.mark.parametrize(
    "text",
    ["theres a gate, code is 4711", "there is a side door, the code is 4711", "hay una verja, el código es 4711"],
)
def test_what_a_code_opens_is_no_note_of_its_own(text):
    wishes = READERS["wishes"](text, None)
    assert list(wishes) == ["code"]
    assert "4711" in wishes["code"]
    assert READERS["note"](text, None) is None


@pytest.mark.parametrize("text", ["I want none at all any more", "no quiero ninguno"])
def test_none_at_all_are_no_messages(text):
    assert READERS["messages_on"](text, None) is False


#: By words of a sentence, what an engine would take them for, and how sure it would be.
_KNOWN = {
    "cancel RM-1001": ("cancel_order", 0.99, ("order_number", "RM-1001")),
    "stop the messages": ("notification_settings", 0.99, None),
    "where my kettle is": ("track_order", 0.99, ("product", "kettle")),
    "I like the kettle": ("track_order", 0.7, ("product", "kettle")),
    "cancel the kettle": ("cancel_order", 0.99, ("product", "kettle")),
}


def parse(text: str) -> Meaning:
    found = [known for words, known in _KNOWN.items() if words in text]
    named = [each[2] for each in found if each[2] is not None]
    values = [Entity(kind, v, text.index(v), text.index(v) + len(v), v) for kind, v in named]
    intents = tuple(each[:2] for each in found) or (("inform", 1.0),)
    return Meaning(text, intents, tuple(values), "hand")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("three things: cancel RM-1001, stop the messages, and tell me where my kettle is", ["cancel_order", "notification_settings", "track_order"]),
        ("cancel RM-1001 and stop the messages", ["cancel_order", "notification_settings"]),
        ("cancel RM-1001, I like the kettle", []),
        ("cancel RM-1001, cancel the kettle", []),
    ],
)  # fmt: skip
def test_several_wishes_of_one_sentence_are_each_very_sure_and_different(text, wishes):
    said = with_parts(parse(text), "customer", parse)
    assert [each.intent for each in said.parts] == wishes
    if wishes:
        frames = fill(Dialogue(), Heard(said), catalogue(Role.CUSTOMER), "new").dialogue.frames
        assert len(frames) == len(wishes)
