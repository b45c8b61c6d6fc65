"""Answers: what a message gives for the slots of a command, and for the very question that was asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from domain.dialogue import FACT, THINGS, CommandSpec, Frame, SlotSpec
from domain.meaning import BY_PAYLOAD, OUT_OF_SCOPE, TALK, Entity, Meaning
from domain.naming import is_mentioned
from domain.notices import Choice
from nlu.instead import meant_things, named_together, not_staying, suiting, without_unsuited
from nlu.readers import LONGEST_READ, READERS, Fields
from nlu.supposed import asks, wished
from nlu.text import lowered, without_accents

#: An intent this likely is a wish of its own, even while a question waits.
SURE = 0.6
#: Rather this than anything else.
LIKELY = 0.5
#: A bare answer to a free question (a second fact) is not longer than this.
LONGEST_FACT = 80
#: Free words are asked for: only what is this likely another wish, or asks something, is not the answer.
SURE_OVER_WORDS = 0.9
#: A "no" with more words than this says what else is meant, and does not drop the question.
SHORT_NO = 3
#: Of several values for these the last that suits is meant ("not thursday, friday"); of others all, or the first.
_LAST_COUNTS = frozenset({"date", "time_window"})
_ALL_COUNT = frozenset({"photo"})
_ORDINALS = {
    "first": 0, "1st": 0, "one": 0, "second": 1, "2nd": 1, "two": 1, "third": 2, "3rd": 2, "three": 2,
    "fourth": 3, "4th": 3, "four": 3, "fifth": 4, "5th": 4, "five": 4, "sixth": 5, "6th": 5, "six": 5, "last": -1,
    "primero": 0, "primera": 0, "primer": 0, "1o": 0, "1a": 0, "uno": 0, "segundo": 1, "segunda": 1, "2o": 1, "2a": 1, "dos": 1,
    "tercero": 2, "tercera": 2, "tercer": 2, "3o": 2, "3a": 2, "tres": 2, "cuarto": 3, "cuarta": 3, "cuatro": 3, "quinto": 4, "quinta": 4,
    "cinco": 4, "sexto": 5, "sexta": 5, "seis": 5, "ultimo": -1, "ultima": -1,
}  # fmt: skip
_IDLE_WORDS = frozenset(
    re.findall(
        r"\S+",
        "the a an one on my for please pls it its it's is this that order option number nr no. i mean want take ok okay yes yeah ones "
        "el la los las un una de del mi mis por favor porfa es ese esa este esta opcion numero num quiero vale si mejor pues que sea pedido",
    )
)
_ANY = frozenset(
    "any time anytime whenever earliest soonest possible asap you can suits me whatever works next available "
    "cualquiera cualquier hora momento dia franja cuando sea podais puedan quieras querais quieran lo la el mas antes pronto posible cuanto mejor me da "
    "igual indiferente como primero primera primer que haya disponible tengan tengais puedas".split()
)
#: Beside these a thing is named that is not meant.
_DENIES = frozenset({"not", "no", "dont", "don't", "except", "but", "ni", "tampoco", "menos", "pero", "sino"})
#: Readers of answers that are words for somebody, whatever they say; and of those that take nearly any words.
_FREE_WORDS = frozenset({"words", "note", "wish_words"})
_TAKES_WORDS = _FREE_WORDS | frozenset(
    {"as_it_is", "address_words", "item", "city", "taker", "returned_products", "return_reason_said"}
)
#: Readers of what is said in passing that read only what can be nothing else.
_SURE_READERS = frozenset({"house"})
#: Readers of answers that in so few words say all there is to say.
_SHORT_ANSWERS = frozenset({"no_photo", "item", "arrived", "returned_products", "returned_quantity", "opened_said"})
SHORT_ANSWER = 5
#: Intents of those who tell something: words that were asked for mean the same as often as not.
_TELLING = frozenset({"delivery_instructions", "report_problem", "rate_delivery", "start_return"})
_YES = re.compile(
    r"\s*(?:(?:hm+|oh|ah|well|um|uh|so|and|then|bueno|pues|ah|uf|y|entonces|en fin)\b[\s,.!]*)*"
    r"(?:yes|yeah|yep|yup|yea|ya|sure|ok|okay|alright|all right|fine|very well|correct|right|go (?:ahead|on)|do it|do that|please do|by all means|absolutely|definitely|of course"
    r"|s[ií]+|sip|vale|claro|dale|venga|correcto|exacto|de acuerdo|por supuesto|perfecto|confirmo|adelante|hazlo|h[aá]galo|est[aá] bien|muy bien)\b",
    re.IGNORECASE,
)
#: Behind a no that is none ("no problem", "no one will be home"), and a yes that goes on from it ("no no, go ahead").
_IS_NO_NO = r"(?:problems?|worries|rush|doubt|objections?|one|body|longer|more|hay (?:problema|inconveniente)|pasa nada|me importa)"
_GO_ON = (
    r"(?:(?:no|please|just|por favor)\W+)*(?:yes(?=\W*$|[,.!])|go (?:ahead|on)|do it|please do|adelante|hazlo|hagalo)"
)
_NO_TO_IT = re.compile(
    r"(?:(?:hm+|oh|ah|uh|um|ok|okay|well|very well|fine|alright|all right|right|then|so|but|vale|de acuerdo|muy bien|esta bien|entonces|pero|sorry|wait|hold on|hang on|stop|actually|please|pls|uy|ay|bueno|pues|espera\w*|espere\w*|perdon\w*|mejor|oye|oiga|che)\b[\s,.!?]*)*"
    rf"(?:no(?! {_IS_NO_NO}\b)(?!\W+{_GO_ON}\b)|nope|nah|(?:don'?t|do not)(?! worry\b)|never ?mind|(?:(?:i|we)(?:'?ll| will) )?keep (?:it|them|the)|leave it|dejal[oa]|no l[oa]|me l[oa] quedo"
    r"|(?:of course|absolutely|definitely|certainly|claro que|por supuesto que) (?:not|no|don'?t))\b"
)
_DO_IT = r"(?:cancel\w*|anul\w+|chang(?:e|ing)|mov(?:e|ing)|send|return|cambi\w+|muev\w+|devuelv\w+|devolv\w+|hag\w+)"
#: A yes behind which what shall be confirmed is denied all the same ("of course I don't want to cancel it").
_DENIES_IT = re.compile(
    rf"\b(?:not|never|no|dont|\w+n't|why would|nunca|tampoco)(?: (?:want\w*|wanna|like|wish\w*|ask\w*|said|mean\w*|going|gonna|be|been|to|i|we|you|have|ever|me|se|l[oa]s?|quier\w+|quis\w+|pedi\w*))*"
    rf" {_DO_IT}\b"
)
_NUMBER_OF_OPTION = re.compile(r"(?:(?:la|la opcion|opcion|la numero|numero) )?#?(\d)[.)]?")
#: To these questions a number is the answer, not the place of a button.
_NUMBERS_MEAN_THEMSELVES = frozenset({"score", "stops", "code", "quantity"})


def values_for(
    slots: Iterable[SlotSpec], meaning: Meaning, *, begins: bool = True
) -> tuple[dict[str, Any], dict[str, tuple[Any, ...]]]:
    """What a message gives for slots: one value each, and the further ones of those that came several times.

    Slots for the whole text are filled by the message that ``begins`` a command.
    """
    slots = tuple(slots)
    given: dict[str, Any] = {}
    more: dict[str, tuple[Any, ...]] = {}
    entities = without_unsuited(meaning, _without_postcodes(slots, meaning))
    for slot in slots:
        found = list(dict.fromkeys(entity.value for entity in entities if entity.kind == slot.entity))
        if slot.many and slot.entity == "product":
            meant = named_together(meaning) if slot.name == THINGS else meant_things(meaning)
            found = [each for each in found if each in meant]
        read = _read(slot, meaning, found) if begins or not slot.whole_text else None
        if isinstance(read, Fields):  # it has read the entity as well
            given |= read.values
            continue
        if read is not None:
            given[slot.name] = read
        if not found or slot.name in given or (slot.name == THINGS and len(found) < 2):
            continue
        if slot.many or slot.entity in _ALL_COUNT:
            given[slot.name] = found
            continue
        given[slot.name] = _meant(
            slot, meaning, entities, moves=any(each.name == "day" and each.required for each in slots)
        )
        if len(found) > 1 and slot.entity == "order_number":
            more[slot.name] = tuple(found[1:5])
    return given, more


def _meant(slot: SlotSpec, meaning: Meaning, entities: Iterable[Entity], *, moves: bool) -> Any:
    """Of the values of a message for a slot the one that is meant: of products the one that is surest one, as a name in the
    catalogue is; of what is moved one that is named in the same sentence as the day."""
    if slot.entity in _LAST_COUNTS:
        return wished(meaning, suiting(meaning, slot.entity or ""))[-1].value
    found = [entity for entity in entities if entity.kind == slot.entity]
    if slot.name == "about_product":
        wanted = not_staying(meaning)
        found = wished(meaning, [entity for entity in found if entity in wanted] or found)
        days = wished(meaning, suiting(meaning, "date")) if moves else []
        found = [each for each in found if days and _in_one_sentence(meaning.text, each, days[-1])] or found
    return max(found, key=lambda each: each.confidence).value if slot.entity == "product" else found[0].value


def _in_one_sentence(text: str, one: Entity, other: Entity) -> bool:
    """Whether no sentence ends between two values."""
    first, second = sorted((one, other), key=lambda each: each.start)
    return re.search(r"[.!?;]\s", text[first.end : second.start]) is None


def _without_postcodes(slots: Iterable[SlotSpec], meaning: Meaning) -> list[Entity]:
    """The entities of a message without bare digits that the address in it has for its postcode ("torstr 5, 10119 berlin")."""
    bare = [entity for entity in meaning.entities if entity.kind == "order_number" and entity.text.strip().isdecimal()]
    address = next((slot for slot in slots if slot.reader == "address"), None) if bare else None
    read = _read(address, meaning, []) if address is not None else None
    postcode = read.values.get("postcode") if isinstance(read, Fields) else None
    return [entity for entity in meaning.entities if entity not in bare or entity.text.strip() != postcode]


def _read(slot: SlotSpec, meaning: Meaning, found: list[Any]) -> Any:
    """What a slot's reader finds in the whole words; all of them for a slot of the whole text without one."""
    if meaning.engine == BY_PAYLOAD:
        return None
    if slot.reader is None:
        return meaning.text[:LONGEST_READ] if slot.whole_text else None
    return READERS[slot.reader](meaning.text, str(found[0]) if found else None)


