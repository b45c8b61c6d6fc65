"""What a server does once it is ready."""

from __future__ import annotations

import re

import httpx

from tests.e2e.browsing import Demo


def test_garbage_is_looked_for_again(server: Demo) -> None:
    def looked() -> float:
        told = httpx.get(f"{server.url}/metrics", timeout=10).text
        return sum(
            float(count) for count in re.findall(r"^python_gc_collections_total\{.*\} (\S+)", told, re.MULTILINE)
        )

    before = looked()
    for _ in range(30):
        assert httpx.get(f"{server.url}/chat", timeout=10).status_code == 200
    assert looked() > before
