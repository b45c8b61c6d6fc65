"""Returns that a shop asks for on its own pages: taken once, however often they are sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from actions.intake import differences
from actions.returns.deciding import Wanted, judge
from actions.returns.exchanging import reserve_exchange
from actions.returns.opening import open_return, resolutions_of
from actions.returns.resolving import take
from actions.returns.told import news
from actions.returns.ways import choose_way
from domain.commands import ChooseWay, CreateReturn, KeepReturnPhoto, PiecesBack
from domain.deliveries import StoredFile
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.return_policy import Undecided
from domain.returns import Outcome, Resolution, Return, ReturnLine, ReturnStatus
from domain.values import plain
from storage.files import RETURN
from storage.unit_of_work import UnitOfWork

#: So long an uploaded photo waits for its return.
PHOTO_WAITS = timedelta(days=1)


def create_return(command: CreateReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask for a return and have it decided; its customer is told. Refuses what cannot be returned or is not known well enough,
    by the field, and other content under a known number."""
    body = command.model_dump(mode="json")
    known = uow.returns.by_external_id(command.external_id)
    if known is not None:
        _check_same(known, body)
        return []
    wanted = [_wanted(line, index, command, uow, at) for index, line in enumerate(command.lines)]
    made = open_return(
        wanted, uow, at, channel="api", words=command.words, gift=command.gift, external_id=command.external_id, request=body
    )  # fmt: skip
    lines = uow.returns.lines(made)
    _take_photos(lines, uow)
    elsewhere = _resolve(command, made, lines, uow, at) if command.resolution is not None else []
    notices = [news(made.status, made, uow, at), *elsewhere]
    if command.way is not None and made.status == ReturnStatus.APPROVED:
        notices += _way(command, made, uow, at)
    return notices


def order_meant(number: str | None, external_id: str | None, uow: UnitOfWork, field: str = "") -> Order:
    """The order that is named by one of both. Refuses when neither or both are given, or there is none, by the field."""
    if (number is None) == (external_id is None):
        raise Refusal("name_one_order", field=f"{field}order")
    if number is not None:
        order = uow.orders.find(number)
        if order is None:
            raise Refusal("no_such_order", order=number, field=f"{field}order")
        return order
    order = uow.orders.by_external_id([external_id or ""]).get(external_id or "")
    if order is None:
        raise Refusal("no_such_order", order=external_id, field=f"{field}order_external_id")
    return order


def keep_return_photo(command: KeepReturnPhoto, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a photo into the books. It goes again by itself unless a return takes it."""
    order = uow.orders.get(command.order)
    uow.add(
        StoredFile(
            id=command.file, kind=RETURN, mime=command.mime, size=command.size, path=command.path,
            thumbnail=command.thumbnail, customer_id=order.customer_id, order_number=order.number,
            created_at=at.now, expires_at=at.now + PHOTO_WAITS,
        )
    )  # fmt: skip
    return []


def _resolve(command: CreateReturn, made: Return, lines: list[ReturnLine], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take what is wished for where it is approved, and keep the wish while a person decides. Refuses by the field what the
    decision does not allow, and what is no longer in stock."""
    wish = command.resolution
    if made.status == ReturnStatus.REVIEW:
        made.resolution = wish
    if made.status != ReturnStatus.APPROVED or wish is None:
        return []
    possible = resolutions_of(lines)
    if wish not in possible:
        raise Refusal("resolution_not_allowed", wanted=wish, possible=possible, field="resolution")
    if wish != Resolution.EXCHANGE:
        return take(made, lines, wish, {}, uow, at)
    for line in lines:
        line.exchange_sku = (line.exchange_sku or line.sku) if line.outcome == Outcome.APPROVE else None
    uow.record(note(made, "resolution", at, made.resolution, wish.value))
    made.resolution = wish
    try:
        reserve_exchange(made, lines, uow, at)
    except Refusal as refusal:
        raise Refusal(refusal.text.removeprefix("refused."), **{**refusal.values, "field": "resolution"}) from refusal
    return []


def _way(command: CreateReturn, made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The way it comes back. Refuses by the field what is not possible."""
    assert command.way is not None, "one is wished"
    wish = ChooseWay(return_number=made.number, way=command.way, day=command.pickup_day, window=command.pickup_window)
    uow.flush()  # it is read anew there
    try:
        return choose_way(wish, uow, at)
    except Refusal as refusal:
        field = "way" if refusal.ask == "way" else "pickup_day"
        values = {**refusal.values, "field": field}
        raise Refusal(refusal.text.removeprefix("refused."), choices=refusal.choices, **values) from refusal


def _check_same(known: Return, body: dict[str, Any]) -> None:
    defaults = {name: info.default for name, info in CreateReturn.model_fields.items() if not info.is_required()}
    of_line = {name: info.default for name, info in PiecesBack.model_fields.items() if not info.is_required()}
    asked = known.request or {}
    lines = [{**plain(of_line), **line} for line in asked.get("lines", [])]
    different = differences({**plain(defaults), **asked, "lines": lines}, body)
    if different:
        names = [each["field"] for each in different]
        raise Refusal(
            "return_differs", external_id=body["external_id"], number=known.number, differences=names, changes=different
        )


def _wanted(line: PiecesBack, index: int, command: CreateReturn, uow: UnitOfWork, at: Moment) -> Wanted:
    """A line as the policy looks at it. Refuses by the field what it cannot be decided without."""
    own = line.order is not None or line.order_external_id is not None
    named = (line.order, line.order_external_id) if own else (command.order, command.order_external_id)
    order = order_meant(*named, uow, field=f"lines.{index}." if own else "")
    wanted = Wanted(
        order.number, line.sku, line.quantity, line.reason, line.opened, line.photos, line.words, line.exchange_sku
    )
    _check_photos(line, index, order, uow, at)
    if line.exchange_sku is not None and line.exchange_sku not in uow.stock.products([line.exchange_sku]):
        raise Refusal("unknown_product", sku=line.exchange_sku, field=f"lines.{index}.exchange_sku")
    try:
        decision = judge(wanted, uow, at, gift=command.gift, channel="api")
    except NotFound as refusal:
        raise Refusal("not_in_order", **{**refusal.values, "field": f"lines.{index}.sku"}) from refusal
    if isinstance(decision, Undecided):
        product = uow.stock.products([line.sku])[line.sku].name
        field = f"lines.{index}.{decision.ask}"
        raise Refusal(
            "return_incomplete",
            number=order.number,
            product=product,
            missing=decision.ask,
            ask=decision.ask,
            field=field,
        )
    return wanted


def _check_photos(line: PiecesBack, index: int, order: Order, uow: UnitOfWork, at: Moment) -> None:
    there = uow.files.of_ids(line.photos, at.now)
    for number, file_id in enumerate(line.photos):
        photo = there.get(file_id)
        if photo is None or photo.kind != RETURN or photo.order_number != order.number:
            raise Refusal("no_such_photo", field=f"lines.{index}.photos.{number}")


def _take_photos(lines: list[ReturnLine], uow: UnitOfWork) -> None:
    for line in lines:
        for file_id in line.photos:
            photo = uow.files.lock(file_id)
            if photo is not None:
                photo.expires_at = None