def answer_in_words(frame: Frame, spec: CommandSpec, meaning: Meaning, *, wants_else: bool) -> dict[str, Any]:
    """What the words say in answer to the very question that was asked, where its slot reads words.

    ``wants_else`` says that they are rather another wish.
    """
    slot = next((slot for slot in spec.slots if slot.name == frame.asking and slot.answer is not None), None)
    if slot is None or slot.answer is None or meaning.engine == BY_PAYLOAD:
        return {}
    if slot.answer in _TAKES_WORDS and not _is_free_answer(meaning, wants_else=wants_else):
        return {}
    found = [entity.value for entity in meaning.entities if entity.kind == slot.entity]
    read = READERS[slot.answer](meaning.text, str(found[0]) if found else None)
    if isinstance(read, Fields):
        return dict(read.values)
    return {} if read is None else {slot.name: read}


def asks_for_words(frame: Frame, spec: CommandSpec | None) -> bool:
    """Whether the question that waits is for words that may say anything: what a driver should know, what to tell somebody."""
    return spec is not None and any(slot.name == frame.asking and slot.answer in _FREE_WORDS for slot in spec.slots)


def _is_free_answer(meaning: Meaning, *, wants_else: bool) -> bool:
    """Whether words that may be anything are the answer: no small talk, nothing that surely wants something else."""
    words = len(meaning.text.split())
    if meaning.intent in TALK:
        return meaning.confidence < SURE or words > SHORT_NO
    if wants_else:
        sure = meaning.confidence >= SURE_OVER_WORDS and meaning.intent not in _TELLING
        return not sure and not asks(meaning.text)
    return meaning.intent != OUT_OF_SCOPE or words == 1 or not asks(meaning.text)


