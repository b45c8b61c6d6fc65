"""Photos in the bodies of requests."""

from __future__ import annotations

import base64
import binascii

from bot.compose import Program
from bot.faults import Fault
from bot.files import BadPhoto, Kept
from bot.web.problems import invalid
from domain.refusals import Refusal


async def keep_photo(program: Program, photo: str) -> Kept:
    """The photo on the disk. Raises Problem or Refusal for what is none."""
    try:
        data = base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid([Fault("photo", "must be base64 text")]) from error
    try:
        return await program.files.take_photo(data)
    except BadPhoto as bad:
        raise Refusal(bad.reason, field="photo") from bad
