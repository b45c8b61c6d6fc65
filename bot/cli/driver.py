"""``roundsman driver``: who drives, and the codes by which their phones join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import opened, performed

if TYPE_CHECKING:
    from bot.settings import Settings

driver_app = typer.Typer(help="Drivers, and the codes by which their phones join.", no_args_is_help=True)


@driver_app.command("code")
def code(
    name: Annotated[str, typer.Argument(help="The driver's code or name, as `roundsman driver list` has it.")],
) -> None:
    """Make a code for a driver's phone: good once, for 24 hours; one made before is no good any more."""
    from bot.clock import now
    from domain.commands import CreateDriverCode
    from domain.notices import DriverCodeMade

    with opened() as (database, settings, words):
        made = performed(database, settings, words, lambda: CreateDriverCode(driver=name.strip()[:100] or "?"))[0]
        assert isinstance(made, DriverCodeMade), "that is what making a code tells"
        typer.echo(words.say(made.name, made.facts(), None, now()))
        typer.echo(f"On the phone, in the chat with the bot at Telegram: /start {made.code}")
        link = _link(settings, made.code)
        if link is not None:
            typer.echo(f"Or open this there: {link}")


@driver_app.command("list")
def list_() -> None:
    """Who drives: code, name, depot, whether a phone has joined, and the shift under way."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, settings, _words), database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depots = {depot.id: depot for depot in uow.depots.all()}
        drivers = uow.driving.all()
        for driver in drivers:
            phone = "phone joined" if uow.chats.phones(driver.id or 0, "telegram") else "no phone"
            shift = uow.driving.shift(driver.id or 0)
            state = f", on shift since {shift.started_at.astimezone(settings.zone):%H:%M}" if shift is not None else ""
            typer.echo(f"{driver.code or driver.id}  {driver.name}, {depots[driver.depot_id].code}, {phone}{state}")
        if not drivers:
            typer.echo("There are no drivers; `roundsman import setup` makes them.")


def _link(settings: Settings, code: str) -> str | None:
    """What joins with one tap; None where the bot's name is not known or cannot be found out."""
    import asyncio

    from telegram.error import TelegramError

    from bot.channels.telegram.channel import make_bot

    if settings.telegram_token is None:
        return None

    async def name() -> str | None:
        async with make_bot(settings) as bot:
            return bot.username

    try:
        username = asyncio.run(name())
    except TelegramError:
        return None
    return f"https://t.me/{username}?start={code}" if username else None
