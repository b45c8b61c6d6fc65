"""``roundsman vehicle``: which vehicles there are and how they stand, and those that are in service again."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.doing import opened, performed

vehicle_app = typer.Typer(help="Vehicles: how they stand, and back into service.", no_args_is_help=True)


@vehicle_app.command("list")
def list_() -> None:
    """All vehicles: plate, name, depot, and whether they can be driven."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _settings, _words), database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        for depot in uow.depots.all():
            for each in uow.fleet.vehicles(depot.id or 0):
                state = each.status.replace("_", " ")
                typer.echo(f"{each.plate:<12} {each.name}, {depot.code}, {state}")


@vehicle_app.command("return")
def return_(plate: Annotated[str, typer.Argument(help="The plate, as `roundsman vehicle list` has it.")]) -> None:
    """Put a vehicle that was out of service back into it: it is planned with, and drivers can take it."""
    from bot.clock import now
    from domain.commands import ReturnVehicle

    with opened() as (database, settings, words):
        done = performed(database, settings, words, lambda: ReturnVehicle(vehicle=plate.strip()[:40] or "?"))[0]
        typer.echo(words.say(done.name, done.facts(), None, now()))
