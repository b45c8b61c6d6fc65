"""``roundsman route``: today's routes as a dispatcher changes them; what a change does is said before it is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.doing import fail, opened, performed
from bot.cli.pictures import route_app

if TYPE_CHECKING:
    from bot.words import Words
    from domain.commands import Command
    from domain.depots import Depot
    from domain.notices import Notice
    from storage.database import Database
    from storage.routes import Tour
    from storage.unit_of_work import UnitOfWork

__all__ = ["route_app"]

RouteName = Annotated[str, typer.Argument(metavar="ROUTE", help="The route, e.g. R-12 or 12.")]
StopNumber = Annotated[int, typer.Argument(metavar="STOP", help="Number of the stop; `route show` lists them.", min=1)]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what it would do.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DepotCode = Annotated[str | None, typer.Option("--depot", help="Code of the depot; not needed where there is one.")]


@route_app.command("list")
def list_routes(depot: DepotCode = None) -> None:
    """Today's routes that are, or will be, driven."""
    with _looking() as (uow, words):
        for each in _depots(uow, depot):
            for tour in uow.routes.tours(uow.routes.live(each.id or 0, _today(each))):
                typer.echo(_headline(tour, uow, words, each))


@route_app.command("show")
def show_route(route: RouteName) -> None:
    """The stops of a route in order: number, state, when, orders; a locked one has a star."""
    with _looking() as (uow, words):
        tour = uow.routes.tour(_number(route))
        depot = uow.depots.get(tour.route.depot_id)
        typer.echo(_headline(tour, uow, words, depot))
        for visit in tour.visits:
            stop = visit.stop
            span = [f"{each.astimezone(depot.tz):%H:%M}" for each in (stop.eta, stop.eta_start, stop.eta_end) if each]
            when = f"{span[0]} ({span[1]}–{span[2]})" if len(span) == 3 and visit.is_ahead else "–"
            orders = ", ".join(dict.fromkeys(task.number for task in visit.tasks))
            kind = " pickup" if any(task.kind == "pickup" for task in visit.tasks) else ""
            lock = "*" if stop.locked else " "
            typer.echo(f"{stop.position:>4}{lock} stop {stop.id:<7} {visit.status:<10} {when:<21} {orders}{kind}")


@route_app.command("insert")
def insert(
    order: Annotated[str, typer.Argument(help="The order, e.g. RM-10482, or the return to collect, e.g. RET-1001.")],
    route: Annotated[str | None, typer.Option("--route", help="Only on this route.")] = None,
    preview: Preview = False,
) -> None:
    """Put an order on a route of today, where it costs least and nobody waits longer than they were told."""
    from domain.commands import InsertStop

    wanted = None if route is None else _number(route)
    number = order.strip().upper()
    named = {"return_number": number} if number.startswith("RET-") else {"order": number}
    _perform_said(lambda: InsertStop(**named, route=wanted, preview=preview))


