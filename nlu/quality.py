"""How good an engine is on labelled messages: accuracy, F1 and out-of-scope figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.meaning import OUT_OF_SCOPE, Meaning
from nlu.training_data import Example

#: Kinds of entities that are words of free text, whose first and last word two readers would choose differently.
FREE_TEXT = frozenset({"reason"})

_Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1; None where nothing was there to measure. ``confusions`` is (truth, guess) to count.

    ``macro_f1`` is the mean of the F1 of the intents that occur as truth. Entities are counted exactly: kind, start
    and end (micro-averaged, van Rijsbergen's F1); only those of free text (`FREE_TEXT`) count by their overlap with the
    true one, see `overlap`. ``reason_exact`` is the F1 of reasons counted exactly too. ``oos_at_5`` is the share of out-of-scope messages whose confidence
    lies below the one that rejects 5 % of the others. ``asked_back`` is the share of messages whose writer is asked which of
    two wishes is meant, and ``accuracy_asking`` the accuracy with that one question counted: right where the truth is one of
    the two, or out of scope, which "Something else" says; None where nobody can be asked.
    """

    messages: int
    accuracy: float | None
    macro_f1: float | None
    entity_f1: float | None
    entity_precision: float | None
    entity_recall: float | None
    reason_exact: float | None
    oos_precision: float | None
    oos_recall: float | None
    oos_at_5: float | None
    intent_f1: dict[str, float]
    entity_f1_by_kind: dict[str, float]
    confusions: dict[tuple[str, str], int]
    asked_back: float | None = None
    accuracy_asking: float | None = None


#: The two intents that somebody is asked about, None where nothing is asked.
Asks = Callable[[Meaning], tuple[str, str] | None]


def measure(examples: Sequence[Example], meanings: Sequence[Meaning], asks: Asks | None = None) -> Quality:
    """The quality of ``meanings`` as answers to ``examples``, one for one; ``asks`` says when somebody is asked back."""
    pairs = Counter((e.intent, m.intent) for e, m in zip(examples, meanings, strict=True))
    right: Counter[str] = Counter({truth: count for (truth, guess), count in pairs.items() if truth == guess})
    truths: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    for (truth, guess), count in pairs.items():
        truths[truth] += count
        guesses[guess] += count
    intent_f1 = {name: 2 * right[name] / (truths[name] + guesses[name]) for name in sorted(truths)}
    counts = _entities(examples, meanings)
    kinds = sorted(counts.wanted | counts.found)
    hits, wanted, found = sum(map(counts.hits, kinds)), counts.wanted.total(), counts.found.total()
    total = len(examples)
    offers = [asks(meaning) if asks is not None else None for meaning in meanings]
    settled = sum(
        e.intent in (*offer, OUT_OF_SCOPE) if offer is not None else e.intent == m.intent  # "Something else"
        for e, m, offer in zip(examples, meanings, offers, strict=True)
    )
    out, said = truths[OUT_OF_SCOPE], guesses[OUT_OF_SCOPE]
    return Quality(
        messages=total,
        accuracy=_share(right.total(), total),
        macro_f1=_share(sum(intent_f1.values()), len(intent_f1)),
        entity_f1=_share(2 * hits, wanted + found),
        entity_precision=_share(hits, found),
        entity_recall=_share(hits, wanted),
        reason_exact=counts.f1("reason", counts.exact["reason"]),
        oos_precision=_share(right[OUT_OF_SCOPE], said),
        oos_recall=_share(right[OUT_OF_SCOPE], out),
        oos_at_5=_at_five(examples, meanings),
        intent_f1=intent_f1,
        entity_f1_by_kind={kind: counts.f1(kind, counts.hits(kind)) or 0.0 for kind in kinds},
        confusions={pair: count for pair, count in pairs.most_common() if pair[0] != pair[1]},
        asked_back=_share(sum(offer is not None for offer in offers), total) if asks is not None else None,
        accuracy_asking=_share(settled, total) if asks is not None else None,
    )


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How much of two spans, each (start, end), is the same, from 0 to 1: twice the characters they share over the
    characters of both (Dice's coefficient). "too small" in "it is too small" counts 0.75."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, 2 * shared) / (one[1] - one[0] + other[1] - other[0])


@dataclass(slots=True)
class _Counts:
    """Entities by kind: how many there are, how many were found, and how many of these are right to the letter; of free
    text how much is shared."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    shared: dict[str, float] = field(default_factory=lambda: dict.fromkeys(FREE_TEXT, 0.0))

    def add(self, true: set[_Span], given: set[_Span]) -> None:
        """Counts one message."""
        self.wanted.update(kind for kind, *_ in true)
        self.found.update(kind for kind, *_ in given)
        self.exact.update(kind for kind, *_ in true & given)
        for kind in FREE_TEXT:
            self.shared[kind] += _shared(_of(kind, true), _of(kind, given))

    def hits(self, kind: str) -> float:
        return self.shared[kind] if kind in FREE_TEXT else self.exact[kind]

    def f1(self, kind: str, hits: float) -> float | None:
        return _share(2 * hits, self.wanted[kind] + self.found[kind])


def _entities(examples: Sequence[Example], meanings: Sequence[Meaning]) -> _Counts:
    counts = _Counts()
    for example, meaning in zip(examples, meanings, strict=True):
        counts.add(
            {(span.entity, span.start, span.end) for span in example.spans},
            {(entity.kind, entity.start, entity.end) for entity in meaning.entities},
        )
    return counts


def _of(kind: str, spans: set[_Span]) -> list[tuple[int, int]]:
    return [(start, end) for name, start, end in spans if name == kind]


def _shared(true: list[tuple[int, int]], given: list[tuple[int, int]]) -> float:
    """The overlap of spans put in pairs, the best first, each once."""
    pairs = sorted(((overlap(one, other), one, other) for one in true for other in given), reverse=True)
    used: set[tuple[str, tuple[int, int]]] = set()
    total = 0.0
    for share, one, other in pairs:
        if not used & {("true", one), ("given", other)}:
            used |= {("true", one), ("given", other)}
            total += share
    return total


def known_share(meaning: Meaning) -> float:
    """The highest probability of an intent that is something the assistant does."""
    return max((share for name, share in meaning.intents if name != OUT_OF_SCOPE), default=0.0)


def _at_five(examples: Sequence[Example], meanings: Sequence[Meaning]) -> float | None:
    shares = [(e.intent == OUT_OF_SCOPE, known_share(m)) for e, m in zip(examples, meanings, strict=True)]
    inside = sorted(share for outside, share in shares if not outside)
    outside = [share for is_outside, share in shares if is_outside]
    if not inside or not outside:
        return None
    limit = inside[int(len(inside) * 0.05)]
    return sum(share < limit for share in outside) / len(outside)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
