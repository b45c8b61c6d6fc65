"""The same is wished for another thing, with no more than its name."""

from __future__ import annotations

import pytest

from domain.dialogue import Heard, Step
from domain.meaning import Entity, Meaning
from domain.moment import Role
from tests.dialogues import after, asking, current, say


def named(text: str, kind: str, word: str, value: object = None, intent: str = "inform") -> Heard:
    """A message in which ``word`` is the only thing that is named."""
    at = text.index(word)
    return Heard(Meaning(text, ((intent, 0.7),), (Entity(kind, value or word, at, at + len(word), word),), "hand"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("and the grinder?", "grinder"),
        ("what about my grinder", "grinder"),
        ("ok and the one with the grinder pls?", "grinder"),
        ("y el molinillo", "molinillo"),
        ("¿y el del molinillo?", "molinillo"),
        ("lo mismo con el molinillo", "molinillo"),
    ],
)
def test_what_was_looked_up_is_looked_up_of_another_thing(text, word):
    step = say(after("TrackOrder", order="RM-1001"), named(text, "product", word, intent="check_stock"))
    assert current(step).command == "TrackOrder"
    assert current(step).slots == {"about_product": word}


def test_whether_there_is_another_thing_is_asked_of_as_many():
    step = say(after("CheckStock", product="kettle", quantity=3), named("and grinders?", "product", "grinders"))
    assert (current(step).command, current(step).slots) == ("CheckStock", {"product": "grinders", "quantity": 3})


def test_an_order_by_its_number_and_a_postcode():
    tracked = say(after("ShowProof", order="RM-1001"), named("and RM-1002?", "order_number", "RM-1002"))
    assert (current(tracked).command, current(tracked).slots) == ("ShowProof", {"order": "RM-1002"})
    promise = say(after("AskPromise", postcode="10115"), named("and for 10247?", "postcode", "10247"))
    assert (current(promise).command, current(promise).slots) == ("AskPromise", {"postcode": "10247"})


@pytest.mark.parametrize("text", ["and the grinder too please", "same for the grinder", "el grinder también"])
def test_what_was_changed_is_changed_of_another_thing_that_shall_be_so_too(text):
    moved = after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00")
    step = say(moved, named(text, "product", "grinder"))
    assert current(step).command == "RescheduleOrder"
    assert current(step).slots == {"day": "2026-05-08", "window": "14:00-16:00", "about_product": "grinder"}


def test_what_was_cancelled_is_not_cancelled_of_another_thing_that_is_only_named():
    step = say(
        after("CancelOrder", order="RM-1001"), named("and the grinder?", "product", "grinder", intent="track_order")
    )
    assert current(step).command == "TrackOrder"


def test_what_a_driver_reported_of_one_stop_is_reported_of_another():
    done = after("FailDelivery", stops=[1], visits=["a"], failure="nobody_home")
    step = say(done, named("same at 2", "stop", "2", 2), Role.DRIVER)
    assert (current(step).command, current(step).slots) == ("FailDelivery", {"stops": [2], "failure": "nobody_home"})


@pytest.mark.parametrize("text", ["and the grinder is late too", "and cancel the grinder", "the grinder"])
def test_who_says_more_or_less_wants_something_of_its_own(text):
    step = say(after("TrackOrder", order="RM-1001"), named(text, "product", "grinder", intent="cancel_order"))
    assert current(step).command == "CancelOrder"


def test_a_name_answers_the_question_that_waits():
    asked = asking("StartReturn", "product").model_copy(update={"done": after("TrackOrder", order="RM-1001").done})
    step: Step = say(asked, named("and the grinder", "product", "grinder"))
    assert current(step).command == "StartReturn"


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("for both of them please", "one"), ("both", "one"), ("that goes for both orders", "one"), ("same for the other one", "one"),
        ("for the other order too please", "one"), ("for all of them", "all"), ("for all my orders please", "all"),
        ("para los dos, por favor", "one"), ("lo mismo para el otro", "one"), ("eso vale para todos", "all"),
    ],
)  # fmt: skip
def test_what_was_wished_for_one_order_is_wished_for_the_others(text, which):
    done = after("InstructDelivery", order="RM-1001", wishes={"code": "4711"})
    step = say(done, Heard(Meaning(text, (("start_return", 0.3), ("affirm", 0.2)), unsure=True)))
    assert (current(step).command, current(step).slots) == (
        "InstructDelivery",
        {"wishes": {"code": "4711"}, "other": which},
    )


