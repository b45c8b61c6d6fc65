"""What a customer asks of the driver: where to leave it, who takes it, the code of the gate, whether to call."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

#: A driver reads it at the door: longer words than this are cut.
LONGEST_WISH = 200


class Wish(StrEnum):
    """Kinds of delivery instructions, in the order a driver needs them."""

    CODE = "code"
    CALL_FIRST = "call_first"
    SAFE_PLACE = "safe_place"
    NEIGHBOUR = "neighbour"
    NOTE = "note"


#: These mean something without further words.
NEEDS_NO_WORDS = frozenset({Wish.CALL_FIRST})


def with_wishes(known: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """What is wished for now: a new wish replaces the one of its kind, the others stay."""
    both = {**known, **{kind: shortened(words) for kind, words in new.items()}}
    return {kind.value: both[kind] for kind in Wish if kind in both}


def shortened(words: str) -> str:
    """On one line, and no longer than a wish may be."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WISH else line[: LONGEST_WISH - 1].rstrip() + "…"
