"""Looking into parcels that came back: what was expected, what was found, and what counts where the two differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.returns.judging import (
    DIFFERENCE,
    GOODS_BACK,
    file_return,
    inspected,
    judge_found,
    keep_found,
    store,
)
from actions.returns.opening import terms_of
from actions.returns.receiving import keep_photos, number_choices, receive
from actions.returns.settling import settle
from actions.returns.told import news
from domain.commands import DecideInspection, FinishRepair, FoundPieces, InspectReturn
from domain.dialogue import Frame
from domain.events import note
from domain.inspecting import Found, disposition_of, expected_grade
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.refusals import NotFound, Refusal
from domain.returns import OUR_FAULT, Grade, Resolution, Return, ReturnLine, ReturnStatus, approved_of
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: All is as the customer said.
EXPECTED = "expected"


def which_to_inspect(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that was named, else one of those at the dock."""
    if frame.slots.get("return_number"):
        talk.uow.returns.get(str(frame.slots["return_number"]))
        return Known({})
    here = [*talk.uow.returns.waiting(S.RECEIVED, MAX_BUTTONS), *talk.uow.returns.waiting(S.IN_TRANSIT, MAX_BUTTONS)]
    return Ask("return_number", "which_return_here", number_choices(here[:MAX_BUTTONS]))


def which_line(frame: Frame, talk: Talk) -> Known | Ask:
    """The product of the return that was named, by SKU or words; all of it where none was."""
    said = frame.slots.get("product")
    if said is None:
        return Known({})
    made = talk.uow.returns.get(str(frame.slots["return_number"]))
    return Known({"product": _product(str(said), talk.uow.returns.lines(made), made, talk.uow)})


def how_found(frame: Frame, talk: Talk) -> Known | Ask:
    """In which condition it was found: what was said, or buttons; that all is fine with what was returned as damaged can mean
    both. Refuses what was looked into already."""
    said_fine = bool(frame.slots.get("says_fine"))
    if (frame.slots.get("condition") and not said_fine) or frame.slots.get("found"):
        return Known({})
    made = talk.uow.returns.get(str(frame.slots["return_number"]))
    if said_fine and not any(line.reason in OUR_FAULT for line in talk.uow.returns.lines(made)):
        return Known({})
    _check_here(made)
    said = [EXPECTED, *(grade.value for grade in Grade)]
    choices = tuple(Choice(label=f"choice.found_{each}", slots={"condition": each}) for each in said)
    if made.status != S.RECEIVED:
        only = {"return_number": made.number}
        choices = (*choices, Choice(label="choice.only_received", command="ReceiveReturn", slots=only))
    values = {"number": made.number, "items": _items(approved_of(talk.uow.returns.lines(made)), talk.uow)}
    return Ask(
        "condition", "how_found", choices, {**values, "fine": said_fine}, keep={"condition": None, "says_fine": None}
    )


def what_counts(frame: Frame, talk: Talk) -> Known | Ask:
    """What counts of what was found: what was said, or buttons."""
    if frame.slots.get("accept"):
        return Known({})
    if frame.slots.get("pieces") is not None:
        return Known({"accept": "pieces"})
    made = talk.uow.returns.get(str(frame.slots["return_number"]))
    choices = tuple(
        Choice(label=f"choice.accept_{each}", slots={"accept": each}) for each in ("found", "all", "pieces", "none")
    )
    return Ask("accept", "what_counts", choices, {"number": made.number})


def how_many(frame: Frame, talk: Talk) -> Known | Ask:
    """How many pieces count, where that is to be said."""
    if frame.slots.get("accept") != "pieces" or frame.slots.get("pieces") is not None:
        return Known({})
    return Ask("pieces", "how_many_count", (), {"number": frame.slots["return_number"]})


def why_denied(frame: Frame, talk: Talk) -> Known | Ask:
    """Why nothing counts, where nothing does: the customer reads it."""
    if frame.slots.get("accept") != "none" or frame.slots.get("reason"):
        return Known({})
    return Ask("reason", "why_denied", (), {"number": frame.slots["return_number"]})


