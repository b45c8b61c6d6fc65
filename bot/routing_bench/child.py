"""What is measured in a process of its own: ``python -m bot.routing_bench.child WHAT ENGINE SECONDS SEED``.

WHAT is a file, or a day such as 1000x40. The answer is the object of ``roundsman solve --json``, without the routes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bot.routing_bench.days import generated_day
from bot.routing_bench.vroom import find_with_vroom
from bot.solving import Progress, solve_apart
from domain.routing.check import violations
from domain.routing.engines import finish
from domain.routing.engines.limit import Limit
from domain.routing.formats import read_problem


def main(what: str, engine: str, seconds: float, seed: int) -> None:
    """Solves, checks and prints."""
    begun = time.monotonic()
    size = what.split("x")
    is_day = len(size) == 2 and all(part.isdigit() for part in size)
    problem = generated_day(int(size[0]), int(size[1])) if is_day else read_problem(Path(what).read_text()).problem
    first: list[float] = []

    def tell(progress: Progress) -> None:
        if progress.cost < problem.must and not first:
            first.append(time.monotonic() - begun)

    if engine == "vroom":
        limit = Limit(time.monotonic)
        solution = finish(problem, find_with_vroom(problem, seconds), limit, engine="vroom", seed=seed)
    else:
        left = seconds - (time.monotonic() - begun)
        solution = solve_apart(problem, engine=engine, seconds=left, seed=seed, progress=tell)
    answer = {
        "feasible": not violations(problem, solution) and not solution.dropped,
        "cost": solution.cost.total,
        "dropped": len(solution.dropped),
        "seconds": time.monotonic() - begun,
        "first": first[0] if first else None,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
