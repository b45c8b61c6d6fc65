"""Running an engine on an instance in a process of its own, with the memory that it and its own processes take."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_LOOK_EVERY = 0.2
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Instance:
    """What is solved: a file or a day such as ``1000x40``, and the cost it is compared with, in the file's units."""

    name: str
    what: str
    reference: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A run: its cost and gap (a share above the reference), tasks left out, seconds, and megabytes at the peak.

    ``first`` is when a plan that leaves nothing out was there, where that was heard of; ``wrong`` what went wrong.
    """

    instance: str
    engine: str
    limit: float
    seed: int
    cost: int = 0
    gap: float | None = None
    dropped: int = 0
    seconds: float = 0.0
    megabytes: int = 0
    first: float | None = None
    wrong: str = ""


def instances(folder: Path) -> list[Instance]:
    """The instances of a folder: Solomon texts with references.json, VRPLIB texts each with its .sol."""
    references: dict[str, Any] = {}
    if (folder / "references.json").is_file():
        references = json.loads((folder / "references.json").read_text())
    found = []
    for file in sorted([*folder.glob("*.txt"), *folder.glob("*.vrp")], key=lambda each: each.name.lower()):
        reference = references.get(file.stem, {}).get("tenths")
        found.append(
            Instance(file.stem, str(file), _cost_of(file.with_suffix(".sol")) if reference is None else reference)
        )
    return found


def _cost_of(solution: Path) -> int | None:
    """The cost a solution of CVRPLIB's names, in tenths; None without one."""
    if not solution.is_file():
        return None
    named = re.search(r"^\s*cost\s*:?\s*([\d.]+)", solution.read_text(), re.IGNORECASE | re.MULTILINE)
    return None if named is None else round(10 * float(named[1]))


def measure(instance: Instance, engine: str, seconds: float, seed: int) -> Measured:
    """Solves ``instance`` within ``seconds`` in all."""
    is_file = Path(instance.what).is_file()
    if engine == "vroom" or not is_file:
        command = ["-m", "bot.routing_bench.child", instance.what, engine, str(seconds), str(seed)]
    else:
        command = ["-m", "bot.cli", "solve", instance.what, "--engine", engine, "--seconds", str(seconds)]
        command += ["--seed", str(seed), "--json"]
    begun = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own command, in this interpreter
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    memory = _Memory(process.pid)
    out, complaint = process.communicate()
    took, megabytes = time.monotonic() - begun, memory.end()
    run = Measured(instance.name, engine, seconds, seed, seconds=took, megabytes=megabytes)
    if process.returncode != 0:
        last = complaint.strip().splitlines()[-1:] or ["no answer"]
        return replace(run, wrong=last[0])
    answer = json.loads(out)
    dropped = answer["dropped"]
    return replace(
        run,
        cost=answer["cost"],
        gap=None if not instance.reference else answer["cost"] / instance.reference - 1,
        dropped=dropped if isinstance(dropped, int) else len(dropped),
        first=answer.get("first"),
    )


class _Memory:
    """The peak of what a process and all it started hold together, where /proc tells; 0 elsewhere."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Megabytes."""
        self._over.set()
        self._thread.join()
        return self._peak * _PAGE // 10**6

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._peak = max(self._peak, sum(_pages(pid) for pid in _family(self._pid)))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
