"""Small values of answers: words as they are, a score, a remark beside a score."""

from __future__ import annotations

import re

from nlu.text import squeezed, without_accents

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
}  # fmt: skip
_WORD = r"(?:[1-5]|one|two|three|four|five|un[oa]?|dos|tres|cuatro|cinco)"
_SCORE = re.compile(
    r"(?:\b(?:10|[0-9](?:[.,]\d)?)\s*(?:/|out of|of|de|sobre)\s*(?:10|5|ten|five|diez|cinco)\b"
    r"|\b(?:[0-5]|zero|one|two|three|four|five|cero|un[oa]?|dos|tres|cuatro|cinco)[\s-]*(?:stars?|points?|estrellas?|puntos?)\b|[★⭐🌟✩☆]+)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?:(?:a|an|un|una|le (?:doy|pongo)(?: un)?|os doy(?: un)?|pongo(?: un)?|mejor(?: un)?|i(?:'d)? (?:give|say)(?: it| you| them| him| her)?(?: a)?|it's a|make (?:it|that)(?: a)?|no,?)\s+)?(?P<score>{_WORD})\b"
)
#: A score that is all a message says, as a correction: "actually make it 3", "no, 4 stars", "3 I meant".
_LEADS = r"(?:no|nope|oh|ah|ok|okay|sorry|wait|but|actually|rather|i mean|i meant|it'?s|it should be|should be|make (?:it|that)|change (?:it|that) to|an?|perdon|espera|mejor|mejor dicho|queria decir|quise decir|son|es|seria|pon|ponle|ponlo|que sea|un|digo)[ ,.:!-]+"
_TAILS = r"(?:[ ,]*(?:please|pls|sorry|instead|actually|rather|i mean|i meant|stars?|points?|/ ?5|(?:out )?of (?:5|five)|por favor|porfa|perdon|mejor|queria decir|estrellas?|puntos?|(?:de|sobre) (?:5|cinco)|(?:is|would be|es|seria) (?:fair(?:er)?|better|enough|mas justo|mejor)))"
_ALONE = re.compile(
    rf"(?:{_LEADS})+(?P<score>{_WORD})\b{_TAILS}*[ .!]*"
    rf"|(?P<first>{_WORD})\b{_TAILS}+[ .!]*"
)
#: That the score before was not just, before another one ("no that's unfair, 3").
_JUDGED = re.compile(
    r"(?>(?:(?:hm+|no|nope|oh|ok|okay|sorry|wait|well|but|actually|perdon|espera|bueno|pero)[ ,.!]+)*)"
    r"(?:(?:that(?:'?s| is| was)|it(?:'?s| is| was)|i(?:'?m| am| was)(?: being)?|eso (?:es|fue|era)|(?:he|fui) sido|he sido|fui|soy|es|era|fue) )?"
    r"(?>(?:(?:a bit|a little|a tad|rather|too|so|quite|really|very|not|un poco|muy|demasiado|algo|no es|no) )*)"
    r"(?:un(?:fair|just|kind)|fair|just|harsh|mean|strict|severe|generous|low|high|little|much|kind|hard|injust[oa]|just[oa]|dur[oa]|sever[oa]|estrict[oa]|baj[oa]|alt[oa]|poco|mucho|generos[oa])"
    r"(?: of me| on (?:him|her|them|you|the driver)| con (?:el|ella|ellos))?[ ,.;:!-]+"
)
_ORDER = re.compile(r"\b(?:order |pedido )?#?rm-?\s?\d{4,9}\b", re.IGNORECASE)
#: Words that only ask for the rating.
_ASKING = frozenset(
    "i'd i want would like to rate give leave write submit change my the a an delivery order rating review feedback score star stars it for of on "
    "please pls can could you how do is was and that make about this last your driver service points out no not rather actually sorry yes ok "
    "let me we our latest recent from number with as mean meant should wait oh it "
    "quiero queria quisiera valorar valoracion puntuar puntuacion calificar calificacion nota dar doy le os un una el la al mi de por favor porfa entrega pedido reparto repartidor servicio "
    "estrellas estrella puntos puntuo pongo pon poner seria es son hola gracias si no perdon mejor como puedo para a del esta este ultimo ultima".split()
)
_SIGHS = (
    r"seriously|really|ok|okay|fine|alright|all right|oh|ah|well|hm+|ugh|wtf|then|no|so|but|and|too bad|pity|shame|whatever"
    r"|en serio|vale|bueno|pues|entonces|que pena|vaya|nada|ay|uf"
)
_ENDS = r"then|ok|okay|thanks|thx|thank you|anyway|sorry|for now|please|lol|entonces|gracias|vale|por ahora|perdon|pues"
_LET_GO = r"never ?mind|nvm|olvid(?:a|ad|en|e(?=l[oa]\b| eso\b| lo del?\b))(?:lo|la)?(?: eso)?"
#: That something is let go, and nothing besides; whatever it is.
_BEGINS_LETTING_GO = rf"(?:(?:{_SIGHS})[\s,.!?]+)*(?:{_LET_GO})(?:[\s,.!]+(?:{_LET_GO}|forget (?:about )?(?:it|that)))*"
_ENDS_LETTING_GO = rf"(?:[\s,.!]+(?:{_ENDS}))*[\s.!]*"
_NEVER_MIND = re.compile(
    rf"(?:{_BEGINS_LETTING_GO}|(?:{_SIGHS}[\s,.!?]+)*forget (?:about )?(?:it|that)){_ENDS_LETTING_GO}"
)
_NEVER_MIND_THAT = re.compile(
    rf"{_BEGINS_LETTING_GO}"
    r"(?:[\s,]+(?:(?:about|with|lo del?|lo con|con) )?(?:the|my|that|this|el|la|los|las|mi|eso) \w+(?: \w+)?)?"
    rf"{_ENDS_LETTING_GO}"
)
#: Why it is let go, behind that; and what is rather wished for in its place.
_BECAUSE = re.compile(rf"{_BEGINS_LETTING_GO}[\s,.;:!-]+(?P<why>\S.*)")
_WISHED_FOR = re.compile(
    r"\?|\d|\b(?:cancel|leave|keep|bring|send|return|refund|call|tell|ask|ring|move|change|make|deliver|put|where|when|what|who|please|pls|want|need|would|could|should|may|can|instead|but|rather"
    r"|cancel\w+|anul\w+|dej\w+|traig\w+|trae\w*|mand\w+|envi\w+|devol\w+|devuelv\w+|llam\w+|muev\w+|cambi\w+|entreg\w+|pon\w*|donde|cuando|quien|quier\w+|necesit\w+|por favor|porfa|mejor|pero|pued\w+)\b"
)
#: "I forgot" in Spanish, which without its accent looks like "forget".
_FORGOT = re.compile(r"\bolvidé")
_WHEN = r"(?:the )?(?:day|time|date|window|slot)(?:(?: and|,) (?:the )?(?:day|time|date|window|slot))?"
_CUANDO = r"(?:el |la )?(?:dia|hora|fecha|franja)(?: y (?:el |la )?(?:dia|hora|fecha|franja))?"
_THING = rf"(?:it|them|that|{_WHEN}|{_CUANDO}|(?:the|my|that|this|el|la|los|las|mi) \w+(?: \w+)?)"
#: That something stays as it is.
_SIGHS_ALONE = re.compile(rf"(?:(?:{_SIGHS}|fine|good|great|perfect|genial|perfecto)[\s,.!;]*)+")
_NOTHING = (
    rf"(?:(?:with|for|about|as for) {_THING},? (?:you |please )*(?:do|change) nothing|(?:do|change) nothing (?:with|about|to|for) {_THING}"
    rf"|(?:con|de) {_THING},? no (?:hag\w+|toqu\w+|cambi\w+) nada)"
    r"(?: (?:for now|for the moment|yet|por ahora|de momento|todavia))?(?:,? (?:and )?(?:i|we)(?:'?ll| will) (?:write|tell|let|get|come|say)\b[^.!;]*|,? (?:ya )?(?:les|le|te|os) (?:aviso|digo|escribo)\b[^.!;]*)?"
)
_KEEPS = re.compile(
    rf"(?:(?:{_SIGHS}|actually|just|mejor)[\s,.!?]+)*(?:{_NOTHING}|(?:i|we)(?:'?ll| will)? keep {_THING}|(?:(?:i|we)(?:'?ll| will)? )?(?:keep|leave) {_THING} (?:as (?:it|they) (?:is|are|was|were)|as planned|like that)|{_THING} (?:(?:can |should |may )?(?:stay|remain)s?|(?:is|are) fine)(?: (?:on |for )?(?:mon|tues|wednes|thurs|fri|satur)day)?(?: as (?:it|they) (?:is|are|was)| as planned| like that| the same)?"
    rf"|(?:(?:l[oa]s? )?dej(?:a|ad|e|en|o|amos)(?:l[oa]s?)?|{_THING} (?:(?:se |puede |pueden )?(?:quedan?|quedarse|seguir|siguen?))) (?:{_THING} )?(?:como est(?:an?|aban?)|igual|asi|l[oa] mism[oa]))(?:[\s,]+(?:too|as well|then|instead|please|thanks|tambien|entonces|gracias|pues))*[\s.!]*"
)


