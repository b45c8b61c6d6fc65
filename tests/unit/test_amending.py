"""What was said or done just now is put right: the same once more, with what is otherwise now."""

from __future__ import annotations

import pytest

from domain.dialogue import CONFIRM, FACT, Frame, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from nlu.readers.corrections import PutRight, number_put_right, put_right
from tests.dialogues import after, asking, current, say
from tests.meanings import heard

ORDER = "RM-10017"
THURSDAY = {"order": ORDER, "day": "2026-05-07", "window": "08:00-12:00"}


# What the words say


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no sry friday. still morning", "friday. still morning"),
        ("actually make it 5, he was nice", "5, he was nice"),
        ("wait no, with the neighbour instead", "with the neighbour"),
        ("perdón, mejor el jueves", "jueves"),
        ("no espera, que sea por la tarde", "por la tarde"),
        ("friday instead please", "friday"),
        ("el viernes quise decir", "viernes"),
    ],
)
def test_what_is_meant_instead(text, meant):
    assert put_right(text) == meant


@pytest.mark.parametrize("text", ["friday please", "can you come on friday", "el viernes por la tarde", "not again"])
def test_what_puts_nothing_right(text):
    assert put_right(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("typo!! 7781", PutRight("7781", None, surely=True)),
        ("*7781", PutRight("7781", None, surely=True)),
        ("sorry 10018 i mean", PutRight("10018", None, surely=True)),
        ("oops, wrong number: RM-10018", PutRight("10018", None, surely=True)),
        ("code is 7781 not 7718", PutRight("7781", "7718", surely=True)),
        ("not 45, 54", PutRight("54", "45", surely=True)),
        ("sorry typo, its 7781. gate code 7781 not 7718", PutRight("7781", "7718", surely=True)),
        ("perdón errata, es 7781. código 7781, no 7718", PutRight("7781", "7718", surely=True)),
        ("oops, the door code is 7781", PutRight("7781", None, surely=False)),
        ("sorry, 7781", PutRight("7781", None, surely=False)),
        ("me equivoqué, es 7781", PutRight("7781", None, surely=True)),
        ("digo 7781", PutRight("7781", None, surely=True)),
        ("no, es el 7781 y no el 7718", PutRight("7781", "7718", surely=True)),
        ("perdón, 7781", PutRight("7781", None, surely=False)),
        ("sorry typo, 48213 km", PutRight("48213", None, surely=True)),
        ("perdón, perdón, 2508, que sin gafas no veo nada", PutRight("2508", None, surely=False)),
        ("oops 2508, i can't read my own writing", PutRight("2508", None, surely=False)),
    ],
)
def test_a_number_that_is_put_right(text, number):
    assert number_put_right(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "7781",
        "10115!!",
        "it's 7781",
        "sorry, it's for 4 people",
        "sorry i am late. 7781",
        "my door is 7781 steps up, sorry",
        "typo",
        "el 7781",
    ],
)
def test_a_number_that_puts_nothing_right(text):
    assert number_put_right(text) is None


# A number that was mistyped


@pytest.mark.parametrize(
    "text", ["typo!! 7781", "*7781", "sorry, 7781", "perdón, 7781", "digo 7781", "no, 7781 not 7718"]
)
def test_a_code_is_put_right_after_it_was_noted(text):
    step = say(
        after("InstructDelivery", order=ORDER, wishes={"code": "7718 at the gate"}), heard(text, "change_address")
    )
    assert current(step).command == "InstructDelivery"
    assert current(step).slots == {"order": ORDER, "wishes": {"code": "7781 at the gate"}}


def test_a_code_is_put_right_though_a_question_for_the_day_came_back():
    waiting = Frame(id="w", command="RescheduleOrder", slots={"order": ORDER}, asking="window", came_back=True)
    done = after("InstructDelivery", order=ORDER, wishes={"code": "gate code is 4477"}).model_copy(
        update={"frames": (waiting,)}
    )
    frame = current(say(done, heard("sry 4747", "change_address")))
    assert (frame.command, frame.slots["wishes"]) == ("InstructDelivery", {"code": "gate code is 4747"})


def test_a_score_is_put_right():
    step = say(after("RateDelivery", order=ORDER, score=3), heard("*5", "inform"))
    assert current(step).slots == {"order": ORDER, "score": 5}


