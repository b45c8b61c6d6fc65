"""What the API answers with, and the bodies that are not Commands themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    TypeAdapter,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from domain.commands import Address, Given, PartOfDay, Reason
from domain.handing import Proof
from domain.orders import OrderStatus
from domain.values import Place, Window


class Described:
    """Marks a body that is read by hand, and described as another type."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema(metadata={"pydantic_js_functions": [self._describe]})

    def _describe(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(TypeAdapter(self._kind).core_schema)


# Bodies


class NewPromise(Given):
    """The day and window to promise instead; a wider window takes the first offered one inside it."""

    day: date
    window: PartOfDay


class OrderPatch(Given):
    """What shall change; what is left out or null stays."""

    address: Address | None = None
    instructions: Annotated[str, Field(max_length=500)] | None = None
    promise: NewPromise | None = None


class Cancellation(Given):
    """Why the order is cancelled."""

    reason: Reason | None = None


class NewProof(Given):
    """Who took an order, when and where. ``photo`` is a JPEG, PNG or WebP of at most 10 MB."""

    at: AwareDatetime
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] | None = None
    place: Place | None = None
    photo: (
        Annotated[str, Field(description="The photo in base64.", json_schema_extra={"contentEncoding": "base64"})]
        | None
    ) = None


class NewPosition(Given):
    """Where a vehicle was, and when."""

    at: AwareDatetime
    place: Place


# Answers


class FieldError(BaseModel):
    """A wrong field by its dotted name, e.g. ``lines.0.sku``."""

    field: str
    detail: str


class Difference(BaseModel):
    """A field that has another value than in the order taken before."""

    field: str
    before: Any
    now: Any


class DayWindow(BaseModel):
    """A day and window with room, in the depot's local time."""

    day: date
    window: Annotated[str, Field(examples=["14:00-16:00"])]

    @classmethod
    def of(cls, day: date, window: Window) -> DayWindow:
        """From a day and window."""
        return cls(day=day, window=str(window))


class ProblemDetails(BaseModel):
    """An error as of RFC 9457. ``reason`` is a stable code; ``errors`` name the fields that are wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: str | None = None
    errors: list[FieldError] | None = None
    differences: list[Difference] | None = None
    alternatives: list[DayWindow] | None = None


class PlaceShown(BaseModel):
    """A point in degrees (WGS 84)."""

    lat: float
    lon: float


class AddressShown(BaseModel):
    """Where the order goes; ``place`` is null until the address is found on the map."""

    street: str
    postcode: str
    city: str
    country: str
    place: PlaceShown | None


class CustomerShown(BaseModel):
    """Whose order it is."""

    external_id: str | None
    name: str
    email: str | None
    phone: str | None


class LineShown(BaseModel):
    """One product of the order; the price of one piece in minor units of the currency."""

    sku: str
    name: str
    quantity: int
    unit_price: int
    currency: str
    tax: Annotated[int, Field(description="Included in the price, in basis points: 1900 is 19 %.")]


class PromiseShown(BaseModel):
    """What the customer was promised, in the depot's local time."""

    day: date
    window: str
    depot: str


class ExceptionShown(BaseModel):
    """Something about the order that needs a person."""

    reference: str
    kind: str
    sentence: str
    since: datetime


class OrderShown(BaseModel):
    """An order. Amounts are in minor units of ``currency``."""

    number: str
    external_id: str | None
    status: OrderStatus
    customer: CustomerShown
    address: AddressShown
    lines: list[LineShown]
    total: Annotated[int, Field(description="What was paid: lines and carriage, less the discount.")]
    carriage: int
    discount: int
    currency: str
    paid_by: str
    payment: Annotated[str | None, Field(description="What the payment gateway calls the payment.")]
    gift: bool
    channel: str
    exchange_of: Annotated[str | None, Field(description="The return this brings the exchange for.")]
    instructions: str
    wishes: Annotated[
        dict[str, str],
        Field(description="What the customer asks of the driver, by kind: code, call_first, safe_place …"),
    ]
    proof: Annotated[Proof, Field(description="What shows that it was handed over.")]
    proof_required: bool
    wanted_day: date | None
    wanted_window: str | None
    promise: PromiseShown | None
    exceptions: list[ExceptionShown]
    created_at: datetime
    chat_url: Annotated[str | None, Field(description="Opens the chat as the customer: treat it like a password.")]
    tracking_url: Annotated[
        str | None, Field(description="The page of the order, for whoever may see it; dies 14 days after the end.")
    ]
    version: Annotated[int, Field(description="Rises with every change of the order; the ETag holds it.")]


class ProofShown(BaseModel):
    """The proof of a delivery. Whoever has ``photo_url`` sees the photo."""

    at: datetime
    name: str | None
    place: PlaceShown | None
    photo_url: str | None


class OrderPage(BaseModel):
    """Orders in the order they were taken; ``next_after`` is the ``after`` of the next page, null on the last."""

    orders: list[OrderShown]
    next_after: str | None


class RowResult(BaseModel):
    """What became of one order of a list: ``status`` as if it had been sent alone, with the order or the problem."""

    index: int
    status: int
    order: OrderShown | None = None
    problem: ProblemDetails | None = None


class PromisePossible(BaseModel):
    """What can be promised; ``order_by`` (UTC) is until when. Windows are in the depot's local time."""

    possible: Literal[True] = True
    day: date
    window: str
    order_by: datetime
    depot: str
    alternatives: list[DayWindow]


class PromiseImpossible(BaseModel):
    """Why nothing can be promised, as a stable code and a sentence, and what could be instead."""

    possible: Literal[False] = False
    reason: str
    detail: str
    alternatives: list[DayWindow]
    areas: Annotated[list[str], Field(description="Postcode patterns that are delivered to, when that is the trouble.")]


PromiseAnswer = Annotated[PromisePossible | PromiseImpossible, Field(discriminator="possible")]
