"""What the emulator keeps of what went over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]


class Refusal(Exception):
    """An error answer of the Bot API: code, description and, for some, ResponseParameters."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(description: str) -> Refusal:
    """400 with the prefix Telegram puts before its reason."""
    return Refusal(400, f"Bad Request: {description}")


class Button(NamedTuple):
    """An inline button: its words and its callback_data, or the address it opens."""

    text: str
    value: str


@dataclass(frozen=True)
class File:
    """A file at Telegram: getFile finds it by ``file_id``, a download by ``path``."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    size: int
    data: bytes


@dataclass(frozen=True)
class Upload:
    """A file as it came in a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Edit:
    """One accepted edit: what the message said and showed afterwards."""

    method: str
    text: str
    buttons: list[Button]
    at: float
    body: Json


@dataclass
class Sent:
    """A message of the bot as its chat shows it now.

    ``text`` is what a reader sees (the text or caption without markup), ``message`` the Message object as answered,
    ``body`` the request that sent it; ``at`` is ``time.monotonic()``. Edits and deletions change it in place.
    """

    method: str
    chat_id: int
    message_id: int
    text: str
    message: Json
    reply_markup: Json | None
    at: float
    body: Json
    files: list[File] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons it has now, row after row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [Button(one["text"], _value(one)) for row in rows for one in row]


def _value(button: Json) -> str:
    value = next((button[key] for key in button if key not in ("text", "style", "icon_custom_emoji_id")), "")
    return value if isinstance(value, str) else str(value.get("url", value.get("text", "")))


@dataclass
class Call:
    """A request to the Bot API; ``status`` is None until it was answered, and stays so when it never was."""

    method: str
    body: Json
    at: float
    status: int | None = None
    description: str = ""


@dataclass(frozen=True)
class Delivery:
    """A webhook call that has ended; ``status`` is None when no answer came (``error`` says why)."""

    update: Json
    status: int | None
    error: str
    at: float


@dataclass
class Query:
    """A pressed button waiting for answerCallbackQuery, and what it was answered with."""

    answers: list[Json] = field(default_factory=list)
    expired: bool = False


@dataclass
class Trouble:
    """What goes wrong with the next ``left`` matching requests; see ``TelegramEmulator.script``."""

    method: str | None
    chat_id: int | None
    left: int | None
    status: int | None = None
    description: str = ""
    parameters: Json | None = None
    delay: float = 0.0
    drop: bool = False
    after_effect: bool = False
    used: int = 0

    def takes(self, method: str, chat_id: object) -> bool:
        """Whether this request is one of those it was scripted for."""
        if self.left == 0 or self.method not in (None, method):
            return False
        return self.chat_id is None or self.chat_id == chat_id
