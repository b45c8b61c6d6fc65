"""Filling: what was heard goes into the dialogue, once for every command. Pure; the database is asked elsewhere.

The order of precedence: a button; dropping; yes and no; an answer to the question that was asked; a new wish,
which lets the old one wait; a value for what is talked about; else we did not understand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.conversations import ALWAYS_STOPS
from domain.dialogue import (
    ASK_BACK,
    CONFIRM,
    DID_YOU_MEAN,
    FACT,
    Catalogue,
    CommandSpec,
    Dialogue,
    Frame,
    Heard,
    Pressed,
    SlotSpec,
    Step,
)
from domain.meaning import BY_CHANNEL, INFORM, OUT_OF_SCOPE, TALK, Entity, Meaning
from nlu.answers import (
    SHORT_ANSWER,
    SHORT_NO,
    SURE,
    SURE_OVER_WORDS,
    answer_in_words,
    asks_for_words,
    beside,
    is_named,
    pick,
    proved,
    says_yes,
    surely_beside,
    values_for,
)
from nlu.asking_back import LIKELY, NONE_OF_THEM, as_meant, between, is_mere_suspicion, offered
from nlu.context import TIMES, against_day, as_postcode, can_move, corrected, in_context, of_numbers, without_ways
from nlu.instead import other_thing
from nlu.readers.languages import is_for_us_alone, wished
from nlu.steps import said_step
from nlu.text import without_accents

_COMMANDS = {
    "/start": "start_messages", "start": "start_messages", "/help": "help", "/track": "track_order",
    "/next": "next_stop", "/route": "show_route", "/language": "choose_language", "/idioma": "choose_language",
    "/stop": "stop", "stopall": "stop", "unsubscribe": "stop", "stop messages": "stop", "stop": "stop",
    "empezar": "start_messages", "comenzar": "start_messages", "/ayuda": "help", "ayuda": "help", "para": "stop", "parar": "stop", "alto": "stop",
    "baja": "stop", "darme de baja": "stop", "dame de baja": "stop", "denme de baja": "stop", "dadme de baja": "stop",
}  # fmt: skip
#: Begins a shift, where a driver says it.
_BEGINS = frozenset({"start", "empezar", "comenzar"})
#: Said alone while something is asked these drop that, or answer it; else they stop messages.
_STOP_OR_DROP = frozenset({"stop", "para", "parar", "alto", "baja"})
#: "Cancel" alone may mean the order or the messages; with "that" it means what is talked about, where there is something.
_CANCEL = frozenset({"cancel", "cancelar", "cancela", "cancelen", "cancelad", "anular", "anula"})
_CANCEL_THAT = frozenset(
    {"cancel that", "cancel it all", "cancelalo", "cancela eso", "cancelalo todo", "cancela todo", "anulalo"}
)
#: Commands about a stop: what is said of it anew takes the place of what was asked about it before.
_ABOUT_STOPS = frozenset({"Arrive", "Deliver", "DeliverPart", "FailDelivery", "SkipStop", "CollectReturn"})
#: Slots that say what a command is about, and those that hold for one stop only.
_SUBJECTS = ("order", "return_number", "stops", "visits")
_OF_ONE_STOP = (
    "visits",
    "guessed",
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
#: Said by a driver when nothing else is talked about: the route leaves.
_LEAVING = frozenset(
    (
        "off i go", "off we go", "i'm off", "im off", "leaving", "leaving now", "i'm leaving", "leaving the depot", "setting off",
        "on my way", "on the road", "departing", "departed", "heading out", "heading off", "rolling", "driving off",
        "salgo", "salgo ya", "ya salgo", "saliendo", "voy saliendo", "salimos", "en camino", "en ruta", "me pongo en marcha", "en marcha", "arranco",
        "salgo del almacen", "salgo de la base", "salgo del deposito", "me voy", "tiro", "ya voy",
    )
)  # fmt: skip
#: Wishes that are often said without anything about them; of others, what is said once more tells more.
_SAID_ALONE = frozenset({"start_return", "track_return", "track_order", "return_policy", "cancel_order"})


def fill(dialogue: Dialogue, heard: Heard, catalogue: Catalogue, new_id: str) -> Step:
    """The dialogue after what was heard; see the module's text for what wins over what."""
    if heard.stale:
        return Step(dialogue, "stale")
    if heard.pressed is not None:
        return _press(dialogue, heard.pressed, catalogue, new_id)
    meaning = heard.meaning
    if meaning.engine == BY_CHANNEL:
        return _wish(dialogue, of_numbers(meaning, catalogue), catalogue, new_id)
    meaning = in_context(meaning, catalogue)
    plain = without_accents(meaning.text.strip().casefold().strip(".!¡"))
    literal = "start_shift" if plain in _BEGINS and "start_shift" in catalogue else _COMMANDS.get(plain)
    if plain in _LEAVING and dialogue.current is None:
        literal = "depart"
    if literal is not None and literal in catalogue and (plain not in _STOP_OR_DROP or dialogue.current is None):
        return _literal(dialogue, plain, catalogue[literal], new_id)
    language = wished(meaning.text) if "choose_language" in catalogue else None
    if language is not None and _is_for_somebody(dialogue.current, meaning.text, catalogue):
        meaning = replace(meaning, intents=((INFORM, 1.0),), entities=())
    elif language is not None:
        wish = Frame(id=new_id, command=catalogue["choose_language"].command, slots={"language": language})
        return Step(_begin(dialogue, wish))
    if plain in _CANCEL and "cancel_order" not in catalogue:  # whoever has no orders drops what is talked about
        return Step(_dropped(dialogue), "dropped")
    if plain in _CANCEL or (plain in _CANCEL_THAT and not _has_topic(dialogue)):
        return Step(dialogue, "cancel_what")
    return _talked(dialogue, meaning, catalogue, new_id)


