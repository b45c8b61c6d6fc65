"""Filling: what was said goes into the right slots of the right command, over several messages."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.catalogue import catalogue
from domain.dialogue import CONFIRM, FACT, Dialogue, Heard, Pressed, Step
from domain.meaning import Meaning
from domain.moment import Role
from domain.notices import Choice
from tests.dialogues import asking, current, say
from tests.meanings import heard

CATALOGUE = catalogue(Role.CUSTOMER)
DAY = Choice(label="choice.delivery_window", values={}, slots={"day": "2026-05-08", "window": "14:00-16:00"})


def test_all_values_of_one_message_are_taken():
    step = say(
        Dialogue(),
        heard(
            "move RM-10482 to friday afternoon",
            "reschedule_delivery",
            order_number="RM-10482",
            date="2026-05-08",
            time_window="12:00-18:00",
        ),
    )
    assert current(step).command == "RescheduleOrder"
    assert current(step).slots == {"order": "RM-10482", "day": "2026-05-08", "window": "12:00-18:00"}


def test_a_bare_value_answers_the_question_that_waits():
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), heard("friday", date="2026-05-08"))
    assert current(step).slots == {"order": "RM-1001", "day": "2026-05-08"}
    assert current(step).asking is None


def test_a_correction_replaces_a_value_and_takes_back_the_confirmation():
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001")
    step = say(waiting, heard("no, RM-1002", "deny", order_number="RM-1002"))
    assert current(step).slots["order"] == "RM-1002"
    assert not current(step).confirmed
    assert step.said is None


def test_another_wish_lets_the_first_wait_and_keeps_it():
    waiting = asking("RescheduleOrder", "day", order="RM-1001")
    step = say(waiting, heard("is the kettle in stock?", "check_stock", product="kettle"))
    assert [frame.command for frame in step.dialogue.frames] == ["RescheduleOrder", "CheckStock"]
    assert step.dialogue.frames[0].slots == {"order": "RM-1001"}


def test_a_value_the_new_wish_cannot_use_stays_with_the_old_one():
    waiting = asking("RescheduleOrder", "day", order="RM-1001")
    step = say(waiting, heard("friday, and do you have kettles", "check_stock", product="kettle", date="2026-05-08"))
    assert step.dialogue.frames[0].slots["day"] == "2026-05-08"


@pytest.mark.parametrize(("intent", "said"), [("stop", "dropped"), ("deny", "dropped")])
def test_never_mind_drops_what_was_going_on(intent, said):
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), heard("never mind", intent))
    assert step.said == said
    assert step.dialogue.current is None


def test_yes_confirms_and_no_keeps():
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001")
    assert current(say(waiting, heard("yes", "affirm"))).confirmed
    kept = say(waiting, heard("no", "deny"))
    assert kept.said == "kept"
    assert kept.dialogue.current is None


YES_NO = tuple(Choice(label=f"choice.{yes}", slots={CONFIRM: yes == "yes"}) for yes in ("yes", "no"))


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("1", "inform", {}),
        ("yes, cancel RM-1001", "affirm", {"order_number": "RM-1001"}),
        ("yes cancel it please", "cancel_order", {}),
        ("yes, I found it cheaper", "affirm", {"reason": "I found it cheaper"}),
        ("fine, yes, cancel it", "cancel_order", {}),
        ("go ahead and cancel it", "cancel_order", {}),
        ("bueno, sí, cancélalo", "cancel_order", {}),
    ],
)
def test_a_yes_in_whatever_words_confirms(text, intent, values):
    step = say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, intent, **values))
    assert current(step).confirmed
    assert current(step).slots.get("reason") == values.get("reason")


@pytest.mark.parametrize(
    "text",
    [
        "of course I don't want to cancel it", "definitely don't cancel it", "of course not, don't cancel", "fine, I'll keep the kettle",
        "right, I never asked to cancel it", "absolutely no cancelling please", "está bien, mejor no cancelo", "muy bien, pero no lo canceles",
    ],
)  # fmt: skip
def test_a_yes_that_denies_it_all_the_same_confirms_nothing(text):
    step = say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, "cancel_order"))
    assert not any(frame.confirmed for frame in step.dialogue.frames)


@pytest.mark.parametrize("text", ["yes, I don't want it any more, cancel it", "of course, it was never sent, cancel"])
def test_a_yes_with_why_confirms(text):
    step = say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, "cancel_order"))
    assert current(step).confirmed


def test_a_yes_that_names_the_thing_by_half_its_name_confirms():
    waiting = asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001", about_product="wall mirror")
    assert current(say(waiting, heard("fine, yes, cancel the mirror", "cancel_order", product="mirror"))).confirmed
    assert not current(say(waiting, heard("fine, cancel the lamp", "cancel_order", product="lamp"))).confirmed


@pytest.mark.parametrize(
    "text", ["fine, do not cancel it", "ok don't cancel it", "fine then no", "vale, no lo canceles"]
)
def test_a_no_behind_a_yes_keeps(text):
    assert say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, "cancel_order")).said == "kept"


@pytest.mark.parametrize(
    "text",
    ["very well, then no", "alright then, no", "ok no then", "all right, no", "right then, no", "vale, entonces no", "muy bien, pues no", "de acuerdo, no"],
)  # fmt: skip
def test_a_no_that_was_taken_for_a_yes_keeps(text):
    assert say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, "affirm")).said == "kept"


@pytest.mark.parametrize(
    "text",
    ["very well then", "ok then", "no problem, go ahead", "no no, go ahead", "no, please do it", "ok, no one needs it any more", "don't worry, go ahead",
     "no, adelante", "no hay problema, adelante", "vale, no pasa nada"],
)  # fmt: skip
def test_a_yes_beside_a_no_that_is_none_confirms(text):
    assert current(say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard(text, "affirm"))).confirmed


def test_the_number_of_a_no_is_a_no():
    assert say(asking("CancelOrder", CONFIRM, YES_NO, order="RM-1001"), heard("2")).said == "kept"


@pytest.mark.parametrize(
    ("command", "text", "values"),
    [
        ("CancelOrder", "yes, but RM-1002", {"order_number": "RM-1002"}),
        ("CancelOrder", "yes, RM-1001 and RM-1002", {"order_number": ["RM-1001", "RM-1002"]}),
        ("ChangeAddress", "yes but to Torstr. 7", {}),
        ("ChangeAddress", "ok, but number 7", {}),
    ],
)
def test_a_yes_that_changes_something_confirms_nothing(command, text, values):
    step = say(asking(command, CONFIRM, YES_NO, order="RM-1001", street="Torstr. 5"), heard(text, "affirm", **values))
    assert not current(step).confirmed
    assert step.said is None


def test_misunderstandings_are_counted_and_forgotten_when_understood():
    first = say(Dialogue(), heard("asdf", "out_of_scope"))
    second = say(first.dialogue, heard("asdf", "out_of_scope"))
    assert (first.dialogue.misunderstood, second.dialogue.misunderstood) == (1, 2)
    assert second.said == "puzzled"
    assert say(second.dialogue, heard("hello", "greet")).dialogue.misunderstood == 0


def test_a_button_fills_what_it_stands_for():
    waiting = asking("RescheduleOrder", "day", (DAY,), order="RM-1001")
    step = say(waiting, Heard(Meaning("/x"), Pressed("waiting", DAY)))
    assert current(step).slots == {"order": "RM-1001", **DAY.slots}


def test_a_button_of_an_answered_question_is_stale():
    step = say(asking("CancelOrder", CONFIRM, order="RM-1001"), Heard(Meaning("/x"), Pressed("another", DAY)))
    assert step.said == "stale"
    assert current(step).id == "waiting"


def test_the_button_that_has_just_answered_is_pressed_twice():
    press = Heard(Meaning("/x"), Pressed("waiting", DAY, button="a"))
    answered = say(asking("RescheduleOrder", "day", order="RM-1001"), press).dialogue.model_copy(update={"frames": ()})
    assert say(answered, press).said == "repeated"
    assert say(answered, Heard(Meaning("/x"), Pressed("waiting", DAY, button="b"))).said == "stale"
    assert say(say(answered, heard("thanks", "thank")).dialogue, press).said == "stale"


def test_a_button_that_starts_something_starts_it_any_time():
    choice = Choice(label="choice.cancel_order", command="CancelOrder", slots={"order": "RM-1001"})
    step = say(Dialogue(), Heard(Meaning("/x"), Pressed(None, choice)))
    assert current(step).slots == {"order": "RM-1001"}


@pytest.mark.parametrize(
    ("text", "picked"),
    [("2", 1), ("the second one", 1), ("last", 2), ("kettle", 0), ("the red toaster please", 1), ("RM-1003", 2)],
)
def test_an_option_can_be_named_by_place_or_words(text, picked):
    names = ["Steel kettle", "Red toaster", "Grinder"]
    options = tuple(
        Choice(label="choice.order", values={"number": f"RM-100{n}", "items": [{"name": name, "quantity": 1}]}, slots={"order": f"RM-100{n}"})
        for n, name in enumerate(names, 1)
    )  # fmt: skip
    step = say(asking("TrackOrder", "order", options), heard(text))
    assert current(step).slots["order"] == options[picked].slots["order"]


@pytest.mark.parametrize("text", ["4411", "10115", "ann@example.com", "it ends in 4411"])
def test_a_second_fact_is_taken_as_it_was_written(text):
    step = say(asking("TrackOrder", FACT, order="RM-1001"), heard(text))
    assert current(step).slots == {"order": "RM-1001", FACT: text}


def test_bare_digits_after_the_question_for_a_fact_are_the_fact_not_another_order():
    step = say(asking("TrackOrder", FACT, order="RM-1001"), heard("10115", order_number="RM-10115"))
    assert current(step).slots == {"order": "RM-1001", FACT: "10115"}


def test_a_second_fact_in_the_first_message_is_taken_too():
    step = say(Dialogue(), heard("where is RM-1001, 10115", "track_order", order_number="RM-1001", postcode="10115"))
    assert current(step).slots == {"order": "RM-1001", FACT: "10115"}


def test_a_fact_belongs_to_its_order():
    waiting = asking("TrackOrder", FACT, order="RM-1001", fact="10115")
    step = say(waiting, heard("i mean RM-1002", order_number="RM-1002"))
    assert current(step).slots == {"order": "RM-1002"}


def test_a_wish_in_the_customers_own_words_goes_to_a_person():
    step = say(Dialogue(), heard("let me talk to somebody", "talk_to_human"))
    assert current(step).command == "AskPerson"
    assert current(step).slots == {"topic": "talk_to_human", "words": "let me talk to somebody"}


def test_an_order_number_alone_asks_where_it_is():
    assert current(say(Dialogue(), heard("RM-1001", order_number="RM-1001"))).command == "TrackOrder"


def test_cancel_alone_asks_what_is_meant():
    assert say(Dialogue(), heard("Cancel.", "cancel_order")).said == "cancel_what"


@pytest.mark.parametrize("text", ["STOP", "/stop", "UNSUBSCRIBE"])
def test_stop_without_a_question_ends_messages(text):
    assert current(say(Dialogue(), heard(text, "stop"))).command == "StopMessages"


@pytest.mark.parametrize("text", ["/stop", "unsubscribe"])
def test_unsubscribing_ends_messages_even_while_a_question_waits(text):
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), heard(text, "stop"))
    assert [frame.command for frame in step.dialogue.frames] == ["StopMessages"]


KINDS = {
    "date": "2026-05-08",
    "time_window": "12:00-18:00",
    "order_number": "RM-1002",
    "product": "kettle",
    "postcode": "10115",
}
INTENTS = st.sampled_from([*CATALOGUE, "inform", "out_of_scope"])


@given(
    command=st.sampled_from(["TrackOrder", "RescheduleOrder", "CancelOrder", "CheckStock", "AskPromise"]),
    data=st.data(),
    intent=INTENTS,
    kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1),
    confidence=st.floats(0.3, 1.0),
)
def test_no_value_that_anything_can_use_is_lost(command, data, intent, kinds, confidence):
    spec = next(each for each in CATALOGUE.values() if each.command == command)
    slot = data.draw(st.sampled_from([each.name for each in spec.slots if not each.whole_text] + [CONFIRM]))
    before = asking(command, slot)
    given_values = {kind: KINDS[kind] for kind in kinds}
    step = say(before, heard("some words", intent, confidence, **given_values))
    if step.said in {"dropped", "kept"}:
        return
    values = [value for frame in step.dialogue.frames for value in frame.slots.values()]
    kept = [each for value in values for each in (value if isinstance(value, list) else [value])]
    usable = {each.entity for frame in step.dialogue.frames for each in _spec(frame.command).slots}
    for kind in kinds & usable:
        assert KINDS[kind] in kept, (kind, step)


@pytest.mark.parametrize("order", list(itertools.permutations(KINDS)), ids="-".join)
def test_no_value_is_lost_wherever_it_stands(order):
    step = say(Dialogue(), heard("some words", "reschedule_delivery", 0.9, **{kind: KINDS[kind] for kind in order}))
    values = [value for frame in step.dialogue.frames for value in frame.slots.values()]
    kept = [each for value in values for each in (value if isinstance(value, list) else [value])]
    usable = {each.entity for frame in step.dialogue.frames for each in _spec(frame.command).slots}
    assert {KINDS[kind] for kind in usable & set(KINDS)} <= set(kept)


def _spec(command):
    return next(each for each in CATALOGUE.values() if each.command == command)


@given(st.text(max_size=300), INTENTS, st.integers(0, 3))
def test_whatever_is_said_there_is_always_a_step(text, intent, misunderstood):
    for dialogue in (Dialogue(misunderstood=misunderstood), asking("CancelOrder", CONFIRM, order="RM-1001")):
        assert isinstance(say(dialogue, heard(text, intent)), Step)


@pytest.mark.parametrize("text", ["10115", "10 115", "10115."])
def test_bare_digits_answer_the_question_for_a_postcode(text):
    step = say(asking("AskPromise", "postcode"), heard(text, order_number="RM-10115"))
    assert current(step).slots == {"postcode": "10115"}


def test_bare_digits_after_a_promise_ask_for_another_postcode():
    meaning = heard("80331", order_number="RM-80331")
    assert current(say(Dialogue(last="AskPromise"), meaning)).command == "AskPromise"
    assert current(say(Dialogue(), meaning)).command == "TrackOrder"


@pytest.mark.parametrize("text", ["how many stops", "oh just forget about it"])
def test_only_a_plain_stop_ends_messages(text):
    assert say(Dialogue(), heard(text, "stop")).dialogue.current is None


@pytest.mark.parametrize("text", ["any time", "whenever suits you", "earliest possible please"])
def test_any_time_takes_the_first_window(text):
    waiting = asking("RescheduleOrder", "day", (DAY,), order="RM-1001")
    assert current(say(waiting, heard(text, "delivery_promise"))).slots == {"order": "RM-1001", **DAY.slots}


def test_an_option_named_by_its_product_is_picked_even_if_it_sounds_like_a_wish():
    options = tuple(
        Choice(label="choice.order", values={"items": [{"name": name, "quantity": 1}]}, slots={"order": f"RM-100{n}"})
        for n, name in enumerate(["wool blanket", "kettle"], 1)
    )
    step = say(asking("TrackOrder", "order", options), heard("the blanket one", "check_stock", product="blanket"))
    assert current(step).slots["order"] == "RM-1001"


def test_an_unsure_wish_for_a_person_is_no_wish():
    assert say(Dialogue(), heard("i lost the email", "notification_settings", 0.4)).said == "puzzled"


@pytest.mark.parametrize(
    ("kind", "number", "command"),
    [("order_number", "RM-10482", "TrackOrder"), ("return_number", "RET-1001", "TrackReturn")],
)
def test_who_greets_with_a_number_asks_about_it(kind, number, command):
    step = say(Dialogue(), heard(f"good day, it's about {number}", "greet", **{kind: number}))
    assert current(step).command == command


def test_digits_are_no_greeting():
    assert say(Dialogue(), heard("12345678", "goodbye")).said == "puzzled"


def test_a_no_with_more_words_does_not_drop_the_question():
    step = say(asking("TrackOrder", "order"), heard("not that one, the other", "deny"))
    assert (step.said, current(step).command) == ("puzzled", "TrackOrder")


def test_a_question_for_a_pin_does_not_come_back_after_another_wish():
    step = say(asking("PinAddress", "place", order="RM-1001"), heard("where is it", "track_order"))
    assert [frame.command for frame in step.dialogue.frames] == ["TrackOrder"]


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "taken"),
    [
        ("the porch", "out_of_scope", 0.3, True),
        ("the dog bites", "report_problem", 0.95, True),
        ("Mrs Kim", "talk_to_human", 0.7, True),
        ("where is my order?", "track_order", 0.99, False),
        ("cancel my order", "cancel_order", 0.97, False),
        ("could you come later?", "reschedule_delivery", 0.7, False),
        ("thanks", "thank", 0.99, False),
    ],
)
def test_free_words_answer_unless_they_surely_want_something_else(text, intent, confidence, taken):
    waiting = asking("InstructDelivery", "words", order="RM-1001", wishes={"neighbour": ""})
    step = say(waiting, heard(text, intent, confidence))
    frames = [frame for frame in step.dialogue.frames if frame.command == "InstructDelivery"]
    assert (frames[-1].slots.get("words") == text) is taken


def test_named_wishes_are_added_to_those_before():
    waiting = asking("InstructDelivery", "order", wishes={"code": "4711", "safe_place": ""})
    step = say(waiting, heard("leave it with the neighbour", "delivery_instructions"))
    assert current(step).slots["wishes"] == {"code": "4711", "neighbour": "the neighbour"}


def test_a_note_is_only_read_from_the_wish_itself():
    waiting = asking("InstructDelivery", "order", wishes={"code": "4711"})
    assert "note" not in current(say(waiting, heard("the one with the big box", "out_of_scope"))).slots


def test_a_payload_holds_no_words_to_be_read():
    meaning = Meaning('/report_problem{"order_number": "RM-1001"}', (("report_problem", 1.0),), (), "payload")
    assert current(say(Dialogue(), Heard(meaning))).slots == {}


@pytest.mark.parametrize("asked", ["street", "postcode"])
def test_bare_digits_after_the_question_for_an_address_are_a_postcode(asked):
    waiting = asking("ChangeAddress", asked, order="RM-1001", street="Torstr. 5")
    slots = current(say(waiting, heard("10119", order_number="RM-10119"))).slots
    assert (slots["postcode"], slots["order"]) == ("10119", "RM-1001")


def test_a_place_that_the_question_has_no_use_for_is_a_pin():
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001")
    step = say(waiting, heard("/inform", coordinates="52.52000,13.40500"))
    assert [frame.command for frame in step.dialogue.frames] == ["CancelOrder", "PinAddress"]


def test_a_score_alone_is_a_rating():
    assert current(say(Dialogue(), heard("one star", rating=1))).command == "RateDelivery"


def test_all_photos_of_a_message_count():
    step = say(Dialogue(), heard("", "share_photo", photo=["a", "b"]))
    assert current(step).slots["photos"] == ["a", "b"]


def test_a_wish_said_again_while_its_question_waits_asks_once_more():
    again = heard("i want to send something back", "start_return", 0.95)
    step = say(asking("StartReturn", "order"), again)
    assert (step.said, current(step).command, current(step).asking) == (None, "StartReturn", None)
    unsure = heard("i want to send something back", "start_return", 0.5)
    assert say(asking("StartReturn", "order"), unsure).said == "puzzled"


def test_a_return_that_sounds_like_a_problem_too_is_a_return():
    both = heard("the kettle is broken and the lamp i dont like", "start_return", 0.55)
    both = Heard(Meaning(both.meaning.text, (("start_return", 0.55), ("report_problem", 0.44))))
    assert current(say(Dialogue(), both)).command == "StartReturn"
