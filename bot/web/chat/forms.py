"""What a page sends: a form of few fields, read with a limit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from fastapi import Request

from bot.clock import new_id
from bot.files import LARGEST_PHOTO, BadPhoto
from bot.web.problems import Problem
from domain.notices import Choice

#: A message of 64 KB takes three times that when every byte is escaped.
LARGEST_FORM = 256 * 1024
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the id its page gave it, and what a form asks for where it is one that was filled in."""

    message: str
    message_id: str
    wish: Choice | None = None


async def read_said(request: Request) -> Said:
    """The message of a form. Refuses what another site's page sends, and what is too long."""
    fields = await read_form(request)
    message_id = fields.get("message_id", "")
    return Said(fields.get("message", ""), message_id if _MESSAGE_ID.fullmatch(message_id) else new_id())


async def read_photo(request: Request) -> tuple[bytes, Said]:
    """The photo that is the whole body, and the message with it from the headers ``X-Message`` (percent-encoded
    UTF-8) and ``X-Message-Id``. Refuses what another site's page sends, and what is too large.
    """
    _check_ours(request)
    size = request.headers.get("content-length", "0")
    if size.isdecimal() and int(size) > LARGEST_PHOTO:
        raise BadPhoto("photo_too_large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_PHOTO:
            raise BadPhoto("photo_too_large")
    message_id = request.headers.get("x-message-id", "")
    said = Said(
        unquote(request.headers.get("x-message", "")), message_id if _MESSAGE_ID.fullmatch(message_id) else new_id()
    )
    return bytes(body), said


def _check_ours(request: Request) -> None:
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Problem(403, "Not from here", "This form may only be sent from our own pages.")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last where one is given twice. Refuses as `read_said`."""
    _check_ours(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise Problem(413, "Message too long", "A message may have at most 64 KB.")
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Problem(422, "Unusable form", "The form has too many fields.") from error
    return {name: values[-1] for name, values in fields.items()}
