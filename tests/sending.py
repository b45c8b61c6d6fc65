"""The real sender, run until nothing is due."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from bot.compose import Program
from bot.letters import Carrier, Letter
from bot.outgoing import Sender
from bot.settings import Settings
from storage.database import Database
from tests.running import run


class Letters:
    """A carrier that keeps what it is given; ``troubles`` are raised first, one for each letter."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.carried: list[Letter] = []

    async def ready(self, address: str, priority: int) -> None:
        """There is no limit here."""

    async def carry(self, letter: Letter) -> str | None:
        """Keep it."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.carried.append(letter)
        return str(len(self.carried))

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [letter.text for letter in self.carried]


def program_of(database: Database, **settings: object) -> Program:
    """A program around a database, with threads that end by themselves."""
    turns, pool = ThreadPoolExecutor(1), ThreadPoolExecutor(2)
    return Program(Settings(**settings, _env_file=None), database, turns, pool)  # type: ignore[arg-type, call-arg]


def send_due(database: Database, carriers: Mapping[str, Carrier] | None = None, **settings: object) -> None:
    """Send all that is due, as the program does."""
    program = program_of(database, **settings)

    async def drain() -> None:
        await Sender(program, carriers or {}).drain()

    try:
        run(drain())
    finally:
        program.turns.shutdown()
        program.pool.shutdown()
