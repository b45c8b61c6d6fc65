"""What Telegram knows: chats, messages, files, commands and everything it was asked; one lock guards all of it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.emulators.telegram.records import Call, File, Json, Query, Trouble
from tests.emulators.telegram.updates import Updates
from tests.emulators.waiting import wait_until

if TYPE_CHECKING:
    from tests.emulators.telegram.chats import Chat


class State:
    """Shared by the server's thread and the test's; whoever changes it holds ``changed`` and notifies."""

    def __init__(self, bot: Json, *, keep_bodies: bool, retry_delay: float, webhook_timeout: float) -> None:
        self.bot = bot
        self.keep_bodies = keep_bodies
        self.changed = threading.Condition()
        self.updates = Updates(self.changed, retry_delay=retry_delay, webhook_timeout=webhook_timeout)
        self.chats: dict[int, Chat] = {}
        self.calls: list[Call] = []
        self.troubles: list[Trouble] = []
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[bytes, str], list[Json]] = {}
        self.private_messages = itertools.count(1)
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number that was not given before."""
        return next(self._numbers)

    def noted(self, method: str, body: Json) -> Call:
        """The record of a request that has come in."""
        call = Call(method, body if self.keep_bodies else {}, time.monotonic())
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()
        return call

    def trouble(self, method: str, chat_id: object) -> Trouble | None:
        """What was scripted for this request, used up by one."""
        with self.changed:
            found = next((one for one in self.troubles if one.takes(method, chat_id)), None)
            if found:
                found.used += 1
                found.left = None if found.left is None else found.left - 1
            return found

    def stored(self, data: bytes, name: str, mime: str, folder: str) -> File:
        """A new file at Telegram."""
        number = self.number()
        path = f"{folder}/file_{number}{name[name.rindex('.') :] if '.' in name else ''}"
        kept = data if self.keep_bodies else b""
        file = File(f"file-id-{number}", f"unique-{number}", path, name, mime, len(data), kept)
        self.files[file.file_id] = self.paths[file.path] = file
        return file

    def wait(self, predicate: Callable[[], object], timeout: float, otherwise: Callable[[], str]) -> None:
        """Return once it holds; after ``timeout`` seconds an AssertionError with those words instead."""
        with self.changed:
            if not wait_until(self.changed, predicate, timeout):
                raise AssertionError(f"not within {timeout:g} s: {otherwise()}")

    def lately(self, number: int = 10) -> str:
        """The last requests in words, for the message of a failed assertion."""
        return "\n".join(_told(self.calls[-number:])) or "no request has come"


def _told(calls: list[Call]) -> Iterator[str]:
    for call in calls:
        yield f"{call.method} {call.status or 'unanswered'} {call.description} {call.body}"


def now() -> int:
    """The date of a message."""
    return int(time.time())