@pytest.mark.parametrize("text", ["both of us are away", "we are both out", "both were late", "the other one", "all good", "all of them came"])  # fmt: skip
def test_what_else_is_said_of_both_or_the_other_changes_nothing(text):
    done = after("InstructDelivery", order="RM-1001", wishes={"code": "4711"})
    assert say(done, Heard(Meaning(text, (("out_of_scope", 0.3),), unsure=True))).dialogue.frames == ()


def test_the_other_one_is_looked_up_and_both_of_a_return_are_nothing():
    unsure = Heard(Meaning("and the other one?", (("out_of_scope", 0.2),), unsure=True))
    assert current(say(after("TrackOrder", order="RM-1001"), unsure)).slots == {"other": "one"}
    assert say(after("AskPromise", postcode="10115"), unsure).dialogue.current is None


@pytest.mark.parametrize(
    "text",
    [
        "can the grinder come along with it? same day same slot", "bring the grinder with it", "grinder same day and same time please",
        "could you send the grinder along", "and the grinder together with that one", "the grinder in the same slot please",
        "que el grinder venga junto con eso", "el grinder el mismo dia y a la misma hora", "traigan el grinder de paso",
    ],
)  # fmt: skip
def test_what_shall_come_with_what_was_moved_is_moved_too(text):
    moved = after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00")
    step = say(moved, named(text, "product", "grinder", intent="start_return"))
    assert current(step).command == "RescheduleOrder"
    assert {name: current(step).slots.get(name) for name in ("day", "window", "about_product")} == {
        "day": "2026-05-08", "window": "14:00-16:00", "about_product": "grinder",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["send the grinder back", "bring the grinder back with you", "can the grinder come on friday", "the grinder is broken too", "cancel the grinder too"]
)  # fmt: skip
def test_what_else_is_wished_of_another_thing_moves_nothing(text):
    moved = after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00")
    assert current(say(moved, named(text, "product", "grinder", intent="start_return"))).command == "StartReturn"


@pytest.mark.parametrize("text", ["the mirror too pls, same as the blender", "and the mirror, exactly like the blender please", "el mirror igual que la blender"])  # fmt: skip
def test_what_shall_be_the_same_as_of_a_thing_that_is_named(text):
    found = [
        Entity("product", word, text.index(word), text.index(word) + len(word), word) for word in ("mirror", "blender")
    ]
    said = Heard(Meaning(text, (("start_return", 0.7),), tuple(found), "hand"))
    moved = say(after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00"), said)
    assert current(moved).command == "RescheduleOrder"
    assert (current(moved).slots["about_product"], current(moved).slots["like"]["thing"]) == ("mirror", "blender")
    assert current(say(after("CancelOrder", order="RM-1001"), said)).command == "CancelOrder"


@pytest.mark.parametrize(
    "text", ["the grinder needs the same gate code", "same code for the grinder", "the grinder has the same door code", "el grinder lleva el mismo código"]
)  # fmt: skip
def test_of_several_wishes_the_one_that_is_named_holds_for_the_other_too(text):
    done = after("InstructDelivery", order="RM-1001", wishes={"code": "4711", "neighbour": "Otto"}, note="dog")
    step = say(done, named(text, "product", "grinder", intent="delivery_instructions"))
    assert current(step).slots == {"wishes": {"code": "4711"}, "about_product": "grinder"}


@pytest.mark.parametrize(
    "text", ["and the grinder that day too", "the grinder on the same day please", "y el grinder ese mismo día"]
)
def test_of_a_day_that_is_the_same_the_time_is_asked(text):
    moved = after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00")
    step = say(moved, named(text, "product", "grinder"))
    assert current(step).slots == {"day": "2026-05-08", "about_product": "grinder"}


@pytest.mark.parametrize(
    "text", ["should the grinder come with that", "do you have the grinder that day", "is the grinder along with it"]
)
def test_what_is_asked_of_another_thing_moves_it_not(text):
    moved = after("RescheduleOrder", order="RM-1001", day="2026-05-08", window="14:00-16:00")
    step = say(moved, named(text, "product", "grinder", intent="check_stock"))
    assert current(step).command == "CheckStock"
