"""The state of a conversation: commands being filled, the question asked, and what was talked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from domain.meaning import Meaning
from domain.notices import Choice

#: After this long without a word a pending question is forgotten.
EXPIRY = timedelta(minutes=30)
#: Asked instead of a slot: shall it be done?
CONFIRM = "confirm"
#: Asked instead of a slot: a second fact that opens an order.
FACT = "fact"
#: A slot for all products that a message names, where it names several.
THINGS = "things"
#: The command that asks which of two wishes is meant.
ASK_BACK = "AskBack"
#: How a turn ends that asked which of two wishes is meant.
DID_YOU_MEAN = "did_you_mean"


class Frame(BaseModel):
    """A command being filled. ``slots`` hold given values as JSON; ``asking`` the slot (or CONFIRM, FACT) asked for.

    Each time something is asked, ``question_id`` is a new one; buttons answer that question and no other. ``came_back``
    says that it was asked again after something else, ``refused`` what was given for it and could not be taken.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    command: str
    slots: dict[str, Any] = Field(default_factory=dict)
    more: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    asking: str | None = None
    question_id: str | None = None
    options: tuple[Choice, ...] = ()
    confirmed: bool = False
    came_back: bool = False
    refused: Any = None

    def given(self, **slots: Any) -> Frame:
        """With further values; a new value for a slot replaces the old and takes back a confirmation."""
        return self.model_copy(update={"slots": {**self.slots, **slots}, "confirmed": False})

    def without(self, *names: str) -> Frame:
        """With those slots empty again."""
        return self.model_copy(update={"slots": {k: v for k, v in self.slots.items() if k not in names}})

    def question(self, slot: str, options: tuple[Choice, ...], question_id: str) -> Frame:
        """Now asking for ``slot``."""
        asked = {"asking": slot, "options": options, "question_id": question_id, "refused": None}
        return self.model_copy(update=asked)


class SaidLast(BaseModel):
    """What was written last in words, with what it was taken for: ``intents`` as in `Meaning`, ``entities`` as kind, start,
    end. ``kept`` is the id under which it was kept to learn from (`domain.learning`)."""

    model_config = ConfigDict(frozen=True)

    text: str
    intents: tuple[tuple[str, float], ...] = ()
    entities: tuple[tuple[str, int, int], ...] = ()
    engine: str = ""
    language: str | None = None
    kept: int | None = None


class Dialogue(BaseModel):
    """What a conversation remembers. The last frame is the one talked about, earlier ones wait. ``focus`` is the order that
    was talked about last, ``about_return`` the return, until an order is, and ``steps`` what was offered to do with that.
    ``done`` is the command performed in the last turn, as it was filled; ``said`` is what was written last, ``pressed`` the
    button that answered a question, until something else is heard."""

    model_config = ConfigDict(frozen=True)

    frames: tuple[Frame, ...] = ()
    focus: str | None = None
    about_return: str | None = None
    steps: tuple[Choice, ...] = ()
    last: str | None = None
    done: Frame | None = None
    said: SaidLast | None = None
    misunderstood: int = 0
    touched: datetime | None = None
    pin_looked_for: bool = False
    pressed: str | None = None

    @property
    def current(self) -> Frame | None:
        """The frame talked about."""
        return self.frames[-1] if self.frames else None

    def replace(self, frame: Frame) -> Dialogue:
        """With the current frame changed."""
        return self.model_copy(update={"frames": (*self.frames[:-1], frame)})

    def push(self, frame: Frame) -> Dialogue:
        """With a new frame on top; at most four are remembered."""
        return self.model_copy(update={"frames": (*self.frames, frame)[-4:]})

    def pop(self) -> Dialogue:
        """Without the current frame."""
        return self.model_copy(update={"frames": self.frames[:-1]})

    def understood(self) -> Dialogue:
        """With the count of misunderstandings back at none."""
        return self.model_copy(update={"misunderstood": 0}) if self.misunderstood else self

    def at(self, now: datetime) -> Dialogue:
        """As it stands at ``now``: after EXPIRY pending questions and the focus are forgotten."""
        if self.touched is not None and now - self.touched > EXPIRY:
            return Dialogue(touched=now)
        return self.model_copy(update={"touched": now})


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """One field of a command as conversation sees it; the rest is what its `domain.commands.Slot` says."""

    name: str
    entity: str | None
    whole_text: bool
    required: bool
    reader: str | None = None
    answer: str | None = None
    beside: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """What filling must know of a command; ``fixed`` are values that come with the intent."""

    command: str
    slots: tuple[SlotSpec, ...]
    fixed: Mapping[str, Any]
    takes_order: bool


#: The commands a role can reach, by intent.
Catalogue = Mapping[str, CommandSpec]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of this conversation: the question it answers, or None for one that starts something; ``afresh`` where
    what was talked about before is let go. ``button`` is its id, where it has one."""

    question: str | None
    choice: Choice
    afresh: bool = False
    button: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in: understood text, or a button, or a payload naming an intent with values.

    ``corrects`` says that its words take back how what was said before was understood.
    """

    meaning: Meaning
    pressed: Pressed | None = None
    stale: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of filling: the dialogue, whose current frame goes on, and plain words to say first."""

    dialogue: Dialogue
    said: str | None = None


class Fill(Protocol):
    """Puts what was heard into the dialogue; pure. ``new_id`` names new frames."""

    def __call__(self, dialogue: Dialogue, heard: Heard, catalogue: Catalogue, new_id: str) -> Step: ...
