"""Rate limits per sender, per network address and per API key."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from fastapi import Request

from bot import metrics
from bot.settings import Settings
from bot.web.problems import Problem

#: Links that lead nowhere, a minute and network address; then none of that address is looked at.
MOST_MISSES = 10
_MINUTE = 60.0


class Rate:
    """Counts by name what happens within the last minute, as a sliding window of two counters: of the minute before as
    much counts as lies within the last sixty seconds, as if it had been spread evenly. Safe to use from several threads.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """At most ``most`` a minute; ``clock`` tells seconds."""
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._now: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def hit(self, name: str) -> bool:
        """Count once more, where there is room; whether there was."""
        with self._lock:
            free = self._has_room(name)
            if free:
                self._now[name] += 1
            return free

    def has_room(self, name: str) -> bool:
        """Whether it may be counted once more."""
        with self._lock:
            return self._has_room(name)

    def _has_room(self, name: str) -> bool:
        minute, second = divmod(self._clock(), _MINUTE)
        if minute != self._minute:
            self._before = self._now if minute == self._minute + 1 else Counter()
            self._now, self._minute = Counter(), int(minute)
        return int(self._before[name] * (1 - second / _MINUTE) + self._now[name]) < self._most


class Limits:
    """Counts requests in this process; refuses with 429 and Retry-After."""

    def __init__(self, settings: Settings) -> None:
        self._senders = Rate(settings.sender_rate)
        self._addresses = Rate(settings.address_rate)
        self._keys = Rate(settings.api_rate)
        self._guesses = Rate(MOST_MISSES)
        self._proxies = settings.proxies

    def check(self, request: Request, sender: str | None = None) -> None:
        """Count one request. Raises Problem when there were too many."""
        if not self._addresses.hit(self.address_of(request)):
            raise _too_many("address")
        if sender is not None:
            self.check_sender(sender)

    def check_sender(self, sender: str) -> None:
        """Count one message of a sender. Raises Problem when there were too many."""
        if not self._senders.hit(sender):
            raise _too_many("sender")

    def check_guesses(self, request: Request) -> None:
        """Refuses an address that has tried too many links that lead nowhere. Raises Problem."""
        if not self._guesses.has_room(self.address_of(request)):
            raise _too_many("guess")

    def count_miss(self, request: Request) -> None:
        """Count a link that led nowhere."""
        self._guesses.hit(self.address_of(request))

    def check_key(self, key_id: int) -> None:
        """Count one request of an API key. Raises Problem when there were too many."""
        if not self._keys.hit(str(key_id)):
            raise _too_many("key")

    def address_of(self, request: Request) -> str:
        """Where a request comes from; a trusted proxy is believed about that."""
        peer = request.client.host if request.client else "unknown"
        forwarded = request.headers.get("x-forwarded-for")
        if peer in self._proxies and forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
        return peer


def _too_many(by: str) -> Problem:
    metrics.LIMITED.labels(by).inc()
    return Problem(
        429, "Too many requests", "There were too many requests in a short time. Wait a few seconds and try again.",
        headers={"Retry-After": "10"},
    )  # fmt: skip