@route_app.command("move")
def move(
    route: RouteName,
    stop: StopNumber,
    to: Annotated[str, typer.Argument(help="The route it goes to; the same one to change the order.")],
    position: Annotated[
        int | None, typer.Option(help="As which of the stops ahead; by default the best.", min=1)
    ] = None,
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    """Put a stop on another route, or elsewhere on its own."""
    from domain.commands import MoveStop

    here, there = _number(route), _number(to)
    _change(
        lambda **more: MoveStop(route=here, stop=stop, to_route=there, position=position, **more),
        preview=preview, yes=yes, route=here,
    )  # fmt: skip


@route_app.command("remove")
def remove(
    route: RouteName,
    stop: StopNumber,
    reason: Annotated[str, typer.Argument(help="Why; whoever looks into it reads this.")],
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    """Take a stop off its route; its orders wait for a person (`roundsman exceptions`)."""
    from domain.commands import RemoveStop

    here = _number(route)
    _change(
        lambda **more: RemoveStop(route=here, stop=stop, reason=reason, **more), preview=preview, yes=yes, route=here
    )


@route_app.command("lock")
def lock(
    route: RouteName,
    stop: StopNumber,
    unlock: Annotated[bool, typer.Option("--unlock", help="Let it go again.")] = False,
) -> None:
    """Keep a stop on its route and at its place there, whatever is planned anew."""
    from domain.commands import LockStop

    here = _number(route)
    _perform_said(lambda: LockStop(route=here, stop=stop, locked=not unlock))


@route_app.command("swap")
def swap(
    route: RouteName,
    driver: Annotated[str | None, typer.Option("--driver", help="Code of the driver who takes it.")] = None,
    other: Annotated[
        str | None, typer.Option("--with", help="The route whose driver takes it, and the other way.")
    ] = None,
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    """Give a route another driver, or two routes each other's."""
    from domain.commands import SwapDriver

    here, there = _number(route), None if other is None else _number(other)
    _change(
        lambda **more: SwapDriver(route=here, driver=driver, other=there, **more), preview=preview, yes=yes, route=here
    )  # fmt: skip


@route_app.command("split")
def split(
    route: RouteName,
    place: Annotated[str | None, typer.Option("--place", help="Where it stands: 52.52,13.405; else where it was last seen.")] = None,
    reason: Annotated[str, typer.Option(help="What happened.")] = "breakdown",
    preview: Preview = False,
    yes: Yes = False,
) -> None:  # fmt: skip
    """A vehicle broke down: hand the rest of its route to drivers nearby."""
    from domain.commands import SplitRoute

    values: dict[str, Any] = {"route": _number(route), "place": place, "reason": reason}
    _change(lambda **more: SplitRoute(**values, **more), preview=preview, yes=yes)


@route_app.command("replan")
def replan(
    depot: DepotCode = None,
    engine: Annotated[str, typer.Option(help="hybrid, ortools or pyvrp.")] = "hybrid",
    seconds: Annotated[int, typer.Option(help="How long to search.", min=1, max=600)] = 20,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Plan the rest of today anew, from where vehicles are, with the fewest changes; the live routes are changed.

    Ctrl-C takes the best that is found so far; a second Ctrl-C gives up. Exit code 1 when nothing came of it.
    """
    from bot.cli.plan import watched
    from domain.commands import ReplanRest

    with opened() as (database, settings, words):
        with _looking() as (uow, _):
            found = _depots(uow, depot)
        if len(found) != 1:
            fail(f"Which depot? Say --depot with one of {', '.join(each.code for each in found)}.")
        values: dict[str, Any] = {"depot": found[0].code, "engine": engine, "seconds": seconds, "seed": seed}
        told = performed(database, settings, words, lambda: ReplanRest(**values))
        run = watched(database, settings, told[0].run, seconds)  # type: ignore[attr-defined]
        if run.error is not None or run.cost is None:
            error = run.error or {"reason": "planning.failed.given_up", "values": {}}
            fail(_said(words, error["reason"], error["values"], found[0]), 1)
        before, after = sum(run.baselines["before"].values()), sum(run.cost.values())
        facts = {"moved": run.baselines["moved"], "told": run.baselines["told"], "saved": (before - after) / 100}
        typer.echo(_said(words, "route.replanned", {**facts, "source": run.travel_source}, found[0]))


# What is said and done


def _change(
    make: Callable[..., Command], *, preview: bool, yes: bool, route: int | None = None
) -> None:  # fmt: skip
    """Say what a change would do, ask, and do it if nothing has changed since."""

    with opened() as (database, settings, words):
        more: dict[str, Any] = {}
        if preview or not yes:
            notices = performed(database, settings, words, lambda: make(preview=True))
            _tell(notices, database, words)
            if preview or not typer.confirm("Do it?"):
                return
            more = {} if route is None else {"version": notices[0].versions[route]}  # type: ignore[attr-defined]
        _tell(performed(database, settings, words, lambda: make(**more)), database, words)


def _perform_said(make: Callable[[], Command]) -> None:

    with opened() as (database, settings, words):
        _tell(performed(database, settings, words, make), database, words)


def _tell(notices: list[Notice], database: Database, words: Words) -> None:
    """The answer, and how many customers are told something."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    answer, *others = notices
    route = getattr(answer, "route", None) or getattr(answer, "touched", (None,))[0]
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depot = uow.depots.get(uow.routes.get(route).depot_id) if route else None
    typer.echo(_said(words, answer.name, answer.facts(), depot))
    if others:
        typer.echo(f"{len(others)} {'customer is' if len(others) == 1 else 'customers are'} told.")


@contextmanager
def _looking() -> Iterator[tuple[UnitOfWork, Words]]:
    """The database to look at; what is not there is one sentence and exit code 2."""
    from bot.clock import now
    from domain.moment import SYSTEM
    from domain.refusals import Refusal
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _, words):
        try:
            with database.reading() as session:
                yield UnitOfWork(session, SYSTEM), words
        except Refusal as refusal:
            fail(words.say(refusal.text, refusal.values, None, now()))


def _headline(tour: Tour, uow: UnitOfWork, words: Words, depot: Depot) -> str:
    route = tour.route
    driver, vehicle = uow.fleet.crews([route])[route.id or 0]
    facts = {
        "route": route.id, "status": route.status, "driver": driver.name if driver else "", "stops": len(tour.visits),
        "vehicle": vehicle.name if vehicle else "", "ahead": sum(visit.is_ahead for visit in tour.visits),
    }  # fmt: skip
    return _said(words, "route.headline", facts, depot)


def _depots(uow: UnitOfWork, code: str | None) -> list[Depot]:
    found = [each for each in uow.depots.all() if code is None or each.code == code]
    if not found:
        fail(f'There is no depot with the code "{code}".' if code else "There is no depot yet.")
    return found


def _today(depot: Depot) -> Any:
    from bot.clock import now

    return now().astimezone(depot.tz).date()


def _number(named: str) -> int:
    number = re.fullmatch(r"(?:R-)?(\d{1,9})", named.strip(), re.IGNORECASE)
    if number is None:
        fail(f'"{named[:20]}" is no route; say R-12 or 12.')
    return int(number[1])


def _said(words: Words, name: str, values: Any, depot: Depot | None) -> str:
    from bot.clock import now

    return words.say(name, values, None, now(), depot.tz if depot is not None else None)
