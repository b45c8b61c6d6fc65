"""Policies of a business that handlers need: when people answer, and when nobody wants to be woken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.handing import Proof
from domain.values import Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Nothing that was not asked for is sent between these times of the recipient's day.
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
#: Where in the number of an exchange the digits of the order stand.
ORDER_DIGITS = "{order}"
_PART = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<window>\d{1,2}:\d\d-\d{1,2}:\d\d)")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When a person answers: windows of local time by ISO weekday."""

    windows: tuple[tuple[int, Window], ...]

    @classmethod
    def parse(cls, text: str) -> OfficeHours:
        """Reads "mon-fri 08:00-18:00, sat 09:00-13:00". Raises ValueError with a sentence for people."""
        windows: list[tuple[int, Window]] = []
        for part in filter(None, (each.strip().lower() for each in text.split(","))):
            found = _PART.fullmatch(part)
            if found is None or found["first"] not in DAYS or (found["last"] or "mon") not in DAYS:
                raise ValueError(f'"{part[:40]}" are no office hours; write them like mon-fri 08:00-18:00')
            first = DAYS.index(found["first"])
            last = DAYS.index(found["last"] or found["first"])
            window = Window.parse(re.sub(r"\b(\d:)", r"0\1", found["window"]))
            windows += [((first + n) % 7 + 1, window) for n in range((last - first) % 7 + 1)]
        return cls(tuple(sorted(windows)))

    def opens(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When somebody answers next: ``now`` while the office is open; None where it never is."""
        here = now.astimezone(zone)
        for ahead in range(8):
            day: date = here.date() + timedelta(days=ahead)
            for weekday, window in self.windows:
                start, end = window.on(day, zone)
                if weekday == day.isoweekday() and now < end:
                    return max(now, start)
        return None


@dataclass(frozen=True, slots=True)
class Policies:
    """What differs between businesses. ``zone`` is where people without a place of their own are taken to live.

    What nobody sees to is brought before others after ``escalate_after``; goods worth more than ``write_off_limit`` (minor
    units) are written off by two, and more than ``refund_limit`` is given back by two. ``channels`` are those by which somebody can be told what they did not ask for;
    ``languages`` those that are spoken, the usual one first. ``proof`` is what shows that an order was handed over where the order says nothing else.
    ``exchange`` is the number of a telephone exchange that drivers call instead of their customers' own numbers.
    ``refund_days`` is how long it takes from the arrival of returned goods to the money, until past returns show it.
    Whoever hands a return worth more than ``return_code_over`` (minor units) to a driver tells a code; None: nobody does.
    With ``learning`` what was not surely understood is kept, masked, to learn from (`domain.learning`).
    ``webhooks`` names the receivers that are told what happens, ``webhook_events`` patterns of what (``return.*``).
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Berlin"))
    office: OfficeHours = field(default_factory=lambda: OfficeHours.parse("mon-fri 08:00-18:00"))
    channels: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en",)
    proof: Proof = Proof.NONE
    proof_required: bool = False
    escalate_after: timedelta = timedelta(minutes=15)
    write_off_limit: int = 10_000
    refund_limit: int = 20_000
    exchange: str = ""
    refund_days: int = 5
    return_code_over: int | None = None
    webhooks: tuple[str, ...] = ()
    webhook_events: tuple[str, ...] = ("return.*", "refund.*", "credit.*")
    learning: bool = True

    def number_to_call(self, phone: str | None, order: str) -> str | None:
        """What a driver dials to reach the customer of an order: the exchange, with the order's digits where it asks for
        them, else the customer's own ``phone``; None for who gave none.
        """
        if not phone or not self.exchange:
            return phone
        return self.exchange.replace(ORDER_DIGITS, "".join(char for char in order if char.isdigit()))


USUAL = Policies()


def quiet_until(now: datetime, zone: ZoneInfo, start: time = QUIET_FROM, end: time = QUIET_UNTIL) -> datetime | None:
    """When the quiet hours that ``now`` lies in are over; None outside of them. Equal times mean no quiet hours."""
    local = now.astimezone(zone)
    clock = local.time()
    over_night = start > end
    inside = (clock >= start or clock < end) if over_night else start <= clock < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_night and clock >= start else local.date()
    return datetime.combine(day, end, zone)
