"""A driver takes a report of a stop back: one that still waits for an answer, or one that was made and is meant otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.dialogue import Catalogue, CommandSpec, Dialogue, Frame, Step
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, Meaning
from nlu.answers import SURE, values_for
from nlu.context import spec_of
from nlu.frames import ABOUT_STOPS, OF_ONE_STOP, begin, puzzled
from nlu.on_the_road import names_delivery
from nlu.readers import READERS
from nlu.readers.corrections import number_put_right, put_right
from nlu.text import lowered

UNDO = "undo"
#: Says which stop a report is about.
_WHERE = ("stops", "order", "at_street")
#: Of a report of another stop this may be true of the right one too: who took it, and what shows it.
_OF_THE_RIGHT_ONE = frozenset({"name", "code", "photos"})
#: What was reported so may have been delivered after all.
_NOT_DELIVERED = frozenset({"FailDelivery", "SkipStop"})
_SAYS_UNDO = re.compile(
    r"\b(?:undo|un-?do|take (?:it|that|this) back|revert|deshac\w+|deshaz\w*|revert\w+)\b", re.IGNORECASE
)
_YES_TO_IT = re.compile(r"\s*(?:yes|yeah|yep|yup|s[ií]|sip|eso es|as I said)\b", re.IGNORECASE)
#: An apology, and a number that is named as a stop is ("perdón, la 3"): no answer, and no next report.
_APOLOGY_FOR_STOP = re.compile(
    r"\b(?:sorry|oops|perd[oó]n\w*|disculp\w*|uy|ups)\b[\s,.!]+(?:(?:it was|it'?s|that was|era|fue|es)\s+)?(?:the|la)\s+\d",
    re.IGNORECASE,
)

#: A no that is what is reported ("no answer at 4"), and none to what was reported before.
_NO_OF_REPORT = re.compile(
    r"\s*(?:(?:and|so|ok|okay|y|pues)[\s,]+)*no (?:one|body|answer|reply|response|access|bell|buzzer|luck"
    r"|(?:(?:me|se|l[oa]s?) )?(?:hay|habia|abr\w+|contest\w+|respond\w+|atiend\w+|quier\w+|acept\w+|puedo|pude|consigo))\b"
)


def take_back(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """What a message does that takes back a report, or says it anew otherwise; None for any other, and where only what was
    done last is to be taken back."""
    if UNDO not in catalogue or meaning.engine in {BY_CHANNEL, BY_PAYLOAD}:
        return None
    waiting, done = dialogue.current, dialogue.done
    takes_back = meaning.intent == UNDO and meaning.confidence >= SURE
    if waiting is not None:
        is_last = waiting.command in ABOUT_STOPS and not waiting.came_back
        return (
            Step(dialogue.pop(), "kept") if is_last and takes_back and not _where(waiting, meaning, catalogue) else None
        )
    if done is not None and done.command == catalogue[UNDO].command and takes_back:
        return _after_undoing(dialogue, meaning, catalogue, new_id)
    if done is None or done.command not in ABOUT_STOPS:
        return None
    if _only_says_yes(done, meaning, catalogue):
        return puzzled(dialogue)
    if _SAYS_UNDO.search(meaning.text):
        undone = Frame(id=new_id, command=catalogue[UNDO].command)
        return Step(begin(dialogue, undone)) if takes_back and meaning.unsure else None
    if not takes_back and not _says_otherwise(meaning.text) and not _has_other_reason(done, meaning, catalogue):
        return None
    anew = _otherwise(done, meaning, catalogue, new_id)
    if anew is None or _goes_on(done, anew):
        return None
    undo = Frame(id=f"{new_id}-undo", command=catalogue[UNDO].command)
    rest = _rest(done, anew, f"{new_id}-rest")
    dialogue = dialogue.push(rest) if rest is not None else dialogue
    return Step(begin(begin(dialogue, anew), undo))


def _rest(done: Frame, anew: Frame, new_id: str) -> Frame | None:
    """What was reported of several stops, of those that are not put right ("no wait, stop 2 was refused", of 1, 2 and 3)."""
    stops, visits, wrong = (
        done.slots.get("stops") or (),
        done.slots.get("visits") or (),
        anew.slots.get("stops") or (),
    )
    if anew.command == done.command or not set(wrong) < set(stops) or len(stops) != len(visits):
        return None
    left = [visit for stop, visit in zip(stops, visits, strict=True) if stop not in wrong]
    slots = {**done.without("stops").slots, "visits": left}
    return Frame(id=new_id, command=done.command, slots=slots, confirmed=True)


def _only_says_yes(done: Frame, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether what was reported is only said once more, after a yes ("yep refused, didn't even look at it")."""
    wish = catalogue.get(meaning.intent)
    same = wish is not None and wish.command == done.command == "FailDelivery"
    further = READERS["further_stop"](meaning.text, None) is not None
    return same and _YES_TO_IT.match(meaning.text) is not None and not further and not _where(done, meaning, catalogue)


