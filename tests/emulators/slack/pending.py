"""Waiting for what the emulator will see, in a coroutine or a thread, without polling."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tests.emulators.waiting import PATIENCE, wait_until

T = TypeVar("T")


class Changes:
    """One lock around everything the emulator knows; ``notify`` wakes whoever waits for a change."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._watchers: list[Callable[[], object]] = []

    def notify(self) -> None:
        """Something has changed; called with the lock held."""
        self.changed.notify_all()
        for wake in self._watchers:
            wake()

    def watch(self, wake: Callable[[], object]) -> None:
        """Have it called after every change."""
        with self.changed:
            self._watchers.append(wake)

    def unwatch(self, wake: Callable[[], object]) -> None:
        """No longer."""
        with self.changed:
            self._watchers.remove(wake)


class Pending(Generic[T]):
    """A value that will be there: ``await`` it in a coroutine, or ``wait()`` for it in a thread.

    AssertionError with the words of ``otherwise`` when it is not there after ``timeout`` seconds.
    """

    def __init__(
        self, changes: Changes, look: Callable[[], T | None], timeout: float, otherwise: Callable[[], str]
    ) -> None:
        self._changes = changes
        self._look = look
        self._timeout = timeout
        self._otherwise = otherwise

    def wait(self) -> T:
        """The value, as soon as there is one."""
        with self._changes.changed:
            found = wait_until(self._changes.changed, self._look, self._timeout)
            if not found:
                raise self._missing()
            return found

    def __await__(self) -> Generator[Any, None, T]:
        return self._waited().__await__()

    async def _waited(self) -> T:
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(woken.set)

        self._changes.watch(wake)
        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    woken.clear()
                    with self._changes.changed:
                        found = self._look()
                    if found:
                        return found
                    await woken.wait()
        except TimeoutError:
            raise self._missing() from None
        finally:
            self._changes.unwatch(wake)

    def _missing(self) -> AssertionError:
        with self._changes.changed:
            return AssertionError(f"not within {self._timeout:g} s: {self._otherwise()}")


@dataclass
class Watched:
    """Something whose end can be awaited."""

    state: Changes

    def pending(self, timeout: float = PATIENCE) -> Pending[Any]:
        """Until it has ended."""
        raise NotImplementedError

    def wait(self, timeout: float = PATIENCE) -> Any:
        """Itself, once it has ended; for a thread."""
        return self.pending(timeout).wait()

    def __await__(self) -> Generator[Any, None, Any]:
        return self.pending().__await__()
