"""``roundsman staff``: who works here, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from domain.commands import Command

staff_app = typer.Typer(help="Who works here, and what each may do.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name or number, as `roundsman staff list` has it.")]
RoleName = Annotated[str, typer.Option("--role", help="viewer, dispatcher, warehouse, buyer, manager or admin.")]


@staff_app.command("list")
def list_() -> None:
    """Everybody: number, name, role, and their user in Slack."""
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _settings, _words), database.reading() as session:
        people = UnitOfWork(session, SYSTEM).people.all()
        for each in people:
            typer.echo(f"{each.id}  {each.name}, {each.role}{f', Slack {each.slack_id}' if each.slack_id else ''}")
        if not people:
            typer.echo("Nobody is on the staff list; `roundsman staff add NAME --role admin` puts somebody on it.")


@staff_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What they are called.")],
    role: RoleName,
    slack: Annotated[str | None, typer.Option("--slack", help="Their user in Slack, e.g. U012AB3CD.")] = None,
) -> None:
    """Put somebody on the staff list, or give who is on it another role."""
    perform("SetRole", {"person": name, "role": role, "slack_id": slack, "new": True})


@staff_app.command("role")
def role_(name: Name, role: RoleName) -> None:
    """Give somebody another role."""
    perform("SetRole", {"person": name, "role": role})


@staff_app.command("remove")
def remove(name: Name) -> None:
    """Somebody works here no more."""
    perform("RemoveStaff", {"person": name})


def perform(command: str, values: dict[str, object]) -> None:
    """Do it and say what came of it. Exits with a sentence where it cannot be done."""
    from pydantic import ValidationError

    from actions.registry import BY_NAME
    from bot.cards import plain
    from bot.clock import now

    try:
        made: Command = BY_NAME[command](**{name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}.")
    with opened() as (database, settings, words):
        for notice in performed(database, settings, words, lambda: made):
            typer.echo(plain(words.say(notice.name, notice.facts(), None, now())))
