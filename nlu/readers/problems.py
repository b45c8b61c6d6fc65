"""What is wrong with a delivery, out of a customer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.problems import ALL_ITEMS, Problem


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case. Of the kinds the first that fits counts."""

    kinds: tuple[tuple[Problem, re.Pattern[str]], ...]
    all_items: re.Pattern[str]
    no_photo: re.Pattern[str]
    still_missing: re.Pattern[str]
    arrived: re.Pattern[str]


_PARCEL = r"(?:parcel|package|order|delivery|packet|box|shipment|stuff|goods|letter|it|they|driver|courier)"
_NOTHING = r"(?:not|n't|nt|never|nothing|nowhere|no sign|no trace|no parcel|no package|nobody|no one|where)"
ENGLISH = Table(
    kinds=(
        (
            Problem.NOT_RECEIVED,
            re.compile(
                rf"\b(?:says?|said|marked|shows?|showing|status|claims?|claimed|tracking|tracker|app|website|allegedly|supposedly|apparently)\b.*\bdel(?:i|ie|e)v\w*d\b(?=.*{_NOTHING})"
                rf"|{_NOTHING}\b.*\b(?:says?|said|marked|shows?|status|claims?|tracking|app)\b.*\bdel(?:i|ie|e)v\w*d\b"
                r"|\b(?:says?|said|marked|shows|showing|claims?)\b.{0,20}\bdel(?:i|ie|e)v\w*d\b"
                rf"|\b(?:never|not|n't|didnt|hasnt|havent|havn't|wasnt|isnt) (?:yet |actually |even |been |my )?(?:arrive|arrived|come|came|turn(?:ed)? up|show(?:n|ed)? up|receive|received|got|get|gotten|had|reached|delivered|here)\b(?!.*\b(?:one|part|all|some|item|half|everything)\b)"
                rf"|\bcan(?:'?t|not| not) find (?:(?:it|them|any of it)\b|(?:the|my|our) {_PARCEL}\b)|\bstill (?:nothing|not (?:here|there|arrived|come))\b"
                r"|\bnothing (?:has |had |was |is |'s )?(?:here|there|arrived|came|come|at|on|in|outside|delivered|turned)\b"
                rf"|(?<!of )\b(?:my|the|our|whole|entire) (?:whole |entire )?(?:parcel|package|order|delivery|packet|shipment) (?:is|has|'s|went|gone|was)(?: been)? (?:completely |totally )?(?:missing|lost|gone|stolen|vanished|disappeared|nicked|pinched)\b"
                rf"|\b(?:stolen|nicked|pinched|swiped)\b.*\b{_PARCEL}\b|\b{_PARCEL}\b.*\b(?:stolen|nicked|pinched|swiped)\b"
                r"|\b(?:wrong|another|different|someone else'?s|somebody else'?s) (?:house|address|door|flat|apartment|building|street|person|porch)\b"
                r"|\bno (?:parcel|package|delivery|sign of (?:it|the|my))\b"
            ),
        ),
        (
            Problem.WRONG_ITEM,
            re.compile(
                r"\b(?:wrong|incorrect|different|another)\b (?!with|side|time|day|date|name|number|postcode)\w*"
                r"|\bnot (?:what|the (?:one|thing|item|colou?r|size|model)) (?:i|we) (?:ordered|wanted|bought|asked)\b"
                r"|\b(?:instead of|rather than)\b|\b(?:someone|somebody) else'?s (?:order|parcel|package|stuff|things|goods|items?)\b"
                r"|\b(?:mixed up|mix-?up|swapped)\b|\b(?:didn'?t|did not|never) order(?:ed)?\b"
                r"|\b(?:ordered|wanted|asked for)\b.*\b(?:but|and) (?:i |we |you )?(?:got|received|sent|delivered)\b(?! (?:only|just|nothing|\d|one|two|half))"
            ),
        ),
        (
            Problem.DAMAGED,
            re.compile(
                r"\b(?:broken|broke|damag\w*|crack\w*|smash\w*|crush\w*|dent\w*|scratch\w*|leak\w*|torn|ripped|shatter\w*|bent|squash\w*|soak\w*|"
                r"wet|spoil\w*|spoilt|rotten|defect\w*|fault\w*|chipp\w*|chip|mould\w*|mold\w*|melt\w*|burst|split|snapped|bust|busted|wrecked|"
                r"ruined|destroyed|thawed|defrosted|stained|dirty|warped|dead on arrival|doa|battered|mangled|punctured|caved in|fell apart|in (?:bits|pieces|shards))\b"
                r"|\b(?:doesn'?t|does not|won'?t|will not|not|isn'?t|don'?t|stopped) (?:work\w*|turn(?:ing)? on|switch(?:ing)? on|start\w*|power\w*)\b"
                r"|\b(?:already|been) (?:opened|open|used)\b"
            ),
        ),
        (
            Problem.MISSING,
            re.compile(
                r"\b(?:missing|incomplete|forgot\w*|left out|omitted|short(?:ed)?|lacking|absent)\b"
                r"|\bonly (?:got|received|have|had|came|found|\d+|one|two|three|half|part|there (?:is|was|were|are))\b|\b(?:got|received|came|were|was) (?:with )?only\b"
                r"|\b(?:not|n't|nothing) (?:in|inside|among|with) (?:the |my |it\b|there\b)|\b(?:without|minus) (?:the|a|its|my|any)\b"
                r"|\b(?:one|\d+|two|some|part|half|rest) of (?:the|my|it|them)\b.*\b(?:not|n't|never|where)\b|\bwhere(?:'s| is| are) the (?:rest|other)\b"
                r"|\bordered (?:\d+|two|three|four|five|six)\b.*\b(?:got|received|came|arrived) (?:only |just )?(?:\d+|one|two|three|four|five)\b"
                r"|\b(?:rest|other (?:half|one|box|item|part)) (?:is|was|has|of)?\b.*\b(?:not|n't|never)\b|\bempty\b"
            ),
        ),
    ),
    all_items=re.compile(
        r"^(?:it(?:'s| is| was)? )?(?:all|everything|all of (?:it|them)|the (?:whole|entire) (?:thing|order|parcel|lot|box)|both|every one|the lot)\b"
    ),
    no_photo=re.compile(
        r"^(?:no|nope|nah|none|skip(?: it| that| this)?|without|later|not now|sorry)[\s.,!]*$|^(?:no|sorry)[, ]+(?:thanks?|thank you|sorry|i|we)\b|\b(?:no|without(?: a)?|don'?t have|haven'?t got|can'?t|cannot|could not|couldn'?t|didn'?t|did not|unable)\b.*"
        r"\b(?:photo|picture|pic|image|camera|one|any|that|send|take|took)\b|\bthrew it\b|\bthrown away\b"
    ),
    still_missing=re.compile(
        r"\b(?:still|nothing|not (?:here|there|at|found|in)|isn'?t|is not|no(?:pe|t yet)?|nowhere|never|haven'?t|hasn'?t|didn'?t|did not|can'?t find|cannot find|checked|looked)\b"
    ),
    arrived=re.compile(
        r"\b(?:found|got|have) (?:it|them|the)\b|\b(?:it|they)(?:'s| is| are|'ve| has| have)? (?:here|arrived|come|turned up|was|were|there now)\b|^(?:yes|yep|yeah|yup)\b|"
        r"\b(?:neighbou?r|wife|husband|reception|concierge) (?:has|had|took|gave)\b|\bturned up\b|\bnever ?mind\b"
    ),
)  # fmt: skip
_LANGUAGES = (ENGLISH,)
#: An answer of fewer words tells no story, and these only say that there is one.
_SHORTEST_STORY = 2
_ENGLISH_ASKING = frozenset(
    "i i'd we want would like need to report a an the my our have had got there is there's was something some with about problem problems "
    "issue issues order delivery parcel package wrong please hello hi can could you help me and it this last one of for not right "
    "complain complaint make file".split()
)


