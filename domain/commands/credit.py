"""Store credit: looking at it, using it, and giving back what was used."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.commands.base import Command, OrderNumber, Slot

#: What a shop calls a customer, an order or a redemption; an order may be named by our number too.
Named = Annotated[str, Slot(asked=False), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class ShowCredit(Command):
    """The credit of a customer, and how it came about: one's own, or that of the customer of an ``order``."""

    order: OrderNumber | None = None


class RedeemCredit(Command):
    """Use an ``amount`` ("12.50", with or without its currency) of a customer's credit, once under one ``external_id``.

    The customer is the one the shop calls ``customer``, else the one of the ``order``; that is what it pays for, by our
    number or the shop's, which we need not know yet. Without ``external_id`` it is given a name.
    """

    order: (
        Annotated[str, Slot("order_number"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
        | None
    ) = None
    amount: Annotated[
        str, Slot("money", answer="amount"), StringConstraints(pattern=r"^\d{1,9}([.,]\d{1,4})?( ?[A-Za-z]{3})?$")
    ]
    customer: Named | None = None
    external_id: Named | None = None


class ReverseRedemption(Command):
    """Give back credit that was used under an ``external_id``; once. With ``customer`` only theirs."""

    external_id: Annotated[
        str, Slot(answer="as_it_is"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)
    ]
    customer: Named | None = None
