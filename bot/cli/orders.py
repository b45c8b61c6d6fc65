"""``roundsman import`` and ``roundsman exceptions``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.casework import ToldCase
    from bot.imports.orders import Outcome
    from bot.imports.tables import RowFault
    from bot.settings import Settings
    from bot.words import Words
    from storage.database import Database

import_app = typer.Typer(help="Take in a business: its set-up, its products, its orders.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The file.", dir_okay=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and keep nothing.")]


@import_app.command("orders")
def import_orders(file: File, dry_run: DryRun = False) -> None:
    """Take in orders from a CSV file (UTF-8; comma, semicolon or tab; first row names the columns).

    Needed: external_id, name, street, postcode, city, country, sku, quantity. Possible: email, phone, customer_id,
    lat, lon, unit_price (18.90), wanted_day (2026-05-04), wanted_window (14:00-16:00), instructions, language,
    proof (none, photo, name, code, photo+name), proof_required (yes), carriage (4.90), discount (5.00), paid_by (card),
    payment (what the gateway calls it), gift (yes), channel (webshop), tax (of the line, in percent: 19).

    Rows with the same external_id are the lines of one order. Bad rows are named and left out, with the whole order
    they belong to; good orders are kept. The same file again changes nothing. At most 50 MB, 20,000 characters a cell,
    200 lines an order. A dry run holds up other orders while it runs.

    Exit code 1 when an order was left out, 2 when the file cannot be read.
    """
    from bot.imports import orders as importing
    from bot.imports.tables import read_table

    with _readable():
        table = read_table(file, importing.REQUIRED, importing.OPTIONAL)
    with opened() as (database, settings, words):
        planned, found, failed = importing.plan(table, _currencies(database))
        for fault in found:
            _complain(fault)
        with _progress("Orders", len(planned)) as advance:
            to = importing.Importing(database, settings, words, _complain, advance)
            outcome = importing.import_orders(planned, to, dry_run=dry_run)
    outcome.failed += failed
    _summarise(outcome, dry_run)
    raise typer.Exit(1 if outcome.failed else 0)


@import_app.command("products")
def import_products(file: File, dry_run: DryRun = False) -> None:
    """Take in products and stock from a CSV file; a product of the same SKU becomes the one of the file.

    Needed: sku, name. Possible: category, price (18.90), currency (EUR), weight (grams), volume (cubic centimetres),
    handling (fragile, fridge, lift …), tags (what rules of returns ask for: final_sale, hygiene …), family (the same for
    what differs only in size or colour), depot (its code) with on_hand (pieces there). A product in several depots has a
    row for each.

    Exit code 1 when a row was left out, 2 when the file cannot be read.
    """
    from bot.imports import products as importing
    from bot.imports.tables import read_table

    with _readable():
        table = read_table(file, importing.REQUIRED, importing.OPTIONAL)
    planned, found = importing.plan(table)
    for fault in sorted(found, key=lambda each: each.row):
        _complain(fault)
    with opened() as (database, settings, words):
        outcomes = importing.import_products(
            planned, database, words, _complain, dry_run=dry_run, policies=settings.policies
        )
    outcomes["failed"] += len({fault.row for fault in found})
    told = ", ".join(f"{outcomes[name]} {name}" for name in ("created", "changed", "unchanged", "failed"))
    typer.echo(f"Products: {told}.{_kept(dry_run)}")
    raise typer.Exit(1 if outcomes["failed"] else 0)


@import_app.command("setup")
def import_setup(file: File, dry_run: DryRun = False) -> None:
    """Set up depots, vehicles, drivers and shifts from a YAML file. What is there already becomes as it says.

    Depots and drivers go by their code, vehicles by their plate; those not in the file stay as they are. All of the file
    is taken, or nothing (exit code 2).
    """
    from bot.imports.setup import read_setup
    from bot.imports.taking import moment, taking
    from domain.refusals import Refusal

    with _readable():
        wanted = read_setup(file)
    with opened() as (database, settings, words), taking(database, dry_run=dry_run) as take:
        at = moment(settings.policies)
        try:
            notices = take(wanted, at)[0]
        except Refusal as refusal:
            fail(f"{file}: {words.say(refusal.text, refusal.values, None, at.now)}")
    for notice in notices:
        typer.echo(words.say(notice.name, notice.facts(), None, at.now))
    if dry_run:
        typer.echo(_kept(dry_run).strip())


def exceptions(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one list.")] = False,
    resolve: Annotated[str | None, typer.Option("--resolve", help="Settle this one, e.g. C-1004.")] = None,
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1, max=10_000)] = 200,
) -> None:
    """List what needs a person: what is wrong, and what to do; or settle one."""
    from bot.casework import tell
    from bot.clock import now
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, settings, words):
        if resolve is not None:
            _resolve(resolve, database, settings, words)
            return
        with database.reading() as session:
            found = UnitOfWork(session, SYSTEM).cases.open(limit + 1)
            cases = [tell(case, words, now()) for case in found[:limit]]
    _list_as_json(cases) if as_json else _list(cases, settings, more=len(found) > limit)


def _list(cases: list[ToldCase], settings: Settings, *, more: bool) -> None:
    if not cases:
        typer.echo("Nothing needs a person.")
    for case in cases:
        since = case.since.astimezone(settings.zone)
        about = f"  order {case.order}" if case.order else ""
        typer.secho(f"{case.reference}  since {since:%Y-%m-%d %H:%M}{about}  {case.kind}", bold=True)
        typer.echo(f"    {_line(case.what)}")
        typer.echo(f"    To do: {_line(case.todo)}")
    if more:
        typer.echo(f"There are more; --limit shows more than {len(cases)}.")


def _list_as_json(cases: list[ToldCase]) -> None:
    import orjson

    typer.echo(orjson.dumps(cases, option=orjson.OPT_INDENT_2).decode())


def _line(text: str) -> str:
    """What a customer wrote, without what would drive a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _resolve(reference: str, database: Database, settings: Settings, words: Words) -> None:
    from pydantic import ValidationError

    from bot.clock import now
    from bot.faults import faults
    from domain.commands import ResolveCase

    try:
        command = ResolveCase(case=reference.strip().upper())
    except ValidationError as error:
        fail(f'"{_line(reference)[:40]}" {faults(error)[0].detail}')
    for notice in performed(database, settings, words, lambda: command, refused=2):
        typer.echo(words.say(notice.name, notice.facts(), None, now()))


def _currencies(database: Database) -> dict[str, str]:
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).stock.currencies()


@contextmanager
def _readable() -> Iterator[None]:
    """A file that cannot be used is one sentence and exit code 2."""
    from bot.imports.tables import Unreadable

    try:
        yield
    except Unreadable as error:
        fail(str(error))


def _complain(fault: RowFault) -> None:
    typer.echo(str(fault), err=True)


def _kept(dry_run: bool) -> str:
    return " Dry run: nothing was kept." if dry_run else ""


def _summarise(outcome: Outcome, dry_run: bool) -> None:
    told = f"{outcome.created} created, {outcome.unchanged} unchanged, {outcome.failed} failed"
    plural = "exception" if outcome.exceptions == 1 else "exceptions"
    typer.echo(f"Orders: {told}, {outcome.exceptions} {plural}.{_kept(dry_run)}")
    if outcome.waiting:
        typer.echo(f"Still to be found on the map: {outcome.waiting}.")
    if outcome.exceptions and not dry_run:
        typer.echo("`roundsman exceptions` says what they need.")


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
