"""Did you mean …? Asked once, between two wishes, when the engine is unsure; never in the way of anything else."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from actions.catalogue import catalogue
from actions.clarifying import NEITHER, chosen
from domain.dialogue import ASK_BACK, DID_YOU_MEAN, Dialogue, Frame, Heard, Pressed, Step
from domain.meaning import OUT_OF_SCOPE, Meaning, lead
from domain.moment import Role
from domain.notices import Choice
from nlu.asking_back import NONE_OF_THEM, offered
from nlu.calibration import WORTH_ASKING, held_out, sure_from
from nlu.filling import fill
from tests.meanings import heard, meaning

CATALOGUE = catalogue(Role.CUSTOMER)
_ids = count()


def say(dialogue: Dialogue, message: Heard) -> Step:
    return fill(dialogue, message, CATALOGUE, f"frame-{next(_ids)}")


def unsure(text: str, *ranked: tuple[str, float], **entities: object) -> Heard:
    """A message that may mean any of the ranked intents."""
    found = meaning(text, ranked[0][0], ranked[0][1], **entities)
    return Heard(replace(found, intents=ranked, unsure=True))


def asked(step: Step) -> Dialogue:
    """The dialogue as `actions.conversing` leaves it: with the question that was put, and its buttons."""
    assert step.said == DID_YOU_MEAN
    frame = step.dialogue.current
    assert frame is not None
    options = tuple(Choice(label="", slots={"wish": n}) for n in (0, 1, NEITHER))
    return step.dialogue.replace(frame.question("wish", options, "question"))


KETTLE = unsure(
    "the kettle on friday", ("reschedule_delivery", 0.4), ("track_order", 0.35), product="kettle", date="2026-05-08"
)


def wish_of(step: Step) -> Frame:
    """The frame that goes on."""
    frame = step.dialogue.current
    assert frame is not None
    return chosen(frame, None) or frame  # type: ignore[arg-type]


def test_the_two_likeliest_wishes_are_offered_with_what_was_said_of_them():
    frame = asked(say(Dialogue(), KETTLE)).current
    assert frame is not None
    assert frame.command == ASK_BACK
    assert [each["intent"] for each in frame.slots["readings"]] == ["reschedule_delivery", "track_order"]
    assert frame.slots["readings"][0]["slots"]["day"] == "2026-05-08"


@pytest.mark.parametrize(
    ("answer", "command"),
    [
        (heard("the first"), "RescheduleOrder"),
        (heard("2"), "TrackOrder"),
        (heard("the second one please", "out_of_scope"), "TrackOrder"),
        (heard("yes", "affirm"), "RescheduleOrder"),
        (heard("where is it", "track_order"), "TrackOrder"),
        (Heard(Meaning("/x"), Pressed("question", Choice(label="", slots={"wish": 1}))), "TrackOrder"),
    ],
    ids=["ordinal", "number", "in words", "yes", "said again", "button"],
)  # fmt: skip
def test_what_is_chosen_goes_on_as_if_it_had_been_understood(answer, command):
    frame = wish_of(say(asked(say(Dialogue(), KETTLE)), answer))
    assert frame.command == command
    named = frame.slots.get("about_product")
    assert named == "kettle"


def test_a_wish_that_is_said_again_brings_what_is_said_of_it_now():
    step = say(asked(say(Dialogue(), KETTLE)), heard("bring it on saturday", "reschedule_delivery", date="2026-05-09"))
    assert wish_of(step).slots["day"] == "2026-05-09"


def test_another_wish_in_full_takes_the_place_of_the_question():
    step = say(asked(say(Dialogue(), KETTLE)), heard("cancel RM-10482", "cancel_order", order_number="RM-10482"))
    assert [frame.command for frame in step.dialogue.frames] == ["CancelOrder"]


def test_never_mind_drops_the_question():
    step = say(asked(say(Dialogue(), KETTLE)), heard("never mind", "stop"))
    assert (step.said, step.dialogue.frames) == ("dropped", ())


def test_no_is_the_answer_that_it_is_neither():
    step = say(asked(say(Dialogue(), KETTLE)), heard("no", "deny"))
    assert step.dialogue.current is not None
    assert step.dialogue.current.slots["wish"] == NONE_OF_THEM


def test_it_is_not_asked_twice_in_a_row():
    step = say(asked(say(Dialogue(), KETTLE)), unsure("well", ("cancel_order", 0.3), ("return_policy", 0.3)))
    assert (step.said, step.dialogue.frames) == ("puzzled", ())
    after_neither = Dialogue(last=ASK_BACK)
    assert say(after_neither, KETTLE).said == "puzzled"


def test_it_is_asked_again_after_something_else_was_done():
    assert say(Dialogue(last="TrackOrder"), KETTLE).said == DID_YOU_MEAN


def test_a_question_that_waits_comes_first():
    waiting = Dialogue(frames=(Frame(id="w", command="CancelOrder", slots={}, asking="order", question_id="w"),))
    step = say(waiting, KETTLE)
    assert step.said != DID_YOU_MEAN
    assert [frame.command for frame in step.dialogue.frames] == ["CancelOrder"]


@pytest.mark.parametrize(
    "ranked",
    [
        (("thank", 0.4), ("track_order", 0.35), ("cancel_order", 0.1)),
        (("track_order", 0.4), ("thank", 0.35)),
        (("track_order", 0.4), (OUT_OF_SCOPE, 0.35)),
    ],
    ids=["small talk first", "nothing beside small talk", "nothing beside what nobody can do"],
)
def test_it_is_asked_only_between_wishes(ranked):
    assert offered(unsure("hm", *ranked).meaning, CATALOGUE) is None


def test_what_may_be_nothing_we_do_is_asked_about_too():
    ranked = ((OUT_OF_SCOPE, 0.4), ("track_order", 0.35), ("cancel_order", 0.1))
    assert offered(unsure("hm", *ranked).meaning, CATALOGUE) == ("track_order", "cancel_order")


def test_whoever_is_sure_asks_nothing():
    assert offered(meaning("where is it", "track_order"), CATALOGUE) is None


def test_a_mere_suspicion_of_a_return_is_asked_about():
    found = replace(meaning("hm", "start_return"), intents=(("start_return", 0.4), ("cancel_order", 0.1)))
    assert offered(found, CATALOGUE) == ("start_return", "cancel_order")


def test_drivers_and_staff_are_asked_between_what_they_can_want():
    ranked = (("delivered", 0.4), ("arrived", 0.35))
    assert offered(unsure("stop 4", *ranked).meaning, catalogue(Role.DRIVER)) == ("delivered", "arrived")
    assert offered(unsure("stop 4", *ranked).meaning, CATALOGUE) is None


def test_the_lead_that_is_enough_is_where_the_first_guess_is_right_often_enough():
    """Right in 3 of 10 cases with a small lead, in 9 of 10 with a great one."""
    small = [[("a", 0.5), ("b", 0.4)] for _ in range(100)]
    great = [[("a", 0.9), ("b", 0.1)] for _ in range(100)]
    truths = ["a" if n % 10 < 3 else "b" for n in range(100)] + ["a" if n % 10 < 9 else "b" for n in range(100)]
    found = sure_from(truths, [*small, *great])
    assert lead(small[0]) < found < lead(great[0])
    assert 0.3 < WORTH_ASKING < 0.9


def test_nothing_is_asked_where_nothing_could_be_found_out():
    assert sure_from(["a"], [()]) == 0.0


def test_one_example_in_three_is_guessed_by_a_model_that_has_not_seen_it():
    intents = ["a", "b"] * 6

    def learn(seen, unseen):
        assert not set(seen) & set(unseen)
        return [[(intents[place], 1.0)] for place in unseen]

    guessed = held_out(intents, learn)
    assert sum(bool(each) for each in guessed) == len(intents) // 3
    assert all(each[0][0] == intent for each, intent in zip(guessed, intents, strict=True) if each)
