"""Filling where something is said besides, let go by its name, or put right while it is asked about."""

from __future__ import annotations

import pytest

from domain.dialogue import CONFIRM, Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from domain.notices import Choice
from nlu.readers import READERS
from tests.dialogues import after, asking, current, say
from tests.meanings import heard


def test_a_language_is_chosen_before_the_rest_is_done():
    rest = Meaning("they should ring me", (("delivery_instructions", 0.9),), speaks="en")
    frames = say(Dialogue(), Heard(rest)).dialogue.frames
    assert [frame.command for frame in frames] == ["InstructDelivery", "ChooseLanguage"]
    assert frames[1].slots == {"language": "en"}


@pytest.mark.parametrize(
    "text", ["seriously? ok never mind the lamp then", "nvm the grinder", "olvida lo de la tostadora"]
)
def test_what_is_let_go_by_its_name_is_dropped(text):
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001")
    step = say(waiting, heard(text, "cancel_order", product="lamp"))
    assert (step.said, step.dialogue.current) == ("dropped", None)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("please leave it at the front door. never mind the dog", "delivery_instructions"),
        ("cancel the kettle. never mind the refund", "cancel_order"),
        ("move the kettle to monday 8-12. never mind the cost", "reschedule_delivery"),
        ("cancela el hervidor. olvida lo del reembolso", "cancel_order"),
    ],
)
def test_what_is_let_go_in_the_end_is_only_what_is_named(text, intent):
    step = say(Dialogue(), heard(text, intent))
    assert (step.said, len(step.dialogue.frames)) == (None, 1)


@pytest.mark.parametrize(
    "text", ["cancel the kettle. never mind", "cancel it. no wait. forget it", "cancélalo. olvídalo"]
)
def test_a_bare_never_mind_in_the_end_lets_all_of_it_go(text):
    assert say(Dialogue(), heard(text, "cancel_order")).said == "dropped"


KEPT = [
    ("not the kettle though!! that one I still want", "kettle"), ("not the kettle though", "kettle"), ("but not my kettle", "kettle"),
    ("the kettle I still need", "kettle"), ("don't cancel the kettle though", "kettle"), ("the kettle can stay", "kettle"),
    ("el hervidor no, ese sí lo quiero", "hervidor"), ("pero el hervidor todavía lo quiero", "hervidor"),
]  # fmt: skip


def of_kettle(text: str, thing: str) -> Heard:
    named = Entity("product", "kettle", text.index(thing), text.index(thing) + len(thing), thing)
    return Heard(Meaning(text, (("check_stock", 0.5), ("cancel_order", 0.4)), (named,), unsure=True))


@pytest.mark.parametrize(("text", "thing"), KEPT)
def test_what_stays_after_another_was_cancelled_is_only_shown(text, thing):
    frame = current(say(after("CancelOrder", order="RM-1001"), of_kettle(text, thing)))
    assert (frame.command, frame.slots["about_product"]) == ("TrackOrder", "kettle")


@pytest.mark.parametrize(("text", "thing"), KEPT[:2])
def test_what_stays_while_nothing_was_cancelled_is_asked_about(text, thing):
    assert current(say(Dialogue(), of_kettle(text, thing))).command != "TrackOrder"


@pytest.mark.parametrize(
    "text", ["I don't need the kettle either", "and the kettle, is it there?", "leave the kettle at the door"]
)
def test_what_is_said_of_another_thing_besides_is_not_that_it_stays(text):
    assert current(say(after("CancelOrder", order="RM-1001"), of_kettle(text, "kettle"))).command != "TrackOrder"


def test_what_stays_for_another_day_is_moved():
    text = "the kettle I do want. wednesday"
    day = Entity("date", "2026-05-06", text.index("wed"), len(text), "wednesday")
    named = Entity("product", "kettle", 4, 10, "kettle")
    said = Meaning(text, (("reschedule_delivery", 0.7),), (named, day))
    assert current(say(after("CancelOrder", order="RM-1001"), Heard(said))).command == "RescheduleOrder"


