"""Photos are decoded only when that is safe, and kept as pixels alone; files are there as a whole or not at all."""

from __future__ import annotations

import io
import os
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image

from bot import photos
from bot.files import LARGEST_PHOTO, BadPhoto, Files, Kept
from bot.settings import Settings
from bot.words import Words
from tests.pictures import picture, png_bomb, png_claiming, png_with_text_bomb, telling

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Settings(data_folder=tmp_path, _env_file=None))  # type: ignore[call-arg]


def opened(files: Files, kept: Kept, *, small: bool = False) -> Image.Image:
    path = files.path_of(kept, small=small)
    assert path is not None
    image = Image.open(path)
    image.load()
    return image


def refused(files: Files, data: bytes) -> str:
    """Why the photo is refused; nothing of it may stay."""
    with pytest.raises(BadPhoto) as refusal:
        files.keep_photo(data)
    assert list(Path(files._folder).iterdir()) == []
    return refusal.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_and_a_small_one(files: Files, kind: str) -> None:
    kept = files.keep_photo(picture(kind, (3000, 1500)))
    large, small = opened(files, kept), opened(files, kept, small=True)
    assert (large.format, large.size) == ("JPEG", (2048, 1024))
    assert (small.format, small.size) == ("JPEG", (480, 240))
    path = files.path_of(kept)
    assert path is not None
    assert (kept.mime, kept.size) == ("image/jpeg", path.stat().st_size)
    assert path.stat().st_mode & 0o077 == 0


def test_a_small_photo_is_not_made_larger(files: Files) -> None:
    assert opened(files, files.keep_photo(picture(size=(20, 10)))).size == (20, 10)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "I;16"])
def test_every_kind_of_pixel_is_drawn(files: Files, mode: str) -> None:
    if mode == "I;16":
        written = io.BytesIO()
        Image.new("I;16", (64, 48), 32_768).save(written, "PNG")
        image = opened(files, files.keep_photo(written.getvalue()))
        assert abs(image.getpixel((5, 5))[0] - 128) < 3
        return
    image = opened(files, files.keep_photo(picture("PNG", mode=mode)))
    assert (image.mode, image.size) == ("RGB", (64, 48))


def test_what_is_transparent_becomes_white(files: Files) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    assert min(opened(files, files.keep_photo(written.getvalue())).getpixel((5, 5))) > 250


def test_nothing_but_pixels_stays(files: Files) -> None:
    sent = telling()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)[2] == (52.0, 31.0, 17.2)
    kept = files.keep_photo(sent)
    for small in (False, True):
        image = opened(files, kept, small=small)
        assert dict(image.getexif()) == {}
        assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        path = files.path_of(kept, small=small)
        assert path is not None
        for secret in (b"Exif", b"PhoneMaker", b"taken at home", b"profile"):
            assert secret in sent
            assert secret not in path.read_bytes()


def test_text_in_a_png_does_not_stay(files: Files) -> None:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Location", "52.52, 13.40")
    path = files.path_of(files.keep_photo(picture("PNG", pnginfo=text)))
    assert path is not None
    assert b"13.40" not in path.read_bytes()


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (64, 48), (5, 20)), (3, (64, 48), (58, 20)), (6, (48, 64), (20, 5)), (8, (48, 64), (20, 58))],
)
def test_a_photo_stands_as_the_camera_was_held(files: Files, orientation, size, red_at) -> None:
    image = opened(files, files.keep_photo(telling(orientation=orientation)))
    assert image.size == size
    red, _, blue = image.getpixel(red_at)
    assert red > 200 > 60 > blue


def test_too_many_bytes_are_not_looked_at(files: Files) -> None:
    assert refused(files, picture() + b"\0" * LARGEST_PHOTO) == "photo_too_large"


