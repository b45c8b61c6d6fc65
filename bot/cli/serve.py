"""``roundsman serve`` and ``roundsman migrate``."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    demo: Annotated[bool, typer.Option(help="Serve the playground too; never on real data.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Serve chat, API and pages over HTTP."""
    import gc
    import os

    gc.disable()  # nearly all that is loaded stays: `bot.web.app` looks for garbage again once it is ready

    for name, value in (("DEMO", "true" if demo else None), ("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"ROUNDSMAN_{name}"] = str(value)  # the worker processes read the same settings
    from bot.web.server import run

    run()


def migrate() -> None:
    """Bring the database to the newest schema."""
    from bot.compose import open_database

    open_database().close()
    typer.echo("The database has the newest schema.")