@pytest.mark.parametrize("text", ["olvidé mi código", "olvidé las llaves", "Olvidé eso", "olvide mi codigo"])
def test_what_somebody_forgot_is_not_let_go(text):
    assert say(Dialogue(), heard(text, "reschedule_delivery")).said is None


@pytest.mark.parametrize("text", ["olvídelo", "olvide eso", "olvide lo de la tostadora", "olvida las llaves"])
def test_what_somebody_says_to_forget_is_let_go(text):
    assert say(Dialogue(), heard(text, "reschedule_delivery")).said == "dropped"


@pytest.mark.parametrize("text", ["never mind the address, change the day", "it doesn't matter which day"])
def test_what_is_let_go_for_something_else_is_not_just_dropped(text):
    assert say(Dialogue(), heard(text, "reschedule_delivery")).said is None


def test_a_day_that_is_bad_for_what_is_named_asks_for_another_one():
    text = "mirror. tuesday is bad"
    day, thing = Entity("date", "2026-05-05", 8, 15, "tuesday"), Entity("product", "Wall mirror", 0, 6, "mirror")
    step = say(
        Dialogue(), Heard(Meaning(text, (("reschedule_delivery", 0.3), ("deny", 0.2)), (thing, day), unsure=True))
    )
    assert (current(step).command, current(step).slots) == ("RescheduleOrder", {"about_product": "Wall mirror"})


def test_an_address_that_is_put_right_is_no_end_of_it():
    waiting = asking("ChangeAddress", CONFIRM, order="RM-1001", street="Torstr. 5", postcode="10119", city="Berlin")
    step = say(waiting, heard("sorry, Torstr. 7", "stop"))
    assert (step.said, current(step).slots["street"]) == (None, "Torstr. 7")
    assert say(waiting, heard("no sorry", "stop")).said == "dropped"


@pytest.mark.parametrize(
    "text",
    [
        "hmm no wait, don't. we do need one. keep it as it is",
        "no, leave it as it is, we want it after all",
        "don't, my husband wants it",
        "mejor no, que al final lo necesitamos",
        "no lo canceles, lo quiero",
    ],
)
def test_a_long_no_to_what_would_be_done_is_a_no(text):
    step = say(asking("CancelOrder", CONFIRM, order="RM-1001"), heard(text, "cancel_order", 0.5))
    assert (step.said, step.dialogue.current) == ("kept", None)


def test_a_no_that_names_another_order_asks_about_that():
    step = say(asking("CancelOrder", CONFIRM, order="RM-1001"), heard("no, RM-1002", "deny", order_number="RM-1002"))
    assert current(step).slots["order"] == "RM-1002"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5 stars! hmm no, make that 4, he was an hour late", 4),
        ("3 stars, no sorry, 5", 5),
        ("4 estrellas, no espera, un 5", 5),
    ],
)
def test_a_score_that_is_taken_back_in_the_same_breath_is_not_meant(text, score):
    stars = Entity("rating", int(text[0]), 0, 7, text[:7])
    step = say(
        asking("RateDelivery", "score", order="RM-1001"), Heard(Meaning(text, (("rate_delivery", 0.9),), (stars,)))
    )
    assert current(step).slots["score"] == score


def test_a_day_that_is_taken_back_in_the_same_breath_is_not_meant():
    text = "friday, no wait, saturday"
    days = tuple(
        Entity("date", day, text.index(said), text.index(said) + len(said), said)
        for said, day in (("friday", "2026-05-08"), ("saturday", "2026-05-09"))
    )
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), Heard(Meaning(text, (("inform", 1.0),), days)))
    assert current(step).slots["day"] == "2026-05-09"


def test_the_day_on_which_somebody_orders_is_not_the_one_it_comes():
    text = "if I order today, when would it be in 10437"
    found = (
        Entity("date", "2026-05-04", text.index("today"), text.index("today") + 5, "today"),
        Entity("postcode", "10437", text.index("10437"), len(text), "10437"),
    )
    step = say(Dialogue(), Heard(Meaning(text, (("delivery_promise", 0.95),), found)))
    assert (current(step).slots["postcode"], current(step).slots.get("day")) == ("10437", None)


