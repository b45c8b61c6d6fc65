"""What every notice has: whom it is for, how long it is good, its buttons and what comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.values import Place, plain

#: Values for words, always as JSON holds them.
Facts = Annotated[dict[str, Any], BeforeValidator(plain)]


class Choice(BaseModel):
    """One button: ``label`` names its text and ``values`` fill it.

    It either fills ``slots`` of the question it answers, or starts ``command`` with ``slots``; with ``form`` by its form,
    where a channel can show one.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    values: Facts = Field(default_factory=dict)
    slots: Facts = Field(default_factory=dict)
    command: str | None = None
    form: bool = False


class Item(BaseModel):
    """A line of an order in words."""

    model_config = ConfigDict(frozen=True)

    name: str
    quantity: int


class Media(BaseModel):
    """What comes with a notice besides words: photos and a file by their ids, a place on the map.

    ``wants`` is what an answer would best be, where a channel can make that easy.
    """

    model_config = ConfigDict(frozen=True)

    photos: tuple[str, ...] = ()
    file: str | None = None
    place: Annotated[Place | None, Field(default=None)] = None
    wants: Literal["location", "contact", "photo"] | None = None


#: Among the facts of a notice, the zone whose clock they are told by, where it is not the business's.
ZONE = "_zone"


class Notice(BaseModel):
    """A fact for somebody.

    ``about`` names the order it speaks of; after ``good_until`` it is dropped unsent; ``still_true``
    and ``still_told`` are asked again just before sending, with the present status and told window of that order. ``to`` is the customer it is
    for when it is not an answer to whoever spoke, ``driver`` the driver; ``chat`` the conversation, when it can be no other.
    Where ``live`` names something, a channel that can shows the notice in place of the last one of that name; with
    ``edits`` it is shown nowhere else, and one that ``rings`` is a message of its own, which later ones take the place of.

    For the people of the business: ``staff`` is somebody of them, ``desk`` a depot's room by its code, or everybody's
    (`domain.staff.EVERYWHERE`); ``thread`` names the ``live`` message under which it is said, where the channel has threads.
    """

    model_config = ConfigDict(frozen=True)

    text: ClassVar[str] = ""
    #: Said at night too: what happens on the day's route, and what the customer just did themselves.
    urgent: ClassVar[bool] = False
    edits: ClassVar[bool] = False
    rings: ClassVar[bool] = False
    about: str | None = None
    good_until: datetime | None = None
    to: int | None = None
    driver: int | None = None
    staff: int | None = None
    desk: str | None = None
    thread: str | None = None
    live: str | None = None
    chat: int | None = None
    choices: tuple[Choice, ...] = ()
    media: Media | None = None

    @property
    def name(self) -> str:
        """The key of its words in the text files."""
        return self.text

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        """Whether it may still be sent, given the present status of the order it is about."""
        return True

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        """Whether what it says of the told window still stands, given what that is now; None where there is none."""
        return True

    def facts(self) -> dict[str, Any]:
        """The values its words are made of."""
        return self.model_dump(mode="json", exclude=set(Notice.model_fields))


class Refused(Notice):
    """Something could not be done; the words are those of the refusal."""

    reason: str
    values: Facts = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.reason

    def facts(self) -> dict[str, Any]:
        return self.values


class Asked(Notice):
    """A question for a missing value of a command."""

    question: str
    values: Facts = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"ask.{self.question}"

    def facts(self) -> dict[str, Any]:
        return self.values


class Said(Notice):
    """Plain words that need few or no values: greetings, help, what was dropped."""

    what: str
    values: Facts = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"said.{self.what}"

    def facts(self) -> dict[str, Any]:
        return self.values
