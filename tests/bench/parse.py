"""Parsing one message in process: every training message of customers, in the order of their files.

Times are processor milliseconds of the thread, which a busy machine does not blur.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.training_data import read_folder
from tests.bench.figures import Figure, p50_p99

NOW, BERLIN = datetime(2026, 5, 5, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin")


def figures(_seconds: float) -> list[Figure]:
    """Seconds to train and to load from the cache, and parse times."""
    texts = [example.text for example in read_folder(DATA, "en")["customer"].examples]
    names = [f"{look} {thing} {n}" for look in ("oak", "steel") for thing in ("lamp", "kettle") for n in range(500)]
    with tempfile.TemporaryDirectory() as folder:
        trained, loaded = _load_seconds(folder), _load_seconds(folder)
        engine = Embedded.load(Path(folder), audiences=("customer",))
    _parse_all(engine, texts)
    return [
        Figure("engine from data, one audience", trained, "3 s, or from a cache"),
        Figure("engine from its cache", loaded),
        Figure(
            f"parse one message ({len(texts)} messages)", p50_p99(_parse_all(engine, texts)), "p50 0.6 ms, p99 1.5 ms"
        ),
        Figure("… knowing 2,000 product names", p50_p99(_parse_all(engine.with_gazetteer({"product": names}), texts))),
    ]


def _load_seconds(folder: str) -> str:
    began, used = time.perf_counter(), time.process_time()
    Embedded.load(Path(folder), audiences=("customer",))
    return f"{time.perf_counter() - began:.2f} s ({time.process_time() - used:.2f} s CPU)"


def _parse_all(engine: Embedded, texts: list[str]) -> list[float]:
    seconds = []
    for text in texts:
        began = time.thread_time()
        engine.parse(text, "customer", NOW, BERLIN)
        seconds.append(time.thread_time() - began)
    return seconds
