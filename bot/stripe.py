"""Refunds by Stripe's API: https://docs.stripe.com/api/refunds and https://docs.stripe.com/api/idempotent_requests.

A repeated key is answered as the first time, for 24 hours at least, also when that was an error of the server. So whoever asks
again looks for the refund first: it carries its key in its metadata. Amounts are in the smallest unit of the currency, as ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import structlog
from yarl import URL

from bot.refunding import Answer, GatewayTrouble, Wanted
from bot.settings import Settings

log = structlog.get_logger()
#: Where our key stands in a refund.
KEY = "roundsman_key"
LONGEST_ANSWER = 1024 * 1024
#: Refunds on one page of a list, and so many pages of those of one payment.
_PAGE, _MOST_PAGES = 100, 20
#: States of a refund, and what they are to us.
_DONE, _WAITING, _FAILED = (
    frozenset({"succeeded"}),
    frozenset({"pending", "requires_action"}),
    frozenset({"failed", "canceled"}),
)
#: The key is wrong, or may not do this: nothing of it speaks of the refund.
_OUR_TROUBLE = frozenset({401, 403})
#: Errors that a repetition may not meet: another request with that key is under way, or something else has the payment.
_PASSING = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: dict[str, Any]

    @property
    def error(self) -> dict[str, Any]:
        found = self.body.get("error")
        return found if isinstance(found, dict) else {}


class Stripe:
    """Gives money back by Stripe."""

    name = "stripe"

    def __init__(self, settings: Settings) -> None:
        """Needs the settings ``stripe_key`` and ``stripe_api_url``."""
        assert settings.stripe_key is not None, "the settings are checked"
        self._url = URL(str(settings.stripe_api_url).rstrip("/"))
        self._headers = {"Authorization": f"Bearer {settings.stripe_key.get_secret_value()}"}
        self._timeout = aiohttp.ClientTimeout(total=settings.stripe_timeout)

    def refund(self, wanted: Wanted) -> Answer:
        """Give it back, or say what became of it. Raises GatewayTrouble where that is not clear."""
        with ThreadPoolExecutor(1) as thread:  # the caller's own thread may have a loop that runs
            return thread.submit(asyncio.run, self._refund(wanted)).result()

    async def _refund(self, wanted: Wanted) -> Answer:
        if not (wanted.payment or "").startswith(("pi_", "ch_", "py_")):
            return Answer("refused", why=f'"{wanted.payment}" is no payment of Stripe.')
        async with aiohttp.ClientSession(timeout=self._timeout, headers=self._headers) as session:
            if wanted.again and (made := await self._made(session, wanted)) is not None:
                return _of(made, wanted)
            reply = await self._ask(session, "POST", "/v1/refunds", data=_form(wanted), key=wanted.key)
            if 200 <= reply.status < 300:
                return _of(reply.body, wanted)
            refused = _refused(reply)
            made = await self._made(session, wanted)  # what was refused now may have been done before
            return _of(made, wanted) if made is not None else refused

    async def _made(self, session: aiohttp.ClientSession, wanted: Wanted) -> dict[str, Any] | None:
        """The refund that carries our key, where there is one. Raises GatewayTrouble when that cannot be told."""
        if wanted.reference is not None:
            reply = await self._ask(session, "GET", f"/v1/refunds/{wanted.reference}")
            if reply.status == 200:
                return reply.body
            _check(reply)
        query = {_named(wanted): wanted.payment or "", "limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            reply = await self._ask(session, "GET", "/v1/refunds", query=query)
            if reply.status != 200:
                _check(reply)
                return None
            page = reply.body.get("data")
            if not isinstance(page, list):
                raise GatewayTrouble("Stripe's list of refunds makes no sense")
            for each in page:
                if (each.get("metadata") or {}).get(KEY) == wanted.key:
                    return dict(each)
            if not reply.body.get("has_more") or not page:
                return None
            query["starting_after"] = str(page[-1].get("id"))
        raise GatewayTrouble("there are too many refunds of this payment to look through")

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> _Reply:
        """The answer to a request. Raises GatewayTrouble where none comes, or none that can be read."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        try:
            async with session.request(
                method, self._url.join(URL(path)), data=data, params=query, headers=headers, allow_redirects=False
            ) as response:
                text, status = await _read(response), response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise GatewayTrouble(f"Stripe did not answer ({type(error).__name__})") from error
        try:
            body = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise GatewayTrouble(f"Stripe answered {status} with something that cannot be read") from error
        if not isinstance(body, dict):
            raise GatewayTrouble(f"Stripe answered {status} with something that makes no sense")
        return _Reply(status, body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise GatewayTrouble("Stripe's answer is too long")
    return bytes(body)


def _form(wanted: Wanted) -> dict[str, str]:
    return {
        _named(wanted): wanted.payment or "", "amount": str(wanted.amount), f"metadata[{KEY}]": wanted.key,
        "metadata[order]": wanted.order,
    }  # fmt: skip


def _named(wanted: Wanted) -> str:
    return "payment_intent" if (wanted.payment or "").startswith("pi_") else "charge"


def _of(made: Mapping[str, Any], wanted: Wanted) -> Answer:
    """What a refund of theirs is to us. Raises GatewayTrouble where it makes no sense."""
    reference, status = made.get("id"), made.get("status")
    if not isinstance(reference, str):
        raise GatewayTrouble("Stripe's answer names no refund")
    if made.get("amount") != wanted.amount:
        return Answer("unclear", reference, f"Stripe gave back {made.get('amount')} instead of {wanted.amount}.")
    if status in _DONE:
        return Answer("issued", reference)
    if status in _WAITING:
        return Answer("pending", reference)
    if status in _FAILED:
        return Answer("refused", reference, f"Stripe says: {made.get('failure_reason') or status}.")
    raise GatewayTrouble(f"Stripe calls the refund {status}")


def _refused(reply: _Reply) -> Answer:
    """What an error means for good. Raises GatewayTrouble for what may pass."""
    _check(reply)
    error = reply.error
    if error.get("type") == "idempotency_error":
        return Answer("unclear", why="Stripe knows the key of this refund with other values.")
    code = error.get("code") or error.get("type") or reply.status
    return Answer("refused", why=f"{error.get('message') or 'Stripe refused it.'} ({code})")


def _check(reply: _Reply) -> None:
    """Raises GatewayTrouble for errors that say nothing of the refund: of theirs, of our key, or that pass."""
    code = str(reply.error.get("code") or reply.error.get("type") or "")
    if reply.status in _OUR_TROUBLE:
        log.warning("stripe.refuses_us", status=reply.status, todo="Check ROUNDSMAN_STRIPE_KEY; it must write refunds.")
    if (
        reply.status in _OUR_TROUBLE
        or reply.status in {408, 409, 425, 429}
        or not 400 <= reply.status < 500
        or code in _PASSING
    ):
        raise GatewayTrouble(f"Stripe answered {reply.status} {code}".strip())
