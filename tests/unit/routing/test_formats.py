"""Problems from files: our JSON, the benchmarks' texts, and one sentence for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.routing.formats import read_problem
from domain.routing.problem import Break, Load, Span, WrongProblem

SAMPLE = Path("docs/samples/routing.json").read_text("utf-8")

SOLOMON = """tiny

VEHICLE
NUMBER     CAPACITY
  2          50

CUSTOMER
CUST NO.  XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0          0          0          0       100          0
    1      1          1         20         10        20          5
    2      3          4         30          0        90          5
"""

VRPLIB = """NAME : tiny
TYPE : VRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 50
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 3 4
DEMAND_SECTION
1 0
2 20
3 30
TIME_WINDOW_SECTION
1 0 100
2 10 20
3 0 90
DEPOT_SECTION
1
-1
EOF
"""


def changed(**fields: Any) -> str:
    """The sample with some of its fields changed."""
    return json.dumps({**json.loads(SAMPLE), **fields})


def test_the_sample_says_what_the_documentation_says() -> None:
    read = read_problem(SAMPLE)
    van, open_end = read.problem.vehicles
    assert not read.benchmark
    assert (van.shift, van.skills, van.end) == (Span(28800, 61200), frozenset({"lift"}), 0)
    assert van.breaks == (Break(Span(41400, 48600), 1800, paid=False),)
    assert open_end.end is None
    assert read.problem.task_of["R-1002"].windows == (Span(36000, 43200), Span(50400, 57600))
    assert read.problem.task_of["RET-77"].collect == Load(5000, 20000, 1)
    assert read.problem.origin.isoformat() == "2026-05-04T00:00:00+02:00"


@pytest.mark.parametrize("text", [SOLOMON, VRPLIB, "\ufeff" + SOLOMON, SOLOMON.replace("\n", "\r\n")])
def test_benchmarks_are_read_in_truncated_tenths(text: str) -> None:
    read = read_problem(text)
    problem = read.problem
    assert read.benchmark
    assert problem.matrices[0].metres.tolist() == [[0, 14, 50], [14, 0, 36], [50, 36, 0]]
    assert problem.matrices[0].seconds is problem.matrices[0].metres
    assert [task.key for task in problem.tasks] == ["1", "2"]
    assert problem.task_of["1"].windows == (Span(100, 200),)
    assert problem.task_of["1"].service == 50
    assert problem.task_of["2"].deliver == Load(pieces=30)
    assert [vehicle.capacity.pieces for vehicle in problem.vehicles] == [50, 50]
    assert problem.vehicles[0].shift == Span(0, 1000)


def test_times_are_truncated_to_tenths_not_to_whole_numbers() -> None:
    text = SOLOMON.replace("0        90          5", "0        90.55       5.5")
    task = read_problem(text).problem.task_of["2"]
    assert (task.windows, task.service) == ((Span(0, 905),), 55)


def test_a_benchmark_without_windows_has_rounded_distances_and_no_times() -> None:
    text = VRPLIB[: VRPLIB.index("TIME_WINDOW")] + VRPLIB[VRPLIB.index("DEPOT_SECTION") :]
    problem = read_problem(text).problem
    assert problem.matrices[0].metres.tolist() == [[0, 1, 5], [1, 0, 4], [5, 4, 0]]
    assert not problem.matrices[0].seconds.any()
    assert problem.task_of["1"].windows == ()


WRONG = {
    "empty": ("", "empty"),
    "no format": ("hello", "neither"),
    "broken JSON": ('{"tasks": [', "not JSON"),
    "a list": ("[]", "object"),
    "no matrix": ("{}", "matrix"),
    "a matrix that is not square": (changed(matrices=[{"seconds": [[0, 1]]}]), "rows"),
    "a negative way": (changed(matrices=[{"seconds": [[-1]]}]), "10^9"),
    "half a metre": (changed(matrices=[{"seconds": [[0.5]]}]), "10^9"),
    "words in a matrix": (changed(matrices=[{"seconds": [["x"]]}]), "10^9"),
    "an unknown field": (changed(depot=1), '"depot"'),
    "a task without a key": (changed(tasks=[{"place": 1}]), "key"),
    "a task nowhere": (changed(tasks=[{"key": "a"}]), '"place"'),
    "a task too far": (changed(tasks=[{"key": "a", "place": 9}]), "place 9"),
    "a task twice": (changed(tasks=[{"key": "a", "place": 1}] * 2), "twice"),
    "a misspelt field": (changed(tasks=[{"key": "a", "place": 1, "windws": []}]), '"windws"'),
    "half a second": (changed(tasks=[{"key": "a", "place": 1, "service": 0.5}]), "whole number"),
    "a window of one number": (changed(tasks=[{"key": "a", "place": 1, "windows": [[1]]}]), "start and the end"),
    "a window backwards": (changed(tasks=[{"key": "a", "place": 1, "windows": [[2, 1]]}]), "ends before"),
    "no shift": (changed(vehicles=[{"key": "v", "start": 0}]), "shift"),
    "true for a number": (changed(vehicles=[{"key": "v", "start": True, "shift": [0, 1]}]), "whole number"),
    "yes for true": (changed(vehicles=[{"key": "v", "start": 0, "shift": [0, 1], "sunk": "yes"}]), "true or false"),
    "no moment": (changed(origin="yesterday"), "origin"),
    "initial is a list": (changed(initial=[]), "initial"),
    "a benchmark cut off": (SOLOMON[: SOLOMON.index("    0  ")], "Solomon"),
    "a benchmark with words": (SOLOMON.replace("20         10", "x          y"), "Solomon"),
    "a benchmark without capacity": (VRPLIB.replace("CAPACITY : 50\n", ""), "capacity"),
    "a benchmark without demands": (VRPLIB.replace("3 30\n", ""), "benchmark"),
    "unknown distances": (VRPLIB.replace("EUC_2D", "GEO"), "GEO"),
    "a benchmark with limited routes": (VRPLIB.replace("CAPACITY", "DISTANCE : 200\nCAPACITY"), "length of routes"),
    "a benchmark that lost places": (VRPLIB.replace("DIMENSION : 3", "DIMENSION : 5"), "dimension is 5"),
    "no number": (SOLOMON.replace("3          4", "nan        4"), "coordinate"),
    "too far for any number": (VRPLIB.replace("3 3 4", "3 1e300 4"), "coordinate"),
    "half a piece": (SOLOMON.replace("        30  ", "       0.5  "), "demand"),
    "a window below zero": (VRPLIB.replace("2 10 20", "2 -10 20"), "below zero"),
    "less than no capacity": (SOLOMON.replace("  2          50", "  2          -1"), "capacity"),
    "less than no room": (
        changed(vehicles=[{"key": "v", "start": 0, "shift": [0, 1], "capacity": {"weight": -1}}]),
        "less than nothing",
    ),
    "a moment without a date": (changed(tasks=[{"key": "a", "place": 1, "windows": [[0, 10**12]]}]), "10^10"),
    "an origin before all dates": (changed(origin="0001-01-01"), "years"),
    "a change that pays": (changed(change=-1), "below zero"),
    "nothing for a list of words": (changed(tasks=[{"key": "a", "place": 1, "skills": 0}]), "list of words"),
}


@pytest.mark.parametrize("name", [*WRONG])
def test_what_is_wrong_is_one_sentence(name: str) -> None:
    text, says = WRONG[name]
    with pytest.raises(WrongProblem) as told:
        read_problem(text)
    assert says in str(told.value)
    assert "\n" not in str(told.value)
