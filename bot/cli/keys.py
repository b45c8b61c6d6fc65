"""``roundsman apikey``: keys of the REST API."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Keys for the REST API.", no_args_is_help=True)


@app.command()
def create(name: Annotated[str, typer.Argument(help="What the key is for, e.g. webshop.")]) -> None:
    """Make a key and print it once; only its hash is kept."""
    import secrets

    from sqlalchemy.exc import IntegrityError

    from bot.clock import now
    from bot.compose import open_database
    from storage.keys import ApiKey, hashed

    key = f"rmk_{secrets.token_urlsafe(32)}"
    try:
        with open_database().writing() as session:
            session.add(ApiKey(name=name, hash=hashed(key), created_at=now()))
    except IntegrityError:
        typer.echo(f'There is a key named "{name}" already; revoke it first or choose another name.', err=True)
        raise typer.Exit(2) from None
    typer.echo(key)


@app.command("list")
def list_() -> None:
    """List keys by name."""
    from sqlmodel import select

    from bot.compose import open_database
    from storage.keys import ApiKey

    with open_database().reading() as session:
        for key in session.exec(select(ApiKey).order_by(ApiKey.name)):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "valid"
            typer.echo(f"{key.name}  made {key.created_at:%Y-%m-%d}  {state}")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Make a key invalid at once."""
    from sqlmodel import select

    from bot.clock import now
    from bot.compose import open_database
    from storage.keys import ApiKey

    with open_database().writing() as session:
        key = session.exec(select(ApiKey).where(ApiKey.name == name)).first()
        if key is None:
            typer.echo(f'There is no key named "{name}"; see `roundsman apikey list`.', err=True)
            raise typer.Exit(2)
        key.revoked_at = key.revoked_at or now()
    typer.echo(f"{name} is revoked.")
