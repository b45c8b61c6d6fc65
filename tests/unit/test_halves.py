"""What answers half, or says beside it what is no wish: a street alone, politeness, the day on which nothing came."""

from __future__ import annotations

import pytest

from actions.catalogue import catalogue
from domain.dialogue import Dialogue, Heard
from domain.meaning import Entity, Meaning
from domain.moment import Role
from domain.notices import Choice
from nlu.context import in_context
from nlu.on_the_road import as_driver
from nlu.parting import with_parts
from nlu.readers import READERS, Fields
from tests.dialogues import asking, current, say


@pytest.mark.parametrize(
    ("text", "street"),
    [("it's on Friedrichstraße", "Friedrichstraße"), ("Mill Lane", "Mill Lane"), ("en la calle Mayor", "calle Mayor")],
)
def test_a_street_alone_is_half_of_an_address(text, street):
    read = READERS["address_words"](text, None)
    assert isinstance(read, Fields)
    assert read.values == {"street": street}


@pytest.mark.parametrize(
    "text", ["131", "i will tell you later", "my street has no name but it is the one behind Mill Lane there"]
)
def test_what_is_no_street_is_none(text):
    read = READERS["address_words"](text, None)
    assert read is None or not read.values


def test_a_street_said_where_one_is_asked_for_asks_for_no_order():
    said = Heard(Meaning("it's on Friedrichstraße", (("track_order", 0.8),)))
    step = say(asking("ChangeAddress", "street", order="RM-1001"), said)
    assert (current(step).command, current(step).slots["street"]) == ("ChangeAddress", "Friedrichstraße")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("Qué pena con usted, una cosita más. Que el conductor me llame antes de llegar", {"call_first"}),
        ("Sorry to bother you again. One more thing, leave it in the shed", {"safe_place"}),
        ("perdone la molestia, dejen la caja en el portal", {"safe_place"}),
        ("with the kettle, should i be out, the Ottos next door can take it", {"neighbour"}),
        ("your drivers always get stuck at our gate, the code is 7730", {"code"}),
        ("los repartidores siempre se quedan parados en la verja, el código es 4410", {"code"}),
        ("with the concierge, or in the shed", {"neighbour", "safe_place"}),
    ],
)
def test_what_is_said_politely_or_of_which_thing_is_no_note(text, wishes):
    assert set(READERS["wishes"](text, None) or {}) == wishes
    assert READERS["note"](text, None) is None


@pytest.mark.parametrize(
    "text", ["on the third floor, ring twice", "one more thing: beware of the dog", "sorry, the bell is broken"]
)
def test_what_the_driver_should_know_is_a_note(text):
    assert READERS["note"](text, None)


@pytest.mark.parametrize("text", ["the grinder needs the same gate code", "el molinillo lleva el mismo código"])
def test_a_code_that_is_the_same_is_none_by_itself(text):
    assert READERS["wishes"](text, None) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the blender didnt make it today i see", "today"), ("my lamp never turned up on friday", "friday"),
        ("hoy vinieron con la licuadora y yo no estaba", "hoy"), ("no llegó el viernes", "viernes"),
    ],
)  # fmt: skip
def test_a_day_on_which_nothing_came_is_none_to_come_on(text, day):
    at = text.index(day)
    said = Meaning(text, (("reschedule_delivery", 0.7),), (Entity("date", day, at, at + len(day), day),))
    assert not in_context(said, catalogue(Role.CUSTOMER)).entities


@pytest.mark.parametrize(
    "text", ["i never got round to it, friday please", "can you make it friday", "make it today if you can"]
)
def test_a_day_to_come_on_stays_one(text):
    day = "today" if "today" in text else "friday"
    at = text.index(day)
    said = Meaning(text, (("reschedule_delivery", 0.7),), (Entity("date", day, at, at + len(day), day),))
    assert in_context(said, catalogue(Role.CUSTOMER)).entities


@pytest.mark.parametrize(
    "text", ["y la ultima, gartenstr, entregada a Timo Haas", "and the last one, delivered to Mr Haas"]
)
def test_the_last_stop_that_was_handed_over_is_delivered(text):
    meant = as_driver(Meaning(text, (("skip_stop", 0.89),)), catalogue(Role.DRIVER))
    assert meant.intent == "delivered"


