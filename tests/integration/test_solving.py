"""Solving in processes of their own: the same answers, progress, stopping, and processes that die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from bot.solving import Progress, SolverDied, solve_apart
from bot.solving_process import Order
from domain.routing.check import violations
from domain.routing.engines import NoLimit, solve
from domain.routing.problem import Problem, Task
from tests.routing import a_problem, crowded_day

SAMPLE = Path("docs/samples/routing.json")

SOLOMON = """tiny

VEHICLE
NUMBER     CAPACITY
  2          50

CUSTOMER
CUST NO.  XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0          0          0          0       100          0
    1      1          1         20         10        20          5
    2      3          4         30         30        90          5
"""


def a_day(stops: int = 60, vans: int = 8) -> Problem:
    """A day with breaks, windows and skills; ``left`` only saves the time of filling its routes."""
    return crowded_day(1, stops=stops, vans=vans, left=stops)[0]


def searching() -> list[int]:
    """The processes that this one has started to search, and that still run; a database server of the tests is none."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z" and b"solving_process" in command:
            found.append(int(stat.parent.name))
    return found


on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")


def test_another_process_finds_the_same() -> None:
    problem = a_day()
    apart = solve_apart(problem, seconds=None, iterations=80, seed=3)
    here = solve(problem, seconds=None, iterations=80, seed=3, clock=time.monotonic)
    assert apart.routes == here.routes
    assert apart.cost == here.cost


@pytest.mark.parametrize(("stops", "vans"), [(60, 8), (310, 40)])
def test_two_processes_share_a_problem(stops: int, vans: int) -> None:
    """The larger one is taken apart after a while."""
    problem = a_day(stops, vans)
    heard: list[Progress] = []
    solution = solve_apart(problem, seconds=6, processes=2, progress=heard.append)
    assert violations(problem, solution) == []
    assert [each.cost for each in heard] == sorted((each.cost for each in heard), reverse=True)
    assert solution.cost.total <= heard[-1].cost


def test_stop_takes_the_best_so_far() -> None:
    problem = a_day()
    heard: list[Progress] = []
    solution = solve_apart(problem, seconds=3600, processes=2, progress=heard.append, stop=lambda: bool(heard))
    assert violations(problem, solution) == []
    assert solution.cost.total <= heard[0].cost


@on_linux
def test_the_best_so_far_survives_processes_that_are_killed() -> None:
    problem = a_day()

    def kill(progress: Progress) -> None:
        for child in searching():
            os.kill(child, signal.SIGKILL)

    solution = solve_apart(problem, seconds=3600, processes=2, progress=kill)
    assert violations(problem, solution) == []
    assert searching() == []


@on_linux
def test_without_any_answer_the_death_of_all_is_told() -> None:
    def kill() -> bool:
        for child in searching():
            os.kill(child, signal.SIGKILL)
        return False

    with pytest.raises(SolverDied):
        solve_apart(a_day(), seconds=3600, processes=2, stop=kill)


def test_nothing_to_do_starts_no_process() -> None:
    assert solve_apart(a_problem([]), seconds=60).routes == ()
    assert solve_apart(a_problem([Task("a", 1, skills=frozenset({"x"}))]), seconds=60).dropped[0].task == "a"


def test_wrong_arguments_are_refused_at_once() -> None:
    with pytest.raises(NoLimit):
        solve_apart(a_day(), seconds=None)
    with pytest.raises(KeyError):
        solve_apart(a_day(), seconds=1, engine="magic")


# --- the command


def roundsman(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


@pytest.mark.parametrize("engine", ["hybrid", "ortools", "pyvrp"])
def test_the_command_answers_with_one_object(tmp_path: Path, engine: str) -> None:
    file = tmp_path / "tiny.txt"
    file.write_text(SOLOMON)
    done = roundsman("solve", file, "--seconds", 3, "--engine", engine, "--seed", 5, "--json")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer.pop("seconds") > 0
    assert answer == {
        "feasible": True,
        "cost": 100,
        "distance": 100,
        "routes": [[1, 2]],
        "dropped": [],
        "engine": engine,
        "seed": 5,
    }
    assert done.returncode == 0


def test_the_command_tells_times_and_reasons_in_words() -> None:
    done = roundsman("solve", SAMPLE, "--seconds", 4)
    assert done.returncode == 0, done.stderr
    assert "Left out: R-1004. No vehicle has fridge." in done.stdout
    assert "4 of 5 tasks" in done.stdout
    answer = json.loads(roundsman("solve", SAMPLE, "--seconds", 4, "--json").stdout)
    assert not answer["feasible"]
    assert [each["task"] for each in answer["dropped"]] == ["R-1004"]


@pytest.mark.parametrize(("text", "says"), [("{}", "matrix"), ("", "empty"), (None, "No such file"), ("\xff", "UTF-8")])
def test_a_bad_file_is_one_sentence_and_exit_2(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "bad"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))
    done = roundsman("solve", file)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert roundsman("solve", SAMPLE, "--engine", "magic").returncode == 2


def test_an_engine_that_breaks_down_is_one_sentence_and_no_answer(tmp_path: Path) -> None:
    (tmp_path / "pyvrp.py").write_text('raise ImportError("libstdc++.so.6 is too old")')
    done = roundsman("solve", SAMPLE, "--engine", "pyvrp", "--json", "--seconds", 60, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "pyvrp broke down" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_goes_wrong_in_a_process_is_told_without_its_words() -> None:
    """They may name a driver, and whatever went wrong is logged."""
    ours, theirs = Pipe()
    code = f"from bot.solving_process import work; work({theirs.fileno()})"
    process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()])
    theirs.close()
    ours.send(Order(a_day(5, 1), True, {}, "Ines (B-X 1)", 1.0, None, 0))
    answer = ours.recv()
    ours.close()
    process.wait()
    assert answer.wrong.startswith("KeyError at solving_process.py:")
    assert "Ines" not in answer.wrong