@pytest.mark.parametrize(
    ("text", "second", "command"),
    [
        ("great. could the driver give him a ring before he comes up?", "delivery_instructions", "InstructDelivery"),
        ("lovely, thank you all", "delivery_instructions", "RateDelivery"),
    ],
)
def test_praise_before_a_wish_for_the_driver_is_no_rating(text, second, command):
    likely = Meaning(text, (("rate_delivery", 0.66), (second, 0.3)))
    assert current(say(Dialogue(), Heard(likely))).command == command


def test_all_products_of_a_wish_are_meant_but_those_that_are_not():
    text = "cancel the lamp and the blender, not the mirror"
    things = tuple(
        Entity("product", name, text.index(name), text.index(name) + len(name), name)
        for name in ("lamp", "blender", "mirror")
    )
    step = say(Dialogue(), Heard(Meaning(text, (("cancel_order", 0.95),), things)))
    assert current(step).slots["things"] == ["lamp", "blender"]


def naming(text, intent, *names):
    """A wish in which these products stand."""
    places = sorted((text.index(name), name) for name in names)
    things = tuple(Entity("product", name, start, start + len(name), name) for start, name in places)
    return Heard(Meaning(text, ((intent, 0.95),), things))


@pytest.mark.parametrize(
    "text",
    [
        "cancel the kettle and the grinder",
        "cancel my kettle as well as my grinder please",
        "the kettle, the grinder: cancel them",
        "can the kettle and the grinder be cancelled",
        "i don't need the kettle and the grinder any more",
        "the lamp not, the kettle and the grinder",
    ],
)
def test_things_named_in_one_breath_are_all_meant(text):
    names = [name for name in ("lamp", "kettle", "grinder") if name in text]
    step = say(Dialogue(), naming(text, "cancel_order", *names))
    assert current(step).slots["things"] == ["kettle", "grinder"]


@pytest.mark.parametrize("text", ["cancela el hervidor y el molinillo", "quiero cancelar mi hervidor, mi molinillo"])
def test_things_named_in_one_breath_are_all_meant_in_spanish(text):
    step = say(Dialogue(), naming(text, "cancel_order", "hervidor", "molinillo"))
    assert current(step).slots["things"] == ["hervidor", "molinillo"]


@pytest.mark.parametrize(
    "text",
    [
        "move the kettle to friday, leave the grinder as it is",
        "move the kettle to friday, the grinder can stay as it is",
        "leave the grinder as it is, move the kettle to friday",
        "the grinder stays, move the kettle to friday",
        "don't move the grinder, move the kettle",
        "cancel the kettle but keep the grinder",
        "keep the grinder and cancel the kettle",
        "cancel the kettle, I still want the grinder",
        "cancel the kettle. the grinder should still come",
        "cancel the kettle and the grinder can stay",
        "cancel the kettle and the grinder is late",
        "the grinder and the mugs stay, cancel the kettle",
    ],
)
@pytest.mark.parametrize("intent", ["cancel_order", "reschedule_delivery"])
def test_nothing_becomes_of_a_thing_that_shall_stay(text, intent):
    names = [name for name in ("kettle", "grinder", "mugs") if name in text]
    slots = current(say(Dialogue(), naming(text, intent, *names))).slots
    assert (slots["about_product"], slots.get("things")) == ("kettle", None)


@pytest.mark.parametrize(
    "text",
    [
        "cancela el hervidor pero deja el molinillo",
        "deja el molinillo como está, cancela el hervidor",
        "cancela el hervidor, el molinillo se queda",
        "cancela el hervidor, el molinillo lo quiero",
        "quiero quedarme con el molinillo, cancela el hervidor",
        "no canceles el molinillo, cancela el hervidor",
    ],
)
def test_nothing_becomes_of_a_thing_that_shall_stay_in_spanish(text):
    slots = current(say(Dialogue(), naming(text, "cancel_order", "hervidor", "molinillo"))).slots
    assert (slots["about_product"], slots.get("things")) == ("hervidor", None)


def test_what_is_left_at_a_place_does_not_stay():
    text = "leave the kettle at the door and the grinder with the neighbour"
    slots = current(say(Dialogue(), naming(text, "delivery_instructions", "kettle", "grinder"))).slots
    assert slots["about_product"] == "kettle"


