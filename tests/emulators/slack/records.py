"""What the emulator keeps of every call, message, view, file and delivery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.slack.pending import Pending, Watched
from tests.emulators.waiting import PATIENCE

Json = dict[str, Any]


class Refusal(Exception):
    """An answer ``{"ok": false, "error": code}``, with more where Slack says more."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    @classmethod
    def with_messages(cls, error: str, messages: list[str]) -> Refusal:
        """A refusal that names each fault, as those of blocks and views do."""
        return cls(error, errors=messages, response_metadata={"messages": [f"[ERROR] {one}" for one in messages]})


@dataclass
class Call:
    """A request to the Web API; ``error`` is None until it was answered, "" when it went well."""

    method: str
    arguments: Json
    at: float
    status: int | None = None
    error: str | None = None
    faults: list[str] = field(default_factory=list)
    """What was wrong with blocks or a view, each with its place."""


@dataclass
class Trouble:
    """What goes wrong with the next ``left`` calls of a method; see ``SlackEmulator.script``."""

    method: str | None
    channel: str | None
    left: int | None
    status: int = 200
    error: str = ""
    retry_after: int | None = None
    body: str | None = None
    hang: bool = False
    drop: bool = False
    after_effect: bool = False
    used: int = 0
    released: bool = False

    def takes(self, method: str, channel: object) -> bool:
        """Whether this request is one of those it was scripted for."""
        if self.left == 0 or self.method not in (None, method):
            return False
        return self.channel is None or self.channel == channel


@dataclass(eq=False)
class File:
    """An uploaded or shared file; ``channels`` are the ids it was shared in."""

    id: str
    name: str
    mimetype: str
    user: str
    size: int
    data: bytes = b""
    title: str = ""
    alt_text: str = ""
    complete: bool = False
    channels: list[str] = field(default_factory=list)


class Surface:
    """Something with blocks that a person sees: a message, a modal, a home."""

    blocks: list[Json]
    chosen: dict[tuple[str, str, str], Json]
    """What each user has chosen or typed: (user, block_id, action_id) to the element's state."""

    @property
    def words(self) -> str:
        """All words somebody can read in it, a line for each text."""
        return "\n".join(texts(self.blocks))

    @property
    def buttons(self) -> list[str]:
        """The words on its buttons, in order."""
        return [each["text"]["text"] for each in elements(self.blocks) if each["type"] == "button"]


@dataclass(eq=False)
class Message(Surface):
    """A message as it is now; ``versions`` are what it was before each change, oldest first."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    only_for: str | None = None
    deleted: bool = False
    edited: bool = False
    broadcast: bool = False
    metadata: Json | None = None
    files: list[File] = field(default_factory=list)
    versions: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    """The events that told the app about it, where a person wrote it."""

    @property
    def words(self) -> str:
        """Its text (what a notification shows) and all words of its blocks and attachments."""
        within = (text for each in self.attachments for text in texts(each.get("blocks", [])))
        return "\n".join([self.text, *texts(self.blocks), *within])

    @property
    def is_reply(self) -> bool:
        """Whether it is in a thread and not its beginning."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(eq=False)
class View(Surface):
    """A modal or home as it is now; ``errors`` are what the last submission was answered with."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    versions: list[Json] = field(default_factory=list)
    chosen: dict[tuple[str, str, str], Json] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:  # type: ignore[override]
        """Its blocks, with the block_id and action_id that Slack adds where there are none."""
        found: list[Json] = self.content["blocks"]
        return found

    @property
    def title(self) -> str:
        """The words above a modal; none above a home."""
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def words(self) -> str:
        """Title and all words of its blocks."""
        return "\n".join(part for part in (self.title, *texts(self.blocks)) if part)

    @property
    def labels(self) -> list[str]:
        """The labels of its inputs, in order."""
        return [each["label"]["text"] for each in self.blocks if each["type"] == "input"]


@dataclass(eq=False)
class Delivery(Watched):
    """A request to the app, and how it answered; ``await`` it, or call ``wait()``, to have the answer.

    ``seconds`` is how long the app took; None until it answered, and for ever when it did not (``error`` says why).
    ``answer`` is what it said: JSON as a dictionary, other words as they are.
    """

    kind: str
    payload: Json
    content: bytes
    headers: Mapping[str, str]
    url: str = ""
    envelope_id: str = ""
    retry: int = 0
    status: int | None = None
    seconds: float | None = None
    answer: Any = None
    error: str = ""
    ended: bool = False
    view: View | None = None
    """The modal in front of the user after a submission; None when none is left."""

    @property
    def acknowledged(self) -> bool:
        """Whether the app has answered well (2xx, or an envelope's acknowledgement) inside three seconds."""
        well = self.status is not None and 200 <= self.status < 300
        return well and self.seconds is not None and self.seconds < 3

    def pending(self, timeout: float = PATIENCE) -> Pending[Delivery]:
        """Until it was answered or given up."""
        return Pending(
            self.state,
            lambda: self if self.ended else None,
            timeout,
            lambda: f"{self.kind} was not answered: {self.payload}",
        )


def elements(blocks: Iterable[Json]) -> list[Json]:
    """The interactive elements (and others) of blocks, in order."""
    found: list[Json] = []
    for block in blocks:
        kind = block.get("type")
        if kind in ("actions", "context"):
            found += block["elements"]
        elif kind == "section" and block.get("accessory"):
            found.append(block["accessory"])
        elif kind == "input":
            found.append(block["element"])
    return found


def texts(part: Any) -> list[str]:
    """Every text object's words within blocks, in order of reading; of images their alt_text."""
    if isinstance(part, list):
        return [text for each in part for text in texts(each)]
    if not isinstance(part, dict):
        return []
    if isinstance(part.get("text"), str):
        return [part["text"]]
    found = [str(part["alt_text"])] if part.get("alt_text") else []
    for key, value in part.items():
        if key not in ("confirm", "metadata"):
            found += texts(value)
    return found
