"""Leaves a service alone for a while that keeps failing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed until ``most`` failures in a row; then open for ``seconds``, after which one try at a time goes through.

    Used by several threads. (pybreaker holds its lock during the call, so that one slow answer holds up everybody.)
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds that only go forward."""
        self._most, self._seconds, self._clock = most, seconds, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._again: float | None = None

    def allows(self) -> bool:
        """Whether to try; whoever is allowed says afterwards how it went."""
        with self._lock:
            if self._again is None:
                return True
            if self._clock() < self._again:
                return False
            self._again = self._clock() + self._seconds  # the others wait for how this try goes
            return True

    def succeeded(self) -> bool:
        """The service answered; True where it had been left alone before."""
        with self._lock:
            was_open, self._again, self._failures = self._again is not None, None, 0
            return was_open

    def failed(self) -> bool:
        """The service did not answer; True where it is left alone from now on, and was not before."""
        with self._lock:
            self._failures += 1
            if self._failures < self._most and self._again is None:
                return False
            was_open, self._again = self._again is not None, self._clock() + self._seconds
            return not was_open
