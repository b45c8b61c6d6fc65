"""Parcels at the dock: those that were announced, and those nobody can tell whose they are."""

from __future__ import annotations

from datetime import date, timedelta

from actions.cases import begin
from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.returns.booking import call_off_pickup
from actions.returns.judging import WEIGHT, inspect_unseen
from actions.returns.leaving import leave_route
from actions.returns.opening import terms_of
from actions.returns.told import live_name, news
from actions.returns.tracking import outlook
from domain.cases import Case
from domain.commands import ReceiveReturn, ReceiveUnknown
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, ParcelTaken
from domain.orders import Order
from domain.refusals import NotFound
from domain.return_signals import weight_differs
from domain.returns import AWAITED, Return, ReturnStatus, approved_of
from domain.values import plain
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: Parcels that were not to come: nothing is known of them, or their return is over or not decided yet.
UNKNOWN, UNEXPECTED = "parcel_unknown", "parcel_unexpected"
#: The dock has been through with it already.
_HERE = frozenset({S.RECEIVED, S.INSPECTED, S.REFUNDED, S.EXCHANGED, S.CREDITED, S.REPAIRED, S.DENIED, S.CLOSED})
#: So many days on which the office is open pass at most until somebody has looked into a parcel.
LOOKED_AT_WITHIN = 2


