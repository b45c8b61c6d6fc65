"""What Telegram looks at in a picture: whether it is one, and its sides."""

from __future__ import annotations

import struct

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF", b"BM")


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a picture that sendPhoto takes."""
    return data.startswith(_BEGINNINGS)


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG; None for other formats."""
    if not data.startswith(_BEGINNINGS[0]) or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height
