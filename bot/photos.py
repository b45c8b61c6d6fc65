"""Photos from strangers, drawn anew: what is kept is pixels alone, of a size and kind of our choosing."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from bot.files import BadPhoto

#: What is decoded is decided by the content, never by a name or a header of the request.
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LARGE, SMALL = 2048, 480
_QUALITY = 85
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
#: Modes that hold more than 8 bits of grey.
_DEEP = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})

# Pillow refuses headers that claim twice as many pixels by itself, and warns of those in between: an error for us.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def redraw(data: bytes) -> tuple[bytes, bytes]:
    """The photo as two JPEGs, large and small, upright and without metadata. Raises BadPhoto."""
    image = _open(data)
    try:
        large = _upright(image, LARGE)
        small = large.copy()
        small.thumbnail((SMALL, SMALL))
        return _jpeg(large), _jpeg(small)
    except Exception as error:  # decoders of broken data raise nearly everything
        raise BadPhoto("photo_broken") from error


def _open(data: bytes) -> Image.Image:
    """The image, its header read and nothing decoded. Raises BadPhoto."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPhoto("photo_too_many_pixels") from error
    except Exception as error:
        raise BadPhoto(_why_unreadable(data)) from error
    if image.width * image.height > MOST_PIXELS:
        raise BadPhoto("photo_too_many_pixels")
    return image


def _why_unreadable(data: bytes) -> str:
    """Whether it begins like a photo, or is one as iPhones keep them (ISO/IEC 23008-12), which Pillow cannot read."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "photo_heic"
    begins_like_one = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or data[8:12] == b"WEBP"
    return "photo_broken" if begins_like_one else "photo_not_an_image"


def _upright(image: Image.Image, longest: int) -> Image.Image:
    """Decoded, no side longer than ``longest`` pixels, turned as the camera was held, on white where transparent."""
    image.draft("RGB", (longest, longest))  # JPEGs are decoded at an eighth, quarter or half where that is enough
    image.load()
    image.thumbnail((longest, longest))
    image = ImageOps.exif_transpose(image)
    if image.mode in _DEEP:
        image = image.point(lambda value: value * (1 / 256), "L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
    clean = Image.new("RGB", image.size, "white")  # a new image: whatever came along with the old one stays there
    clean.paste(image, mask=image if image.mode == "RGBA" else None)
    return clean


def _jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
