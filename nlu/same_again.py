"""The same is wished for another thing, with no more than its name: "and the grinder?", "lo mismo con la 3". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.dialogue import FACT, THINGS, Catalogue, CommandSpec, Dialogue, Frame, Step
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, Meaning
from domain.wishes import Wish
from nlu.answers import values_for
from nlu.context import spec_of
from nlu.frames import ABOUT_STOPS, OF_ONE_STOP, begin
from nlu.readers import READERS
from nlu.readers.alike import starts_at
from nlu.text import lowered

#: Nothing is changed by these: the name of another thing is enough to ask once more.
_LOOKED_UP = frozenset({"TrackOrder", "ShowProof", "TrackReturn", "CheckStock", "AskReturnPolicy", "AskPromise"})
#: These are done once more where words say that the same is wanted.
_DONE_TOO = ABOUT_STOPS | {"CancelOrder", "RescheduleOrder", "ChangeAddress", "InstructDelivery"}
#: By kind of what is named, the slot that says what a command is about.
_NAMED_BY = {
    "order_number": ("order",), "return_number": ("return_number",), "product": ("about_product", "product"),
    "stop": ("stops",), "postcode": ("postcode",),
}  # fmt: skip
#: What said what the command before was about, and who proved it.
_OF_THE_FIRST = frozenset(
    {"order", "return_number", "about_order", "about_return", "about_product", "stops", "at_street", "speaks_of", "every", "other", "due", "like", THINGS, FACT}
)  # fmt: skip
_BESIDE = r"(?:the|my|our|a|an|one|of|with|for|about|order|orders|stop|number|el|la|los|las|mi|mis|un|una|del?|al?|en|con|para|pedido|parada|numero|please|pls|porfa|por favor|ok|okay|vale|thanks|gracias|then|entonces|now|ahora)"
_SAME = r"(?:too|also|as well|same(?: (?:thing|again|story))?(?: (?:for|with|goes for|at|on))?|likewise|ditto|tambien|lo mismo|igual|otro tanto)"
_AND = r"(?:and|&|plus|what about|how about|wbt|hbu|what of|y|e|que tal|que hay de|que pasa con|que hay con|que es de)"
_GAP = r"[\s,.;:!?¿¡-]+"


def _name_alone(same: str, beside: str) -> re.Pattern[str]:
    """A name, marked as one, and around it only words that ask for the same."""
    return re.compile(
        rf"[\s¿¡]*(?:(?>(?:{_AND}|{same}|{beside})(?!\w))(?:{_GAP}|$))*\0(?:{_GAP}(?>(?:{same}|{beside})(?!\w)))*[\s.!?]*"
    )


#: By what was done, what else says that the same shall be done, and the words around that.
_WHEN = r"(?:day|date|time|slot|window|delivery|trip|run|go|van|lorry|truck)"
_CUANDO = r"(?:dia|fecha|hora|franja|horario|entrega|viaje|reparto)"
_OF_WISH = {
    Wish.CODE: r"(?:(?:gate|door|entry|access)? ?code|codigo|clave)",
    Wish.NEIGHBOUR: r"(?:neighbou?r|vecin[oa])",
    Wish.SAFE_PLACE: r"(?:(?:safe )?(?:place|spot)|sitio|lugar)",
    Wish.NOTE: r"(?:notes?|instructions?|indicacion(?:es)?|nota|instruccion(?:es)?)",
}
_SAME_WISH = rf"(?:same|mism[oa]s?) (?:{'|'.join(_OF_WISH.values())})"
_SAME_OF = {
    "RescheduleOrder": rf"(?:(?:along |together )?with (?:that one|it|that|them)|along|together|(?:same|that) {_WHEN}|(?:mism[oa]|ese(?: mismo)?) {_CUANDO}|junto con (?:ella|eso|el)|a la vez|de paso|{_SAME})",
    "InstructDelivery": rf"(?:{_SAME_WISH}|{_SAME})",
}
_BESIDE_OF = {
    "RescheduleOrder": rf"(?:{_BESIDE}|can|could|should|may|shall|have|come|comes|coming|go|get|send|bring|deliver|move|put|stick|pop|chuck|do|it|that|you|and|i'd like|i want|in|at|on|y|a|que|puede|pueden|podria|venir|llegar|ir|venga|llegue|vaya|traer|traiga|traigan|traed|traeme|traiganme|mandar|manden|quiero|me)",
    "InstructDelivery": rf"(?:{_BESIDE}|needs?|has|have|gets?|uses?|wants?|is|it's|has got|and|y|lleva|llevan|tiene|necesita|usa|es|vale|aplica)",
}
_NAME_ALONE = _name_alone(_SAME, _BESIDE)
_NAME_ALONE_OF = {command: _name_alone(_SAME_OF[command], _BESIDE_OF[command]) for command in _SAME_OF}
#: Other orders than the one talked about, named alone.
_OTHERS = re.compile(
    rf"[\s¿¡]*(?:(?>(?:{_AND}|{_SAME}|{_BESIDE}|(?:that|this|it|which) (?:goes|applies|is|counts|holds)|(?:eso )?(?:vale|va|es)|do(?: that)?|i mean|digo)\b){_GAP})*"
    r"(?:(?P<both>both(?: of (?:them|those|these))?|ambos|ambas|l[oa]s dos)|(?P<all>all of (?:them|those|these)|all(?= (?:orders|deliveries|my|the))|every one|tod[oa]s(?: ellos)?)|(?:other|second|otr[oa])(?: (?:one|order|delivery|parcel|pedido|entrega|paquete))?)"
    rf"(?:{_GAP}(?>(?:{_SAME}|{_BESIDE}|deliveries|parcels|pedidos|entregas|paquetes)\b))*[\s.!?]*"
)
#: The day is the same, and nothing is said of the time.
_ONLY_THAT_DAY = re.compile(
    r"\b(?:same|that|mismo|ese) (?:day|date|dia)\b(?!.*\b(?:time|slot|window|hora|franja|horario|along|with)\b)"
)
#: Begins a question about another thing, and no wish that the same be done with it.
_ASKS_WHETHER = re.compile(
    r"\W*(?:(?:and|so|but|y) )?(?:should|shall|is|are|was|were|will|do (?:you|we|they|i)|(?:does|did) (?:you|we|they|i|it|the|my))\b"
)
_FOR = re.compile(r"\b(?:for|with|on|at|para|con|en|del?|al)\b")
_SAYS_AND, _SAYS_SAME = re.compile(rf"[\s¿¡]*(?:{_BESIDE}{_GAP})*{_AND}\b"), re.compile(rf"\b{_SAME}\b")
_SAYS_SAME_OF = {command: re.compile(rf"\b{same}\b") for command, same in _SAME_OF.items()}


def same_again(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Step | None:
    """What was done last, of another thing that is only named; None for any other message, and while a question waits that
    the name may answer."""
    done, waiting = dialogue.done, dialogue.current
    if done is None or meaning.engine in {BY_CHANNEL, BY_PAYLOAD} or (waiting is not None and not waiting.came_back):
        return None
    spec = spec_of(catalogue, done.command)
    others = _others(done, spec, meaning)
    if others is not None:
        return Step(begin(dialogue, Frame(id=new_id, command=done.command, slots={**_kept(done), "other": others})))
    named = _named_alone(done, meaning)
    if _ASKS_WHETHER.match(lowered(meaning.text)):
        return None
    if spec is None or named is None or not _asks_again(done, _around(meaning)):
        return None
    given = _about(spec, meaning, named)
    if not given or any(waiting is not None and waiting.asking in {name, "order"} for name in given):
        return None
    kept = _with_wishes_named(_kept(done), meaning)
    like = READERS["like"](meaning.text, None)
    if like is not None and any(slot.name == "like" for slot in spec.slots):
        kept = {**{name: value for name, value in kept.items() if name not in {"day", "window"}}, "like": like}
    elif done.command == "RescheduleOrder" and _ONLY_THAT_DAY.search(lowered(meaning.text)):
        kept = {name: value for name, value in kept.items() if name != "window"}
    return Step(begin(dialogue, Frame(id=new_id, command=done.command, slots={**kept, **given})))


def _with_wishes_named(kept: Mapping[str, Any], meaning: Meaning) -> Mapping[str, Any]:
    """What holds of the other thing, of the wishes for the driver only those that are named ("the same gate code")."""
    said, wishes = lowered(meaning.text), kept.get("wishes")
    named = {kind for kind, words in _OF_WISH.items() if re.search(rf"\b(?:same|mism[oa]s?) {words}\b", said)}
    only = {kind: words for kind, words in wishes.items() if kind in named} if isinstance(wishes, dict) else {}
    if not only:
        return kept
    return {**{name: value for name, value in kept.items() if name != "note"}, "wishes": only}


def _others(done: Frame, spec: CommandSpec | None, meaning: Meaning) -> str | None:
    """Which other orders the same is wished for: "one", where there are two ("for both of them please"), or "all"; None where
    a message says more."""
    if spec is None or all(slot.name != "other" for slot in spec.slots) or meaning.entities:
        return None
    said = lowered(meaning.text)
    found = _OTHERS.fullmatch(said)
    if found is None or not (found["both"] or found["all"] or _FOR.search(said) or _asks_again(done, said)):
        return None
    return "all" if found["all"] else "one"


def _asks_again(done: Frame, around: str) -> bool:
    """Whether the words around a name wish for what was done last."""
    if done.command in _DONE_TOO:
        return _SAYS_SAME_OF.get(done.command, _SAYS_SAME).search(around) is not None
    return done.command in _LOOKED_UP and bool(_SAYS_AND.match(around) or _SAYS_SAME.search(around))


def _named_alone(done: Frame, meaning: Meaning) -> str | None:
    """The kind of the things that are all a message names; None where it says more, or names several kinds."""
    kinds = {each.kind for each in meaning.entities} - {"reason"}  # "too, please" is none
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    alone = _NAME_ALONE_OF.get(done.command, _NAME_ALONE)
    return kind if kind in _NAMED_BY and alone.fullmatch(_around(meaning)) else None


def _around(meaning: Meaning) -> str:
    """The words of a message with a mark in place of what it names, from the first thing to the last."""
    said = lowered(meaning.text)
    named = [each for each in meaning.entities if each.kind in _NAMED_BY]
    if not named or len(said) != len(meaning.text):
        return said
    starts, ends = min(each.start for each in named), max(each.end for each in named)
    as_before = starts_at(meaning.text)
    if as_before is not None and ends <= as_before[0]:  # "the mirror too, same as the blender"
        said = f"{said[: as_before[0]]} same{said[as_before[1] :]}"
    return f"{said[:starts]}\0{said[ends:]}"


def _about(spec: CommandSpec, meaning: Meaning, kind: str) -> dict[str, Any]:
    """What a message says a command shall be about."""
    given, _ = values_for(spec.slots, meaning, begins=False)
    about = {*_NAMED_BY[kind], THINGS}
    return {name: value for name, value in given.items() if name in about}


def _kept(done: Frame) -> Mapping[str, Any]:
    """What holds of the other thing as well: the day, the wishes, the reason."""
    gone = _OF_THE_FIRST.union(OF_ONE_STOP if done.command in ABOUT_STOPS else ())
    return {name: value for name, value in done.slots.items() if name not in gone}
