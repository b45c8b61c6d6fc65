"""``roundsman schedule`` and ``roundsman report``: what a depot does by itself, and its days in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import Settings
    from bot.words import Words
    from domain.commands import Command
    from domain.depots import Depot
    from domain.notices import Notice
    from storage.database import Database

schedule_app = typer.Typer(help="What the program does by itself.", no_args_is_help=True)

DepotCode = Annotated[str | None, typer.Option("--depot", help="Code of the depot; not needed where there is one.")]
JobName = Annotated[str, typer.Argument(metavar="JOB", help="The job, as `schedule show` names it.")]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", help="A value of the job's own, e.g. seconds=120; nothing after = takes it away."),
]


@schedule_app.command("show")
def show(depot: DepotCode = None) -> None:
    """What is done when, and when next; local times of the depot."""
    from bot.cards import plain
    from domain.commands import ShowSchedule

    with _opened() as parts:
        for each in _depots(parts.database, depot):
            notice = parts.perform(lambda code=each.code: ShowSchedule(depot=code))[0]  # type: ignore[misc]
            typer.echo(plain(parts.say(notice.name, notice.facts(), each)))


@schedule_app.command("set")
def set_job(
    job: JobName,
    at: Annotated[str | None, typer.Option(help="Local time, e.g. 18:10.")] = None,
    every: Annotated[int | None, typer.Option(help="Minutes between two times, instead of one time a day.")] = None,
    weekdays: Annotated[str | None, typer.Option(help="Days, e.g. mon,tue,fri.")] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it is done at all.")] = None,
    option: Options = None,
    depot: DepotCode = None,
) -> None:
    """Change when something is done; what is not said stays as it is. With `set publish --off` a person publishes."""
    from domain.commands import SetSchedule

    days = [each.strip() for each in weekdays.split(",")] if weekdays else None
    with _opened() as parts:
        chosen = _one(parts.database, depot)
        values = {
            "depot": chosen.code, "job": job, "at": at, "every": every, "weekdays": days, "enabled": on,
            "options": dict(_option(each) for each in option or []),
        }  # fmt: skip
        parts.tell(lambda: SetSchedule.model_validate(values), chosen)


@schedule_app.command("pause")
def pause(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job, or all.")] = "all",
    until: Annotated[
        str, typer.Option(help="Local day, or day and time: tomorrow, 2026-05-04 or 2026-05-04T12:00.")
    ] = "",
    depot: DepotCode = None,
) -> None:
    """Begin nothing for a while; what would be due meanwhile is not caught up."""
    from domain.commands import PauseSchedule

    with _opened() as parts:
        chosen = _one(parts.database, depot)
        end = _moment(until, chosen)
        values = {"depot": chosen.code, "job": None if job == "all" else job, "until": end}
        parts.tell(lambda: PauseSchedule.model_validate(values), chosen)


@schedule_app.command("resume")
def resume(
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job, or all.")] = "all", depot: DepotCode = None
) -> None:
    """Go on with what was paused."""
    from domain.commands import PauseSchedule

    with _opened() as parts:
        chosen = _one(parts.database, depot)
        values = {"depot": chosen.code, "job": None if job == "all" else job}
        parts.tell(lambda: PauseSchedule.model_validate(values), chosen)


@schedule_app.command("runs")
def runs(
    depot: DepotCode = None,
    state: Annotated[str | None, typer.Option(help="due, done, failed or missed; all if not given.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 30,
) -> None:
    """What was due, and what came of it, the latest first. Of what is done every few minutes only the last time."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    if state not in {None, "due", "done", "failed", "missed"}:
        fail(f'"{(state or "")[:20]}" is no state; say due, done, failed or missed.')
    with _opened() as parts:
        chosen = _one(parts.database, depot) if depot else None
        with parts.database.reading() as session:
            uow = UnitOfWork(session, SYSTEM)
            found = uow.schedules.runs(chosen.id if chosen else None, [state] if state else (), limit)
            depots = {each.id: each for each in uow.depots.all()}
        for run in found:
            of = depots[run.depot_id]
            why = run.detail.get("why") or run.detail.get("nothing")
            facts = {"due_at": run.due_at.isoformat(), "job": run.job, "state": run.state, "why": why}
            typer.echo(f"{of.code}  {parts.say('schedule.run', facts, of)}")
        if not found:
            typer.echo("Nothing was due yet.")


