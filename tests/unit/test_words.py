"""Every notice has words in every language, and a language is nothing but files."""

from __future__ import annotations

import inspect
import itertools
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

import domain.notices as notices_module
from actions.registry import NOT_BUILT_YET, REGISTRY
from bot.words import SHIPPED, Words
from domain.moment import Role
from domain.notices import Notice
from domain.orders import OrderStatus

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ITEMS = [{"name": "Steel kettle", "quantity": 2}, {"name": "Red toaster", "quantity": 1}]
PARCEL = {
    "number": "RM-10482", "kind": "delivery", "status": "pending", "name": "Ann Lee", "phone": "+4930901820", "items": ITEMS,
    "wishes": [["code", "4711"], ["call_first", ""]], "proof": "photo", "required": True, "attempt": 2,
}  # fmt: skip
CARD = {
    "stop": 7, "visit": 70, "status": "en_route", "address": "Torstr. 1, 10115 Berlin", "place": "52.53160,13.38170",
    "start": "2026-05-04T10:00:00Z", "end": "2026-05-04T11:00:00Z", "eta": "2026-05-04T10:20:00Z", "done_at": None,
    "parcels": [PARCEL, {**PARCEL, "kind": "pickup", "phone": None, "proof": "none", "attempt": 1}],
}  # fmt: skip
DONE = {
    "visit": 70, "stop": 7, "address": "Torstr. 1, 10115 Berlin", "at": "2026-05-04T10:00:00Z", "far": 800,
    "why": "nobody_home", "then": "today", "eta": "2026-05-04T12:00:00Z", "was": 3, "late": True,
    "missing": [{"name": "Red toaster", "quantity": 1}], "report": "Deliver",
}  # fmt: skip
#: Every value a text may use; texts that need one that is not here fail.
VALUES = {
    "number": "RM-10482", "order": "RM-10482", "items": ITEMS, "day": "2026-05-08", "window": "14:00-16:00",
    "was_day": "2026-05-06", "was_window": "08:00-10:00", "eta_start": "2026-05-04T12:10:00Z",
    "eta_end": "2026-05-04T12:50:00Z", "stops_before": 2, "changed_at": "2026-05-03T15:00:00Z", "why": "nobody home",
    "needs": None, "link": "x" * 22, "tracking": "y" * 22, "score": 4, "kind": "voice", "open_now": False, "route": 7, "aboard": True, "steps": [], "driver": "Ines", "known": True, "file": "f" * 22, "numbers": ["RM-10482"], "opens": "2026-05-05T06:00:00Z", "words": "We are on it.", "case": "C-1001", "postcode": "10115", "product": "Steel kettle", "sku": "SKU-1", "available": 3,
    "asked": 1, "order_by": "2026-05-05T16:00:00Z", "wanted_day": None, "topic": "talk_to_human",
    "reference": "C-1001", "already": False, "first_name": "Ann", "address": "Torstr. 1, 10115 Berlin", "count": 2,
    "until": "2026-05-04T10:00:00Z", "areas": ["10*", "12*"], "next": "2026-05-09", "value": "asdf", "waiting": False,
    "status": "dispatched", "noun": "order", "name": "RM-10482", "before": "packed", "after": "delivered",
    "wanted": 5, "reserved": 1, "external_id": "a-1", "differences": ["lines.0.quantity"], "currencies": ["EUR", "USD"],
    "phone": "12", "country": "DE", "email": "x", "slot": "day",
    "version": 3, "depot": "north", "plan": 3, "run": 4, "plate": "B-NO 201", "promised": 4, "on_hand": 3, "outcome": "created", "subject": "north",
    "goods": ["Steel kettle"], "said": "where is it",
    "was": "Torstr. 1, 10115 Berlin", "street": "Torstr. 5", "city": "Berlin", "wishes": [["code", "4711"], ["call_first", ""]],
    "photos": 1, "item": "Steel kettle", "on": True, "channel": "email", "quiet_from": "21:00", "quiet_until": "08:00",
    "language": "en", "languages": ["en", "de"], "possible": ["email", "sms"], "at": "2026-05-03T15:00:00Z", "by": "Mrs Kim",
    "recorded": True, "photo": True, "place": True, "unknown": "lawn mower",
    "stop": 7,
    "vehicle": "van 3", "vehicles": ["van 3", "van 4"], "skills": ["fridge", "lift"], "dimension": "weight", "over": 120_000,
    "amount": 1_500_000, "closes": "2026-05-04T11:00:00Z", "arrival": "2026-05-04T11:40:00Z", "back": "2026-05-04T16:10:00Z",
    "shift_end": "2026-05-04T16:00:00Z", "takes": 7800, "lasts": 7200, "may": 3600, "because": "no_skill", "partner": "RM-10483",
    "partners": ["RM-10483"], "short": 35_000, "seconds": 1500, "added": 150, "saved": 100, "shift": 1500, "driving": 60,
    "work": 3600, "like": "van 3",
    "again": False, "aborted": False, "since": "2026-05-04T09:00:00Z", "routes": 2, "stops": 12, "left_out": 1, "taken_out": 0,
    "start": "2026-05-08T08:00:00Z", "end": "2026-05-08T09:00:00Z", "metres": 12_345, "working": 7200, "source": "osrm",
    "changes": [{"what": "order", "name": "RM-10482", "why": "gone"}], "more": 0, "cost": 12.5, "fix": "It needs a lift.",
    "was_start": "2026-05-04T10:00:00Z", "was_end": "2026-05-04T11:00:00Z", "eta": "2026-05-04T12:20:00Z", "preview": False,
    "position": 3, "what": "moved", "touched": [7, 8], "dropped": [["RM-10482", "no_room"]], "first": 2, "other": "RM-10483",
    "moved": 2, "told": 1, "ahead": 3, "minutes": 12, "weight": 1500, "volume": 0, "pieces": 0,
    "job": "plan_day", "zone": "Europe/Berlin", "jobs": [1, 2], "every": 5, "weekdays": [1, 2], "options": {"before_start": 45},
    "row": {"job": "plan_day", "enabled": True, "next": "2026-05-04T16:10:00Z"}, "enabled": True, "paused_until": None, "waiting_orders": 1, "unplanned": 1, "drivers": 1, "due_at": "2026-05-04T10:00:00Z",
    "times": ["2026-05-04T10:00:00Z"], "cause": "too_late", "state": "missed", "orders": 12, "name_of_depot": "Depot North",
    "period": "2026-05-04",
    "figures": {
        "delivered": 12, "partly": 1, "failed": 1, "returned": 1, "cancelled": 1, "ordered": 9, "with_promise": 13, "in_promise": 12,
        "with_told": 13, "in_told": 12, "attempts": 14, "reasons": {"nobody_home": 1}, "metres": 123_456, "routes": 2,
        "worked": 7200, "messages": 30, "asked_where": 2, "cases_opened": 1, "cases_closed": 1,
    },
    "name_of": "Ines Kruse", "code": "c" * 22, "left": 3, "left_off": ["RM-10484"], "leaves": "2026-05-04T07:30:00Z", "others": 2,
    "load": [{"stop": 1, "number": "RM-10482", "items": ITEMS}], "began": "2026-05-04T05:00:00Z", "returned": ["RM-10482"],
    "summary": {"stops": 12, "done": 10, "failed": 1, "not_reached": 1, "km": None, "planned_metres": 71_000, "seconds": 28_800, "in_time": 9, "told": 10, "promised": 9, "had_promise": 10},
    "joined": ["Torstr. 5"], "gone": ["Torstr. 6"], "coming": "Torstr. 5", "drivable": True, "proposal": "Two take it over.", "command": "roundsman route split 7", "takers": [8], "nobody": [],
    "late": 1, "km": 48_210, "last": 48_210, "codes": ["ines", "ines-2"],
    "pin": "4711", "followed": False,
    "card": CARD, "cards": [CARD], "done": [
        {**DONE, "what": what}
        for what in ("arrived", "there_already", "still_open", "delivered", "part", "collected", "known", "failed",
                     "failed_already", "skipped", "undone")
    ], "partly": True, "earlier": True, "failure": "refused", "at_stops": [4, 5], "must": True, "wrong": True, "part": "photo", "all": True, "missing": [{"name": "Red toaster", "quantity": 1}], "cancelled": True, "then": "today",
    "effects": [
        {"stop": 1, "numbers": ["RM-1"], "route": 7, "was": "2026-05-04T12:20:00Z", "now": "2026-05-04T12:40:00Z", "late": 5, "breaks": True},
        {"stop": 2, "numbers": ["RM-2"], "route": 7, "was": "2026-05-04T12:20:00Z", "now": None, "late": 0, "breaks": False},
        {"stop": None, "numbers": [], "route": 7, "was": None, "now": "2026-05-04T12:20:00Z", "late": 0, "breaks": False},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(["en"], BERLIN)


def spoken_names() -> list[str]:
    """Every name a text is asked by: those of the files, which tests of the code below hold to be complete."""
    return sorted(
        name for name in Words(["en"], BERLIN).names("en") if not name.startswith(("pattern.", "near.", "page."))
    )


@pytest.mark.parametrize("name", spoken_names())
def test_every_text_renders(words, name):
    text = words.say(name, VALUES, "en", NOW)
    assert text
    assert "None" not in text
    assert "  " not in text
    assert "!" not in text
    assert "oops" not in text.lower()


@pytest.mark.parametrize("status", list(OrderStatus))
@pytest.mark.parametrize("eta", [True, False])
def test_every_state_of_an_order_has_words(words, status, eta):
    values = {**VALUES, "status": status.value} | (
        {} if eta else {"eta_start": None, "eta_end": None, "stops_before": None}
    )
    text = words.say("order.tracked", values, "en", NOW)
    assert "RM-10482" in text
    assert text.endswith(".")


@pytest.mark.parametrize("topic", ["talk_to_human", "trouble", *NOT_BUILT_YET])
@pytest.mark.parametrize("already", [True, False])
def test_every_wish_for_a_person_has_words(words, topic, already):
    assert "C-1001" in words.say("person.will_help", {**VALUES, "topic": topic, "already": already}, "en", NOW)


@pytest.mark.parametrize(("available", "asked"), list(itertools.product([0, 1, 3, 50], [1, 5])))
def test_stock_is_told_in_every_amount(words, available, asked):
    assert words.say("stock.told", {**VALUES, "available": available, "asked": asked}, "en", NOW)


def test_every_notice_has_a_text(words):
    kinds = [
        kind
        for _, kind in inspect.getmembers(notices_module, inspect.isclass)
        if issubclass(kind, Notice) and kind.text
    ]
    assert len(kinds) >= 8
    assert {kind.text for kind in kinds} <= words.names("en")


def _named_in_code(pattern: str) -> set[str]:
    root = Path(__file__).parents[2]
    files = [path for room in ("domain", "actions", "nlu", "bot") for path in (root / room).rglob("*.py")]
    return {match for path in files for match in re.findall(pattern, path.read_text("utf-8"))}


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        (r"(?:Refusal|NotFound|NotAllowed)\(\s*\"(\w+)\"", "refused."),
        (r"Said\(what=\"(\w+)\"", "said."),
        (r"label=\"(choice\.\w+)\"", ""),
        (r"Ask\(\s*\"\w+\",\s*\"(\w+)\"", "ask."),
        (r"Reason\(\s*\"((?:drop|fix)\.\w+)\"", ""),
    ],
)
def test_every_refusal_question_and_button_of_the_code_has_a_text(words, pattern, prefix):
    named = _named_in_code(pattern)
    assert named
    assert {f"{prefix}{name}" for name in named} <= words.names("en")


