"""What is named only to say that it is not meant: "not the kettle, the grinder", "thursday I can't, friday". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.dialogue import CONFIRM, CommandSpec, Frame
from domain.meaning import INFORM, Entity, Meaning, Value
from domain.naming import SIMILAR, likeness
from nlu.readers.corrections import restarts_at
from nlu.supposed import asks
from nlu.text import lowered

_NO = r"(?:\b(?:no|not|dont|doesnt|isnt|wasnt|cant|cannot|wont|never|nobody|ni|tampoco|nadie)\b|n't\b)"
#: What somebody has to do at a time that does not suit.
_HAS_TO = (
    r"(?:practi[cs]e|training|work|school|class(?:es)?|appointments?|meetings?|exams?|plans|doctor'?s?|shift|visitors"
    r"|entreno|entrenamiento|clases?|citas?|reunion(?:es)?|examen|medico|turno|planes|visitas?|trabajo)"
)
#: Somebody is not there, or sleeps.
_WHO = r"(?:i|we|he|she|they|(?:my|our|the) (?!(?:morning|afternoon|evening|slot|window|day|time|date|one|same|first|last|next|latter|\w+day)\b)\w+)"
_BE = r"(?:'?m|'?s|'?re|'?ll be| am| is| are| will be)"
_ELSEWHERE = (
    rf"(?:{_WHO}{_BE} (?:still |usually |always |probably |all )?(?:away|out|working|asleep|sleeping|in bed|napping|teaching|at (?!home\b|the door\b)\w+|in (?:class|lectures?|school|court)|abroad|on holidays?|on vacation)"
    rf"|{_WHO} (?:still |usually |always |normally )?(?:works?|sleeps?|naps?|teach(?:es)?|stud(?:y|ies)|trains?)(?! for\b)"
    r"|(?:(?:el|la|mi|los|las) \w+ )?(?:duermo|duerme|duermen|curro|curra|curramos|estudia|estudio|entreno|entrena)"
    r"|(?:estoy|estamos|estare|estaremos) (?:fuera|de viaje|de vacaciones|trabajando|en (?:el trabajo|clase|la oficina)))"
)
#: Where somebody reads when it comes as it is.
_SHOWN = r"(?:page|app|site|website|e-?mail|tracking|link|account|confirmation|pagina|web|correo|seguimiento|cuenta|confirmacion|aqui|ahi)"
#: Stands before what is not meant.
_NOT = re.compile(
    rf"{_NO}[^,.;:!?]{{0,30}}$|\b(?:instead of|rather than|any(?:thing| ?time| day| slot)? (?:but|except)|except(?: for)?|en vez del?|en lugar del?|excepto|salvo|todo menos)[^,.;:!?]{{0,12}}$"
    rf"|\b{_ELSEWHERE}\b[^,.;:!?]{{0,12}}$"
    rf"|\b{_SHOWN} (?:still |todavia |aun )?(?:says?|said|shows?|showed|dice|decia|pone|ponia|sale|aparece|figura)[^,.;:!?]{{0,12}}$"
    rf"|\b(?:got|have|'ve|ive|has|tengo|tenemos|hay) (?:[^,.;:!?]{{0,12}} )?{_HAS_TO}\b[^,.;:!?]{{0,16}}$"
)
#: A no that asks for something.
_ASKS_FOR_IT = re.compile(
    r"\b(?:can'?t|cant|cannot|couldn'?t|could not|won'?t|wouldn'?t) (?:you|u|it|he|she|they|we)\b|\bwhy not\b|\bpor ?que no\b|\bno (?:puede|podria|podeis|pueden|podrian)\b"
)
#: Before the day on which somebody orders, or on which something came.
_ORDERED = re.compile(
    r"\b(?:you|they|he|she|driver|it|that|which) (?:guys )?(?:(?:had|just|only) )?(?:brought|delivered|sent|gave|left|dropped|came|arrived)\b(?:(?! and | but | so )[^,.;:!?]){0,20}$"
    r"|\b(?:(?:trajist|entregast|mandast|enviast|dejast)(?:e|eis)|trajeron|entregaron|mandaron|enviaron|dejaron|llegaron|recibi|recibimos)\b(?:(?! y | pero )[^,.;:!?]){0,20}$|"
    r"\b(?:did ?n[o']?t|did not|never|was ?n[o']?t|has ?n[o']?t|no show|got|been|failed to) (?:even |really |get )?(?:come|came|arrived?|ma[dk]e it|turn(?:ed)? up|show(?:ed)? up|delivered|brought|happen(?:ed)?|ghosted|missed|there|here)\b(?:(?! and | but | so )[^,.;:!?]){0,12}$|"
    r"\bno (?:me |nos )?(?:llego|vino|vinieron|paso|pasaron|aparecio|aparecieron|trajeron|entregaron)\b(?:(?! y | pero )[^,.;:!?]){0,20}$|"
    r"\b(?:i|we) (?:order|buy|ordered|bought)\b[^,.;:!?]{0,25}$|\b(?:pido|compro|pedimos|encargo|pidiera|comprara|pedi|compre)\b[^,.;:!?]{0,25}$"
)
_ABSENT = (
    r"(?:(?:was|were)(?: not|n'?t)? (?:really |even )?(?:at )?(?:home|in|there|here|around|out|away|off|abroad|asleep|at work)"
    r"|(?:no (?:estaba|estuv)\w*|estuv\w+ fuera|estaba(?:mos)? fuera|no habia nadie)(?: (?:en )?(?:casa|nadie|alli|ahi))?)"
)
#: Around the day on which nobody was there.
_ABSENT_BEFORE = re.compile(rf"\b{_ABSENT}\b[^,.;:!?]{{0,12}}$")
_ABSENT_AFTER = re.compile(
    rf"\W{{1,3}}(?:(?:but|so|i|we|he|she|they|nobody|no ?one|there|pero|yo|nadie)\s+)*{_ABSENT}\b"
)
#: After the day on which somebody came.
_CAME_AFTER = re.compile(
    r" (?:ya |me |nos |l[oa]s? |no )*(?:vino|vinieron|paso|pasaron|estuvieron|trajeron|llego|llegaron)\b| (?:you|they|he|she|your driver|the driver) (?:came|tried|were here|was here|missed)\b"
)
#: Right after a thing that is not meant ("el hervidor no").
_NOT_AFTER = re.compile(r"\s+(?:no|not)\s*(?:[,.;!]|$|sino\b|but\b)")
#: What is said of a day that does; anything else that a day is ("friday is stocktaking") is why it does not.
_SUITS = r"(?:[^\W\d]+ly |so |very |muy |also |tambien |still )?(?:fine|good|ok|okay|great|better|best|perfect\w*|possible|alright|cool|ideal|works?|free|when|the|my|a|an|what|bien|mejor|buen[oa]?|posible|libre|cuando|el|la|mi|un|una|lo)\b"
#: After a day or a time that does not suit.
_UNSUITED = re.compile(
    rf"[^,.;:!?]{{0,15}}{_NO}\s+(?!(?:el|la|los|las|the|on|before|after|antes|despues|importa|matter|ser)\b)\w"
    rf"|(?:'s)?\s+(?:is |es |me es |me viene |me va )?(?:no\s*(?:[,.;!]|$)|(?:(?:a |an |un |una )?(?:\w+ )?(?:chaos|mess|madness|hell|crazy|busy|full|packed|gone|caos|lio|locura|ocupad[oa]|llen[oa])|imposible|impossible|bad|(?:much |far |way |a bit )?too (?:early|late|soon)|demasiado (?:pronto|tarde|temprano)|tricky|awkward|complicado|dificil|fatal|mal|trabajo|trabajamos|i work|we work|{_ELSEWHERE})\b)"
    r"|\s+(?:i|we|i'?m|we'?re|i'll|we'll|nos|me|yo|llev(?:o|amos)|ten(?:go|emos)|voy|vamos|viaj(?:o|amos)|salgo|salimos|estoy|estamos)\b[^,.;:!?]{0,60}\b(?:no (?:voy|vamos) a estar|no (?:estare|estaremos|habra nadie|hay nadie|estoy|estamos|hay quien)|(?:nobody|no ?one) (?:will be|is|'s) (?:in|home|at home|there|here)|(?:won'?t|will not) be (?:in|home|at home|there|here))\b"
    rf"|\s+(?:is|es) (?!{_SUITS})(?:[^\W\d]+ ){{0,2}}[^\W\d]+[\s!]*(?:[.,;]|$)"
)
#: Between a day and the part of it.
_OF_DAY = re.compile(r",? ?(?:(?:in the|in|at|on|the) )?")
_WHEN = frozenset({"date", "time_window"})
#: Around a thing that is named alone, in place of another.
_CORRECTS = re.compile(
    r"(?:no|nope|nah|sorry|oops|wait|perdon|perdona|espera|uy)\b[\s,.!]+"
    r"(?:(?:no|sorry|perdon|i|mean|meant|wanted|said|it'?s|its|was|for|about|el|la|los|las|al|del|de|es|era|digo|queria|quiero|decir|me|referia|refiero|a|the|my|mi|mis|that|ese|esa)[\s,]+)*"
    r"\0[\s,]*(?:one|order|please|pls|instead|porfa|por favor|mejor)?[\s.!]*"
)
#: Between things that are named in one breath.
_AND = re.compile(
    r"(?:\s*(?:,|&|\+|\b(?:and|y|e|as well as|plus)\b))+\s*"
    r"(?:(?:the|a|an|my|our|el|la|los|las|un|una|mi|mis|nuestr[oa]s?|al|del|de)\s+)*"
)
_OF_THE = r"(?:\s+(?:the|my|our|that|order|delivery|one|of|with|for|el|la|los|las|mi|mis|ese|esa|pedido|entrega|de|del|al|con))*\s*$"
#: Before a thing that shall stay as it is, while something becomes of another.
_STAYS = re.compile(
    rf"(?:(?<!not )(?<!n't )(?<!dont )\b(?:keep|keeping|but not|except(?: for)?|apart from|(?:still|only) (?:want|need))"
    r"|\b(?:do not|don'?t|without) (?:cancel|mov|touch|chang|reschedul|delay)\w*"
    r"|\bno (?:me )?(?:cancel|muev|mov|toc|toqu|cambi|aplac|aplaz)\w*|(?<!al )\b(?:excepto|salvo|menos)"
    r"|(?<!no )\b(?:mant[eu]n\w*|manteng\w*|conserv\w+|(?:aun|todavia|solo) (?:quiero|queremos|necesito)|sigo queriendo"
    rf"|me (?:quedo|quedare)|nos quedamos)|(?<!no quiero )\bquedarme){_OF_THE}"
)
#: Before a thing that something which was done is not meant for.
_NOT_THAT = re.compile(
    r"(?:^|[.!;,]\s*)(?:(?:ok|okay|but|and|just|pero|y)\s+)*(?:not|no|except(?: for)?|excepto|menos)\s+(?:the|my|our|el|la|los|las|mi|mis)\s+$"
)
_LEAVE = re.compile(
    rf"(?:(?<!not )(?<!n't )(?<!dont )\b(?:leave|leaving)|(?<!no )\b(?:dej(?:a|ad|e|en|o|amos|ando)|dejar)){_OF_THE}"
)
#: After what is left: else it is left somewhere ("leave the kettle at the door").
_AS_IT_IS = re.compile(
    r"\s*(?:$|[,.;!]|(?:and|but|y|pero|please|por favor|porfa|alone|be|out|where|as|for now|como|tal|igual|asi|ahi|en paz|tranquil[oa]|quiet[oa])\b)"
)
#: Around a thing of which is only said that it is needed.
_NEEDED = re.compile(
    rf"\b(?:(?:i|we) (?:do |really |still )?need|(?<!no )(?:necesito|necesitamos)|(?<!no )(?:me|nos) hace falta){_OF_THE}"
)
_NO_MORE = re.compile(r"\s*(?:$|[.,;!])")
#: After a thing that shall stay.
_STAYS_AFTER = re.compile(
    r"[\s,]+(?:(?:that|one|i|we|you|can|may|should|must|shall|will|just|is|are|to|want|has|que|lo|la|los|las|se|puede|pueden|debe|deben|tiene|tienen|si|todavia|aun|tambien)\s+){0,5}"
    r"(?:stays?|remains?|keep|still (?:want|need|come|arrive)|(?:be )?left (?:alone|as)|as (?:it is|it was|they are|planned)"
    r"|(?:really |do )?(?:want|need)(?: (?:it|that|them))?(?=\s*(?:$|[.,;!]))"
    r"|qued(?:a|an|e|en|o|arse)|sig(?:ue|uen|a|an)|dejal[oa]s?|dejadl[oa]s?|l[oa]s? (?:si )?(?:quiero|necesito)|(?:tal )?como est(?:a|an|aba))\b"
)
#: After the last of several things, of which alone something is said ("cancel the kettle and the grinder is late").
_OF_ONE = re.compile(
    r"\s+(?:(?:is|isn'?t|was|wasn'?t|has|hasn'?t|does|doesn'?t|won'?t|can'?t|comes|came|arrived|es|esta|era|ha|no|llega|llego|viene|vino|tiene|still|already|aun|todavia|lo|la)\b"
    r"|(?:can|should|shall|must|may|will|puede|debe)\b(?! be | ser ))"
)


def other_thing(frame: Frame, spec: CommandSpec | None, meaning: Meaning) -> str | None:
    """The product whose order is meant in place of the one asked about, where a message says so; None for anything else."""
    kinds = {each.kind for each in meaning.entities}
    takes_one = spec is not None and any(slot.name == "about_product" for slot in spec.slots)
    if not takes_one or frame.slots.get("order") is None or "product" not in kinds or "order_number" in kinds:
        return None
    said, things = _low(meaning), [each for each in meaning.entities if each.kind == "product"]
    if len(things) == 1:
        around = said[: things[0].start] + "\0" + said[things[0].end :]
        is_moved = frame.command == "RescheduleOrder" and frame.asking in {"day", "window"} and "date" in kinds
        is_moved = is_moved and meaning.intent in {"reschedule_delivery", INFORM}
        is_moved = is_moved or _confirms_other(frame, meaning, str(things[0].value))
        return str(things[0].value) if is_moved or _CORRECTS.fullmatch(around) else None
    meant = [
        each
        for (each,), before, after in _amid(said, [[each] for each in things])
        if not _is_denied(before, after) and not (frame.command == "CancelOrder" and _stays(before, after))
    ]
    return str(meant[0].value) if len(meant) == 1 else None


def _confirms_other(frame: Frame, meaning: Meaning, thing: str) -> bool:
    """Whether a yes is for something else than what was asked about by its name ("yes cancel the mirror", of a blender), or that
    is said in its place ("no, it stays, i meant the grinder")."""
    asked = frame.slots.get("about_product")
    anew = restarts_at(meaning.text)
    is_yes = meaning.intent in {"cancel_order", "affirm"} or (anew is not None and not asks(meaning.text[anew:]))
    is_asked = frame.command == "CancelOrder" and frame.asking == CONFIRM and isinstance(asked, str)
    return is_asked and is_yes and max(likeness(str(asked), thing), likeness(thing, str(asked))) < SIMILAR


def but_ordered(meaning: Meaning) -> list[Entity]:
    """The entities of a message without the days on which somebody orders or ordered ("if i order today, when …"), or on which
    something came ("the lamp you brought on thursday"), or nobody was there ("i wasn't home saturday")."""
    said = _low(meaning)
    return [each for each in meaning.entities if each.kind != "date" or not _is_told_of(said, each)]


def _is_told_of(said: str, day: Entity) -> bool:
    """Whether a day is one on which something was or is done, and not when something shall come."""
    before = said[: day.start]
    return bool(
        _ORDERED.search(before)
        or _ABSENT_BEFORE.search(before)
        or _ABSENT_AFTER.match(said, day.end)
        or _CAME_AFTER.match(said, day.end)
    )


def meant_things(meaning: Meaning) -> list[Value]:
    """The products that a message names, but for those it says are not meant; all of them where none would be left."""
    things = [each for each in meaning.entities if each.kind == "product"]
    meant = [
        each
        for (each,), before, after in _amid(_low(meaning), [[each] for each in things])
        if not _is_denied(before, after)
    ]
    return [each.value for each in meant or things]


def named_together(meaning: Meaning) -> list[Value]:
    """The products that are meant and named first, with those joined to them by an "and" or a comma ("the kettle and the
    grinder"); without those said to stay as they are."""
    said = _low(meaning)
    others = [
        (phrase, _is_denied(before, after))
        for phrase, before, after in _amid(said, _phrases(said, meaning))
        if not _stays(before, after)
    ]
    phrase = next((phrase for phrase, denied in others if not denied), others[0][0] if others else [])
    return [each.value for each in phrase]


def not_staying(meaning: Meaning) -> list[Entity]:
    """The products that a message names but for those said to stay as they are ("leave the grinder, move the kettle"); all of
    them where none would be left."""
    said, phrases = _low(meaning), _phrases(_low(meaning), meaning)
    moved = [each for phrase, before, after in _amid(said, phrases) if not _stays(before, after) for each in phrase]
    return moved or [each for phrase in phrases for each in phrase]


def only_stays(meaning: Meaning) -> bool:
    """Whether all that a message names is said to stay as it is, or not to be meant ("not the kettle though", "the kettle I still
    want")."""
    amid = _amid(_low(meaning), _phrases(_low(meaning), meaning))
    return bool(amid) and all(
        _stays(before, after) or _NOT_THAT.search(before) or _NOT_AFTER.match(after) for _, before, after in amid
    )


def _phrases(said: str, meaning: Meaning) -> list[list[Entity]]:
    """The products of a message, those together that are named in one breath and of which the same is said."""
    joined: list[list[Entity]] = []
    for each in (each for each in meaning.entities if each.kind == "product"):
        last = joined[-1] if joined else []
        if last and _AND.fullmatch(said, last[-1].end, each.start):
            last.append(each)
        else:
            joined.append([each])
    return [
        part
        for phrase, before, after in _amid(said, joined)
        for part in _parted(said, phrase, before, after, alone=len(joined) == 1)
    ]


def _parted(said: str, phrase: list[Entity], before: str, after: str, *, alone: bool) -> list[list[Entity]]:
    """A phrase without its first thing where only that is not meant, and without its last where something is said of that."""
    if len(phrase) == 1:
        return [phrase]
    if _NOT.search(before) and not _STAYS.search(before) and said[phrase[0].end :].lstrip().startswith(","):
        return [phrase[:1], phrase[1:]]  # "not the kettle, the grinder"
    if _NOT_AFTER.match(after) or _OF_ONE.match(after) or (alone and _STAYS_AFTER.match(after)):
        return [phrase[:-1], phrase[-1:]]  # "cancel the kettle, the grinder can stay"
    return [phrase]


def _stays(before: str, after: str) -> bool:
    left = _LEAVE.search(before) is not None and _AS_IT_IS.match(after) is not None
    left = left or (_NEEDED.search(before) is not None and _NO_MORE.match(after) is not None)
    return left or _STAYS.search(before) is not None or _STAYS_AFTER.match(after) is not None


def suiting(meaning: Meaning, kind: str) -> list[Entity]:
    """The days or times (``kind``) of a message without those said not to suit; all of them where none would be left."""
    return _suiting(meaning, kind) or [each for each in meaning.entities if each.kind == kind]


def none_suits(meaning: Meaning) -> bool:
    """Whether the days and times of a message are only said not to suit ("no, wednesday doesn't work")."""
    if _ASKS_FOR_IT.search(_low(meaning)):
        return False
    named = {each.kind for each in meaning.entities} & _WHEN
    return bool(named) and not any(_suiting(meaning, kind) for kind in named)


def without_unsuited(meaning: Meaning, values: Sequence[Entity]) -> list[Entity]:
    """Some values of a message without its times where a day suits and none of these does ("saturday, I work in the morning")."""
    unsuited = _suiting(meaning, "date") and not _suiting(meaning, "time_window")
    return [each for each in values if not (unsuited and each.kind == "time_window")]


def _suiting(meaning: Meaning, kind: str) -> list[Entity]:
    said, parts = _low(meaning), list[list[Entity]]()
    for each in sorted((each for each in meaning.entities if each.kind in _WHEN), key=lambda each: each.start):
        last = parts[-1] if parts else []
        if last and each.kind not in {one.kind for one in last} and _OF_DAY.fullmatch(said, last[-1].end, each.start):
            last.append(each)
        else:
            parts.append([each])
    amid = [(part, bool(_NOT.search(before) or _UNSUITED.match(after))) for part, before, after in _amid(said, parts)]
    denied = {each.value for part, is_denied in amid if is_denied for each in part if each.kind == "date"}
    return [
        each
        for part, is_denied in amid
        if not is_denied and not (len(part) == 1 and part[0].value in denied)
        for each in part
        if each.kind == kind
    ]


def _low(meaning: Meaning) -> str:
    """The text in lower case, without accents where that leaves every letter in its place."""
    low = lowered(meaning.text)
    return low if len(low) == len(meaning.text) else meaning.text


def _amid(said: str, parts: Sequence[list[Entity]]) -> list[tuple[list[Entity], str, str]]:
    """Each of ``parts`` with the words before it and after it, as far as the next ones, or to where the message begins anew."""
    anew = restarts_at(said) or 0
    starts = [*(part[0].start for part in parts), len(said)]
    ends = [0, *(part[-1].end for part in parts)]
    return [
        (part, said[_from(ends[place], anew, part[0].start) : part[0].start], said[part[-1].end : starts[place + 1]])
        for place, part in enumerate(parts)
    ]


def _from(end: int, anew: int, start: int) -> int:
    return max(end, anew) if anew <= start else end


def _is_denied(before: str, after: str) -> bool:
    return _NOT.search(before) is not None or _NOT_AFTER.match(after) is not None
