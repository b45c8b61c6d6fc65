"""What words plainly say, whatever the engine or the question that waits makes of them."""

from __future__ import annotations

import pytest

from domain.dialogue import ASK_BACK, CONFIRM, Dialogue, Frame, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from domain.notices import Choice
from nlu.readers import READERS
from nlu.readers.languages import wished
from tests.dialogues import after, asking, current, say
from tests.meanings import heard


def unsure(text: str, *intents: tuple[str, float]) -> Heard:
    """A message of which an engine does not know what it means."""
    return Heard(Meaning(text, intents, unsure=True))


@pytest.mark.parametrize(
    "text", ["mill lane delivered to Mr Kim", "back there, delivered to Frau Ott", "entregado a la señora Paz"]
)
def test_what_is_said_to_be_delivered_is(text):
    assert (
        current(say(Dialogue(), unsure(text, ("arrived", 0.3), ("delivered", 0.2)), Role.DRIVER)).command == "Deliver"
    )


@pytest.mark.parametrize(
    "text", ["not delivered, nobody there", "was it delivered?", "undo the delivered one", "sin entregar"]
)
def test_what_is_denied_or_asked_is_not_delivered(text):
    step = say(Dialogue(), unsure(text, ("arrived", 0.3), ("navigate", 0.2)), Role.DRIVER)
    assert all(frame.command != "Deliver" for frame in step.dialogue.frames)


@pytest.mark.parametrize(
    "text",
    [
        "quiere que sea entregado el lunes", "he asked to have it delivered", "cuando esté entregado aviso",
        "que lo entregue otro", "once delivered i take my break", "casi entregado", "dhl delivered another one",
    ],
)  # fmt: skip
def test_what_shall_be_delivered_or_was_by_others_is_not_delivered(text):
    for found in (unsure(text, ("arrived", 0.3), ("delivered", 0.2)), heard(text, "out_of_scope")):
        assert all(frame.command != "Deliver" for frame in say(Dialogue(), found, Role.DRIVER).dialogue.frames)


@pytest.mark.parametrize(
    ("words", "is_now"), [("today", True), ("hoy", True), ("yesterday", False), ("on friday", False)]
)
def test_what_was_delivered_another_day_is_not_delivered_now(words, is_now):
    text = f"the parcel delivered {words} is fine"
    day = entity("date", "2026-05-04", text, words)
    step = say(
        Dialogue(), Heard(Meaning(text, (("arrived", 0.3), ("delivered", 0.2)), (day,), unsure=True)), Role.DRIVER
    )
    assert any(frame.command == "Deliver" for frame in step.dialogue.frames) is is_now


@pytest.mark.parametrize(
    "text", ["nobody here at ackerstr 12", "nobody here at 2, tried calling", "here at 2, no one home", "i'm at stop 2, they are not home", "estoy en la 2, nadie abre"]
)  # fmt: skip
def test_who_is_there_and_finds_nobody_could_not_deliver(text):
    for intents in ([("arrived", 0.6), ("failed_delivery", 0.34)], [("failed_delivery", 0.57), ("arrived", 0.42)]):
        assert current(say(Dialogue(), unsure(text, *intents), Role.DRIVER)).command == "FailDelivery"


@pytest.mark.parametrize(
    "text", ["at 4, nobody at the front desk, going round the side", "at 3, no answer, can you phone them", "estoy en la 3, no contestan, podéis llamarles", "arrived at 2, nobody there, checking with the neighbour", "arrived at 2, nobody here yet", "i'm at 2, nobody in the way, parking", "here, waiting, nobody home", "estoy en la 2, aún no hay nadie", "at 2, is nobody home?"]
)  # fmt: skip
def test_who_still_waits_has_only_arrived(text):
    assert current(say(Dialogue(), heard(text, "arrived"), Role.DRIVER)).command == "Arrive"


@pytest.mark.parametrize(
    "text", ["nobody in, left with the neighbour", "no hay nadie en casa, lo dejé con el vecino", "no hay nadie, lo cogió el portero", "not home, neighbour took it"]
)  # fmt: skip
def test_what_somebody_nearby_took_is_delivered(text):
    assert current(say(Dialogue(), heard(text, "failed_delivery"), Role.DRIVER)).command == "Deliver"


@pytest.mark.parametrize(
    "text", ["nobody home, neighbour refused it", "nobody in, shall i leave it with the neighbour?", "nobody in, left a card with the neighbour", "nadie, y el vecino no lo quiere"]
)  # fmt: skip
def test_what_nobody_took_is_not_delivered(text):
    assert current(say(Dialogue(), heard(text, "failed_delivery"), Role.DRIVER)).command == "FailDelivery"