def test_every_required_slot_can_be_asked_for(words):
    for command, row in REGISTRY.items():
        if Role.CUSTOMER not in row.roles or not row.intents:
            continue
        fixed = {name for values in row.intents.values() for name in values}
        for name, info in command.model_fields.items():
            if info.is_required() and name not in fixed | {"link"}:
                assert words.knows(f"ask.{name}"), (command, name)
        if row.confirm is not None:
            assert words.knows(f"ask.confirm.{command.__name__}")


@pytest.mark.parametrize(
    ("value", "dimension", "said"),
    [
        (999, "weight", "999 g"), (120_000, "weight", "120 kg"), (1500, "weight", "1.5 kg"), (85_000, "volume", "85 l"),
        (1_200_000, "volume", "1.2 m³"), (1, "pieces", "1 piece"), (1200, "pieces", "1200 pieces"),
    ],
)  # fmt: skip
def test_goods_are_told_in_units_people_use(words, value, dimension, said):
    values = {"vehicle": "van 3", "short": value, "dimension": dimension}
    assert words.say("drop.full", values, "en", NOW).endswith(f"full by {said}.")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 minutes"), (1, "1 minute"), (1500, "25 minutes"), (3600, "1 hour"), (7801, "2 hours 11 minutes")],
)
def test_times_are_told_in_begun_minutes(words, seconds, said):
    assert (
        words.say("fix.open_longer", {"seconds": seconds}, "en", NOW)
        == f"It could be served if it may be {said} later."
    )


