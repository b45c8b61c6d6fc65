"""What becomes of the commands being filled: a value is given, one begins, it is confirmed, or all is dropped. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from domain.dialogue import CONFIRM, FACT, Dialogue, Frame, Step
from domain.naming import SIMILAR, likeness
from nlu.readers import READERS

#: Commands about a stop: what is said of it anew takes the place of what was asked about it before.
ABOUT_STOPS = frozenset({"Arrive", "Deliver", "DeliverPart", "FailDelivery", "SkipStop", "CollectReturn"})
#: Of what is not there nothing can go back.
_NOT_THERE = frozenset({"not_received", "missing"})
#: Slots that say what a command is about, and those that hold for one stop only.
_SUBJECTS = ("order", "return_number", "stops", "visits", "at_street")
OF_ONE_STOP = (
    "visits",
    "guessed",
    "further",
    "name",
    "code",
    "codes",
    "photos",
    "without",
    "here",
    "part",
    "kept",
    "product",
    "quantity",
)


def give(
    dialogue: Dialogue, frame: Frame, slots: dict[str, Any], more: dict[str, tuple[Any, ...]] | None = None
) -> Dialogue:
    """The dialogue with values for its current frame, whose question is answered; what held for another order, stop or street
    is forgotten."""
    update: dict[str, Any] = {"asking": None, "question_id": None, "options": ()}
    if _names_other_stops(frame, slots):  # another stop's proof is none
        frame = frame.without(*OF_ONE_STOP, *({"stops", "order", "at_street"} - slots.keys()))
    if "order" in slots:  # naming an order anew takes back whatever others were named before
        update["more"] = more or {}
    if any(slots.get(name) not in {None, frame.slots.get(name)} for name in ("order", "return_number")):
        frame = frame.without(FACT, "about_product")
    elif "day" in slots and "window" not in slots and frame.asking == CONFIRM:
        frame = frame.without("window")
    slots = later_than(frame, slots)
    if "street" in slots and frame.slots.get("street") and "place" not in slots:  # the pin was of the street before
        frame = frame.without("place")
    slots = {name: _joined(frame.slots.get(name), value) for name, value in slots.items()}
    return dialogue.replace(frame.given(**slots).model_copy(update=update)).understood()


def later_than(frame: Frame, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Values with the day that is so many days from the one a frame has already ("no, the day after that")."""
    days, day = slots.get("moved_by"), str(frame.slots.get("day") or "/")
    if not days or "day" in slots or "/" in day:
        return dict(slots)
    moved = date.fromisoformat(day) + timedelta(days=days)
    return {**{name: value for name, value in slots.items() if name != "moved_by"}, "day": moved.isoformat()}


def _names_other_stops(frame: Frame, slots: dict[str, Any]) -> bool:
    return any(
        slots.get(name) and list(slots[name]) != list(frame.slots.get(name) or ()) for name in ("stops", "at_street")
    )


def _joined(before: Any, value: Any) -> Any:
    """A value in place of the one before; of several named ones those with new names stay, unless nothing was said of them."""
    if not isinstance(before, dict) or not isinstance(value, dict):
        return value
    return {**{name: said for name, said in before.items() if said or name in value}, **value}


def begin(dialogue: Dialogue, frame: Frame) -> Dialogue:
    """A frame on top. The same command waiting below gives its values and goes; a question for a pin just goes."""
    frame = _with_what_was_wrong(dialogue, frame)
    frames = tuple(each for each in dialogue.frames if each.command != "PinAddress" and not _replaces(frame, each))
    dialogue = dialogue.model_copy(update={"frames": frames})
    for waiting in dialogue.frames:
        if waiting.command == frame.command and waiting.slots.get("topic") == frame.slots.get("topic"):
            if _is_about_same(frame, waiting) and waiting.command != "TrackOrder":
                frame = frame.model_copy(update={"slots": {**waiting.slots, **frame.slots}})
            kept = tuple(each for each in dialogue.frames if each.id != waiting.id)
            dialogue = dialogue.model_copy(update={"frames": kept})
            break
    return dialogue.push(frame).understood()


def _is_sent_back(frame: Frame, waiting: Frame) -> bool:
    """Whether goods go back that somebody was still asked about because something is wrong with them."""
    goes_back = frame.command == "StartReturn" and waiting.command == "ReportProblem"
    orders = {each.slots.get("order") for each in (frame, waiting)} - {None}
    named, item = frame.slots.get("product") or (), waiting.slots.get("item")
    is_same = len(orders) < 2 and all(item and likeness(str(each), str(item)) >= SIMILAR for each in named)
    return goes_back and is_same and waiting.slots.get("kind") not in _NOT_THERE


def _with_what_was_wrong(dialogue: Dialogue, frame: Frame) -> Frame:
    """A wish to send something back with what was said of it before as a problem."""
    waiting = next((each for each in dialogue.frames if _is_sent_back(frame, each)), None)
    if waiting is None:
        return frame
    slots, words = waiting.slots, str(waiting.slots.get("words") or "")
    said = {
        "order": slots.get("order"), "product": [slots["item"]] if slots.get("item") else None, "words": words,
        "reason": READERS["return_reason"](words, None), "opened": READERS["opened"](words, None), "photos": slots.get("photos"),
    }  # fmt: skip
    known = {name: value for name, value in said.items() if value not in (None, "")}
    return frame.model_copy(update={"slots": {**known, **frame.slots}})


def _replaces(frame: Frame, waiting: Frame) -> bool:
    """Whether a report of a stop says anew, and otherwise, what a waiting one is about, or goods go back that were only
    complained of."""
    if _is_sent_back(frame, waiting):
        return True
    both = {frame.command, waiting.command} <= ABOUT_STOPS and frame.command != waiting.command
    return both and _is_about_same(frame, waiting)


def _is_about_same(frame: Frame, waiting: Frame) -> bool:
    """Whether a frame names nothing else than one that waits: no other order, no other stops."""
    return all(not frame.slots.get(name) or frame.slots[name] == waiting.slots.get(name) for name in _SUBJECTS)


def confirm(dialogue: Dialogue, frame: Frame, yes: bool) -> Step:
    """Yes or no to the question whether it shall be done."""
    if yes:
        done = frame.model_copy(update={"confirmed": True, "asking": None, "options": ()})
        return Step(dialogue.replace(done).understood())
    return Step(dialogue.pop().understood(), "kept")


def drop(dialogue: Dialogue) -> Dialogue:
    """With nothing talked about any more."""
    return dialogue.model_copy(update={"frames": (), "misunderstood": 0})


def puzzled(dialogue: Dialogue) -> Step:
    """Not understood, once more."""
    return Step(dialogue.model_copy(update={"misunderstood": dialogue.misunderstood + 1}), "puzzled")