def beside(frame: Frame, spec: CommandSpec, meaning: Meaning) -> dict[str, Any]:
    """What is said in answer to one question but belongs to another slot too, added to what was said there before."""
    added: dict[str, Any] = {}
    asked = next((slot for slot in spec.slots if slot.name == frame.asking), None)
    if meaning.engine == BY_PAYLOAD or (asked is not None and _says_no_more(asked, meaning)):
        return added
    for slot in spec.slots:
        if frame.asking not in slot.beside:
            continue
        said = READERS[slot.reader](meaning.text, None) if slot.reader is not None else meaning.text[:LONGEST_READ]
        before = frame.slots.get(slot.name)
        if said:
            added[slot.name] = f"{before}\n{said}"[:4_000] if before else said
    return added


def surely_beside(frame: Frame, spec: CommandSpec, meaning: Meaning) -> bool:
    """Whether a message is for the command that waits, whatever else it may sound like."""
    return any(
        frame.asking in slot.beside and READERS[slot.reader](meaning.text, None) is not None
        for slot in spec.slots
        if slot.reader in _SURE_READERS and meaning.engine != BY_PAYLOAD
    )


def _says_no_more(asked: SlotSpec, meaning: Meaning) -> bool:
    """Whether a few words are the answer and nothing besides ("no photo", "the kettle")."""
    if asked.answer not in _SHORT_ANSWERS or len(meaning.text.split()) > SHORT_ANSWER:
        return False
    return READERS[asked.answer](meaning.text, None) is not None