@pytest.mark.parametrize("text", ["cancel that", "cancela eso", "Cancélalo."])
def test_a_driver_who_cancels_takes_back_what_was_done(text):
    assert current(say(Dialogue(), heard(text, "stop"), Role.DRIVER)).command == "Undo"
    step = say(asking("FailDelivery", "reason"), heard(text, "stop"), Role.DRIVER)
    assert (step.said, step.dialogue.frames) == ("dropped", ())


@pytest.mark.parametrize(
    "text", ["what if nobody is home", "what happens if i'm not at home?", "and what if i am not in?", "what if im not home when you come", "What happens if I miss the delivery?", "¿y si no estoy en casa?", "qué pasa si no hay nadie", "hola, ¿y si no estoy cuando vengan?"]
)  # fmt: skip
def test_what_becomes_of_it_when_nobody_is_in_is_only_asked(text):
    for intent in ("delivery_instructions", "return_policy"):
        assert current(say(Dialogue(), heard(text, intent))).command == "AskIfNobodyIn"


@pytest.mark.parametrize(
    "text", ["if nobody is home leave it with the neighbour", "what if nobody is home? leave it in the shed then", "si no estoy, dejadlo en portería"]
)  # fmt: skip
def test_what_is_to_be_done_when_nobody_is_in_is_told_to_the_driver(text):
    assert current(say(Dialogue(), heard(text, "delivery_instructions"))).command == "InstructDelivery"


@pytest.mark.parametrize(
    "text", ["actually no, leave it as it was", "no, leave it as planned", "no mejor déjalo así", "no, lo dejamos como estaba", "ok just keep it as it is"]
)  # fmt: skip
def test_who_leaves_it_as_it_was_wants_no_other_day(text):
    waiting = asking("RescheduleOrder", "day", order="RM-1001")
    for intent in ("deny", "out_of_scope"):
        step = say(waiting, heard(text, intent))
        assert (step.said, step.dialogue.frames) == ("dropped", ())


@pytest.mark.parametrize("text", ["which product comes back most", "which products are returned most often"])
def test_what_comes_back_most_is_counted(text):
    assert current(say(Dialogue(), heard(text, "low_stock"), Role.MANAGER)).command == "AskNumbers"


def test_what_rather_failed_is_not_delivered():
    found = unsure("the one to be signed for delivered hm", ("failed_delivery", 0.3), ("delivered", 0.2))
    assert all(frame.command != "Deliver" for frame in say(Dialogue(), found, Role.DRIVER).dialogue.frames)


@pytest.mark.parametrize("text", ["entregué, todo bien", "entregué"])
def test_a_driver_who_says_that_they_delivered_has(text):
    assert current(say(Dialogue(), unsure(text, ("arrived", 0.3)), Role.DRIVER)).command == "Deliver"


@pytest.mark.parametrize("intent", ["out_of_scope", "goodbye"])
@pytest.mark.parametrize(
    "text",
    [
        "I'm off sick", "I'm off, sick", "me voy al médico", "on my way to hospital", "está saliendo humo del motor", "the customer is leaving",
        "I'm leaving a card", "salgo a comer", "heading off to the garage, van broken", "I'm off tomorrow", "no salgo",
        "I leave the depot at 9", "I left the depot keys at home", "when do I leave the depot", "I go back to the depot", "he left the depot",
    ],
)  # fmt: skip
def test_what_else_leaves_or_where_to_is_no_leaving_of_the_depot(text, intent):
    frames = say(Dialogue(), heard(text, intent, 0.5), Role.DRIVER).dialogue.frames
    assert all(frame.command != "Depart" for frame in frames)


@pytest.mark.parametrize(
    "text", ["off we go", "ya salgo", "all loaded and i'm off now", "vale, arranco", "me voy", "saliendo ya", "i'm off"]
)
def test_who_leaves_in_few_words_leaves(text):
    assert current(say(Dialogue(), heard(text, "out_of_scope"), Role.DRIVER)).command == "Depart"


@pytest.mark.parametrize(
    "text", ["do mill lane 12 later, the road is closed", "leaving this one for later", "esta la hago luego, hay obras"]
)
def test_a_stop_is_done_later_whatever_the_reason_sounds_like(text):
    assert current(say(Dialogue(), heard(text, "report_delay"), Role.DRIVER)).command == "SkipStop"


@pytest.mark.parametrize(
    "text",
    ["on my way to hospital", "im going to the hospital", "heading to A&E", "just off to A & E now", "feel awful, driving myself to the emergency room",
     "camino de urgencias", "me voy al hospital", "voy al médico ahora"],
)  # fmt: skip
def test_who_goes_to_a_hospital_needs_help(text):
    frame = current(say(Dialogue(), heard(text, "next_stop"), Role.DRIVER))
    assert (frame.command, frame.slots["kind"]) == ("ReportIncident", "injury")


