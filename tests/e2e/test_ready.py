"""What a server does once it is ready."""

from __future__ import annotations

import re

import httpx

from tests.e2e.browsing import Demo

#: What is left behind by so many requests is more than the collector waits for.
MOST_REQUESTS = 1_000


def test_garbage_is_looked_for_again(server: Demo) -> None:
    def looked() -> float:
        told = httpx.get(f"{server.url}/metrics", timeout=10).text
        return sum(
            float(count) for count in re.findall(r"^python_gc_collections_total\{.*\} (\S+)", told, re.MULTILINE)
        )

    before, asked = looked(), 0
    with httpx.Client(base_url=server.url, timeout=10) as client:
        while looked() == before and asked < MOST_REQUESTS:
            asked += 1
            assert client.get("/chat").status_code == 200
    assert looked() > before, asked
