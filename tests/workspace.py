"""The whole application beside a Slack workspace, in the test's own process, with an engine that need not be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from actions.perform import perform
from bot.channels.slack.manifest import manifest
from bot.compose import Program
from bot.settings import Settings
from bot.web.app import build
from domain.commands import SetRole
from domain.moment import SYSTEM
from storage.database import Database
from tests.builders import Business, business, moment
from tests.emulators.slack import Person, SlackEmulator
from tests.inside import served
from tests.site import Quiet


@dataclass
class Workspace:
    """A workspace with the app in it, and what runs behind."""

    slack: SlackEmulator
    program: Program
    shop: Business
    url: str

    @property
    def database(self) -> Database:
        return self.program.database

    def staff(self, name: str = "Mia Zzstaff", role: str = "dispatcher") -> Person:
        """Somebody of the business who is in the workspace."""
        person = self.slack.person(name)
        command = SetRole(person=name, role=role, slack_id=person.id, new=True)  # type: ignore[arg-type]
        perform(self.database, [command], moment(SYSTEM))
        return person


def settings_for(slack: SlackEmulator, **more: object) -> dict[str, object]:
    """With which the program talks to the emulator, in its mode."""
    way = (
        {"slack_signing_secret": slack.signing_secret} if slack.mode == "http" else {"slack_app_token": slack.app_token}
    )
    return {"slack_bot_token": slack.bot_token, "slack_api_url": slack.api_url, **way, **more}


@contextmanager
def a_workspace(database: Database, folder: Path, slack: SlackEmulator, **settings: object) -> Iterator[Workspace]:
    """Run the application, which does in the background whatever it does."""
    with database.writing() as session:
        shop = business(session)
    given = {"data_folder": folder, "scheduler": False, **settings_for(slack, **settings)}
    with ThreadPoolExecutor(1) as turns, ThreadPoolExecutor(3) as pool:
        program = Quiet(Settings(_env_file=None, **given), database, turns, pool)  # type: ignore[arg-type, call-arg]
        with served(build(program), lifespan="on") as url:
            slack.install(manifest("https://rounds.example", socket=slack.mode == "socket"), url)
            if slack.mode == "socket":
                slack.until_connected().wait()
            yield Workspace(slack, program, shop, url)
