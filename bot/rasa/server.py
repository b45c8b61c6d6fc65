"""The Rasa server: asked on this machine alone, and only by whoever has the token."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bot.rasa.environment import variables

#: Where the server finds the token: on its command line everybody on the machine could read it.
_TOKEN = "RASA_SERVER_TOKEN"  # noqa: S105
_START = (
    f"import os, sys; sys.argv += ['--auth-token', os.environ.pop('{_TOKEN}')]; from rasa.__main__ import main; main()"
)


def command(commands: Path, model: Path, port: int, host: str = "127.0.0.1") -> list[str]:
    """What starts the server for ``model`` (``rasa run --enable-api``) on a port of this machine."""
    given = ["run", "--enable-api", "--interface", host, "--port", str(port), "--model", str(model)]
    return [str(commands / "python"), "-c", _START, *given]


def environment(token: str) -> Mapping[str, str]:
    """The environment variables the server is started with."""
    return {**variables(), _TOKEN: token}


def run(commands: Path, model: Path, port: int, token: str) -> None:
    """Become the server. Does not return."""
    os.chdir(model.parent)  # no endpoints.yml and credentials.yml of somebody else
    started = command(commands, model, port)
    os.execve(started[0], started, dict(environment(token)))  # noqa: S606
