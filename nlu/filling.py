"""Filling: what was heard goes into the dialogue, once for every command. Pure; the database is asked elsewhere.

The order of precedence: a button; dropping; yes and no; an answer to the question that was asked; a new wish,
which lets the old one wait; a value for what is talked about; else we did not understand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from domain.conversations import ALWAYS_STOPS
from domain.dialogue import CONFIRM, FACT, Catalogue, CommandSpec, Dialogue, Frame, Heard, Step
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, INFORM, OUT_OF_SCOPE, Entity, Meaning
from domain.notices import Choice
from nlu.answers import (
    LONGEST_READ,
    SHORT_NO,
    SURE,
    TALK,
    answer_in_words,
    beside,
    is_named,
    pick,
    proved,
    says_yes,
    surely_beside,
    values_for,
)
from nlu.readers import READERS

_COMMANDS = {
    "/start": "start_messages", "start": "start_messages", "/help": "help", "/track": "track_order",
    "/next": "next_stop", "/route": "show_route",
    "/stop": "stop", "stopall": "stop", "unsubscribe": "stop", "stop messages": "stop", "stop": "stop",
}  # fmt: skip
#: Commands about a stop: what is said of it anew takes the place of what was asked about it before.
_ABOUT_STOPS = frozenset({"Arrive", "Deliver", "DeliverPart", "FailDelivery", "SkipStop", "CollectReturn"})
#: Slots that say what a command is about, and those that hold for one stop only.
_SUBJECTS = ("order", "stops", "visits")
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
#: A driver's words to the dispatcher begin like this.
_TO_DISPATCHER = re.compile(
    r"\s*(?:hey |hi |please |pls |can you |could you )*(?:tell|inform|message|ask|let) (?:the )?(?:dispatch\w*|office|base|boss|control)\b",
    re.IGNORECASE,
)
#: Said by a driver when nothing else is talked about: the route leaves.
_LEAVING = frozenset(
    (
        "off i go", "off we go", "i'm off", "im off", "leaving", "leaving now", "i'm leaving", "leaving the depot", "setting off",
        "on my way", "on the road", "departing", "departed", "heading out", "heading off", "rolling", "driving off",
    )
)  # fmt: skip
#: What would be passed to a person, or set at once, is not done on a mere suspicion.
_MUST_BE_SURE = frozenset({"start_return", "track_return", "return_policy", "notification_settings"})


def fill(dialogue: Dialogue, heard: Heard, catalogue: Catalogue, new_id: str) -> Step:
    """The dialogue after what was heard; see the module's text for what wins over what."""
    if heard.stale:
        return Step(dialogue, "stale")
    if heard.pressed is not None:
        return _press(dialogue, heard.pressed.question, heard.pressed.choice, catalogue, new_id)
    meaning = heard.meaning
    if meaning.engine == BY_CHANNEL:
        return _wish(dialogue, meaning, catalogue, new_id)
    meaning = _for_dispatcher(_of_photo(meaning), catalogue)
    plain = meaning.text.strip().casefold().rstrip(".!")
    literal = "start_shift" if plain == "start" and "start_shift" in catalogue else _COMMANDS.get(plain)
    if plain in _LEAVING and dialogue.current is None:
        literal = "depart"
    if literal is not None and literal in catalogue and (plain != "stop" or dialogue.current is None):
        return _literal(dialogue, plain, catalogue[literal], new_id)
    if plain == "cancel" and "cancel_order" not in catalogue:  # whoever has no orders drops what is talked about
        return Step(_dropped(dialogue), "dropped")
    if plain in {"cancel", "cancel that", "cancel it all"} and (plain == "cancel" or not _has_topic(dialogue)):
        return Step(dialogue, "cancel_what")
    frame = dialogue.current
    corrected = _corrected(dialogue, meaning)
    if corrected is not None:
        return _wish(dialogue, corrected, catalogue, new_id)
    if frame is not None and frame.asking is not None:
        step = _answer(dialogue, frame, meaning, catalogue, new_id)
        if step is not None:
            return step
    return _wish(dialogue, meaning, catalogue, new_id)


def _has_topic(dialogue: Dialogue) -> bool:
    """Whether "that" can mean something."""
    return dialogue.current is not None or dialogue.focus is not None


def spec_of(catalogue: Catalogue, command: str) -> CommandSpec | None:
    """The slots of a command, by its name."""
    return next((spec for spec in catalogue.values() if spec.command == command), None)


