"""What is refused, put right, or said besides an answer, in words of its own."""

from __future__ import annotations

import pytest

from domain.dialogue import CONFIRM, FACT, Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from nlu.instead import suiting
from nlu.readers.corrections import number_put_right
from nlu.readers.instructions import note, wishes
from nlu.readers.proofs import further_stop
from nlu.readers.returning import resolution
from nlu.readers.returns import way_wished
from nlu.readers.settings import messages_on
from nlu.rules.amounts import RATING
from tests.dialogues import after, asking, current, say
from tests.meanings import heard


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("credit? no. money.", None),
        ("a voucher no, my money back", "refund"),
        ("saldo no, el dinero", "refund"),
        ("credit, no problem", "credit"),
    ],
)
def test_what_is_refused_behind_its_name_is_not_wanted(text, wanted):
    assert resolution(text) == wanted


@pytest.mark.parametrize("text", ["no quiero recibir más mensajes", "ya no quiero que me escriban avisos"])
def test_who_wants_no_messages_in_spanish_gets_none(text):
    assert messages_on(text) is False


def test_a_way_back_that_is_not_possible_is_not_wished():
    text = "a driver can't come, nobody is home so I will take them to a drop off point"
    assert way_wished(text) == "drop_off"


def test_who_a_neighbour_is_and_where_they_live_is_no_note():
    text = "si no abro, que se lo dejen a la vecina, la señora Vogel del primero"
    assert "Vogel" in (wishes(text) or {})["neighbour"]
    assert note(text) is None


def test_a_hesitation_before_a_number_puts_it_right():
    found = number_put_right("er 4711, i always mix those up")
    assert found is not None
    assert found.new == "4711"


@pytest.mark.parametrize(
    ("text", "which"), [("next one delivered too", "next"), ("la última entregada", "last"), ("delivered", None)]
)
def test_a_driver_says_that_it_is_another_stop(text, which):
    assert further_stop(text) == which


def test_stars_of_so_many_are_the_first_number():
    found = RATING[0].search("3 of 5 stars")
    assert found is not None
    assert found["span"] == "3 of 5 stars"


def test_the_day_that_a_page_shows_is_not_wished():
    text = "you said thursday. my page says wednesday"
    days = (Entity("date", "2026-05-07", 9, 17, "thursday"), Entity("date", "2026-05-06", 32, 41, "wednesday"))
    said = Meaning(text, (("reschedule_delivery", 0.9),), days, "hand")
    assert [each.value for each in suiting(said, "date")] == ["2026-05-07"]


def test_who_is_not_there_on_a_day_is_asked_for_another_one():
    text = "im not home tomorrow"
    said = Meaning(text, (("reschedule_delivery", 0.9),), (Entity("date", "2026-05-05", 12, 20, "tomorrow"),), "hand")
    frame = current(say(Dialogue(), Heard(said)))
    assert frame.command == "RescheduleOrder"
    assert "day" not in frame.slots


def test_what_the_driver_is_told_besides_an_answer_comes_next():
    text = "thursday, 4 to 8. gate code is 7731"
    said = Meaning(
        text, (("delivery_instructions", 0.8),),
        (Entity("date", "2026-05-07", 0, 8, "thursday"), Entity("time_window", "16:00-20:00", 10, 16, "4 to 8")), "hand",
    )  # fmt: skip
    step = say(asking("RescheduleOrder", "window", order="RM-1001", day="2026-05-07"), Heard(said))
    told, moved = step.dialogue.frames
    assert (told.command, told.slots["order"]) == ("InstructDelivery", "RM-1001")
    assert "7731" in told.slots["wishes"]["code"]
    assert not told.slots.get("note")
    assert moved.slots["window"] == "16:00-20:00"


def test_a_yes_for_another_thing_asks_about_that():
    text = "yes cancel the mirror"
    said = Meaning(text, (("cancel_order", 0.9),), (Entity("product", "mirror", 15, 21, "mirror"),), "hand")
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001", about_product="Blender")
    frame = current(say(waiting, Heard(said)))
    assert (frame.confirmed, frame.slots.get("order"), frame.slots["about_product"]) == (False, None, "mirror")


@pytest.mark.parametrize("text", ["oh that's my old postcode lol", "ah, ese código postal es el viejo"])
def test_a_remark_on_a_fact_changes_no_address(text):
    step = say(asking("TrackOrder", FACT, order="RM-1001"), heard(text, "change_address"))
    assert current(step).command == "TrackOrder"


def test_a_fact_behind_a_question_is_one():
    text = "why do you need that? ok, postcode is 10117"
    step = say(asking("TrackOrder", FACT, order="RM-1001"), heard(text, "change_address", postcode="10117"))
    assert current(step).slots[FACT] == "10117"


def test_a_yes_with_what_was_just_reported_reports_no_further_stop():
    done = after("FailDelivery", reason="refused")
    step = say(done, heard("yep refused, would not open", "failed_delivery"), Role.DRIVER)
    assert step.dialogue.current is None
