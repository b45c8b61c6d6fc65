"""The way of a return as its customer follows it: what has happened, in their words, and what lies ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.events import Event
from domain.returns import Resolution, Return, ReturnStatus, Way

S = ReturnStatus
#: States as a customer follows them; what is not here is ours alone.
_NAMES: dict[str | None, str] = {
    S.REQUESTED: "asked", S.REVIEW: "review", S.APPROVED: "approved", S.REJECTED: "rejected", S.IN_TRANSIT: "on_the_way",
    S.RECEIVED: "received", S.INSPECTED: "inspected", S.REFUNDED: "refunded", S.EXCHANGED: "exchanged",
    S.CREDITED: "credited", S.REPAIRED: "repaired", S.DENIED: "denied", S.EXPIRED: "expired", S.CANCELLED: "cancelled",
}  # fmt: skip
_END = {
    Resolution.REFUND: "refunded", Resolution.CREDIT: "credited", Resolution.EXCHANGE: "exchanged", Resolution.REPAIR: "repaired",
    Resolution.KEEP: "refunded",
}  # fmt: skip
#: What lies ahead of a return that goes its way, and from which of these steps on in each state.
_AHEAD = ("approved", "on_the_way", "received", "inspected")
_FROM = {
    S.REQUESTED: 0, S.REVIEW: 0, S.APPROVED: 1, S.PICKUP_PLANNED: 1, S.IN_TRANSIT: 2, S.RECEIVED: 3, S.INSPECTED: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; ``at`` is when it was taken, None while it lies ahead. ``promise`` is the day and window,
    of a step called ``pickup``, or None where that was called off."""

    name: str
    at: datetime | None = None
    current: bool = False
    promise: tuple[str, str] | None = None

    def facts(self) -> dict[str, Any]:
        """The step for words."""
        return {"name": self.name, "at": self.at, "current": self.current, "pickup": self.promise}


def timeline(made: Return, history: Sequence[Event]) -> tuple[Step, ...]:
    """The way of a return by its history; the last step that was taken is the current one."""
    taken: list[Step] = []
    for event in history:
        step = _step(event)
        if step is None:
            continue
        if step.name == "asked" and taken:
            continue
        if taken and step.name == taken[-1].name == "pickup":  # only the last of several days counts
            taken.pop()
        taken.append(step)
    taken = taken or [Step(_NAMES.get(made.status, "asked"))]
    taken[-1] = replace(taken[-1], current=True)
    return (*taken, *(Step(name) for name in _ahead(made)))


def end_of(made: Return) -> str:
    """What the last step of a return is called, by what its customer chose; "settled" before that."""
    return _END[Resolution(made.resolution)] if made.resolution is not None else "settled"


def _ahead(made: Return) -> tuple[str, ...]:
    if made.status not in _FROM:
        return ()
    if made.resolution == Resolution.KEEP:
        return (end_of(made),)
    return (*_AHEAD[_FROM[S(made.status)] :], end_of(made))


def _step(event: Event) -> Step | None:
    if event.change == "pickup":
        if event.after is None:
            return Step("pickup_off", event.at) if event.detail.get("why") not in {"cancelled"} else None
        day, _, window = event.after.partition(" ")
        return Step("pickup", event.at, promise=(day, window))
    if event.change == "way" and event.after in {Way.DROP_OFF, Way.LABEL}:
        return Step(str(event.after), event.at)
    if event.change != "status" or (event.before, event.after) == (S.PICKUP_PLANNED, S.APPROVED):
        return None
    name = _NAMES.get(event.after)
    return Step(name, event.at) if name is not None else None
