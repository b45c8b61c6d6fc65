"""``roundsman plan``: from a day's orders to routes, and what becomes of the drafts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from datetime import date

    from bot.settings import Settings
    from bot.words import Words
    from domain.commands import Command
    from domain.depots import Depot
    from domain.plans import Plan, Run
    from storage.database import Database

plan_app = typer.Typer(invoke_without_command=True)

#: Seconds between two looks at a run.
_LOOK = 0.3

DepotCode = Annotated[str | None, typer.Option("--depot", help="Code of the depot; not needed where there is one.")]
DayText = Annotated[str | None, typer.Option("--day", help="2026-05-04, today or tomorrow (if not given).")]
Number = Annotated[int, typer.Argument(help="Number of the plan.", min=1)]


@plan_app.callback()
def plan(
    context: typer.Context,
    depot: DepotCode = None,
    day: DayText = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Make the draft the truth at once; customers are told.")
    ] = False,
    engine: Annotated[str, typer.Option(help="hybrid, ortools or pyvrp.")] = "hybrid",
    seconds: Annotated[int, typer.Option(help="How long to search.", min=1, max=3_600)] = 60,
    seed: Annotated[int, typer.Option(help="The same seed and machine give nearly the same routes.", min=0)] = 0,
    balance: Annotated[bool, typer.Option("--balance", help="Share the work out among the drivers.")] = False,
) -> None:
    """Plan a depot's day. The outcome is a draft, in place of the last one, until it is published.

    Ctrl-C takes the best that is found so far; a second Ctrl-C gives up.

    Exit code 1 when there is no plan in the end, 2 when something asked for is not there.
    """
    if context.invoked_subcommand is not None:
        return
    from domain.commands import PlanDay

    with opened() as (database, settings, words):
        chosen = _depot(database, depot)
        values: dict[str, Any] = {
            "engine": engine,
            "seconds": seconds,
            "seed": seed,
            "balance": balance,
            "publish": publish,
        }
        told = performed(database, settings, words, lambda: PlanDay(depot=chosen.code, day=_day(day, chosen), **values))
        run = watched(database, settings, told[0].run, seconds)  # type: ignore[attr-defined]
        _tell_end(database, words, run, chosen)


@plan_app.command("list")
def list_plans(depot: DepotCode = None, day: DayText = None) -> None:
    """Plans and the runs that came to nothing, the latest first."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _, words), database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depots = {each.id: each for each in uow.depots.all()}
        chosen = _depot(database, depot) if depot else None
        wanted = _day(day, chosen or next(iter(depots.values()))) if day and depots else None
        runs = uow.routes.runs(chosen.id if chosen else None, wanted)
        for run in runs:
            found = uow.routes.of_run(run.id or 0)
            typer.echo(_line(run, found, depots[run.depot_id], words))
        if not runs:
            typer.echo("Nothing was planned yet.")


@plan_app.command("show")
def show(number: Number) -> None:
    """What a plan comes to: its routes, who is left out and why, and what it saves."""
    from domain.moment import SYSTEM
    from domain.refusals import Refusal
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _, words):
        try:
            with database.reading() as session:
                uow = UnitOfWork(session, SYSTEM)
                found = uow.routes.plan(number)
                depot = uow.depots.get(found.depot_id)
        except Refusal as refusal:
            fail(_said(words, refusal.text, refusal.values, None), 1)
        _summarise(database, words, found, depot)


@plan_app.command("stop")
def stop_run(
    number: Annotated[int, typer.Argument(help="Number of the run; `plan list` has it.", min=1)],
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Want nothing of it, also where nobody works on it any more.")
    ] = False,
) -> None:
    """End a run before its time, wherever it is worked on; the best it has found becomes the draft."""
    from domain.commands import StopRun

    _say_done(lambda: StopRun(run=number, abort=give_up))


@plan_app.command("publish")
def publish_plan(
    number: Number,
    leave_out_changed: Annotated[
        bool, typer.Option("--leave-out-changed", help="Leave out what changed since, instead of refusing.")
    ] = False,
) -> None:
    """Make a draft the truth; customers are told when their orders come."""
    from domain.commands import PublishPlan

    _say_done(lambda: PublishPlan(plan=number, leave_out_changed=leave_out_changed))


@plan_app.command("discard")
def discard_plan(number: Number) -> None:
    """Throw a draft away."""
    from domain.commands import DiscardPlan

    _say_done(lambda: DiscardPlan(plan=number))


def _say_done(make: Callable[[], Command]) -> None:
    with opened() as (database, settings, words):
        notice = performed(database, settings, words, make)[0]
        typer.echo(_said(words, notice.name, notice.facts(), None))


# A run


def watched(database: Database, settings: Settings, run_id: int, seconds: int) -> Run:
    """Work on the run, or watch who does, until it is over; Ctrl-C stops it, another one gives it up."""
    import threading
    import time

    from bot.jobs import run_due_plans

    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            if not run_due_plans(database, settings, over.is_set):
                time.sleep(_LOOK)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    presses = 0
    try:
        with _bar(seconds) as advance:
            while True:
                try:
                    run = _run_of(database, run_id)
                    advance(run)
                    if run.is_over:
                        return run
                    time.sleep(_LOOK)
                except KeyboardInterrupt:
                    presses += 1
                    _stop(database, settings, run_id, abort=presses > 1)
    finally:
        over.set()
        worker.join(timeout=10)


