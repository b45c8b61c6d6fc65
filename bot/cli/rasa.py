"""`roundsman rasa`: Rasa's own environment, its model and its server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.rasa import environment, server, training
from bot.settings import load_settings

rasa_app = typer.Typer(help="Rasa beside us: install, train, serve (docs/nlu.md).", no_args_is_help=True)


@rasa_app.command()
def install() -> None:
    """Install Rasa into an environment of its own, unless it is there, and print the folder of its commands."""
    print(_commands())


@rasa_app.command()
def train() -> None:
    """Train the model, unless nothing it is made of has changed, and print where it is."""
    print(_model(_commands()))


@rasa_app.command()
def serve(port: Annotated[int | None, typer.Option(help="Port on this machine.", min=1, max=65535)] = None) -> None:
    """Install and train what is missing, then serve; ROUNDSMAN_NLU_ENGINE=rasa makes Roundsman ask it."""
    commands, settings = _commands(), load_settings()
    model = _model(commands)
    print(f"Rasa reads {model.name}; it is ready when it says so.", file=sys.stderr)
    server.run(commands, model, port or settings.rasa_url.port or 5005, settings.rasa_secret)


@rasa_app.command()
def domain() -> None:
    """Write nlu/domain.yml anew from the training data."""
    from bot.rasa import domain as written  # reads all training data

    training.DOMAIN.write_text(written.text(), encoding="utf-8")
    print(training.DOMAIN)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _commands() -> Path:
    try:
        return environment.install(load_settings().rasa_environment, _say)
    except environment.NoRasa as reason:
        _fail(reason)


def _model(commands: Path) -> Path:
    try:
        return training.train(commands, load_settings().folder("rasa"), _say)
    except environment.NoRasa as reason:
        _fail(reason)


def _fail(reason: Exception) -> NoReturn:
    _say(str(reason))
    raise typer.Exit(2)
