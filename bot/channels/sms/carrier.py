"""Carries letters by SMS: one HTTP request to the gateway for each (docs/sms.md)."""

from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson
import structlog

from bot.channels import links
from bot.channels.sms.gsm import plain
from bot.clock import now
from bot.compose import Program
from bot.letters import Gone, Later, Letter, Rejected
from storage import outbox
from storage.outbox import PROACTIVE

log = structlog.get_logger()

#: Seconds a gateway may take to answer, and how much of an answer is read, in bytes.
PATIENCE, LONGEST_ANSWER = 20.0, 64 * 1024
CONNECTIONS = 20
#: Seconds until a message, or a gateway in trouble, is tried again.
PAUSE, LONG_PAUSE = 5.0, 60.0
#: Answers that speak of us or of the gateway and not of the message: key, credit, rights; away for a while.
_OUR_TROUBLE, _ITS_TROUBLE = frozenset({401, 402, 403}), frozenset({502, 503, 504})


class SmsCarrier:
    """One gateway. While it is in trouble it is left alone for a moment, whoever a message is for."""

    def __init__(self, program: Program) -> None:
        """Needs the setting ``sms_url``."""
        self._program = program
        self._session: aiohttp.ClientSession | None = None
        self._resting_until = 0.0
        self._told: set[int] = set()

    async def ready(self, address: str, priority: int) -> None:
        """A gateway says itself when it has had enough (429)."""

    async def carry(self, letter: Letter) -> str | None:
        """Hand it to the gateway; what that calls it. Raises Later, Rejected or Gone."""
        rest = self._resting_until - time.monotonic()
        if rest > 0:
            raise Later(rest, "the gateway could not be used a moment ago", counted=False)
        name = f"outbox-{letter.row.id}"
        text = await asyncio.get_running_loop().run_in_executor(self._program.pool, self._text, letter)
        body: dict[str, Any] = {"id": name, "to": letter.to.address, "text": text}
        if self._program.settings.sms_sender:
            body["sender"] = self._program.settings.sms_sender
        status, headers, answer = await self._post(body, name)
        if not 200 <= status < 300:
            raise self._judge(status, headers, answer)
        self._told.add(letter.to.conversation_id)
        called = answer.get("id") if answer is not None else None
        return str(called)[:200] if isinstance(called, str | int) else None

    async def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            await self._session.close()

    def _text(self, letter: Letter) -> str:
        """The words, the order's page where they speak of one, and the first time how to end these messages."""
        settings, row = self._program.settings, letter.row
        text = letter.text
        page = links.page_of(self._program, row.about, row.facts)
        if page is not None and page not in text:
            text = f"{text} {page}"
        if row.priority == PROACTIVE and not self._was_told(letter.to.conversation_id):
            name, facts = "sms.stop", {}
            if settings.sms_token is None:  # nobody would hear a STOP
                name, facts = "sms.stop_link", {"link": links.stop_page(settings, letter.to.conversation_id)}
            text = f"{text}\n{self._program.words.say(name, facts, letter.to.language, now())}"
        return plain(text)

    def _was_told(self, conversation_id: int) -> bool:
        if conversation_id in self._told:
            return True
        with self._program.database.reading() as session:
            return outbox.was_told(session, conversation_id)

    async def _post(self, body: dict[str, Any], name: str) -> tuple[int, Any, dict[str, Any] | None]:
        """Status, headers and, where the answer is a JSON object, that. Raises Later when no answer comes."""
        settings = self._program.settings
        headers = {"Content-Type": "application/json", "Idempotency-Key": name}
        if settings.sms_token is not None:
            headers["Authorization"] = f"Bearer {settings.sms_token.get_secret_value()}"
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), timeout=aiohttp.ClientTimeout(total=PATIENCE)
            )
        try:
            async with self._session.post(
                str(settings.sms_url), data=orjson.dumps(body), headers=headers, allow_redirects=False
            ) as response:
                return response.status, response.headers, _object(await _read(response))
        except aiohttp.ClientConnectorError as error:
            raise self._rest(PAUSE, "the gateway cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Later(PAUSE, f"the gateway did not answer ({type(error).__name__})") from error

    def _judge(self, status: int, headers: Any, answer: dict[str, Any] | None) -> Exception:
        """What a refusal means: for the number, for this message, or for all until somebody sees to it."""
        why = f"the gateway answered {status}"
        if (answer or {}).get("error") == "unreachable" or status == 410 or (status == 404 and answer is not None):
            return Gone(why)
        waited = _retry_after(headers.get("Retry-After"))
        if status == 429:
            return Later(waited or PAUSE, why, counted=False)
        if status in _ITS_TROUBLE:
            return self._rest(waited or PAUSE, why)
        if status in _OUR_TROUBLE or status == 404 or status < 400:  # not the way to a gateway that takes us
            log.warning("sms.gateway_refuses", status=status, todo="Check ROUNDSMAN_SMS_URL and ROUNDSMAN_SMS_TOKEN.")
            return self._rest(LONG_PAUSE, why)
        return Later(waited or PAUSE, why) if status >= 500 or status == 408 else Rejected(why)

    def _rest(self, seconds: float, why: str) -> Later:
        self._resting_until = time.monotonic() + seconds
        return Later(seconds, why, counted=False)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            break
    return bytes(body)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, a number or a date; an hour at most."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(3600.0, max(1.0, float(value)))
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return min(3600.0, max(1.0, (at - now()).total_seconds())) if at.tzinfo is not None else None