@pytest.mark.parametrize(
    "bomb",
    [png_claiming(60_000, 60_000), png_claiming(8_000, 8_000), png_bomb(), png_claiming(2**31 - 1, 2**31 - 1)],
    ids=["header", "header a little too large", "decompression", "overflow"],
)
def test_bombs_are_refused_by_their_header(files: Files, bomb: bytes) -> None:
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        assert refused(files, bomb) == "photo_too_many_pixels"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_most_pixels_are_still_taken(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_PIXELS", 64 * 48)
    files.keep_photo(picture())
    with pytest.raises(BadPhoto, match="photo_too_many_pixels"):
        files.keep_photo(picture(size=(65, 48)))


def test_a_comment_that_explodes_is_refused(files: Files) -> None:
    assert refused(files, png_with_text_bomb()) == "photo_broken"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_half_a_photo_is_refused(files: Files, kind: str, part: float) -> None:
    whole = picture(kind, (800, 600), **({"quality": 95} if kind != "PNG" else {}))
    assert refused(files, whole[: int(len(whole) * part)]) == "photo_broken"


def test_a_damaged_photo_is_refused(files: Files) -> None:
    whole = bytearray(picture("PNG", (200, 200)))
    whole[60:90] = b"\xff" * 30
    assert refused(files, bytes(whole)) == "photo_broken"


@pytest.mark.parametrize(
    "data",
    [
        b"",  GIF, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><img src=x onerror=alert(1)>", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"PK\x03\x04" + b"\0" * 60,
        picture("TIFF"), picture("BMP"), b"\0" * 1000,
    ],
    ids=["nothing", "gif", "svg", "html", "pdf", "zip", "tiff", "bmp", "zeros"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_by_its_content(files: Files, data: bytes) -> None:
    assert refused(files, data) == "photo_not_an_image"


def test_html_inside_a_photo_does_not_stay(files: Files) -> None:
    path = files.path_of(files.keep_photo(picture() + b"<script>alert(1)</script>"))
    assert path is not None
    assert b"<script>" not in path.read_bytes()


def test_photos_of_iphones_get_a_sentence_of_their_own(files: Files) -> None:
    assert refused(files, HEIC) == "photo_heic"


def test_every_reason_has_words() -> None:
    words = Words(["en"], Settings(_env_file=None).zone)  # type: ignore[call-arg]
    root = Path(__file__).parents[2] / "bot"
    code = "".join((root / f"{name}.py").read_text("utf-8") for name in ("photos", "files", "fetching"))
    reasons = set(re.findall(r'"(photo_\w+)"', code))
    assert len(reasons) >= 6
    assert {reason for reason in reasons if not words.knows(f"refused.{reason}")} == set()


def test_a_file_keeps_its_ending_and_is_removed(files: Files, folder: Path) -> None:
    kept = files.keep_file(b"{}", "your data.json", "application/json")
    path = files.path_of(kept)
    assert path is not None
    assert (path.suffix, path.read_bytes(), path.parent) == (".json", b"{}", folder)
    assert files.path_of(kept, small=True) == path
    files.remove(kept)
    files.remove(kept)
    assert files.path_of(kept) is None
    assert list(folder.iterdir()) == []


def test_nothing_outside_the_folder_is_a_file(files: Files, tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("secret")
    for path in ("../secret.key", str(secret), "", "."):
        stored = Kept(path, None, "text/plain", 6)
        assert files.path_of(stored) is None
        files.remove(stored)
    assert secret.exists()


def test_a_write_that_fails_leaves_nothing(files: Files, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.keep_file(b"x" * 100, "a.txt", "text/plain")
    assert list(folder.iterdir()) == []


def test_what_a_crash_left_half_written_goes_after_an_hour(files: Files, folder: Path) -> None:
    fresh, old, whole = (folder / name for name in ("a.jpg.unfinished", "b.jpg.unfinished", "c.jpg"))
    for path in (fresh, old, whole):
        path.write_bytes(b"x")
    for path in (old, whole):
        os.utime(path, (time.time() - 4000,) * 2)
    files.tidy()
    assert sorted(path.name for path in folder.iterdir()) == ["a.jpg.unfinished", "c.jpg"]
