"""Waiting until something holds, for threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
#: What is outside the emulator (a page, a database, a log) changes without telling it, so it is asked again, in seconds.
ASKED_EVERY = 0.1
#: How many seconds anything may take that a test waits for. It costs nothing but where something is broken, and a busy machine
#: is slow.
PATIENCE = 90.0


def wait_until(changed: threading.Condition, look: Callable[[], T], timeout: float) -> T:
    """What ``look`` returns as soon as that is something, asked after every change and ten times a second.

    After ``timeout`` seconds whatever it returned last. With ``changed`` held.
    """
    ends = time.monotonic() + timeout
    while not (found := look()) and (left := ends - time.monotonic()) > 0:
        changed.wait(min(left, ASKED_EVERY))
    return found
