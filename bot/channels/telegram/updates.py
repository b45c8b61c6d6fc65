"""What an update says, in the words the receiver understands. Pure."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from telegram import Chat, ChatMember, Message, Update

from domain.values import Place

#: The kinds of updates we ask for.
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
#: Bots cannot fetch larger files (https://core.telegram.org/bots/api#getfile).
LARGEST_FILE = 20 * 1024 * 1024
_LINK = re.compile(r"[A-Za-z0-9_-]{22}")
_COMMAND = re.compile(r"/([a-z_]{1,32})(@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that can be fetched by its id; ``size`` in bytes as far as known."""

    file_id: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button: the query to answer, and the message whose keyboard is taken away."""

    query_id: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A spoken message that can be fetched by its id."""

    file_id: str
    mime: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What an update comes to. ``membership`` says that the chat was lost or regained, and nothing was said.

    ``said`` is when it was written, ``voice`` what was spoken. ``seen`` is where the sender was then, ``moving`` that their
    phone tells that for a while; where there is no text besides, nothing was said.
    """

    chat_id: int
    text: str = ""
    language: str | None = None
    photo: Photo | None = None
    pressed: Pressed | None = None
    membership: Literal["lost", "regained"] | None = None
    said: datetime | None = None
    voice: Voice | None = None
    seen: Place | None = None
    moving: bool = False


def read(update: Update, username: str) -> Incoming | None:
    """What the update says to the bot of that name; None when it says nothing to it."""
    language = update.effective_user.language_code if update.effective_user else None
    if update.my_chat_member is not None:
        return _membership(update, language)
    if update.callback_query is not None:
        return _press(update, language)
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.chat.type != Chat.PRIVATE:
        return _in_group(message, username)
    edited = update.edited_message is not None
    said, spoken = message.edit_date or message.date, message.voice
    seen = _seen(message)
    if seen is not None and edited:
        return Incoming(message.chat.id, said=said, seen=seen, moving=True)
    text, photo = _said(message, edited=edited)
    if text is None and photo is None:
        return None
    voice = Voice(spoken.file_id, spoken.mime_type or "audio/ogg") if spoken is not None else None
    moving = message.location is not None and bool(message.location.live_period)
    return Incoming(
        message.chat.id, text or "", language, photo, said=said, voice=voice, seen=seen, moving=moving
    )  # fmt: skip


def _seen(message: Message) -> Place | None:
    """Where the sender is, by a place that is no other's; a live location arrives as edits of its message."""
    place = message.location if message.venue is None else None
    return None if place is None else Place(round(place.latitude, 5), round(place.longitude, 5))


def _membership(update: Update, language: str | None) -> Incoming | None:
    """Blocked or unblocked in a private chat, added to a group."""
    change = update.my_chat_member
    assert change is not None
    status = change.new_chat_member.status
    gone = status in {ChatMember.BANNED, ChatMember.LEFT}
    if change.chat.type == Chat.PRIVATE:
        return Incoming(change.chat.id, membership="lost" if gone else "regained")
    was_there = change.old_chat_member.status in {ChatMember.MEMBER, ChatMember.ADMINISTRATOR}
    return None if gone or was_there else Incoming(change.chat.id, _unreadable("group"), language)


def _press(update: Update, language: str | None) -> Incoming | None:
    query = update.callback_query
    assert query is not None
    if query.message is None:
        return None
    pressed = Pressed(query.id, query.message.message_id)
    data = query.data or ""
    text = f"/{data}" if _LINK.fullmatch(data) else _unreadable("other")
    return Incoming(query.message.chat.id, text, language, pressed=pressed)


def _in_group(message: Message, username: str) -> Incoming | None:
    """In groups the bot only says, when spoken to, that it talks in private."""
    said = message.text or message.caption or ""
    answered = message.reply_to_message is not None and message.reply_to_message.from_user is not None
    to_us = answered and message.reply_to_message.from_user.username == username  # type: ignore[union-attr]
    mentioned = bool(username) and f"@{username}".lower() in said.lower()
    commanded = said.startswith("/") and ("@" not in said.split()[0] or mentioned)
    return Incoming(message.chat.id, _unreadable("group")) if to_us or mentioned or commanded else None


def _said(message: Message, *, edited: bool) -> tuple[str | None, Photo | None]:
    """Text and picture of a message in a private chat; neither when nothing was said."""
    if message.text is not None:
        return _text(message.text), None
    if message.photo:
        largest = message.photo[-1]
        return message.caption or "", Photo(largest.file_id, largest.file_size or 0)
    document = message.document
    if document is not None and document.mime_type in _IMAGES and (document.file_size or 0) <= LARGEST_FILE:
        return message.caption or "", Photo(document.file_id, document.file_size or 0)
    place = message.venue.location if message.venue else message.location
    if place is not None:
        return (None if edited else _inform(coordinates=f"{place.latitude:.5f},{place.longitude:.5f}")), None
    if message.contact is not None:
        number = message.contact.phone_number
        return _inform(phone=number if number.startswith("+") else f"+{number.lstrip('0')}"), None
    return (None if edited else _special(message)), None


def _special(message: Message) -> str | None:
    """The words under what cannot be read, or its kind; None for notes of the chat itself (a pinned message, a new title)."""
    if message.caption and message.caption.strip():
        return message.caption
    for kind in (
        "sticker",
        "voice",
        "audio",
        "video_note",
        "video",
        "animation",
        "document",
        "poll",
        "dice",
        "game",
        "story",
    ):
        if getattr(message, kind):
            return _unreadable(kind)
    return _unreadable("other") if message.effective_attachment else None


def _text(text: str) -> str:
    """A command without the bot's name; a deep link as what it does."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return text
    name, rest = command[1].lower(), (command[3] or "").strip()
    if name == "start" and rest:
        link = rest if _LINK.fullmatch(rest) else _no_link(rest)
        return f'/bind_chat{{"link": "{link}"}}'
    return f"{name} {rest}" if rest and name != "stop" else f"/{name}"


def _no_link(text: str) -> str:
    """Something in the form of a link that opens nothing, so that the answer is that of a dead one."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest())[:22].decode()


def _unreadable(kind: str) -> str:
    return f'/unreadable{{"kind": "{kind}"}}'


def _inform(**values: str) -> str:
    return "/inform" + orjson.dumps(values).decode()


def readable(given: dict[str, Any]) -> dict[str, Any]:
    """The update as Telegram gave it; another for one that the library cannot read: only that something came, and where."""
    try:
        Update.de_json(given, None)
    except Exception:  # whatever is in it
        return _bare(given)
    return given


def _bare(given: dict[str, Any]) -> dict[str, Any]:
    """An update with a message that cannot be understood; without one where nobody is to be told."""
    message = given.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    bare: dict[str, Any] = {"update_id": given["update_id"]}
    if isinstance(chat, dict) and chat.get("type") == Chat.PRIVATE and type(chat.get("id")) is int:
        where = {"id": chat["id"], "type": Chat.PRIVATE}
        bare["message"] = {"message_id": 0, "date": 0, "chat": where, "dice": {"emoji": "🎲", "value": 1}}
    return bare


def unread(update: Update) -> Incoming | None:
    """For an update that could not be read: that something came, where somebody can be told so."""
    chat = update.effective_chat
    return Incoming(chat.id, _unreadable("other")) if chat is not None and chat.type == Chat.PRIVATE else None