def words(text: str) -> str | None:
    """The words as they are."""
    return " ".join(text.split())[:2_000] or None


def score(text: str) -> int | None:
    """A score from 1 to 5 that begins an answer."""
    low = without_accents(text.casefold()).strip()
    stars = re.match(r"[★⭐🌟]\ufe0f?(?:\s?[★⭐🌟]\ufe0f?)*", low)
    if stars is not None:
        count = sum(char in "★⭐🌟" for char in stars.group())
        return count if 1 <= count <= 5 else None
    found = _BARE.match(low)
    if found is None or re.match(r"[.,]\d|\s*/|\s*(?:(?:out )?of|de|sobre)\b", low[found.end() :]):
        return None
    return _NUMBERS.get(found["score"]) or int(found["score"])


def score_alone(text: str) -> int | None:
    """The score of a message that says nothing but another one than before, or first that the one before was not just."""
    low = squeezed(text)
    judged = _JUDGED.match(low)
    found = _ALONE.fullmatch(f"no, {low[judged.end() :]}" if judged is not None else low)
    said = (found["score"] or found["first"]) if found is not None else None
    return (_NUMBERS.get(said) or int(said)) if said is not None else None


def remark(text: str) -> str | None:
    """The whole text, where it says more than a score and the wish to give one."""
    rest = _ORDER.sub(" ", _SCORE.sub(" ", without_accents(text).replace("’", "'"))).casefold()
    content = [word for word in re.findall(r"[^\W\d_][\w']*", rest) if word not in _ASKING and word not in _NUMBERS]
    return text.strip()[:2_000] if content else None


