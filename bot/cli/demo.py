"""``roundsman demo``: a believable business to try everything with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.demo.load import Summary
    from bot.files import Files
    from storage.database import Database

app = typer.Typer(help="A believable delivery business in Berlin, to try everything with.", no_args_is_help=True)

Orders = Annotated[int, typer.Option("--orders", min=1, max=200_000, help="How many orders, over twelve months.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed at the same moment gives the same demo.")]


@app.command()
def load(orders: Orders = 600, seed: Seed = 7) -> None:
    """Put the demo into an empty database; one that has it stays as it is."""
    from bot.clock import now
    from bot.demo import load as loading

    with _database() as database:
        _tell(loading.load(database, now(), orders, seed, _files()))


@app.command()
def reset(
    orders: Orders = 600,
    seed: Seed = 7,
    yes: Annotated[bool, typer.Option("--yes", help="Also delete data that is not the demo's.")] = False,
) -> None:
    """Delete everything but the API keys, and load the demo anew."""
    from bot.clock import now
    from bot.demo import load as loading

    with _database() as database:
        held = {} if loading.is_loaded(database) else loading.holdings(database)
        if held and not yes:
            own = ", ".join(f"{count} {words}" for words, count in held.items())
            raise loading.DemoRefused(
                f"This database holds a business of its own ({own}), and a reset deletes all of it. "
                "If that is meant, say so with --yes."
            )
        _tell(loading.reset(database, now(), orders, seed, _files()))


@app.command()
def show(limit: Annotated[int, typer.Option("--limit", min=1, help="How many customers at most.")] = 16) -> None:
    """Customers worth trying: their active orders, and the facts that open them."""
    from bot.demo import show as showing

    with _database() as database:
        persons, returner = showing.show(database, limit), showing.returner(database)
    if not persons:
        typer.echo("There are no active orders. Load the demo first: roundsman demo load", err=True)
        raise typer.Exit(2)
    typer.echo("\n".join(showing.listing(persons)))
    typer.echo("An order opens with its postcode, the last four digits of the phone number, or the e-mail address.")
    typer.echo(f"To speak as one of them: roundsman chat --as customer:{persons[0].id}")
    if returner is not None:
        typer.echo(
            f'To send something back ("it is broken, I want my money back"): roundsman chat --as customer:{returner}'
        )


def _tell(summary: Summary) -> None:
    if summary.loaded:
        typer.echo(
            f"Loaded {summary.orders} orders ({summary.active} active) of {summary.customers} customers: "
            f"{summary.depots} depots, {summary.products} products, {summary.routes} routes, {summary.events} events."
        )
    else:
        typer.echo(
            f"The demo is there already, with {summary.orders} orders ({summary.active} active); nothing was changed. "
            "To begin anew: roundsman demo reset"
        )
    typer.echo("What to try: roundsman demo show")


def _files() -> Files:
    from bot.files import Files
    from bot.settings import load_settings

    return Files(load_settings())


@contextmanager
def _database() -> Iterator[Database]:
    """The database; what goes wrong with it is one sentence and exit code 2."""
    from sqlalchemy.exc import DBAPIError

    from bot.compose import open_database
    from bot.demo.load import DemoRefused

    database = open_database()
    try:
        yield database
    except DemoRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        typer.echo(f"The database did not do it ({reason}).", err=True)
        raise typer.Exit(2) from None
    finally:
        database.close()
