"""Questions about numbers, read out of their words."""

from __future__ import annotations

import pytest

from nlu.readers import READERS


def read(text: str) -> dict[str, object]:
    found = READERS["numbers"](text, None)
    return dict(found.values) if found is not None else {}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("how many failed yesterday in the north by reason", {"what": "failed", "by": ["reason"], "about": ["north"]}),
        ("deliveries per driver last week", {"what": "deliveries", "by": ["driver"]}),
        ("late orders in 3511 today", {"what": "late", "about": ["3511"]}),
        ("How many orders are on hold?", {"what": "orders", "status": "held"}),
        ("how many stops did tomasz do yesterday", {"what": "stops", "ignored": ["tomasz"]}),
        ("failed deliveries by driver and day this month", {"what": "failed", "by": ["driver", "day"]}),
        ("number of where is my order questions last week per day", {"what": "questions", "by": ["day"]}),
        ("how many big orders tomorrow at north depot", {"what": "orders", "about": ["north"], "ignored": ["big"]}),
        ("how many failed because nobody was home last week", {"what": "failed", "reason": "nobody_home"}),
        ("orders that came in today by hour", {"what": "new", "by": ["hour"]}),
        ("how many cancelled orders for aylin kaplan in march", {"what": "cancelled", "about": ["aylin kaplan"]}),
        ("returned orders by postcode last month", {"what": "returned", "by": ["postcode"]}),
        ("how many parcels came back to the depot yesterday", {"what": "returned"}),
        ("returns by postcode last month", {"what": "returns", "by": ["postcode"]}),
        ("how many returns last week by reason", {"what": "returns", "by": ["reason"]}),
        ("which product comes back most", {"what": "returns", "by": ["sku"]}),
        ("which items were returned the most in october", {"what": "returns", "by": ["sku"]}),
        ("how many returns are in review", {"what": "returns", "return_status": "review"}),
        ("number of rejected returns by day this month", {"what": "returns", "return_status": "rejected", "by": ["day"]}),
        ("how many returns of the espresso grinder because it was broken", {"what": "returns", "return_reason": "defective", "about": ["espresso grinder"]}),
        ("how many kettles were sent back damaged last week", {"what": "returns", "return_reason": "damaged", "ignored": ["kettles"]}),
        ("returns per sku and reason in the north", {"what": "returns", "by": ["sku", "reason"], "about": ["north"]}),
        ("count of late drops by window", {"what": "late", "by": ["window"]}),
        ("how many deliveries in berlin between 10 and 12 today", {"what": "deliveries", "about": ["berlin", "between 10 and 12"]}),
        ("how many parcels in SW1A 1AA on 4 may", {"what": "orders", "about": ["sw1a 1aa"]}),
        ("which drivers had the most failed deliveries in november", {"what": "failed", "by": ["driver"]}),
        ("ratings by score this week", {"what": "ratings", "by": ["score"]}),
    ],
)  # fmt: skip
def test_what_is_asked(text, values):
    assert READERS["counts"](text, None)
    assert read(text) == values


@pytest.mark.parametrize(
    "text", ["how did we do last week", "what's our on time rate", "how many kettles do we have", "where is driver 3"]
)
def test_what_asks_for_no_count(text):
    assert READERS["counts"](text, None) is None


@pytest.mark.parametrize(
    ("text", "kpi"),
    [
        ("what's our on time rate", "in_promise"), ("how often did we keep the told windows", "in_told"),
        ("first attempt success last week", "first_attempt"), ("cost per drop in may", "cost_per_stop"),
        ("what does an order cost us", "cost_per_order"), ("ratings this week", "rating"),
        ("how long do customers wait for an answer", "waiting"), ("plan vs actual yesterday", "plan_time"),
        ("what is our return rate", "return_rate"), ("how long does a refund take", "refund_time"),
        ("time to refund since the request", "refund_since_asked"), ("share of returns decided automatically", "returns_by_rule"),
        ("how much of the value was recovered", "recovered"), ("how much did we refund last month", "refunded"),
        ("how did we do last week", None),
    ],
)  # fmt: skip
def test_key_figures_are_known_by_their_names(text, kpi):
    assert READERS["kpi"](text, None) == kpi


@pytest.mark.parametrize(
    ("text", "aim"),
    [
        ("set target on time 95% north", 95.0), ("set target cost per stop to €4.20", 4.2), ("target rating 4,5", 4.5),
        ("set the target for waiting at 10 minutes", 10.0), ("set target on time", None),
    ],
)  # fmt: skip
def test_the_number_that_is_aimed_at(text, aim):
    assert READERS["aim"](text, None) == aim


def test_nothing_raises():
    for text in (
        "",
        " ",
        "by by by",
        "how many orders in",
        "orders per per day and",
        "=" * 500,
        "how many in , ; ? by and",
    ):
        for name in ("counts", "numbers", "kpi", "aim"):
            READERS[name](text, None)