def _press(dialogue: Dialogue, question: str | None, choice: Choice, catalogue: Catalogue, new_id: str) -> Step:
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
    if meaning.intent == "stop":
        return Step(_dropped(dialogue), "dropped")
    meaning = _as_asked(frame, spec, meaning)
    given, more = values_for(spec.slots, meaning, begins=False)
    picked = pick(frame, meaning)
    if picked is not None and frame.asking == CONFIRM:
        return _confirm(dialogue, frame, bool(picked.get(CONFIRM)))
    if picked is not None:
        return Step(_given(dialogue, frame, {**given, **picked}, more))
    other = _other_wish(frame, meaning, catalogue) if not surely_beside(frame, spec, meaning) else None
    answer = answer_in_words(frame, spec, meaning, wants_else=other is not None)
    if other is not None and not answer and not (_answers(frame, spec, meaning) and not _wants(other, frame, spec)):
        waiting = dialogue.replace(frame.given(**_not_used(given, other, spec, frame)))
        return _wish(waiting, meaning, catalogue, new_id)
    if frame.asking == FACT:
        given = proved(given, spec, meaning)
    else:
        given = {**answer, **given, **beside(frame, spec, meaning)}
    if frame.asking == CONFIRM and not more and _agrees(frame, spec, meaning, given, catalogue):
        return _confirm(dialogue, frame.given(**given), True)
    if given:
        return Step(_given(dialogue, frame, given, more))
    if any(entity.kind == "coordinates" for entity in meaning.entities):
        return _wish(dialogue, meaning, catalogue, new_id)
    return _yes_or_no(dialogue, frame, meaning)


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
    """A new wish, or a value for the present one."""
    frame = dialogue.current
    spec = None if _is_doubtful(meaning) else catalogue.get(meaning.intent)
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


def _corrected(dialogue: Dialogue, meaning: Meaning) -> Meaning | None:
    """What a house number or a score said alone means right after an address was changed or a rating taken."""
    frame = dialogue.current
    if (frame is not None and frame.command != "PinAddress") or meaning.engine == BY_PAYLOAD:
        return None
    said = meaning.text[:LONGEST_READ]
    if dialogue.last == "ChangeAddress" and READERS["house"](said, None) is not None:
        return replace(meaning, intents=(("change_address", 1.0),), entities=())
    score = READERS["score_alone"](said, None) if dialogue.last == "RateDelivery" else None
    if score is None:
        return None
    rating = Entity("rating", score, 0, len(said), said)
    return replace(meaning, intents=(("rate_delivery", 1.0),), entities=(rating,))


def _of_photo(meaning: Meaning) -> Meaning:
    """A photo whose words want nothing in particular is shown for itself."""
    if not any(entity.kind == "photo" for entity in meaning.entities):
        return meaning
    unclear = meaning.intent in {INFORM, OUT_OF_SCOPE} | TALK or meaning.confidence < SURE
    return replace(meaning, intents=(("share_photo", 1.0),)) if unclear else meaning


def _for_dispatcher(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """What a driver wants the dispatcher to be told is for the dispatcher, whatever it is about."""
    if "start_shift" not in catalogue or not _TO_DISPATCHER.match(meaning.text):
        return meaning
    return replace(meaning, intents=(("talk_to_human", 1.0),), entities=())


def _is_doubtful(meaning: Meaning) -> bool:
    """Whether what was heard is too little to act on: small talk without letters, or an unsure wish that must be sure."""
    if meaning.intent in TALK:
        return not any(char.isalpha() for char in meaning.text) and any(char.isdigit() for char in meaning.text)
    return meaning.intent in _MUST_BE_SURE and meaning.confidence < SURE


def _bare_value(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> tuple[CommandSpec | None, Meaning]:
    """An order number alone asks where the order is; bare digits after a promise ask for another postcode; a place alone
    is a pin, a score alone a rating; to drivers bare numbers are stops.
    """
    if any(entity.kind == "coordinates" for entity in meaning.entities):
        return catalogue.get("share_location"), meaning
    if dialogue.last == "AskPromise" and not _named_any(meaning):
        meaning = replace(meaning, entities=tuple(_postcode(entity) for entity in meaning.entities))
        return catalogue.get("delivery_promise"), meaning
    if any(entity.kind == "stop" for entity in meaning.entities) and "stop_details" in catalogue:
        return catalogue["stop_details"], meaning
    if any(entity.kind == "order_number" for entity in meaning.entities):
        return catalogue.get("track_order") or catalogue.get("stop_details"), meaning
    if any(entity.kind == "rating" for entity in meaning.entities):
        return catalogue.get("rate_delivery"), meaning
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
    entities = tuple(_postcode(entity) for entity in meaning.entities)
    return meaning if entities == meaning.entities else replace(meaning, intents=((INFORM, 1.0),), entities=entities)


def _is_number(meaning: Meaning) -> bool:
    """Whether nothing but digits was said."""
    return "".join(meaning.text.split()).strip(".!#").isdecimal()


def _postcode(entity: Entity) -> Entity:
    """An order number written as bare digits, as the postcode it can be too."""
    bare = entity.kind == "order_number" and entity.text.strip().isdecimal()
    return replace(entity, kind="postcode", value=entity.text.strip()) if bare else entity


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
    if slots.get("order") not in {None, frame.slots.get("order")}:
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