def which_parcel(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that was named or scanned, else one of those under way."""
    if frame.slots.get("return_number") or frame.slots.get("token"):
        return Known({})
    coming = [*talk.uow.returns.waiting(S.IN_TRANSIT, MAX_BUTTONS), *talk.uow.returns.waiting(S.APPROVED, MAX_BUTTONS)]
    return Ask("return_number", "which_parcel_came", number_choices(coming[:MAX_BUTTONS]))


def number_choices(returns: list[Return]) -> tuple[Choice, ...]:
    """Buttons that pick one of several returns by its number."""
    return tuple(
        Choice(label="choice.return_number", values={"number": made.number}, slots={"return_number": made.number})
        for made in returns
    )


def receive_return(command: ReceiveReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A parcel is here. What needs no inspection is settled at once; one that was not to come becomes an exception; one that was
    received stays so. Refuses a number nobody knows, with the way to take it in without one."""
    made = _announced(command, uow)
    if made.status in _HERE:
        return [_taken(made, uow, already=True)]
    if made.status not in AWAITED | {S.IN_TRANSIT}:
        return _unexpected(made, uow, at)
    told = receive(made, uow, at, weight=command.weight)
    return [_taken(made, uow), *told]


def receive(made: Return, uow: UnitOfWork, at: Moment, weight: int | None = None) -> list[Notice]:
    """Take the goods of a return in, from wherever they are; what its customer is told."""
    elsewhere: list[Notice] = []
    if made.status == S.PICKUP_PLANNED:  # brought before anybody came for it
        elsewhere = leave_route(made, uow, at, "brought")
        call_off_pickup(made, uow, at, why="brought")
    if made.status == S.APPROVED:
        uow.record(made.move(S.IN_TRANSIT, at, inferred=True))
    uow.record(made.move(S.RECEIVED, at, weight=weight))
    if weight is not None:
        _weigh(made, weight, uow, at)
    uow.flush()
    told = news("received", made, uow, at).model_copy(
        update={"detail": plain({"by": looked_at_by(at), "expected": outlook(made, uow, at).day})}
    )
    lines = approved_of(uow.returns.lines(made))
    if not made.signals and all(not terms_of(line).inspect for line in lines):
        return [told, *elsewhere, *inspect_unseen(made, uow, at)]
    return [told, *elsewhere]


def looked_at_by(at: Moment) -> date:
    """The day by which somebody will have looked into a parcel that comes now, where everybody is told of."""
    opens = at.policies.office.opens(at.now, at.policies.zone) or at.now
    for _ in range(LOOKED_AT_WITHIN):
        tomorrow = (opens.astimezone(at.policies.zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
        opens = at.policies.office.opens(tomorrow, at.policies.zone) or tomorrow
    return opens.astimezone(at.policies.zone).date()


def receive_unknown(command: ReceiveUnknown, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take in a parcel without a number. Where its order has one return that is awaited, that is it; else a person finds out
    whose it is. The customer hears that it is here, where they are known."""
    photos = keep_photos(command.photos, uow)
    order = uow.orders.get(command.order) if command.order is not None else None
    if order is not None:
        awaited = [made for made in uow.returns.of_orders([order.number]) if made.status in AWAITED | {S.IN_TRANSIT}]
        if len(awaited) == 1:
            made = uow.returns.get(awaited[0].number, lock=True)
            uow.record(note(made, "found_by_order", at, words=command.words, photos=photos))
            return [_taken(made, uow), *receive(made, uow, at)]
    case = _file(UNKNOWN, order, uow, at, words=[command.words], photos=photos, depot=command.depot)
    told = (
        [ParcelTaken(number=None, case=case.name, to=order.customer_id, about=order.number)]
        if order is not None
        else []
    )
    return [ParcelTaken(number=None, case=case.name), *told]


def _announced(command: ReceiveReturn, uow: UnitOfWork) -> Return:
    made = uow.returns.by_token(command.token) if command.token is not None else None
    number = command.return_number or (made.number if made is not None else None)
    if number is None or (command.return_number is not None and uow.returns.find(number) is None):
        without = Choice(label="choice.receive_unknown", command="ReceiveUnknown", form=True)
        raise NotFound("no_such_parcel", return_number=command.return_number, choices=(without,))
    return uow.returns.get(number, lock=True)


def _unexpected(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Goods came for a return that is over, or not decided: a person sees to them, once."""
    subject = made.number
    if any(case.detail.get("subject") == subject for case in uow.cases.of_kind(UNEXPECTED)):
        return [_taken(made, uow, already=True)]
    order = uow.orders.find(uow.returns.lines(made)[0].order_number)
    case = _file(UNEXPECTED, order, uow, at, subject=subject, return_number=made.number, shown=made.status)
    uow.record(note(made, "arrived", at, None, made.status))
    told = news("here", made, uow, at)
    return [_taken(made, uow, case=case), told]


def _file(kind: str, order: Order | None, uow: UnitOfWork, at: Moment, **detail: object) -> Case:
    case = Case(
        kind=kind, opened_at=at.now, detail={name: each for name, each in detail.items() if each},
        order_number=order.number if order is not None else None,
        customer_id=order.customer_id if order is not None else None,
    )  # fmt: skip
    return begin(case, uow, at)


def _weigh(made: Return, weight: int, uow: UnitOfWork, at: Moment) -> None:
    """Notice a parcel that weighs something else than its goods."""
    lines = approved_of(uow.returns.lines(made))
    products = uow.stock.products({line.sku for line in lines})
    weights = [products[line.sku].weight * line.quantity for line in lines]
    expected = sum(weights) if all(weights) else 0
    signal = weight_differs(expected, weight)
    if signal is not None and all(each.get("code") != WEIGHT for each in made.signals):
        made.signals = [*made.signals, signal.kept()]
        uow.record(note(made, "signal", at, None, WEIGHT, **signal.values))


def keep_photos(ids: tuple[str, ...], uow: UnitOfWork) -> list[str]:
    """Photos made at the dock stay as long as the return does. Refuses one that is not there."""
    for each in ids:
        photo = uow.files.lock(each)
        if photo is None:
            raise NotFound("no_such_photo")
        photo.kind, photo.expires_at = "return", None
    return list(ids)


def _taken(made: Return, uow: UnitOfWork, *, already: bool = False, case: Case | None = None) -> ParcelTaken:
    """What whoever took a parcel in is told: what should be in it, and what to do next."""
    lines = approved_of(uow.returns.lines(made))
    products = uow.stock.products({line.sku for line in lines})
    items = [{"name": products[line.sku].name, "quantity": line.quantity} for line in lines]
    inspect = Choice(label="choice.inspect", command="InspectReturn", slots={"return_number": made.number})
    fine = Choice(
        label="choice.all_as_expected", command="InspectReturn",
        slots={"return_number": made.number, "condition": "expected"},
    )  # fmt: skip
    return ParcelTaken(
        about=lines[0].order_number if lines else None, number=made.number, status=made.status, items=tuple(items), already=already,
        case=case.name if case is not None else None, signals=tuple(made.signals), thread=live_name(made),
        choices=(fine, inspect) if made.status == S.RECEIVED else (),
    )  # fmt: skip
