"""The composition root: the parts of the program, put together from the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from bot.clock import now
from bot.encoders import load as load_encoder
from bot.fetching import Fetcher
from bot.files import Files, Found
from bot.hearing import Ear
from bot.policies import install
from bot.receive import Receiver
from bot.settings import Settings, WrongSetting, load_settings
from bot.teaching.versions import SHIPPED, Versions
from bot.words import Words
from domain.moment import SYSTEM
from nlu.embedded import Embedded
from nlu.encoder import Encoder
from nlu.training_data import TrainingDataError
from storage.database import Database
from storage.schema import migrate
from storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from bot.rasa.engine import ByRasa

log = structlog.get_logger()


def open_database(settings: Settings | None = None) -> Database:
    """The database of this installation, with the newest schema and a policy of returns. Raises WrongSetting when it cannot
    be used."""
    settings = settings or load_settings()
    try:
        database = Database(settings.database(), pool_size=2 * settings.threads + 3)
        migrate(database)
        install(database, settings)
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
    _taught: int = 0
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
    def engine(self) -> Embedded | ByRasa:
        """The natural-language engine, knowing the names in the database."""
        if self.settings.nlu_engine == "embedded":
            return self.embedded
        from bot.rasa.engine import by_rasa  # the client is loaded where it is used

        return by_rasa(self.settings, self.embedded)

    @cached_property
    def embedded(self) -> Embedded:
        """The embedded engine with what it was taught here, knowing the names in the database."""
        self._taught = self.versions.active
        engine = self._load_embedded(self._taught)
        self.refresh_gazetteer(engine)
        return engine

    @cached_property
    def versions(self) -> Versions:
        """What was taught on this installation."""
        return Versions(self.settings.folder("nlu"))

    def take_up_taught(self) -> bool:
        """Go over to another version of what was taught where it was made the active one; whether it was."""
        embedded, active = self.__dict__.get("embedded"), self.versions.active
        if embedded is None or active == self._taught:  # not loaded yet, or the same
            return False
        other = self._load_embedded(active)
        self.refresh_gazetteer(other)
        embedded.become(other)
        self._taught = active
        log.info("nlu.taught", version=active)
        return True

    @cached_property
    def encoder(self) -> Encoder | None:
        """The sentence encoder; None where there is none."""
        return load_encoder(self.settings)

    def _load_embedded(self, version: int) -> Embedded:
        """The engine with what was taught; without it where that cannot be read."""
        try:
            return self._load_version(version)
        except TrainingDataError:
            if version == SHIPPED:
                raise
            log.error("nlu.taught_unreadable", version=version, place=str(self.versions.folder_of(version)))
            return self._load_version(SHIPPED)

    def _load_version(self, number: int) -> Embedded:
        folder, accepted = self.versions.folder_of(number), self.versions.examples_of(number)
        return Embedded.load(folder, self.settings.spoken, accepted=accepted, encoder=self.encoder)

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
        return Receiver(
            self.database, self.engine, self.settings.zone, self.settings.policies, self.committed, self.words
        )

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit that may have put something into the outbox or wanted a job."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Something was committed; from any thread."""
        for listener in self._listeners:
            listener()

    def refresh_gazetteer(self, engine: Embedded | ByRasa) -> None:
        """Tell the engine the names in the database."""
        with self.database.reading() as session:
            uow = UnitOfWork(session, SYSTEM)
            catalogue, depots, drivers, plates = uow.stock.catalogue(), uow.depots.all(), *uow.fleet.names()
        engine.learn_names(
            {"product": [text for pair in catalogue for text in pair]},
            {
                "depot": [text for depot in depots for text in (depot.name, depot.code)],
                "driver": [text for name in drivers for text in (name, *name.split()[:1])],
                "vehicle": plates,
            },
        )

    def load(self) -> None:
        """Load all that takes time; the program is ready afterwards."""
        _ = self.words, self.receiver
        self.ready.set()

    def close(self) -> None:
        """Finish what runs and let go of Rasa and the database."""
        self.turns.shutdown(wait=True)
        self.pool.shutdown(wait=True)
        engine = self.__dict__.get("engine")  # only where it was loaded
        if engine is not None and not isinstance(engine, Embedded):
            engine.close()
        self.database.close()
