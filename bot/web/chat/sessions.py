"""Whose chat a page shows: a random id in a cookie, which is the conversation's address and never leaves the two."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadSignature, Signer

from bot.settings import Settings

CHANNEL = "web"
COOKIE = "roundsman_chat"
#: A chat nobody opens for this long begins anew.
KEPT_SECONDS = 30 * 24 * 3600
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat on a page: its secret address, where its page sends to, and whose it is when the page knows."""

    address: str
    base: str
    customer_id: int | None = None
    driver_id: int | None = None
    staff_id: int | None = None

    @property
    def speaker(self) -> str:
        """What the names of texts for who talks here begin with; nothing for customers."""
        return "driver_" if self.driver_id else "staff_" if self.staff_id else ""

    @property
    def fingerprint(self) -> str:
        """Names the chat where its address must not be seen: in keys, limits and logs."""
        return hashlib.sha256(self.address.encode()).hexdigest()[:32]

    def key(self, message_id: str) -> str:
        """The inbox key of a message of this chat."""
        return f"web:{self.fingerprint}:{message_id}"


def session_of(request: Request, settings: Settings, cookie: str = COOKIE) -> str | None:
    """The id in the request's cookie; None when it has none that we made and signed."""
    try:
        value = _signer(settings).unsign(request.cookies.get(cookie, "")).decode()
    except BadSignature:
        return None
    return value if _ID.fullmatch(value) else None


def remember(response: Response, session: str, settings: Settings, cookie: str = COOKIE) -> None:
    """Keep the id in the browser, signed, out of reach of scripts and of other sites' requests."""
    value = _signer(settings).sign(session).decode()
    secure = settings.url.startswith("https:")
    response.set_cookie(cookie, value, max_age=KEPT_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")


def _signer(settings: Settings) -> Signer:
    return Signer(settings.secret, salt="roundsman.chat", digest_method=hashlib.sha256)
