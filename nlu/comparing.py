"""Whether a candidate understands as much as what is there: both are asked the same labelled messages."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.meaning import Meaning
from nlu.training_data import Example

#: An intent may get so much worse, in shares of its messages; and as much as a toss of coins would do this often or oftener,
#: since of two models trained with nearly the same examples each understands a few messages that the other does not.
MOST_LOST, CHANCE = 0.02, 0.1
#: Intents with fewer messages than this are judged together.
FEWEST_MESSAGES = 10
#: What those intents are called that are judged together, and all of them.
THE_REST, ALL = "(few messages each)", "(all)"
#: One example in so many is held back.
_HELD = 5


def is_held(example: Example) -> bool:
    """Whether an example is one of those that are never trained with when models are compared: a fifth, fixed by its words."""
    said = " ".join(example.text.casefold().split())
    return hashlib.sha256(said.encode()).digest()[0] % _HELD == 0


@dataclass(frozen=True, slots=True)
class Change:
    """How many messages of an intent each understood rightly, out of how many; ``worse`` were understood before and are
    not now."""

    intent: str
    messages: int
    before: int
    after: int
    worse: int

    @property
    def points(self) -> float:
        """By how many points the share of what was understood changed."""
        return 100.0 * (self.after - self.before) / self.messages if self.messages else 0.0

    @property
    def is_lost(self) -> bool:
        """Whether it got worse by more than may be."""
        return self.before - self.after > MOST_LOST * self.messages and self.chance < CHANCE

    @property
    def chance(self) -> float:
        """How likely so many losses are where each message that is now understood otherwise is as likely one as a gain.

        The sign test, one-sided (Conover, Practical Nonparametric Statistics, 3.4).
        """
        better = self.after - self.before + self.worse
        changed = self.worse + better
        return sum(math.comb(changed, count) for count in range(self.worse, changed + 1)) / float(2**changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a candidate gained and lost in one language with one audience, by intent in the order of their names."""

    language: str
    audience: str
    intents: tuple[Change, ...]

    @property
    def all(self) -> Change:
        """All messages together."""
        return _sum(ALL, self.intents)

    @property
    def judged(self) -> tuple[Change, ...]:
        """What is judged: each intent with enough messages, the others together, and all."""
        enough = tuple(each for each in self.intents if each.messages >= FEWEST_MESSAGES)
        few = [each for each in self.intents if each.messages < FEWEST_MESSAGES]
        return (*enough, *((_sum(THE_REST, few),) if few else ()), self.all)

    @property
    def lost(self) -> tuple[Change, ...]:
        """What got worse by more than may be: the candidate is not to be used."""
        return tuple(each for each in self.judged if each.is_lost)

    @property
    def changed(self) -> tuple[Change, ...]:
        """Intents of which another number is understood, the losses first."""
        found = [each for each in self.intents if each.before != each.after]
        return tuple(sorted(found, key=lambda each: (each.points, each.intent)))


def compare(
    language: str, audience: str, examples: Sequence[Example], before: Iterable[Meaning], after: Iterable[Meaning]
) -> Comparison:
    """The comparison of two engines' meanings of the same ``examples``, one for one."""
    counted: dict[str, list[int]] = {}
    for example, was, now in zip(examples, before, after, strict=True):
        counts = counted.setdefault(example.intent, [0, 0, 0, 0])
        counts[0] += 1
        counts[1] += was.intent == example.intent
        counts[2] += now.intent == example.intent
        counts[3] += was.intent == example.intent != now.intent
    return Comparison(language, audience, tuple(Change(name, *counts) for name, counts in sorted(counted.items())))


def as_json(comparison: Comparison) -> Mapping[str, object]:
    """The comparison for a machine."""
    return {
        "language": comparison.language, "audience": comparison.audience, "accepted": not comparison.lost,
        "all": _row(comparison.all), "intents": [_row(each) for each in comparison.intents],
        "lost": [each.intent for each in comparison.lost],
    }  # fmt: skip


def _row(change: Change) -> dict[str, object]:
    return {
        "intent": change.intent, "messages": change.messages, "before": change.before, "after": change.after, "worse": change.worse,
        "points": round(change.points, 2),
    }  # fmt: skip


def _sum(name: str, changes: Iterable[Change]) -> Change:
    listed = list(changes)
    return Change(
        name, sum(each.messages for each in listed), sum(each.before for each in listed),
        sum(each.after for each in listed), sum(each.worse for each in listed),
    )  # fmt: skip
