"""Queries for customers, products, depots and cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Result, bindparam, func, or_, select
from sqlmodel import Session, SQLModel

from domain.cases import GROUPS, Case, CaseStatus
from domain.customers import Customer
from domain.depots import DeliveryArea, DeliverySlot, DeliveryWindow, Depot
from domain.orders import Order
from domain.promise import Network
from domain.refusals import NotFound
from domain.stock import Product, StockLevel
from domain.values import Window
from storage.database import insert_if_new

_stock = StockLevel.__table__  # type: ignore[attr-defined]
_slots = DeliverySlot.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_cases = Case.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]


_windows = SQLModel.metadata.tables["delivery_window"]
_areas = SQLModel.metadata.tables["delivery_area"]
#: Read at every promise, as plain rows: windows as offered, windows as booked.
_of_depots: BindParameter[Any] = bindparam("depots", expanding=True)
_OFFERED = (
    select(_windows.c.depot_id, _windows.c.weekday, _windows.c.starts, _windows.c.ends, _windows.c.capacity)
    .where(_windows.c.depot_id.in_(_of_depots))
    .order_by(_windows.c.depot_id)
)
_BOOKED = (
    select(_slots.c.depot_id, _slots.c.day, _slots.c.starts, _slots.c.capacity, _slots.c.booked)
    .where(_slots.c.depot_id.in_(_of_depots), _slots.c.day >= bindparam("since"))
    .order_by(_slots.c.depot_id)
)
_AREAS = select(_areas.c.depot_id, DeliveryArea).where(_areas.c.depot_id.in_(_of_depots)).order_by(_areas.c.depot_id)
_SLOT = (
    select(DeliverySlot)
    .where(
        _slots.c.depot_id == bindparam("depot"),
        _slots.c.day == bindparam("day"),
        _slots.c.starts == bindparam("starts"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)
_DEPOTS = select(Depot).order_by(SQLModel.metadata.tables["depot"].c.id)
_DEPOT = select(Depot).where(SQLModel.metadata.tables["depot"].c.id == bindparam("id"))
_PRODUCTS = select(Product).where(_products.c.sku.in_(bindparam("skus", expanding=True)))
_CATALOGUE = select(_products.c.sku, _products.c.name).where(_products.c.active).order_by(_products.c.sku)
_AVAILABLE = select(func.sum(_stock.c.on_hand - _stock.c.reserved - _stock.c.quarantined)).where(
    _stock.c.sku == bindparam("sku")
)


class Customers:
    """Queries for customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, customer_id: int) -> Customer:
        """The customer of that id."""
        return self._session.get_one(Customer, customer_id)

    def lock(self, customer_id: int) -> Customer:
        """The customer of that id, of whom nobody else counts anything meanwhile."""
        return self._session.get_one(Customer, customer_id, with_for_update=True, populate_existing=True)

    def recognise(self, external_id: str | None, email: str | None, phone: str | None) -> Customer | None:
        """The customer a shop calls that, else the one with that e-mail; by phone only where no e-mail is given.

        A phone may be shared by a household, and one customer's orders are not another's to see. For the same
        reason a guest's e-mail never leads to a customer the shop has an id for.
        """
        if external_id is not None and (found := self.by_external_id(external_id)) is not None:
            return found
        column, value = (_customers.c.email, email) if email else (_customers.c.phone, phone)
        if not value:
            return None
        same = self._session.scalars(select(Customer).where(column == value).order_by(_customers.c.id)).all()
        return next((each for each in same if each.external_id is None), None)

    def of_ids(self, ids: Iterable[int]) -> dict[int, Customer]:
        """Customers by id."""
        found = self._session.scalars(select(Customer).where(_customers.c.id.in_(list(ids))))
        return {each.id: each for each in found if each.id is not None}

    def by_external_id(self, external_id: str) -> Customer | None:
        """The customer a shop calls that."""
        return self._session.scalars(select(Customer).where(_customers.c.external_id == external_id)).first()


