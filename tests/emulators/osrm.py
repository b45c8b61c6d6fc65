"""An OSRM server of the test's own: its table service as real HTTP on a free port, with scripted failures.

Protocol and errors: https://project-osrm.org/docs/v5.24.0/api/#table-service, and osrm-backend's table plugin: it refuses
more than limit × limit cells (TooBig), and a coordinate without a street near it (NoSegment, with its number).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from domain.values import Place

#: Metres a second on this server's roads, and how much longer the way to the west is.
SPEED, WESTWARD = 12.5, 1.5


@dataclass
class Asked:
    """One question."""

    profile: str
    places: list[Place]
    sources: list[int]
    destinations: list[int]


@dataclass
class Osrm:
    """What the server was asked, and what is wrong with it.

    ``troubles`` are had by the next questions, one each: a status, "hang" (no answer while the test runs), "drop" (the
    connection breaks), "nonsense", "small" (a table of another size) or None (all is well); ``always`` by all others.
    """

    url: str
    limit: int = 100
    asked: list[Asked] = field(default_factory=list)
    troubles: list[int | str | None] = field(default_factory=list)
    always: int | str | None = None
    without_street: set[Place] = field(default_factory=set)
    says_which: bool = True
    without_way: set[Place] = field(default_factory=set)
    tells_distances: bool = True
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self, start: Place, end: Place) -> float | None:
        """How long the way takes; None where there is none."""
        if start == end:
            return 0
        if {start, end} & self.without_way:
            return None
        return round(start.metres_to(end) / SPEED * (WESTWARD if end.lon < start.lon else 1), 1)

    def trouble(self) -> int | str | None:
        """What goes wrong next."""
        with self.lock:
            return self.troubles.pop(0) if self.troubles else self.always


@contextmanager
def osrm() -> Iterator[Osrm]:
    """The server, for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    state = Osrm(f"http://127.0.0.1:{server.server_address[1]}")
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        state: Osrm = self.server.state  # type: ignore[attr-defined]
        url = urlsplit(self.path)
        _, service, version, profile, coordinates = url.path.split("/")
        if (service, version) != ("table", "v1"):
            self._answer(400, {"code": "InvalidService", "message": f"Service {service} not found!"})
            return
        query = parse_qs(url.query)
        places = [Place(float(lat), float(lon)) for lon, lat in (each.split(",") for each in coordinates.split(";"))]
        asked = Asked(profile, places, _numbers(query, "sources"), _numbers(query, "destinations"))
        state.asked.append(asked)
        match state.trouble():
            case "hang":
                state.over.wait()
                self.close_connection = True
            case "drop":
                self.close_connection = True
            case "nonsense":
                self._answer(200, "<html>not json")
            case "small":
                self._answer(200, {"code": "Ok", "durations": [[0]], "distances": [[0]]})
            case int(status):
                self._answer(status, "Bad Gateway")
            case _:
                self._answer(*_table(state, asked))

    def _answer(self, status: int, what: object) -> None:
        body = what.encode() if isinstance(what, str) else json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _numbers(query: dict[str, list[str]], name: str) -> list[int]:
    return [int(each) for each in query[name][0].split(";")]


def _table(state: Osrm, asked: Asked) -> tuple[int, object]:
    if len(asked.sources) * len(asked.destinations) > state.limit**2:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    for number, place in enumerate(asked.places):
        if place in state.without_street:
            which = f" {number}" if state.says_which else ""
            return 400, {"code": "NoSegment", "message": f"Could not find a matching segment for coordinate{which}"}
    starts = [asked.places[each] for each in asked.sources]
    ends = [asked.places[each] for each in asked.destinations]
    seconds = [[state.seconds(start, end) for end in ends] for start in starts]
    table: dict[str, object] = {"code": "Ok", "durations": seconds}
    if state.tells_distances:
        table["distances"] = [[None if each is None else each * SPEED for each in row] for row in seconds]
    return 200, table
