"""Customers: whom orders are for, and how they prove who they are."""

from __future__ import annotations

import hmac
from datetime import datetime, time
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import Column, String
from sqlalchemy.orm import validates
from sqlalchemy.orm.attributes import set_attribute
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime
from domain.naming import bare
from domain.policies import QUIET_FROM, QUIET_UNTIL, quiet_until


class Reach(StrEnum):
    """How a customer wants to hear from us; the channels that messages nobody asked for can go to."""

    TELEGRAM = "telegram"
    EMAIL = "email"
    SMS = "sms"


class Customer(SQLModel, table=True):
    """Somebody who orders. Phone in E.164, e-mail in lower case.

    ``reach`` is the channel they prefer; quiet hours are times in their ``zone`` (that of what a message is
    about when not set), the usual ones when not set. ``erased_at`` says
    since when nothing personal is known of them any more. ``fraud_marks`` counts what a person found to be a fraud. With
    ``learning_off`` nothing they write is kept to learn from. ``name_begins`` and ``name_ends`` follow the name: it is
    looked up by them.
    """

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    name: str
    email: str | None = Field(default=None, index=True)
    phone: str | None = Field(default=None, index=True)
    language: str = "en"
    messages_off: bool = False
    learning_off: bool = False
    reach: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: str | None = None
    fraud_marks: int = 0
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    name_begins: ClassVar[Any] = Column(String, nullable=False, index=True)
    name_ends: ClassVar[Any] = Column(String, nullable=False, index=True)

    @validates("name")
    def _look_up_by(self, _: str, name: str) -> str:
        for column, word in zip(("name_begins", "name_ends"), ends_of(name), strict=True):
            set_attribute(self, column, word)
        return name

    @property
    def first_name(self) -> str:
        """What to call them."""
        return self.name.split()[0] if self.name.split() else self.name

    def held_until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When a message nobody asked for may be sent, where it is their quiet time now; else None. ``zone`` where theirs is not known."""
        zone = ZoneInfo(self.zone) if self.zone else zone
        return quiet_until(now, zone, self.quiet_from or QUIET_FROM, self.quiet_until or QUIET_UNTIL)


def ends_of(name: str) -> tuple[str, str]:
    """The first and the last word of a name, in lower case without accents; empty where there is none."""
    words = bare(name).split()
    return (words[0], words[-1]) if words else ("", "")


def proves(fact: str, *, postcode: str, phone: str | None, email: str | None) -> bool:
    """Whether ``fact`` is the postcode, the last four digits (or all) of the phone number, or the e-mail.

    Compared in constant time, all three always, so that the time taken tells nothing.
    """
    plain = "".join(fact.split()).casefold()
    digits = "".join(char for char in fact if char.isdigit())
    expected = (
        (plain, "".join(postcode.split()).casefold()),
        (digits[-4:] if len(digits) in {4, *range(7, 16)} else "", (phone or "")[-4:]),
        (plain, (email or "").casefold()),
    )
    matches = [bool(wanted) & hmac.compare_digest(given.encode(), wanted.encode()) for given, wanted in expected]
    by_digits = postcode.isdecimal() and hmac.compare_digest(digits.encode(), postcode.encode())
    whole_phone = len(digits) == 4 or (phone or "").endswith(digits.lstrip("0") or "-")
    return matches[0] or by_digits or (matches[1] and whole_phone) or matches[2]
