"""Whether somebody says that what they wrote before was taken for something else, or puts right what they said themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.text import squeezed

#: By language: said at the beginning, then anywhere.
_BEGINS = {
    "en": r"(?:no|nope|nah)[,.!\s]+(?:not? (?:that|this)|i (?:mean|meant|want(?:ed)?|said|asked)|that'?s not|you)|not that\b|wrong\b(?! (?:item|size|product|address|order|colou?r|one|parcel|box|person|house|door))|i (?:meant|mean)\b|i didn'?t (?:mean|ask|say|want)",
    "es": r"no[,.!\s]+(?:eso no|no es eso|quer[ií]a|quiero|digo|quise|me refer[ií]a|me refiero)|eso no\b|no es eso\b|me refer[ií]a\b|me refiero\b|quise decir\b|quer[ií]a decir\b|no (?:ped[ií]|pregunt[eé]|dije) eso",
}
_ANYWHERE = {
    "en": r"that(?:'?s| is| was)(?: not|n'?t) what i (?:mean|meant|asked|said|want|wanted)|not what i (?:asked|meant|said|wanted)|you (?:misunderst\w+|got (?:me|that|it) wrong|(?:don'?t|didn'?t|did not|do not) (?:understand|get) me)|misunderstood",
    "es": r"eso no es lo que|no es lo que (?:ped[ií]|quer[ií]a|dije|pregunt[eé])|no me (?:has entendido|entiendes|entendiste|ha entendido|entiende)|me has? entendido mal|me entendiste mal",
}
_TAKES_BACK = re.compile(
    rf"\s*(?:(?:hey|hi|sorry|but|perdona|perdón|pero|oye)[,\s]+)*(?:{'|'.join(_BEGINS.values())})|.*\b(?:{'|'.join(_ANYWHERE.values())})",
    re.IGNORECASE | re.DOTALL,
)
#: Longer messages tell a story.
_LONGEST = 300
#: By language: what says that the last word was a slip, what says so mildly, and what may stand around both.
_SLIPS = {
    "en": r"typo|i mean(?:t)?|my (?:mistake|bad)|correction|wrong (?:number|one|code|digits?)|(?:i )?mis(?:typed|typo|spelled|spelt)(?: (?:it|that))?|(?:it )?should(?: be| have been)|should read|rather",
    "es": r"digo|(?:mejor|mas bien) dicho|quise (?:decir|poner|escribir)|queria (?:decir|poner|escribir)|me (?:he )?equivo\w+|me (?:he )?confund\w+|errata|corrijo|correccion|error(?: mio)?|fallo mio|(?:lo|la) (?:he )?(?:puse|escribi|puesto|escrito) mal",
}
_MILD = {
    "en": r"no|nope|nah|er+m?|so+r+y|sry|soz|oops|ooops|whoops|ups|wait|hang on|hold on|actually|on second thoughts?|scratch that|make (?:it|that)|change (?:it|that) to|let'?s (?:say|make (?:it|that))|better|instead",
    "es": r"no|perdon\w*|uy|ups|ay|espera\w*|espere|mejor|en realidad|bueno no|que sea|pon(?:le|lo|la|me)?|cambia(?:lo|la)? (?:a|por)|disculp\w*",
}
_FILLERS = {
    "en": r"oh|ah|hm+|uh|um|argh|ugh|ok|okay|so|but|and|well|damn|shit|fuck|please|pls|it'?s|it (?:is|was)|that'?s|that was|the|an?|is|was|number|code|order|nr|was meant to be",
    "es": r"oh|ah|eh|vale|ok|y|pero|pues|bueno|jo|joder|mierda|porfa|por favor|es|era|fue|son|el|la|los|las|un|una|numero|codigo|pedido|num",
}


def _any(*tables: dict[str, str]) -> str:
    return "|".join(each for table in tables for each in table.values())


_GAP = r"[\s,.:;!?…-]+"
#: Atomic, for many of these words are in both languages: without, a row of "no no no" is read in two to the power of n ways.
_LEAD = rf"(?>(?:{_any(_SLIPS, _MILD, _FILLERS)})(?:{_GAP}|$))"
_TAIL = rf"(?>{_GAP}(?:{_any(_SLIPS, _MILD)}|please|pls|por favor|porfa)(?!\w))"
_MARKS = re.compile(rf"(?<!\w)(?:{_any(_SLIPS, _MILD, _FILLERS)}|please|pls|por favor|porfa)(?!\w)")
#: What stands before and after that which is meant.
_LEADS = re.compile(f"{_LEAD}+")
_TAILS = re.compile(rf"{_TAIL}+[\s.!]*$")
_SAYS_SLIP = re.compile(rf"(?<!\w)(?:{_any(_SLIPS)})(?!\w)|\*")
_SAYS_SO = re.compile(rf"(?<!\w)(?:{_any(_SLIPS, _MILD)})(?!\w)|\*")
#: The same before a number, with what that is called.
_NUMBERED = r"gate|door|entry|front|pin|key ?pad|house|portal|puerta|entrada|clave|verja|de|del"
_LEAD_OF_NUMBER = rf"(?>(?:{_any(_SLIPS, _MILD, _FILLERS)}|{_NUMBERED})(?:{_GAP}|$))"
#: A number that is all there is to a message, and the one it takes the place of, where that is named.
_UNIT = r"(?: ?(?:kms?|kilomet\w+|miles?|stars?|estrellas?))?"
_NEW, _OLD = rf"#?(?:rm-?\s?)?(?P<new>\d{{1,9}}){_UNIT}", r"(?:el |number )?#?(?:rm-?\s?)?(?P<old>\d{1,9})"
_ONLY_NUMBER = (
    re.compile(rf"{_LEAD_OF_NUMBER}*\*?\s?{_NEW}\s?\*?(?:,? (?:and |y )?(?:not|no|instead of|rather than|en vez del?|en lugar del?) {_OLD})?{_TAIL}*[\s.!]*"),
    re.compile(rf"{_LEAD_OF_NUMBER}*(?:not|no) {_OLD}[\s,]+(?:(?:but|sino|it'?s|es|el|number) )*{_NEW}{_TAIL}*[\s.!]*"),
)  # fmt: skip
#: Why it was wrong, behind the number ("2508, que sin las gafas no veo nada").
_EXCUSE = re.compile(
    r"[\s,.;!]+(?:que|es que|porque|because|cause|i (?!mean)|im |i'm |my |me |hadn'?t|was |wrong |the |still |too |sorry|perdon)\D{0,80}$"
)
#: Where in a message what was just said in it is taken back ("5 stars! hmm no, make that 4").
_RESTART = re.compile(
    r"[\s,.;!?…-]+(?:(?:hm+|oh|ah|uh|uy|ay)[\s,]+)*(?:no,? (?:wait|sorry|actually|make (?:that|it)|better|rather|i mean)|(?:wait|sorry|actually),? (?:no|make (?:that|it)|i mean(?:t)?)"
    r"|(?<!n't )(?<!cant )(?<!not )(?<!cannot )make that|i mean(?:t)?|scratch that|no,? (?:espera|perd[oó]n|mejor|digo)|perd[oó]n,? (?:no|quise decir|digo)|mejor dicho|quise decir|digo)\b[\s,.:!-]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PutRight:
    """A number that takes the place of one said before, in digits: of ``old`` where that is named. Not ``surely`` where the
    words may as well only be polite ("sorry, 10115")."""

    new: str
    old: str | None
    surely: bool


def takes_back(text: str) -> bool:
    """Whether a message corrects how the one before it was understood ("no, I meant the other order")."""
    return len(text) <= _LONGEST and _TAKES_BACK.match(text.replace("’", "'")) is not None


def put_right(text: str) -> str | None:
    """What somebody says in place of something they said before, in lower case and without the words that only say that it
    is so ("no sorry, friday" is "friday"); None where they do not say so."""
    said = squeezed(text[:_LONGEST])
    leads = _LEADS.match(said)
    begins = leads.end() if leads is not None else 0
    tail = _TAILS.search(said, begins)
    ends = tail.start() if tail is not None else len(said)
    return said[begins:ends].strip(" ,.!") if _SAYS_SO.search(f"{said[:begins]} {said[ends:]}") else None


def number_put_right(text: str) -> PutRight | None:
    """The number of a message that says nothing but another one than before, once or again: "typo, 7781", "*7781",
    "sorry 10018 i mean", "its 7781. gate code 7781 not 7718"."""
    said = squeezed(text[:_LONGEST])
    said = _EXCUSE.sub("", said) if _SAYS_SO.match(said) else said
    found = [_only_number(said)]
    if None in found:
        found = [_only_number(part) for part in re.split(r"(?<=[.!;]) ", said)]
    numbers = [each for each in found if each is not None]
    if len(numbers) < len(found) or len({each["new"] for each in numbers}) != 1:
        return None
    old = next((each["old"] for each in numbers if each["old"]), None)
    if not (old or _SAYS_SO.search(said)):
        return None
    return PutRight(numbers[0]["new"], old, surely=bool(old or _SAYS_SLIP.search(said)))


def _only_number(said: str) -> re.Match[str] | None:
    """A message, or a sentence, that is nothing but a number."""
    return next((match for each in _ONLY_NUMBER if (match := each.fullmatch(said)) is not None), None)


def restarts_at(text: str) -> int | None:
    """Where that begins in a message which it says in place of what it said before in the same breath; None where it does not."""
    *_, last = [None, *_RESTART.finditer(text[:_LONGEST])]
    return last.end() if last is not None and last.start() > 0 else None


def besides(text: str) -> list[str]:
    """The words of a text that say more than that something is meant otherwise."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", _MARKS.sub(" ", squeezed(text)))
