"""Solving in a process of its own, which can be stopped, and killed where it does not listen.

OR-Tools holds the interpreter lock while it searches, so a thread would stand still with everything else. Problem and
solution go through a pipe; the other way comes the wish to stop.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from domain.routing.engines import solve
from domain.routing.problem import Problem
from domain.routing.solution import Solution

#: So often the process is listened to, and whoever waits is asked what they wish, in seconds.
TICK = 0.25
#: So long after its time, or after it was told to stop, a process is killed.
GRACE = 30.0


class SolverDied(Exception):
    """The process ended without a solution, or was killed because it did not end."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The best so far: its whole cost, and seconds since the start."""

    cost: int
    seconds: float


def solve_apart(
    problem: Problem,
    *,
    engine: str = "hybrid",
    seconds: float | None,
    iterations: int | None = None,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """What `domain.routing.engines.solve` finds, searched for in another process.

    ``progress`` hears of better costs; when ``stop``, asked a few times a second, says so, the best so far is taken.
    What it raises ends the search. Raises SolverDied.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks that threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_search, args=(theirs, engine, seconds, iterations, seed), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send(problem)
        return _await(process, ours, seconds, progress, stop)
    except (EOFError, BrokenPipeError, ConnectionResetError) as error:
        process.join(1)
        raise SolverDied(f"the search ended with exit code {process.exitcode}") from error
    finally:
        if process.is_alive():
            process.kill()
        process.join()
        ours.close()


def _await(
    process: Any,
    pipe: Connection,
    seconds: float | None,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
) -> Solution:
    begun, told = time.monotonic(), False
    killed_at = None if seconds is None else begun + seconds + GRACE
    while True:
        if pipe.poll(TICK):
            kind, value = pipe.recv()
            if kind == "solution":
                return value  # type: ignore[no-any-return]
            if kind == "error":
                raise SolverDied(value)
            if progress is not None:
                progress(Progress(value, time.monotonic() - begun))
        if stop is not None and stop() and not told:
            told, killed_at = True, time.monotonic() + GRACE
            pipe.send("stop")
        if killed_at is not None and time.monotonic() > killed_at:
            raise SolverDied("the search did not end in time")
        if not process.is_alive() and not pipe.poll():
            raise SolverDied(f"the search ended with exit code {process.exitcode}")


def _search(pipe: Connection, engine: str, seconds: float | None, iterations: int | None, seed: int) -> None:
    """What the other process does."""
    parent = os.getppid()
    problem: Problem = pipe.recv()
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = stopped or os.getppid() != parent or pipe.poll()
        return stopped

    def progress(cost: int, _: object) -> None:
        pipe.send(("cost", cost))

    try:
        found = solve(
            problem, engine=engine, seconds=seconds, iterations=iterations, seed=seed, clock=time.monotonic,
            progress=progress, stop=stop,
        )  # fmt: skip
    except Exception as error:  # it must be told before the process ends
        pipe.send(("error", f"{type(error).__name__}: {error}"))
    else:
        pipe.send(("solution", found))
