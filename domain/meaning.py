"""What a message means: the outcome of natural-language understanding, before any slot is filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

Audience = Literal["customer", "driver", "staff"]

#: A normalised entity value. Shapes by kind:
#: order_number "RM-10482", return_number "RET-204", purchase_order "PO-77", route "R7", stop 4,
#: date "2026-05-03" (a period: "2026-05-01/2026-05-31"), time_window "14:00-16:00" (open: "17:00-", "-12:00"),
#: duration seconds, quantity whole number, rating 1 to 5, percentage number, money "12.50 EUR",
#: email lower case, phone E.164, postcode upper case, coordinates "52.52000,13.40500"; others text.
Value = str | int | float

#: What a bare value in answer to our question is labelled with; never an intent of its own.
INFORM = "inform"
OUT_OF_SCOPE = "out_of_scope"
#: Intents of small talk.
TALK = frozenset({"greet", "goodbye", "thank", "help", "affirm", "deny"})
#: Named as the engine of a meaning that the channel gives a message, whatever its words.
BY_CHANNEL = "channel"
#: Named as the engine of a meaning that was not said in words: ``/intent{…}``, as links and pages send it.
BY_PAYLOAD = "payload"


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in a message; ``start`` and ``end`` are code points of the original text."""

    kind: str
    value: Value
    start: int
    end: int
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """Intents with their probabilities, most likely first, and the entities in order of their start.

    ``language`` is the code of the language that the words are evidently in; None where they could be in several.
    ``speaks`` is the language that is wished for besides; the words that say so are not in the text any more.
    ``parts`` are the meanings of its parts, where several of these are wishes, each about a thing of its own.
    ``unsure`` says that by what is known of the engine it had better be asked which of the likeliest intents is meant.
    ``goods`` are the words that are also in names of products, spelt as they are there, whether or not they name one here.
    """

    text: str
    intents: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = field(default=())
    engine: str = "none"
    language: str | None = None
    unsure: bool = False
    speaks: str | None = None
    goods: tuple[str, ...] = ()
    parts: tuple[Meaning, ...] = ()

    @property
    def intent(self) -> str:
        """The most likely intent's name; ``out_of_scope`` when nothing was recognised."""
        return self.intents[0][0] if self.intents else OUT_OF_SCOPE

    @property
    def confidence(self) -> float:
        """The probability of `intent`, 0 to 1."""
        return self.intents[0][1] if self.intents else 0.0


class Engine(Protocol):
    """Understands text. Safe to call from several threads; holds no database."""

    def parse_as(
        self,
        text: str,
        intents: Sequence[str],
        audience: Audience,
        now: datetime,
        zone: ZoneInfo,
        language: str | None = None,
    ) -> Meaning:
        """The meaning of ``text`` that is known to want one of ``intents``: the likeliest, surely. Never raises."""
        ...

    def taught(self, audience: Audience) -> frozenset[str]:
        """The intents that examples were given for."""
        ...

    def parse(
        self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, language: str | None = None
    ) -> Meaning:
        """The meaning of ``text`` for one audience; dates relative to ``now`` (aware) in ``zone``. Never raises.

        Where the words do not tell their language they are read in ``language`` (a BCP 47 tag).
        """
        ...


def lead(ranked: Sequence[tuple[str, float]]) -> float:
    """By how much the first of intents, most likely first, is likelier than the second; 0 to 1."""
    if not ranked:
        return 0.0
    return ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)
