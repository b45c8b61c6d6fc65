"""Orders from outside, and what becomes known of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command, Given, OrderNumber, Zone
from domain.handing import Proof
from domain.values import Place, Window

Amount = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Line(Given):
    """One product of an order; the price per piece in minor units, the product's own when not given, with the ``tax`` it
    includes in basis points (1900 is 19 %)."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    quantity: Annotated[int, Field(gt=0, le=10_000)]
    unit_price: Amount | None = None
    tax: Annotated[int, Field(ge=0, le=10_000)] = 0


class Address(Given):
    """Where to deliver; ``place`` when the coordinates are known."""

    street: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    postcode: Annotated[str, StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True)]
    city: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    place: Place | None = None


class Recipient(Given):
    """Who ordered. Recognised again by the shop's own id, else by e-mail, else (where there is none) by phone.

    ``zone`` is where their quiet hours are those of the clock; that of the depot where it is not given.
    """

    external_id: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    zone: Zone | None = None


class CreateOrder(Command):
    """Take an order. The same ``external_id`` with the same content is the same order, with other content refused."""

    external_id: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    customer: Recipient
    address: Address
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    wanted_day: date | None = None
    wanted_window: Window | None = None
    instructions: Annotated[str, StringConstraints(max_length=500)] = ""
    proof: Annotated[Proof | None, Field(description="What the driver brings back; default: the setting's")] = None
    proof_required: Annotated[bool | None, Field(description="Nothing is handed over without it")] = None
    carriage: Annotated[Amount, Field(description="What the delivery costs, in minor units")] = 0
    discount: Annotated[Amount, Field(description="Taken off lines and carriage together")] = 0
    paid_by: Annotated[str, Field(description="card, invoice, cash …"), StringConstraints(max_length=40)] = ""
    payment: (
        Annotated[
            str,
            Field(description="What the payment gateway calls the payment"),
            StringConstraints(min_length=1, max_length=255),
        ]
        | None
    ) = None
    gift: Annotated[bool, Field(description="Somebody else than who paid receives it")] = False
    channel: Annotated[str, Field(description="Where it was sold"), StringConstraints(max_length=40)] = ""


class ChangeOrder(Command):
    """Change what may still be changed of an order; what is not given stays."""

    order: OrderNumber
    address: Address | None = None
    instructions: Annotated[str, StringConstraints(max_length=500)] | None = None


class RecordLocation(Command):
    """The geocoder's answer for an order's address (as it was asked for): a place, or none."""

    order: OrderNumber
    place: Place | None
    address: str | None = None