class Stock:
    """Queries for products and their levels."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def products(self, skus: Iterable[str]) -> dict[str, Product]:
        """Products by SKU."""
        return {each.sku: each for each in self._session.scalars(_PRODUCTS, {"skus": list(skus)})}

    def catalogue(self) -> list[tuple[str, str]]:
        """SKU and name of everything that is sold."""
        return [(sku, name) for sku, name in self._session.execute(_CATALOGUE)]

    def family(self, family: str) -> list[Product]:
        """What is sold that differs only in size or colour, by name; nothing where the family has no name."""
        if not family:
            return []
        query = select(Product).where(_products.c.family == family, _products.c.active)
        return list(self._session.scalars(query.order_by(_products.c.name, _products.c.sku)))

    def currencies(self) -> dict[str, str]:
        """The currency of every product."""
        rows = self._session.execute(select(_products.c.sku, _products.c.currency))
        return {row.sku: row.currency for row in rows}

    def levels(self, depot_id: int, skus: Iterable[str]) -> dict[str, StockLevel]:
        """Levels by SKU at a depot, locked, in one order for everybody so that nobody waits in a circle."""
        query = (
            select(StockLevel)
            .where(_stock.c.depot_id == depot_id, _stock.c.sku.in_(list(skus)))
            .order_by(_stock.c.sku)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        self._session.flush()  # what is read anew must not undo what was changed here
        return {level.sku: level for level in self._session.scalars(query)}

    def peek(self, depot_ids: Iterable[int], skus: Iterable[str]) -> dict[tuple[int, str], int]:
        """Pieces that can be promised now per depot and SKU, without locking."""
        pieces = _stock.c.on_hand - _stock.c.reserved - _stock.c.quarantined
        query = select(_stock.c.depot_id, _stock.c.sku, pieces)
        query = query.where(_stock.c.depot_id.in_(list(depot_ids)), _stock.c.sku.in_(list(skus)))
        return {(depot_id, sku): free for depot_id, sku, free in self._session.execute(query)}

    def available(self, sku: str) -> int:
        """Pieces of a product that can be promised, over all depots."""
        return int(self._session.execute(_AVAILABLE, {"sku": sku}).scalar() or 0)


class Depots:
    """Queries for depots and their room."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Depot] = {}

    def all(self) -> Sequence[Depot]:
        """All depots."""
        found = self._session.scalars(_DEPOTS).all()
        self._known |= {each.id: each for each in found if each.id is not None}
        return found

    def get(self, depot_id: int) -> Depot:
        """The depot of that id; asked for again and again, it is read once."""
        if depot_id not in self._known:
            self._known[depot_id] = self._session.scalars(_DEPOT, {"id": depot_id}).one()
        return self._known[depot_id]

    def networks(self, since: date, depot_id: int | None = None) -> list[Network]:
        """Every depot, or the one of that id, with its windows, areas and what is booked from ``since`` on."""
        depots = self.all() if depot_id is None else [self.get(depot_id)]
        among = {"depots": [each.id for each in depots]}
        windows = _by_depot(self._session.execute(_OFFERED, among))
        slots = _by_depot(self._session.execute(_BOOKED, {**among, "since": since}))
        areas = _by_depot(self._session.execute(_AREAS, among))
        return [
            Network(
                depot,
                windows.get(depot.id, []),
                [area for _, area in areas.get(depot.id, [])],
                {(each.day, each.starts): each for each in slots.get(depot.id, [])},
            )
            for depot in depots
        ]

    def find(self, code: str) -> Depot | None:
        """The depot of that code."""
        return self._session.scalars(select(Depot).where(Depot.__table__.c.code == code)).first()  # type: ignore[attr-defined]

    def by_code(self, code: str) -> Depot | None:
        """The depot of that code, locked."""
        query = select(Depot).where(Depot.__table__.c.code == code).with_for_update()  # type: ignore[attr-defined]
        return self._session.scalars(query).first()

    def windows(self, depot_id: int) -> Sequence[DeliveryWindow]:
        """The windows a depot offers."""
        return self._session.scalars(select(DeliveryWindow).where(_windows.c.depot_id == depot_id)).all()

    def areas(self, depot_id: int) -> Sequence[DeliveryArea]:
        """Where a depot delivers."""
        return self._session.scalars(select(DeliveryArea).where(DeliveryArea.__table__.c.depot_id == depot_id)).all()  # type: ignore[attr-defined]

    def slots_from(self, depot_id: int, day: date) -> Sequence[DeliverySlot]:
        """A depot's slots of ``day`` and later that somebody booked on, locked in order of time."""
        query = select(DeliverySlot).where(_slots.c.depot_id == depot_id, _slots.c.day >= day)
        return self._session.scalars(query.order_by(_slots.c.day, _slots.c.starts).with_for_update()).all()

    def slot(self, depot_id: int, day: date, window: Window, capacity: int) -> DeliverySlot:
        """The slot of a window and day, locked; made when nobody booked on it yet."""
        row = {"depot_id": depot_id, "day": day, "starts": window.start, "ends": window.end, "capacity": capacity}
        self._session.execute(insert_if_new(self._session, _slots), {**row, "booked": 0})
        found = self.find_slot(depot_id, day, window.start)
        assert found is not None
        return found

    def find_slot(self, depot_id: int, day: date, starts: time) -> DeliverySlot | None:
        """The slot of a window and day, locked, if anybody booked on it."""
        self._session.flush()  # what is read anew must not undo what was changed here
        return self._session.scalars(_SLOT, {"depot": depot_id, "day": day, "starts": starts}).first()