def test_a_house_number_is_put_right_and_asked_about_again():
    done = after("ChangeAddress", order=ORDER, street="Torstr. 45", postcode="10119", city="Berlin", place="52.5,13.4")
    frame = current(say(done, heard("typo, 54")))
    assert (frame.slots["street"], frame.slots.get("place"), frame.confirmed) == ("Torstr. 54", None, False)


@pytest.mark.parametrize("text", ["sorry 10018 i mean", "*10018", "typo: RM-10018", "perdón, 10018 quise decir"])
def test_an_order_number_is_put_right_while_its_proof_is_asked_for(text):
    step = say(asking("TrackOrder", FACT, order=ORDER), heard(text, "out_of_scope", order_number="RM-10018"))
    assert current(step).slots == {"order": "RM-10018"}


def test_a_proof_that_was_wrong_is_what_is_put_right():
    step = say(asking("TrackOrder", FACT, refused="10116", order=ORDER), heard("typo, 10115", order_number="RM-10115"))
    assert current(step).slots == {"order": ORDER, FACT: "10115"}


def test_sorry_before_a_proof_is_only_polite():
    step = say(asking("TrackOrder", FACT, order=ORDER), heard("sorry, 10115"))
    assert current(step).slots["order"] == ORDER
    assert FACT in current(step).slots


def test_an_order_that_was_looked_up_is_another_one():
    step = say(after("TrackOrder", order=ORDER), heard("oops, I meant 10018", order_number="RM-10018"))
    assert (current(step).command, current(step).slots) == ("TrackOrder", {"order": "RM-10018"})


def test_what_was_cancelled_is_not_another_order():
    step = say(after("CancelOrder", order=ORDER), heard("typo, 10018", order_number="RM-10018"))
    assert step.dialogue.current is None or current(step).command != "CancelOrder"


def test_an_order_is_put_right_before_it_is_confirmed():
    step = say(asking("CancelOrder", CONFIRM, order=ORDER), heard("*10018", order_number="RM-10018"))
    assert current(step).slots == {"order": "RM-10018"}
    assert not current(step).confirmed


@pytest.mark.parametrize("text", ["sorry, 3", "perdón, 3", "actually 3", "no, 3"])
def test_sorry_before_an_answer_names_no_other_stop(text):
    step = say(asking("DeliverPart", "quantity", stops=[4]), heard(text, quantity=3), Role.DRIVER)
    assert current(step).slots == {"stops": [4], "quantity": 3}
    step = say(asking("Deliver", "name", stops=[4]), heard(text), Role.DRIVER)
    assert (current(step).slots, step.said) == ({"stops": [4]}, "puzzled")


@pytest.mark.parametrize("text", ["typo, 3", "not 4, 3", "digo 3"])
def test_another_stop_is_one_where_the_words_surely_say_so(text):
    step = say(asking("Deliver", "name", stops=[4]), heard(text), Role.DRIVER)
    assert current(step).slots == {"stops": [3]}


def test_at_a_confirmation_a_number_is_no_answer_and_it_is_asked_again():
    frame = current(say(asking("Deliver", CONFIRM, stops=[4]), heard("no, 3", "deny"), Role.DRIVER))
    assert (frame.slots, frame.confirmed) == ({"stops": [3]}, False)


def test_a_short_number_is_like_no_other_by_chance():
    step = say(asking("RescheduleOrder", "day", order="RM-7"), heard("sorry, 3"))
    assert current(step).slots == {"order": "RM-7"}


def test_sorry_before_a_proof_like_the_number_of_the_order_is_only_polite():
    step = say(asking("TrackOrder", FACT, order="RM-10115"), heard("sorry, 10116"))
    assert current(step).slots["order"] == "RM-10115"
    assert FACT in current(step).slots


def test_an_odometer_is_put_right_while_something_else_is_asked():
    step = say(asking("StartShift", "damage", km=48123), heard("sorry typo, 48213 km", "start_shift"), Role.DRIVER)
    assert current(step).slots == {"km": 48213}


def test_a_number_unlike_any_before_is_none_that_was_mistyped():
    step = say(after("RateDelivery", order=ORDER, score=3), heard("sorry, 7781"))
    assert step.dialogue.current is None


# A report that was made of another stop


