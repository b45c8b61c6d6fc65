"""What was said or done just now is put right: "no sorry, friday", "typo 7781", "actually make it 5". Pure.

The same is done once more with what is otherwise now; what is not spoken of stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rapidfuzz.distance import OSA

from domain.dialogue import CONFIRM, FACT, Catalogue, CommandSpec, Dialogue, Frame, SlotSpec, Step
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.answers import SURE, values_for
from nlu.context import TIMES
from nlu.frames import begin, give, later_than
from nlu.instead import none_suits
from nlu.mentioned import asks_instead, more_than_values, says_only_values
from nlu.readers import READERS, Fields
from nlu.readers.corrections import PutRight, number_put_right, put_right

#: What holds in place of what was done before when it is done once more.
_DONE_ANEW = frozenset(
    {"RescheduleOrder", "ChangeAddress", "InstructDelivery", "RateDelivery", "ChooseWay", "SetMessages", "AskPromise"}
)
#: Nothing is changed by these: they can be done of something else too.
_LOOKED_UP = frozenset({"TrackOrder", "ShowProof", "TrackReturn"})
#: Slots that say what a command is about: another one is another wish.
_SUBJECTS = frozenset({"order", "return_number", "about_order", "about_return", "about_product", "product", FACT})
_NAMES_SUBJECT = frozenset({"order_number", "return_number", "product"})
#: Numbers in values of these kinds are none that somebody mistypes.
_NO_NUMBERS = TIMES | {"coordinates", "photo"}
#: Shorter numbers are like each other by chance, unless the words surely say so, or it is asked again whether it is right.
_ENOUGH_DIGITS = 3

_NUMBER = re.compile(r"\d+")


def amend(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """What a message does that puts right what was said or done before; None for any other."""
    if meaning.engine in {BY_CHANNEL, BY_PAYLOAD}:
        return None
    number = number_put_right(meaning.text)
    step = _with_number(dialogue, number, catalogue, new_id) if number is not None else None
    waiting, done = dialogue.current, dialogue.done
    if step is not None or done is None or (waiting is not None and not _lets_amend(waiting, meaning)):
        return step
    spec = _spec(done, catalogue)
    if spec is None or done.command not in _DONE_ANEW:
        return None
    changed = _said_alone(done, meaning) or _changed(done, spec, meaning, catalogue)
    return Step(begin(dialogue, _anew(done, changed, new_id))) if changed else None


def _lets_amend(waiting: Frame, meaning: Meaning) -> bool:
    """Whether what was done just now can be put right while a question waits: one that only came back, and asks for nothing
    that is said."""
    if waiting.command == "PinAddress":
        return True
    asks_for_when = waiting.asking in {"day", "window"}
    return waiting.came_back and not asks_for_when and waiting.asking != CONFIRM and put_right(meaning.text) is not None


def _spec(frame: Frame, catalogue: Catalogue) -> CommandSpec | None:
    """The slots of a frame's command."""
    fitting = (spec for spec in catalogue.values() if spec.command == frame.command)
    return next((spec for spec in fitting if spec.fixed.items() <= frame.slots.items()), None)


def _anew(done: Frame, changed: Mapping[str, Any], new_id: str) -> Frame:
    """What was done, once more with other values."""
    slots = {**done.slots, **changed}
    if "place" not in changed and {"street", "house"} & changed.keys():  # the pin was of the address before
        slots.pop("place", None)
    return Frame(id=new_id, command=done.command, slots=slots)


# Another value of what was done


def _said_alone(done: Frame, meaning: Meaning) -> dict[str, Any]:
    """What nothing else can be meant by right after it was done: a house number, a score, a wish for the driver."""
    said = meaning.text
    match done.command:
        case "ChangeAddress":
            found = {"house": READERS["house"](said, None)}
        case "RateDelivery":
            found = {"score": READERS["score_alone"](said, None)}
        case "InstructDelivery" if meaning.intent in {INFORM, OUT_OF_SCOPE}:
            found = {"wishes": READERS["wishes"](said, None)}
        case _:
            found = {}
    return {name: value for name, value in found.items() if value is not None}


def _changed(done: Frame, spec: CommandSpec, meaning: Meaning, catalogue: Catalogue) -> dict[str, Any]:
    """The values of a message that take the place of those of what was done; nothing where it wants something else."""
    instead = put_right(meaning.text)
    only_values, sure = says_only_values(meaning), _wants_same(done, meaning, catalogue)
    else_wanted = not sure and (_wants_else(meaning) or asks_instead(meaning))
    meant = only_values or (instead is not None and not else_wanted)
    moved = READERS["moved_by"](meaning.text, None) is not None
    if not meant or (none_suits(meaning) and not moved) or _names_subject(meaning):
        return {}
    mentioned = TIMES if not sure and more_than_values(meaning) else frozenset()
    slots = [slot for slot in spec.slots if slot.name not in _SUBJECTS and slot.entity not in mentioned]
    found, _ = values_for(slots, meaning)
    for slot in slots:
        if slot.name not in found and slot.answer is not None and slot.required and instead:
            read = READERS[slot.answer](instead, None)
            found |= read.values if isinstance(read, Fields) else {} if read is None else {slot.name: read}
    mere_words = {slot.name for slot in slots if slot.whole_text and slot.name != "house"}
    found = _later(done, found, meaning) if moved else found
    changed = {name: value for name, value in found.items() if value and value != done.slots.get(name)}
    return changed if changed.keys() - mere_words else {}