_SAME_TIME = re.compile(
    r"\b(?:same (?:time|window|slot|hours?)|times? (?:can )?stays?|mism[ao]s? (?:hora|horas|franja|ventana|horario)|igual de hora)\b"
)


def same_time(text: str) -> bool | None:
    """True where the part of the day shall be what it was ("thursday, same time")."""
    return True if _SAME_TIME.search(without_accents(text.casefold())) else None


_SAME_DAY = re.compile(
    r"\b(?:that|(?:the )?same|that same) day\b(?! (?:as|delivery|shipping|service|when|that|it))|\bese (?:mismo )?dia\b(?! que)|\bel mismo dia\b(?! que)"
)
#: Beside these words that day does not suit.
_NOT_THEN = re.compile(
    r"\b(?:no|not|\w+n'?t|cannot|away|out|busy|working|never|nadie|fuera|ocupad[oa]|trabaj\w+|other than|another day|otro dia)\b"
)
_PARTS_OF_SPEECH = re.compile(r"[.;!?]+ ?")


def same_day(text: str) -> bool | None:
    """True where the day shall be what it was, or the one spoken of just now ("the last slot of that day")."""
    low = without_accents(text.casefold()).replace("’", "'")
    said = (each for each in _PARTS_OF_SPEECH.split(low) if _SAME_DAY.search(each))
    return True if any(_NOT_THEN.search(each) is None for each in said) else None