def test_a_word_that_only_one_option_has_picks_it():
    names = ("Kettle", "Espresso grinder")
    options = tuple(
        Choice(label="choice.order", values={"items": [{"name": name}]}, slots={"order": f"RM-100{n}"})
        for n, name in enumerate(names, 1)
    )
    waiting = asking("TrackOrder", "order", options)
    assert current(say(waiting, heard("the coffee grinder"))).slots["order"] == "RM-1002"
    assert current(say(waiting, heard("the one for coffee"))).slots.get("order") is None


@pytest.mark.parametrize(
    "text", ["ok fine I'll keep the lamp then. the mirror stays as it is too", "leave it as it is", "déjalo como está"]
)
def test_what_stays_as_it_is_is_no_wish(text):
    likely = Meaning(text, (("cancel_order", 0.5), ("start_return", 0.3)), unsure=True)
    assert say(Dialogue(focus="RM-1001"), Heard(likely)).said == "dropped"


@pytest.mark.parametrize(
    ("text", "intent", "command"),
    [
        ("i'll take the shift", "start_shift", "StartShift"),
        ("i'll keep the shift", "start_shift", "StartShift"),
        ("i'll take the return", "collected_return", "CollectReturn"),
    ],
)
def test_what_a_driver_takes_is_done(text, intent, command):
    assert current(say(Dialogue(), heard(text, intent), Role.DRIVER)).command == command


@pytest.mark.parametrize(
    ("text", "intent", "command"),
    [
        ("i'll take the friday slot", "reschedule_delivery", "RescheduleOrder"),
        ("keep the kettle like that", "delivery_instructions", "InstructDelivery"),
    ],
)
def test_a_sure_wish_of_a_customer_is_no_leaving_it(text, intent, command):
    assert current(say(Dialogue(focus="RM-1001"), heard(text, intent))).command == command


def test_what_stays_with_whoever_sends_it_back_gives_the_return_up():
    text = "actually I'll keep it"
    step = say(
        Dialogue(
            about_return="RET-1001",
            steps=(Choice(label="x", command="CancelReturn", slots={"return_number": "RET-1001"}),),
        ),
        heard(text, "cancel_order", 0.5),
    )
    assert (current(step).command, current(step).slots) == ("CancelReturn", {"return_number": "RET-1001"})


@pytest.mark.parametrize(
    ("text", "like"),
    [
        (
            "the same day and time as the kettle please",
            {"thing": "kettle", "day": True, "time": True, "if_open": False},
        ),
        ("friday as well, together with the mirror", {"thing": "mirror", "day": True, "time": True, "if_open": True}),
        ("a la misma hora que la tostadora", {"thing": "tostadora", "day": False, "time": True, "if_open": False}),
        ("at the same time", None),
    ],
)
def test_what_something_shall_come_with(text, like):
    assert READERS["like"](text, None) == like


def test_what_something_shall_come_with_is_not_what_is_moved():
    text = "the grinder on the same day as the kettle"
    things = tuple(
        Entity("product", name, text.index(name), text.index(name) + len(name), name) for name in ("grinder", "kettle")
    )
    slots = current(say(Dialogue(), Heard(Meaning(text, (("reschedule_delivery", 0.9),), things)))).slots
    assert (slots["about_product"], slots["like"]["thing"], slots.get("things")) == ("grinder", "kettle", None)


@pytest.mark.parametrize(
    "text",
    [
        "on wednesday nobody is home, move it",
        "i can't do wednesday, another day please",
        "el wednesday no hay nadie en casa",
    ],
)
def test_a_day_that_does_not_suit_is_not_the_one_it_is_moved_to(text):
    at = text.index("wednesday")
    day = Entity("date", "2026-05-06", at, at + 9, "wednesday")
    step = say(Dialogue(focus="RM-1001"), Heard(Meaning(text, (("reschedule_delivery", 0.95),), (day,))))
    assert (current(step).command, current(step).slots.get("day")) == ("RescheduleOrder", None)


