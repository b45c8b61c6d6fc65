"""Links in e-mails and SMS: the page a message leads to, and the way out of further ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from bot.compose import Program
from bot.settings import Settings
from domain.moment import SYSTEM
from domain.returns import RETURNS
from storage.unit_of_work import UnitOfWork


def page_of(program: Program, about: str | None, facts: Mapping[str, Any]) -> str | None:
    """The address of the page of the return that a message tells of, else of the order it is ``about``; None for one that has
    none. Reads the database."""
    told = facts.get("number")
    number = told if isinstance(told, str) and told.startswith(RETURNS) else about
    if number is None:
        return None
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        if number.startswith(RETURNS):
            made = uow.returns.find(number)
            return f"{program.settings.url}/r/{made.token}" if made is not None and made.token is not None else None
        link = uow.chats.tracking_of(number)
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