@pytest.mark.parametrize("text", ["no 5", "wait, 12", "ok no, 7", "perdón, 5"])
def test_a_mild_word_and_a_number_take_no_report_back(text):
    step = say(after("Deliver", stops=[4], name="Ana"), heard(text, "out_of_scope", 0.5), Role.DRIVER)
    assert step.dialogue.frames == ()


@pytest.mark.parametrize(
    "text", ["typo, 5", "not 4, 5", "*5", "quise decir 5", "no, el 5 y no el 4", "perdón, la 5", "oops, it was the 5"]
)
def test_a_report_is_of_the_stop_that_is_surely_meant(text):
    step = say(after("Deliver", stops=[4], name="Ana"), heard(text, "out_of_scope", 0.5), Role.DRIVER)
    assert [frame.command for frame in step.dialogue.frames] == ["Deliver", "Undo"]
    assert step.dialogue.frames[0].slots == {"stops": [5], "name": "Ana"}


# Another value of what was done


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("no sry friday. still morning", "greet", {"date": "2026-05-08", "time_window": "08:00-12:00"}),
        ("no, friday", "deny", {"date": "2026-05-08"}),
        ("wait, friday works better", "reschedule_delivery", {"date": "2026-05-08"}),
        ("perdón, mejor el viernes", "inform", {"date": "2026-05-08"}),
        ("friday", "inform", {"date": "2026-05-08"}),
    ],
)
def test_another_day_is_for_the_same_order_and_the_same_window(text, intent, values):
    step = say(after("RescheduleOrder", **THURSDAY), heard(text, intent, **values))
    assert current(step).command == "RescheduleOrder"
    assert current(step).slots == {**THURSDAY, "day": "2026-05-08"}


def with_day(text: str, intent: str, confidence: float = 0.5) -> Heard:
    """A message with Friday where it stands."""
    said = "friday" if "friday" in text else "viernes"
    start = text.index(said)
    return Heard(
        Meaning(text, ((intent, confidence),), (Entity("date", "2026-05-08", start, start + len(said), said),))
    )


@pytest.mark.parametrize(
    "text",
    [
        "sorry, friday",
        "no, friday is better please",
        "actually i would prefer friday if possible",
        "perdón, mejor el viernes",
        "espera, el viernes me va mejor si puede ser",
    ],
)
def test_a_day_with_idle_words_is_the_other_one(text):
    step = say(after("RescheduleOrder", **THURSDAY), with_day(text, "inform"))
    assert current(step).slots == {**THURSDAY, "day": "2026-05-08"}


def test_a_sure_wish_for_another_day_may_hold_any_words():
    text = "sorry, can you make it friday, my sister is visiting"
    step = say(after("RescheduleOrder", **THURSDAY), with_day(text, "reschedule_delivery", 0.9))
    assert current(step).slots == {**THURSDAY, "day": "2026-05-08"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("wait, does friday cost more", "out_of_scope"),
        ("sorry to bother you on friday", "greet"),
        ("actually is friday a holiday", "deny"),
        ("actually is friday a holiday", "inform"),
        ("no thanks, friday is my birthday", "deny"),
        ("perdón, ¿el viernes es festivo?", "inform"),
        ("espera, el viernes cuesta más", "out_of_scope"),
        ("no gracias, el viernes es mi cumple", "deny"),
        ("sorry, i am away on friday", "inform"),
        ("sorry, friday we are away", "out_of_scope"),
        ("perdón, el viernes estamos fuera", "inform"),
        ("bueno no, el viernes trabajo", "inform"),
    ],
)
def test_a_day_that_is_only_mentioned_moves_nothing(text, intent):
    for confidence in (0.5, 0.9):
        step = say(after("RescheduleOrder", **THURSDAY), with_day(text, intent, confidence))
        assert step.dialogue.current is None or "day" not in current(step).slots


@pytest.mark.parametrize(
    "text", ["oh wait, the day after that. thursday I am at the doctor", "no, the day after please", "espera, el día de después"]
)  # fmt: skip
def test_a_day_after_the_one_that_was_settled_is_the_other_one(text):
    days = {"date": "2026-05-07"} if "thursday" in text else {}
    step = say(after("RescheduleOrder", **THURSDAY), heard(text, "reschedule_delivery", **days))
    assert current(step).slots == {**THURSDAY, "day": "2026-05-08"}


