"""Pictures made for tests: good ones, and those that somebody sends to do harm."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

#: Where the photo with coordinates says it was taken.
SECRET_PLACE = (52.0, 31.0, 17.2)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A plain picture: its left half red, its right half blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.convert(mode).save(written, kind, **options)
    return written.getvalue()


def telling(size: tuple[int, int] = (64, 48), *, orientation: int = 1) -> bytes:
    """A JPEG as phones make it: where it was taken, by which camera, held how, with a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: SECRET_PLACE, 3: "E", 4: (13.0, 22.0, 54.0)})
    return picture(size=size, exif=exif, comment=b"taken at home", icc_profile=b"profile of a screen")


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says it is that large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def png_bomb(side: int = 10_000) -> bytes:
    """A whole and correct PNG, a hundred kilobytes here and a hundred million pixels once decoded."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * ((side + 7) // 8)) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def png_with_text_bomb(size: int = 80 * 1024 * 1024) -> bytes:
    """A small PNG with a compressed comment that is huge when it is read."""
    whole = picture("PNG")
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * size, 9))
    return whole[:33] + text + whole[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
