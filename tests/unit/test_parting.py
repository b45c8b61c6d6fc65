"""Several wishes in one message, each about a thing of its own."""

from __future__ import annotations

from typing import Any

import pytest

from actions.catalogue import catalogue
from domain.dialogue import Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from nlu.filling import fill
from nlu.parting import with_parts
from tests.dialogues import asking

#: By words in a text, what an engine would take it for: the intent, the kind of a value, and the value.
_KNOWN: dict[str, tuple[str, str, Any]] = {
    "1 entregada": ("delivered", "stop", 1),
    "1 delivered": ("delivered", "stop", 1),
    "2 delivered": ("delivered", "stop", 2),
    "nobody home at 2": ("failed_delivery", "stop", 2),
    "la 2 no": ("failed_delivery", "stop", 2),
    "3 handed over": ("delivered", "quantity", 3),
    "my break now": ("start_break", "reason", "break"),
    "break over": ("end_break", "reason", "over"),
    "back from break": ("end_break", "reason", "back"),
    "fin de la pausa": ("end_break", "reason", "fin"),
    "break at 2": ("start_break", "time_window", "14:00-15:00"),
    "20 late": ("report_delay", "duration", 1200),
    "20 min tarde": ("report_delay", "duration", 1200),
    "handed it over": ("delivered", "reason", "handed"),
    "entregado": ("delivered", "reason", "entregado"),
    "no hay nadie": ("failed_delivery", "reason", "nadie"),
    "skip 2": ("skip_stop", "stop", 2),
    "move the kettle": ("reschedule_delivery", "product", "kettle"),
    "cancel the grinder": ("cancel_order", "product", "grinder"),
    "canceles el molinillo": ("cancel_order", "product", "molinillo"),
    "mirror friday": ("reschedule_delivery", "product", "mirror"),
    "cancel the kettle": ("cancel_order", "product", "kettle"),
    "the lamp comes when": ("track_order", "product", "lamp"),
    "blender": ("inform", "product", "blender"),
    "friday": ("inform", "date", "2026-05-08"),
    "thursday": ("inform", "date", "2026-05-07"),
}


def parse(text: str) -> Meaning:
    intent, entities = "inform", []
    for words, (meant, kind, value) in _KNOWN.items():
        at = text.lower().find(words)
        if at < 0 or any(each.kind == kind and each.value == value for each in entities):
            continue
        intent = meant if intent == "inform" else intent
        name = str(value) if str(value) in words else words
        start = text.lower().find(name, at)
        entities.append(Entity(kind, value, start, start + len(name), text[start : start + len(name)]))
    return Meaning(text, ((intent, 0.9),), tuple(entities), "hand")


def wishes(text: str, audience: Any) -> list[str]:
    return [each.intent for each in with_parts(parse(text), audience, parse).parts]


@pytest.mark.parametrize(
    "text",
    ["1 delivered, nobody home at 2", "1 delivered and nobody home at 2", "la 1 entregada y en la 2 no había nadie"],
)
def test_what_a_driver_reports_of_two_stops(text):
    assert wishes(text, "driver") == ["delivered", "failed_delivery"]


@pytest.mark.parametrize(
    ("text", "reports"),
    [
        ("1 delivered, my break now", ["delivered", "start_break"]),
        ("handed it over and running 20 late", ["delivered", "report_delay"]),
        ("my break now, 1 delivered", ["start_break", "delivered"]),
        ("entregado, voy 20 min tarde", ["delivered", "report_delay"]),
        ("no hay nadie, voy 20 min tarde", ["failed_delivery", "report_delay"]),
        ("1 delivered, 2 delivered", ["delivered", "delivered"]),
        ("break over. 1 delivered", ["end_break", "delivered"]),
        ("wait not yet, break over. 1 delivered", ["end_break", "delivered"]),
        ("1 delivered, back from break", ["delivered", "end_break"]),
        ("fin de la pausa, la 1 entregada", ["end_break", "delivered"]),
        ("ok, 1 delivered, my break now", ["delivered", "start_break"]),
        ("they are back from break, 1 delivered", []),
        ("not back from break, 1 delivered", []),
        ("wait, 1 delivered, break over", []),
        ("handed it over, break at 2", []),
        ("handed it over, she was 20 late", []),
        ("handed it over, not taking my break now", []),
        ("handed it over after my break now", []),
        ("handed it over, is it my break now?", []),
    ],
)
def test_what_a_driver_says_of_the_day_beside_a_report(text, reports):
    assert wishes(text, "driver") == reports


@pytest.mark.parametrize(
    "text", ["1 and 2 delivered", "2 delivered, with the neighbour", "2 delivered, sorry, 1 delivered", "1 delivered"]
)
def test_what_is_one_report(text):
    assert wishes(text, "driver") == []


@pytest.mark.parametrize(
    "text",
    [
        "if 1 delivered, nobody home at 2",
        "did I say 1 delivered, 2 delivered?",
        "1 delivered yesterday, skip 2",
        "they want 1 delivered and 2 delivered together",
        "they want 3 handed over and 2 delivered together",
        "once 1 delivered, skip 2",
        "don't skip 2, 1 delivered",
        "si la 1 entregada, en la 2 no había nadie",
        "la 1 entregada ayer, en la 2 no había nadie",
        "quieren la 1 entregada y en la 2 no había nadie",
    ],
)
def test_what_a_driver_only_supposes_asks_or_tells_of_another_day_is_not_done(text):
    whole = with_parts(parse(text), "driver", parse)
    assert whole.parts == ()
    assert fill(Dialogue(), Heard(whole), catalogue(Role.DRIVER), "new").dialogue.frames == ()


@pytest.mark.parametrize(
    "text",
    [
        "move the kettle to thursday. don't cancel the grinder",
        "move the kettle to thursday. should I cancel the grinder?",
        "move the kettle to thursday. if it rains cancel the grinder",
        "move the kettle to thursday. no canceles el molinillo",
    ],
)
def test_what_a_customer_denies_or_asks_is_no_wish_of_its_own(text):
    assert wishes(text, "customer") == []


def test_a_polite_question_is_a_wish_of_its_own():
    said = "move the kettle to thursday. could you cancel the grinder?"
    assert wishes(said, "customer") == ["reschedule_delivery", "cancel_order"]


def test_what_a_customer_wishes_for_two_orders():
    assert wishes("Hello. Cancel the kettle. The lamp comes when?", "customer") == ["cancel_order", "track_order"]
    both = with_parts(parse("The mirror friday. Blender: thursday"), "customer", parse).parts
    assert [(each.intent, each.entities[-1].value) for each in both] == [
        ("reschedule_delivery", "2026-05-08"),
        ("reschedule_delivery", "2026-05-07"),
    ]


def test_all_of_it_is_begun_the_first_on_top_unless_a_question_waits():
    whole = with_parts(parse("1 delivered, nobody home at 2"), "driver", parse)
    step = fill(Dialogue(), Heard(whole), catalogue(Role.DRIVER), "new")
    assert [frame.command for frame in step.dialogue.frames] == ["FailDelivery", "Deliver"]
    assert [frame.slots["stops"] for frame in step.dialogue.frames] == [[2], [1]]
    waiting = asking("Deliver", "name", stops=[4])
    assert len(fill(waiting, Heard(whole), catalogue(Role.DRIVER), "new").dialogue.frames) < 3
