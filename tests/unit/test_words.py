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
from jinja2 import meta

import domain.notices as notices_module
from actions.registry import REGISTRY
from actions.registry.talk import NOT_BUILT_YET
from bot.words import SHIPPED, Words, _flatten
from domain.handing import Failure
from domain.kpis import DEFINITIONS
from domain.moment import STAFF, Role
from domain.notices import Notice
from domain.orders import OrderStatus
from domain.plans import PlanStatus, RunStatus
from domain.returns import ReturnStatus
from domain.routes import RouteStatus, TaskStatus

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
    "missing": [{"name": "Red toaster", "quantity": 1}], "report": "Deliver", "fine": True,
}  # fmt: skip
STOP_LINE = {
    "nth": 3, "orders": ["RM-10482"], "address": "Torstr. 1, 10115 Berlin", "status": "pending", "eta": "2026-05-04T10:20:00Z",
    "told_start": "2026-05-04T10:00:00Z", "told_end": "2026-05-04T11:00:00Z", "done_at": None, "late": 0, "risky": True, "locked": True,
}  # fmt: skip
SHOWN = {
    "kpi": "in_promise", "unit": "percent", "value": 92.64, "top": 214, "bottom": 231, "target": 95.0, "met": False, "before": 94.1,
    "trend": "worse",
}  # fmt: skip
KPIS = [
    {**SHOWN, "kpi": kpi.value, "unit": each.unit, "target": target, "met": met, "trend": trend}
    for kpi, each in DEFINITIONS.items()
    for target, met, trend in ((95.0, False, "worse"), (95.0, True, "same"), (95.0, None, "better"), (None, None, None))
]
LOOK = {
    "number": "RET-1001", "status": "approved", "resolution": "refund", "way": "pickup", "worth": {"minor": 3990, "currency": "EUR"},
    "lines": [
        {"order": "RM-10482", "sku": "SKU-1", "name": "Steel kettle", "quantity": 1, "reason": "defective", "outcome": outcome,
         "says": "Faulty goods can come back within 90 days; today is day 4.", "instead": "Ask for a repair.", "exchange": "Red kettle",
         "received": 1, "accepted": 1}
        for outcome in ("approve", "reject", "review")
    ],
    "comes_back": True, "bonus": 10, "credit": {"minor": 4389, "currency": "EUR"}, "fee": {"minor": 490, "currency": "EUR"}, "expires_on": "2026-05-18", "pickup_day": "2026-05-06", "pickup_window": "12:00-16:00",
    "told_start": "2026-05-06T10:00:00Z", "told_end": "2026-05-06T11:00:00Z", "address": "Torstr. 1, 10115 Berlin",
    "refunds": [{"amount": {"minor": 3500, "currency": "EUR"}, "status": "issued", "done_at": "2026-05-08T10:00:00Z"}],
    "exchange_order": "RM-10490", "appeal_of": "RET-1000", "decided_by": "rule", "token": "y" * 22,
    "why": "worn",
}  # fmt: skip
WAITING = {
    "number": "RET-1001", "customer": "Ann Lee", "items": ITEMS, "worth": {"minor": 3990, "currency": "EUR"}, "signals": 1,
    "asked_at": "2026-05-04T08:00:00Z", "status": "review", "suggested": {"what": "inspect", "why": "signals"},
}  # fmt: skip
DECIDING = {
    "goods_back": [
        {**LOOK["lines"][2], "worth": {"minor": 3990, "currency": "EUR"}, "words": "It leaks.", "opened": True, "rule": "no rule", "photos": 1},
        {**LOOK["lines"][0], "worth": {"minor": 3990, "currency": "EUR"}, "words": "", "opened": False, "rule": "faulty", "photos": 0},
    ],
    "record": {"orders": 12, "returns": 4, "delivered": 20, "returned": 6, "rate": 30, "fraud_marks": 1},
    "signals": [{"code": "return_signal.several", "values": {"count": 3, "days": 7}}], "pays": {"minor": 3500, "currency": "EUR"},
    "suggested": WAITING["suggested"], "asked_customer": True, "resolution": "refund", "decided_why": "worn", "appeal_of": "RET-1000",
    "gift": True, "returns_shown": [WAITING, {**WAITING, "number": "RET-1002", "status": "approved", "signals": 0}],
    "skipped": [{"number": "RET-1003", "status": "approved"}, {"number": "RET-1004", "status": "rejected"}], "marks": 1,
    "came_back": 6, "handed_over": 20, "rate": 30, "usual": 4, "should_weigh": 1200, "weighs": 300,
    "returns": ["RET-1001", "RET-1002"], "days": 7, "under": "20.00 EUR",
    "returns_waiting": 2,
}  # fmt: skip
SHARE = {
    "order": "RM-10482", "amount": {"minor": 3500, "currency": "EUR"},
    "parts": [{"name": "Steel kettle", "pieces": 1, "amount": {"minor": 3990, "currency": "EUR"}, "kept": {"minor": 399, "currency": "EUR"}}],
    **{name: {"minor": 490, "currency": "EUR"} for name in ("carriage", "fee", "cut", "bonus", "tax", "difference")},
}  # fmt: skip
#: Every value a text may use; texts that need one that is not here fail.
POLICY_RULE = {
    "name": "unopened", "priority": 10, "outcome": "approve", "says": "Unopened goods can come back.", "instead": "",
    "when": [{"fact": "days", "kind": "to", "least": None, "most": 90}, {"fact": "opened", "kind": "no"}, {"fact": "reason", "kind": "not", "words": ["gift", "other"]}],
    "then": {"resolutions": ["refund", "credit"], "ways": ["pickup", "label"], "fee": 490, "restocking": 15, "bonus": 10, "carriage": "customer", "carriage_back": True, "days": 14, "photo": True, "inspect": False, "disposition": "restock"},
}  # fmt: skip
POLICY_SPANS = [
    {"first": 0, "last": 30, "until": None, "outcome": "approve", "rule": "unopened", "says": "Unopened goods can come back.", "instead": "", "then": POLICY_RULE["then"]},
    {"first": 31, "last": 90, "until": "2026-05-08", "outcome": "review", "rule": "unopened", "says": "", "instead": "", "then": {}},
]  # fmt: skip
POLICY_TRIAL = {
    "months": 12, "lines": 120, "differ": 3, "terms": 1, "moves": [{"was": "review", "now": "approve", "count": 3}], "alone_before": 82, "alone_after": 85,
    "examples": [{"number": "RET-1001", "product": "Kettle", "was": {"outcome": "review", "rule": "no rule", "says": "", "ask": ""}, "now": {"outcome": "approve", "rule": "unopened", "says": "Unopened goods can come back.", "ask": ""}}],
}  # fmt: skip
VALUES = {
    "host": "shop.example",
    "balances": [{"minor": 4389, "currency": "EUR"}, {"minor": 500, "currency": "USD"}], "own": True, "entries": [
        {"step": step, "amount": {"minor": 500, "currency": "EUR"}, "at": "2026-05-03T15:00:00Z", "order": order}
        for step, order in (("given", "RM-10482"), ("redeemed", "SHOP-9"), ("reversed", None))
    ],
    "way": "pickup", "opening": [[1, 2], [4, 6], [7, 7]], "fee": {"minor": 490, "currency": "EUR"}, "carriage": "shop", "expires_on": "2026-05-18",
    "share": SHARE, "money": {"minor": 3500, "currency": "EUR"}, "rest": {"minor": 500, "currency": "EUR"}, "paid": {"minor": 4490, "currency": "EUR"},
    "given": {"minor": 490, "currency": "EUR"}, "payment": "pi_1", "waits": True, "signals": [{"code": "weight", "values": {"expected": 1200, "found": 400}}],
    "detail": {
        "by": "2026-05-08", "expected": "2026-05-12", "amount": {"minor": 3500, "currency": "EUR"}, "not_possible": "refund", "refunds": [SHARE], "credits": [SHARE], "total": {"minor": 3500, "currency": "EUR"}, "credit": {"minor": 7000, "currency": "EUR"},
        "exchange": None, "why": None, "reasons": ["The lid is broken."], "order": "RM-10490", "day": "2026-05-06", "window": "12:00-16:00", "brought": False, "waits": False,
        "missing": [{"name": "Green mug", "pieces": 1, "brought": True, "money": {"minor": 900, "currency": "EUR"}}, {"name": "Blue mug", "pieces": 2, "brought": False, "money": None}],
    },
    "found": [{"name": "Steel kettle", "quantity": 2, "received": 1, "grade": "damaged", "accepted": 1, "disposition": "scrap", "bin": "A-1"}],
    "differing": [{"name": "Steel kettle", "expected": 2, "received": 1, "said": "as_new", "grade": "damaged", "note": "", "differs": ["fewer"]}],
    "quantity": 2,
    "rule": POLICY_RULE, "cond": POLICY_RULE["when"][0], "granted": POLICY_RULE["then"], "span": POLICY_SPANS[0], "trial": POLICY_TRIAL,
    "kinds": [{"kind": "unopened", "spans": POLICY_SPANS}], "general": ["Unopened goods can come back."], "written": "name: unopened", "old": True,
    "new_rules": ["opened"], "changed_rules": [], "gone_rules": ["sale"], "called": "opened", "note": "summer", "warnings": ['Rule "a" never decides.'], "rules": [POLICY_RULE], "draft": 4, "versions": [{"version": 3, "status": "active", "at": "2026-05-03T15:00:00Z", "who": "Mrs Kim", "note": "summer"}, {"version": 2, "status": "retired", "at": None, "who": None, "note": ""}],
    "look": LOOK, "under_way": 0, "at_once": True, "credit": {"minor": 4389, "currency": "EUR"}, "difference": {"minor": 500, "currency": "EUR"}, "resolution": "credit", "same": True, "return_number": "RET-1001", "discount": 500,
    "exchange": "RM-10490", "token": "y" * 22, "expected": "2026-05-12", "days": 5, "exchange_state": "coming", "exchange_day": "2026-05-06", "exchange_window": "12:00-16:00",
    "phrases": ["publish", "publish routes"], "key": None, "keys": ["day", "depot"],
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
    "stop": 7, "kept": True, "changed": True,
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
    "moved": 2, "told": 1, "ahead": 3, "unsaid": [1], "minutes": 12, "weight": 1500, "volume": 0, "pieces": 0,
    "job": "plan_day", "zone": "Europe/Berlin", "jobs": [{"job": "plan_day", "at": "18:10", "every": None, "weekdays": [1, 2], "options": {}, "enabled": True, "paused_until": None, "next": None}], "every": 5, "weekdays": [1, 2], "options": {"before_start": 45},
    "row": {"job": "plan_day", "enabled": True, "next": "2026-05-04T16:10:00Z"}, "enabled": True, "paused_until": None, "waiting_orders": 1, "unplanned": 1, "drivers": 1, "due_at": "2026-05-04T10:00:00Z",
    "times": ["2026-05-04T10:00:00Z"], "cause": "too_late", "state": "missed", "orders": 12, "name_of_depot": "Depot North",
    "period": "2026-05-04",
    "figures": {
        "delivered": 12, "partly": 1, "failed": 1, "returned": 1, "cancelled": 1, "ordered": 9, "with_promise": 13, "in_promise": 12,
        "with_told": 13, "in_told": 12, "attempts": 14, "reasons": {"nobody_home": 1}, "metres": 123_456, "routes": 2,
        "worked": 7200, "messages": 30, "asked_where": 2, "cases_opened": 1, "cases_closed": 1,
        "currency": "EUR",
    },
    "departed": [
        {"name": "Kettle", "sku": "SKU-1", "more": True, "lately": 60, "back_lately": 15, "before": 390, "back_before": 20, "chance": 0.0004, "reasons": [{"reason": "defective", "pieces": 3, "quotes": ["it leaks"]}]},
        {"name": "Toaster", "sku": "SKU-3", "more": False, "lately": 60, "back_lately": 0, "before": 390, "back_before": 80, "chance": 0.02, "reasons": []},
    ],
    "still": ["Lamp"], "lately_days": 28, "within_days": 7,
    "most_returned": [{"name": "Kettle", "sku": "SKU-1", "returned": 4, "delivered": 90, "reasons": {"defective": 3, "gift": 1}}],
    "return_reasons": [{"reason": "defective", "pieces": 3, "quotes": ["it leaks", "drips"]}, {"reason": "gift", "pieces": 1, "quotes": []}],
    "each": SHOWN, "shown": SHOWN, "kpis": KPIS, "kpi": "rating", "unit": "points", "aim": 4.5, "aimed": 4.2, "currency": "EUR",
    "first_day": "2026-05-04", "last_day": "2026-05-10", "names": ["Ann Lee", "Bo Lee"], "depots": ["North"], "most": 100,
    "reasons": {"nobody_home": 3}, "filters": {"depot": "North", "reason": "nobody_home"}, "total": 3, "ignored": ["big"],
    "groups": [{"values": ["2026-05-04", None], "count": 2}],
    "next_day": {"day": "2026-05-05", "orders": 40, "routes": 5, "held": 2, "cases": 1},
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
    ],
    "owed": [
        {"stop": 1, "here": here, "number": "RET-1001", "items": ITEMS, "exchange": exchange}
        for here, exchange in ((True, True), (True, False), (False, True))
    ], "partly": True, "earlier": True, "failure": "refused", "at_stops": [4, 5], "must": True, "wrong": True, "part": "photo", "all": True, "missing": [{"name": "Red toaster", "quantity": 1}], "cancelled": True, "then": "today",
    "people": [{"name": "Ann Lee", "role": "dispatcher", "slack": "U01"}], "person": "Ann Lee", "role": "dispatcher", "roles": ["dispatcher"],
    "sought": {"words": "okafor", "street": None, "postcode": "10115", "phone": None, "email": None, "state": "failed", "depot": "north", "days": "2026-05-04", "which": "mine", "group": "chats"},
    "can": ["find order", "hold order"],
    "orders_shown": [{"number": "RM-10482", "status": "failed", "name": "Ann Lee", "address": "Torstr. 1", "day": "2026-05-04", "window": "12:00-16:00"}],
    "worth": {"minor": 26880, "currency": "EUR"}, "so_far": {"minor": 53760, "currency": "EUR"}, "who": "Mia", "told_start": "2026-05-04T10:00:00Z", "told_end": "2026-05-04T11:00:00Z",
    "says": {"code": "case.what.other", "values": {"said": None}}, "todo": {"code": "case.todo.other", "values": {}}, "owner": "Mia", "overdue": True,
    "opened_at": "2026-05-04T08:00:00Z", "waits_for_answer": True, "asked_by": "Mia", "asked_at": "2026-05-04T08:00:00Z", "decided_by": "Ada",
    "cases_shown": [{"reference": "C-1001", "kind": "not_planned", "status": "open", "says": {"code": "case.what.other", "values": {"said": None}}, "order": "RM-10482", "owner": None, "due_at": "2026-05-04T10:00:00Z", "overdue": True}],
    "late_orders": 2, "failed_today": 1, "mine_count": 1, "unowned": 2, "approval": "A-1001",
    "approvals_shown": [{"reference": "A-1001", "says": {"code": "case.todo.other", "values": {}}, "asked_by": "Mia", "until": "2026-05-05T08:00:00Z"}],
    "levels": [{"depot": "Depot North", "on_hand": 5, "reserved": 1, "quarantined": 0, "available": 4, "waiting": 1}],
    "mine": [{"reference": "C-1001", "kind": "not_planned", "order": None, "due_at": None, "overdue": False}],
    "today_at": [{"depot": "Depot North", "promised": 5, "delivered": 3, "failed": 1, "late": 0, "routes": 2, "on_the_road": 1}],
    "entry": {"what": "promise", "noun": "order", "before": "2026-05-07 08:00-10:00", "after": "2026-05-08 08:00-10:00"},
    "fields": ["looking", "orders"], "status_since": "2026-05-04T08:00:00Z", "cases": [["C-1001", "not_planned"]], "talk": [["2026-05-04T08:00:00Z", "where is it"]],
    "history": [
        {"at": "2026-05-04T08:00:00Z", "what": "status", "role": "dispatcher", "noun": "order", "about": "RM-10482", "who": "Mia", "before": "packed", "after": "held", "why": "unclear", "channel": "slack"},
        {"at": "2026-05-04T07:00:00Z", "what": "promise", "role": "system", "noun": "run", "about": "7", "who": None, "before": None, "after": "2026-05-08", "why": "ordered", "channel": None},
    ],
    "channels": ["email"], "asked_for": "held", "customer": "Ann Lee", "drives": "Ines", "products": ["Kettle (SKU-1)"],
    "searched": 20, "limit": 60, "stopping": True, "plan_status": "draft", "savings": {"by_hand": {"metres": 1000, "seconds": 600, "cost": 1250, "stops": 0}},
    "error": {"reason": "planning.failed.died", "values": {}}, "figures_before": {"routes": 3, "cost": {"distance": 2500, "dropped": 100}},
    "lines": [{"route": 7, "driver": "Ines", "vehicle": "van 3", "status": "in_progress", "stops": 12, "done": 5, "start": "2026-05-04T06:00:00Z", "end": None, "metres": 81_000}],
    "drops": [{"order": "RM-10482", "reason": {"code": "drop.full", "values": {"vehicle": "van 3", "short": 35_000, "dimension": "weight"}}, "fix": {"code": "fix.worth_more", "values": {}}}],
    "stop_lines": [STOP_LINE], "next_stops": [STOP_LINE], "begins": "2026-05-04T06:00:00Z", "ends": "2026-05-04T14:00:00Z", "payload": 800_000, "risky": 1,
    "active": 2, "open_cases": 2, "board": [{"route": 7, "driver": "Ines", "status": "in_progress", "done": 3, "count": 12, "where": "Torstr. 1", "there": False, "eta": "2026-05-04T10:00:00Z", "late": 1, "risky": 1}],
    "reachable": False, "on_shift_since": "2026-05-04T05:00:00Z", "break_since": None, "works": ["2026-05-04T05:00:00Z", "2026-05-04T14:00:00Z"], "seen_at": "2026-05-04T10:00:00Z", "where": "https://www.openstreetmap.org/",
    "reason": "flat tyre", "windows": 1, "to_route": 9, "nth": 4, "sample": {"number": "RM-1", "items": ITEMS, "eta_start": "2026-05-04T12:20:00Z", "eta_end": "2026-05-04T13:20:00Z", "was_start": "2026-05-04T10:00:00Z", "was_end": "2026-05-04T11:00:00Z", "why": "late"},
    "hand_in": [{"number": "RET-1001", "items": ITEMS}], "closed": True, "plans": 1, "served": 3, "age": 240, "driver_name": "Ines Kruse", "line": STOP_LINE, "standing": {"RM-10482": "packed"},
    "swaps": [{"order": "RM-10482", "was": "Ines", "now": None}], "page": 1, "pages": 2, "customers": 12, "held": 3, "without": True,
    "effects": [
        {"stop": 1, "numbers": ["RM-1"], "route": 7, "was": "2026-05-04T12:20:00Z", "now": "2026-05-04T12:40:00Z", "late": 5, "breaks": True},
        {"stop": 2, "numbers": ["RM-2"], "route": 7, "was": "2026-05-04T12:20:00Z", "now": None, "late": 0, "breaks": False},
        {"stop": None, "numbers": [], "route": 7, "was": None, "now": "2026-05-04T12:20:00Z", "late": 0, "breaks": False},
    ],
}  # fmt: skip
LEARNING = {
    "example": "where is [RM-10001](order_number)", "audience": "customer", "guesses": [["track_order", 0.41], ["cancel_order", 0.22]],
    "meant": "track_order", "intent": "track_order", "message": "M-1001", "passed_over": True, "learns": True,
}  # fmt: skip
VALUES = {**VALUES, **DECIDING, **LEARNING}


