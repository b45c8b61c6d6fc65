"""``roundsman bench``: measurements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail

if TYPE_CHECKING:
    from bot.routing_bench.running import Instance, Measured

app = typer.Typer(help="Measure.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure."""


@app.command()
def routing(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Solomon .txt with references.json, VRPLIB .vrp with .sol.", metavar="[DIR]", file_okay=False
        ),
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(help="hybrid, ortools, pyvrp or vroom; may be repeated. Default: all there are.")
    ] = None,
    seconds: Annotated[list[float] | None, typer.Option(help="For each run; may be repeated. Default: 10.")] = None,
    seeds: Annotated[int, typer.Option(help="Runs of the hybrid on each instance; the others run once.", min=1)] = 1,
    only: Annotated[str, typer.Option(help="Only instances whose name contains this; several by commas.")] = "",
    limit: Annotated[int | None, typer.Option(help="Only the first so many instances.", min=1)] = None,
    day: Annotated[
        list[str] | None, typer.Option(help="A generated day of STOPSxVEHICLES, e.g. 1000x40; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the table here too, as Markdown.", dir_okay=False)] = None,
) -> None:
    """Run every instance with every engine, one after the other, and print what came of it.

    The gap is to the reference: what is published or best known, as the folder says. Generated days have none; there
    the cost is printed. VROOM runs where it is installed (dependency group bench), on instances of the folder.
    """
    from bot.routing_bench.running import Instance, instances, measure
    from bot.routing_bench.vroom import is_installed

    chosen = engine or ["hybrid", "pyvrp", "ortools", *(["vroom"] if is_installed() else [])]
    wrong = set(chosen) - {"hybrid", "ortools", "pyvrp", "vroom"}
    if wrong:
        fail(f"--engine must be hybrid, ortools, pyvrp or vroom, not {min(wrong)!r}")
    if "vroom" in chosen and not is_installed():
        fail("VROOM is not installed; `make bench` installs it")
    words = [word for word in only.split(",") if word]
    found = instances(folder) if folder else []
    found = [each for each in found if not words or any(word in each.name for word in words)][:limit]
    days = [_day(each) for each in day or []]
    if not found and not days:
        fail(f"there is no instance in {folder}" if folder else "name a folder of instances, or a --day")
    runs: list[Measured] = []
    for instance in [*found, *(Instance(f"day {each}", each, None) for each in days)]:
        for time in seconds or [10.0]:
            for name in chosen:
                if name == "vroom" and instance.reference is None:
                    continue
                for seed in range(seeds if name == "hybrid" else 1):
                    runs.append(measure(instance, name, time, seed))
                    typer.echo(_line(runs[-1]), err=True)
    table = _table(found, runs)
    typer.echo(table)
    if out is not None:
        out.write_text(table + "\n")


def _day(text: str) -> str:
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdigit() and int(part) > 0 for part in parts):
        fail(f"--day must be stops and vehicles such as 1000x40, not {text!r}")
    return text.lower()


def _line(run: Measured) -> str:
    what = f"{run.instance} {run.engine} {run.limit:g} s seed {run.seed}"
    if run.wrong:
        return f"{what}: {run.wrong}"
    gap = f"cost {run.cost}" if run.gap is None else f"gap {100 * run.gap:.2f} %"
    first = "" if run.first is None else f", complete after {run.first:.1f} s"
    return f"{what}: {gap}, {run.dropped} left out, {run.seconds:.1f} s, {run.megabytes} MB{first}"


def _table(found: list[Instance], runs: list[Measured]) -> str:
    """A row for every engine and time over all instances with a reference, then one for every run without."""
    rows = [
        "| engine | seconds | runs | mean gap | worst gap | left out | longest | most memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    names = {each.name for each in found if each.reference is not None}
    for name, limit in dict.fromkeys((run.engine, run.limit) for run in runs if run.instance in names):
        group = [run for run in runs if run.instance in names and (run.engine, run.limit) == (name, limit)]
        rows.append(_row(name, limit, group))
    rows += [f"\n{_line(run)}" for run in runs if run.instance not in names]
    return "\n".join(rows if names else rows[2:]).strip()


def _row(name: str, limit: float, group: list[Measured]) -> str:
    gaps = [run.gap for run in group if run.gap is not None and not run.dropped]
    mean = f"{100 * sum(gaps) / len(gaps):.2f} %" if gaps else "–"
    worst = f"{100 * max(gaps):.2f} %" if gaps else "–"
    failed = sum(bool(run.wrong) for run in group)
    left_out = f"{sum(run.dropped for run in group)}" + (f", {failed} failed" if failed else "")
    longest = max(run.seconds for run in group)
    memory = max(run.megabytes for run in group)
    return f"| {name} | {limit:g} | {len(group)} | {mean} | {worst} | {left_out} | {longest:.1f} s | {memory} MB |"
