"""What printed lists are made of: text in any script, barcodes, and A4 pages with their numbers (reportlab)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepInFrame, PageTemplate, Paragraph

from bot.pictures.fonts import UNKNOWN, known_signs, path_of

PLAIN, BOLD = "Roundsman", "Roundsman-Bold"
MARGIN = 14 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, SOFT, LINE, TINT = "#1c2622", "#56625c", "#bdb8aa", "#f3f0e8"
#: East Asian scripts by their first and last signs. Viewers and printers bring the fonts with them.
_KANA = ((0x3040, 0x30FF), (0xFF66, 0xFF9F))
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))
_HAN = ((0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFF65))
_JAPANESE, _KOREAN, _CHINESE = "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
#: reportlab keeps its fonts for the whole process.
_LOCK = threading.Lock()


def write(
    title: str, story: Callable[[], Sequence[Flowable]], footer: Callable[[int, int], str], *, compressed: bool = True
) -> bytes:
    """A PDF of A4 pages; ``footer`` gives the words under page n of m. The same in, the same bytes out.

    ``story`` makes what is on them; it is called when the fonts are there.
    """
    with _LOCK:
        _register()
        written = BytesIO()
        document = BaseDocTemplate(
            written, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN + 6 * mm,
            title=title, author="", creator="Roundsman", invariant=1, pageCompression=int(compressed),
        )  # fmt: skip
        frame = Frame(
            MARGIN, MARGIN + 6 * mm, WIDTH, A4[1] - 2 * MARGIN - 6 * mm, leftPadding=0, rightPadding=0, topPadding=0,
            bottomPadding=0,
        )  # fmt: skip
        document.addPageTemplates(PageTemplate(frames=[frame]))
        document.build(list(story()), canvasmaker=_numbered(footer))
        return written.getvalue()


def write_page(
    title: str,
    story: Callable[[], Sequence[Flowable]],
    size: tuple[float, float],
    margin: float,
    *,
    compressed: bool = True,
) -> bytes:
    """A PDF of one page, of a ``size`` in points, e.g. a label. The same in, the same bytes out."""
    with _LOCK:
        _register()
        written = BytesIO()
        document = BaseDocTemplate(
            written, pagesize=size, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
            title=title, author="", creator="Roundsman", invariant=1, pageCompression=int(compressed),
        )  # fmt: skip
        width, height = size[0] - 2 * margin, size[1] - 2 * margin
        frame = Frame(margin, margin, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        document.addPageTemplates(PageTemplate(frames=[frame]))
        document.build([KeepInFrame(width, height, list(story()), mode="shrink")])
        return written.getvalue()


def text(words: str, size: float = 9, *, bold: bool = False, colour: str = INK, align: str = "left") -> Paragraph:
    """Words that wrap, also within a word that is too long; nothing in them is markup."""
    style = ParagraphStyle(
        "text", fontName=BOLD if bold else PLAIN, fontSize=size, leading=size * 1.28, textColor=colour,
        alignment={"left": 0, "center": TA_CENTER, "right": TA_RIGHT}[align], splitLongWords=1,
    )  # fmt: skip
    return Paragraph(_markup(words), style)


def barcode(value: str, room: float, height: float = 11 * mm) -> Flowable:
    """A Code 128 of ASCII ``value`` with its quiet zones, bars as wide as ``room`` allows up to a third of a millimetre."""
    widest = 0.33 * mm
    code = Code128(
        value, barWidth=widest, barHeight=height, humanReadable=False, lquiet=10 * widest, rquiet=10 * widest
    )
    if code.width > room:
        thin = widest * room / code.width
        code = Code128(value, barWidth=thin, barHeight=height, humanReadable=False, lquiet=10 * thin, rquiet=10 * thin)
    return code


@cache
def _register() -> None:
    pdfmetrics.registerFont(TTFont(PLAIN, str(path_of())))
    pdfmetrics.registerFont(TTFont(BOLD, str(path_of(bold=True))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    for name in (_JAPANESE, _KOREAN, _CHINESE):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def _markup(words: str) -> str:
    """The words as reportlab's markup, each sign in a font that has it; a box where none has."""
    line = " ".join(words.split())
    han = _JAPANESE if _any(line, _KANA) else (_KOREAN if _any(line, _HANGUL) else _CHINESE)
    parts = []
    for font, signs in groupby(line, key=lambda sign: _font_of(sign, han)):
        part = "".join(signs)
        if font == UNKNOWN:
            parts.append(UNKNOWN * len(part))
        else:
            parts.append(f'<font name="{font}">{escape(part)}</font>' if font else escape(part))
    return "".join(parts)


def _font_of(sign: str, han: str) -> str:
    """The font a sign is in: "" for the usual one, ``han`` for Chinese characters, the box where no font has it."""
    for blocks, font in ((_KANA, _JAPANESE), (_HANGUL, _KOREAN), (_HAN, han)):
        if _any(sign, blocks):
            return font
    return "" if ord(sign) in known_signs() and sign.isprintable() else UNKNOWN


def _any(signs: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(sign) <= last for sign in signs for first, last in blocks)


def _numbered(footer: Callable[[int, int], str]) -> type[Canvas]:
    """A canvas that knows how many pages there are when it writes the footers."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                line = text(footer(number, len(self._pages)), 8, colour=SOFT)
                line.wrapOn(self, WIDTH, 8 * mm)
                line.drawOn(self, MARGIN, MARGIN - 2 * mm)
                super().showPage()
            super().save()

    return Numbered
