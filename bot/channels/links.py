"""Links in e-mails and SMS: the page a message leads to, and the way out of further ones."""

from __future__ import annotations

import hashlib

from itsdangerous import BadData, URLSafeSerializer

from bot.compose import Program
from bot.settings import Settings
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork


def order_page(program: Program, number: str | None) -> str | None:
    """The address of an order's page; None for an order that has none. Reads the database."""
    if number is None:
        return None
    with program.database.reading() as session:
        link = UnitOfWork(session, SYSTEM).chats.tracking_of(number)
        return f"{program.settings.url}/t/{link.token}" if link is not None else None


def chat_page(settings: Settings) -> str:
    """The address of the chat."""
    return f"{settings.url}/chat"


def stop_page(settings: Settings, conversation_id: int) -> str:
    """The address that ends messages to a conversation's customer; it never expires."""
    return f"{settings.url}/u/{_signer(settings).dumps(conversation_id)}"


def conversation_of(token: str, settings: Settings) -> int | None:
    """The conversation a `stop_page` names; None for a token that we did not sign."""
    try:
        found = _signer(settings).loads(token)
    except BadData:
        return None
    return found if isinstance(found, int) else None


def _signer(settings: Settings) -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(settings.secret, salt="roundsman.stop", signer_kwargs=options)
