"""Ordinary sentences beside whose wish something is only asked, supposed or denied, as the language engine reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.catalogue import catalogue
from domain.dialogue import Dialogue, Heard
from domain.meaning import Audience, Meaning
from domain.moment import Role
from nlu.embedded import Embedded
from nlu.filling import fill
from nlu.parting import with_parts

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
GOODS = {"product": ["Kettle", "Espresso grinder"]}
KETTLE_ON_MONDAY = ("RescheduleOrder", "Kettle", "2026-05-11")


def begun(engine: Embedded, text: str, audience: Audience, role: Role) -> list[tuple[Any, ...]]:
    """The commands that a message begins, with the thing and the day, or the stops, each is about."""

    def parse(words: str) -> Meaning:
        return engine.parse(words, audience, NOW, ZoneInfo("Europe/Berlin"), "en")

    step = fill(Dialogue(), Heard(with_parts(parse(text), audience, parse)), catalogue(role), "new")
    return [
        (frame.command, *(frame.slots[name] for name in ("about_product", "day", "stops") if name in frame.slots))
        for frame in step.dialogue.frames
    ]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("move the kettle to monday 8-12. is the grinder coming tuesday?", KETTLE_ON_MONDAY),
        ("deliver the kettle monday 8-12 unless the grinder can come tuesday 8-12", KETTLE_ON_MONDAY),
        ("move the kettle monday 8-12, I got the grinder on saturday 8-12", KETTLE_ON_MONDAY),
        ("move the kettle to monday 8-12. don't cancel the grinder", KETTLE_ON_MONDAY),
        ("move the kettle to monday 8-12. never mind the cost", KETTLE_ON_MONDAY),
        ("cancel the kettle. never mind the refund", ("CancelOrder", "Kettle")),
        ("please leave it at the front door. never mind the dog", ("InstructDelivery",)),
    ],
)
def test_only_what_a_customer_wishes_is_begun(bilingual, text, done):
    assert begun(bilingual.with_gazetteer(GOODS), text, "customer", Role.CUSTOMER) == [done]


@pytest.mark.parametrize(
    "text",
    [
        "if 1 is delivered, nobody home at 2",
        "did I say 1 delivered, 2 delivered?",
        "1 was delivered yesterday, skip 2",
        "they want 1 delivered and 2 delivered together",
    ],
)
def test_what_a_driver_does_not_report_is_not_done(bilingual, text):
    assert begun(bilingual, text, "driver", Role.DRIVER) == []


def test_what_a_driver_reports_of_two_stops_is_done(bilingual):
    said = begun(bilingual, "1 delivered, nobody home at 2", "driver", Role.DRIVER)
    assert said == [("FailDelivery", [2]), ("Deliver", [1])]


@pytest.mark.parametrize("text", ["3 failed, closed for lunch", "nobody home at 3, lunch break there"])
def test_a_break_of_others_is_not_the_drivers(bilingual, text):
    assert all(command != "StartBreak" for command, *_ in begun(bilingual, text, "driver", Role.DRIVER))
