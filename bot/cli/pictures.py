"""``roundsman route``: pictures, map data and loading lists of routes and plans, as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from bot.settings import Settings
    from bot.words import Words
    from domain.drawing import Drawing
    from domain.routes import Route
    from storage.unit_of_work import UnitOfWork

route_app = typer.Typer(
    help="Today's routes: look at them, change them, draw them, print what is loaded.", no_args_is_help=True
)

One = Annotated[str, typer.Argument(metavar="ROUTE", help="The route, e.g. R-12 or 12.")]
Maybe = Annotated[str | None, typer.Argument(metavar="[ROUTE]", help="The route, e.g. R-12 or 12.")]
Plan = Annotated[int | None, typer.Option("--plan", help="All routes of this plan instead.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="The file to write.", dir_okay=False)]


@route_app.command("picture")
def picture(output: Output, route: Maybe = None, plan: Plan = None) -> None:
    """Draw a route, or all routes of a plan, as a PNG for chats."""
    from bot.pictures.png import draw

    def make(uow: UnitOfWork, words: Words, settings: Settings) -> bytes:
        drawing = _drawing(route, plan, uow)
        return draw(drawing, _say(words, settings, drawing.zone))

    _write(output, make)


@route_app.command("geojson")
def geojson(output: Output, route: Maybe = None, plan: Plan = None) -> None:
    """Write a route, or all routes of a plan, as GeoJSON for programs that draw maps; it names nobody."""
    import orjson

    from bot.pictures import geojson as writing

    _write(
        output,
        lambda uow, _words, _settings: orjson.dumps(
            writing.geojson(_drawing(route, plan, uow)), option=orjson.OPT_INDENT_2
        ),
    )


@route_app.command("manifest")
def manifest(route: One, output: Output) -> None:
    """Write the loading list of a route as a PDF to print, in loading order, with barcodes."""
    from actions.drawn import manifest_of
    from bot.manifests import manifest_pdf

    def make(uow: UnitOfWork, words: Words, settings: Settings) -> bytes:
        listed = manifest_of(_route(route, uow), uow)
        return manifest_pdf(listed, _say(words, settings, listed.zone))

    _write(output, make)


def _drawing(route: str | None, plan: int | None, uow: UnitOfWork) -> Drawing:
    from actions.drawn import drawing_of_plan, drawing_of_route

    if (route is None) == (plan is None):
        fail("Name a route, or a plan with --plan.")
    if plan is not None:
        return drawing_of_plan(uow.routes.plan(plan), uow)
    return drawing_of_route(_route(route or "", uow), uow)


def _route(named: str, uow: UnitOfWork) -> Route:
    number = re.fullmatch(r"(?:R-)?(\d{1,9})", named.strip(), re.IGNORECASE)
    if number is None:
        fail(f'"{named[:20]}" is no route; say R-12 or 12.')
    return uow.routes.get(int(number[1]))


def _say(words: Words, settings: Settings, zone: ZoneInfo) -> Callable[..., str]:
    from bot.clock import now

    return words.on_pages(settings.spoken[0], now(), zone)


def _write(output: Path, make: Callable[[UnitOfWork, Words, Settings], bytes]) -> None:
    """Write what is made of the database into a file; what cannot be is one sentence and exit code 2."""
    from bot.clock import now
    from domain.moment import SYSTEM
    from domain.refusals import Refusal
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, settings, words):
        try:
            with database.reading() as session:
                made = make(UnitOfWork(session, SYSTEM), words, settings)
            output.write_bytes(made)
        except Refusal as refusal:
            fail(words.say(refusal.text, refusal.values, None, now()))
        except OSError as error:
            fail(f"{output} cannot be written: {error.strerror}.")
    typer.echo(f"Wrote {output}.")