def which_repair(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that was named, else one of those that are being repaired."""
    if frame.slots.get("return_number"):
        return Known({})
    mending = [made for made in talk.uow.returns.waiting(S.INSPECTED) if made.resolution == Resolution.REPAIR]
    return Ask("return_number", "which_repair", number_choices(mending[:MAX_BUTTONS]))


def inspect_return(command: InspectReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep what was found. Once all of it was looked into it is settled, or, where it differs from what was expected, a person
    decides. Goods that nobody took in are taken in by this. Refuses what is over, and products that are not in it."""
    made = uow.returns.get(command.return_number, lock=True)
    _check_here(made)
    told = receive(made, uow, at) if made.status != S.RECEIVED else []
    if made.status != S.RECEIVED:  # it needed no inspection, and is settled
        return [inspected(made, uow), *told]
    keep_photos((*command.photos, *(photo for each in command.found for photo in each.photos)), uow)
    lines = approved_of(uow.returns.lines(made))
    _keep(command, made, lines, uow, at)
    if any(line.received is None for line in lines):
        return [*told, inspected(made, uow)]
    uow.record(made.move(S.INSPECTED, at))
    return [*told, *judge_found(made, lines, uow, at)]


def decide_inspection(command: DecideInspection, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say what counts of what was found, and settle it. Refuses what is not to be decided, more pieces than were to come, and
    a denial without a reason."""
    made = uow.returns.get(command.return_number, lock=True)
    open_ = [
        line for line in approved_of(uow.returns.lines(made)) if line.accepted is None and line.received is not None
    ]
    if made.status != S.INSPECTED or not open_:
        raise Refusal("nothing_to_decide", number=made.number, status=made.status)
    if command.accept == "none" and not (command.reason or "").strip():
        raise Refusal("denial_without_reason", ask="reason", number=made.number)
    lines = [_named(command.product, open_, made, uow)] if command.product is not None else open_
    for line in lines:
        _decide(line, command, made, lines, uow, at)
    uow.flush()
    if any(line.accepted is None for line in approved_of(uow.returns.lines(made))):
        return [inspected(made, uow)]
    for case in uow.cases.of_kind(DIFFERENCE):
        if case.detail.get("return_number") == made.number and case.is_open:
            uow.record(case.resolve(at))
    settled = settle(made, uow, at)
    return [inspected(made, uow, decided=True), *settled]


def finish_repair(command: FinishRepair, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The goods are repaired and go back. Refuses what is not being repaired."""
    made = uow.returns.get(command.return_number, lock=True)
    if made.status != S.INSPECTED or made.resolution != Resolution.REPAIR:
        raise Refusal("not_in_repair", number=made.number, status=made.status)
    uow.record(made.move(S.REPAIRED, at))
    for case in uow.cases.of_kind("return_repair"):
        if case.detail.get("return_number") == made.number and case.is_open:
            uow.record(case.resolve(at))
    uow.flush()
    return [inspected(made, uow, decided=True), news("repaired", made, uow, at)]


def _check_here(made: Return) -> None:
    """Refuses returns whose goods cannot be here, and those that were looked into."""
    if made.status in {S.RECEIVED, S.IN_TRANSIT, S.APPROVED, S.PICKUP_PLANNED}:
        return
    over = made.status in {S.REQUESTED, S.REVIEW, S.REJECTED, S.EXPIRED, S.CANCELLED}
    receive = Choice(label="choice.receive", command="ReceiveReturn", slots={"return_number": made.number})
    raise Refusal(
        "not_to_inspect" if over else "inspected_already", number=made.number, status=made.status,
        choices=(receive,) if over else (),
    )  # fmt: skip


def _keep(command: InspectReturn, made: Return, lines: list[ReturnLine], uow: UnitOfWork, at: Moment) -> None:
    """Write down what was found of which line; what was written of it before is replaced."""
    by_line: dict[int | None, list[Found]] = {}
    for each in command.found:
        line = _named(each.product, [one for one in lines if each.order in {None, one.order_number}], made, uow)
        by_line.setdefault(line.id, []).append(_found(each, line))
    if command.condition is not None and not command.found:
        meant = [_named(command.product, lines, made, uow)] if command.product is not None else lines
        if command.pieces is not None and len(meant) > 1:
            raise Refusal("pieces_of_what", ask="product", number=made.number, choices=())
        for line in meant:
            by_line[line.id] = [_in_condition(command, line)]
    if not by_line:
        raise Refusal("nothing_found_told", ask="condition", number=made.number)
    for line in lines:
        if line.id in by_line:
            keep_found(line, by_line[line.id])
            uow.record(
                note(made, "found", at, None, line.grade, sku=line.sku, order=line.order_number, found=line.found)
            )


def _found(said: FoundPieces, line: ReturnLine) -> Found:
    return Found(
        said.pieces, said.grade, said.disposition or disposition_of(said.grade, terms_of(line).disposition), said.serial,
        said.note, said.bin, said.photos,
    )  # fmt: skip


def _in_condition(command: InspectReturn, line: ReturnLine) -> Found:
    """All pieces of a line as they were found in one condition."""
    expected = command.condition == EXPECTED
    grade = expected_grade(line.reason, line.opened) if expected else Grade(command.condition or "")
    disposition = command.disposition or disposition_of(grade, terms_of(line).disposition)
    pieces = command.pieces if command.pieces is not None else line.quantity
    return Found(pieces, grade, disposition, command.serial, command.note, command.bin, command.photos)


def _decide(
    line: ReturnLine, command: DecideInspection, made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork, at: Moment
) -> None:
    """What counts of one line: its goods are put away, the rest goes back or is kept."""
    found = line.received or 0
    if command.accept == "pieces":
        if command.pieces is None or len(lines) > 1:
            raise Refusal("pieces_of_what", ask="pieces" if len(lines) == 1 else "product", number=made.number)
        if command.pieces > line.quantity:
            raise Refusal("more_than_expected", ask="pieces", number=made.number, quantity=line.quantity)
    counts = {
        "found": min(found, line.quantity), "all": line.quantity, "none": 0, "pieces": command.pieces or 0,
    }  # fmt: skip
    line.accepted = counts[command.accept]
    if command.reason:
        line.note = "; ".join(each for each in (line.note, command.reason) if each)
    rest = store(line, line.accepted, uow, at)
    uow.record(
        note(
            made, "decided", at, None, line.accepted, sku=line.sku, order=line.order_number, accept=command.accept,
            reason=command.reason, goods=command.goods if rest else None, rest=rest,
        )
    )  # fmt: skip
    if rest and command.goods == "send_back":
        file_return(GOODS_BACK, made, line.order_number, uow, at, pieces=rest, skus=[line.sku], why=command.reason)


def _named(product: str | None, lines: Sequence[ReturnLine], made: Return, uow: UnitOfWork) -> ReturnLine:
    """The line of that product, by SKU or name. Refuses one that is not in the return."""
    sku = _product(product or "", lines, made, uow)
    here = [line for line in lines if line.sku == sku]
    return next((line for line in here if line.received is None), here[0])


def _product(said: str, lines: Sequence[ReturnLine], made: Return, uow: UnitOfWork) -> str:
    products = uow.stock.products({line.sku for line in lines})
    low = said.casefold()
    for line in lines:
        if low == line.sku.casefold():
            return line.sku
    for sku, product in products.items():
        if low and (low in product.name.casefold() or product.name.casefold() in low):
            return sku
    raise NotFound("not_in_return", number=made.number, product=said, names=[each.name for each in products.values()])


def _items(lines: Sequence[ReturnLine], uow: UnitOfWork) -> list[dict[str, Any]]:
    products = uow.stock.products({line.sku for line in lines})
    return [{"name": products[line.sku].name, "quantity": line.quantity} for line in lines]
