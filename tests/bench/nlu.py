"""The embedded engine on sets of labelled messages, with and without the sentence encoder; Rasa's half is `rasa`.

Data: ``ROUNDSMAN_NLU_DATA``, as `rasa` describes it, and our own messages of other hands in tests/heldout. Times are
processor seconds of the process or thread, which a busy machine does not blur.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.cli.nlu import asks_of
from domain.meaning import OUT_OF_SCOPE, Audience, Meaning
from nlu.embedded import Embedded
from nlu.encoder import Encoder
from nlu.quality import measure
from nlu.training_data import AUDIENCES, Example, read_jsonl
from tests.bench.figures import Figure, p50_p99
from tests.bench.rasa import DATA, quality_text
from tests.encoding import NoEncoder, folder

NOW, BERLIN = datetime(2026, 5, 5, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin")
HELDOUT = Path(__file__).resolve().parents[1] / "heldout"
#: What is to be reached, by set and file.
AIMS = {
    ("bitext20s1", "test"): ".975", ("bitext20s1", "test_typo"): ".96", ("bank30", "test"): ".905",
    ("bank30", "test_typo"): ".875", ("bitext20s1", "oos"): ".95", ("bank30", "oos"): ".95",
}  # fmt: skip


def figures(_seconds: float) -> list[Figure]:
    """Quality, speed and training of the embedded engine on every set."""
    if not os.environ.get(DATA):
        return [Figure("embedded", f"not measured: {DATA} names no folder")]
    found: list[Figure] = []
    for place in sorted(Path(os.environ[DATA]).iterdir()):
        if (place / "train.jsonl").is_file():
            for name, encoder in encoders():
                found += _of_set(f"{name}, {place.name}", place, encoder)
    return found


def heldout(_seconds: float) -> list[Figure]:
    """Quality on messages of other hands, training of all audiences, start from the cache and memory."""
    found: list[Figure] = []
    for name, encoder in encoders():
        with TemporaryDirectory(prefix="nlu-bench-") as cache:
            began, used = time.perf_counter(), time.process_time()
            engine = Embedded.load(Path(cache), encoder=encoder)
            found.append(Figure(f"{name}: training English", _spent(began, used), "20 s"))
            for audience in AUDIENCES:
                for file, aims in ((audience, ".92, .90, .97"), (f"voices_{audience}", "")):
                    examples = read_jsonl(HELDOUT / f"{file}.jsonl").examples
                    seconds: list[float] = []
                    quality = measure(examples, _asked(engine, examples, audience, seconds), asks_of(audience))
                    asking = f", {quality.asked_back:.3f} asked, with that question {quality.accuracy_asking:.3f}"
                    found.append(Figure(f"{name}: {file}", quality_text(quality) + asking, aims))
                    found.append(Figure(f"{name}: {file}, parse", p50_p99(seconds), "p50 5 ms, p99 15 ms"))
            found.append(Figure(f"{name}: English alone, from its cache", _started(Path(cache), encoder)))
    return found


def encoders() -> Iterator[tuple[str, Encoder | None]]:
    """What the engine is measured with, by name."""
    yield "embedded", None
    try:
        yield "embedded with encoder", Encoder(folder())
    except NoEncoder as reason:
        print(reason)


def _of_set(name: str, place: Path, encoder: Encoder | None) -> list[Figure]:
    began, used = time.perf_counter(), time.process_time()
    engine = Embedded.load(training=read_jsonl(place / "train.jsonl"), encoder=encoder)
    rows = [Figure(f"{name}: training", _spent(began, used))]
    test, seconds = read_jsonl(place / "test.jsonl").examples, list[float]()
    meanings = _asked(engine, test, "customer", seconds)
    rows.append(Figure(f"{name}: test", quality_text(measure(test, meanings)), AIMS.get((place.name, "test"), "")))
    for other in ("test_typo", "test_newval"):
        if (place / f"{other}.jsonl").is_file():
            examples = read_jsonl(place / f"{other}.jsonl").examples
            quality = measure(examples, _asked(engine, examples, "customer"))
            rows.append(Figure(f"{name}: {other}", quality_text(quality), AIMS.get((place.name, other), "")))
    for other in ("oos", "oos_near"):
        if (place / f"{other}.jsonl").is_file():
            outside = [replace(e, intent=OUT_OF_SCOPE) for e in read_jsonl(place / f"{other}.jsonl").examples]
            both = measure([*test, *outside], [*meanings, *_asked(engine, outside, "customer")])
            text = f"{both.oos_at_5 or 0:.3f} (named so: {both.oos_recall or 0:.3f})"
            aim = AIMS.get((place.name, other), "")
            rows.append(Figure(f"{name}: {other} caught at 5 % false rejection", text, aim))
    rows.append(Figure(f"{name}: parse", p50_p99(seconds), "p50 5 ms, p99 15 ms"))
    return rows


def _asked(
    engine: Embedded, examples: Sequence[Example], audience: Audience, seconds: list[float] | None = None
) -> list[Meaning]:
    """The meanings of ``examples``; no vector that was kept is used again."""
    meanings = []
    for example in examples:
        _forget(engine)
        began = time.thread_time()
        meanings.append(engine.parse(example.text, audience, NOW, BERLIN))
        if seconds is not None:
            seconds.append(time.thread_time() - began)
    return meanings


def _forget(engine: Embedded) -> None:
    for by_audience in engine._trained.values():
        for model in by_audience.values():
            if model.sense is not None:
                model.sense.encoder.embed.cache_clear()


def _spent(began: float, used: float) -> str:
    return f"{time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s CPU)"


_LOAD = """
import sys, time
from pathlib import Path
from nlu.embedded import Embedded
from nlu.encoder import Encoder
began = time.perf_counter()
engine = Embedded.load(Path(sys.argv[1]), encoder=Encoder(Path(sys.argv[2])) if sys.argv[2] else None)
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
for text in ("where is my order", "stop 4 done", "plan north for tomorrow"):
    for audience in ("customer", "driver", "staff"):
        engine.parse(text, audience, datetime(2026, 5, 5, tzinfo=UTC), ZoneInfo("UTC"))
resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
print(f"{time.perf_counter() - began:.1f} s, {int(resident) // 1024} MB")
"""


def _started(cache: Path, encoder: Encoder | None) -> str:
    place = "" if encoder is None else str(folder())
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(cache), place], capture_output=True, text=True, check=True, timeout=600
    )
    return done.stdout.strip()