def _names_subject(meaning: Meaning) -> bool:
    """Whether a message names what it is about, or speaks of the other one."""
    named = any(entity.kind in _NAMES_SUBJECT for entity in meaning.entities)
    return named or READERS["other_order"](meaning.text, None) is not None


def _later(done: Frame, found: Mapping[str, Any], meaning: Meaning) -> dict[str, Any]:
    """Values with the day that is so many days from the one of what was done, whatever is said of that one ("the day after
    that, thursday I am away")."""
    none = none_suits(meaning)
    kept = {name: value for name, value in found.items() if not (none and name in {"day", "window"})}
    return later_than(done, {name: value for name, value in kept.items() if value != done.slots.get(name)})


def _wants_same(done: Frame, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether a message surely wants what was done."""
    wish = catalogue.get(meaning.intent)
    return wish is not None and wish.command == done.command and meaning.confidence >= SURE


def _wants_else(meaning: Meaning) -> bool:
    """Whether a message surely wants something of its own."""
    return meaning.intent not in {INFORM, OUT_OF_SCOPE} | TALK and meaning.confidence >= SURE


# A number that was mistyped


def _with_number(dialogue: Dialogue, number: PutRight, catalogue: Catalogue, new_id: str) -> Step | None:
    """The number in place of the one it is most like: of what is talked about, else of what was done last."""
    waiting, done = dialogue.current, dialogue.done
    if waiting is not None:
        spec = _spec(waiting, catalogue)
        changed = _renumbered(waiting, spec, number, waiting.asking)
        if not number.surely and _takes_number(waiting, spec):
            changed = {name: value for name, value in changed.items() if name == waiting.asking}
        if changed:
            return Step(give(dialogue, waiting, changed))
    if done is None or (waiting is not None and not number.surely and _waits_for_number(waiting, catalogue)):
        return None
    changed = _renumbered(done, _spec(done, catalogue), number, None)
    if changed.keys() & _SUBJECTS:
        return Step(begin(dialogue, _of_another(done, changed, new_id))) if done.command in _LOOKED_UP else None
    return Step(begin(dialogue, _anew(done, changed, new_id))) if changed and done.command in _DONE_ANEW else None


def _waits_for_number(waiting: Frame, catalogue: Catalogue) -> bool:
    """Whether a number may be meant for a question that waits; for one that only came back, and asks when, it is not."""
    if waiting.asking is None:
        return False
    asks_when = waiting.asking in {"day", "window"} and not _takes_number(waiting, _spec(waiting, catalogue))
    return not waiting.came_back or not asks_when


def _takes_number(frame: Frame, spec: CommandSpec | None) -> bool:
    """Whether a number may be the answer to the question that waits: to one for a name too, rather than another stop."""
    asked = next((slot for slot in spec.slots if slot.name == frame.asking), None) if spec is not None else None
    return asked is not None and asked.entity not in _NO_NUMBERS


def _of_another(done: Frame, changed: Mapping[str, Any], new_id: str) -> Frame:
    """What was looked up, of something else."""
    return Frame(id=new_id, command=done.command, slots=dict(changed))


def _renumbered(frame: Frame, spec: CommandSpec | None, number: PutRight, asked: str | None) -> dict[str, Any]:
    """The slot whose number is most like the new one, with that in its place; nothing where none is like it."""
    slots = spec.slots if spec is not None else ()
    known = {slot.name: frame.slots.get(slot.name) for slot in slots if _holds_numbers(slot, frame)}
    if asked is not None and frame.refused is not None:
        known[asked] = frame.refused
    enough = 1 if number.surely or asked == CONFIRM else _ENOUGH_DIGITS
    likely = [
        (OSA.distance(old, number.new), name != asked, name, old)
        for name, value in known.items()
        for old in _numbers(value)
        if old != number.new and number.old in {None, old} and min(len(old), len(number.new)) >= enough
    ]
    near = len(number.new) // 2 if number.surely else 1
    if not likely or min(likely)[0] > max(near, 1):
        return {}
    _, _, name, old = min(likely)
    return {name: _replaced(known[name], old, number.new)}


def _holds_numbers(slot: SlotSpec, frame: Frame) -> bool:
    """Whether the value of a slot may be, or hold, a number that somebody writes; long words are left as they are."""
    is_words = slot.whole_text and isinstance(frame.slots.get(slot.name), str)
    return slot.entity not in _NO_NUMBERS and not is_words


def _numbers(value: Any) -> Iterator[str]:
    """All numbers in a value, as they are written."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield from _NUMBER.findall(str(value))


def _replaced(value: Any, old: str, new: str) -> Any:
    """The value with another number in place of one."""
    if isinstance(value, dict):
        return {name: _replaced(each, old, new) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, old, new) for each in value]
    if isinstance(value, str):
        return re.sub(rf"(?<!\d){old}(?!\d)", new, value)
    return int(new) if value == int(old) and not isinstance(value, bool) else value
