"""``roundsman handoff`` and ``roundsman outbox``: chats that a person answers, and messages that did not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail, opened, performed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from bot.settings import Settings
    from domain.commands import Command

handoff_app = typer.Typer(help="Chats that a person answers.", no_args_is_help=True)
outbox_app = typer.Typer(help="Messages on their way, and those that never arrived.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(help="The reference, e.g. C-1042.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of messages; without any --all is needed.")]
All = Annotated[bool, typer.Option("--all", help="All that are given up.")]


@handoff_app.command("list")
def list_handoffs() -> None:
    """Who waits for a person, the longest first, with what was said last."""
    from bot.clock import now
    from bot.handoffs import waiting

    with opened() as (database, _, _words):
        found = waiting(database, now())
        for each in found:
            state = "answered" if each.answered else f"waits {_span(now() - each.since)}"
            who = each.name or "a stranger"
            typer.echo(
                f"{each.reference}  {state}, {each.channel}, {who}: {_line(each.last_words) or '(nothing said yet)'}"
            )
        if not found:
            typer.echo("Nobody waits for a person.")


@handoff_app.command("show")
def show_handoff(reference: Reference) -> None:
    """The talk of a chat, both sides, as it was said."""
    from bot.clock import now
    from bot.handoffs import thread

    with opened() as (database, settings, words):
        lines = thread(database, words, reference.strip().upper(), now())
        if lines is None:
            fail(f"There is no chat behind {reference}; `roundsman handoff list` shows who waits.", 1)
        for at, who, text in lines:
            typer.echo(f"{_clock(at, settings)}  {who}: {text}")


@handoff_app.command("reply")
def reply(reference: Reference, text: Annotated[str, typer.Argument(help="What to say.")]) -> None:
    """Answer the customer, in the chat they wrote in or where they can be reached."""
    from domain.commands import AnswerChat

    _perform(lambda: AnswerChat(case=reference.strip().upper(), words=text), "Said.")


@handoff_app.command("close")
def close(reference: Reference) -> None:
    """Give the chat back to the bot and settle the case."""
    from domain.commands import CloseChat

    _perform(lambda: CloseChat(case=reference.strip().upper()), "Closed; the assistant answers again.")


@outbox_app.command("list")
def list_outbox(
    state: Annotated[str, typer.Option(help="dead, pending, dropped or sent.")] = "dead",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """Messages in a state, the latest first: number, when, channel, what it is, tries, why not. No words, no addresses."""
    from storage import outbox

    if state not in {outbox.DEAD, outbox.PENDING, outbox.DROPPED, outbox.SENT}:
        fail(f'"{state[:20]}" is no state; say dead, pending, dropped or sent.', 1)
    with opened() as (database, settings, _):
        with database.reading() as session:
            rows = outbox.listed(session, [state], limit)
        for row, channel in rows:
            about = f" about {row.about}" if row.about else ""
            why = f": {row.error}" if row.error else ""
            typer.echo(
                f"{row.id}  {_clock(row.created_at, settings)}  {channel}  {row.name}{about}, tries {row.attempts}{why}"
            )
        if not rows:
            typer.echo(f"No message is {state}.")


@outbox_app.command("retry")
def retry(ids: Ids = None, all_: All = False) -> None:
    """Send messages again that were given up."""
    from storage import outbox

    _change(ids, all_, outbox.PENDING, "will be sent again")


@outbox_app.command("drop")
def drop(ids: Ids = None, all_: All = False) -> None:
    """Forget messages that were given up."""
    from storage import outbox

    _change(ids, all_, outbox.DROPPED, "dropped")


def _change(ids: list[int] | None, all_: bool, to: str, done: str) -> None:
    from bot.clock import now
    from storage import outbox

    if not ids and not all_:
        fail("Name the messages by their numbers (`roundsman outbox list` shows them), or say --all.", 1)
    with opened() as (database, _, _words):
        chosen = None if all_ else ids
        count = database.retrying(lambda session: outbox.change_state(session, chosen, outbox.DEAD, to, now()))
    typer.echo(f"{count} {'message' if count == 1 else 'messages'} {done}.")
    raise typer.Exit(0 if count or all_ else 1)


def _perform(make: Callable[[], Command], done: str) -> None:
    with opened() as (database, settings, words):
        performed(database, settings, words, make, wrong=1)
    typer.echo(done)


def _clock(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(settings.zone):%d %b %H:%M}"


def _span(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _line(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:99]}…" if len(line) > 100 else line
