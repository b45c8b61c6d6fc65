"""A workspace and the real program in it, for tests of what staff write and see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.channels.slack.manifest import manifest
from domain.customers import Customer
from domain.depots import Depot
from domain.stock import Product
from storage.database import Database
from storage.inbox import InboxRow
from storage.schema import migrate
from tests.builders import Business, a_staff_member, business
from tests.emulators.slack import Person, Place, SlackEmulator
from tests.serving import Serving, serve

#: Where messages are kept, and how they are heard from Slack.
WORLDS = [("sqlite", "socket"), ("postgresql", "http")]


@dataclass
class World:
    """A running program, its database and the people in the workspace."""

    slack: SlackEmulator
    serving: Serving
    database: Database
    mode: str
    ada: Person

    def staff(self, name: str = "Mia Zzstaff", role: str = "dispatcher") -> Person:
        """Somebody of the business who is in the workspace."""
        person = self.slack.person(name)
        a_staff_member(self.database, name, role, person.id)
        return person

    @contextmanager
    def books(self) -> Iterator[tuple[Session, Business]]:
        """A transaction, and the business as it is in it."""
        with self.database.writing() as session:
            products = {each.sku: each for each in session.exec(select(Product))}
            yield session, Business(session.exec(select(Depot)).one(), session.exec(select(Customer)).one(), products)

    def room(self, name: str, *people: Person) -> Place:
        """A channel that an admin has made the room of the north depot, with these people in it."""
        channel = self.slack.channel(name, self.ada, *people)
        self.ada.runs(channel, "/rounds use this channel for north").wait()
        self.slack.until_posted(channel, containing="Depot North").wait()
        return channel

    def inbox(self, *texts: str) -> list[InboxRow]:
        """What was received with those words."""
        with self.database.reading() as session:
            return list(session.exec(select(InboxRow).where(InboxRow.text.in_(texts))).all())  # type: ignore[attr-defined]

    def log(self) -> str:
        """What the program has logged so far."""
        return (self.serving.folder / "server.log").read_text("utf-8", "replace")


def environment(slack: SlackEmulator, admin: Person) -> dict[str, str]:
    """The settings with which the program talks to the emulator."""
    way = {"http": {"SIGNING_SECRET": slack.signing_secret}, "socket": {"APP_TOKEN": slack.app_token}}[slack.mode]
    given = {"BOT_TOKEN": slack.bot_token, "API_URL": slack.api_url, "ADMINS": admin.id, **way}
    return {f"ROUNDSMAN_SLACK_{name}": value for name, value in given.items()}


def install(slack: SlackEmulator, url: str) -> None:
    """Connect the app as the manifest says."""
    slack.install(manifest("https://rounds.example", socket=slack.mode == "socket"), url)
    if slack.mode == "socket":
        slack.until_connected().wait()


def only(mode: str) -> pytest.MarkDecorator:
    """For what one way of hearing from Slack has and the other has not."""
    worlds = [each for each in WORLDS if each[1] == mode]
    return pytest.mark.parametrize(
        "world", worlds, ids=["-".join(each) for each in worlds], indirect=True, scope="module"
    )


def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    """The world that a parameter of WORLDS names, with a business in it, for as long as it is used."""
    kind, mode = request.param
    folder = tmp_path_factory.mktemp("slack") / "data"
    shutil.copytree(trained, folder / "nlu")
    sqlite = f"sqlite:///{folder / 'roundsman.db'}"
    url = sqlite if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    database = Database(url)
    migrate(database)
    with database.writing() as session:
        business(session)
    with SlackEmulator(mode, echoes=True) as slack:
        ada = slack.person("Ada Zzadmin")
        with serve(folder, environment(slack, ada), url) as serving:
            install(slack, serving.url)
            yield World(slack, serving, database, mode, ada)
        assert slack.complaints == []
    database.close()