@pytest.mark.parametrize(
    "text",
    ["going to the hospital stop now", "heading to the hospital next", "on my way to the hospital, 30 boxes for stores", "which way to the hospital?",
     "on my way to hospital road", "voy al hospital, la siguiente parada", "camino del hospital con los paquetes", "on my way to a easy one"],
)  # fmt: skip
def test_who_delivers_to_a_hospital_does_not(text):
    assert current(say(Dialogue(), heard(text, "next_stop"), Role.DRIVER)).command == "NextStop"


def test_a_stop_of_a_hospital_is_one():
    assert (
        current(say(Dialogue(), heard("going to the hospital, 4", "navigate", stop=4), Role.DRIVER)).command
        == "Navigate"
    )


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("dale, salgo", "affirm"), ("leaving now, late because of the kids", "out_of_scope"), ("now I leave from depot", "next_stop"),
        ("I go now from the depot", "next_stop"), ("leaving depot", "end_shift"), ("I drive off now", "end_shift"), ("just left the yard", "arrived"),
        ("ya salí del almacén", "end_shift"),
    ],
)  # fmt: skip
def test_who_says_that_they_leave_leaves(text, intent):
    assert current(say(Dialogue(), heard(text, intent), Role.DRIVER)).command == "Depart"


def test_what_comes_of_being_there_takes_no_arrival_back():
    step = say(after("Arrive", visits=[1]), heard("no entregado, no hay nadie", "failed_delivery"), Role.DRIVER)
    assert [frame.command for frame in step.dialogue.frames] == ["FailDelivery"]


def test_a_stop_that_is_asked_about_is_no_stop_with_something_missing():
    waiting = asking("ConfirmLoad", "all_there")
    step = say(waiting, heard("which is the first stop?", "next_stop", stop=1), Role.DRIVER)
    assert (current(step).command, step.dialogue.frames[0].slots) == ("NextStop", {})


@pytest.mark.parametrize("text", ["no no, espérate, no lo canceles", "hold on, no, don't cancel it"])
def test_a_no_that_names_the_wish_keeps_what_there_is(text):
    step = say(asking("CancelOrder", CONFIRM, order="RM-1001"), heard(text, "cancel_order"))
    assert (step.said, step.dialogue.current) == ("kept", None)


@pytest.mark.parametrize(
    "text",
    ["hm. my sister likes them, i'm keeping them", "al final me las quedo", "no postcode here. never mind, forget it"],
)
def test_what_is_kept_or_let_go_is_not_sent_back(text):
    assert say(asking("StartReturn", "reason", order="RM-1001"), heard(text, "check_stock", 0.66)).said == "dropped"


def test_a_question_is_heard_while_another_waits():
    asked = heard("is the rain jacket in stock? it always rains", "check_stock", 0.57, product="Rain jacket")
    assert current(say(asking("StartReturn", "opened", order="RM-1001"), asked)).command == "CheckStock"


def test_goods_that_were_complained_of_go_back_with_what_was_said():
    words = "the lamp is defective, I opened it"
    waiting = asking("ReportProblem", "photos", order="RM-1001", kind="damaged", item="Desk lamp", words=words)
    step = say(waiting, heard("i want to send it back", "start_return"))
    assert [frame.command for frame in step.dialogue.frames] == ["StartReturn"]
    slots = current(step).slots
    assert (slots["order"], slots["product"], slots["reason"], slots["opened"]) == (
        "RM-1001",
        ["Desk lamp"],
        "defective",
        True,
    )


@pytest.mark.parametrize(
    ("product", "frames"), [("lamp", ["StartReturn"]), ("boots", ["ReportProblem", "StartReturn"])]
)
def test_only_goods_that_were_complained_of_are_no_problem_any_more(product, frames):
    waiting = asking("ReportProblem", "photos", order="RM-1001", kind="damaged", item="Desk lamp", words="it is broken")
    step = say(waiting, heard(f"i want to send the {product} back", "start_return", product=product))
    assert [frame.command for frame in step.dialogue.frames] == frames


def test_what_never_came_is_a_problem_still():
    waiting = asking("ReportProblem", "arrived", order="RM-1001", kind="not_received", words="it never came")
    step = say(waiting, heard("i want to send the lamp back", "start_return"))
    assert [frame.command for frame in step.dialogue.frames] == ["ReportProblem", "StartReturn"]


def entity(kind: str, value: str, text: str, words: str, nth: int = 0) -> Entity:
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Entity(kind, value, at, at + len(words), words)


