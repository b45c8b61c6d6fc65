"""A process that searches, one search after the other, as it is told over a pipe. It imports no more than that needs."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from domain.routing.engines import hybrid
from domain.routing.engines.limit import Limit, Routes
from domain.routing.engines.sharing import with_start
from domain.routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Order:
    """A search to do, until ``ends`` on the machine's monotonic clock; ``problem`` None is the one that came with
    ``keep``."""

    problem: Problem | None
    keep: bool
    start: Routes
    engine: str
    ends: float | None
    iterations: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Routes that were found; ``done`` with the last of a search. ``wrong`` says what went wrong instead."""

    routes: Routes
    done: bool
    wrong: str = ""


def work(pipe_number: int) -> None:
    """Does what comes over the pipe until its other end is closed, which also ends the search at hand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this, who then says what becomes of it
    pipe: Connection[Answer, Order] = Connection(pipe_number)
    kept: Problem | None = None
    while True:
        try:
            order: Order = pipe.recv()
        except EOFError:
            return
        problem = kept if order.problem is None else order.problem
        assert problem is not None, "the first order for the whole brings it along"
        if order.keep:
            kept = problem
        try:
            pipe.send(_search(pipe, with_start(problem, order.start), order))
        except (BrokenPipeError, ConnectionResetError):
            return


def _search(pipe: Connection, problem: Problem, order: Order) -> Answer:
    limit = Limit(
        time.monotonic,
        ends=order.ends,
        iterations=order.iterations,
        stop=pipe.poll,
        tell=lambda routes: pipe.send(Answer(routes, done=False)),
    )
    try:
        return Answer(hybrid.search(problem, order.engine, limit, order.seed), done=True)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # whatever an engine stumbles over, the others and the best so far remain
        from bot.logs import what_broke

        broke = what_broke(error)  # its words may name a driver, and this is logged
        return Answer({}, done=True, wrong=f"{broke['error']} at {broke['where']}")
