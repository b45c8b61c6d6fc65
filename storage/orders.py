"""Orders as an actor may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, bindparam, false, func, select
from sqlmodel import Session

from domain.cases import Case
from domain.deliveries import DeliveryProof, Rating
from domain.events import Event
from domain.moment import Actor, Role
from domain.orders import DELIVERED, FINISHED, Order, OrderLine, OrderStatus
from domain.planning.day import PLANNABLE
from domain.refusals import NotFound
from domain.stock import Product

_orders = Order.__table__  # type: ignore[attr-defined]
_lines = OrderLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_cases = Case.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_ratings = Rating.__table__  # type: ignore[attr-defined]

_LINES = (
    select(_lines.c.order_id, _lines.c.sku, _lines.c.quantity, _products.c.name)
    .join(_products, _products.c.sku == _lines.c.sku)
    .where(_lines.c.order_id.in_(bindparam("orders", expanding=True)))
    .order_by(_lines.c.id)
)
_PRICED = _LINES.add_columns(_lines.c.unit_price)
_TAXED = _PRICED.add_columns(_lines.c.tax)
_BY_NUMBER = select(Order).where(_orders.c.number == bindparam("number"))
_LOCKED = _BY_NUMBER.with_for_update().execution_options(populate_existing=True)
_CHANGES = (
    select(Event)
    .where(_events.c.noun == "order", _events.c.subject == bindparam("number"), _events.c.change == "status")
    .order_by(_events.c.at.desc(), _events.c.id.desc())
    .limit(1)
)
_CHANGES_TO = _CHANGES.where(_events.c.after == bindparam("status"))
_LOST = select(_cases.c.order_number).where(_cases.c.kind == "address_not_found", _cases.c.status != "resolved")


class Orders:
    """Queries for orders; what the actor may not see does not exist."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._seen: dict[str, Order] = {}

    def get(self, number: str, *, lock: bool = False) -> Order:
        """The order of that number. Refuses when there is none, or none of the actor's."""
        order = self.find(number, lock=lock)
        if order is None or not order.seen_by(self._actor):
            if self._actor.is_staff:
                raise NotFound("no_such_order", order=number, staff=True)
            raise NotFound("no_such_order", order=number)
        return order

    def find(self, number: str, *, lock: bool = False) -> Order | None:
        """The order of that number, whoever asks: for checking proofs, not for telling."""
        if not lock and number in self._seen:
            return self._seen[number]
        order = self._session.scalars(_LOCKED if lock else _BY_NUMBER, {"number": number}).first()
        if order is not None:
            self._seen[number] = order
        return order

    def by_external_id(self, external_ids: Iterable[str]) -> dict[str, Order]:
        """Orders by the shop's own numbers."""
        found = self._session.scalars(select(Order).where(_orders.c.external_id.in_(list(external_ids))))
        return {order.external_id: order for order in found if order.external_id and order.seen_by(self._actor)}

    def named(self, numbers: Iterable[str]) -> list[Order]:
        """Orders by number; those there are, in the order they were taken."""
        query = self._only_mine().where(_orders.c.number.in_(list(numbers)))
        return list(self._session.scalars(query.order_by(_orders.c.id)))

    def promised_on(self, depot_id: int, day: date) -> list[Order]:
        """The orders of a depot that are promised for a day and still to be brought then, in the order they were taken."""
        query = select(Order).where(_orders.c.depot_id == depot_id, _orders.c.promise_day == day)
        waiting = [*PLANNABLE, OrderStatus.CREATED, OrderStatus.BACKORDERED, OrderStatus.HELD]
        return list(self._session.scalars(query.where(_orders.c.status.in_(waiting)).order_by(_orders.c.id)))

    def lock(self, numbers: Iterable[str]) -> None:
        """Let nobody else change these orders until the end of the transaction; by id, which is the order of locks."""
        query = select(_orders.c.id).where(_orders.c.number.in_(list(numbers))).order_by(_orders.c.id)
        self._session.execute(query.with_for_update())

    def standings(self, numbers: Iterable[str]) -> dict[str, tuple[str, datetime | None, datetime | None]]:
        """The status of orders by number, with the start and end of the window that was told; whoever asks."""
        columns = (_orders.c.number, _orders.c.status, _orders.c.told_start, _orders.c.told_end)
        rows = self._session.execute(select(*columns).where(_orders.c.number.in_(list(numbers))))
        return {row.number: (row.status, row.told_start, row.told_end) for row in rows}

    def active(self) -> list[Order]:
        """The actor's orders that are still under way, the next promised first."""
        return self._mine(_orders.c.status.not_in(FINISHED), limit=20)

    def recent(self, limit: int = 5) -> list[Order]:
        """The actor's finished orders, the latest first."""
        query = _orders.c.status.in_(FINISHED)
        return list(self._session.scalars(self._only_mine().where(query).order_by(_orders.c.id.desc()).limit(limit)))

    def page(
        self, *, after: str | None = None, status: str | None = None, external_id: str | None = None, limit: int = 100
    ) -> list[Order]:
        """Orders taken after the one of the number ``after``, in the order they were taken."""
        query = self._only_mine()
        if after is not None:
            query = query.where(_orders.c.id > select(_orders.c.id).where(_orders.c.number == after).scalar_subquery())
        if status is not None:
            query = query.where(_orders.c.status == status)
        if external_id is not None:
            query = query.where(_orders.c.external_id == external_id)
        return list(self._session.scalars(query.order_by(_orders.c.id).limit(limit)))

    def lines(self, orders: Sequence[Order]) -> dict[int, list[tuple[str, str, int]]]:
        """Per order id its lines as (sku, product name, quantity)."""
        found: dict[int, list[tuple[str, str, int]]] = {order.id: [] for order in orders if order.id is not None}
        for order_id, sku, quantity, name in self._session.execute(_LINES, {"orders": list(found)}) if found else ():
            found[order_id].append((sku, name, quantity))
        return found

    def rows(self, order: Order) -> list[OrderLine]:
        """The lines of an order, to be changed."""
        return list(self._session.scalars(select(OrderLine).where(_lines.c.order_id == order.id).order_by(_lines.c.id)))

    def priced(self, orders: Sequence[Order]) -> dict[int, list[tuple[str, str, int, int]]]:
        """Per order id its lines as (sku, product name, quantity, price of one piece)."""
        found: dict[int, list[tuple[str, str, int, int]]] = {order.id: [] for order in orders if order.id is not None}
        rows = self._session.execute(_PRICED, {"orders": list(found)})
        for order_id, sku, quantity, name, price in rows:
            found[order_id].append((sku, name, quantity, price))
        return found

    def taxed(self, orders: Sequence[Order]) -> dict[int, list[tuple[str, str, int, int, int]]]:
        """As `priced`, with the tax that the price includes, in basis points."""
        found: dict[int, list[tuple[str, str, int, int, int]]] = {each.id: [] for each in orders if each.id is not None}
        for order_id, sku, quantity, name, price, tax in self._session.execute(_TAXED, {"orders": list(found)}):
            found[order_id].append((sku, name, quantity, price, tax))
        return found

    def taxes(self, order: Order) -> dict[str, int]:
        """By SKU the tax that its price includes, in basis points; the highest where lines differ."""
        rows = self._session.execute(select(_lines.c.sku, _lines.c.tax).where(_lines.c.order_id == order.id))
        found: dict[str, int] = {}
        for sku, tax in rows:
            found[sku] = max(tax, found.get(sku, 0))
        return found

    def last_event(self, order: Order, status: str | None = None) -> Event | None:
        """The latest change of status (to ``status``)."""
        if status is None:
            return self._session.scalars(_CHANGES, {"number": order.number}).first()
        return self._session.scalars(_CHANGES_TO, {"number": order.number, "status": status}).first()

    def last_change(self, order: Order, what: str) -> str | None:
        """What a value of an order, as its history calls it, became last."""
        query = select(_events.c.after).where(
            _events.c.noun == "order", _events.c.subject == order.number, _events.c.change == what
        )
        after: str | None = self._session.execute(query.order_by(_events.c.id.desc()).limit(1)).scalar()
        return after

    def handed_over(self, numbers: Iterable[str]) -> dict[str, dict[str, int]]:
        """By order the pieces of each SKU that were handed over, of orders that were delivered in part, also later on."""
        query = select(_events.c.subject, _events.c.detail).where(
            _events.c.noun == "order", _events.c.subject.in_(list(numbers)), _events.c.change == "handed_over"
        )
        return {number: detail["pieces"] for number, detail in self._session.execute(query.order_by(_events.c.id))}

    def had_before(self, number: str) -> dict[str, int]:
        """The pieces of each SKU that were handed over before some of an order last were."""
        query = select(_events.c.detail).where(
            _events.c.noun == "order", _events.c.subject == number, _events.c.change == "handed_over"
        )
        detail = self._session.execute(query.order_by(_events.c.id.desc()).limit(1)).scalar()
        return dict(detail.get("had", {})) if detail else {}

    def not_handed_over(self, order: Order) -> dict[str, int]:
        """Per SKU the pieces of an order delivered in part that its driver kept, as the event "handed_over" has it.

        That event names in ``pieces`` how many of each SKU were taken; where there is none, all were.
        """
        query = select(_events.c.detail).where(
            _events.c.noun == "order", _events.c.subject == order.number, _events.c.change == "handed_over"
        )
        detail = self._session.execute(query.order_by(_events.c.id.desc()).limit(1)).scalar()
        if not detail:
            return {}
        left: dict[str, int] = {}
        for sku, _, quantity in self.lines([order])[order.id or 0]:
            left[sku] = left.get(sku, 0) + quantity
        return {sku: max(0, quantity - int(detail["pieces"].get(sku, 0))) for sku, quantity in left.items()}

    def history(self, order: Order) -> list[Event]:
        """All changes, in order."""
        query = select(Event).where(_events.c.noun == "order", _events.c.subject == order.number)
        return list(self._session.scalars(query.order_by(_events.c.at, _events.c.id)))

    def delivered(self, since: datetime, limit: int = 6) -> list[tuple[Order, datetime]]:
        """The actor's orders that were delivered, also in part, since a moment, with when; the latest first."""
        then = func.max(_events.c.at)
        query = (
            self._only_mine()
            .add_columns(then)
            .join(_events, _events.c.subject == _orders.c.number)
            .where(_orders.c.status.in_(DELIVERED), _events.c.noun == "order", _events.c.change == "status")
            .where(_events.c.after == _orders.c.status)
            .group_by(_orders.c.id)
            .having(then >= since)
            .order_by(then.desc(), _orders.c.id.desc())
            .limit(limit)
        )
        return [(order, at) for order, at in self._session.execute(query)]

    def rating(self, order: Order, *, lock: bool = False) -> Rating | None:
        """What the customer thought of the delivery, if they said so."""
        return self._session.get(Rating, order.number, with_for_update=lock)

    def rated(self, numbers: Iterable[str]) -> set[str]:
        """Those of the orders whose delivery was rated."""
        query = select(_ratings.c.order_number).where(_ratings.c.order_number.in_(list(numbers)))
        return set(self._session.scalars(query))

    def proof(self, order: Order) -> DeliveryProof | None:
        """Who took the order, where and when, if that was recorded."""
        return self._session.get(DeliveryProof, order.number)

    def backordered(self, depot_id: int, sku: str) -> list[Order]:
        """Orders of a depot that wait for a product, the oldest first, locked."""
        holding = select(_lines.c.order_id).where(_lines.c.sku == sku)
        query = select(Order).where(_orders.c.status == OrderStatus.BACKORDERED, _orders.c.depot_id == depot_id)
        return list(
            self._session.scalars(query.where(_orders.c.id.in_(holding)).order_by(_orders.c.id).with_for_update())
        )

    def unpromised(self) -> list[Order]:
        """Orders with a place that nothing could be promised for, the oldest first, locked."""
        failed = select(_cases.c.order_number).where(_cases.c.kind == "no_promise", _cases.c.status != "resolved")
        query = select(Order).where(_orders.c.status == OrderStatus.CREATED, _orders.c.lat.is_not(None))
        return list(
            self._session.scalars(query.where(_orders.c.number.in_(failed)).order_by(_orders.c.id).with_for_update())
        )

    def unpromised_exchanges(self) -> list[Order]:
        """Orders that bring an exchange and that no day was found for, the oldest first, locked."""
        failed = select(_cases.c.order_number).where(_cases.c.kind == "no_promise", _cases.c.status != "resolved")
        holding = _orders.c.status.in_([OrderStatus.ALLOCATED, OrderStatus.PACKED])
        query = select(Order).where(_orders.c.exchange_of.is_not(None), _orders.c.promise_day.is_(None), holding)
        return list(
            self._session.scalars(query.where(_orders.c.number.in_(failed)).order_by(_orders.c.id).with_for_update())
        )

    def waiting_for_pin(self) -> Order | None:
        """The customer's order whose address could not be located."""
        if self._actor.person is None:
            return None
        mine = (_orders.c.lat.is_(None)) & (_orders.c.customer_id == self._actor.person)
        found = self._mine(mine & _orders.c.number.in_(_LOST), limit=1)
        return found[0] if found else None

    def _mine(self, condition: object, limit: int) -> list[Order]:
        query = self._only_mine().where(condition)  # type: ignore[arg-type]
        order = (_orders.c.promise_day.is_(None), _orders.c.promise_day, _orders.c.promise_start, _orders.c.id)
        found = list(self._session.scalars(query.order_by(*order).limit(limit)))
        self._seen |= {each.number: each for each in found}
        return found

    def _only_mine(self) -> Select[Order]:
        actor = self._actor
        if actor.sees_everything:
            return select(Order)
        if actor.role == Role.DRIVER:
            return select(Order).where(_orders.c.number.in_(actor.opened))
        if actor.role != Role.CUSTOMER:
            return select(Order).where(false())
        mine = _orders.c.number.in_(actor.opened)
        return select(Order).where(mine if actor.person is None else mine | (_orders.c.customer_id == actor.person))
