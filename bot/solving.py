"""Solving in processes of their own: they can be killed hard, watched while they run, and share one problem.

A search may hold the interpreter for as long as it runs, and may die; so it never runs in the program itself. Who does
what next is said in `domain/routing/engines/sharing.py`; here processes are started, listened to and ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

import structlog

from bot.solving_process import Answer, Order
from domain.routing.engines import ENGINES, NoLimit, finish
from domain.routing.engines.limit import Limit
from domain.routing.engines.prefilter import possible
from domain.routing.engines.sharing import Job, Sharing
from domain.routing.problem import Problem
from domain.routing.solution import Solution

log = structlog.get_logger()
#: More processes than this do not help one problem.
_MOST_PROCESSES = 4
#: Kept of the time for exact times, what is left over, and reasons: a share, and at least so many seconds.
_KEPT = 0.03
_LEAST_KEPT = 0.1
#: So late may an answer be before its process is killed and the best routes so far are taken, in seconds.
_PATIENCE = 0.5
#: How often it is looked whether somebody said stop, in seconds.
_LOOK_EVERY = 0.1


class SolverDied(RuntimeError):
    """Every process ended without an answer, so there is nothing to go on with."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The best so far: its whole cost, seconds since the start, and how many tasks it leaves out."""

    cost: int
    seconds: float
    left_out: int


def solve_apart(
    problem: Problem,
    *,
    engine: str = "hybrid",
    seconds: float | None,
    iterations: int | None = None,
    seed: int = 0,
    processes: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """`domain.routing.engines.solve` in processes of their own, by default as many as there are cores (at most four).

    Only the hybrid with a limit of seconds shares its search among several; with ``iterations`` there is one process,
    so that the same seed gives the same routes. ``progress`` hears of better costs. When ``stop`` says so, or a process
    hangs or dies, the best routes so far are taken. Raises NoLimit without any limit, KeyError for an unknown engine,
    SolverDied when every process died and there are no routes.
    """
    if seconds is None and iterations is None:
        raise NoLimit("a search needs a limit of seconds or iterations")
    if engine not in ENGINES:
        raise KeyError(engine)
    begun = time.monotonic()
    alone = engine != "hybrid" or seconds is None or iterations is not None
    count = 1 if alone else min(_MOST_PROCESSES, processes or _cores())
    search = possible(problem)
    kept = 0.0 if seconds is None else max(_LEAST_KEPT, _KEPT * seconds)
    span = None if seconds is None else max(0.0, seconds - kept)
    sharing = Sharing(search, span, seed, alone=count == 1)
    never = sum(problem.dropping(task) for task in problem.tasks if task.key not in search.task_of)
    team = _Team(search, sharing, engine, iterations, begun, never, len(problem.tasks))
    try:
        team.start(count)
        team.run(None if span is None else begun + span + _PATIENCE, progress, stop)
    finally:
        team.end()
    if search.tasks and search.vehicles and sharing.cost is None and team.wrong:
        raise SolverDied(team.wrong)
    limit = Limit(time.monotonic, None if seconds is None else begun + seconds)
    return finish(problem, sharing.routes, limit, engine=engine, seconds=time.monotonic() - begun, seed=seed)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Process:
    """A process that searches, and this end of its pipe."""

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, in this interpreter
            [sys.executable, "-c", f"from bot.solving_process import work; work({theirs.fileno()})"],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self.has_problem = False

    def kill(self) -> None:
        """Ends it at once, whatever it is at."""
        self.pipe.close()
        self._process.kill()
        self._process.wait()


class _Team:
    """The processes of one solve; ``never`` is the cost of what nobody can serve, which they do not see,
    ``tasks`` how many there are with that."""

    def __init__(
        self,
        problem: Problem,
        sharing: Sharing,
        engine: str,
        iterations: int | None,
        begun: float,
        never: int,
        tasks: int,
    ) -> None:
        self._problem, self._sharing, self._engine = problem, sharing, engine
        self._iterations, self._begun, self._never = iterations, begun, never
        self._tasks = tasks
        self._busy: dict[int, _Process] = {}
        self._idle: dict[int, _Process] = {}
        self.wrong = ""

    def start(self, count: int) -> None:
        """Starts so many processes where there is anything to search."""
        if self._problem.tasks and self._problem.vehicles:
            self._idle = {number: _Process() for number in range(count)}
            for number in [*self._idle]:
                self._employ(number)

    def end(self) -> None:
        """Kills them all."""
        for process in [*self._busy.values(), *self._idle.values()]:
            process.kill()

    def run(
        self, ends: float | None, progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> None:
        """Listens until nobody has anything to do, somebody says stop, or ``ends`` on the monotonic clock."""
        while self._busy and not (stop and stop()):
            left = _LOOK_EVERY if ends is None else min(_LOOK_EVERY, ends - time.monotonic())
            if left <= 0:
                return
            speaking = wait([process.pipe for process in self._busy.values()], left)
            for number in [number for number, process in self._busy.items() if process.pipe in speaking]:
                if self._hear(number) and progress and self._sharing.cost is not None:
                    left_out = self._tasks - sum(map(len, self._sharing.routes.values()))
                    cost = self._sharing.cost + self._never
                    progress(Progress(cost, time.monotonic() - self._begun, left_out))

    def _hear(self, number: int) -> bool:
        """Takes an answer; whether the whole is better with it."""
        pipe: Connection = self._busy[number].pipe
        try:
            answer: Answer = pipe.recv()
        except (EOFError, OSError):
            self._lose(number, "its process died")
            return False
        if answer.wrong:
            self._lose(number, answer.wrong)
            return False
        better = self._sharing.take(number, answer.routes, done=answer.done)
        if answer.done:
            self._idle[number] = self._busy.pop(number)
            for each in [*self._idle]:
                self._employ(each)
        return better

    def _lose(self, number: int, why: str) -> None:
        log.warning("solve.lost", why=why, engine=self._engine)
        self.wrong = why
        self._sharing.give_up(number)
        self._busy.pop(number).kill()

    def _employ(self, number: int) -> None:
        job = self._sharing.next(number, time.monotonic() - self._begun)
        if job is None:
            return
        process = self._busy[number] = self._idle.pop(number)
        try:
            process.pipe.send(self._order(process, job))
        except OSError:
            self._lose(number, "its process died")

    def _order(self, process: _Process, job: Job) -> Order:
        whole = job.part is None
        known = whole and process.has_problem
        process.has_problem = process.has_problem or whole
        problem = job.part.problem if job.part else None if known else self._problem
        ends = None if job.seconds is None else time.monotonic() + job.seconds
        return Order(problem, whole, job.start, self._engine, ends, self._iterations, job.seed)
