"""Posts messages to shops' servers, signed as Standard Webhooks are; none into a private network.

Specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from bot.settings import Settings

#: Seconds a receiver may take to answer, and how much of the answer is read (bytes).
PATIENCE, LONGEST_ANSWER = 15.0, 2_048
#: IPv6 addresses that lead to an IPv4 one that may be private.
_TUNNELS = tuple(ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: the status, None where no answer came, with why; and the beginning of what was said."""

    status: int | None
    why: str = ""
    said: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it: only 2xx says so."""
        return self.status is not None and 200 <= self.status < 300


class PrivateAddress(OSError):
    """The receiver's address is of a private network, where the outside has no business."""


def signed(secrets: Sequence[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message; one signature for each secret, so that secrets can be changed without a gap."""
    stamp = str(int(at.timestamp()))
    content = f"{message}.{stamp}.".encode() + body
    signatures = [
        "v1," + base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": message, "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures),
        "Content-Type": "application/json", "User-Agent": "roundsman",
    }  # fmt: skip


def session(settings: Settings) -> aiohttp.ClientSession:
    """What is posted with; to be closed."""
    resolver = None if settings.webhook_private else _Public()
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE))


async def post(
    client: aiohttp.ClientSession, url: str, message: str, at: datetime, body: bytes, settings: Settings
) -> Answer:
    """One attempt; redirects are answers like any that is not 2xx."""
    headers = signed(settings.webhook_secrets, message, at, body)
    try:
        _check_literal(url, settings)
        async with client.post(url, data=body, headers=headers, allow_redirects=False) as response:
            said = (await response.content.read(LONGEST_ANSWER)).decode("utf-8", "replace")
            return Answer(response.status, f"answered {response.status}", said)
    except PrivateAddress:
        return Answer(None, "its address is private; ROUNDSMAN_WEBHOOK_PRIVATE allows that")
    except TimeoutError:
        return Answer(None, f"no answer within {PATIENCE:.0f} seconds")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if _caused_by_private(error):
            return Answer(None, "its address is private; ROUNDSMAN_WEBHOOK_PRIVATE allows that")
        return Answer(None, f"could not be reached ({type(error).__name__})")


def _caused_by_private(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, PrivateAddress) or isinstance(getattr(error, "os_error", None), PrivateAddress):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def _check_literal(url: str, settings: Settings) -> None:
    """An address that is written as such is never looked up. Raises PrivateAddress."""
    if settings.webhook_private:
        return
    try:
        address = ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return
    _check_public(str(address))


def _check_public(host: str) -> None:
    """Raises PrivateAddress for what is not on the public internet."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    tunnel = address.version == 6 and any(address in each for each in _TUNNELS)
    if tunnel or address.is_multicast or not address.is_global:
        raise PrivateAddress("a private address")


class _Public(AbstractResolver):
    """Looks names up, and refuses those that lead into a private network; what was looked up is what is connected to."""

    def __init__(self) -> None:
        self._resolver = DefaultResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """The addresses of a host. Raises PrivateAddress when one is private."""
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            _check_public(each["host"])
        return found

    async def close(self) -> None:
        """Let go of what looks up."""
        await self._resolver.close()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))