#: All languages that are shipped; what English says is what the others must say.
LANGUAGES = sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())
FILES = sorted(file.name for file in (SHIPPED / "en").glob("*.yml"))


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(["en", *(each for each in LANGUAGES if each != "en")], BERLIN)


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


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
@pytest.mark.parametrize("file", FILES)
def test_another_language_says_what_english_says(words, language, file):
    """The same texts, and all of them can be said. A value that the English one does without may be missing in earnest."""
    parse = words._books[language]._environment.parse
    english, other = (_flatten(yaml.safe_load((SHIPPED / each / file).read_text("utf-8"))) for each in ("en", language))
    assert other.keys() == english.keys()
    for name, text in other.items():
        known = meta.find_undeclared_variables(parse(english[name]))
        assert meta.find_undeclared_variables(parse(text)) <= known, name
        if not name.startswith(("locale", "pattern.", "near.", "page.")):
            told = words.say(name, VALUES, language, NOW)
            assert told, name
            assert not re.search("None|!|  ", told), (name, told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("desk.status", OrderStatus), ("numbers.status", OrderStatus), ("page.status", OrderStatus), ("return_status", ReturnStatus),
        ("road.route_status", RouteStatus), ("road.stop_status", TaskStatus), ("stop_state", TaskStatus), ("page.plan.stop_state", TaskStatus),
        ("planning.status", PlanStatus), ("planning.run_status", RunStatus), ("report.reason", Failure), ("failure", Failure), ("staff.role", STAFF),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_states_and_reasons_are_named_in_every_language(words, language, group, values):
    """What has no name is shown as the code has it."""
    assert [each.value for each in values if not words.knows(f"{group}.{each.value}", language)] == []


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_one_home(language):
    """The same name in two files would be whichever is read last."""
    homes: dict[str, list[str]] = {}
    for file in sorted((SHIPPED / language).glob("*.yml")):
        for name in _flatten(yaml.safe_load(file.read_text("utf-8")) or {}):
            homes.setdefault(name, []).append(file.name)
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


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
        (r"_step\(\s*\"(choice\.\w+)\"", ""),
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


def test_a_day_of_another_year_is_told_with_it(words):
    def told(day: str) -> str:
        return words.say("choice.plan", {"depot": "North", "day": day, "plan": 3}, "en", NOW)

    assert told("2025-05-03") == "North, Sat 3 May 2025 (plan 3)"
    assert told("2026-12-31") == "North, Thu 31 Dec (plan 3)"
    held = words.say("order.held", {"number": "RM-1", "items": [], "day": "2025-05-03"}, "en", NOW)
    assert "on Saturday 3 May 2025" in held


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