def problem(text: str) -> str | None:
    """The kind of problem a text is clear about."""
    low = _low(text)
    for table in _LANGUAGES:
        for kind, pattern in table.kinds:
            if pattern.search(low):
                return kind.value
    return None


def story(text: str) -> str | None:
    """The text, where it tells something."""
    said = re.findall(r"[^\W\d_][\w']*", re.sub(r"\brm-?\d+", " ", _low(text)))
    tells = len(said) >= _SHORTEST_STORY and any(word not in _ENGLISH_ASKING for word in said)
    return text.strip()[:2_000] if tells else None


def item(text: str) -> str | None:
    """Which product, in answer to that question: all of them, or the words as they are when they are few."""
    low = _low(text).strip(" .!")
    if any(table.all_items.search(low) for table in _LANGUAGES):
        return ALL_ITEMS
    words = re.sub(r"^(?:(?:it'?s|it is|the|my|just|only|one|of|was|a|an|that)\s+)+", "", low)
    return words[:200] if 0 < len(words.split()) <= 5 else None


def no_photo(text: str) -> list[str] | None:
    """An empty list when the text says that no photo comes."""
    return [] if any(table.no_photo.search(_low(text).strip()) for table in _LANGUAGES) else None


def arrived(text: str) -> bool | None:
    """Whether a delivery has turned up, in answer to that question."""
    low = _low(text).strip()
    for table in _LANGUAGES:
        if table.still_missing.search(low):
            return False
        if table.arrived.search(low):
            return True
    return None


def _low(text: str) -> str:
    return text.casefold().replace("’", "'")