def lets_go(text: str) -> bool:
    """Whether a message says that something it may name is let go, and nothing else ("ok never mind the lamp then"), or ends
    with saying so of all that it said ("I have no postcode. never mind, forget it")."""
    low = text.casefold()
    said = " ".join(without_accents(low).replace("’", "'").split())
    *_, last = re.split(r"(?<=[.!?;]) ", said)
    goes = _NEVER_MIND_THAT.fullmatch(said) or _NEVER_MIND.fullmatch(last)
    return _FORGOT.search(low) is None and goes is not None


def lets_go_because(text: str) -> bool:
    """Whether a message begins with saying that something is let go, and then only says why ("never mind, I have not the papers
    with me")."""
    found = _BECAUSE.fullmatch(squeezed(text[:300]))
    return found is not None and _FORGOT.search(text.casefold()) is None and _WISHED_FOR.search(found["why"]) is None


def keeps(text: str) -> bool:
    """Whether a message only says that something stays as it is ("ok I'll keep the lamp then. the mirror stays as it is")."""
    said = squeezed(text)
    parts = [part for part in re.split(r"(?<=[.!;])\s+", said) if part and not _SIGHS_ALONE.fullmatch(part)]
    return bool(parts) and all(_KEEPS.fullmatch(part) for part in parts)


_CANCELS = re.compile(r"\b(?:cancel|call off|anul)\w*")
_NO_CANCELLING = re.compile(
    r"(?:\b(?:do not|don'?t|never|no need to|(?<!why )not)(?: (?:please|ever|actually|want to|want you to|need to))*|(?<!por que )\bno(?: (?:me|te|se|nos|le|lo|la|los|las))*) $"
)


def leaves_uncancelled(text: str) -> bool:
    """Whether a message says of nothing that it shall be cancelled, but of something that it shall not."""
    said = squeezed(text)
    found = [_NO_CANCELLING.search(said[: each.start()]) is not None for each in _CANCELS.finditer(said)]
    return bool(found) and all(found) and "?" not in text


#: That what was written is meant for somebody else than whoever reads it here.
_NOT_FOR_US = re.compile(
    r"\b(?:that|this|it) (?:was|is)(?: not|n'?t) (?:meant )?(?:for|to) (?:you|u)\b|(?:^|[,.!?] ?)(?:sorry |oh |oops |no )*not (?:for )?(?:you|u)\b(?! (?:guys|can|could|have|are|do|did|who|that|the|but|again))"
    r"|\b(?:(?:was|am|were|is) not|(?:was|were|is)n'?t) (?:talking|speaking|writing|shouting|typing) to (?:you|u)\b|\b(?:wrong|different) (?:chat|window|tab)\b"
    r"|\b(?:that|this|it) was (?:meant )?for (?!me\b|us\b|you\b)(?:(?:my|the|our) )?(?:son|daughter|kids?|child(?:ren)?|husband|wife|mum|mom|dad|mother|father|sister|brother|boss|colleague|friend|flat ?mate|room ?mate|cat|dog|baby|somebody else|someone else|\w+ here),? not (?:for )?(?:you|u)\b"
    r"|\b(?:no (?:era|es|iba|fue) (?:para|a|contra) (?:ti|usted(?:es)?|vos|vosotros)|no (?:te|se|os) l[oa]? ?(?:decia|digo|hablaba|dije) a (?:ti|usted(?:es)?|vos|vosotros)|no (?:te|le|os) (?:hablaba|decia|hablo) a (?:ti|usted(?:es)?|vos|vosotros)|(?:chat|ventana) equivocad[oa]|me (?:he )?equivo\w+ de (?:chat|ventana))\b"
)


def is_for_somebody_else(text: str) -> bool:
    """Whether somebody says that what they wrote was meant for somebody beside them ("Leo, stop that! sorry, not you")."""
    return _NOT_FOR_US.search(squeezed(text)) is not None


_TOLD = re.compile(
    r"\s*(?:please |can you |could you )*(?:tell|message|text|ask|write(?: to)?|let)\s+(?:[\w'.-]+\s+){1,2}?"
    r"(?:that\s+|know(?:s)?(?: that)?\s+|to\s+|:\s*)(?P<words>\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def told_words(text: str) -> str | None:
    """What somebody is to be told: "call the office" of "tell ines to call the office"."""
    found = _TOLD.fullmatch(text)
    return None if found is None else found["words"].strip()