def _talked(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """What was said in free words: to the question that waits, of the step that was offered, or a new wish."""
    frame = dialogue.current
    meaning = without_ways(dialogue, meaning)
    if frame is not None and frame.command == ASK_BACK:
        return _clarified(dialogue, frame, meaning, catalogue, new_id)
    anew = corrected(dialogue, meaning)
    if anew is not None:
        return _wish(dialogue, anew, catalogue, new_id)
    if frame is not None and frame.asking is not None:
        thing = other_thing(frame, spec_of(catalogue, frame.command), meaning)
        if thing is not None:
            return Step(_given(dialogue, frame.without("order"), {"about_product": thing}))
        step = _answer(dialogue, frame, meaning, catalogue, new_id)
        if step is not None:
            return step
    next_step = said_step(dialogue, meaning, catalogue, new_id)
    if next_step is not None:
        return Step(_begin(dialogue, next_step))
    return _wish(dialogue, meaning, catalogue, new_id)


def _is_for_somebody(frame: Frame | None, text: str, catalogue: Catalogue) -> bool:
    """Whether the wish for a language is what somebody else is to be told: words are asked for, and these can be said to anybody."""
    return frame is not None and asks_for_words(frame, spec_of(catalogue, frame.command)) and not is_for_us_alone(text)


def _has_topic(dialogue: Dialogue) -> bool:
    """Whether "that" can mean something."""
    return dialogue.current is not None or dialogue.focus is not None


def spec_of(catalogue: Catalogue, command: str) -> CommandSpec | None:
    """The slots of a command, by its name."""
    return next((spec for spec in catalogue.values() if spec.command == command), None)


def _press(dialogue: Dialogue, pressed: Pressed, catalogue: Catalogue, new_id: str) -> Step:
    question, choice = pressed.question, pressed.choice
    if pressed.afresh:
        dialogue = dialogue.model_copy(update={"frames": ()})
    frame = dialogue.current
    if question is None:
        if choice.command is None or spec_of(catalogue, choice.command) is None:
            return Step(dialogue, "stale")
        return Step(_begin(dialogue, Frame(id=new_id, command=choice.command, slots=choice.slots)))
    if frame is None or frame.question_id != question:
        return Step(dialogue, "stale")
    if frame.asking == CONFIRM:
        return _confirm(dialogue, frame, bool(choice.slots.get(CONFIRM)))
    return Step(_given(dialogue, frame, choice.slots))


def _literal(dialogue: Dialogue, plain: str, spec: CommandSpec, new_id: str) -> Step:
    if plain in ALWAYS_STOPS:
        dialogue = dialogue.model_copy(update={"frames": ()})
    return Step(_begin(dialogue, Frame(id=new_id, command=spec.command, slots=dict(spec.fixed))))


def _answer(dialogue: Dialogue, frame: Frame, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """What the message does to the question that waits; None when it is about something else."""
    spec = spec_of(catalogue, frame.command)
    if spec is None:
        return None
    values = bool(meaning.entities) and meaning.confidence < SURE_OVER_WORDS
    if meaning.intent == "stop" and not values:  # "oh sorry, 10115" may sound like one
        return Step(_dropped(dialogue), "dropped")
    meaning = _as_asked(frame, spec, meaning)
    given, more = values_for(_open(spec, frame), meaning, begins=False)
    picked = pick(frame, meaning)
    if picked is not None and frame.asking == CONFIRM:
        return _confirm(dialogue, frame, bool(picked.get(CONFIRM)))
    if picked is not None:
        return Step(_given(dialogue, frame, {**given, **picked}, more))
    other = _other_wish(frame, meaning, catalogue) if not surely_beside(frame, spec, meaning) else None
    answer = answer_in_words(frame, spec, meaning, wants_else=other is not None)
    if (
        other is not None
        and not answer
        and not _reads_answer(frame, spec, meaning, given)
        and not (_answers(frame, spec, meaning) and not _wants(other, frame, spec))
    ):
        waiting = dialogue.replace(frame.given(**_not_used(given, other, spec, frame)))
        return _wish(waiting, meaning, catalogue, new_id)
    again = not answer and _says_again(frame, meaning, catalogue)
    if frame.asking == FACT:
        given = proved(given, spec, meaning)
    else:
        if answer and len(meaning.text.split()) <= SHORT_ANSWER:
            given = _not_known(frame, spec, given)
        given = {**answer, **given, **({} if again else beside(frame, spec, meaning))}
    if frame.asking == CONFIRM and not more and _agrees(frame, spec, meaning, given, catalogue):
        return _confirm(dialogue, frame.given(**given), True)
    if given:
        return Step(_given(dialogue, frame, given, more))
    if any(entity.kind == "coordinates" for entity in meaning.entities):
        return _wish(dialogue, meaning, catalogue, new_id)
    if again:
        return Step(dialogue.replace(frame.model_copy(update={"asking": None, "question_id": None, "options": ()})))
    return _yes_or_no(dialogue, frame, meaning)


def _open(spec: CommandSpec, frame: Frame) -> Iterable[SlotSpec]:
    """The slots that can still be given: at a confirmation what is in the order names no other one ("no, keep the kettle")."""
    settled = frame.asking == CONFIRM and frame.slots.get("order") is not None
    return [slot for slot in spec.slots if not settled or slot.name != "about_product"]


def _not_known(frame: Frame, spec: CommandSpec, given: dict[str, Any]) -> dict[str, Any]:
    """Without what a short answer to something else only seems to say anew ("still missing", of what is not there)."""
    read = {slot.name for slot in spec.slots if slot.reader is not None}
    return {name: value for name, value in given.items() if name not in read or frame.slots.get(name) is None}


def _reads_answer(frame: Frame, spec: CommandSpec, meaning: Meaning, given: dict[str, Any]) -> bool:
    """Whether what was asked is plainly in the words, and nothing else is named ("I don't need it", asked why)."""
    asked = next((slot for slot in spec.slots if slot.name == frame.asking), None)
    named = any(entity.kind in {"order_number", "return_number"} for entity in meaning.entities)
    return asked is not None and bool(asked.reader and asked.answer) and asked.name in given and not named


def _says_again(frame: Frame, meaning: Meaning, catalogue: Catalogue) -> bool:
    """Whether the wish that the waiting question belongs to is only said once more: then it is asked once more."""
    spec = catalogue.get(meaning.intent) if meaning.intent in _SAID_ALONE else None
    return spec is not None and spec.command == frame.command and meaning.confidence >= SURE


def _agrees(frame: Frame, spec: CommandSpec, meaning: Meaning, given: dict[str, Any], catalogue: Catalogue) -> bool:
    """Whether a message says yes and changes nothing that was asked ("yes, cancel RM-10482", "yes, I moved away")."""
    read = {slot.name for slot in spec.slots if slot.reader is not None}
    for name, value in given.items():
        known = frame.slots.get(name)
        if value != known and (known is not None or name in read):
            return False
    wish = catalogue.get(meaning.intent)
    return meaning.intent == "affirm" or (wish is not None and wish.command == frame.command and says_yes(meaning.text))


def _yes_or_no(dialogue: Dialogue, frame: Frame, meaning: Meaning) -> Step | None:
    """What bare assent or dissent does to the question that waits; None for small talk."""
    match meaning.intent:
        case "affirm" | "deny" as intent if frame.asking == CONFIRM:
            return _confirm(dialogue, frame, intent == "affirm")
        case "affirm" if len(frame.options) == 1:
            return Step(_given(dialogue, frame, frame.options[0].slots))
        case "deny":
            short = len(meaning.text.split()) <= SHORT_NO
            return Step(_dropped(dialogue), "dropped") if short else _puzzled(dialogue)
        case intent if intent in TALK and intent != "affirm":
            return None
    return _puzzled(dialogue)


def _wish(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """A new wish, or a value for the present one; where it is not sure which and nothing waits, it is asked once."""
    frame = dialogue.current
    meaning = against_day(dialogue, meaning, catalogue)
    asked = offered(meaning, catalogue) if frame is None else None
    if asked is not None and dialogue.last != ASK_BACK:
        return Step(dialogue.push(between(asked, meaning, catalogue, new_id)), DID_YOU_MEAN)
    if asked is not None and meaning.confidence < LIKELY:  # not twice in a row
        return _puzzled(dialogue)
    only_value = _is_doubtful(meaning) or (frame is None and _greets_with_number(meaning))
    spec = None if only_value else catalogue.get(meaning.intent)
    if meaning.intent == "stop":
        return Step(dialogue, "dropped")
    pin = any(entity.kind == "coordinates" for entity in meaning.entities)
    if spec is None and meaning.entities and (frame is None or pin):
        spec, meaning = _bare_value(dialogue, meaning, catalogue)
    if spec is None or (meaning.intent == "affirm" and frame is not None):
        return _puzzled(dialogue)
    given, more = values_for(spec.slots, meaning)
    if frame is not None and frame.command == spec.command and spec.slots and spec.fixed.items() <= frame.slots.items():
        return Step(_given(dialogue, frame, given, more))
    return Step(_begin(dialogue, Frame(id=new_id, command=spec.command, slots={**spec.fixed, **given}, more=more)))


def _clarified(dialogue: Dialogue, frame: Frame, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step:
    """What is said when it was asked which of two wishes is meant: one of them, none, or something else altogether."""
    if meaning.intent == "stop":
        return Step(_dropped(dialogue), "dropped")
    readings = frame.slots["readings"]
    picked = pick(frame, meaning)
    short = len(meaning.text.split()) <= SHORT_NO
    if picked is None and short and meaning.intent in {"affirm", "deny"}:
        picked = {"wish": 0 if meaning.intent == "affirm" else NONE_OF_THEM}
    if picked is not None:
        return Step(_given(dialogue, frame, picked))
    below = dialogue.pop()
    meant = next((n for n, each in enumerate(readings) if each["intent"] == meaning.intent), None)
    if meant is not None:
        return Step(_begin(below, as_meant(readings[meant], meaning, catalogue, new_id)))
    below = below.model_copy(update={"last": ASK_BACK})
    return _wish(below, meaning, catalogue, new_id)


def _is_doubtful(meaning: Meaning) -> bool:
    """Whether what was heard is too little to act on: small talk without letters, or an unsure wish that must be sure."""
    if meaning.intent in TALK:
        return not any(char.isalpha() for char in meaning.text) and any(char.isdigit() for char in meaning.text)
    return is_mere_suspicion(meaning)


def _greets_with_number(meaning: Meaning) -> bool:
    """Whether a greeting names an order or a return: then it is about that."""
    return meaning.intent == "greet" and any(e.kind in {"order_number", "return_number"} for e in meaning.entities)


def _bare_value(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> tuple[CommandSpec | None, Meaning]:
    """The number of an order or a return alone asks where that is, to staff a contact or a postcode too; bare digits after a promise ask for another postcode; a place alone
    is a pin, a score alone a rating; to drivers bare numbers are stops.
    """
    if any(entity.kind == "coordinates" for entity in meaning.entities):
        return catalogue.get("share_location"), meaning
    if dialogue.last == "AskPromise" and not _named_any(meaning):
        meaning = replace(meaning, entities=tuple(as_postcode(entity) for entity in meaning.entities))
        return catalogue.get("delivery_promise"), meaning
    if any(entity.kind == "stop" for entity in meaning.entities) and "stop_details" in catalogue:
        return catalogue["stop_details"], meaning
    if any(entity.kind == "return_number" for entity in meaning.entities) and "track_return" in catalogue:
        return catalogue["track_return"], meaning
    if any(entity.kind == "order_number" for entity in meaning.entities):
        known = (catalogue.get(name) for name in ("find_order", "track_order", "stop_details"))
        return next((spec for spec in known if spec is not None), None), meaning
    if "find_order" in catalogue and any(entity.kind in {"phone", "email", "postcode"} for entity in meaning.entities):
        return catalogue["find_order"], meaning
    if any(entity.kind == "rating" for entity in meaning.entities):
        return catalogue.get("rate_delivery"), meaning
    if any(entity.kind in TIMES for entity in meaning.entities) and can_move(dialogue, catalogue):
        return catalogue["reschedule_delivery"], meaning
    return None, meaning


def _other_wish(frame: Frame, meaning: Meaning, catalogue: Catalogue) -> CommandSpec | None:
    """The command of a message that surely wants something else than the frame does."""
    if meaning.intent in {INFORM, OUT_OF_SCOPE} | TALK or meaning.confidence < SURE:
        return None
    mine = spec_of(catalogue, frame.command)
    if meaning.intent == "share_photo" and mine is not None and any(slot.entity == "photo" for slot in mine.slots):
        return None
    spec = catalogue.get(meaning.intent)
    if spec is None or (spec.command == frame.command and spec.fixed.items() <= frame.slots.items()):
        return None
    return spec


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
    return any(slot.entity in asked for slot in other.slots if slot.name not in {FACT, "about_product"})


def _not_used(given: dict[str, Any], other: CommandSpec, spec: CommandSpec, frame: Frame) -> dict[str, Any]:
    """Values that the new wish has no place for stay with the old one; so none is lost."""
    taken = {slot.entity for slot in other.slots}
    free = {
        slot.name for slot in spec.slots if slot.entity and slot.entity not in taken and slot.name not in frame.slots
    }
    return {name: value for name, value in given.items() if name in free}


def _given(
    dialogue: Dialogue, frame: Frame, slots: dict[str, Any], more: dict[str, tuple[Any, ...]] | None = None
) -> Dialogue:
    update: dict[str, Any] = {"asking": None, "question_id": None, "options": ()}
    if slots.get("stops") and list(slots["stops"]) != list(
        frame.slots.get("stops") or ()
    ):  # another stop's proof is none
        frame = frame.without(*_OF_ONE_STOP)
    if "order" in slots:  # naming an order anew takes back whatever others were named before
        update["more"] = more or {}
    if any(slots.get(name) not in {None, frame.slots.get(name)} for name in ("order", "return_number")):
        frame = frame.without(FACT, "about_product")
    elif "day" in slots and "window" not in slots and frame.asking == CONFIRM:
        frame = frame.without("window")
    if "street" in slots and frame.slots.get("street") and "place" not in slots:  # the pin was of the street before
        frame = frame.without("place")
    slots = {name: _joined(frame.slots.get(name), value) for name, value in slots.items()}
    return dialogue.replace(frame.given(**slots).model_copy(update=update)).understood()


def _joined(before: Any, value: Any) -> Any:
    """A value in place of the one before; of several named ones those with new names stay, unless nothing was said of them."""
    if not isinstance(before, dict) or not isinstance(value, dict):
        return value
    return {**{name: said for name, said in before.items() if said or name in value}, **value}


def _begin(dialogue: Dialogue, frame: Frame) -> Dialogue:
    """A frame on top. The same command waiting below gives its values and goes; a question for a pin just goes."""
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


def _replaces(frame: Frame, waiting: Frame) -> bool:
    """Whether a report of a stop says anew, and otherwise, what a waiting one is about."""
    both = {frame.command, waiting.command} <= _ABOUT_STOPS and frame.command != waiting.command
    return both and _is_about_same(frame, waiting)


def _is_about_same(frame: Frame, waiting: Frame) -> bool:
    """Whether a frame names nothing else than one that waits: no other order, no other stops."""
    return all(not frame.slots.get(name) or frame.slots[name] == waiting.slots.get(name) for name in _SUBJECTS)


def _confirm(dialogue: Dialogue, frame: Frame, yes: bool) -> Step:
    if yes:
        done = frame.model_copy(update={"confirmed": True, "asking": None, "options": ()})
        return Step(dialogue.replace(done).understood())
    return Step(dialogue.pop().understood(), "kept")


def _dropped(dialogue: Dialogue) -> Dialogue:
    return dialogue.model_copy(update={"frames": (), "misunderstood": 0})


def _puzzled(dialogue: Dialogue) -> Step:
    return Step(dialogue.model_copy(update={"misunderstood": dialogue.misunderstood + 1}), "puzzled")


def _named_any(meaning: Meaning) -> bool:
    return any(is_named(entity.value, meaning) for entity in meaning.entities if entity.kind == "order_number")
