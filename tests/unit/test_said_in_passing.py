"""What messages do to a question that waits, or to what was done, where their words sound like something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.dialogue import CONFIRM, FACT, Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from nlu.instead import none_suits
from nlu.readers.instructions import note, wishes
from nlu.readers.returning import opened, reason, reason_said, resolution
from nlu.readers.streets import short_streets
from nlu.readers.talk import leaves_uncancelled
from nlu.steps import gives_up
from tests.dialogues import after, asking, current, say
from tests.meanings import heard


@pytest.mark.parametrize("text", ["No, do not cancel it after all. We need it.", "no, no lo canceles, lo necesitamos"])
def test_a_no_that_names_what_shall_not_be_done_is_a_no(text):
    assert say(asking("CancelOrder", CONFIRM, order="RM-1001"), heard(text, "cancel_order")).said == "kept"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("k. code is 4477", "4477"),
        ("the gate is locked at night, code is 5512, let the driver know", "the gate is locked at night, 5512"),
        (
            "ok. the gate's closed after 6pm. code 5512. pass it on to the driver pls",
            "the gate's closed after 6pm, 5512",
        ),
        (
            "vale. el portón está cerrado a esa hora, el código es 1397, díselo al repartidor",
            "el portón está cerrado a esa hora, 1397",
        ),
    ],
)
def test_a_code_is_told_with_the_door_that_is_shut_and_nothing_beside_it(text, code):
    assert (wishes(text), note(text)) == ({"code": code}, None)


def test_what_else_is_said_of_a_door_is_a_note():
    assert note("the gate is broken and squeaks, code is 5512") == "the gate is broken and squeaks"


def test_that_it_was_not_opened_is_no_question_about_the_rules():
    step = say(asking("StartReturn", "reason", order="RM-1001"), heard("unopened", "return_policy", 0.9))
    assert (current(step).command, current(step).slots["opened"]) == ("StartReturn", False)


def test_a_yes_in_the_words_for_cancelling_gives_a_return_up():
    step = say(asking("CancelReturn", CONFIRM, return_number="RET-1"), heard("yes, cancel the return", "cancel_order"))
    assert current(step).confirmed


def test_a_wish_for_the_driver_is_kept_while_it_is_asked_which_order():
    text = "and for the blender call me before you come"
    said = Meaning(text, (("delivery_instructions", 0.5),), (Entity("product", "blender", 12, 19, "blender"),), "hand")
    step = say(asking("RescheduleOrder", "order", day="2026-05-08"), Heard(said))
    assert [frame.command for frame in step.dialogue.frames] == ["RescheduleOrder", "InstructDelivery"]


def test_who_gives_so_many_stars_rates():
    said = Meaning(
        "the lamp of last thursday was perfect, i give it a 5", (("rate_delivery", 0.5), ("reschedule_delivery", 0.2)),
        (Entity("date", "2026-04-30", 12, 25, "last thursday"),), "hand", unsure=True,
    )  # fmt: skip
    assert current(say(Dialogue(), replace(heard("x"), meaning=said))).command == "RateDelivery"


def test_what_was_said_before_is_no_no():
    step = say(asking("CancelOrder", CONFIRM, order="RM-1001"), heard("no, I said cancel it", "cancel_order"))
    assert step.said is None
    assert current(step).command == "CancelOrder"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I beg your pardon, it is +49 30 901821", {"phone": "+4930901821"}),
        ("post code 10117", {"postcode": "10117"}),
        ("no sorry thats the old flat, its 10115", {"order_number": "RM-10115"}),
    ],
)
def test_a_fact_is_the_answer_whatever_else_it_sounds_like(text, values):
    message = heard(text, "change_address", **values)
    if "order_number" in values:  # written as bare digits
        at = text.index("10115")
        bare = (Entity("order_number", "RM-10115", at, at + 5, "10115"),)
        message = replace(message, meaning=replace(message.meaning, entities=bare))
    step = say(asking("TrackOrder", FACT, order="RM-1001"), message)
    assert current(step).command == "TrackOrder"
    assert current(step).slots[FACT]
    assert current(step).slots["order"] == "RM-1001"


def test_why_it_goes_back_is_no_stop():
    step = say(asking("StartReturn", "reason", order="RM-1001"), heard("I changed my mind", "stop"))
    assert current(step).slots["reason"] == "changed_mind"


def test_a_reason_that_was_said_stays():
    waiting = asking("StartReturn", "opened", order="RM-1001", reason="does_not_fit")
    step = say(waiting, heard("dont need a pickup, I drop them off myself", "start_return"))
    assert current(step).slots["reason"] == "does_not_fit"


@pytest.mark.parametrize("text", ["forget the return, we keep the boots", "olvida la devolución, me las quedo"])
def test_a_return_that_is_asked_about_can_be_given_up(text):
    step = say(asking("StartReturn", "opened", order="RM-1001"), heard(text, "cancel_order"))
    assert (step.said, step.dialogue.current) == ("dropped", None)


def test_who_keeps_what_is_broken_only_reports_it():
    waiting = asking("ReportProblem", "photos", order="RM-1001", kind="damaged")
    step = say(waiting, heard("I don't want to return it, I keep it, just put it on record", "start_return"))
    assert [frame.command for frame in step.dialogue.frames] == ["ReportProblem"]


def test_what_is_wrong_with_what_goes_back_is_no_report():
    waiting = asking("StartReturn", "photos", order="RM-1001", reason="damaged")
    step = say(waiting, heard("the glass was in pieces when I opened the box", "report_problem"))
    assert [frame.command for frame in step.dialogue.frames] == ["StartReturn"]


def test_names_alone_wish_nothing():
    text = "el pedido de los hervidores, digo"
    at = text.index("hervidores")
    said = Meaning(
        text, (("report_problem", 0.7),), (Entity("product", "hervidores", at, at + 10, "hervidores"),), "hand"
    )
    step = say(asking("RescheduleOrder", "day", order="RM-1001"), replace(heard(text), meaning=said))
    assert [frame.command for frame in step.dialogue.frames] == ["RescheduleOrder"]


def test_what_was_done_can_be_put_right_while_a_question_that_came_back_waits():
    done = after("RescheduleOrder", order="RM-1001", day="2026-05-07", window="16:00-20:00")
    waiting = asking("ReportProblem", "kind", order="RM-1002").frames[0].model_copy(update={"came_back": True})
    dialogue = done.model_copy(update={"frames": (waiting,)})
    step = say(dialogue, heard("uy no espera, viernes 8", "deny", 0.4, date="2026-05-08"))
    assert current(step).command == "RescheduleOrder"
    assert current(step).slots["day"] == "2026-05-08"


def test_what_it_is_was_named_in_the_message_that_was_not_understood():
    first = Meaning(
        "the toaster is cursed", (("report_problem", 0.4), ("check_stock", 0.35)),
        (Entity("product", "toaster", 4, 11, "toaster"),), "hand", unsure=True,
    )  # fmt: skip
    asked = say(Dialogue(), replace(heard("x"), meaning=first))
    assert asked.said == "did_you_mean"
    step = say(asked.dialogue, heard("wanna send it back", "start_return", 0.97))
    assert current(step).slots["product"] == ["toaster"]


@pytest.mark.parametrize(
    "text", ["the gate code for that order is 7788", "el código del portón para ese pedido es 7788"]
)
def test_the_digits_of_a_code_are_no_order(text):
    at = text.index("7788")
    said = Meaning(
        text, (("delivery_instructions", 0.98),), (Entity("order_number", "RM-7788", at, at + 4, "7788"),), "hand"
    )
    step = say(after("TrackOrder", order="RM-1001"), replace(heard(text), meaning=said))
    assert "order" not in current(step).slots
    assert "7788" in current(step).slots["wishes"]["code"]


@pytest.mark.parametrize(("intent", "confidence"), [("start_shift", 0.7), ("end_shift", 0.4), ("goodbye", 0.6)])
@pytest.mark.parametrize("text", ["ok im leaving the depot now", "salgo ya del depósito"])
def test_a_driver_who_leaves_drives_off(text, intent, confidence):
    assert current(say(Dialogue(), heard(text, intent, confidence), Role.DRIVER)).command == "Depart"


def test_whose_shift_is_over_does_not_drive_off():
    step = say(Dialogue(), heard("my shift is over, I'm off", "end_shift", 0.5), Role.DRIVER)
    assert current(step).command == "EndShift"


def test_what_happens_where_somebody_has_arrived_takes_nothing_back():
    step = say(after("Arrive", stops=[1]), heard("no abre nadie", "failed_delivery"), Role.DRIVER)
    assert [frame.command for frame in step.dialogue.frames] == ["FailDelivery"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dont cancel that one", False),
        ("i want that one, no lo canceles", False),
        ("cancel that", True),
        ("we keep the boots", True),
    ],
)
def test_words_that_give_a_return_up(text, found):
    assert gives_up(text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the grinder i do want!! dont cancel that one", True), ("no canceles el molinillo", True),
        ("don't cancel the kettle, cancel the grinder", False), ("can't you cancel it", False), ("ya no lo quiero cancélalo", False), ("cancel it", False),
    ],
)  # fmt: skip
def test_words_that_leave_something_uncancelled(text, found):
    assert leaves_uncancelled(text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("used it twice before it died", "defective"),
        ("it came twice", "duplicate"),
        ("the boots are mad small", "does_not_fit"),
    ],
)
def test_why_it_goes_back(text, found):
    assert reason(text) == found


def test_the_wish_alone_is_no_reason():
    assert reason_said("tbh I want to send it back") is None


def test_what_is_wanted_in_place_of_what_was_said_before():
    assert resolution("a voucher... no, better the money back") == "refund"
    assert resolution("vale de tienda... no, mejor el dinero") == "refund"


def test_worn_once_is_opened():
    assert opened("wore em once so yea theyre opened") is True


def test_a_neighbours_name_with_a_title():
    assert wishes("the driver may give it to my neighbour, Mrs. Petersen.") == {
        "neighbour": "my neighbour, Mrs. Petersen"
    }


def test_where_somebody_is_slow_is_no_safe_place():
    assert wishes("please call me first, I am slow on the stairs") == {"call_first": ""}


def test_the_day_of_an_order_is_no_note():
    assert note("y para el pedido RM-10359 de mañana, el código del portal es 4711") is None


def test_a_short_street_has_a_house_number():
    assert short_streets("acker 12 delivered to Braun") == ["acker 12"]
    assert short_streets("stop 3 done") is None


def test_what_a_day_is_may_be_why_it_does_not_suit():
    day = {"date": "2026-05-08"}
    for text, suits in (("friday is stocktaking", False), ("friday is fine", True), ("friday is better", True)):
        said = Meaning(text, (), (Entity("date", day["date"], 0, 6, "friday"),))
        assert none_suits(said) is not suits
