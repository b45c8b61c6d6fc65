"""Filling: what was heard goes into the dialogue, once for every command. Pure; the database is asked elsewhere.

The order of precedence: a button; dropping; what puts right what was said or done just now, or wants it of another thing
too; a step that was just offered; yes and no; an answer to the question that was asked; a new wish, which lets the old one
wait; a value for what is talked about; else we did not understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.conversations import ALWAYS_STOPS
from domain.dialogue import (
    ASK_BACK,
    CONFIRM,
    DID_YOU_MEAN,
    Catalogue,
    CommandSpec,
    Dialogue,
    Frame,
    Heard,
    Pressed,
    Step,
)
from domain.meaning import BY_CHANNEL, INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.amending import amend
from nlu.answering import answer
from nlu.answers import LIKELY, SHORT_NO, SURE_OVER_WORDS, asks_for_words, is_named, pick, values_for
from nlu.apart import each_apart
from nlu.asking_back import NONE_OF_THEM, as_meant, between, is_mere_suspicion, offered
from nlu.context import (
    TIMES,
    against_day,
    bare_value,
    in_context,
    of_numbers,
    only_mentions_time,
    says_more,
    spec_of,
    without_ways,
)
from nlu.frames import begin, confirm, drop, give, puzzled
from nlu.instead import only_stays, other_thing
from nlu.literals import CANCEL, CANCEL_THAT, literal
from nlu.on_the_road import leaving
from nlu.parting import begin_parts
from nlu.readers import READERS
from nlu.readers.languages import is_for_us_alone, wished
from nlu.readers.returns import sends_back
from nlu.readers.talk import is_for_somebody_else, keeps, leaves_uncancelled
from nlu.same_again import same_again
from nlu.steps import gives_up, said_step
from nlu.taking_back import take_back
from nlu.text import without_accents

#: Speaks of something that was named before.
_SAYS_IT = re.compile(
    r"\b(?:it|them|'?em|this|that|these|those|one|l[oa]s?|eso|esto|\w{3,}(?:r|me|te|se|[aeé]n?)l[oa]s?)\b",
    re.IGNORECASE,
)
#: Slots for what a wish is about, by its name; kinds of values that say so themselves.
_THING = ("product", "about_product")
_NAMED = frozenset({"product", "order_number", "return_number"})


def fill(dialogue: Dialogue, heard: Heard, catalogue: Catalogue, new_id: str) -> Step:
    """The dialogue after what was heard; see the module's text for what wins over what."""
    if heard.stale:
        return Step(dialogue, "stale")
    if heard.pressed is not None:
        return _press(dialogue, heard.pressed, catalogue, new_id)
    if dialogue.pressed is not None:
        dialogue = dialogue.model_copy(update={"pressed": None})
    meaning = heard.meaning
    if meaning.engine == BY_CHANNEL:
        return _wish(dialogue, of_numbers(meaning, catalogue), catalogue, new_id)
    if meaning.speaks is not None and "choose_language" in catalogue:
        rest = Heard(replace(meaning, speaks=None), corrects=heard.corrects)
        step = fill(dialogue, rest, catalogue, new_id) if says_more(dialogue, meaning) else Step(dialogue)
        wish = Frame(id=f"{new_id}-language", command="ChooseLanguage", slots={"language": meaning.speaks})
        return Step(begin(step.dialogue, wish), step.said)
    several = begin_parts(dialogue, meaning, catalogue, new_id)
    if several is not None:
        return several
    meaning = in_context(meaning, catalogue)
    if is_for_somebody_else(meaning.text) and not meaning.entities:
        return Step(dialogue) if dialogue.current is not None else puzzled(dialogue)
    plain = without_accents(meaning.text.strip().casefold().strip(".!¡"))
    alone = literal(plain, dialogue, catalogue)
    if alone is not None:
        return _literal(dialogue, plain, catalogue[alone], new_id)
    language = wished(meaning.text) if "choose_language" in catalogue else None
    if language is not None and _is_for_somebody(dialogue.current, meaning.text, catalogue):
        meaning = replace(meaning, intents=((INFORM, 1.0),), entities=())
    elif language is not None:
        wish = Frame(id=new_id, command=catalogue["choose_language"].command, slots={"language": language})
        return Step(begin(dialogue, wish))
    return _cancel(dialogue, plain, catalogue, new_id) or _talked(dialogue, meaning, catalogue, new_id)


