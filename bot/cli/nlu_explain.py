"""``roundsman nlu explain``: why a message is understood as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.compose import Program
    from nlu.explaining import Explanation
    from nlu.training_data import Example


def explain(
    text: Annotated[str, typer.Argument(help="The message.")],
    audience: Annotated[str, typer.Option(help="Who writes: customer, driver or staff.")] = "customer",
    language: Annotated[
        str | None, typer.Option(help="Language of the conversation, where the words do not tell.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """Why a message is understood as it is: spelling, language, nearest examples, intents, what weighed, what found values."""
    from bot.clock import now
    from bot.compose import Program
    from bot.encoders import load as load_encoder
    from bot.logs import set_up_logs
    from nlu.explaining import explain as why
    from nlu.remembered import Remembered
    from nlu.training_data import AUDIENCES

    if audience not in AUDIENCES:
        typer.echo(f"--audience must be customer, driver or staff, not {audience!r}", err=True)
        raise typer.Exit(2)
    set_up_logs("ERROR", "console")
    program = Program.compose()
    try:
        engine = program.embedded
        examples = _examples(program, engine.tell(text, audience, language).language, audience)
        encoder = load_encoder(program.settings)
        remembered = Remembered(encoder, program.versions.active_folder) if encoder is not None else None
        found = why(engine, text, audience, examples, now(), program.settings.zone, language, remembered)
    finally:
        program.close()
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _examples(program: Program, language: str, audience: str) -> list[Example]:
    """What the active model was trained with."""
    from nlu import reviewed
    from nlu.config import DATA
    from nlu.training_data import read_folder

    accepted = reviewed.read(program.versions.accepted_folder, language)
    return reviewed.extended(read_folder(DATA, language), accepted)[audience].examples


def _print(found: Explanation) -> None:
    typer.echo(f"language  {found.language}: {found.language_why}")
    put_right = ", ".join(f"{said} → {meant}" for said, meant in found.corrected) or "nothing"
    typer.echo(f"put right {put_right}")
    typer.echo(f"read as   {found.read_as}")
    typer.echo("intents")
    for name, share in found.intents:
        typer.echo(f"  {share:7.1%}  {name}")
    typer.echo("what weighed most, for the likeliest intent against the second")
    for part in found.weighed:
        typer.echo(f"  {part.weight:+7.2f}  {part.block}: {part.what!r}")
    typer.echo("nearest examples")
    for near in found.nearest:
        typer.echo(f"  {near.cosine:7.2f}  {near.intent}: {near.text}")
    typer.echo("values" if found.entities else "no values")
    for each in found.entities:
        typer.echo(f"  {each.kind} {each.text!r} → {each.value} (by {each.by}, {each.confidence:.2f})")
