"""``roundsman nlu train --compare``, ``models`` and ``rollback``: using what staff have taught, and going back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from bot.cli.doing import fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.teaching.trying import Frozen
    from bot.teaching.versions import Versions
    from domain.meaning import Audience
    from nlu.comparing import Comparison
    from nlu.reviewed import Accepted


def compare(frozen: Path | None, as_json: bool) -> None:
    """Train with what staff have accepted, compare with what is used, and use it where nothing got worse.

    Exits with 1 where it is not used, with 2 where something cannot be read.
    """
    from bot.clock import now
    from bot.encoders import load as load_encoder
    from bot.settings import load_settings
    from bot.teaching.trying import Trial

    settings = load_settings()
    versions = _versions(settings)
    candidate = versions.make(_accepted(settings), now())
    trial = Trial(versions, candidate, settings.spoken, now(), settings.zone, load_encoder(settings))
    try:
        if not trial.changed():
            versions.drop(candidate)
            _told(
                {"candidate": None, "active": versions.active},
                as_json,
                f"Nothing was accepted that version {versions.active} has not learnt.",
            )
            return
        compared = list(trial.by_file(_frozen(frozen, settings)) if frozen is not None else trial.held_back())
        lost = [(each, change) for each in compared for change in each.lost]
        if not lost:
            trial.whole()
            versions.describe(candidate, {"compared": _figures(compared)})
            versions.activate(candidate)
    except BaseException:
        versions.drop(candidate)
        raise
    _report(compared, candidate, used=not lost, as_json=as_json)
    if lost:
        versions.drop(candidate)
        raise typer.Exit(1)


def models() -> None:
    """List the versions of what staff have taught, the newest first; version 0 is what comes with the program."""
    from bot.settings import load_settings

    for each in _versions(load_settings()).listed():
        made = f"{each.made_at:%Y-%m-%d %H:%M}, {each.examples} accepted examples" if each.made_at else "as it comes"
        figures = ", ".join(
            f"{one['language']} {one['audience']} {one['before']}→{one['after']} of {one['messages']}"
            for one in (each.about or {}).get("compared", [])
        )
        typer.echo(f"{'*' if each.is_active else ' '} {each.number}  {made}{f'; {figures}' if figures else ''}")


def rollback() -> None:
    """Go back to the version that was used before; programs that run take it up within a minute."""
    from bot.settings import load_settings

    versions = _versions(load_settings())
    number = versions.roll_back()
    if number is None:
        fail("There is no version before the one that is used.")
    typer.echo(f"Version {number} is used again.")


def _versions(settings: Settings) -> Versions:
    from bot.teaching.versions import Versions as Found

    return Found(settings.folder("nlu"))


def _accepted(settings: Settings) -> list[Accepted]:
    from bot.compose import open_database
    from bot.teaching.trying import accepted_of
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    database = open_database(settings)
    try:
        with database.reading() as session:
            return accepted_of(UnitOfWork(session, SYSTEM).utterances.accepted(), settings.spoken)
    finally:
        database.close()


def _frozen(file: Path, settings: Settings) -> list[Frozen]:
    """The messages of a file of JSON lines, by their ``language`` and ``audience``. Exits where it cannot be read."""
    from bot.teaching.trying import Frozen as Messages
    from nlu.training_data import AUDIENCES, Example, TrainingDataError, json_example

    found: dict[tuple[str, str], list[Example]] = {}
    try:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            example = json_example(line, f"{file.name}:{number}")
            row: dict[str, Any] = json.loads(line)
            language, audience = str(row.get("language", settings.spoken[0])), str(row.get("audience", "customer"))
            if audience not in AUDIENCES or language not in settings.spoken:
                fail(f"{file.name}:{number}: {audience} in {language} is nobody who writes here")
            found.setdefault((language, audience), []).append(example)
    except (OSError, UnicodeDecodeError, TrainingDataError) as error:
        fail(f"{file}: {error}")
    if not found:
        fail(f"{file} holds no messages")
    return [Messages(language, cast("Audience", audience), each) for (language, audience), each in found.items()]


def _report(compared: Sequence[Comparison], candidate: int, *, used: bool, as_json: bool) -> None:
    from nlu import comparing

    if as_json:
        found = [comparing.as_json(each) for each in compared]
        print(json.dumps({"candidate": candidate, "used": used, "compared": found}, indent=2))
        return
    from rich.console import Console

    console = Console()
    for each in compared:
        console.print(_table(each))
    if used:
        console.print(f"Version {candidate} is used from now on; `roundsman nlu rollback` goes back.")
    else:
        named = ", ".join(f"{change.intent} ({change.points:+.1f} points)" for each in compared for change in each.lost)
        console.print(f"Not used: too much is lost of {named}. Nothing has changed.")


def _table(compared: Comparison) -> Any:
    from rich.table import Table

    table = Table("intent", "messages", "before", "now", "points", title=f"{compared.language}, {compared.audience}")
    rows = [*compared.changed, *(each for each in compared.judged if each not in compared.intents)]
    for each in rows:
        lost = " lost" if each.is_lost else ""
        table.add_row(each.intent, str(each.messages), str(each.before), str(each.after), f"{each.points:+.1f}{lost}")
    return table


def _figures(compared: Iterable[Comparison]) -> list[dict[str, object]]:
    return [
        {"language": each.language, "audience": each.audience, "messages": each.all.messages, "before": each.all.before, "after": each.all.after}
        for each in compared
    ]  # fmt: skip


def _told(content: dict[str, object], as_json: bool, sentence: str) -> None:
    typer.echo(json.dumps(content) if as_json else sentence)