def moved(text: str, *entities: Entity, dialogue: Dialogue | None = None) -> Frame:
    return current(say(dialogue or Dialogue(), Heard(Meaning(text, (("reschedule_delivery", 0.9),), entities))))


def test_what_is_moved_is_named_beside_its_day():
    text = "the lamp is for today. bring the mirror on thursday"
    frame = moved(
        text, entity("product", "Lamp", text, "lamp"), entity("date", "2026-05-04", text, "today"),
        entity("product", "Mirror", text, "mirror"), entity("date", "2026-05-07", text, "thursday"),
    )  # fmt: skip
    assert frame.slots["about_product"] == "Mirror"


def test_a_day_that_is_bad_is_not_wished_for_though_it_is_named_last():
    text = "make it wednesday instead of tomorrow, tomorrow is chaos"
    frame = moved(
        text, entity("date", "2026-05-06", text, "wednesday"), entity("date", "2026-05-05", text, "tomorrow"),
        entity("date", "2026-05-05", text, "tomorrow", 1),
    )  # fmt: skip
    assert frame.slots["day"] == "2026-05-06"


def test_another_thing_with_a_day_is_moved_in_place_of_the_one_asked_about():
    text = "the kettle on saturday then"
    entities = (entity("product", "Kettle", text, "kettle"), entity("date", "2026-05-09", text, "saturday"))
    frame = moved(text, *entities, dialogue=asking("RescheduleOrder", "day", order="RM-1002"))
    assert frame.slots == {"about_product": "Kettle", "day": "2026-05-09"}


def test_an_order_that_is_only_named_is_looked_up():
    text = "my wife ordered it, the number is RM-1001"
    named = Entity("order_number", "RM-1001", text.index("RM"), len(text), "RM-1001")
    meant = Heard(Meaning(text, (("report_problem", 0.3), ("delivery_instructions", 0.2)), (named,), unsure=True))
    assert current(say(Dialogue(), meant)).command == "TrackOrder"


def test_a_code_in_few_words_sends_nothing_back():
    step = say(Dialogue(), heard("same code for the blender, 1199", "start_return", 0.69, product="Blender"))
    assert current(step).command == "InstructDelivery"


def test_a_step_that_was_offered_is_taken_though_it_was_asked_what_is_meant():
    money = Choice(
        label="choice.resolve_refund",
        command="ChooseResolution",
        slots={"return_number": "RET-1", "resolution": "refund"},
    )
    asked = Frame(id="asked", command=ASK_BACK, slots={"readings": []}, asking="wish")
    dialogue = Dialogue(frames=(asked,), steps=(money,), about_return="RET-1")
    step = say(dialogue, heard("i want my money back, no credit", "report_problem"))
    assert (current(step).command, current(step).slots["resolution"]) == ("ChooseResolution", "refund")


def test_what_is_not_offered_for_a_return_is_asked_for_all_the_same():
    money = Choice(
        label="choice.resolve_refund",
        command="ChooseResolution",
        slots={"return_number": "RET-1", "resolution": "refund"},
    )
    step = say(Dialogue(steps=(money,), about_return="RET-1"), heard("rather store credit", "report_problem"))
    assert current(step).slots == {"resolution": "credit", "return_number": "RET-1"}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("ill drop em off myself np", "ChooseWay"),
        ("la llevo yo a la tienda", "ChooseWay"),
        ("can someone pick it up?", "ChooseWay"),
        ("exchange please, i'll bring it", "ChooseResolution"),
        ("it came in the post", None),
        ("maybe friday", None),
    ],
)
def test_how_it_comes_back_can_be_said_before_what_is_wanted_for_it(text, command):
    money = Choice(
        label="choice.resolve_credit",
        command="ChooseResolution",
        slots={"return_number": "RET-1", "resolution": "credit"},
    )
    step = say(Dialogue(steps=(money,), about_return="RET-1"), heard(text, "out_of_scope"))
    frame = step.dialogue.current
    assert (frame.command if frame is not None else None) == command


@pytest.mark.parametrize(
    "text", ["perdona, sigo en español que me es más fácil", "me paso al español que voy más rápido"]
)
def test_a_language_is_wished_for_with_the_reason(text):
    assert wished(text) == "es"


@pytest.mark.parametrize(
    "text", ["mándenlo mejor a Torstraße 140, 10119 Berlin", "llévenlo a Torstraße 140, 10119 Berlin"]
)
def test_what_shall_be_done_with_an_order_is_no_part_of_its_address(text):
    assert READERS["address"](text, None).values["street"] == "Torstraße 140"


def test_a_failure_that_is_tried_again_later_is_one():
    text = "nobody home, will try again later"
    assert current(say(Dialogue(), heard(text, "failed_delivery"), Role.DRIVER)).command == "FailDelivery"
