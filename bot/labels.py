"""What is printed, or shown on a screen, so that a return is known again: a label for the post, and a code to scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Spacer, Table, TableStyle

from bot.paper import INK, SOFT, barcode, text, write_page
from bot.web.returned.facts import Label

#: (name of a text, what it tells) → words of the reader's language.
Say = Callable[..., str]
_MARGIN = 7 * mm
_WIDTH = A6[0] - 2 * _MARGIN
#: White modules around a code, by its standard (ISO/IEC 18004).
_QUIET = 4


def label_pdf(label: Label, say: Say, *, compressed: bool = True) -> bytes:
    """A label of A6 as a PDF. The same label gives the same bytes."""
    title = say("label.title", number=label.number)
    return write_page(title, lambda: list(_story(label, say)), A6, _MARGIN, compressed=compressed)


def code_svg(value: str) -> str:
    """A QR code of ``value`` as SVG, one unit a module, black on white with its quiet zone."""
    modules = _modules(value)
    size = len(modules) + 2 * _QUIET
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _modules(value: str) -> list[list[bool]]:
    """The rows of a QR code, True where it is dark."""
    widget = QrCodeWidget(value, barLevel="M")
    widget.qr.make()
    return [[bool(dark) for dark in row] for row in widget.qr.modules]


def _story(label: Label, say: Say) -> Iterator[Flowable]:
    top = [[text(say("label.return"), 9, colour=SOFT), text(say(f"label.paid_{label.carriage}"), 9, align="right")]]
    yield _table(top, [_WIDTH / 2, _WIDTH / 2])
    yield Spacer(0, 1 * mm)
    yield HRFlowable(_WIDTH, thickness=1.2, color=HexColor(INK), spaceAfter=4 * mm)
    yield text(say("label.to"), 8, colour=SOFT)
    first, *rest = label.receiver
    yield text(first, 17, bold=True)
    for line in rest:
        yield text(line, 16)
    yield Spacer(0, 4 * mm)
    yield HRFlowable(_WIDTH, thickness=0.6, color=HexColor(INK), spaceAfter=3 * mm)
    side = 34 * mm
    words = [
        text(say("label.number"), 8, colour=SOFT), text(label.number, 15, bold=True), Spacer(0, 2 * mm),
        text(say("label.from"), 8, colour=SOFT), text(label.area, 10),
    ]  # fmt: skip
    yield _table([[words, _code(label.number, side)]], [_WIDTH - side, side])
    yield Spacer(0, 4 * mm)
    bars = barcode(label.number, _WIDTH, 24 * mm)
    bars.hAlign = "CENTER"
    yield bars
    yield Spacer(0, 1 * mm)
    yield text(label.number, 12, bold=True, align="center")


def _code(value: str, side: float) -> Drawing:
    """A QR code of that side, with its quiet zone."""
    widget = QrCodeWidget(value, barLevel="M", barWidth=side, barHeight=side, barBorder=_QUIET)
    drawing = Drawing(side, side)
    drawing.add(widget)
    return drawing


def _table(rows: list[list[object]], widths: list[float]) -> Table:
    bare = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(rows, colWidths=widths, style=TableStyle(bare))
