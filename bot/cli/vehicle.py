"""``roundsman vehicle``: which vehicles there are and how they stand, and those that are in service again."""

from __future__ import annotations

from typing import Annotated

import typer

vehicle_app = typer.Typer(help="Vehicles: how they stand, and back into service.", no_args_is_help=True)


@vehicle_app.command("list")
def list_() -> None:
    """All vehicles: plate, name, depot, and whether they can be driven."""
    from bot.cli.orders import opened
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
    from actions.perform import perform
    from bot.cli.orders import opened
    from bot.clock import moment, new_id
    from domain.commands import ReturnVehicle
    from domain.moment import SYSTEM
    from domain.refusals import Refusal

    with opened() as (database, settings, words):
        at = moment(SYSTEM, f"cli:{new_id()}", settings.policies)
        try:
            notices, _ = perform(database, [ReturnVehicle(vehicle=plate.strip()[:40] or "?")], at)
        except Refusal as refusal:
            typer.echo(words.say(refusal.text, refusal.values, None, at.now), err=True)
            raise typer.Exit(1) from None
        typer.echo(words.say(notices[0].name, notices[0].facts(), None, at.now))
