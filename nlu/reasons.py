"""The reason of a return, failure or hold, where the random field marked none: the clause that says what is wrong."""

from __future__ import annotations

import re

from nlu.concepts import Concepts
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
_CUT = re.compile(
    r"[,.;:!?()\n]+|\s-+\s"
    r"|\b(?:because|cos|coz|cuz|since|due to|as (?=it|they|the|i\b|we)|so|but|and|reason is|reason)\b"
)
_LEAD = re.compile(
    r"(?:\s*\b(?:it'?s|it is|it was|they'?re|they are|they were|it|they|these|those|this|that|is|are|was|i'?ve|i'?m|im|i"
    r"|we|just|actually|simply|arrived|have|the (?:\w+ ){1,3}(?=(?:is|are|was|were|doesn|does|do|won|has|arrived|keeps?)\b))"
    r"(?![\w']))+\s*"
)
_SHORTEST = 4


def find_reason(reading: Reading, concepts: Concepts) -> tuple[int, int] | None:
    """Where in the analysed text the first clause stands that says something is wrong and asks for nothing."""
    low = reading.text.low
    wrong = _WRONG_ON_THE_ROAD if reading.driving else _WRONG
    at = 0
    for match in (*_CUT.finditer(low), None):
        end = match.start() if match else len(low)
        meant = set(concepts.read([token.text for token in tokens(low[at:end])]))
        if meant & wrong and not meant & _ASKED:
            lead = _LEAD.match(low, at, end)
            start = lead.end() if lead else at
            words = low[start:end].strip()
            if len(words) >= _SHORTEST:
                start = low.index(words, start)
                return start, start + len(words)
        at = match.end() if match else end
    return None
