"""What the API answers about store credit, and the body that uses it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictInt, StringConstraints

from domain.commands import Given
from domain.commands.return_intake import ExternalId
from domain.refunds import CreditStep


class NewRedemption(Given):
    """Credit that a customer uses. ``amount`` in minor units; ``order`` is what it pays for, by our number or your own,
    which need not be known here yet; under one ``external_id`` it is used once."""

    external_id: ExternalId
    amount: Annotated[StrictInt, Field(gt=0, le=999_999_999)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    order: ExternalId | None = None


class CreditBalance(BaseModel):
    """What can be spent, in minor units."""

    currency: str
    amount: int


class CreditEntry(BaseModel):
    """Credit that was ``given`` (for a return, with its ``bonus``), ``redeemed`` (then ``amount`` is negative), or given back
    (``reversed``); minor units."""

    step: CreditStep
    amount: int
    bonus: int
    currency: str
    return_number: str | None
    order: Annotated[str | None, Field(description="The order, by our number, where it is known.")]
    redemption: Annotated[str | None, Field(description="The external_id it was used under.")]
    at: datetime


class CreditShown(BaseModel):
    """The store credit of a customer; the newest of ``entries`` is the last."""

    customer: str
    balances: list[CreditBalance]
    entries: list[CreditEntry]


class CreditTold(CreditEntry):
    """An entry with whose it is, and what they have in that currency now."""

    customer: str | None
    balance: int


class RedemptionShown(BaseModel):
    """Credit that was used, and ``balance``, what is left in that currency; minor units."""

    external_id: str
    customer: str | None
    amount: int
    currency: str
    order: Annotated[str | None, Field(description="What it paid for, as it was named.")]
    order_number: Annotated[str | None, Field(description="That order's number, where it was known.")]
    status: Literal["redeemed", "reversed"]
    redeemed_at: datetime
    reversed_at: datetime | None
    balance: int
