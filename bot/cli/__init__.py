"""The command ``roundsman``."""

from __future__ import annotations

import sys

import typer

from bot.cli import bench, demo, keys, notify, serve, simulate, solve, terminal, webhooks
from bot.cli.dispatching import route_app
from bot.cli.driver import driver_app
from bot.cli.nlu import app as nlu
from bot.cli.office import handoff_app, outbox_app
from bot.cli.orders import exceptions, import_app
from bot.cli.plan import plan_app
from bot.cli.rasa import rasa_app
from bot.cli.return_steps import returns_app
from bot.cli.schedule import report, schedule_app
from bot.cli.slack import slack_app
from bot.cli.staff import staff_app
from bot.cli.vehicle import vehicle_app
from bot.settings import WrongSetting

app = typer.Typer(
    name="roundsman",
    help="A chat-driven operations assistant for delivery businesses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve.serve)
app.command()(serve.migrate)
app.command()(terminal.chat)
app.command()(exceptions)
app.command()(notify.notify)
app.command("solve")(solve.solve)
app.command("simulate")(simulate.simulate)
app.add_typer(import_app, name="import")
app.add_typer(plan_app, name="plan")
app.add_typer(keys.app, name="apikey")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(handoff_app, name="handoff")
app.add_typer(outbox_app, name="outbox")
app.add_typer(route_app, name="route")
app.add_typer(driver_app, name="driver")
app.add_typer(vehicle_app, name="vehicle")
app.add_typer(returns_app, name="returns")
app.add_typer(staff_app, name="staff")
app.add_typer(slack_app, name="slack")
app.add_typer(schedule_app, name="schedule")
app.command("report")(report)
app.add_typer(demo.app, name="demo")
app.add_typer(nlu, name="nlu")
app.add_typer(rasa_app, name="rasa")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run the command line; a wrong setting is one sentence and exit code 2."""
    try:
        app()
    except WrongSetting as error:
        print(f"roundsman: {error}", file=sys.stderr)
        sys.exit(2)