def proved(given: dict[str, Any], spec: CommandSpec, meaning: Meaning) -> dict[str, Any]:
    """An answer to the question for a second fact: the fact, and no value of the command that looks like one."""
    if "street" in given:  # a whole address is what the command wants, and its postcode no fact
        return given
    facts = {slot.name for slot in spec.slots if slot.entity in {"postcode", "phone", "email"}} - {FACT}
    fact = next((given[name] for name in facts if name in given), None)
    given = {name: value for name, value in given.items() if name not in facts}
    given |= {FACT: fact} if fact is not None and FACT not in given else _fact(meaning, given)
    if not is_named(given.get("order"), meaning):
        given.pop("order", None)
    return given


def _fact(meaning: Meaning, given: dict[str, Any]) -> dict[str, Any]:
    """The second fact in an answer: a recognised one, or the bare words of a short answer with a digit or an @."""
    if given.get(FACT) is not None:
        return {FACT: given[FACT]}
    text = meaning.text.strip()
    looks_like_one = len(text) <= LONGEST_FACT and any(char.isdigit() or char == "@" for char in text)
    is_one = looks_like_one and meaning.intent not in TALK and not is_named(given.get("order"), meaning)
    return {FACT: text} if is_one else {}


def is_named(order: Any, meaning: Meaning) -> bool:
    """Whether an order number was written as one, not as bare digits."""
    return order is not None and any(
        entity.kind == "order_number" and not entity.text.strip().isdigit() for entity in meaning.entities
    )


def says_yes(text: str) -> bool:
    """Whether a text begins with a yes, and does not deny all the same what shall be done."""
    return _YES.match(text) is not None and _DENIES_IT.search(lowered(text)) is None


def says_no(text: str) -> bool:
    """Whether a text begins with a no, whatever it says besides ("hmm no wait, don't. we do need one")."""
    return _NO_TO_IT.match(without_accents(text.casefold()).replace("’", "'")) is not None


def pick(frame: Frame, meaning: Meaning) -> dict[str, Any] | None:
    """The option a text names: by its number, its place, or words only it has."""
    if not frame.options or frame.asking in _NUMBERS_MEAN_THEMSELVES:
        return None
    said = without_accents(meaning.text.casefold())
    words = [word for word in re.findall(r"[\w'.:-]+", said) if word not in _IDLE_WORDS]
    number = _NUMBER_OF_OPTION.fullmatch(said.strip())
    if number is not None and 1 <= int(number[1]) <= len(frame.options):
        return frame.options[int(number[1]) - 1].slots
    if words and set(words) <= _ANY:
        return frame.options[0].slots if frame.asking in {"day", "window"} else None
    if len(words) == 1 and words[0] in _ORDINALS:
        place = _ORDINALS[words[0]]
        return frame.options[place].slots if place < len(frame.options) else None
    if not words or frame.asking not in {"order", "product", "item"}:
        return None
    fitting = [option for option in frame.options if all(word in _haystack(option) for word in words)]
    if not fitting and len(words) <= SHORT_ANSWER:
        fitting = [option for option in frame.options if any(is_mentioned(name, said) for name in _flat(option.values))]
    if (
        not fitting and len(words) <= SHORT_NO and not _DENIES & set(words) and not asks(meaning.text)
    ):  # "the coffee grinder", of an espresso grinder and a kettle
        fitting = [option for option in frame.options if any(len(w) > 3 and w in _haystack(option) for w in words)]
    return fitting[0].slots if len(fitting) == 1 else None


def _haystack(option: Choice) -> set[str]:
    return set(re.findall(r"[\w'.:-]+", without_accents(" ".join(_flat(option.values)).casefold())))


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _flat(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _flat(each)
    elif value is not None:
        yield str(value)
