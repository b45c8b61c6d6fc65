"""``roundsman slack``: what connecting Slack needs."""

from __future__ import annotations

from typing import Annotated

import typer

slack_app = typer.Typer(help="What connecting Slack needs.", no_args_is_help=True)


@slack_app.callback()
def _of_slack() -> None:
    """What connecting Slack needs."""


@slack_app.command("manifest")
def manifest_(
    socket: Annotated[bool, typer.Option(help="For Socket Mode: where Slack cannot call the public address.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON instead of YAML.")] = False,
) -> None:
    """Print the app manifest, to paste where Slack makes an app from one."""
    import json

    import yaml

    from bot.channels.slack.manifest import manifest
    from bot.settings import WrongSetting, load_settings

    url = load_settings().url
    if not socket and not url.startswith("https://"):
        raise WrongSetting(
            f"ROUNDSMAN_PUBLIC_URL: Slack calls https addresses, and this is {url}; set it, or use --socket"
        )
    made = manifest(url, socket=socket)
    typer.echo(json.dumps(made, indent=2) if as_json else yaml.safe_dump(made, sort_keys=False), nl=as_json)
