"""Tokens of framed chats, where there are no cookies: a signed session, and the customer the shop has vouched for."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from bot.settings import Settings
from bot.web.chat.sessions import Chat

STRANGERS_LIVE, CUSTOMERS_LIVE = timedelta(days=30), timedelta(hours=12)
BASE = "/embed/c/"
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser's session in a shop's pages, and whose chat it shows: a customer's or a stranger's."""

    session: str
    customer_id: int | None
    since: datetime

    @property
    def expires_at(self) -> datetime:
        """When its token is no longer taken."""
        return self.since + (STRANGERS_LIVE if self.customer_id is None else CUSTOMERS_LIVE)

    def token(self, settings: Settings) -> str:
        """The visit, signed; readable by whoever has it."""
        return _serializer(settings).dumps([self.session, self.customer_id, int(self.since.timestamp())])

    def chat(self, token: str) -> Chat:
        """The chat under a token. Its address tells neither the session nor the session's other chats."""
        who = "stranger" if self.customer_id is None else str(self.customer_id)
        digest = hashlib.sha256(f"embed:{self.session}:{who}".encode()).digest()
        return Chat(urlsafe_b64encode(digest[:16]).decode().rstrip("="), BASE + token, self.customer_id)


def visit_of(token: str, settings: Settings, moment: datetime) -> Visit | None:
    """The visit of a token; None unless we signed it and it has not expired."""
    visit = _unsigned(token, settings)
    return visit if visit is not None and moment < visit.expires_at else None


def session_of(token: str, settings: Settings, moment: datetime) -> str | None:
    """The browser's session a token was made for, whoever was vouched for then; None when too old or not ours."""
    visit = _unsigned(token, settings)
    return visit.session if visit is not None and moment < visit.since + STRANGERS_LIVE else None


def _unsigned(token: str, settings: Settings) -> Visit | None:
    try:
        session, customer_id, since = _serializer(settings).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    if not _ID.fullmatch(session):
        return None
    return Visit(session, customer_id, datetime.fromtimestamp(since, UTC))


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret, salt="roundsman.embed", signer_kwargs={"digest_method": hashlib.sha256})