@pytest.mark.parametrize(
    "text",
    [
        "skip the last one, delivered to Mr Haas next door",
        "the last one later, first one delivered to Mr Haas",
        "la ultima para luego",
        "skip the last one",
    ],
)
def test_the_last_stop_that_is_left_for_later_is_not(text):
    meant = as_driver(Meaning(text, (("skip_stop", 0.89),)), catalogue(Role.DRIVER))
    assert meant.intent == "skip_stop"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bergstr rechazado, ya tiene otro", "failed_delivery"), ("lady refused it, already got one", "failed_delivery"),
        ("did she say she refused it?", "report_incident"), ("they haven't refused anything", "report_incident"),
    ],
)  # fmt: skip
def test_what_was_refused_is_not_delivered_whatever_it_was_taken_for(text, intent):
    said = Meaning(text, (("report_incident", 0.6), ("failed_delivery", 0.1)), unsure=True)
    assert as_driver(said, catalogue(Role.DRIVER)).intent == intent


def _parse(text: str) -> Meaning:
    late = any(words in text for words in ("late", "behind"))
    failed = any(words in text for words in ("barrier", "nobody", "refused", "get in"))
    found = tuple(Entity("stop", 3, text.index("3"), text.index("3") + 1, "3") for _ in range("stop 3" in text))
    return Meaning(text, (("report_delay" if late else "failed_delivery" if failed else "inform", 0.95),), found)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("barrier wont open, gonna be 10 min behind", 0), ("can't get in the yard, 10 min late", 0),
        ("nobody home, 10 min late", 2), ("refused, 10 min behind now", 2), ("barrier shut at stop 3, 10 min behind", 2),
    ],
)  # fmt: skip
def test_what_only_holds_a_driver_up_is_no_failed_stop(text, parts):
    assert len(with_parts(_parse(text), "driver", _parse).parts) == parts


@pytest.mark.parametrize(
    ("text", "intent", "done"),
    [
        ("pity. ok, credit for the boots then", "track_return", True), ("money back for my boots please", "out_of_scope", True),
        ("credit for the boots", "start_return", False), ("are the boots worth a voucher", "check_stock", False),
    ],
)  # fmt: skip
def test_what_is_wanted_for_a_thing_by_its_name(text, intent, done):
    steps = (
        Choice(
            label="choice.resolve_credit",
            command="ChooseResolution",
            slots={"return_number": "RET-1", "resolution": "credit"},
        ),
    )
    at = text.index("boots")
    said = Meaning(text, ((intent, 0.7),), (Entity("product", "boots", at, at + 5, "boots"),))
    step = say(Dialogue(about_return="RET-1", steps=steps), Heard(said))
    chosen = step.dialogue.current is not None and step.dialogue.current.command == "ChooseResolution"
    assert chosen == done


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("n for the blender pls call me before u come", "delivery_instructions"), ("the lamp goes to the neighbour if i am out", "delivery_instructions"),
        ("bring the blender another day", "reschedule_delivery"), ("can you call me about another day?", "reschedule_delivery"),
    ],
)  # fmt: skip
def test_a_wish_for_the_driver_that_is_plainly_said_is_one(text, intent):
    said = Meaning(text, (("reschedule_delivery", 0.45), ("delivery_instructions", 0.37)), unsure=True)
    assert in_context(said, catalogue(Role.CUSTOMER)).intent == intent


@pytest.mark.parametrize(
    "text",
    [
        "fine. and the grinder stays wednesday", "the lamp stays on friday then", "and with the blender you do nothing for now, I'll write again",
        "do nothing with the lamp", "con la licuadora no hagan nada por ahora, ya les aviso",
    ],
)  # fmt: skip
def test_what_is_left_as_it_is_needs_nothing(text):
    said = Meaning(text, (("reschedule_delivery", 0.4), ("track_order", 0.2)), unsure=True)
    assert say(Dialogue(), Heard(said)).said == "dropped"


def test_where_an_order_is_that_is_named_is_looked_up_at_once():
    text = "llamo de una tienda, quiero saber dónde está el pedido RM-10804"
    at = text.index("RM-")
    named = (Entity("order_number", "RM-10804", at, at + 8, "RM-10804"),)
    said = Meaning(text, (("track_order", 0.65), ("talk_to_human", 0.2)), named, unsure=True)
    assert current(say(Dialogue(), Heard(said))).command == "TrackOrder"
