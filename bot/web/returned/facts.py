"""What the page of a return shows: its way, what was decided by which rule, how it comes back, the money. Nothing that names
the customer or the street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions.returns import tracking
from actions.returns.chosen import carriage_of
from actions.returns.stepping import next_step
from actions.returns.timeline import Step, timeline
from domain.depots import Depot, spans
from domain.moment import Moment
from domain.refusals import NotFound
from domain.returns import AWAITED, OPEN, Return, ReturnStatus, Way
from domain.values import Money, plain
from storage.database import Database
from storage.unit_of_work import UnitOfWork

#: What the holder may ask for in the chat, by the commands that are possible.
_ACTIONS = {
    "ChooseResolution": "resolution", "ChooseWay": "way", "AppealReturn": "appeal", "CancelReturn": "cancel",
}  # fmt: skip
#: The label, and the code to show, are of use until the goods are with us.
_NOT_HERE_YET = AWAITED | {ReturnStatus.IN_TRANSIT}


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: the return, where it goes (lines of an address), and from which ``area`` it comes; ``carriage``
    says who pays (shop or customer). Nothing more of the sender: what cannot be delivered goes where the label says."""

    number: str
    receiver: tuple[str, ...]
    area: str
    carriage: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Pieces of a product in a return, and what was decided about them, in words."""

    name: str
    quantity: int
    reason: str
    outcome: str | None
    says: str
    instead: str
    exchange: str | None


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that goes back: ``amount`` as the words take it, whether it was ``issued``, and when."""

    amount: dict[str, object]
    status: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A return for the holder of its link; times are told in ``zone``. ``depot`` is where it is brought to, ``outlook`` what is
    expected."""

    number: str
    owner: int
    status: str
    zone: ZoneInfo
    pieces: tuple[Piece, ...]
    steps: tuple[Step, ...]
    outlook: tracking.Outlook
    resolution: str | None
    way: str | None
    pickup: tuple[str, str] | None
    told: tuple[datetime, datetime] | None
    expires_on: date | None
    code: str | None
    fee: dict[str, object] | None
    carriage: str
    paid: tuple[Paid, ...]
    depot: tuple[str, ...]
    opening: tuple[tuple[int, int], ...]
    area: str
    actions: tuple[str, ...]
    label: Label | None

    @property
    def finished(self) -> bool:
        """Whether nothing changes any more."""
        return self.status not in OPEN and all(each.status == "issued" for each in self.paid)


def find(database: Database, token: str, at: Moment) -> Returned:
    """What the link of that token shows. Refuses a dead or unknown one."""
    with database.reading() as session:
        uow = UnitOfWork(session, at.actor)
        return _returned(tracking.return_of(token, uow, at), uow, at)


def find_code(database: Database, token: str, at: Moment) -> str:
    """What the code says that is shown where goods are handed in. Refuses as `find`, and where there is nothing to hand in."""
    found = find(database, token, at)
    if found.status not in _NOT_HERE_YET or found.way != Way.DROP_OFF:
        raise NotFound("link_dead")
    return found.number


def find_label(database: Database, token: str, at: Moment) -> Label:
    """What stands on the label of a return that is sent. Refuses as `find`, and where there is none."""
    label = find(database, token, at).label
    if label is None:
        raise NotFound("link_dead")
    return label


def _returned(made: Return, uow: UnitOfWork, at: Moment) -> Returned:
    lines = uow.returns.lines(made)
    products = uow.stock.products({line.sku for line in lines} | {line.exchange_sku or "" for line in lines})
    depot = uow.depots.get(made.depot_id) if made.depot_id is not None else None
    carriage = carriage_of(lines)
    commands = [choice.command for choice in next_step(made, uow, at)]
    return Returned(
        number=made.number, owner=made.customer_id, status=made.status, zone=depot.tz if depot is not None else at.policies.zone,
        pieces=tuple(
            Piece(
                products[line.sku].name, line.quantity, line.reason, line.outcome, line.says, line.instead,
                products[line.exchange_sku].name if line.exchange_sku in products else None,
            )
            for line in lines
        ),
        steps=timeline(made, uow.returns.history(made.number)), outlook=tracking.outlook(made, uow, at),
        resolution=made.resolution, way=made.way,
        pickup=(made.pickup_day.isoformat(), str(made.pickup_window)) if made.pickup_day is not None else None,
        told=(made.told_start, made.told_end) if made.told_start is not None and made.told_end is not None else None,
        expires_on=made.expires_on if made.status == ReturnStatus.APPROVED else None,
        code=made.code if made.status == ReturnStatus.PICKUP_PLANNED else None,
        fee=plain(Money(made.fee, made.currency)) if made.fee else None, carriage=carriage,
        paid=tuple(
            Paid(plain(Money(each.amount, each.currency)), each.status, each.done_at) for each in uow.returns.refunds(made)
        ),
        depot=_address(depot), opening=spans(depot.opening_days) if depot is not None else (),
        area=f"{made.postcode} {made.city}".strip(),
        actions=(*dict.fromkeys(_ACTIONS[each] for each in commands if each in _ACTIONS), "ask"),
        label=_label(made, depot, carriage),
    )  # fmt: skip


def _label(made: Return, depot: Depot | None, carriage: str) -> Label | None:
    if made.way != Way.LABEL or depot is None or made.status not in _NOT_HERE_YET:
        return None
    abroad = (depot.country,) if depot.country != made.country else ()
    return Label(made.number, (*_address(depot), *abroad), f"{made.postcode} {made.city}".strip(), carriage)


def _address(depot: Depot | None) -> tuple[str, ...]:
    if depot is None:
        return ()
    return tuple(line for line in (depot.name, depot.street, f"{depot.postcode} {depot.city}".strip()) if line)
