"""The table service of an OSRM server: travel times and distances between many places.

Protocol: https://project-osrm.org/docs/v5.24.0/api/#table-service. Nothing of an address of it is ever logged: it
holds coordinates of customers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiohttp
import numpy as np
import numpy.typing as npt
import orjson
import structlog
from yarl import URL

from bot.settings import Settings
from domain.routing.problem import Integers, Matrix
from domain.travel.sources import NO_WAY, UNKNOWN
from domain.values import Place

log = structlog.get_logger()

#: Questions under way at once; how often one is asked, with a pause in seconds before it is asked again.
_AT_ONCE, TRIES, PAUSE = 4, 3, 0.25
#: After so many questions without an answer, one after the other, the server is left alone.
MOST_TROUBLES = 3
_HEADERS = {"User-Agent": "roundsman"}  # public servers want to know who asks
#: Longer than any way, in seconds and metres.
_LONGEST = 10**8


class Trouble(Exception):
    """No answer, or none that makes sense."""


class Refused(Trouble):
    """The server will not answer such questions, however often they are asked."""


class TooBig(Exception):
    """The server takes fewer coordinates at once."""


class OffTheMap(Exception):
    """The server knows no street near the coordinate of that number, or (None) near one of them."""

    def __init__(self, number: int | None) -> None:
        self.number = number


@dataclass(frozen=True, slots=True)
class Block:
    """A question: ways from some places to others, by index."""

    rows: Integers
    columns: Integers


def fill(table: Matrix, places: Sequence[Place], settings: Settings) -> None:
    """Ask for what is `UNKNOWN` in the (n, n) table and write it there; what gets no answer stays unknown.

    Ways that the server cannot find become `NO_WAY`; metres it does not tell stay `UNKNOWN`. Never raises for what the
    server does, and takes ``osrm_patience`` seconds at most.
    """
    asking = _Asking(table, places, settings)
    with ThreadPoolExecutor(1) as thread:  # the caller's own thread may have a loop that runs
        thread.submit(asyncio.run, asking.ask_all()).result()


class _Asking:
    def __init__(self, table: Matrix, places: Sequence[Place], settings: Settings) -> None:
        self._table, self._places, self._settings = table, places, settings
        self._size = settings.osrm_table_size
        self._troubles = 0

    async def ask_all(self) -> None:
        timeout = aiohttp.ClientTimeout(total=self._settings.osrm_timeout)
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, connector=connector, headers=_HEADERS) as session,
                asyncio.timeout(self._settings.osrm_patience),
            ):
                while not await self._ask_in_blocks(session):
                    self._size //= 2
                    log.warning("osrm.table_too_big", todo=f"Set ROUNDSMAN_OSRM_TABLE_SIZE to {self._size}.")
        except TimeoutError:
            log.warning("osrm.too_slow", patience=self._settings.osrm_patience)

    async def _ask_in_blocks(self, session: aiohttp.ClientSession) -> bool:
        """Ask in blocks of the present size; False when the server says that they are too big."""
        unknown = (self._table.seconds == UNKNOWN).sum(axis=1)
        newest_first = np.argsort(-unknown, kind="stable")  # so that blocks are wholly unknown or not at all
        blocks = iter(_blocks(newest_first, self._size))
        tasks = [asyncio.create_task(self._work(session, blocks)) for _ in range(_AT_ONCE)]
        try:
            await asyncio.gather(*tasks)
        except TooBig:
            return self._size < 4
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return True

    async def _work(self, session: aiohttp.ClientSession, blocks: Any) -> None:
        for rows, columns in blocks:
            while self._troubles < MOST_TROUBLES and (block := self._missing(rows, columns)) is not None:
                try:
                    self._write(block, *await self._ask(session, block))
                except OffTheMap as off:
                    if off.number is None:
                        break
                    place = _coordinates(block)[off.number]
                    for unfound in (self._table.seconds[place], self._table.seconds[:, place]):
                        unfound[unfound == UNKNOWN] = NO_WAY
                except Trouble as trouble:
                    self._troubles = MOST_TROUBLES if isinstance(trouble, Refused) else self._troubles + 1
                    log.warning("osrm.trouble", error=str(trouble), given_up=self._troubles >= MOST_TROUBLES)
                    break
                else:
                    self._troubles = 0

    def _missing(self, rows: Integers, columns: Integers) -> Block | None:
        """The part of a block that still needs asking."""
        unknown = self._table.seconds[np.ix_(rows, columns)] == UNKNOWN
        if not unknown.any():
            return None
        return Block(rows[unknown.any(axis=1)], columns[unknown.any(axis=0)])

    def _write(self, block: Block, seconds: Integers, metres: Integers) -> None:
        where = np.ix_(block.rows, block.columns)
        asked = self._table.seconds[where] == UNKNOWN
        self._table.seconds[where] = np.where(asked, seconds, self._table.seconds[where])
        self._table.metres[where] = np.where(asked, metres, self._table.metres[where])

    async def _ask(self, session: aiohttp.ClientSession, block: Block) -> tuple[Integers, Integers]:
        """Seconds and metres of a block. Raises Trouble after `TRIES`, TooBig and OffTheMap."""
        url = self._url(block)
        for left in reversed(range(TRIES)):
            try:
                async with session.get(url, allow_redirects=False) as response:
                    return _read(response.status, await response.read(), block)
            except Refused:
                raise
            except (aiohttp.ClientError, TimeoutError, Trouble) as error:
                if not left:
                    raise Trouble(str(error) if isinstance(error, Trouble) else type(error).__name__) from None
            await asyncio.sleep(PAUSE * 2 ** (TRIES - left - 1))
        raise AssertionError("unreachable")

    def _url(self, block: Block) -> URL:
        coordinates = _coordinates(block)
        points = ";".join(f"{self._places[each].lon:.5f},{self._places[each].lat:.5f}" for each in coordinates)
        number = {place: n for n, place in enumerate(coordinates)}
        sources = ";".join(str(number[each]) for each in block.rows.tolist())
        destinations = ";".join(str(number[each]) for each in block.columns.tolist())
        path = f"{str(self._settings.osrm_url).rstrip('/')}/table/v1/{self._settings.osrm_profile}/{points}"
        query = f"annotations=duration,distance&sources={sources}&destinations={destinations}"
        return URL(f"{path}?{query}", encoded=True)


def _blocks(places: npt.NDArray[np.intp], size: int) -> list[tuple[Integers, Integers]]:
    """Rows and columns that together cover the table, so many coordinates in each at most."""
    if len(places) <= size:
        return [(places, places)]
    groups = [places[first : first + size // 2] for first in range(0, len(places), size // 2)]
    return [(rows, columns) for rows in groups for columns in groups]


def _coordinates(block: Block) -> list[int]:
    """The places of a block, each once, in the order they are sent in."""
    return list(dict.fromkeys([*block.rows.tolist(), *block.columns.tolist()]))


def _read(status: int, body: bytes, block: Block) -> tuple[Integers, Integers]:
    """What an answer says. Raises Trouble, TooBig and OffTheMap."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    code = answer.get("code") if isinstance(answer, dict) else None
    if code == "TooBig" or status == 414:
        raise TooBig
    if code == "NoSegment":
        said = re.search(r"\d+$", str(answer.get("message", "")))
        raise OffTheMap(int(said.group()) if said and int(said.group()) < len(_coordinates(block)) else None)
    if code == "Ok" and status == 200:
        shape = (len(block.rows), len(block.columns))
        return _numbers(answer.get("durations"), shape), _metres(answer.get("distances"), shape)
    if 400 <= status < 500 and status not in {408, 429}:
        raise Refused(f"the server answered {status}")
    raise Trouble(f"the server answered {status}")


def _metres(table: Any, shape: tuple[int, int]) -> Integers:
    """Servers before 5.18 tell no distances."""
    return np.full(shape, UNKNOWN, np.int64) if table is None else _numbers(table, shape)


def _numbers(table: Any, shape: tuple[int, int]) -> Integers:
    """Whole numbers of an answer's table; null, where there is no way, is `NO_WAY`. Raises Trouble for nonsense."""
    try:
        numbers = np.array(table, np.float64)
    except (TypeError, ValueError):
        raise Trouble("the server's table is no table") from None
    if numbers.shape != shape:
        raise Trouble("the server's table has another size")
    possible = (numbers >= 0) & (numbers < _LONGEST)
    return np.where(possible, np.rint(np.where(possible, numbers, 0)), NO_WAY).astype(np.int64)
