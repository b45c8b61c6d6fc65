"""How good an engine is on labelled messages: accuracy, F1 and out-of-scope figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.meaning import OUT_OF_SCOPE, Meaning
from nlu.training_data import Example


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1; None where nothing was there to measure. ``confusions`` is (truth, guess) to count.

    ``macro_f1`` is the mean of the F1 of the intents that occur as truth. Entities are counted exactly: kind, start
    and end (micro-averaged, van Rijsbergen's F1). ``oos_at_5`` is the share of out-of-scope messages whose confidence
    lies below the one that rejects 5 % of the others.
    """

    messages: int
    accuracy: float | None
    macro_f1: float | None
    entity_f1: float | None
    entity_precision: float | None
    entity_recall: float | None
    oos_precision: float | None
    oos_recall: float | None
    oos_at_5: float | None
    intent_f1: dict[str, float]
    entity_f1_by_kind: dict[str, float]
    confusions: dict[tuple[str, str], int]


def measure(examples: Sequence[Example], meanings: Sequence[Meaning]) -> Quality:
    """The quality of ``meanings`` as answers to ``examples``, one for one."""
    pairs = Counter((e.intent, m.intent) for e, m in zip(examples, meanings, strict=True))
    right: Counter[str] = Counter({truth: count for (truth, guess), count in pairs.items() if truth == guess})
    truths: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    for (truth, guess), count in pairs.items():
        truths[truth] += count
        guesses[guess] += count
    intent_f1 = {name: 2 * right[name] / (truths[name] + guesses[name]) for name in sorted(truths)}
    hits, wanted, found = _entities(examples, meanings)
    total = len(examples)
    out, said = truths[OUT_OF_SCOPE], guesses[OUT_OF_SCOPE]
    return Quality(
        messages=total,
        accuracy=_share(right.total(), total),
        macro_f1=_share(sum(intent_f1.values()), len(intent_f1)),
        entity_f1=_share(2 * hits.total(), wanted.total() + found.total()),
        entity_precision=_share(hits.total(), found.total()),
        entity_recall=_share(hits.total(), wanted.total()),
        oos_precision=_share(right[OUT_OF_SCOPE], said),
        oos_recall=_share(right[OUT_OF_SCOPE], out),
        oos_at_5=_at_five(examples, meanings),
        intent_f1=intent_f1,
        entity_f1_by_kind={k: 2 * hits[k] / (wanted[k] + found[k]) for k in sorted(wanted | found)},
        confusions={pair: count for pair, count in pairs.most_common() if pair[0] != pair[1]},
    )


def _entities(
    examples: Sequence[Example], meanings: Sequence[Meaning]
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    hits: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for example, meaning in zip(examples, meanings, strict=True):
        true = {(span.entity, span.start, span.end) for span in example.spans}
        given = {(entity.kind, entity.start, entity.end) for entity in meaning.entities}
        wanted.update(kind for kind, *_ in true)
        found.update(kind for kind, *_ in given)
        hits.update(kind for kind, *_ in true & given)
    return hits, wanted, found


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
