"""A Nominatim server of the test's own: real HTTP on a free port, known addresses, scripted failures.

Protocol: https://nominatim.org/release-docs/latest/api/Search/ (format=json).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse


@dataclass
class Nominatim:
    """What the server knows, what it was asked, and what goes wrong next (a status, "hang" or "nonsense")."""

    domain: str
    known: dict[str, tuple[float, float]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    troubles: list[int | str] = field(default_factory=list)
    hang_seconds: float = 0.5


@contextmanager
def nominatim() -> Iterator[Nominatim]:
    """The server, for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.state = Nominatim(f"127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.state  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        state: Nominatim = self.server.state  # type: ignore[attr-defined]
        query = parse_qs(urlparse(self.path).query)
        state.asked.append(query["q"][0])
        trouble = state.troubles.pop(0) if state.troubles else None
        if trouble == "hang":
            time.sleep(state.hang_seconds)
            return  # whoever asked has gone
        if isinstance(trouble, int):
            self.send_error(trouble)
            return
        found = state.known.get(query["q"][0])
        places = [{"lat": str(found[0]), "lon": str(found[1]), "display_name": query["q"][0]}] if found else []
        body = b"<html>not json" if trouble == "nonsense" else json.dumps(places).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
