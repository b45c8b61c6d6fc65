"""How python-telegram-bot talks HTTP here: by aiohttp, which keeps its speed with many requests under way."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import aiohttp
import orjson
import structlog
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.updates import readable

log = structlog.get_logger()

_SECONDS = 20.0
#: Answers of whatever stands before the Bot API while that is away.
_AWAY = frozenset({502, 503, 504})


class Unreachable(NetworkError):
    """The request did not get as far as the Bot API, whatever it was."""


class AiohttpRequest(BaseRequest):
    """Sends the library's requests; errors name the kind of trouble only, since addresses hold the bot's token."""

    def __init__(self, connections: int = 100) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer."""
        return _SECONDS

    async def initialize(self) -> None:
        """Open the connections."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=self._connections))

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of the answer. Raises Unreachable, or TimedOut when nobody can tell whether it arrived."""
        await self.initialize()
        assert self._session is not None
        wait = _SECONDS if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = aiohttp.ClientTimeout(total=wait, connect=10)
        headers = {"User-Agent": self.USER_AGENT}
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout, headers=headers
            ) as answer:
                if answer.status in _AWAY:
                    raise Unreachable(f"the Bot API is away ({answer.status})")
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise TimedOut(type(error).__name__) from error


class UpdatesRequest(AiohttpRequest):
    """Asks for updates. One that the library cannot read would hold up, and have it log, all that come with it."""

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """As `AiohttpRequest.do_request`, every update in it readable."""
        status, body = await super().do_request(*args, **options)
        if status != HTTPStatus.OK:
            return status, body
        answer = orjson.loads(body)
        return status, orjson.dumps({**answer, "result": [checked(each) for each in answer["result"]]})


def checked(update: dict[str, Any]) -> dict[str, Any]:
    """The update, or what can be read of it."""
    found = readable(update)
    if found is not update:
        log.error("telegram.unreadable", update=update["update_id"])
    return found


def _body(data: RequestData | None) -> Any:
    if data is None:
        return None
    files = data.multipart_data
    if not files:
        return data.json_parameters or None
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in files.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
