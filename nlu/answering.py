"""The question that waits, and what a message does to it: answers it, changes what was said before, drops it, or wants
something else. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.dialogue import CONFIRM, FACT, THINGS, Catalogue, CommandSpec, Dialogue, Frame, SlotSpec, Step
from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Entity, Meaning
from nlu.answers import (
    LIKELY,
    SHORT_ANSWER,
    SHORT_NO,
    SURE,
    SURE_OVER_WORDS,
    answer_in_words,
    beside,
    is_named,
    pick,
    proved,
    says_no,
    says_yes,
    surely_beside,
    values_for,
)
from nlu.context import as_postcode, spec_of
from nlu.frames import confirm, drop, give, puzzled
from nlu.mentioned import says_only_values
from nlu.readers import READERS
from nlu.readers.corrections import put_right
from nlu.readers.returning import is_kept
from nlu.readers.talk import keeps, leaves_uncancelled
from nlu.supposed import asks

#: Asked while a question waits, and nothing is changed by it: a question that is rather that than anything else is enough.
_ASKED_BESIDES = frozenset({"check_stock", "delivery_promise", "return_policy", "track_order", "proof_of_delivery"})
#: A stop that a driver asks about is no answer to what they were asked.
_LOOKED_UP_ON_THE_ROAD = frozenset({"NextStop", "ShowRoute", "ShowStop", "Navigate"})
#: What was said before is said once more, impatiently.
_SAID_SO = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have)? (?:said|told you|asked)|(?:te |le |os )?(?:dije|he dicho|dec[ií]a)|just|solo) ",
    re.IGNORECASE,
)
#: Commands that are wished for in the words for another one.
_IN_WORDS_OF = {"CancelReturn": "CancelOrder"}
#: What an order is opened with.
_FACTS = frozenset({"postcode", "phone", "email"})
#: Between an answer and what is wished besides.
_BESIDES = re.compile(r"[.,;!?\n]\s+(?:(?:and|y)\s+)?|\s+(?:and|y)\s+")
_OF_FACTS = re.compile(
    r"\b(?:post ?codes?|zip|e-?mail|phone|number|c[oó]digo postal|correo|tel[eé]fono|m[oó]vil|n[uú]mero)\b",
    re.IGNORECASE,
)
#: Wishes that are often said without anything about them; of others, what is said once more tells more.
_SAID_ALONE = frozenset({"start_return", "track_return", "track_order", "return_policy", "cancel_order"})


def answer(dialogue: Dialogue, frame: Frame, meaning: Meaning, catalogue: Catalogue) -> Step | Dialogue:
    """What the message does to the question that waits; where it is about something else, the dialogue in which that is a
    new wish."""
    spec = spec_of(catalogue, frame.command)
    if spec is None:
        return dialogue
    meaning = _as_asked(frame, spec, _unless_it_gives(frame, spec, meaning))
    if meaning.intent == "stop" or (frame.command == "StartReturn" and is_kept(meaning.text)):
        return Step(drop(dialogue), "dropped")
    given, more = values_for(_open(spec, frame), meaning, begins=False)
    given = _without_second_reason(frame, meaning, given)
    picked = pick(frame, meaning)
    plainly = _said_plainly(frame, picked, meaning.text) if frame.asking == CONFIRM else None
    if plainly is not None:
        return confirm(dialogue, frame, plainly)
    if picked is not None:
        return Step(give(dialogue, frame, {**given, **picked}, more))
    other = _other_wish(frame, meaning, catalogue) if not surely_beside(frame, spec, meaning) else None
    answer = answer_in_words(frame, spec, meaning, wants_else=other is not None)
    told = bool(answer) or _reads_answer(frame, spec, meaning, given)
    told = told or (other is not None and _answers(frame, spec, meaning) and not _wants(other, frame, spec))
    if other is not None and (not told or _is_of_an_order(spec, meaning)):
        return dialogue.replace(frame.given(**_not_used(given, other, spec, frame)))
    again = not answer and not _refuses(frame, meaning) and _says_again(frame, meaning, catalogue)
    if frame.asking == FACT:
        given = proved(given, spec, meaning)
    else:
        if answer and len(meaning.text.split()) <= SHORT_ANSWER:
            given = _not_known(frame, spec, given)
        given = {**answer, **given, **({} if again else beside(frame, spec, meaning))}
    if frame.asking == CONFIRM and not more and _agrees(frame, spec, meaning, given, catalogue):
        return confirm(dialogue, frame.given(**given), True)
    if given:
        return Step(give(_with_instructions(dialogue, frame, other, meaning), frame, given, more))
    if any(entity.kind == "coordinates" for entity in meaning.entities):
        return dialogue
    if again:
        return Step(dialogue.replace(frame.model_copy(update={"asking": None, "question_id": None, "options": ()})))
    return _yes_or_no(dialogue, frame, meaning)


def _said_plainly(frame: Frame, picked: dict[str, Any] | None, text: str) -> bool | None:
    """The yes or no that somebody picked, or the yes of one who gives a return up by keeping what was to go back, and says no to
    nothing ("the boots stay with me")."""
    if picked is not None:
        return bool(picked.get(CONFIRM))
    keeps = frame.command == "CancelReturn" and is_kept(text)
    return True if keeps and re.match(r"\W*no(?:pe)?\b", text, re.IGNORECASE) is None else None


def _with_instructions(dialogue: Dialogue, frame: Frame, other: CommandSpec | None, meaning: Meaning) -> Dialogue:
    """With what the driver is told besides an answer, behind it, which comes next ("thursday, 4 to 8. gate code is 7731")."""
    starts = [found.end() for found in _BESIDES.finditer(meaning.text)]
    said = (meaning.text[at:] for at in starts)
    behind = next((each for each in said if READERS["wishes"](_BESIDES.split(each)[0], None) is not None), None)
    if other is None or other.command != "InstructDelivery" or behind is None or frame.command == other.command:
        return dialogue
    given, _ = values_for(other.slots, replace(meaning, text=behind, entities=()))
    order = {"order": frame.slots["order"]} if frame.slots.get("order") else {}
    told = Frame(id=f"{frame.id}-told", command=other.command, slots={**other.fixed, **given, **order})
    return dialogue.model_copy(update={"frames": (*dialogue.frames[:-1], told, *dialogue.frames[-1:])})


def _unless_it_gives(frame: Frame, spec: CommandSpec, meaning: Meaning) -> Meaning:
    """What sounds like a stop is none where it names a value ("oh sorry, 10115"), puts one right ("sorry, Torstr. 7"), or says
    why something goes back ("I changed my mind")."""
    if meaning.intent != "stop":
        return meaning
    if frame.asking == "reason" and frame.command == "StartReturn" and READERS["return_reason"](meaning.text, None):
        return replace(meaning, intents=((INFORM, 1.0),))
    names = bool(meaning.entities) and meaning.confidence < SURE_OVER_WORDS
    corrects = bool(put_right(meaning.text)) and bool(values_for(_open(spec, frame), meaning, begins=False)[0])
    return replace(meaning, intents=((INFORM, 1.0),)) if names or corrects else meaning


def _without_second_reason(frame: Frame, meaning: Meaning, given: dict[str, Any]) -> dict[str, Any]:
    """Values without a reason that words only seem to give, where one was said before and nothing of it is taken back ("don't
    need a pickup", asked whether it was opened)."""
    settled = frame.asking not in {"reason", CONFIRM} and frame.slots.get("reason") is not None
    if not settled or put_right(meaning.text) is not None:
        return given
    return {name: value for name, value in given.items() if name != "reason"}


def _open(spec: CommandSpec, frame: Frame) -> Iterable[SlotSpec]:
    """The slots that can still be given: at a confirmation what is in the order names no other one ("no, keep the kettle")."""
    settled = frame.asking == CONFIRM and frame.slots.get("order") is not None
    return [slot for slot in spec.slots if not settled or slot.name not in {"about_product", THINGS}]


def _not_known(frame: Frame, spec: CommandSpec, given: dict[str, Any]) -> dict[str, Any]:
    """Without what a short answer to something else only seems to say anew ("still missing", of what is not there)."""
    read = {slot.name for slot in spec.slots if slot.reader is not None}
    return {name: value for name, value in given.items() if name not in read or frame.slots.get(name) is None}


def _reads_answer(frame: Frame, spec: CommandSpec, meaning: Meaning, given: dict[str, Any]) -> bool:
    """Whether what was asked is plainly in the words, and nothing else is named ("I don't need it", asked why)."""
    asked = next((slot for slot in spec.slots if slot.name == frame.asking), None)
    named = any(entity.kind in {"order_number", "return_number"} for entity in meaning.entities)
    return asked is not None and bool(asked.reader and asked.answer) and asked.name in given and not named


def _is_of_an_order(spec: CommandSpec, meaning: Meaning) -> bool:
    """Whether a message names an order by its number, of which what waits knows nothing ("is it in stock")."""
    named = any(e.kind == "order_number" and is_named(e.value, meaning) for e in meaning.entities)
    return named and all(slot.entity != "order_number" for slot in spec.slots)


def _says_again(frame: Frame, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether the wish that the waiting question belongs to is only said once more: then it is asked once more."""
    spec = catalogue.get(meaning.intent) if meaning.intent in _SAID_ALONE else None
    return spec is not None and spec.command == frame.command and meaning.confidence >= SURE


def _refuses(frame: Frame, meaning: Meaning) -> bool:
    """Whether a message says no to what shall be confirmed ("no, do not cancel it after all"), and not only that it was asked
    for before ("no, I said cancel it")."""
    return frame.asking == CONFIRM and says_no(meaning.text) and _SAID_SO.search(meaning.text) is None


def _agrees(frame: Frame, spec: CommandSpec, meaning: Meaning, given: dict[str, Any], catalogue: Catalogue) -> bool:
    """Whether a message says yes and changes nothing that was asked ("yes, cancel RM-10482", "yes, I moved away")."""
    read = {slot.name for slot in spec.slots if slot.reader is not None}
    for name, value in given.items():
        known = frame.slots.get(name)
        if value != known and (known is not None or name in read):
            return False
    wish = catalogue.get(meaning.intent)
    return meaning.intent == "affirm" or (
        _is_same(frame, wish) and says_yes(meaning.text) and not says_no(meaning.text)
    )


def _is_same(frame: Frame, wish: CommandSpec | None) -> bool:
    """Whether a wish is that of a frame: a return is given up in the words in which an order is cancelled."""
    return wish is not None and wish.command in {frame.command, _IN_WORDS_OF.get(frame.command)}


def _yes_or_no(dialogue: Dialogue, frame: Frame, meaning: Meaning) -> Step | Dialogue:
    """What bare assent or dissent does to the question that waits; the dialogue as it was for small talk."""
    if frame.asking == CONFIRM and (says_no(meaning.text) or keeps(meaning.text)):
        return confirm(dialogue, frame, False)
    if keeps(meaning.text):
        return Step(drop(dialogue), "dropped")
    match meaning.intent:
        case "affirm" | "deny" as intent if frame.asking == CONFIRM:
            return confirm(dialogue, frame, intent == "affirm")
        case "affirm" if len(frame.options) == 1:
            return Step(give(dialogue, frame, frame.options[0].slots))
        case "deny":
            short = len(meaning.text.split()) <= SHORT_NO
            return Step(drop(dialogue), "dropped") if short else puzzled(dialogue)
        case intent if intent in TALK and intent != "affirm":
            return dialogue
    return puzzled(dialogue)


def _other_wish(frame: Frame, meaning: Meaning, catalogue: Catalogue) -> CommandSpec | None:
    """The command of a message that surely wants something else than the frame does."""
    asks_driver = meaning.intent == "delivery_instructions" and READERS["wishes"](meaning.text, None) is not None
    enough = LIKELY if meaning.intent in _ASKED_BESIDES and asks(meaning.text) else SURE
    if meaning.intent in {INFORM, OUT_OF_SCOPE} | TALK or (meaning.confidence < enough and not asks_driver):
        return None
    if frame.asking == CONFIRM and says_yes(meaning.text) and _is_same(frame, catalogue.get(meaning.intent)):
        return None
    if _only_proves(frame, meaning) or _only_names(meaning) or _tells_more(frame, meaning):
        return None
    if meaning.intent == "cancel_order" and leaves_uncancelled(meaning.text):
        return None
    if _only_says_where(frame, meaning):
        return None
    mine = spec_of(catalogue, frame.command)
    if meaning.intent == "share_photo" and mine is not None and any(slot.entity == "photo" for slot in mine.slots):
        return None
    spec = catalogue.get(meaning.intent)
    if spec is None or (spec.command == frame.command and spec.fixed.items() <= frame.slots.items()):
        return None
    return spec


def _only_says_where(frame: Frame, meaning: Meaning) -> bool:
    """Whether a street is asked for and one is named, and nothing is asked ("it's on Friedrichstraße")."""
    named = frame.asking == "street" and READERS["streets_named"](meaning.text, None) is not None
    return (
        named
        and not asks(meaning.text)
        and meaning.intent in {"track_order", "delivery_promise", "delivery_instructions"}
    )


def _only_proves(frame: Frame, meaning: Meaning) -> bool:
    """Whether a message names nothing but facts, which an order is opened with, while one is asked for, or only speaks of them
    ("oh, that's my old postcode")."""
    kinds = {each.kind for each in meaning.entities}
    if frame.asking != FACT or not kinds <= _FACTS:
        return False
    *_, last = re.split(r"(?<=[.!?])\s+", meaning.text.strip())
    return (
        not asks(last) if kinds else meaning.intent == "change_address" and _OF_FACTS.search(meaning.text) is not None
    )


def _tells_more(frame: Frame, meaning: Meaning) -> bool:
    """Whether a message only says more of what goes back: what is wrong with it, or whether it was opened."""
    named = any(each.kind in {"product", "order_number", "return_number"} for each in meaning.entities)
    of_state = meaning.intent == "return_policy" and READERS["opened"](meaning.text, None) is not None
    tells = meaning.intent == "report_problem" or (of_state and not asks(meaning.text))
    return frame.command == "StartReturn" and tells and not named


def _only_names(meaning: Meaning) -> bool:
    """Whether a message says nothing but the names of goods ("the order with the kettles, I mean"), and so wishes nothing."""
    named = all(
        each.kind == "product" and meaning.text[each.start : each.end] == each.text for each in meaning.entities
    )
    return named and says_only_values(meaning)


def _as_asked(frame: Frame, spec: CommandSpec, meaning: Meaning) -> Meaning:
    """Bare digits answer what was asked: after the question for a postcode "10115" is one, not an order number.

    The same while one that was given can still be corrected.
    """
    if frame.asking == "code" and _is_number(meaning):
        return replace(meaning, intents=((INFORM, 1.0),), entities=())
    corrects = frame.asking in {"city", CONFIRM} and frame.slots.get("postcode")
    asked = corrects or _asked(frame, spec) & {"postcode", "address"}
    if not asked or any(entity.kind == "postcode" for entity in meaning.entities):
        return meaning
    digits = "".join(meaning.text.split()).rstrip(".?!")
    if digits.isdecimal() and 4 <= len(digits) <= 6:
        found = (Entity("postcode", digits, 0, len(meaning.text), meaning.text),)
        return replace(meaning, intents=((INFORM, 1.0),), entities=found)
    entities = tuple(as_postcode(entity) for entity in meaning.entities)
    return meaning if entities == meaning.entities else replace(meaning, intents=((INFORM, 1.0),), entities=entities)


def _is_number(meaning: Meaning) -> bool:
    """Whether nothing but digits was said."""
    return "".join(meaning.text.split()).strip(".!#").isdecimal()


def _asked(frame: Frame, spec: CommandSpec) -> set[str]:
    """The entities that answer the question that waits."""
    return {slot.entity for slot in spec.slots if slot.name == frame.asking and slot.entity is not None}


def _answers(frame: Frame, spec: CommandSpec, meaning: Meaning) -> bool:
    return any(entity.kind in _asked(frame, spec) for entity in meaning.entities)


def _wants(other: CommandSpec, frame: Frame, spec: CommandSpec) -> bool:
    """Whether another wish has a use for what was asked for."""
    asked = _asked(frame, spec)
    return any(slot.entity in asked for slot in other.slots if slot.name not in {FACT, THINGS, "about_product"})


def _not_used(given: dict[str, Any], other: CommandSpec, spec: CommandSpec, frame: Frame) -> dict[str, Any]:
    """Values that the new wish has no place for stay with the old one; so none is lost."""
    if other.command in _LOOKED_UP_ON_THE_ROAD:
        return {}
    taken = {slot.entity for slot in other.slots}
    free = {
        slot.name for slot in spec.slots if slot.entity and slot.entity not in taken and slot.name not in frame.slots
    }
    return {name: value for name, value in given.items() if name in free}
