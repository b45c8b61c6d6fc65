"""Running a coroutine to its end: in a thread of its own, because a browser's driver keeps a loop running in ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def aside(work: Callable[..., T], *given: Any) -> T:
    """What a function returns, or raises, that runs a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *given).result()