def _by_depot(rows: Result[Any]) -> dict[int | None, list[Any]]:
    """Rows by the depot that is the first of their columns, and that they are in the order of."""
    return {depot_id: list(group) for depot_id, group in groupby(rows.all(), itemgetter(0))}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which open exceptions are looked for: ``which`` is mine (``person``'s), unowned, overdue or snoozed."""

    now: datetime
    which: str | None = None
    group: str | None = None
    desk: str | None = None
    person: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What such a case is like. Those that were put off count only where they are asked for."""
        found = [_cases.c.status != CaseStatus.RESOLVED]
        if self.which == "snoozed":
            found.append(_cases.c.status == CaseStatus.SNOOZED)
        else:
            found.append(or_(_cases.c.snoozed_until.is_(None), _cases.c.snoozed_until <= self.now))
        if self.which == "mine":
            found.append(_cases.c.owner_id == self.person)
        if self.which == "unowned":
            found.append(_cases.c.owner_id.is_(None))
        if self.which == "overdue":
            found.append(_cases.c.due_at <= self.now)
        if self.group is not None:
            found.append(or_(*(_cases.c.kind.startswith(each, autoescape=True) for each in GROUPS[self.group])))
        if self.desk is not None:
            found.append(_cases.c.desk == self.desk)
        return found


class Cases:
    """Queries for exceptions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, limit: int = 200) -> Sequence[Case]:
        """What waits for somebody, oldest first."""
        query = select(Case).where(_cases.c.status != CaseStatus.RESOLVED).order_by(_cases.c.id).limit(limit)
        return self._session.scalars(query).all()

    def count(self, wanted: CaseFilter) -> int:
        """How many such exceptions there are."""
        return int(self._session.execute(select(func.count(_cases.c.id)).where(*wanted.conditions())).scalar_one())

    def listed(self, wanted: CaseFilter, limit: int, offset: int = 0) -> Sequence[Case]:
        """Some of them, those first that shall be settled first."""
        query = select(Case).where(*wanted.conditions()).order_by(_cases.c.due_at.asc().nulls_last(), _cases.c.id)
        return self._session.scalars(query.limit(limit).offset(offset)).all()

    def to_escalate(self, desks: Collection[str], before: datetime, now: datetime) -> Sequence[Case]:
        """What others may have to hear of, locked: opened before a moment and nobody's, overdue, or put off until now."""
        nobodys = (_cases.c.status == CaseStatus.OPEN) & (_cases.c.opened_at <= before)
        late = (_cases.c.status != CaseStatus.SNOOZED) & (_cases.c.due_at <= now)
        back = (_cases.c.status == CaseStatus.SNOOZED) & (_cases.c.snoozed_until <= now)
        query = select(Case).where(_cases.c.desk.in_(list(desks)), _cases.c.status != CaseStatus.RESOLVED)
        return self._session.scalars(
            query.where(or_(nobodys, late, back)).order_by(_cases.c.id).with_for_update()
        ).all()

    def any_open(self) -> bool:
        """Whether anything needs a person."""
        query = select(_cases.c.id).where(_cases.c.status != CaseStatus.RESOLVED).limit(1)
        return self._session.execute(query).first() is not None

    def count_open(self, depot_id: int) -> int:
        """How many wait for somebody: those about orders of a depot, and those about no order."""
        query = (
            select(func.count())
            .select_from(_cases)
            .outerjoin(_orders, _orders.c.number == _cases.c.order_number)
            .where(_cases.c.status != CaseStatus.RESOLVED)
            .where(or_(_orders.c.depot_id == depot_id, _cases.c.order_number.is_(None)))
        )
        return int(self._session.execute(query).scalar() or 0)

    def of_owner(self, owner_id: int) -> Sequence[Case]:
        """What somebody sees to, locked."""
        query = select(Case).where(_cases.c.owner_id == owner_id, _cases.c.status != CaseStatus.RESOLVED)
        return self._session.scalars(query.order_by(_cases.c.id).with_for_update()).all()

    def of_kind(self, kind: str) -> Sequence[Case]:
        """What is open of one kind, oldest first."""
        query = select(Case).where(_cases.c.kind == kind, _cases.c.status != CaseStatus.RESOLVED)
        return self._session.scalars(query.order_by(_cases.c.id)).all()

    def since(self, kind: str, since: datetime) -> Sequence[Case]:
        """What was opened of one kind since a moment, settled or not."""
        return self._session.scalars(select(Case).where(_cases.c.kind == kind, _cases.c.opened_at >= since)).all()

    def of_order(self, number: str) -> Sequence[Case]:
        """What is open about an order."""
        query = select(Case).where(_cases.c.order_number == number, _cases.c.status != CaseStatus.RESOLVED)
        return self._session.scalars(query).all()

    def of_orders(self, numbers: Iterable[str]) -> Sequence[Case]:
        """What is open about any of these orders, oldest first."""
        query = select(Case).where(_cases.c.order_number.in_(list(numbers)), _cases.c.status != CaseStatus.RESOLVED)
        return self._session.scalars(query.order_by(_cases.c.id)).all()

    def get(self, reference: str) -> Case:
        """The case people call that (C-1042), locked. Refuses when there is none."""
        found = self._session.scalars(
            select(Case).where(_cases.c.id == int(reference.removeprefix("C-")) - 1000).with_for_update()
        ).first()
        if found is None:
            raise NotFound("no_such_case", case=reference)
        return found

    def of_ids(self, ids: Iterable[int]) -> Sequence[Case]:
        """Cases by id."""
        return self._session.scalars(select(Case).where(_cases.c.id.in_(list(ids)))).all()

    def problem(self, conversation_id: int, since: datetime) -> Case | None:
        """The problem last reported in a conversation, if it is open and was reported since a moment."""
        query = select(Case).where(
            _cases.c.conversation_id == conversation_id,
            _cases.c.kind.startswith("problem."),
            _cases.c.status != CaseStatus.RESOLVED,
            _cases.c.opened_at >= since,
        )
        return self._session.scalars(query.order_by(_cases.c.id.desc())).first()

    def said_in(self, conversation_id: int, kind: str) -> Case | None:
        """The open case of a kind that was said in a conversation."""
        query = select(Case).where(
            _cases.c.conversation_id == conversation_id, _cases.c.kind == kind, _cases.c.status != CaseStatus.RESOLVED
        )
        return self._session.scalars(query.order_by(_cases.c.id.desc()).with_for_update()).first()

    def wish(self, conversation_id: int, topic: str) -> Case | None:
        """The open case of a wish voiced in a conversation."""
        query = select(Case).where(
            _cases.c.conversation_id == conversation_id,
            _cases.c.kind == f"wish.{topic}",
            _cases.c.status != CaseStatus.RESOLVED,
        )
        return self._session.scalars(query).first()
