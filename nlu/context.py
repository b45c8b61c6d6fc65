"""What words mean by what is talked about and by who says them, where that says more than the words. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.dialogue import Catalogue, CommandSpec, Dialogue
from domain.meaning import BY_PAYLOAD, INFORM, OUT_OF_SCOPE, TALK, Entity, Meaning
from nlu.answers import LIKELY, SURE, SURE_OVER_WORDS, is_named, says_no
from nlu.due import by_due_days
from nlu.instead import but_ordered, none_suits
from nlu.mentioned import more_than_values, says_only_values
from nlu.on_the_road import as_driver, leaving
from nlu.readers import READERS
from nlu.readers.alike import says_when, starts_at
from nlu.readers.corrections import put_right, restarts_at
from nlu.readers.missed import asks_if_nobody_in, missed_visit
from nlu.readers.proofs import gives
from nlu.readers.returning import wants_resolution
from nlu.readers.returns import calls_off, sends_back
from nlu.readers.talk import lets_go, lets_go_because
from nlu.supposed import asks, only_asks, only_tells_of_day
from nlu.text import without_accents

#: So likely a wish is not far behind the first.
NEARLY = 0.1
#: In so few words nothing else is said besides.
_FEW = 10
#: What says when.
TIMES = frozenset({"date", "time_window"})
#: A driver's words to the dispatcher begin like this.
_TO_DISPATCHER = re.compile(
    r"\s*(?:hey |hi |please |pls |can you |could you )*(?:tell|inform|message|ask|let) (?:the )?(?:dispatch\w*|office|base|boss|control)\b"
    r"|\s*(?:oye |hola |porfa |por favor |puedes |podrias )*(?:d[ií](?:le|gan?le|cidle)|avis\w*|inform\w*|pregunt\w*|com[eé]nt\w*)(?: a)?(?: l[ao]s?| al?)?(?: la)? (?:oficina|base|jef[ea]s?|central|coordinador\w*|despacho|despachador\w*|tr[aá]fico|encargad[oa])\b",
    re.IGNORECASE,
)
#: Begins a question about numbers, whatever it counts.
_HOW_MANY = re.compile(
    r"\s*(?:and |so |hi |hey |hello |please |pls )*(?:(?:how many|the number of|number of|count)\b|which (?:products?|skus?|items?|articles?|things?|goods)\b.*\bmost\b)",
    re.IGNORECASE,
)
#: Staff say yes or no to something like this.
_DECIDING = re.compile(
    r"\s*/?(?:please |pls )?(?:(?P<no>no\b|reject|refuse|decline|deny|turn down)|approve|sign off|yes\b|ok\b)",
    re.IGNORECASE,
)
#: Somebody gives so many stars.
_GIVES_SCORE = re.compile(
    r"\b(?:(?:le|les|os|te) (?:doy|pongo|daria)|ponle|i(?:'?d)? (?:give|rate)|give (?:it|them|him|her|you|that))\b.{0,24}\b(?:[1-5]|one|two|three|four|five|un[oa]?|dos|tres|cuatro|cinco)\b"
)
#: Of what these were taken for "delivered" is only said that it was not, or not yet.
_NOT_DELIVERED = frozenset({"failed_delivery", "skip_stop", "undo", "arrived"})
#: Before the digits of a code for a door; a postcode is none.
_CODE_BEFORE = re.compile(
    r"\b(?<!post )(?<!zip )(?:code|pin|key ?pad|codigo(?! postal)|clave|contrasena)\b(?:[\s,:]+(?!not\b|no\b)[^\W\d]+){0,8}[\s,:#]+$"
)
#: For these it is taken that somebody was not there when something came.
_SAID_OF_MISSED = frozenset(
    {
        "report_problem",
        "rate_delivery",
        "track_order",
        "delivery_instructions",
        "reschedule_delivery",
        "notification_settings",
        "greet",
        OUT_OF_SCOPE,
    }
)
#: What is taken for one of these may be that a thing shall come with another.
_SAID_OF_COMING = frozenset({"start_return", "delivery_promise", "check_stock", "track_order", INFORM, OUT_OF_SCOPE})
#: Begins a question about how things are ("is the kettle in the first slot on friday").
_ASKS_STATE = re.compile(r"\W*(?:(?:and|so|y) )?(?:is|are|was|were) (?:the|my|our|that)\b", re.IGNORECASE)
#: In what is meant so, digits after the number of an order are no second order.
_PROVED_WITH = frozenset({INFORM, "start_return", "report_problem"})


def spec_of(catalogue: Catalogue, command: str) -> CommandSpec | None:
    """The slots of a command, by its name."""
    return next((spec for spec in catalogue.values() if spec.command == command), None)


def in_context(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """What words mean to whoever has this catalogue, whatever the engine took them for."""
    if meaning.intent == "affirm" and says_no(meaning.text):  # "very well, then no"
        meaning = replace(meaning, intents=(("deny", 1.0),))
    if "delivery_instructions" in catalogue:
        meaning = by_due_days(meaning)
    meaning = leaving(meaning, catalogue)
    meaning = _missed(_rather(_at_last(_like_another(_with_meant(meaning), catalogue)), catalogue), catalogue)
    meaning = _for_second(of_numbers(_for_dispatcher(_of_photo(meaning), catalogue), catalogue), catalogue)
    return as_driver(_with_its_proof(_let_go(_sent_back(meaning, catalogue)), catalogue), catalogue)


def without_ways(dialogue: Dialogue, meaning: Meaning) -> Meaning:
    """While a return is talked about, what names how it comes back ("print a label", "by post") is no product."""
    if dialogue.about_return is None:
        return meaning
    kept = [e for e in meaning.entities if e.kind != "product" or not _is_way(e, meaning.text)]
    return meaning if len(kept) == len(meaning.entities) else replace(meaning, entities=tuple(kept))


def _is_way(entity: Entity, text: str) -> bool:
    """Whether words, or the one before with them and not by itself, name how something comes back."""
    *_, before = ["", *text[: entity.start].split()]
    way = READERS["way_back"]
    return way(entity.text, None) is not None or way(f"{before} {entity.text}", None) != way(before, None)


def says_more(dialogue: Dialogue, meaning: Meaning) -> bool:
    """Whether what is said beside the wish for a language is for us: an answer, a question, or something that names a value or
    is surely wished for, and not only why ("my friend is reading along")."""
    tells = bool(meaning.entities) or "?" in meaning.text or READERS["wishes"](meaning.text, None) is not None
    return tells or dialogue.current is not None or meaning.confidence >= SURE_OVER_WORDS


def against_day(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """A no to a day, of what is talked about or named, asks for another one."""
    denies = meaning.intent == "deny" and any(entity.kind in TIMES for entity in meaning.entities)
    unsure = meaning.unsure or meaning.confidence < SURE
    named = any(entity.kind in {"product", "order_number"} for entity in meaning.entities)
    may_move = unsure or meaning.intent in {"reschedule_delivery", INFORM, OUT_OF_SCOPE}
    against = denies or (may_move and none_suits(meaning))
    named = named or (none_suits(meaning) and meaning.intent == "reschedule_delivery" and not meaning.unsure)
    if not against or dialogue.current is not None or not can_move(dialogue, catalogue, named=named):
        return meaning
    rest = tuple(entity for entity in meaning.entities if entity.kind not in TIMES)
    return replace(meaning, intents=(("reschedule_delivery", 1.0),), entities=rest, unsure=False)


def can_move(dialogue: Dialogue, catalogue: Catalogue, *, named: bool = False) -> bool:
    """Whether a day said alone can be meant for what a customer talks about, or has just ``named``."""
    topic = named or dialogue.focus is not None or dialogue.about_return is not None
    return topic and "reschedule_delivery" in catalogue and "find_order" not in catalogue


def bare_value(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue) -> tuple[CommandSpec | None, Meaning]:
    """The number of an order or a return alone, or a thing, asks where that is, to staff a contact or a postcode too; bare
    digits after a promise ask for another postcode; a place alone is a pin, a score alone a rating; to drivers bare numbers are stops.
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
    if {entity.kind for entity in meaning.entities} == {"product"} and says_only_values(meaning):
        return catalogue.get("track_order"), meaning
    if _ASKS_STATE.match(meaning.text) and any(entity.kind == "product" for entity in meaning.entities):
        return catalogue.get("track_order"), meaning
    names_time = _names_time(meaning) and not only_mentions_time(dialogue, meaning)
    if names_time and can_move(dialogue, catalogue, named=_may_be_moved(meaning)):
        return catalogue["reschedule_delivery"], meaning
    return None, meaning