def report(
    depot: DepotCode = None,
    day: Annotated[
        str | None, typer.Option("--day", help="2026-05-04, today or yesterday; else the last there is.")
    ] = None,
    week: Annotated[str | None, typer.Option("--week", help="A week, e.g. 2026-W19.")] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Count it anew, as is done where it was made before its end.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Draw it into this file too, as staff get it.", dir_okay=False)
    ] = None,
) -> None:
    """A day or a week of a depot in figures, against what is aimed at."""
    from actions.reports import end_of
    from bot.clock import now
    from domain.commands import MakeReport
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with _opened() as parts:
        chosen = _one(parts.database, depot)
        kind = "weekly" if week else "daily"
        period = week or (_day(day, chosen) if day else None)
        with parts.database.reading() as session:
            known = UnitOfWork(session, SYSTEM).schedules.reports(chosen.id, kind, 400)
        found = next((each for each in known if period is None or each.period == period), None)
        if found is not None and found.made_at < end_of(found.kind, found.period, chosen) <= now():
            period, anew = found.period, True  # it was made before its day was over
        if period is not None and (found is None or anew):
            values = {"depot": chosen.code, "kind": kind, "period": period}
            parts.perform(lambda: MakeReport.model_validate(values))
        elif found is None:
            fail(parts.say("report.none", {"depot": chosen.name}, chosen), 1)
        parts.show_report(chosen, kind, period, picture)


class _Parts:
    """What the commands work with."""

    def __init__(self, database: Database, settings: Settings, words: Words) -> None:
        self.database, self._settings, self._words = database, settings, words

    def perform(self, make: Callable[[], Command]) -> list[Notice]:
        """Perform a command; what is refused or wrong is one sentence and exit code 1 or 2."""
        return performed(self.database, self._settings, self._words, make)

    def tell(self, make: Callable[[], Command], depot: Depot) -> None:
        """Perform a command and say what came of it."""
        for notice in self.perform(make):
            typer.echo(self.say(notice.name, notice.facts(), depot))

    def show_report(self, depot: Depot, kind: str, period: str | None, picture: Path | None) -> None:
        """Say a report that is there, or the last there is, and draw it where that is wanted."""
        from actions.reports import told
        from bot import reports
        from bot.clock import now
        from domain.moment import SYSTEM
        from storage.unit_of_work import UnitOfWork

        with self.database.reading() as session:
            uow = UnitOfWork(session, SYSTEM)
            found = uow.schedules.reports(depot.id, kind, 400)
            report = next(each for each in found if period in {None, each.period})
            made = told(report, depot, uow)
            courses = reports.courses_of(made, report, uow)
        typer.echo(self.say(made.name, made.facts(), depot))
        if picture is not None:
            picture.write_bytes(reports.picture(made, courses, self._words, depot.tz, now()))

    def say(self, name: str, values: Any, depot: Depot | None) -> str:
        """Words, in the depot's local time."""
        from bot.clock import now
        from domain.values import plain

        return self._words.say(name, plain(values), None, now(), depot.tz if depot is not None else None)


@contextmanager
def _opened() -> Iterator[_Parts]:

    with opened() as (database, settings, words):
        yield _Parts(database, settings, words)


def _depots(database: Database, code: str | None) -> list[Depot]:
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        depots = UnitOfWork(session, SYSTEM).depots.all()
    if not depots:
        fail("There is no depot yet; `roundsman import setup` sets one up.")
    found = [each for each in depots if code is None or each.code == code]
    if not found:
        known = ", ".join(each.code for each in depots)
        fail(f'There is no depot with the code "{code}"; there is {known}.')
    return found


def _one(database: Database, code: str | None) -> Depot:
    found = _depots(database, code)
    if len(found) > 1:
        fail(f"Which depot? Say --depot with one of {', '.join(each.code for each in found)}.")
    return found[0]


def _option(text: str) -> tuple[str, int | bool | str | None]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        fail(f'"{text[:30]}" is no option; write it like seconds=120.')
    if value in {"true", "false"}:
        return name, value == "true"
    return name, int(value) if value.isdecimal() else value or None


def _moment(text: str, depot: Depot) -> datetime:
    from datetime import datetime, time, timedelta

    from bot.clock import now
    from domain.scheduling import moment_of

    like = "--until tomorrow, --until 2026-05-04 or --until 2026-05-04T12:00"
    if not text:
        fail(f"Until when? Say {like}.")
    tomorrow = now().astimezone(depot.tz).date() + timedelta(days=1)
    try:
        local = datetime.combine(tomorrow, time()) if text == "tomorrow" else datetime.fromisoformat(text)
    except ValueError:
        fail(f'"{text[:30]}" is no moment; say {like}.')
    return local if local.tzinfo else moment_of(local.date(), local.time(), depot.tz)


def _day(text: str, depot: Depot) -> str:
    from datetime import date, timedelta

    from bot.clock import now

    today = now().astimezone(depot.tz).date()
    near = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return (near.get(text) or date.fromisoformat(text)).isoformat()
    except ValueError:
        fail(f'"{text[:20]}" is no day; write it like 2026-05-04, today or yesterday.')
