"""How long the embedded engine takes for a message: `python -m tests.bench.parse [cache folder]`.

Prints milliseconds of processor time, which a busy machine does not blur, over the customers' training messages and
with a gazetteer of two thousand names; for loading, seconds of the clock and of the processor.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nlu.embedded import DATA, Embedded
from nlu.training_data import read_folder

NOW, ZONE = datetime(2026, 5, 5, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin")


def percentiles(engine: Embedded, texts: list[str]) -> str:
    taken = []
    for text in texts:
        before = time.thread_time()
        engine.parse(text, "customer", NOW, ZONE)
        taken.append((time.thread_time() - before) * 1000)
    taken.sort()
    marks = ", ".join(f"p{share} {taken[int(len(taken) * share / 100)]:.2f}" for share in (50, 90, 99))
    return f"{marks}, max {taken[-1]:.2f} ms ({len(texts)} messages)"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    before, used = time.perf_counter(), time.process_time()
    engine = Embedded.load(folder, audiences=("customer",))
    print(f"load              {time.perf_counter() - before:.2f} s, processor {time.process_time() - used:.2f} s")
    texts = [example.text for example in read_folder(DATA, "en")["customer"].examples]
    print(f"first time        {percentiles(engine, texts)}")
    print(f"again             {percentiles(engine, texts)}")
    names = [
        f"{look} {thing} {size}"
        for look in ("oak", "blue", "steel", "linen")
        for thing in ("lamp", "desk", "kettle", "sofa", "vase")
        for size in range(100)
    ]
    print(f"with 2,000 names  {percentiles(engine.with_gazetteer({'product': names}), texts)}")
    print(f"64 KB             {percentiles(engine, ['where is my order 10482 and the mug ' * 1800] * 5)}")
    print(f"memory            {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
