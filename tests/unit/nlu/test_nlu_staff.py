"""Messages of staff: what they order the operation to do, and which numbers and names are what."""

from __future__ import annotations

import pytest

from domain.meaning import BY_CHANNEL, Entity, Meaning
from nlu.embedded import Embedded
from tests.unit.nlu.conftest import BERLIN, NOW


def read(engine: Embedded, text: str) -> Meaning:
    return engine.parse(text, "staff", NOW, BERLIN)


def values(entities: tuple[Entity, ...]) -> list[tuple[str, object]]:
    return [(one.kind, one.value) for one in entities]


@pytest.mark.parametrize(
    ("text", "intent", "values_"),
    [
        ("plan tomorrow for north depot", "plan_routes", [("date", "2026-05-06"), ("depot", "north depot")]),
        ("publish", "publish_routes", []),
        ("move stop 4 from r7 to r9", "move_stop", [("stop", 4), ("route", "R7"), ("route", "R9")]),
        ("where's 10482", "find_order", [("order_number", "RM-10482")]),
        ("today's failed in 3511", "find_order", [("date", "2026-05-05"), ("postcode", "3511")]),
        ("take RM-10482 off hold", "release_order", [("order_number", "RM-10482")]),
        ("anything late or at risk?", "show_exceptions", []),
        ("tell R7's customers we're 30 min late", "announce_delay", [("route", "R7"), ("duration", 1800)]),
        ("RET-204 is fine, approve it", "approve_return", [("return_number", "RET-204")]),
        ("approve po 77", "approve_purchase_order", [("purchase_order", "PO-77")]),
        ("refund 25 eur on RM-10482", "issue_refund", [("money", "25.00 EUR"), ("order_number", "RM-10482")]),
        ("how did we do last week", "kpi_report", [("date", "2026-04-27/2026-05-03")]),
        ("how did we do in march", "kpi_report", [("date", "2026-03-01/2026-03-31")]),
        ("how many failed on monday", "kpi_report", [("date", "2026-05-04")]),
        ("set the on time target to 95%", "kpi_report", [("percentage", 95)]),
        (
            "how many failed yesterday in the north by reason",
            "kpi_report",
            [("date", "2026-05-04"), ("depot", "north")],
        ),
        ("plan every day at 18:00", "set_schedule", [("time_window", "18:00-19:00")]),
        ("when does planning run", "show_schedule", []),
        ("write off 3 mugs", "adjust_stock", [("quantity", 3), ("product", "mugs")]),
        ("SKU-1044 -3", "adjust_stock", [("product", "SKU-1044"), ("quantity", -3)]),
        ("get me a human", "talk_to_human", []),
        ("who left dishes in the sink", "out_of_scope", []),
    ],
)
def test_orders_and_questions(engine: Embedded, text: str, intent: str, values_: list[tuple[str, object]]) -> None:
    meaning = read(engine, text)
    assert meaning.intent == intent
    assert values(meaning.entities) == values_


def test_what_asks_or_orders_is_no_bare_answer(engine: Embedded) -> None:
    assert read(engine, "order 40 kettles").intent == "create_purchase_order"
    assert read(engine, "40 kettles").intent == "inform"
    assert read(engine, "kettles in the south depot?").intent == "stock_level"
    assert read(engine, "R3 = Marta").intent == "assign_driver"
    assert read(engine, "R3").intent == "inform"
    assert values(read(engine, "-3").entities) == [("quantity", -3)]


def test_people_suppliers_and_reasons_are_told_from_the_words_around_them(engine: Embedded) -> None:
    assert ("driver", "Bjarne") in values(read(engine, "put Bjarne on R7").entities)
    assert ("supplier", "Kettlewell & Sons") in values(
        read(engine, "create a PO for Kettlewell & Sons, 20 mugs").entities
    )
    reason = next(one for one in read(engine, "hold 10482, payment not cleared").entities if one.kind == "reason")
    assert reason.text == "payment not cleared"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hold 10482 customer unreachable", "customer unreachable"),
        ("put RM-10482 on hold because the lift is out of order", "the lift is out of order"),
        ("reject RET-204: worn for months", "worn for months"),
        ("quarantine lot 4411, smells odd", "smells odd"),
        ("hold 10482 please", None),
        ("hold RM-10482 and RM-10483", None),
        ("hold 10482 for a week", None),
        ("reject RET-204", None),
    ],
)
def test_why_something_is_held_refused_or_blocked(engine: Embedded, text: str, why: str | None) -> None:
    found = [one.text for one in read(engine, text).entities if one.kind == "reason"]
    assert found == ([] if why is None else [why])


def test_names_of_the_business_are_known_to_staff_alone(engine: Embedded) -> None:
    known = engine.with_gazetteer({"product": ["Teapot Astrid"]})
    known.learn_names(
        {"product": ["Teapot Astrid"]},
        {"depot": ["Quay 9"], "driver": ["Xanthippe Vogel", "Xanthippe"], "vehicle": ["HH-KX 207"]},
    )
    found = values(read(known, "swap xanthippe and xantippe vogel at quay 9, take HH-KX 207").entities)
    assert found == [
        ("driver", "Xanthippe"), ("driver", "Xanthippe Vogel"), ("depot", "Quay 9"), ("vehicle", "HH-KX 207"),
    ]  # fmt: skip
    customer = known.parse("xanthippe at quay 9 has my teapot astrid", "customer", NOW, BERLIN)
    assert {one.kind for one in customer.entities} & {"driver", "depot", "vehicle", "product"} == {"product"}


def test_a_depot_may_have_an_everyday_word_for_a_name(engine: Embedded) -> None:
    known = engine.with_gazetteer({})
    known.learn_names({}, {"depot": ["North"]})
    assert ("depot", "North") in values(read(known, "plan north for tomorrow").entities)


def test_what_is_known_to_be_wanted_is_read_for_its_values(engine: Embedded) -> None:
    meaning = engine.parse_as("move stop 4 from r7 to r9", ("move_stop",), "staff", NOW, BERLIN)
    assert (meaning.intents, meaning.engine) == ((("move_stop", 1.0),), BY_CHANNEL)
    assert values(meaning.entities) == [("stop", 4), ("route", "R7"), ("route", "R9")]
    both = ("approve_return", "approve_purchase_order")
    assert engine.parse_as("approve RET-204", both, "staff", NOW, BERLIN).intent == "approve_return"
    assert engine.parse_as("approve PO-77", both, "staff", NOW, BERLIN).intent == "approve_purchase_order"
    assert engine.parse_as("", ("help",), "staff", NOW, BERLIN).entities == ()
