"""What staff do with orders: find, show, take down, hold, let go on, get in touch."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, OrderNumber, PartOfDay, Postcode, Slot

#: A day, or a period from its first day to its last, as ISO dates ("2026-05-01/2026-05-31").
Days = Annotated[str, Slot("date"), StringConstraints(pattern=r"^\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?$")]
Page = Annotated[int, Field(ge=1, le=1_000)]
_Phone = Annotated[str, Slot("phone"), StringConstraints(max_length=40, strip_whitespace=True)]
_Email = Annotated[str, Slot("email"), StringConstraints(max_length=254, strip_whitespace=True)]
_Name = Annotated[str, Slot(answer="as_it_is"), StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]

#: The states of orders (`domain.orders.OrderStatus`), and what else is looked for.
State = Literal[
    "created", "confirmed", "backordered", "allocated", "packed", "dispatched", "out_for_delivery", "delivered",
    "partially_delivered", "failed", "returned_to_depot", "rescheduled", "held", "cancelled", "open", "late", "unplanned",
]  # fmt: skip


class FindOrders(Command):
    """Orders by number, by whose they are, by where they go, by state and day. Each of ``words`` is part of a name, a
    street or a city; ``page`` begins with 1.
    """

    order: OrderNumber | None = None
    phone: _Phone | None = None
    email: _Email | None = None
    postcode: Postcode | None = None
    street: Annotated[str, Slot("address"), StringConstraints(max_length=200)] | None = None
    state: Annotated[State, Slot(reader="order_state")] | None = None
    days: Days | None = None
    depot: DepotName | None = None
    words: Annotated[str, Slot(reader="sought"), StringConstraints(max_length=200)] = ""
    page: Page = 1


class ShowOrder(Command):
    """Everything about one order."""

    order: OrderNumber


class ShowContact(Command):
    """How the customer of an order can be reached."""

    order: OrderNumber


class WriteCustomer(Command):
    """Write to the customer of an order, where they can be reached; what they answer comes to whoever wrote."""

    order: OrderNumber
    words: Annotated[
        str, Slot(answer="words"), StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)
    ]


class EnterOrder(Command):
    """Take down an order for a customer; ``lines`` are quantities and products ("2 x SKU-1044, 1 kettle")."""

    name: _Name
    phone: _Phone | None = None
    email: _Email | None = None
    street: Annotated[
        str,
        Slot("address", reader="address", answer="address_words"),
        StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    ]
    postcode: Annotated[
        str,
        Slot("postcode", answer="postcode_and_city"),
        StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True),
    ]
    city: Annotated[str, Slot(answer="city"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    lines: Annotated[
        str, Slot(reader="order_lines", answer="as_it_is"), StringConstraints(min_length=1, max_length=2_000)
    ]
    day: Annotated[date, Slot("date")] | None = None
    window: PartOfDay | None = None
    instructions: Annotated[str, StringConstraints(max_length=500)] = ""


class HoldOrder(Command):
    """Keep an order back, before it is loaded; the customer can read why."""

    order: OrderNumber
    reason: Annotated[
        str, Slot("reason", answer="words"), StringConstraints(min_length=1, max_length=500, strip_whitespace=True)
    ]


class ReleaseOrder(Command):
    """Let an order go on that was kept back."""

    order: OrderNumber
