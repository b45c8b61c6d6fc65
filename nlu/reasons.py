"""The reason of a return, failure or hold, where the random field marked none: the clause that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.returns import ReturnReason
from nlu.concepts import Concepts
from nlu.readers import returning
from nlu.reading import Reading
from nlu.text import tokens

#: Intents whose messages give reasons.
GIVEN_WITH = frozenset(
    {"start_return", "collected_return", "failed_delivery", "hold_order", "reject_return", "quarantine_stock"}
)
_WRONG = frozenset({"UNFIT", "DAMAGED", "UNWANTED", "WRONGITEM", "FAILED", "BAD", "LATE", "UNPAID"})
#: For a driver "failed" and "could not deliver" only say that there is a reason.
_WRONG_ON_THE_ROAD = frozenset(
    {"UNFIT", "DAMAGED", "UNWANTED", "WRONGITEM", "NOBODYIN", "NOTAKEN", "WRONGPLACE", "NOWAY", "SHUTDOWN"}
)
_ASKED = frozenset({"RETURN", "EXCHANGE", "REFUND", "COLLECT", "HOLD", "REJECT"})
#: A driver's "stop 6 refused" asks for nothing.
_ASKED_ON_THE_ROAD = _ASKED - {"HOLD", "REJECT"}
_CUT = re.compile(
    r"[,.;:!?()\n]+|\s-+\s"
    r"|\b(?:because|cos|coz|cuz|since|due to|as (?=it|they|the|i\b|we)|so|but|and|reason is|reason|porque|pq|xq|ya que|puesto que|debido a|es que|pero|asi que|y|motivo|razon)\b"
)
_LEAD = re.compile(
    r"(?:\s*\b(?:it'?s|it is|it was|they'?re|they are|they were|it|they|these|those|this|that|is|are|was|i'?ve|i'?m|im|i"
    r"|we|just|actually|simply|arrived|have|the (?:\w+ ){1,3}(?=(?:is|are|was|were|doesn|does|do|won|has|arrived|keeps?)\b)"
    r"|simplemente|el motivo es|la razon es|(?:el|la|los|las) (?:\w+ ){1,3}(?=(?:esta|estan|es|son|no|me|se|ha|han|llego|vino|viene|tiene)\b))"
    r"(?![\w']))+\s*"
)
#: What leads a customer to a reason: the goods themselves or the writer, with their "is" or "have".
_SUBJECT = re.compile(
    r"(?:(?:because|cos|coz|cuz|since|due to|reason(?: is)?:?|as(?= (?:it|they|i|we)\b)|unfortunately|sadly|honestly|it'?s|it is|it was|it"
    r"|they'?re|they are|they were|they|this is|that is|these are|is|are|was|were|i'?ve|i'?m|i'?ll|i|we'?ve|we'?re|we|just|porque|es que|ya que|puesto que|resulta que|motivo:?|el motivo es(?: que)?)(?![\w'])\s*)+"
    r"(?:(?<=\s)(?:an?|the)\s+)?"
)
_SHORTEST = 4
#: A card that was left tells that nobody was in; where a driver says why, it is none of it.
_CARD = re.compile(
    r"\b(?:(?:left|leaving|posted|put)\s+)?(?:(?:a|the)\s+)?card(?:ed)?(?:\s+left|\s+through the door)?\b"
)
#: Words that say that a delivery failed and what became of the goods, not why.
_ONLY_THAT = re.compile(
    r"\b(?:fail\w*|undelivered|(?:not|no|wasn'?t) deliver\w*|no (?:luck|joy|go|show)|attempt\w*|tried|knocked|waited|rang"
    r"|(?:couldn'?t|could not|can'?t|can ?not|unable to|didn'?t|not) (?:deliver|drop|leave|hand|do|manage|get rid)\w*"
    r"|cards?|carded|(?:bring|brought|tak(?:e|ing)|took|com(?:e|ing)|go(?:es|ing)|head)\w*\b.*\b(?:back|home|depot|with me)"
    r"|back (?:in|on|to)|mark|put|log|add)\b"
)
#: Intents of staff after whose number or thing nothing else is said but why.
_WHY_AT_THE_END = frozenset({"hold_order", "reject_return", "quarantine_stock"})
_NAMED = frozenset({"order_number", "return_number", "product"})
_BEFORE_WHY = re.compile(
    r"(?:[\s,.;:!?()\-]+|\b(?:because|cos|coz|cuz|since|due to|as (?=it|they|the|he|she|we)|for (?=\w+ \w)|with reason|reason is|reason|please|pls|plz|now|back|yet|again|for now|and)\b)*"
)
_AFTER_WHY = re.compile(r"[\s,.;:!?()\-]*(?:\b(?:please|pls|plz|thanks|thx|for now)[\s.!]*)*$")


def start_of_reason(low: str, start: int, end: int) -> int:
    """Where in ``low`` the words of a customer's reason between ``start`` and ``end`` begin, without the goods or the writer
    as their subject: "it is too big" at "too big". Someone else or a part of the goods stays ("the zip is stuck")."""
    lead = _SUBJECT.match(low, start, end)
    return lead.end() if lead is not None and end - lead.end() >= _SHORTEST else start


def find_reason(reading: Reading, concepts: Concepts, things: Sequence[int] = ()) -> tuple[int, int] | None:
    """Where in the analysed text the first clause stands that says something is wrong and asks for nothing.

    ``things`` are the ends of the products that are named: what is wrong with one follows it.
    """
    low = reading.text.low
    at = 0
    for match in (*_CUT.finditer(low), None):
        end = match.start() if match else len(low)
        if _tells_why(low[at:end], reading, concepts):
            after = max((thing for thing in things if at < thing < end), default=at)
            if after > at and not _tells_why(low[after:end], reading, concepts):
                after = at
            lead = _LEAD.match(low, after, end)
            start = lead.end() if lead else after
            words = low[start:end].strip()
            if len(words) >= _SHORTEST:
                start = low.index(words, start)
                return start, start + len(words)
        at = match.end() if match else end
    return None


def clause_of_failure(reading: Reading) -> tuple[int, int] | None:
    """Where in the analysed text of a failed delivery the first clause of two words or more stands that says more than
    that it failed: hardly anybody reports a failure without saying why."""
    low, at = reading.text.low, 0
    for match in (*_CUT.finditer(low), None):
        end = match.start() if match else len(low)
        start = max(
            [
                at,
                *(
                    one.end
                    for one in reading.found
                    if at <= one.start and one.end < end and not low[at : one.start].strip()
                ),
            ]
        )
        words = low[start:end].strip()
        if len(words.split()) > 1 and _ONLY_THAT.search(words) is None:
            start = low.index(words, start)
            return start, start + len(words)
        at = match.end() if match else end
    return None


def _tells_why(clause: str, reading: Reading, concepts: Concepts) -> bool:
    """Whether words say that something is wrong, and ask for nothing."""
    clause = _CARD.sub(" ", clause) if reading.driving else clause
    meant = set(concepts.read([token.text for token in tokens(clause)]))
    if meant & (_ASKED_ON_THE_ROAD if reading.driving else _ASKED):
        return False
    return bool(meant & (_WRONG_ON_THE_ROAD if reading.driving else _WRONG)) or (
        not reading.driving and returning.reason(clause) not in {None, ReturnReason.GIFT}
    )


def asks_for(words: str, concepts: Concepts) -> bool:
    """Whether words ask for something to be done and so give no reason, whatever they were taken for."""
    return bool(set(concepts.read([token.text for token in tokens(words)])) & _ASKED)


def reason_at_the_end(reading: Reading, concepts: Concepts, intent: str) -> tuple[int, int] | None:
    """Where staff say why, after the number or thing they hold, refuse or block ("hold 10482 customer unreachable").

    Without such a number it is what follows the first comma, colon or "because"; one word alone is none.
    """
    if intent not in _WHY_AT_THE_END:
        return None
    low = reading.text.low
    ends = [found.end for found in reading.found if found.kind in _NAMED]
    cut = _CUT.search(low)
    at = max(ends) if ends else cut.start() if cut else len(low)
    why = _CUT.search(low, at)  # "on hold because …": what stands before it is no reason
    start = _BEFORE_WHY.match(low, why.start() if why else at).end()  # type: ignore[union-attr]
    end = _AFTER_WHY.search(low, start).start()  # type: ignore[union-attr]
    words = [token.text for token in tokens(low[start:end])]
    taken = any(found.start <= start and end <= found.end for found in reading.found)
    if len(words) < 2 or taken or set(concepts.read(words)) & {"HOLD", "REJECT", "QUARANTINE"}:
        return None
    return start, end
