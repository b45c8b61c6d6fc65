"""``roundsman simulate``: a day of a made-up business through the real program, and what its promises were worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.doing import fail

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable
    from datetime import datetime

    from bot.compose import Program
    from bot.simulation.day import Plan, Played

#: Business hours that a day takes, for the bar.
_HOURS = 34


def simulate(
    orders: Annotated[int, typer.Option(help="Orders of the day.", min=1, max=5_000)] = 300,
    drivers: Annotated[int, typer.Option(help="Drivers with a vehicle each.", min=1, max=500)] = 12,
    day: Annotated[str, typer.Option(help="The day, such as 2026-05-05.")] = "2026-05-05",
    seed: Annotated[int, typer.Option(help="The same seed is the same city, orders, traffic and people.", min=0)] = 7,
    speed: Annotated[str, typer.Option(help="max, or how many times as fast as real time.")] = "max",
    without_ladder: Annotated[
        bool, typer.Option("--without-ladder", help="Customers hear of confirmations and the plan only.")
    ] = False,
    seconds: Annotated[
        int | None, typer.Option(help="How long to search for routes; else a number of iterations.", min=1, max=600)
    ] = None,
    iterations: Annotated[int, typer.Option(help="Iterations of the search for routes.", min=1)] = 400,
    json: Annotated[Path | None, typer.Option("--json", help="Write the report here.", dir_okay=False)] = None,
    plots: Annotated[
        Path | None, typer.Option("--plots", help="Draw the report into this folder.", file_okay=False)
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep the day's database in this folder.", file_okay=False)
    ] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL of an empty database; default: SQLite.")] = "",
    serve: Annotated[bool, typer.Option("--serve", help="Serve the playground beside it, until ctrl-C.")] = False,
    start: Annotated[
        str, typer.Option("--from", help="Local time from which --speed counts; before, as fast as it goes.")
    ] = "",
    host: Annotated[str, typer.Option(help="Address to listen on with --serve.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on with --serve; 0 takes a free one.")] = 8000,
) -> None:
    """Play a whole day: orders come in, the clockwork plans and publishes, drivers drive and report, customers wait and ask.

    Everything is the program as it is, with a database of its own; only the chats' far ends and the clock are made up.

    Exit code 1 when something that must hold of every day did not.
    """
    import asyncio
    import time

    from rich.console import Console

    from bot.logs import set_up_logs
    from bot.simulation.day import Plan, play
    from bot.simulation.report import report_of, show

    set_up_logs("CRITICAL", "console")  # what goes wrong is in the report
    pace = None if speed == "max" else _paced(_factor(speed), _first(day, start))
    limits: dict[str, Any] = {"iterations": iterations if seconds is None else None, "seconds": seconds or 10}
    plan = Plan(orders, drivers, _date(day), seed, ladder=not without_ladder, **limits)
    begun = time.monotonic()
    listening, given = _listen(host, port) if serve else (None, {})
    with _program(keep, database, given) as program:
        with _bar(plan) as told:
            playing = play(plan, program, told=told, pace=pace)
            played = asyncio.run(playing) if listening is None else _served(program, listening, playing)
        if played is None:
            return
        report = report_of(played, time.monotonic() - begun)
        if plots is not None:
            _draw(plots, played)
    show(report, Console())
    if json is not None:
        _write(json, report.json())
    if not report.is_sound:
        raise typer.Exit(1)


@contextmanager
def _program(keep: Path | None, database: str, given: dict[str, Any]) -> Iterator[Program]:
    from bot.simulation.day import program_for, temporary_program

    if keep is None:
        with temporary_program(database, **given) as program:
            yield program
        return
    if any(keep.glob("*")):
        fail(f"--keep: {keep} is not empty")
    keep.mkdir(parents=True, exist_ok=True)
    with program_for(keep, database, **given) as program:
        yield program


@contextmanager
def _bar(plan: Plan) -> Iterator[Callable[[datetime, int], None]]:
    """A progress bar on a terminal: the time of day and the stops that were made."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from bot.simulation.world import ZONE

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stops]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("the day before", total=_HOURS * 60, stops="")
        first: list[datetime] = []

        def told(now: datetime, stops: int) -> None:
            first[:] = first or [now]
            minutes = (now - first[0]).total_seconds() / 60
            words = f"{now.astimezone(ZONE):%a %H:%M}"
            progress.update(task, completed=minutes, description=words, stops=f"{stops} of {plan.orders} stops")

        yield told


def _served(program: Program, listening: socket.socket, playing: Awaitable[Played]) -> Played | None:
    """Play the day beside its pages; None where somebody stopped both before its end."""
    import asyncio

    from bot.simulation.serving import beside_pages

    with suppress(KeyboardInterrupt):  # the pages have ended cleanly, and pass the signal on
        return asyncio.run(beside_pages(program, listening, playing))
    return None


def _listen(host: str, port: int) -> tuple[socket.socket, dict[str, Any]]:
    """Where the playground is served, and the settings it needs."""
    import socket as sockets

    try:
        listening = sockets.create_server((host, port))
    except OSError as error:
        fail(f"--host, --port: cannot listen on {host} port {port} ({error.strerror}); choose others")
    address = f"http://{host}:{listening.getsockname()[1]}"
    typer.echo("A day is being played. It can be watched, and talked to, from the moment its vans leave:")
    typer.echo(f"  The day     {address}/playground/day")
    typer.echo(f"  Playground  {address}/playground")
    return listening, {"demo": True, "public_url": address}


def _first(day: str, start: str) -> datetime | None:
    """The moment from which the pace counts; None for the very first."""
    from datetime import datetime, time

    from bot.simulation.world import ZONE

    if not start:
        return None
    try:
        return datetime.combine(_date(day), time.fromisoformat(start), ZONE)
    except ValueError:
        fail(f"--from must be a time of day such as 09:30, not {start!r}")


def _paced(factor: float, first: datetime | None) -> Callable[[datetime], Any]:
    """Waits so that business time passes so many times as fast as real time, from ``first`` on."""
    import asyncio
    import time

    begun: list[tuple[datetime, float]] = []

    async def pace(now: datetime) -> None:
        await asyncio.sleep(0)  # whoever has a page open is served
        if first is not None and now < first:
            return
        if not begun:
            begun.append((now, time.monotonic()))
        start, since = begun[0]
        due = since + (now - start).total_seconds() / factor
        await asyncio.sleep(max(0.0, due - time.monotonic()))

    return pace


def _draw(folder: Path, played: Played) -> None:
    from bot.simulation.plots import draw

    folder.mkdir(parents=True, exist_ok=True)
    for path in draw(folder, played):
        typer.echo(f"drawn: {path}", err=True)


def _write(path: Path, found: dict[str, Any]) -> None:
    import orjson

    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")


def _factor(speed: str) -> float:
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not factor > 0:
        fail(f"--speed must be max or a number above 0, not {speed!r}")
    return factor


def _date(day: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(day)
    except ValueError:
        fail(f"--day must be a date such as 2026-05-05, not {day!r}")
