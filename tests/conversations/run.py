"""All scripts of a set, played on one served program, each judged by what is in the database afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from domain.conversations import Conversation
from storage.database import Database
from storage.outbox import OutboxRow
from storage.schema import migrate
from tests.builders import NOW
from tests.conversations import judge, world
from tests.conversations.play import SECRET, Chat, Played
from tests.conversations.script import Script
from tests.conversations.world import Cast
from tests.serving import serve

ENGINES = ("embedded", "rasa")
#: Steps of a return that are offered with buttons, in their order, by how the labels of the buttons begin.
_CHOSEN = {"choice.resolve_": "resolution", "choice.way_": "way"}
#: How the label of a wish begins that somebody is asked about who was not understood for sure.
_WISH = "choice.intent."
_SETTINGS = {
    "ROUNDSMAN_SENDER_RATE": "1000000", "ROUNDSMAN_ADDRESS_RATE": "1000000", "ROUNDSMAN_LOG_LEVEL": "WARNING",
    "ROUNDSMAN_IDENTITY_SECRET": SECRET, "ROUNDSMAN_LANGUAGES": "en,es",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one conversation went; ``wrong`` says what is not as it must be."""

    script: Script
    played: Played
    wrong: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the right result was reached."""
        return self.played.broke is None and not self.wrong

    @property
    def text(self) -> str:
        """The transcript, and what went wrong."""
        trouble = [*([self.played.broke] if self.played.broke else []), *self.wrong]
        lines = [f"=== {self.script.name}: {self.script.about}", *self.played.transcript]
        return "\n".join([*lines, *(f"! {each}" for each in trouble)])


def play(scripts: Sequence[Script], folder: Path, engine: str = "embedded") -> list[Outcome]:
    """The outcomes of scripts on a program of their own in ``folder`` (its data folder), in their order.

    With the engine "rasa" the program asks the Rasa server that ROUNDSMAN_RASA_URL names.
    """
    url = f"sqlite:///{folder / 'roundsman.db'}"
    database = Database(url)
    migrate(database)
    casts = _seeded(database, scripts)
    try:
        with serve(folder, _settings(engine), url, module="tests.conversations.fixed") as serving:
            played = [
                Chat(serving.url, script, cast, partial(_asked, database), partial(_wishes_offered, database)).play()
                for script, cast in zip(scripts, casts, strict=True)
            ]
        return [_judged(database, *each) for each in zip(scripts, casts, played, strict=True)]
    finally:
        database.close()


def _settings(engine: str) -> Mapping[str, str]:
    settings = {**_SETTINGS, "FROM": NOW.isoformat()}
    if engine == "rasa":
        given = {
            name: os.environ[name] for name in ("ROUNDSMAN_RASA_URL", "ROUNDSMAN_RASA_TOKEN") if name in os.environ
        }
        settings |= {"ROUNDSMAN_NLU_ENGINE": "rasa", **given}
    for name in ("ROUNDSMAN_ENCODER",):
        if name in os.environ:
            settings[name] = os.environ[name]
    return settings


def _seeded(database: Database, scripts: Sequence[Script]) -> list[Cast]:
    with database.writing() as session:
        shop = world.open_shop(session)
        casts = [world.seed(session, shop, script, nth) for nth, script in enumerate(scripts, 1)]
    with database.reading() as session:
        for cast in casts:
            cast.before = judge.states(session, cast)
    return casts


def _asked(database: Database, sender: str) -> str | None:
    """The slot the bot waits for in a chat, or asks for with the buttons of what it said last."""
    with database.reading() as session:
        chat = session.exec(select(Conversation).where(Conversation.address == sender)).first()
        frame = chat.remembered(NOW).current if chat is not None else None
        if chat is None or (frame is not None and frame.asking is not None):
            return frame.asking if frame is not None else None
        return _offered(_choices_told_last(session, sender))


def _wishes_offered(database: Database, sender: str) -> list[str]:
    """The intents the bot asks about with the buttons of what it said last: "Is it one of these?"."""
    with database.reading() as session:
        labels = [each["label"] for each in _choices_told_last(session, sender)]
    return [label.removeprefix(_WISH) for label in labels if label.startswith(_WISH)]


def _choices_told_last(session: Session, sender: str) -> Sequence[Mapping[str, Any]]:
    told = select(OutboxRow).join(Conversation).where(Conversation.address == sender).order_by(col(OutboxRow.id).desc())
    last = session.exec(told).first()
    return last.choices if last is not None else ()


def _offered(choices: Sequence[Mapping[str, Any]]) -> str | None:
    """What is to be chosen for a return that is told of: the notice asks, though no question waits."""
    labels = [each["label"] for each in choices]
    return next((slot for begins, slot in _CHOSEN.items() if any(label.startswith(begins) for label in labels)), None)


def _judged(database: Database, script: Script, cast: Cast, played: Played) -> Outcome:
    with database.reading() as session:
        return Outcome(script, played, tuple(judge.wrong(session, script, cast)))