def test_a_question_why_not_on_a_day_asks_for_that_day():
    text = "can't you come on wednesday"
    day = Entity("date", "2026-05-06", text.index("wed"), len(text), "wednesday")
    step = say(Dialogue(focus="RM-1001"), Heard(Meaning(text, (("reschedule_delivery", 0.95),), (day,))))
    assert current(step).slots["day"] == "2026-05-06"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("quiero otra igual, no el dinero", None),
        ("money back please", None),
        ("fotos no tengo", None),
        ("the replacement filter", ["replacement filter"]),
        ("the kettle and the mugs", ["kettle", "mugs"]),
    ],
)
def test_what_is_wanted_for_it_is_no_name_of_a_product(text, names):
    assert READERS["returned_products"](text, None) == names


def test_of_several_things_the_one_in_the_catalogue_is_meant():
    text = "so I can write it in my calendar, when does the kettle come"
    things = tuple(
        Entity("product", name, text.index(name), text.index(name) + len(name), name, sure)
        for name, sure in (("calendar", 0.7), ("kettle", 1.0))
    )
    step = say(Dialogue(), Heard(Meaning(text, (("track_order", 0.94),), things)))
    assert current(step).slots["about_product"] == "kettle"


def test_why_a_language_is_wished_for_is_no_wish():
    why = Meaning("my friend is reading along", (("change_address", 0.5),), speaks="en")
    assert [frame.command for frame in say(Dialogue(), Heard(why)).dialogue.frames] == ["ChooseLanguage"]


def test_what_does_not_go_back_is_not_asked_about():
    text = "no no la quiero devolver, solo que lo sepáis"
    step = say(Dialogue(focus="RM-1001"), heard(text, "start_return", 0.8))
    assert (step.said, step.dialogue.current) == ("dropped", None)


def test_a_time_at_which_somebody_has_to_be_elsewhere_is_not_meant():
    text = "actually make it the afternoon, got practice in the evening"
    times = tuple(
        Entity("time_window", window, text.index(said), text.index(said) + len(said), said)
        for said, window in (("afternoon", "12:00-18:00"), ("evening", "17:00-21:00"))
    )
    done = after("RescheduleOrder", order="RM-1001", day="2026-05-05", window="16:00-20:00")
    step = say(done, Heard(Meaning(text, (("reschedule_delivery", 0.9),), times)))
    assert current(step).slots["window"] == "12:00-18:00"


@pytest.mark.parametrize("text", ["it does not fit i want to return it", "no me gusta quiero devolverlo"])
def test_what_does_not_suit_and_goes_back_is_returned(text):
    assert current(say(Dialogue(focus="RM-1001"), heard(text, "start_return", 0.8))).command == "StartReturn"


def test_a_sure_wish_to_return_is_not_read_as_a_no():
    text = "this does not work, not worth returning it but please do"
    assert current(say(Dialogue(focus="RM-1001"), heard(text, "start_return", 0.95))).command == "StartReturn"


def test_money_that_is_wanted_back_is_no_return_of_goods():
    step = say(Dialogue(focus="RM-1001"), heard("changed my mind, give me back my money", "cancel_order", 0.7))
    assert current(step).command == "CancelOrder"


@pytest.mark.parametrize(
    "text",
    [
        "Ah, never mind, I have not the papers with me", "oh never mind, forget it, they're twice the price there",
        "nvm, my husband found it", "olvídalo, ya lo encontré",
    ],
)  # fmt: skip
def test_what_is_let_go_with_the_reason_is_let_go(text):
    asked = asking("TrackOrder", "fact", order="RM-1001")
    found = Heard(Meaning(text, (("privacy_request", 0.43), ("stop", 0.39)), unsure=True))
    assert (say(asked, found).said, say(asked, found).dialogue.frames) == ("dropped", ())


@pytest.mark.parametrize(
    "text", ["never mind, cancel it", "never mind, where is it?", "nvm, bring it later", "olvídalo, cancélalo", "nunca olvidé nada, es mío"]
)  # fmt: skip
def test_what_is_rather_wished_for_is_not_let_go(text):
    found = Heard(Meaning(text, (("cancel_order", 0.74), ("stop", 0.26))))
    assert current(say(Dialogue(), found)).command == "CancelOrder"
