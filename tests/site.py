"""The whole application over HTTP around a small business, with an engine that need not be loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlmodel import select

from bot.clock import new_id
from bot.compose import Program
from bot.settings import Settings
from bot.web.app import build
from domain.meaning import BY_CHANNEL, Audience, Meaning
from domain.orders import Order
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.builders import NOW, Business, business
from tests.inside import served

KEY = "rmk_test"


class Silent:
    """An engine that understands nothing."""

    def parse(self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, *_: object) -> Meaning:
        return Meaning(text)

    def taught(self, audience: Audience) -> frozenset[str]:
        """It was taught nothing."""
        return frozenset()

    def parse_as(
        self, text: str, intents: Sequence[str], audience: Audience, now: datetime, zone: ZoneInfo, *_: object
    ) -> Meaning:
        """It takes it for the first of them."""
        return Meaning(text, ((intents[0], 1.0),), engine=BY_CHANNEL)

    def learn_names(self, *names: Mapping[str, Sequence[str]]) -> None:
        """It needs none."""


class Quiet(Program):
    """The program with an engine that need not be loaded."""

    engine = Silent()  # type: ignore[assignment]


class Site:
    """The whole application over HTTP, around a small business."""

    def __init__(self, program: Program, shop: Business, http: httpx.Client) -> None:
        self.program, self.shop, self.http = program, shop, http

    def sends(self, data: bytes, text: str = "", **headers: str) -> httpx.Response:
        given = {"X-Message": text, "X-Message-Id": new_id(), "Content-Type": "image/jpeg", **headers}
        return self.http.post("/chat/photos", content=data, headers=given)

    def proves(self, order: Order, **body: Any) -> httpx.Response:
        body = {"at": order.created_at.isoformat(), **body}
        return self.http.put(f"/api/v1/orders/{order.number}/proof", json=body, headers={"X-API-Key": KEY})


@contextmanager
def a_site(database: Database, folder: Path, **settings: Any) -> Iterator[Site]:
    """Serve with limits that tests do not run into, unless they are given."""
    rates = {**dict.fromkeys(("api_rate", "sender_rate", "address_rate"), 10**6), **settings}
    with database.writing() as session:
        shop = business(session)
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=NOW))
    with ThreadPoolExecutor(1) as turns, ThreadPoolExecutor(3) as pool:
        program = Quiet(Settings(data_folder=folder, _env_file=None, **rates), database, turns, pool)  # type: ignore[call-arg]
        program.load()
        with served(build(program)) as url, httpx.Client(base_url=url, timeout=60) as http:
            yield Site(program, shop, http)


def rows(database: Database, kind: type[Any]) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(kind)).all())


def on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.folder("files").iterdir())
