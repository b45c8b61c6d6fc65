"""``roundsman solve``: routes for a problem in a file."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from bot.cli.doing import fail

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.words import Words
    from domain.routing.formats import ProblemFile
    from domain.routing.problem import Problem
    from domain.routing.solution import PlannedRoute, Solution

#: What is kept of the time for checking and printing: seconds, and more for each task.
_KEPT = 0.12
_KEPT_PER_TASK = 0.0001
_LARGEST_FILE = 2 * 1024**3


def solve(
    file: Annotated[Path, typer.Argument(help="Our JSON (docs/routing-files.md), or Solomon or VRPLIB text.")],
    engine: Annotated[str, typer.Option(help="hybrid, ortools or pyvrp.")] = "hybrid",
    seconds: Annotated[
        float, typer.Option(help="For everything, reading and checking included.", min=0.1, max=86_400)
    ] = 10.0,
    seed: Annotated[int, typer.Option(help="Another one, another search.", min=0, max=2**31)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Plan the routes of a problem in a file, check them, and print them.

    The benchmark texts follow the DIMACS convention: distance and time are truncated to one decimal, and the cost is the
    total distance in tenths.

    Exit code 1 when the result breaks a rule or the engine breaks down (defects both), 2 when the file cannot be used.
    """
    begun = _begun()
    if engine not in ("hybrid", "ortools", "pyvrp"):
        fail(f"--engine must be hybrid, ortools or pyvrp, not {engine!r}")
    read = read_file(file)
    problem = read.problem
    from bot.logs import set_up_logs
    from bot.solving import SolverDied, solve_apart
    from domain.routing.check import violations

    set_up_logs("ERROR", "console")  # what is printed is the answer and nothing else
    kept = _KEPT + _KEPT_PER_TASK * len(problem.tasks)
    left = max(0.05, seconds - (time.monotonic() - begun) - kept)
    with ThreadPoolExecutor(1) as aside, _Progress(quiet=as_json) as tell:
        if not read.benchmark:
            aside.submit(_words)  # while others search; benchmarks seldom need any
        try:
            solution = solve_apart(problem, engine=engine, seconds=left, seed=seed, progress=tell)
        except SolverDied as died:
            fail(f"the engine {engine} broke down: {died}", 1)
    wrong = violations(problem, solution)
    if as_json:
        _print_json(read, solution, feasible=not wrong, seconds=time.monotonic() - begun)
    else:
        _print(read, solution, time.monotonic() - begun)
    for sentence in wrong:
        typer.echo(sentence, err=True)
    if wrong:
        raise typer.Exit(1)


def read_file(file: Path) -> ProblemFile:
    """The problem in a file; one that cannot be used is a sentence and exit code 2."""
    from domain.routing.formats import read_problem
    from domain.routing.problem import WrongProblem

    try:
        if file.stat().st_size > _LARGEST_FILE:
            fail(f"{file} is larger than 2 GiB")
        return read_problem(file.read_text("utf-8"))
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        fail(f"{file} is not a text in UTF-8")
    except WrongProblem as error:
        fail(f"{file}: {error}")


def _begun() -> float:
    """When this process began, on the monotonic clock, as far as the system says; now, where it began for something else."""
    now = time.monotonic()
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return now
    return now - age if 0 <= age < 5 else now


def _print_json(read: ProblemFile, solution: Solution, *, feasible: bool, seconds: float) -> None:
    import json

    named = _names(read)
    must = {drop.task for drop in solution.dropped if read.problem.task_of[drop.task].penalty is None}
    answer: dict[str, Any] = {
        "feasible": feasible and not must,
        "cost": solution.cost.total,
        "distance": sum(route.metres for route in solution.routes),
        "routes": [[named(key) for key in route.tasks] for route in solution.routes],
        "dropped": [{"task": named(key), "reason": words} for key, words in _reasons(read.problem, solution).items()],
        "engine": solution.engine,
        "seconds": round(seconds, 2),
        "seed": solution.seed,
    }
    typer.echo(json.dumps(answer))


def _names(read: ProblemFile) -> Any:
    """How tasks are called in JSON: the customers of benchmarks by number."""
    return int if read.benchmark else str


def _print(read: ProblemFile, solution: Solution, seconds: float) -> None:
    cost = solution.cost
    split = ", ".join(f"{name} {value}" for name, value in asdict(cost).items() if value)
    typer.echo(f"Cost {cost.total}" + (f" ({split})" if split else ""))
    for route in solution.routes:
        typer.echo(_line(read, route))
    for key, words in _reasons(read.problem, solution).items():
        typer.echo(f"Left out: {key}. {words}")
    visits = sum(len(route.visits) for route in solution.routes)
    told = f"{len(solution.routes)} routes, {visits} of {len(read.problem.tasks)} tasks"
    typer.echo(f"{told}, {solution.engine}, seed {solution.seed}, {seconds:.1f} s")


def _line(read: ProblemFile, route: PlannedRoute) -> str:
    if read.benchmark:
        return f"Route #{route.vehicle}: {' '.join(route.tasks)}"
    from datetime import timedelta

    def clock(seconds: int) -> str:
        return f"{read.problem.origin + timedelta(seconds=seconds):%H:%M}"

    visits = ", ".join(f"{clock(visit.start)} {visit.task}" for visit in route.visits)
    pauses = "".join(f", {clock(pause.start)} break" for pause in route.pauses)
    return f"{route.vehicle}: {clock(route.start)} leaves, {visits}, {clock(route.end)} done{pauses}"


def _reasons(problem: Problem, solution: Solution) -> dict[str, str]:
    """Why each task was left out, in words."""
    if not solution.dropped:
        return {}
    from bot.reasons import explain

    # Moments in reasons are told at the offset of the origin, as all clock times here.
    words, zone = _words(), cast("ZoneInfo", problem.origin.tzinfo)
    return {drop.task: explain(words, drop.reason, problem.origin, zone=zone) for drop in solution.dropped}


@cache
def _words() -> Words:
    from bot.settings import load_settings
    from bot.words import Words

    settings = load_settings()
    return Words(settings.spoken, settings.zone, settings.texts_folder, settings.url)


class _Progress:
    """The best cost so far on a terminal, nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Any:
        return self._tell

    def _tell(self, progress: Any) -> None:
        if self._shown:
            print(f"\r{progress.seconds:6.1f} s  cost {progress.cost}   ", end="", file=sys.stderr, flush=True)

    def __exit__(self, *problem: object) -> None:
        if self._shown:
            print(file=sys.stderr)
