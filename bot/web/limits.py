"""Rate limits per sender, per network address and per API key."""

from __future__ import annotations

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from bot import metrics
from bot.settings import Settings
from bot.web.problems import Problem

#: Links that lead nowhere, a minute and network address; then none of that address is looked at.
MOST_MISSES = 10


class Limits:
    """Counts requests in this process; refuses with 429 and Retry-After."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._sender = RateLimitItemPerMinute(settings.sender_rate)
        self._address = RateLimitItemPerMinute(settings.address_rate)
        self._key = RateLimitItemPerMinute(settings.api_rate)
        self._guess = RateLimitItemPerMinute(MOST_MISSES)
        self._proxies = settings.proxies

    def check(self, request: Request, sender: str | None = None) -> None:
        """Count one request. Raises Problem when there were too many."""
        if not self._limiter.hit(self._address, "address", self.address_of(request)):
            raise _too_many("address")
        if sender is not None:
            self.check_sender(sender)

    def check_sender(self, sender: str) -> None:
        """Count one message of a sender. Raises Problem when there were too many."""
        if not self._limiter.hit(self._sender, "sender", sender):
            raise _too_many("sender")

    def check_guesses(self, request: Request) -> None:
        """Refuses an address that has tried too many links that lead nowhere. Raises Problem."""
        if not self._limiter.test(self._guess, "guess", self.address_of(request)):
            raise _too_many("guess")

    def count_miss(self, request: Request) -> None:
        """Count a link that led nowhere."""
        self._limiter.hit(self._guess, "guess", self.address_of(request))

    def check_key(self, key_id: int) -> None:
        """Count one request of an API key. Raises Problem when there were too many."""
        if not self._limiter.hit(self._key, "key", str(key_id)):
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
