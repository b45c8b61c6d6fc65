"""Who visits the playground: a browser with chats of its own, as anybody it likes."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from fastapi import Request

from bot.clock import new_id
from bot.settings import Settings
from bot.web.chat import sessions
from bot.web.problems import Problem

COOKIE = "roundsman_playground"


def visitor(request: Request, settings: Settings) -> str:
    """The browser's session; a new one for who has none."""
    return sessions.session_of(request, settings, COOKIE) or new_id()


def address_of(session: str, who: str) -> str:
    """A chat of a browser as somebody: it tells neither the browser's session nor another of its chats."""
    digest = hashlib.sha256(f"playground:{session}:{who}".encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def number(who: str) -> int:
    """The customer or driver of an address. Refuses what is no number."""
    if not who.isascii() or not who.isdigit() or len(who) > 9:
        raise Problem(404, "Nobody there", "There is nobody of that number.")
    return int(who)