def test_a_day_after_the_one_that_was_said_is_of_that():
    waiting = asking("RescheduleOrder", "window", order=ORDER, day="2026-05-07")
    step = say(waiting, heard("no, the day after", "reschedule_delivery"))
    assert current(step).slots == {"order": ORDER, "day": "2026-05-08"}


def test_another_part_of_the_day_takes_the_place_of_one_that_was_wrong():
    text, times = "no not the evening make that noon to four", {"evening": "16:00-20:00", "noon to four": "12:00-16:00"}
    found = [Entity("time_window", value, text.index(w), text.index(w) + len(w), w) for w, value in times.items()]
    message = Heard(Meaning(text, (("reschedule_delivery", 0.95),), tuple(found)))
    assert current(say(after("RescheduleOrder", **THURSDAY), message)).slots == {**THURSDAY, "window": "12:00-16:00"}


@pytest.mark.parametrize("text", ["no wait, the other one friday", "perdón, el otro el viernes"])
def test_a_day_for_the_other_order_is_none_for_the_one_that_was_moved(text):
    slots = current(say(after("RescheduleOrder", **THURSDAY), with_day(text, "reschedule_delivery", 0.9))).slots
    assert slots == {"other": "one", "day": "2026-05-08"}


@pytest.mark.parametrize("text", ["i am away on friday", "friday we're away", "el viernes estaremos fuera"])
def test_a_day_on_which_nobody_is_there_asks_for_another(text):
    frame = current(say(after("TrackOrder", order=ORDER), with_day(text, "inform", 0.9)))
    assert (frame.command, frame.slots) == ("RescheduleOrder", {})


def test_another_window_is_on_the_same_day():
    step = say(after("RescheduleOrder", **THURSDAY), heard("sorry, afternoon", time_window="12:00-18:00"))
    assert current(step).slots == {**THURSDAY, "window": "12:00-18:00"}


@pytest.mark.parametrize(
    "text", ["actually make it 5 the guy was nice", "make that a five", "no wait 5", "mejor ponle un 5, fue majo"]
)
def test_another_score_takes_the_place_of_the_first(text):
    step = say(after("RateDelivery", order=ORDER, score=4), heard(text, "rate_delivery"))
    assert (current(step).slots["order"], current(step).slots["score"]) == (ORDER, 5)


def test_a_pickup_is_on_another_day():
    planned = {"return_number": "RET-2001", "way": "pickup", "day": "2026-05-06", "window": "08:00-12:00"}
    step = say(after("ChooseWay", **planned), heard("no sorry, friday", "deny", date="2026-05-08"))
    assert current(step).slots == {**planned, "day": "2026-05-08"}


@pytest.mark.parametrize(
    ("text", "intent", "values", "command"),
    [
        ("no wait, cancel it", "cancel_order", {}, "CancelOrder"),
        ("sorry, where is the grinder on friday", "track_order", {"product": "grinder", "date": "2026-05-08"}, "TrackOrder"),
    ],
)  # fmt: skip
def test_another_wish_is_another_wish(text, intent, values, command):
    assert current(say(after("RescheduleOrder", **THURSDAY), heard(text, intent, **values))).command == command


def test_a_day_among_other_words_is_no_other_day():
    text = "and leave it in the shed on friday"
    day = Entity("date", "2026-05-08", text.index("friday"), len(text), "friday")
    wish = Meaning(text, (("delivery_instructions", 0.9),), (day,))
    assert current(say(after("RescheduleOrder", **THURSDAY), Heard(wish))).command == "InstructDelivery"


def test_a_day_that_does_not_suit_is_not_the_other_one():
    text = "no, wednesday doesn't work"
    day = Entity("date", "2026-05-06", text.index("wed"), text.index(" doesn't"), "wednesday")
    frame = current(say(after("RescheduleOrder", **THURSDAY), Heard(Meaning(text, (("deny", 0.9),), (day,)))))
    assert (frame.command, frame.slots.get("day")) == ("RescheduleOrder", None)


def test_while_something_is_asked_a_value_is_the_answer():
    waiting = asking("CancelOrder", CONFIRM, order=ORDER).model_copy(
        update={"done": Frame(id="d", command="RescheduleOrder", slots=THURSDAY)}
    )
    step = say(waiting, heard("no, friday", "deny", date="2026-05-08"))
    assert step.dialogue.current is None or current(step).command == "CancelOrder"
