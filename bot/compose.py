"""The composition root: the parts of the program, put together from the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from bot.clock import now
from bot.fetching import Fetcher
from bot.files import Files, Found
from bot.hearing import Ear
from bot.receive import Receiver
from bot.settings import Settings, WrongSetting, load_settings
from bot.words import Words
from domain.moment import SYSTEM
from nlu.embedded import Embedded
from storage.database import Database
from storage.schema import migrate
from storage.unit_of_work import UnitOfWork


def open_database(settings: Settings | None = None) -> Database:
    """The database of this installation, with the newest schema. Raises WrongSetting when it cannot be used."""
    settings = settings or load_settings()
    try:
        database = Database(settings.database(), pool_size=2 * settings.threads + 3)
        migrate(database)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise WrongSetting(
            "ROUNDSMAN_DATABASE_URL: this is no database address; write it like postgresql://user:password@host/name"
        ) from error
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        raise WrongSetting(f"ROUNDSMAN_DATABASE_URL: the database cannot be used ({reason})") from error
    return database


@dataclass
class Program:
    """One running Roundsman. The core runs in two pools only: turns of chats in the one, all else in the other.

    On SQLite turns have one thread: they wait for each other anyway, and one thread with one connection keeps
    its caches (35 % more turns a second than three).
    """

    settings: Settings
    database: Database
    turns: ThreadPoolExecutor
    pool: ThreadPoolExecutor
    ready: threading.Event = field(default_factory=threading.Event)
    telegram_username: str | None = None
    fetcher: Fetcher | None = None
    ear: Ear | None = None
    _listeners: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def compose(cls, settings: Settings | None = None) -> Program:
        """Open the database and make the pool; the engine loads on first use. Raises WrongSetting."""
        settings = settings or load_settings()
        if settings.web_processes > 1 and settings.database().startswith("sqlite"):
            raise WrongSetting(
                "ROUNDSMAN_WEB_PROCESSES: several web processes need PostgreSQL; set ROUNDSMAN_DATABASE_URL"
            )
        database = open_database(settings)
        turns = ThreadPoolExecutor(1 if database.is_sqlite else settings.threads, thread_name_prefix="turn")
        program = cls(settings, database, turns, ThreadPoolExecutor(settings.threads, thread_name_prefix="core"))
        _ = program.words  # a language without texts is told now, not at the first message
        return program

    @cached_property
    def words(self) -> Words:
        """The texts. Raises WrongSetting for a language without any."""
        try:
            return Words(self.settings.spoken, self.settings.zone, self.settings.texts_folder, self.settings.url)
        except FileNotFoundError as error:
            raise WrongSetting(f"ROUNDSMAN_LANGUAGES: {error}") from error

    @cached_property
    def engine(self) -> Embedded:
        """The natural-language engine, knowing the products that are sold."""
        engine = Embedded.load(self.settings.folder("nlu"), audiences=("customer", "driver"))
        self.refresh_gazetteer(engine)
        return engine

    def find_file(self, file_id: str) -> Found | None:
        """The file of that id, where it is on the disk."""
        with self.database.reading() as session:
            stored = UnitOfWork(session, SYSTEM).files.find(file_id, now())
        path = self.files.path_of(stored) if stored is not None else None
        return Found(path, stored.name or path.name) if stored is not None and path is not None else None

    @cached_property
    def files(self) -> Files:
        """The files folder. Raises WrongSetting when it cannot be made."""
        return Files(self.settings)

    @cached_property
    def receiver(self) -> Receiver:
        """Where messages of all channels go."""
        return Receiver(self.database, self.engine, self.settings.zone, self.settings.policies, self.committed)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit that may have put something into the outbox or wanted a job."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Something was committed; from any thread."""
        for listener in self._listeners:
            listener()

    def refresh_gazetteer(self, engine: Embedded) -> None:
        """Tell the engine the names in the database."""
        with self.database.reading() as session:
            catalogue = UnitOfWork(session, SYSTEM).stock.catalogue()
        engine.learn_names({"product": [text for pair in catalogue for text in pair]})

    def load(self) -> None:
        """Load all that takes time; the program is ready afterwards."""
        _ = self.words, self.receiver
        self.ready.set()

    def close(self) -> None:
        """Finish what runs and let go of the database."""
        self.turns.shutdown(wait=True)
        self.pool.shutdown(wait=True)
        self.database.close()