def _stop(database: Database, settings: Settings, run_id: int, *, abort: bool) -> None:
    from actions.perform import perform
    from bot.clock import moment, new_id
    from domain.commands import StopRun
    from domain.moment import SYSTEM

    at = moment(SYSTEM, f"cli:{new_id()}", settings.policies)
    (stopped,) = perform(database, [StopRun(run=run_id, abort=abort)], at)[0]
    if not stopped.already:  # type: ignore[attr-defined]
        typer.echo("Giving up." if abort else "Taking the best so far; Ctrl-C again gives up.", err=True)


def _run_of(database: Database, run_id: int) -> Run:
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).routes.run(run_id)


@contextmanager
def _bar(seconds: int) -> Iterator[Callable[[Run], None]]:
    """A bar of the time that is searched on a terminal, with the best cost so far; nothing elsewhere."""
    import time

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("Waiting", total=seconds)
        began: list[float] = []  # when the search did; there is no news of it while nothing better is found

        def advance(run: Run) -> None:
            cost = run.progress.get("cost")
            best = f"Planning, best cost so far {cost / 100:,.2f}" if cost is not None else "Planning"
            if run.status == "queued":
                return
            began[:] = began or [time.monotonic()]
            done = seconds if run.is_over else min(seconds, time.monotonic() - began[0])
            progress.update(bar, description=best, completed=done)

        yield advance


# In words


def _tell_end(database: Database, words: Words, run: Run, depot: Depot) -> None:
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        found = UnitOfWork(session, SYSTEM).routes.of_run(run.id or 0)
    if found is None:
        error = run.error or {"reason": "planning.failed.given_up", "values": {}}
        typer.echo(_said(words, error["reason"], error["values"], depot), err=True)
        raise typer.Exit(1)
    _summarise(database, words, found, depot)


def _summarise(database: Database, words: Words, plan: Plan, depot: Depot) -> None:
    """The plan's figures, its routes, what is left out with reasons, and what it saves."""
    from domain.moment import SYSTEM
    from domain.plans import savings_of
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        routes = uow.routes.of_plan(plan.id or 0)
        tours, crews = uow.routes.tours(routes), uow.fleet.crews(routes)
        unplanned = uow.routes.unplanned(plan.id or 0)
        run, link = uow.routes.run(plan.run_id or 0), uow.routes.link_of(plan.id or 0)
    about = {"plan": plan.id, "depot": depot.name, "day": plan.day.isoformat(), "status": plan.status}
    figures = {"routes": 0, "stops": 0, "metres": 0, "driving": 0, "working": 0, "left_out": 0, **plan.summary}
    typer.echo(_said(words, "planning.summary", {**about, **figures, "source": run.travel_source}, depot))
    for tour in tours:
        driver, vehicle = crews[tour.route.id or 0]
        facts = {
            "route": tour.route.id, "driver": driver.name if driver else "", "vehicle": vehicle.name if vehicle else "",
            "stops": len(tour.visits), "start": _iso(tour.route.planned_start), "end": _iso(tour.route.planned_end),
            "metres": tour.route.metres,
        }  # fmt: skip
        typer.echo("  " + _said(words, "planning.route", facts, depot))
    for change in plan.summary.get("taken_out", []):
        group = "planning.change" if change["what"] == "order" else "planning.ride"
        typer.echo("  " + _said(words, f"{group}.told", change, depot))
    for task in unplanned:
        typer.echo("  " + _said(words, "planning.left_out", {"order": task.number}, depot))
        typer.echo("    " + _reason(words, task.reason or {}, depot))
    for name, saving in savings_of(figures).items():
        typer.echo(_said(words, f"planning.against.{name}", saving, depot))
    if link is not None:
        typer.echo(_said(words, "planning.on_map", {"link": link.token}, depot))


def _reason(words: Words, reason: dict[str, Any], depot: Depot) -> str:
    said = []
    for each in (reason, reason.get("fix") or {}):
        code = each.get("code")
        if code and words.knows(code):
            said.append(_said(words, code, each.get("values") or {}, depot))
    return " ".join(said) or "-"


def _line(run: Run, plan: Plan | None, depot: Depot, words: Words) -> str:
    again = f"routes under way planned anew, {run.status}" if run.is_of_rest else f"no plan, {run.status}"
    what = f"plan {plan.id}, {plan.status}" if plan is not None else again
    count = plan.summary.get("stops", 0) if plan is not None else 0
    stops = f", {count} {'stop' if count == 1 else 'stops'}, {plan.summary.get('left_out', 0)} left out" if plan else ""
    error = f": {_said(words, run.error['reason'], run.error['values'], depot)}" if run.error else ""
    return f"{depot.code}  {run.day:%Y-%m-%d}  run {run.id}  {what}{stops}{error}"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None


def _said(words: Words, name: str, values: Any, depot: Depot | None) -> str:
    from bot.clock import now
    from domain.values import plain

    return words.say(name, plain(values), None, now(), depot.tz if depot is not None else None)


# What was asked for


def _depot(database: Database, code: str | None) -> Depot:
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        depots = UnitOfWork(session, SYSTEM).depots.all()
    if not depots:
        fail("There is no depot yet; `roundsman import setup` sets one up.")
    known = ", ".join(each.code for each in depots)
    found = [each for each in depots if code is None or each.code == code]
    if not found:
        fail(f'There is no depot with the code "{code}"; there is {known}.')
    if len(found) > 1:
        fail(f"Which depot? Say --depot with one of {known}.")
    return found[0]


def _day(text: str | None, depot: Depot) -> date:
    from datetime import date, timedelta

    from bot.clock import now

    today = now().astimezone(depot.tz).date()
    near = {"today": today, "tomorrow": today + timedelta(days=1), None: today + timedelta(days=1)}
    if text in near:
        return near[text]
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        fail(f'"{(text or "")[:20]}" is no day; write it like 2026-05-04, today or tomorrow.')
