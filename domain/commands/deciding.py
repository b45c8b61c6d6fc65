"""What a person decides about returns: looked through, approved, rejected, asked about; and marks of fraud."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, OrderNumber, ReturnNumber, Slot
from domain.commands.desk import Page

#: So many returns are decided at once at most.
MOST_AT_ONCE = 50
Numbers = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^RET-\d{4,9}$")], ...],
    Slot("return_number", many=True),
    Field(max_length=MOST_AT_ONCE),
]
#: Returns that are meant all at once: those waiting, or those of them worth less than so much ("20.00 EUR").
Every = Annotated[bool, Slot(reader="every_return", asked=False)]
Under = Annotated[
    str, Slot(reader="worth_under", asked=False), StringConstraints(pattern=r"^\d{1,7}\.\d\d( [A-Z]{3})?$")
]
#: What the customer gets; what the policy has for it where nothing is said.
Gets = Literal["refund", "credit", "exchange", "repair", "let_keep"]
#: What names the returns instead of their numbers.
_Order = Annotated[str, Slot("order_number", asked=False), StringConstraints(pattern=r"^RM-\d{4,9}$")]
_Customer = Annotated[str, Slot(reader="return_customer", asked=False), StringConstraints(max_length=200)]
_Why = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class ReviewReturns(Command):
    """The returns that wait for a decision, the greatest risk first; or the one that is named, those of an order, or of the
    customers with all ``words`` in their name, whether or not they wait."""

    return_number: ReturnNumber | None = None
    order: OrderNumber | None = None
    words: Annotated[str, Slot(reader="return_customer"), StringConstraints(max_length=200)] = ""
    depot: DepotName | None = None
    page: Page = 1


class ShowReturn(Command):
    """Everything about one return."""

    return_number: ReturnNumber


class ApproveReturns(Command):
    """Returns that wait for a person are approved: as the policy has it, or so that the customer gets ``resolution`` and
    nothing else. With ``inspect`` money goes back only after somebody has looked at the goods. ``words`` go to the customer.
    """

    return_numbers: Numbers = ()
    resolution: Annotated[Gets, Slot(reader="resolution_given")] | None = None
    inspect: Annotated[bool, Slot(reader="inspect_first")] = False
    words: Annotated[str, StringConstraints(max_length=1_000, strip_whitespace=True)] = ""
    every: Every = False
    under: Under | None = None
    order: _Order | None = None
    customer: _Customer = ""


class RejectReturns(Command):
    """Returns that wait for a person are rejected; the customer reads why: ``reason`` is one of the usual ones, or words."""

    return_numbers: Numbers = ()
    reason: Annotated[_Why, Slot("reason", answer="words")]
    every: Every = False
    under: Under | None = None
    order: _Order | None = None
    customer: _Customer = ""


class AskAboutReturn(Command):
    """Ask the customer about a return; what they answer comes to whoever decides."""

    return_number: ReturnNumber
    words: Annotated[
        str, Slot(answer="words"), StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)
    ]


class ReopenReturn(Command):
    """Take a person's decision back, while nothing has come of it."""

    return_number: ReturnNumber


class MarkFraud(Command):
    """What somebody sends back was found to be a fraud; their next returns wait for a person."""

    return_number: ReturnNumber
    reason: Annotated[_Why, Slot("reason", answer="words")]


class UnmarkFraud(Command):
    """It was none: take a mark back."""

    return_number: ReturnNumber
