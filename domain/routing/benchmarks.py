"""The texts of public benchmarks: Solomon (and Gehring & Homberger), and VRPLIB with or without time windows.

They follow the convention of the DIMACS implementation challenge (2021): distance and time are the Euclidean distance
truncated to one decimal, kept here as whole tenths, and the total distance is the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.routing.problem import Integers, Load, Matrix, Problem, Span, Task, Vehicle, WrongProblem, check_problem

#: More places than this have matrices that no machine here holds.
MOST_PLACES = 20_000
_TENTHS = 10
#: Farther apart, later or heavier than this is nothing.
_MOST = 10**9
#: The columns of a customer in Solomon's texts.
_COLUMNS = ("number", "x", "y", "demand", "ready", "due", "service")


def read_benchmark(text: str) -> Problem:
    """A problem in tenths with customers "1", "2" … at places 1, 2 …, the depot at 0. Raises WrongProblem."""
    if "_SECTION" in text:
        return _from_benchmark(_parse_vrplib(text))
    if "CUSTOMER" in text and "VEHICLE" in text:
        return _from_benchmark(_parse_solomon(text))
    raise WrongProblem("the file is neither our JSON nor a Solomon or VRPLIB text")


def check_size(places: int) -> None:
    """Raises WrongProblem where there are too many places for any machine's memory."""
    if places > MOST_PLACES:
        raise WrongProblem(f"the file has {places} places; at most {MOST_PLACES} are taken")


def _parse_solomon(text: str) -> dict[str, Any]:
    lines = [line.split() for line in text.splitlines()]
    fleet = _after(lines, "CAPACITY")
    customers = [line for line in _after(lines, "CUST") if line]
    fleet = [line for line in fleet if line][:1]
    if not fleet or len(fleet[0]) != 2 or len(customers) < 1:
        raise WrongProblem("the Solomon text lacks its vehicles or its customers")
    table = [_numbers(line) for line in customers]
    for number, row in enumerate(table):
        if len(row) != len(_COLUMNS) or row[0] != number:
            raise WrongProblem(f"the Solomon text must have customer {number} with seven numbers, not {row}")
    data = np.array(table)
    vehicles, capacity = _numbers(fleet[0])
    return {
        "vehicles": vehicles,
        "capacity": capacity,
        "node_coord": data[:, 1:3],
        "demand": data[:, 3],
        "time_window": data[:, 4:6],
        "service_time": data[:, 6],
        "depot": np.array([0]),
    }


def _after(lines: Sequence[Sequence[str]], word: str) -> list[list[str]]:
    """The lines after the one that has ``word``."""
    return next(([list(each) for each in lines[n + 1 :]] for n, line in enumerate(lines) if word in line), [])


def _numbers(words: Sequence[str]) -> list[float]:
    try:
        return [float(word) for word in words]
    except ValueError:
        raise WrongProblem(f"the Solomon text has {' '.join(words)!r} where numbers belong") from None


def _parse_vrplib(text: str) -> dict[str, Any]:
    import vrplib.parse  # only these files need it

    try:
        parsed: dict[str, Any] = vrplib.parse.parse_vrplib(text, compute_edge_weights=False)
    except (RuntimeError, ValueError, IndexError, TypeError, KeyError, AttributeError) as error:
        raise WrongProblem(f"the VRPLIB text cannot be read: {error}") from None
    return parsed


def _from_benchmark(instance: Mapping[str, Any]) -> Problem:
    try:
        return _benchmark(instance)
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise WrongProblem(f"the benchmark lacks something or says it wrongly: {error}") from None


def _benchmark(instance: Mapping[str, Any]) -> Problem:
    depots = np.atleast_1d(instance.get("depot", np.array([0])))
    if len(depots) != 1:
        raise WrongProblem("the benchmark has several depots; write it as JSON instead")
    if "distance" in instance:
        raise WrongProblem("the benchmark limits the length of routes, which is not read; write it as JSON instead")
    scale = _TENTHS if "time_window" in instance else 1
    metres = _lengths(instance, scale)
    size = len(metres)
    if instance.get("dimension", size) != size:
        raise WrongProblem(f"the benchmark has {size} places, and its dimension is {instance['dimension']}")
    order = [int(depots[0]), *(n for n in range(size) if n != int(depots[0]))]
    metres = metres[np.ix_(order, order)]
    seconds = metres if "time_window" in instance else np.zeros_like(metres)
    demands = _column(instance, "demand", size, order)
    service = _column(instance, "service_time", size, order, scale)
    if "time_window" in instance:
        windows = _whole(instance["time_window"], "end of a window", scale)[order].tolist()
    else:
        windows = [[0, 0]] * size
    spans = [Span(start, end) for start, end in windows]
    tasks = tuple(
        Task(
            key=str(number),
            place=number,
            service=service[number],
            windows=(spans[number],) if "time_window" in instance else (),
            deliver=Load(pieces=demands[number]),
        )
        for number in range(1, size)
    )
    shift = spans[0] if "time_window" in instance else Span(0, sum(service) + 1)
    capacity = Load(pieces=int(_exact(instance["capacity"], "capacity")))
    count = min(int(_exact(instance.get("vehicles", size - 1), "number of vehicles")), size - 1)
    vehicles = tuple(Vehicle(str(number), 0, 0, shift, capacity) for number in range(1, count + 1))
    problem = Problem(tasks, vehicles, (Matrix(seconds, metres),))
    check_problem(problem)
    return problem


def _lengths(instance: Mapping[str, Any], scale: int) -> Integers:
    """(n, n) distances: in truncated tenths for problems with windows, rounded as VRPLIB says for those without."""
    if "edge_weight" in instance:
        return _whole(instance["edge_weight"], "distance", scale)
    kind = instance.get("edge_weight_type", "EUC_2D")
    if kind != "EUC_2D":
        raise WrongProblem(f"distances of the kind {kind} are not read")
    coordinates = _numbered(instance["node_coord"], "coordinate")
    check_size(len(coordinates))
    apart = coordinates[:, None, :] - coordinates[None, :, :]
    exact = np.sqrt((apart**2).sum(axis=2))
    rounded: Integers = (exact * scale if scale == _TENTHS else np.rint(exact)).astype(np.int64)
    return rounded


def _column(instance: Mapping[str, Any], name: str, size: int, order: Sequence[int], scale: int = 1) -> list[int]:
    """A value for every place; the depot's is 0 where one number stands for all."""
    value = instance.get(name, 0)
    whole = _exact(value, "demand") if name == "demand" else _whole(value, "service time", scale)
    if whole.ndim == 0:
        return [0, *[int(whole)] * (size - 1)]
    column: list[int] = whole[order].tolist()
    return column


def _exact(value: Any, what: str) -> Integers:
    """Whole numbers from 0, as they are; what is cut off would be forgotten silently."""
    numbers = _numbered(value, what)
    if (numbers < 0).any() or (numbers % 1).any():
        raise WrongProblem(f"every {what} of the benchmark must be a whole number from 0")
    return numbers.astype(np.int64)


def _whole(value: Any, what: str, scale: int) -> Integers:
    """Numbers from 0 times ``scale``, truncated."""
    numbers = _numbered(value, what)
    if (numbers < 0).any():
        raise WrongProblem(f"no {what} of the benchmark may be below zero")
    return (numbers * scale).astype(np.int64)


def _numbered(value: Any, what: str) -> npt.NDArray[np.float64]:
    numbers = np.asarray(value, dtype=float)
    if not (np.abs(numbers) <= _MOST).all():
        raise WrongProblem(f"every {what} of the benchmark must be a number of at most 10^9")
    return numbers