def test_days_are_named_the_way_people_do(words):
    def told(day: str) -> str:
        return words.say("ask.window_on", {"day": day, "number": "RM-1"}, "en", NOW)

    assert told("2026-05-04") == "Which time today, Monday 4 May for order RM-1?"
    assert told("2026-05-05") == "Which time tomorrow, Tuesday 5 May for order RM-1?"
    assert told("2026-05-08") == "Which time on Friday 8 May for order RM-1?"


def test_times_are_local(words):
    assert "until 12:00" in words.say("refused.chat_locked", {"until": "2026-05-04T10:00:00Z"}, "en", NOW)


def test_another_language_needs_only_files(tmp_path):
    """A pseudo-language: every text wrapped and accented, months and weekdays from Babel's German."""
    folder = tmp_path / "qps"
    folder.mkdir()
    for file in (SHIPPED / "en").glob("*.yml"):
        folder.joinpath(file.name).write_text(
            yaml.safe_dump(_accented(yaml.safe_load(file.read_text("utf-8")))), "utf-8"
        )
    (folder / "zz.yml").write_text("locale: de_DE", "utf-8")
    words = Words(["en", "qps"], BERLIN, tmp_path)
    assert words.names("qps") == words.names("en")
    for name in spoken_names():
        assert words.say(name, VALUES, "qps", NOW).startswith("⟦")
    assert "Freitag" in words.say("order.rescheduled", VALUES, "qps", NOW)
    assert words.choose("qps") == "qps"
    assert words.choose("fr-FR") == "en"