def _goes_on(done: Frame, anew: Frame) -> bool:
    """Whether what is reported only comes after the arrival that was ("no, nobody opens"), and takes nothing of it back."""
    return done.command == "Arrive" != anew.command and all(done.slots.get(n) == anew.slots.get(n) for n in _WHERE)


def _says_otherwise(text: str) -> bool:
    """Whether words say that a report was wrong; of a number alone a mild word says too little ("no 5", "wait, 12")."""
    number = number_put_right(text)
    if number is None:
        return put_right(text) is not None and _NO_OF_REPORT.match(lowered(text)) is None
    return number.surely or _APOLOGY_FOR_STOP.search(text) is not None


def _has_other_reason(done: Frame, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether a stop that was not delivered is named once more, and another reason ("3 didn't refuse, they weren't home")."""
    spec = catalogue.get(meaning.intent)
    if spec is None or not spec.command == done.command == "FailDelivery":
        return False
    given, _ = values_for(spec.slots, meaning)
    same = any(given.get(name) and _folded(given[name]) == _folded(done.slots.get(name)) for name in _WHERE)
    return same and given.get("reason") not in {None, done.slots.get("reason")}


def _folded(value: Any) -> str:
    return str(value).casefold()


def _after_undoing(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """What was undone is not undone once more with words that name a stop and are nearly as likely a report of it."""
    reports = (catalogue.get(name) for name, _ in meaning.intents[1:3])
    spec = next((each for each in reports if each is not None and each.command in ABOUT_STOPS), None)
    given = values_for(spec.slots, meaning)[0] if spec is not None else {}
    if spec is None or _SAYS_UNDO.search(meaning.text) or not any(given.get(name) for name in _WHERE):
        return None
    return Step(begin(dialogue, Frame(id=new_id, command=spec.command, slots={**spec.fixed, **given})))


def _otherwise(done: Frame, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Frame | None:
    """The report that is meant in place of the one that was made: another one, of another stop, or for another reason; None
    where it is the same."""
    after_all = (
        meaning.intent == UNDO
        and done.command in _NOT_DELIVERED
        and names_delivery(meaning, put_right(meaning.text) or lowered(meaning.text))
    )
    wish = catalogue.get("delivered" if after_all else meaning.intent)
    other = wish if wish is not None and wish.command in ABOUT_STOPS and wish.command != done.command else None
    spec = other or spec_of(catalogue, done.command)
    if spec is None:
        return None
    where = _where(done, meaning, catalogue)
    given, _ = values_for(spec.slots, meaning)
    given = {name: value for name, value in given.items() if name not in _WHERE and value}
    if other is None and not where and given.get("reason") in {None, done.slots.get("reason")}:
        return None
    kept = _kept(done, spec) if other is None else {}
    if done.command == "Arrive" and other is not None and not where:
        return None  # what came of being there
    there = where or {name: done.slots[name] for name in (*_WHERE, "visits") if done.slots.get(name)}
    return Frame(id=new_id, command=spec.command, slots={**spec.fixed, **kept, **given, **there})


def _where(frame: Frame, meaning: Meaning, catalogue: Catalogue) -> dict[str, Any]:
    """The stops a message names in place of those of a report; nothing where it names none, or the same."""
    number = number_put_right(meaning.text)
    if number is not None:
        return {"stops": [int(number.new)]} if [int(number.new)] != list(frame.slots.get("stops") or ()) else {}
    spec = spec_of(catalogue, frame.command)
    given: Mapping[str, Any] = values_for(spec.slots, meaning)[0] if spec is not None else {}
    where = {name: given[name] for name in _WHERE if given.get(name)}
    return where if any(where[name] != frame.slots.get(name) for name in where) else {}


def _kept(done: Frame, spec: CommandSpec) -> dict[str, Any]:
    """What holds for the right stop as well."""
    gone = {*OF_ONE_STOP, *_WHERE} - _OF_THE_RIGHT_ONE
    named = {slot.name for slot in spec.slots}
    return {name: value for name, value in done.slots.items() if name in named and name not in gone}
