"""``roundsman bench``: measurements."""

from __future__ import annotations

import typer

app = typer.Typer(help="Measure.", no_args_is_help=True)
