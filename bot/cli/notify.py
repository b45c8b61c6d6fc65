"""``roundsman notify``: what would be said to customers and drivers, before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import opened

if TYPE_CHECKING:
    from bot.previewing import Upcoming


def notify(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    depot: Annotated[str | None, typer.Option("--depot", help="Code of the depot; all of them otherwise.")] = None,
    words: Annotated[bool, typer.Option("--words", help="Show the words too; they name what was ordered.")] = False,
) -> None:
    """Messages that wait, and those that would be made now: order, channel, what it is. Nothing is changed.

    The running program sends by itself, so there is only the dry run. Exit code 2 without it.
    """
    from bot.clock import moment, new_id
    from bot.previewing import upcoming
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    if not dry_run:
        typer.echo("Messages are sent by the running program; say --dry-run to see what it would send.", err=True)
        raise typer.Exit(2)
    with opened() as (database, settings, texts):
        with database.reading() as session:
            known = [each.code for each in UnitOfWork(session, SYSTEM).depots.all()]
        if depot is not None and depot not in known:
            typer.echo(f'There is no depot with the code "{depot[:40]}".', err=True)
            raise typer.Exit(1)
        at = moment(SYSTEM, f"preview:{new_id()}", settings.policies)
        found = upcoming(database, texts, at, [depot] if depot is not None else known)
        for each in found:
            typer.echo(_line(each))
            if words:
                typer.echo("    " + each.words.replace("\n", "\n    "))
        if not found:
            typer.echo("Nothing would be sent.")


def _line(each: Upcoming) -> str:
    state = "waits" if each.waits else "would be made"
    held = f", held until {each.not_before:%Y-%m-%d %H:%M} UTC" if each.not_before is not None else ""
    how = ", in place of the last message" if each.edits else ""
    return f"{each.order or '–':<10} {each.channel:<9} {each.kind} ({state}{how}{held})"
