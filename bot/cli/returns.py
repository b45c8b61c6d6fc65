"""``roundsman returns``: the policy of returns on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from domain.commands import Command
    from domain.return_policy import Policy

returns_app = typer.Typer(help="Returns.", no_args_is_help=True)
policy_app = typer.Typer(help="The policy of returns: what is decided by itself, and how.", no_args_is_help=True)
returns_app.add_typer(policy_app, name="policy")

PolicyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A policy as YAML; docs/returns.md says how.")]
Version = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Number of a version.")]
Months = Annotated[int, typer.Option("--months", min=1, max=36, help="How far to look back.")]


@policy_app.command("show")
def show(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", min=1)] = None,
    text: Annotated[bool, typer.Option("--text", help="As it is written, to be changed and drafted anew.")] = False,
) -> None:
    """The rules in force, or of a version, in words."""
    from domain.commands import ShowReturnPolicy

    if text:
        typer.echo(_text_of(version), nl=False)
    else:
        _do(ShowReturnPolicy(version=version))


@policy_app.command("check")
def check(file: PolicyFile) -> None:
    """Say whether a file is a policy, and what is odd about it."""
    policy = _read(file)[1]
    typer.echo(f"{file.name} is a policy of {len(policy.rules)} {'rule' if len(policy.rules) == 1 else 'rules'}.")
    for warning in policy.warnings:
        typer.echo(warning)


@policy_app.command("try")
def try_(file: PolicyFile, months: Months = 12) -> None:
    """What a file, or a version by its number, would have decided about past returns; nothing is changed."""
    from domain.commands import TryReturnPolicy

    if not file.exists() and str(file).isdecimal():
        _do(TryReturnPolicy(version=min(int(str(file)), 2**31 - 1), months=months))
    else:
        _do(TryReturnPolicy(text=_read(file)[0], months=months))


@policy_app.command("draft")
def draft(
    file: PolicyFile, note: Annotated[str, typer.Option("--note", help="What for, for whoever reads it later.")] = ""
) -> None:
    """Keep a file as a draft, which takes no effect before it is activated."""
    from domain.commands import DraftReturnPolicy

    _do(DraftReturnPolicy(text=_read(file)[0], note=note[:200]))


@policy_app.command("activate")
def activate(version: Version) -> None:
    """Let a draft decide from now on, or an old version again."""
    from domain.commands import ActivateReturnPolicy

    _do(ActivateReturnPolicy(version=min(version, 2**31 - 1)))


def _read(file: Path) -> tuple[str, Policy]:
    """The text of a file and its rules; what is wrong with it ends the program."""
    from domain.return_policy import WrongPolicy, parse

    try:
        text = file.read_text("utf-8")
        return text, parse(text)
    except OSError as error:
        fail(f"{file} cannot be read ({error.strerror}).")
    except UnicodeDecodeError:
        fail(f"{file} is no text in UTF-8.")
    except WrongPolicy as error:
        fail(str(error))


def _text_of(version: int | None) -> str:
    from domain.moment import SYSTEM
    from domain.refusals import Refusal
    from storage.unit_of_work import UnitOfWork

    with opened() as (database, _, _), database.reading() as session:
        returns = UnitOfWork(session, SYSTEM).returns
        try:
            found = returns.version(version) if version is not None else returns.active_policy()
        except Refusal:
            found = None
    if found is None:
        fail(f"There is no version {version}." if version is not None else "There is no policy of returns yet.")
    return found.text


def _do(command: Command) -> None:
    """Perform a command and say what came of it; a refusal ends the program."""
    from bot.cards import plain
    from bot.clock import now

    with opened() as (database, settings, words):
        for notice in performed(database, settings, words, lambda: command, refused=2):
            typer.echo(plain(words.say(notice.name, notice.facts(), None, now())))
