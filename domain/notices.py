"""Notices: facts for somebody. The words live in text files; a notice holds values, never entities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.values import Place, Window, plain

#: Values for words, always as JSON holds them.
Facts = Annotated[dict[str, Any], BeforeValidator(plain)]


class Choice(BaseModel):
    """One button: ``label`` names its text and ``values`` fill it.

    It either fills ``slots`` of the question it answers, or starts ``command`` with ``slots``.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    values: Facts = Field(default_factory=dict)
    slots: Facts = Field(default_factory=dict)
    command: str | None = None


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


class Notice(BaseModel):
    """A fact for somebody.

    ``about`` names the order it speaks of; after ``good_until`` it is dropped unsent; ``still_true``
    is asked again just before sending, with the present status of that order. ``to`` is the customer it is
    for when it is not an answer to whoever spoke; ``chat`` the conversation, when it can be no other.
    """

    model_config = ConfigDict(frozen=True)

    text: ClassVar[str] = ""
    #: Said at night too: what happens on the day's route, and what the customer just did themselves.
    urgent: ClassVar[bool] = False
    about: str | None = None
    good_until: datetime | None = None
    to: int | None = None
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


# Orders


class OrderNotice(Notice):
    """Something about one order."""

    number: str
    items: tuple[Item, ...] = ()


class OrderTracked(OrderNotice):
    """Where an order is: its state, what was promised, what is expected, what happens next."""

    text = "order.tracked"

    status: str
    day: date | None = None
    window: Window | None = None
    eta_start: datetime | None = None
    eta_end: datetime | None = None
    stops_before: int | None = None
    changed_at: datetime | None = None
    why: str | None = None
    needs: str | None = None


class OrderConfirmed(OrderNotice):
    """The order is taken; this is the promise. ``link`` opens the chat about it, ``tracking`` its page."""

    text = "order.confirmed"

    day: date
    window: Window
    link: str
    tracking: str

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status not in {None, "cancelled", "delivered"}


class OrderRescheduled(OrderNotice):
    """A new promise replaces the old one."""

    text = "order.rescheduled"

    day: date
    window: Window
    was_day: date | None = None
    was_window: Window | None = None


class OrderCancelled(OrderNotice):
    """The order will not be delivered."""

    text = "order.cancelled"


class PlaceFound(OrderNotice):
    """The customer's pin was taken; with it the order has a promise, or none and a person looks into it."""

    text = "order.place_found"

    day: date | None = None
    window: Window | None = None


# Before buying


class PromiseGiven(Notice):
    """When a delivery to a postcode would arrive."""

    text = "promise.given"

    postcode: str
    day: date
    window: Window
    product: str | None = None
    order_by: datetime | None = None
    wanted_day: date | None = None


class StockTold(Notice):
    """How many pieces of a product can be bought now."""

    text = "stock.told"

    product: str
    sku: str
    available: int
    asked: int = 1


# The office


class CaseResolved(Notice):
    """An exception is settled; ``already`` when it was before."""

    text = "case.resolved"

    reference: str
    already: bool = False


class WasSetUp(Notice):
    """A depot or product is as it shall be; ``outcome`` is created, changed or unchanged."""

    text = "setup.done"

    noun: str
    subject: str
    outcome: str


# Talk


class PersonWillHelp(Notice):
    """A person takes over this wish; ``reference`` is what it is filed under."""

    text = "person.will_help"

    topic: str
    reference: str
    already: bool = False


class ChatBound(Notice):
    """The chat now belongs to a known customer."""

    text = "chat.bound"

    first_name: str
