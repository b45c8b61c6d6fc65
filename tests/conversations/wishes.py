"""What somebody in a script wants, by what must be true at its end; with that they answer "Is it one of these?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.conversations.script import Script

_ENDS = {
    "returns": "start_return", "problems": "report_problem", "ratings": "rate_delivery", "person": "talk_to_human",
    "messages": "notification_settings",
}  # fmt: skip
_TOLD = {
    "order.tracked": "track_order", "promise.given": "delivery_promise", "stock.told": "check_stock",
    "proof.shown": "proof_of_delivery", "return_policy.answered": "return_policy", "return.tracked": "track_return",
}  # fmt: skip
_OF_AN_ORDER = {
    "day": "reschedule_delivery", "window": "reschedule_delivery", "address": "change_address",
    "wishes": "delivery_instructions",
}  # fmt: skip
_REPORTS = {
    "Deliver": "delivered", "FailDelivery": "failed_delivery", "SkipStop": "skip_stop", "Arrive": "arrived",
    "ReportDelay": "report_delay", "ReportIncident": "report_incident",
}  # fmt: skip
_SHIFTS = {"begun": "start_shift", "on a break": "start_break", "ended": "end_shift"}


def wishes(script: Script) -> frozenset[str]:
    """The intents of a script, as far as its end shows them."""
    return frozenset(_wishes(script.ends))


def _wishes(ends: Mapping[str, Any]) -> Iterator[str]:
    for name, value in ends.items():
        if name in _ENDS:
            yield _ENDS[name]
        elif isinstance(value, Mapping):
            yield from (_OF_AN_ORDER[each] for each in value if each in _OF_AN_ORDER)
            if value.get("status") == "cancelled":
                yield "cancel_order"
    for told in ends.get("told") or ():
        yield from (_TOLD[each] for each in (told if isinstance(told, Mapping) else [told]) if each in _TOLD)
    yield from (_REPORTS[each] for each in ends.get("reports") or () if each in _REPORTS)
    if ends.get("shift") in _SHIFTS:
        yield _SHIFTS[ends["shift"]]
