"""The next steps of a return, said in words instead of pressed: what is wanted for it, how it comes back, giving it up.

Only where such a step was offered last, so that "credit" or "come on tuesday" can mean it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from domain.dialogue import CONFIRM, Catalogue, CommandSpec, Dialogue, Frame
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, Meaning
from domain.notices import Choice
from nlu.answers import SURE, values_for
from nlu.readers import READERS
from nlu.readers.returning import has_fault
from nlu.readers.returns import ONLY_SO_LONG

#: Whoever says more begins something else.
MOST_WORDS = 14
#: Words that name something else than the return that is talked about.
_NAMES_OTHER = frozenset({"order_number", "return_number"})
#: What somebody says before they come to it.
_WELL = (
    r"(?:(?:and|so|but|ok|okay|hm+|oh|ah|uh|um|well|wait|hang on|hold on|hey|sorry|actually|one question|quick question"
    r"|y|pero|vale|bueno|espera|espere|oye|oiga|a ver|perd[oó]n|perdona|una (?:duda|pregunta|cosa))\b[\s,.:!…-]*)*"
)
_ASKS = re.compile(
    rf"\s*{_WELL}(?:where|when|what|who|why|how|which|is|are|has|have|did|does|do|was|will)\b|\s*{_WELL}(?:if|si)\b[^?]*\?"
    rf"|\s*{_WELL}(?:would|will|can|could) (?:i|we|it|that) (?:get|have|receive|be|cost) (?:any(?:thing)? )?(?:more|less|extra)\b"
    rf"|\s*{_WELL}(?:¿|d[oó]nde|cu[aá]ndo|qué|qui[eé]n|por ?qué|c[oó]mo|cu[aá]l|cu[aá]nto|est[aá] (?:mi|la)|ha llegado|han)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\b(?:in |a |the |en |una |la )*(?:size|talla|numero|n[uú]mero)\s+(?P<size>\w+)", re.IGNORECASE)
_GIVES_UP = re.compile(
    r"\b(?:cancel|call off|stop|forget|scrap|drop)\b.{0,12}\b(?:return|it|that)\b(?! off)"
    r"|\bno(?:t|thing)?\b.{0,24}\b(?:return|send)\w*\b.{0,16}\bany ?more\b"
    r"|\b(?:don'?t|do not|won'?t) (?:want to |need to )?(?:return|send|give) (?:it|them|this|that|anything)\b"
    r"|\b(?:cancel\w*|anul\w*|olv[ií]d\w*|dej\w*)\b.{0,12}\b(?:devoluci[oó]n|eso|lo)\b|\bya no (?:l[oae]s? )?(?:quiero )?(?:devolver\w*|devuelvo)\b|\bno (?:l[oae]s? )?(?:quiero|voy a) devolver\w*\b",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\b(?:(?:keep|keeping) (?:it|them|this|that|everything|the \w+)|me l[oae]s? (?:quedo|quedar[eé]|voy a quedar))\b"
    + ONLY_SO_LONG,
    re.IGNORECASE,
)
#: Before a word for giving up that is denied.
_LEFT_ALONE = re.compile(r"\b(?:not|don'?t|won'?t|never|no)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_FOR = re.compile(
    r"\b(?:for|on|por|de) (?:(?:the|my|those|these|that|this|el|la|los|las|mi|mis|es[ae]|es[oa]s) )?$|\bdel $",
    re.IGNORECASE,
)
#: What is wished of a thing itself.
_OF_A_THING = frozenset({"start_return", "report_problem", "cancel_order", "check_stock"})
_OBJECTS = re.compile(
    r"\b(?:(?:not|n'?t|isn'?t) (?:fair|right|ok|okay|acceptable|true)|unfair|disagree|appeal|ridiculous|outrageous|unacceptable"
    r"|wrong decision|second opinion|complain\w*|joke|injust[oa]|no es justo|no estoy de acuerdo|no me parece (?:bien|justo)|vergüenza|verguenza|inaceptable|rid[ií]culo|reclam\w+|queja\w*|recurr\w+|tomadura de pelo)\b",
    re.IGNORECASE,
)


def said_step(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Frame | None:
    """The step among those offered last that words mean, which goes before a question that came back; None where they mean
    nothing of these."""
    current = dialogue.current
    waits = current is not None and not current.came_back
    if not dialogue.steps or waits or meaning.engine in {BY_CHANNEL, BY_PAYLOAD}:
        return None
    step = _said(dialogue, meaning, catalogue, new_id)
    return None if step is None or (current is not None and _may_answer(current, step, meaning)) else step


def _may_answer(waiting: Frame, step: Frame, meaning: Meaning) -> bool:
    """Whether words answer a question that came back, which was asked before the steps were offered, unless they name one:
    "friday" is the day that is asked for, "keep it" a no, "size too small" why it goes back."""
    match step.command:
        case "ChooseWay":
            return waiting.asking in {"day", "window"} and READERS["way_back"](meaning.text, None) is None
        case "ChooseResolution":
            return READERS["resolution"](meaning.text, None) is None
    return waiting.asking == CONFIRM


def _said(dialogue: Dialogue, meaning: Meaning, catalogue: Catalogue, new_id: str) -> Frame | None:
    kinds = {entity.kind for entity in meaning.entities}
    if kinds & _NAMES_OTHER:
        return None
    tells = len(meaning.text.split()) > MOST_WORDS
    asks = _ASKS.match(meaning.text) is not None
    for command, read in (("ChooseResolution", _resolution), ("ChooseWay", _way), ("CancelReturn", _given_up)):
        offered = [step for step in dialogue.steps if step.command == command]
        if command == "ChooseWay" and not offered:
            offered = _way_left_open(dialogue.steps, meaning.text)
        if command == "ChooseResolution" and not offered:
            offered = _wish_left_open(dialogue.steps)
        spec = next((spec for spec in catalogue.values() if spec.command == command), None)
        if not offered or spec is None:
            continue
        if asks or tells:  # only what is wished for besides ("is there a shop near me? i'd bring it there")
            said = _behind_question(meaning.text) if asks else meaning.text
            wished = READERS["way_wished"](said, None) if command == "ChooseWay" else None
            slots = {"way": wished} if wished is not None and _is_offered("way", wished, offered) else None
        else:
            slots = read(offered, spec, meaning)
        if slots is not None:
            way = READERS["way_wished"](meaning.text, None) if command == "ChooseResolution" else None
            slots = {**slots, "way_wished": way} if way is not None else slots
            number = offered[0].slots["return_number"]
            which = {} if "about_product" in slots else {"return_number": number}
            return Frame(id=new_id, command=command, slots={**slots, **which})
    return None if tells else _appeal(dialogue, meaning, new_id)


def _way_left_open(steps: Sequence[Choice], text: str) -> list[Choice]:
    """How it comes back, said before that is asked, while it is open what is wanted for it ("I'll drop them off myself")."""
    if READERS["way_wished"](text, None) is None:
        return []
    return [
        Choice(label=step.label, command="ChooseWay", slots={"return_number": step.slots["return_number"]})
        for step in steps
        if step.command == "ChooseResolution"
    ]


def _wish_left_open(steps: Sequence[Choice]) -> list[Choice]:
    """What is wanted, said while a person decides about a return, which can only be given up meanwhile."""
    undecided = {step.command for step in steps} == {"CancelReturn"}
    return [step.model_copy(update={"command": "ChooseResolution"}) for step in steps] if undecided else []


def _behind_question(text: str) -> str:
    """What is said behind a question, or behind a comma in it."""
    return re.split(r"[?,.;!]", text, maxsplit=1)[-1] if re.search(r"[?,.;!]", text) else ""


def _resolution(offered: list[Choice], spec: CommandSpec, meaning: Meaning) -> dict[str, Any] | None:
    """What is wanted, also where it is not offered: then it is said that it is not possible, and what is."""
    size = _SIZE.search(meaning.text)
    wish = READERS["resolution"](meaning.text, None) or ("exchange" if size is not None else None)
    named = (str(entity.value) for entity in meaning.entities if entity.kind == "product")
    product = next((name for name in named if READERS["resolution"](name, None) is None), None)  # "the voucher" is none
    if wish is None or wish == "keep":
        return None
    if wish != "exchange" and product is not None:
        return {"resolution": wish, "about_product": product} if _is_for(product, meaning) else None
    if wish != "exchange":
        return {"resolution": wish}
    instead = READERS["exchanged_for"](meaning.text, None) or (size["size"] if size is not None else product)
    return {"resolution": wish, "product": instead} if instead else {"resolution": wish}


def _is_for(product: str, meaning: Meaning) -> bool:
    """Whether a thing is named as that for which something is wanted ("credit for the boots"), and nothing else surely wished."""
    thing = next(each for each in meaning.entities if each.kind == "product" and str(each.value) == product)
    surely_else = meaning.intent in _OF_A_THING and meaning.confidence >= SURE
    return not surely_else and _FOR.search(meaning.text[: thing.start]) is not None


def _way(offered: list[Choice], spec: CommandSpec, meaning: Meaning) -> dict[str, Any] | None:
    given, _ = values_for(spec.slots, meaning)
    if given.get("way") is None and gives_up(meaning.text):  # "nobody needs to come on friday, I keep it"
        return None
    if given.get("way") is None and given.get("day") is not None:  # who names a day wants it collected
        given["way"] = "pickup"
    way = given.get("way")
    if way is None or not _is_offered("way", way, offered) or any(e.kind == "product" for e in meaning.entities):
        return None
    return {name: given[name] for name in ("way", "day", "window") if given.get(name) is not None}


def _given_up(offered: list[Choice], spec: CommandSpec, meaning: Meaning) -> dict[str, Any] | None:
    return {} if gives_up(meaning.text) else None


def gives_up(text: str) -> bool:
    """Whether words give a return up, and do not only say that nothing shall be cancelled ("don't cancel that one")."""
    said = text.replace("’", "'")
    found = [*_GIVES_UP.finditer(said), *(() if has_fault(said) else _KEEPS.finditer(said))]
    return any(_LEFT_ALONE.search(said[: each.start()]) is None for each in found)


def _appeal(dialogue: Dialogue, meaning: Meaning, new_id: str) -> Frame | None:
    """What somebody says against a decision is why a person shall look at it."""
    step = next((step for step in dialogue.steps if step.command == "AppealReturn"), None)
    if step is None or not _OBJECTS.search(meaning.text.replace("’", "'")):
        return None
    return Frame(id=new_id, command="AppealReturn", slots={**step.slots, "words": meaning.text})


def _is_offered(slot: str, value: Any, offered: list[Choice]) -> bool:
    """Whether a step with that value was offered, or one that leaves it open."""
    return any(step.slots.get(slot) in {None, value} for step in offered)