def _may_be_moved(meaning: Meaning) -> bool:
    """Whether a thing is named with a day, and another day for it is likeliest meant ("chair to friday please")."""
    named = any(each.kind in {"product", "order_number"} for each in meaning.entities)
    return named and any(name == "reschedule_delivery" and share >= LIKELY for name, share in meaning.intents[:2])


def only_mentions_time(dialogue: Dialogue, meaning: Meaning) -> bool:
    """Whether a message right after a day was settled begins like another one, but says more ("sorry to bother you on
    friday", "wait, does friday cost more"), or is small talk ("how hot it is today")."""
    if meaning.intent == OUT_OF_SCOPE and meaning.confidence >= SURE and more_than_values(meaning):
        return True
    settled = dialogue.done is not None and bool(dialogue.done.slots.get("day"))
    return settled and put_right(meaning.text) is not None and more_than_values(meaning)


def _named_any(meaning: Meaning) -> bool:
    return any(is_named(entity.value, meaning) for entity in meaning.entities if entity.kind == "order_number")


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


def of_numbers(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Who asks for a report and wants something counted is answered with counts; "how many orders" asks for nothing else,
    and neither does a split of what was not surely understood."""
    if "ask_numbers" not in catalogue or meaning.engine == BY_PAYLOAD or not READERS["counts"](meaning.text, None):
        return meaning
    surely_else = meaning.intent not in {"kpi_report", OUT_OF_SCOPE, INFORM} and meaning.confidence >= SURE
    if surely_else and not _HOW_MANY.match(meaning.text):
        return meaning
    return replace(meaning, intents=(("ask_numbers", 1.0),))


def _for_second(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Yes or no to what waits for a second person, where staff name it by its reference, whatever else is approved."""
    says = _DECIDING.match(meaning.text)
    if "sign_off" not in catalogue or says is None or READERS["approval_reference"](meaning.text, None) is None:
        return meaning
    return replace(meaning, intents=(("turn_down" if says["no"] else "sign_off", 1.0),), entities=())


def _with_meant(meaning: Meaning) -> Meaning:
    """With the values that are meant themselves; nothing is surely moved where the only day is one on which something came."""
    meant = replace(meaning, entities=tuple(_meant_itself(meaning)))
    no_day = _names_time(meaning) and not _names_time(meant)
    if no_day and meaning.intent == "reschedule_delivery" and meaning.unsure and len(meaning.intents) > 1:
        return replace(meant, intents=meaning.intents[1:])
    return meant


def _names_time(meaning: Meaning) -> bool:
    return any(each.kind in TIMES for each in meaning.entities)


def _meant_itself(meaning: Meaning) -> list[Entity]:
    """The entities of a message without the days on which somebody orders, the things that something shall come with, and the
    digits of a code ("the gate code is 4711")."""
    like = starts_at(meaning.text) or (0, 0)
    kept = [e for e in but_ordered(meaning) if e.kind != "product" or not like[0] <= e.start < like[1]]
    return [e for e in kept if not (e.kind in {"order_number", "address"} and _is_code(e, meaning.text))]


def _like_another(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Who names one thing, and another with which it shall come ("the mirror together with the blender"), moves it, unless
    something else is surely wished, or sent back."""
    named = [each for each in meaning.entities if each.kind in {"product", "order_number"}]
    may_be = meaning.intent in _SAID_OF_COMING and meaning.confidence < SURE_OVER_WORDS
    moves = "reschedule_delivery" in catalogue and "find_order" not in catalogue and sends_back(meaning.text) is None
    if not (len(named) == 1 and may_be and moves and says_when(meaning.text) and not only_asks(meaning.text)):
        return meaning
    return replace(meaning, intents=(("reschedule_delivery", 1.0),), unsure=False)


def _is_code(entity: Entity, text: str) -> bool:
    """Whether bare digits are called a code."""
    return (
        entity.text.strip().isdecimal()
        and _CODE_BEFORE.search(without_accents(text[: entity.start].casefold())) is not None
    )


def _at_last(meaning: Meaning) -> Meaning:
    """Of several values of a kind those that are taken back in the same breath are not meant ("5 stars! no, make that 4")."""
    at = restarts_at(meaning.text)
    if at is None:
        return meaning
    later = {each.kind for each in meaning.entities if each.start >= at}
    if "rating" not in later and any(each.kind == "rating" for each in meaning.entities):
        score = READERS["score"](meaning.text[at:], None)
        meaning = meaning if score is None else _rated(meaning, score, at)
        later |= {"rating"} if score is not None else set()
    kept = tuple(each for each in meaning.entities if each.start >= at or each.kind not in later)
    return replace(meaning, entities=kept)


def _rated(meaning: Meaning, score: int, at: int) -> Meaning:
    """With a score that is said from there on."""
    rating = Entity("rating", score, at, len(meaning.text), meaning.text[at:])
    return replace(meaning, entities=(*meaning.entities, rating))


def _rather(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """What sounds like praise but gives no score is rather what is nearly as likely and has its value: a wish for the driver,
    or another day. A driver who gave or left something has delivered it, and collected nothing."""
    if "delivered" in catalogue and _may_be_delivered(meaning) and gives(meaning.text):
        return replace(meaning, intents=(("delivered", SURE), *meaning.intents), unsure=False)
    if meaning.intent == "start_return" and meaning.confidence < SURE_OVER_WORDS and _names_code(meaning):
        return replace(meaning, intents=(("delivery_instructions", SURE), *meaning.intents), unsure=False)
    if meaning.intent == "reschedule_delivery" and _names_time(meaning) and only_tells_of_day(meaning.text):
        return replace(meaning, intents=(("reschedule_delivery", 0.5), ("track_order", 0.4)), unsure=True)
    if meaning.intent == "rate_delivery" and _GIVES_SCORE.search(without_accents(meaning.text.casefold())):
        return replace(meaning, unsure=False)
    if meaning.unsure and _plainly_instructs(meaning):
        return replace(meaning, intents=(("delivery_instructions", SURE), *meaning.intents), unsure=False)
    rates = meaning.intent == "rate_delivery" and meaning.confidence < SURE_OVER_WORDS
    if not rates or any(entity.kind == "rating" for entity in meaning.entities):
        return meaning
    says = {
        "delivery_instructions": READERS["wishes"](meaning.text, None) is not None,
        "reschedule_delivery": any(entity.kind in TIMES for entity in meaning.entities),
    }
    likely = (name for name, share in meaning.intents[1:3] if share >= NEARLY and name in catalogue and says.get(name))
    other = next(likely, None)
    return meaning if other is None else replace(meaning, intents=((other, SURE), *meaning.intents), unsure=False)


def _plainly_instructs(meaning: Meaning) -> bool:
    """Whether what sounds like another day or address names none, and is nearly as likely a wish for the driver, which it
    plainly says ("for the blender please call me before you come")."""
    likely = any(name == "delivery_instructions" and share >= NEARLY for name, share in meaning.intents[1:3])
    told = meaning.intent in {"reschedule_delivery", "change_address"} and not asks(meaning.text)
    says_else = _names_time(meaning) or any(each.kind in {"address", "postcode"} for each in meaning.entities)
    return likely and told and not says_else and READERS["wishes"](meaning.text, None) is not None


def _missed(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Who only says that they were not there when something came wants it on another day; who asks what becomes of it when they
    are not wants neither that nor anything told to the driver yet."""
    if "if_nobody_in" in catalogue and asks_if_nobody_in(meaning.text):
        return replace(meaning, intents=(("if_nobody_in", 1.0),), entities=(), unsure=False)
    if "reschedule_delivery" not in catalogue or "find_order" in catalogue or meaning.confidence >= SURE_OVER_WORDS:
        return meaning
    missed = meaning.intent in _SAID_OF_MISSED and missed_visit(meaning.text)
    return replace(meaning, intents=(("reschedule_delivery", 1.0),), unsure=False) if missed else meaning


def _names_code(meaning: Meaning) -> bool:
    """Whether a few words name a code for the driver, and say nothing of sending goods back."""
    code = (READERS["wishes"](meaning.text, None) or {}).get("code", "")
    return (
        any(char.isdigit() for char in code) and sends_back(meaning.text) is None and len(meaning.text.split()) <= _FEW
    )


def _may_be_delivered(meaning: Meaning) -> bool:
    """Whether what a driver reports was taken for a return that was collected, or for nothing surely."""
    likely = any(name == "delivered" and share >= NEARLY for name, share in meaning.intents[:4])
    unsure = meaning.unsure or meaning.confidence < SURE
    return meaning.intent == "collected_return" or (unsure and likely and meaning.intent not in _NOT_DELIVERED)


def _let_go(meaning: Meaning) -> Meaning:
    """Whoever lets go of something by its name means no wish for it."""
    lets = lets_go(meaning.text) or (_may_be_stop(meaning) and lets_go_because(meaning.text))
    return replace(meaning, intents=(("stop", 1.0),), entities=(), unsure=False) if lets else meaning


def _may_be_stop(meaning: Meaning) -> bool:
    """Whether a message names nothing but perhaps a thing, and may well drop what is talked about."""
    names_else = any(each.kind != "product" for each in meaning.entities)
    return not names_else and any(name == "stop" and share >= NEARLY for name, share in meaning.intents[:3])


def _sent_back(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Who does not want something and says that it goes back returns it, and cancels nothing; who says that it does not go back
    wants nothing. Whoever gives a return up by its name wants that, whatever day nobody need come. A sure wish stays what it is.
    """
    if "start_return" in catalogue and "cancel_order" in catalogue and calls_off(meaning.text):
        rest = tuple(each for each in meaning.entities if each.kind not in TIMES)
        return replace(meaning, intents=(("cancel_order", 1.0),), entities=rest, unsure=False)
    said = sends_back(meaning.text) if "start_return" in catalogue else None
    if meaning.confidence >= SURE_OVER_WORDS:
        return meaning
    if meaning.intent == "return_policy" and "start_return" in catalogue and wants_resolution(meaning.text):
        return replace(meaning, intents=(("start_return", 1.0), *meaning.intents), unsure=False)
    if meaning.intent == "start_return" and said is False:
        return replace(meaning, intents=(("stop", 1.0),), unsure=False)
    if meaning.intent == "cancel_order" and said:
        return replace(meaning, intents=(("start_return", 1.0),), unsure=False)
    return meaning


def _with_its_proof(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """Bare digits that a customer says after the number of an order are the fact that opens it ("RM-10482 10115")."""
    if "start_return" not in catalogue or "find_order" in catalogue or meaning.intent not in _PROVED_WITH:
        return meaning
    orders = [entity for entity in meaning.entities if entity.kind == "order_number"]
    if len(orders) != 2 or orders[0].text.strip().isdecimal() or not orders[1].text.strip().isdecimal():
        return meaning
    return replace(meaning, entities=tuple(as_postcode(e) if e is orders[1] else e for e in meaning.entities))


def as_postcode(entity: Entity) -> Entity:
    """An order number written as bare digits, as the postcode it can be too."""
    bare = entity.kind == "order_number" and entity.text.strip().isdecimal()
    return replace(entity, kind="postcode", value=entity.text.strip()) if bare else entity
