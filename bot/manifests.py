"""The loading list of a route as a PDF to print: what goes on the vehicle, in loading order, with barcodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from bot.paper import INK, LINE, SOFT, TINT, WIDTH, barcode, text, write
from domain.loading import LoadedLine, LoadedOrder, LoadedStop, Manifest
from domain.routing.problem import UNLIMITED_AMOUNT

#: (name of a text, what it tells) → words of the reader's language.
Say = Callable[..., str]
#: An order with at most so many lines is not torn apart by the end of a page.
_KEPT_TOGETHER = 25
_NUMBER, _BARCODE = 16 * mm, 62 * mm
_MIDDLE = WIDTH - _NUMBER - _BARCODE
#: What stands in the last column, a barcode above all, stands at the edge of the page.
_RIGHT = ("ALIGN", (-1, 0), (-1, -1), "RIGHT")


def manifest_pdf(manifest: Manifest, say: Say, *, compressed: bool = True) -> bytes:
    """The list as a PDF. The same manifest gives the same bytes."""
    heading = say("manifest.title", route=manifest.route)
    day = say("manifest.day", day=manifest.day, depot=manifest.depot)

    def footer(page: int, pages: int) -> str:
        return say("manifest.page", route=manifest.route, day=manifest.day, page=page, pages=pages)

    return write(heading, lambda: list(_story(manifest, say, heading, day)), footer, compressed=compressed)


def _story(manifest: Manifest, say: Say, heading: str, day: str) -> Iterator[Flowable]:
    yield _head(manifest, say, heading, day)
    yield Spacer(0, 5 * mm)
    yield _totals(manifest, say)
    for word, numbers in manifest.handling.items():
        yield Spacer(0, 1.5 * mm)
        yield text(say("manifest.handled", handling=word, stops=list(numbers)), 10, bold=True)
    if not manifest.loading:
        yield Spacer(0, 8 * mm)
        yield text(say("manifest.nothing"), 11)
    for title, stops in (("manifest.loading", manifest.loading), ("manifest.collecting", manifest.collecting)):
        if stops:
            yield Spacer(0, 6 * mm)
            yield text(say(title), 11, bold=True)
            yield Spacer(0, 2 * mm)
        for stop in stops:
            for order in stop.orders:
                yield _order(stop, order, say)


def _head(manifest: Manifest, say: Say, heading: str, day: str) -> Flowable:
    who = [each for each in (manifest.driver, manifest.vehicle) if each]
    words: list[Flowable] = [text(heading, 20, bold=True), Spacer(0, 1.5 * mm), text(day, 11)]
    words += [text(each, 11) for each in who]
    if manifest.leaves is not None:
        words.append(text(say("manifest.leaves", at=manifest.leaves), 11))
    code = [
        barcode(manifest.route, _BARCODE, 16 * mm),
        Spacer(0, 1 * mm),
        text(manifest.route, 11, bold=True, align="right"),
    ]
    return _table([[words, code]], [WIDTH - _BARCODE, _BARCODE], [("VALIGN", (0, 0), (-1, -1), "TOP"), _RIGHT])


def _totals(manifest: Manifest, say: Say) -> Flowable:
    """Weight, volume and pieces, each with what the vehicle takes; what is too much stands out."""
    cells: list[list[Flowable]] = []
    over = []
    for n, name in enumerate(("weight", "volume", "pieces")):
        amount = getattr(manifest.load, name)
        most = getattr(manifest.capacity, name) if manifest.capacity is not None else None
        most = None if most == UNLIMITED_AMOUNT else most
        words = say("manifest.total", dimension=name, amount=amount, most=most)
        cells.append([text(say(f"manifest.{name}"), 8, colour=SOFT), text(words, 12, bold=True)])
        if most is not None and amount > most:
            cells[-1].append(text(say("manifest.too_much", dimension=name, amount=amount - most), 9, bold=True))
            over.append(("BOX", (n, 0), (n, 0), 2, HexColor(INK)))
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(TINT)), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 8), ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        *over,
    ]  # fmt: skip
    return _table([cells], [WIDTH / 3] * 3, style)


def _order(stop: LoadedStop, order: LoadedOrder, say: Say) -> Flowable:
    """An order: the number of its stop, where it goes and when, its barcode, and its lines to tick off."""
    where: list[Flowable] = [text(stop.address, 10)]
    times = [("manifest.window", order.window), ("manifest.eta", stop.eta)]
    where += [text(say(name, start=at[0], end=at[1]), 9, colour=SOFT) for name, at in times if at]
    load = order.load
    where.append(text(say("manifest.load", weight=load.weight, volume=load.volume, pieces=load.pieces), 9, colour=SOFT))
    if order.handling:
        where.append(Spacer(0, 1 * mm))
        where.append(text(say("manifest.handling", handling=list(order.handling)), 10, bold=True))
    code = [barcode(order.number, _BARCODE), Spacer(0, 0.8 * mm), text(order.number, 10, bold=True, align="right")]
    number = [
        text(str(stop.number), 22 if stop.number < 100 else 16, bold=True),
        text(say("manifest.stop"), 7, colour=SOFT),
    ]
    rows: list[list[Any]] = [[number, where, code]]
    rows += [["", _line(line, say), text(_weight(line, say), 9, align="right")] for line in order.lines]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), _RIGHT, ("LINEABOVE", (0, 0), (-1, 0), 0.8, HexColor(LINE)),
        ("TOPPADDING", (0, 0), (-1, 0), 6), ("BOTTOMPADDING", (0, -1), (-1, -1), 7), ("NOSPLIT", (0, 0), (-1, min(2, len(rows) - 1))),
    ]  # fmt: skip
    short = len(order.lines) <= _KEPT_TOGETHER
    table = _table(rows, [_NUMBER, _MIDDLE, _BARCODE], style, repeated=0 if short else 1)
    return KeepTogether([table]) if short else table


def _line(line: LoadedLine, say: Say) -> Flowable:
    return text(
        say("manifest.line", quantity=line.quantity, name=line.name, sku=line.sku, handling=list(line.handling)), 9.5
    )


def _weight(line: LoadedLine, say: Say) -> str:
    return say("manifest.amount", grams=line.load.weight) if line.load.weight else ""


def _table(
    rows: Sequence[Sequence[Any]], widths: Sequence[float], style: Sequence[tuple[Any, ...]], *, repeated: int = 0
) -> Table:
    """A table without any room or lines of its own; the first ``repeated`` rows stand on every page it goes on to."""
    bare: list[tuple[Any, ...]] = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    bare += [("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)]
    return Table(
        [list(row) for row in rows], colWidths=list(widths), style=TableStyle([*bare, *style]), repeatRows=repeated
    )
