"""``roundsman webhooks``: what shops' servers are told."""

from __future__ import annotations

import typer

app = typer.Typer(help="Webhooks: what shops' servers are told (docs/webhooks.md).", no_args_is_help=True)


@app.command()
def secret() -> None:
    """Make a secret that signs webhooks, for ROUNDSMAN_WEBHOOK_SECRET and for the server that checks them."""
    import base64
    import secrets

    typer.echo("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())


@app.command()
def test() -> None:
    """Send every server a test event, and say what came back. Exit code 1 when one did not take it."""
    from bot.settings import load_settings
    from bot.webhooks import send_test

    settings = load_settings()
    if not settings.webhook_urls:
        typer.echo("Nobody listens: set ROUNDSMAN_WEBHOOK_URL and ROUNDSMAN_WEBHOOK_SECRET.", err=True)
        raise typer.Exit(2)
    failed = False
    for host, answer in send_test(settings):
        failed |= not answer.taken
        said = "".join(char if char.isprintable() else " " for char in answer.said[:200]).strip()
        typer.echo(f"{host}: {'taken, ' if answer.taken else 'not taken: '}{answer.why}{f' ({said})' if said else ''}")
    raise typer.Exit(1 if failed else 0)


@app.command()
def status() -> None:
    """Say by server how many events wait to be told, and since when."""
    from bot.compose import open_database
    from bot.settings import load_settings
    from bot.webhooks import host_of
    from storage import webhooks

    settings = load_settings()
    with open_database(settings).reading() as session:
        waiting = webhooks.waiting(session)
    for url, receiver in zip(settings.webhook_urls, settings.webhook_receivers, strict=True):
        count, since = waiting.get(receiver, (0, None))
        told = (
            f"{count} waiting, the oldest since {since.astimezone(settings.zone):%Y-%m-%d %H:%M}"
            if since
            else "nothing waits"
        )
        typer.echo(f"{host_of(url)}: {told}")
    if not settings.webhook_urls:
        typer.echo("Nobody listens: set ROUNDSMAN_WEBHOOK_URL and ROUNDSMAN_WEBHOOK_SECRET.")