def _cancel(dialogue: Dialogue, plain: str, catalogue: Catalogue, new_id: str) -> Step | None:
    """What "cancel" alone does: whoever has no orders drops what is talked about, or takes back what was done; a customer is
    asked what is meant. None for any other words, and where it is plain what "that" is."""
    if plain not in CANCEL | CANCEL_THAT:
        return None
    if "cancel_order" in catalogue:
        return None if plain in CANCEL_THAT and _has_topic(dialogue) else Step(dialogue, "cancel_what")
    if plain in CANCEL_THAT and dialogue.current is None and "undo" in catalogue:
        return Step(begin(dialogue, Frame(id=new_id, command=catalogue["undo"].command)))
    return Step(drop(dialogue), "dropped")


def _talked(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """What was said in free words: to the question that waits, of the step that was offered, or a new wish."""
    frame = dialogue.current
    meaning = without_ways(dialogue, meaning)
    if frame is not None and frame.command == ASK_BACK:
        return _clarified(dialogue, frame, meaning, catalogue, new_id)
    for put_right in (take_back, amend, same_again):
        step = put_right(dialogue, meaning, catalogue, new_id)
        if step is not None:
            return step
    next_step = said_step(dialogue, meaning, catalogue, new_id)
    if next_step is not None:
        return Step(begin(dialogue, next_step))
    if frame is not None and frame.asking is not None:
        spec = spec_of(catalogue, frame.command)
        if frame.command == "StartReturn" and gives_up(meaning.text):
            return Step(drop(dialogue), "dropped")
        of_another = frame.command != "StartReturn" and frame.asking != CONFIRM
        if of_another and meaning.intent == "start_return" and sends_back(meaning.text) is False:
            meaning = replace(meaning, intents=((INFORM, 1.0),))  # "I keep it, just put it on record"
        thing = other_thing(frame, spec, meaning)
        if thing is not None:
            when = values_for([slot for slot in spec.slots if slot.entity in TIMES], meaning)[0] if spec else {}
            return Step(give(dialogue, frame.without("order"), {**when, "about_product": thing}))
        found = answer(dialogue, frame, meaning, catalogue)
        return found if isinstance(found, Step) else _wish(found, meaning, catalogue, new_id)
    return _wish(dialogue, meaning, catalogue, new_id)


def _is_for_somebody(frame: Frame | None, text: str, catalogue: Catalogue) -> bool:
    """Whether the wish for a language is what somebody else is to be told: words are asked for, and these can be said to anybody."""
    return frame is not None and asks_for_words(frame, spec_of(catalogue, frame.command)) and not is_for_us_alone(text)


def _has_topic(dialogue: Dialogue) -> bool:
    """Whether "that" can mean something."""
    return dialogue.current is not None or dialogue.focus is not None


def _press(dialogue: Dialogue, pressed: Pressed, catalogue: Catalogue, new_id: str) -> Step:
    question, choice = pressed.question, pressed.choice
    if pressed.afresh:
        dialogue = dialogue.model_copy(update={"frames": ()})
    frame = dialogue.current
    if question is None:
        if choice.command is None or spec_of(catalogue, choice.command) is None:
            return Step(dialogue, "stale")
        return Step(begin(dialogue, Frame(id=new_id, command=choice.command, slots=choice.slots)))
    if frame is None or frame.question_id != question:
        again = pressed.button is not None and pressed.button == dialogue.pressed
        return Step(dialogue, "repeated" if again else "stale")
    dialogue = dialogue.model_copy(update={"pressed": pressed.button})
    if frame.asking == CONFIRM:
        return confirm(dialogue, frame, bool(choice.slots.get(CONFIRM)))
    return Step(give(dialogue, frame, choice.slots))


def _literal(dialogue: Dialogue, plain: str, spec: CommandSpec, new_id: str) -> Step:
    if plain in ALWAYS_STOPS:
        dialogue = dialogue.model_copy(update={"frames": ()})
    return Step(begin(dialogue, Frame(id=new_id, command=spec.command, slots=dict(spec.fixed))))


def _wish(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """A new wish, or a value for the present one; where it is not sure which and nothing waits, it is asked once."""
    frame = dialogue.current
    meaning = _shown_what_stays(dialogue, meaning, catalogue)
    if frame is None and _leaves_orders(dialogue, meaning, catalogue):
        return Step(dialogue, "dropped")
    meaning = against_day(dialogue, meaning, catalogue)
    meaning = leaving(meaning, catalogue, waits=False) if frame is None else meaning
    if frame is None and (_only_names_order(meaning, catalogue) or _names_other_postcode(dialogue, meaning)):
        meaning = replace(meaning, intents=((INFORM, 1.0),), unsure=False)
    may_move = meaning.unsure and meaning.intent in {"reschedule_delivery", OUT_OF_SCOPE}
    names_time = any(entity.kind in TIMES for entity in meaning.entities)
    if frame is None and may_move and names_time and only_mentions_time(dialogue, meaning):
        return puzzled(dialogue)
    if frame is None and _only_tells_state(dialogue, meaning):
        return puzzled(dialogue)
    apart = _apart(meaning, catalogue)
    asked = offered(meaning, catalogue) if frame is None and not apart else None
    if asked is not None and dialogue.last != ASK_BACK:
        return Step(dialogue.push(between(asked, meaning, catalogue, new_id)), DID_YOU_MEAN)
    if asked is not None and meaning.confidence < LIKELY:  # not twice in a row
        return puzzled(dialogue)
    only_value = _is_doubtful(meaning) or (frame is None and _greets_with_number(meaning))
    spec = None if only_value else catalogue.get(meaning.intent)
    if meaning.intent == "stop":
        return Step(dialogue, "dropped")
    pin = any(entity.kind == "coordinates" for entity in meaning.entities)
    if spec is None and meaning.entities and (frame is None or pin):
        spec, meaning = bare_value(dialogue, meaning, catalogue)
    if spec is None or (meaning.intent == "affirm" and frame is not None):
        return puzzled(dialogue)
    if apart:
        return Step(_begin_each(dialogue, spec, apart, new_id))
    given, more = values_for(spec.slots, meaning)
    if frame is not None and frame.command == spec.command and spec.slots and spec.fixed.items() <= frame.slots.items():
        return Step(give(dialogue, frame, given, more))
    return Step(begin(dialogue, Frame(id=new_id, command=spec.command, slots={**spec.fixed, **given}, more=more)))


def _apart(meaning: Meaning, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The values for each of several things for which a message wishes another time; nothing where it does not."""
    spec = catalogue.get(meaning.intent)
    return [values_for(spec.slots, part)[0] for part in each_apart(meaning, spec)] if spec is not None else []


def _begin_each(dialogue: Dialogue, spec: CommandSpec, apart: Sequence[dict[str, Any]], new_id: str) -> Dialogue:
    """The dialogue with a frame of a command for each of several things, the first one on top."""
    frames = [
        Frame(id=f"{new_id}-{nth}", command=spec.command, slots={**spec.fixed, **given})
        for nth, given in enumerate(apart, 1)
    ]
    dialogue = begin(dialogue, frames.pop())  # the same that waits is said anew
    for frame in reversed(frames):
        dialogue = dialogue.push(frame)
    return dialogue


def _leaves_orders(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether somebody who can cancel or move orders only says that one stays as it is; of a return that is to give it up."""
    can_change = "cancel_order" in catalogue or "reschedule_delivery" in catalogue
    names_time = any(entity.kind in TIMES for entity in meaning.entities)
    about_when = meaning.intent == "reschedule_delivery" and not names_time  # "day and time can stay the same"
    is_sure = _is_sure_wish(meaning, catalogue) and not about_when
    if meaning.intent == "cancel_order" and leaves_uncancelled(meaning.text):
        return can_change
    return can_change and dialogue.about_return is None and not is_sure and keeps(meaning.text)


def _shown_what_stays(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Who has just cancelled an order, and only says that what is in another one stays, is told when that comes."""
    cancelled = dialogue.current is None and dialogue.done is not None and dialogue.done.command == "CancelOrder"
    names_time = any(entity.kind in TIMES for entity in meaning.entities)
    if not cancelled or "track_order" not in catalogue or names_time or _is_sure_wish(meaning, catalogue):
        return meaning
    return replace(meaning, intents=(("track_order", 1.0),), unsure=False) if only_stays(meaning) else meaning


def _is_sure_wish(meaning: Meaning, catalogue: Catalogue) -> bool:
    wished_for = meaning.intent in catalogue and meaning.intent not in TALK and not meaning.unsure
    return wished_for and meaning.confidence >= SURE_OVER_WORDS


def _clarified(dialogue: Dialogue, frame: Frame, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """What is said when it was asked which of two wishes is meant: one of them, none, or something else altogether."""
    if meaning.intent == "stop":
        return Step(drop(dialogue), "dropped")
    readings = frame.slots["readings"]
    picked = pick(frame, meaning)
    short = len(meaning.text.split()) <= SHORT_NO
    if picked is None and short and meaning.intent in {"affirm", "deny"}:
        picked = {"wish": 0 if meaning.intent == "affirm" else NONE_OF_THEM}
    if picked is not None:
        return Step(give(dialogue, frame, picked))
    below = dialogue.pop()
    meant = next((n for n, each in enumerate(readings) if each["intent"] == meaning.intent), None)
    if meant is not None:
        return Step(begin(below, as_meant(readings[meant], meaning, catalogue, new_id)))
    below = below.model_copy(update={"last": ASK_BACK})
    next_step = said_step(below, meaning, catalogue, new_id)
    if next_step is not None:
        return Step(begin(below, next_step))
    step = _wish(below, meaning, catalogue, new_id)
    return step if step.dialogue == below else _about_the_same(step, readings, meaning, catalogue)


def _about_the_same(step: Step, readings: Sequence[Mapping[str, Any]], meaning: Meaning, catalogue: Catalogue) -> Step:
    """With what was named in the message before, which was not understood for sure, where this one only says "it"."""
    frame = step.dialogue.current
    spec = spec_of(catalogue, frame.command) if frame is not None else None
    if (
        frame is None
        or spec is None
        or _SAYS_IT.search(meaning.text) is None
        or _NAMED & {e.kind for e in meaning.entities}
    ):
        return step
    thing = next((each["slots"][name] for each in readings for name in _THING if each["slots"].get(name)), None)
    slot = next((slot for slot in spec.slots if slot.name in _THING), None)
    if thing is None or slot is None or frame.slots.get(slot.name):
        return step
    named = [thing] if isinstance(thing, str) else list(thing)
    return replace(step, dialogue=step.dialogue.replace(frame.given(**{slot.name: named if slot.many else named[0]})))


def _is_doubtful(meaning: Meaning) -> bool:
    """Whether what was heard is too little to act on: small talk without letters, or an unsure wish that must be sure."""
    if meaning.intent in TALK:
        return not any(char.isalpha() for char in meaning.text) and any(char.isdigit() for char in meaning.text)
    return is_mere_suspicion(meaning)


def _only_names_order(meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether a customer names an order by its number, and what they want with it is anybody's guess: then it is looked up."""
    named = any(each.kind == "order_number" and is_named(each.value, meaning) for each in meaning.entities)
    is_vague = meaning.unsure and (meaning.confidence < LIKELY or meaning.intent == "track_order")
    return named and "delivery_instructions" in catalogue and is_vague


def _names_other_postcode(dialogue: Dialogue, meaning: Meaning) -> bool:
    """Whether bare digits, said right after a promise in words that were not surely understood, are another postcode for it."""
    bare = any(each.kind == "order_number" and each.text.strip().isdecimal() for each in meaning.entities)
    return dialogue.last == "AskPromise" and meaning.unsure and bare


def _only_tells_state(dialogue: Dialogue, meaning: Meaning) -> bool:
    """Whether it is only said in what state that is whose return is talked about ("but it's still in its plastic!")."""
    talked_about = dialogue.about_return is not None and meaning.unsure and not meaning.entities
    return talked_about and READERS["opened"](meaning.text, None) is not None and sends_back(meaning.text) is None


def _greets_with_number(meaning: Meaning) -> bool:
    """Whether a greeting names an order or a return: then it is about that."""
    return meaning.intent == "greet" and any(e.kind in {"order_number", "return_number"} for e in meaning.entities)