def _accented(tree):
    return {
        key: value
        if key == "locale" or (key == "pattern" and isinstance(value, dict))
        else _accented(value)
        if isinstance(value, dict)
        else f"⟦{value}⟧"
        for key, value in tree.items()
    }


def test_yes_and_no_without_quotes_are_refused(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "mine.yml").write_text("choice:\n  no_other_place: No\n", "utf-8")
    with pytest.raises(ValueError, match=r"choice\.no_other_place.*quotes"):
        Words(["en"], BERLIN, tmp_path)


def test_a_driver_reads_no_and_not_false(words):
    assert words.say("choice.no_other_place", {}, "en", NOW) == "No"


def test_a_language_without_texts_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="tlh"):
        Words(["tlh"], BERLIN, tmp_path)


WHY_NOT = sorted(name.removeprefix("unfit.") for name in Words(["en"], BERLIN).names("en") if name.startswith("unfit."))
#: Reasons that are not about one route.
ANY_ROUTE = ["no_routes", "all_left", "no_skills", "no_room", "no_time"]


@pytest.mark.parametrize(("why", "one"), [(why, True) for why in WHY_NOT] + [(why, False) for why in ANY_ROUTE])
def test_why_a_route_says_no_has_words(words, why, one):
    about = {} if one else {"route": None, "until": None, "at": None}
    text = words.say("refused.route_says_no", {**VALUES, "why": why, "number": None, **about}, "en", NOW)
    assert text.endswith(".")
    assert "None" not in text


@pytest.mark.parametrize("what", ["moved", "removed", "locked", "unlocked", "swapped", "replanned", "split"])
@pytest.mark.parametrize("preview", [True, False])
def test_every_change_of_routes_has_words(words, what, preview):
    text = words.say("route.changed", {**VALUES, "what": what, "preview": preview}, "en", NOW)
    assert what not in text.split("(")[0].lower().split() or not preview
    assert "14:20 → 14:40, 5 minutes after the told window" in text
    assert "RM-10482 fits nowhere: no other vehicle has room." in text


def test_numbers_are_written_as_the_language_does(tmp_path):
    text = "number: '{{ n|decimal }} {{ n|decimal(0) }} {{ 2.0|decimal }}'"
    for name in ("en", "de"):
        tmp_path.joinpath(name).mkdir(exist_ok=True)
        tmp_path.joinpath(name, "numbers.yml").write_text(text, "utf-8")
    words = Words(["en", "de"], BERLIN, tmp_path)
    assert words.say("number", {"n": 1204.55}, "en", NOW) == "1,204.5 1,205 2"
    assert words.say("number", {"n": 1204.55}, "de", NOW) == "1.204,5 1.205 2"
