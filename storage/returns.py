"""Returns as an actor may see them, what was decided about customers before, and the versions of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from domain.events import Event
from domain.moment import Actor, Role
from domain.orders import DELIVERED, Order, OrderLine
from domain.refunds import Refund, RefundStatus, StoreCredit
from domain.refusals import NotFound
from domain.return_policy import EMPTY, Policy, PolicyStatus, ReturnPolicy, parse
from domain.returns import OPEN, SETTLED, UNDER_WAY, VOID, Resolution, Return, ReturnLine, ReturnStatus

_returns = Return.__table__  # type: ignore[attr-defined]
_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_order_lines = OrderLine.__table__  # type: ignore[attr-defined]
_refunds = Refund.__table__  # type: ignore[attr-defined]
_credits = StoreCredit.__table__  # type: ignore[attr-defined]
_policies = ReturnPolicy.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
#: Repaired and with the customer again: it can come back another time.
_MENDED = _returns.c.status.in_([ReturnStatus.REPAIRED, ReturnStatus.CLOSED]) & (
    func.coalesce(_returns.c.resolution, "") == Resolution.REPAIR
)


class Returns:
    """Queries for returns; what the actor may not see does not exist."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def get(self, number: str, *, lock: bool = False) -> Return:
        """The return of that number. Refuses when there is none, or none of the actor's."""
        found = self.find(number, lock=lock)
        if found is None or not found.seen_by(self._actor, frozenset(line.order_number for line in self.lines(found))):
            raise NotFound("no_such_return", return_number=number)
        return found

    def find(self, number: str, *, lock: bool = False) -> Return | None:
        """The return of that number, whoever asks: for what the program does by itself, not for telling."""
        query = select(Return).where(_returns.c.number == number)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).first()

    def by_external_id(self, external_id: str) -> Return | None:
        """The return a shop calls that."""
        return self._session.scalars(select(Return).where(_returns.c.external_id == external_id)).first()

    def by_token(self, token: str) -> Return | None:
        """The return whose page a token opens."""
        return self._session.scalars(select(Return).where(_returns.c.token == token)).first()

    def of_id(self, return_id: int, *, lock: bool = False) -> Return | None:
        """The return of that id, whoever asks."""
        query = select(Return).where(_returns.c.id == return_id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).first()

    def of_line(self, line: ReturnLine) -> Return:
        """The return that a line is in."""
        found = self._session.get(Return, line.return_id)
        assert found is not None, "a line is in a return"
        return found

    def lines(self, *returns: Return) -> list[ReturnLine]:
        """What is in returns, in the order it was said."""
        ids = [each.id for each in returns]
        return list(self._session.scalars(select(ReturnLine).where(_lines.c.return_id.in_(ids)).order_by(_lines.c.id)))

    def mine(self, *, open_only: bool = False, limit: int = 20) -> list[Return]:
        """The returns of the customer who speaks, and of the orders they opened; the latest first."""
        if self._actor.role != Role.CUSTOMER:
            return []
        of_opened = select(_lines.c.return_id).where(_lines.c.order_number.in_(self._actor.opened))
        query = select(Return).where(
            (_returns.c.customer_id == self._actor.person)
            | _returns.c.id.in_(of_opened)
            | _returns.c.number.in_(self._actor.opened)
        )
        if open_only:
            query = query.where(_returns.c.status.in_(OPEN))
        found = list(self._session.scalars(query.order_by(_returns.c.id.desc()).limit(limit)))
        orders = {each.id: frozenset(line.order_number for line in self.lines(each)) for each in found}
        return [each for each in found if each.seen_by(self._actor, orders[each.id])]

    def unfinished(self, customer_id: int) -> list[str]:
        """Numbers of a customer's returns that are open, and of the orders of which money is still to be given back."""
        mine = _returns.c.customer_id == customer_id
        open_ones = select(_returns.c.number).where(mine, _returns.c.status.in_(OPEN)).order_by(_returns.c.id)
        owed = (
            select(_refunds.c.order_number)
            .join(_orders, _orders.c.number == _refunds.c.order_number)
            .where(_orders.c.customer_id == customer_id, _refunds.c.status != RefundStatus.ISSUED)
            .order_by(_refunds.c.id)
        )
        return list(dict.fromkeys([*self._session.scalars(open_ones), *self._session.scalars(owed)]))

    def of_orders(self, numbers: Iterable[str]) -> list[Return]:
        """All returns with pieces of these orders, in the order they were asked for."""
        ids = select(_lines.c.return_id).where(_lines.c.order_number.in_(list(numbers)))
        return list(self._session.scalars(select(Return).where(_returns.c.id.in_(ids)).order_by(_returns.c.id)))

    def lock(self, numbers: Iterable[str]) -> None:
        """Nobody else changes these returns meanwhile; they are locked in order of their numbers."""
        query = select(Return).where(_returns.c.number.in_(sorted(set(numbers)))).order_by(_returns.c.id)
        list(self._session.scalars(query.with_for_update().execution_options(populate_existing=True)))

    def standings(self, numbers: Iterable[str]) -> dict[str, tuple[str, datetime | None, datetime | None]]:
        """The status of returns by number, with the start and end of the window that was told; whoever asks."""
        columns = (_returns.c.number, _returns.c.status, _returns.c.told_start, _returns.c.told_end)
        rows = self._session.execute(select(*columns).where(_returns.c.number.in_(list(numbers))))
        return {row.number: (row.status, row.told_start, row.told_end) for row in rows}

    def appeal_of(self, number: str) -> Return | None:
        """The return that asks a person about a rejected one."""
        return self._session.scalars(select(Return).where(_returns.c.appeal_of == number)).first()

    def named(self, numbers: Iterable[str]) -> list[Return]:
        """Returns by number; those there are."""
        return list(self._session.scalars(select(Return).where(_returns.c.number.in_(list(numbers)))))

    def waiting(self, status: ReturnStatus = ReturnStatus.REVIEW, limit: int = 200) -> list[Return]:
        """Returns in a state, the oldest first."""
        query = select(Return).where(_returns.c.status == status).order_by(_returns.c.id).limit(limit)
        return list(self._session.scalars(query))

    def page(
        self,
        *,
        after: str | None = None,
        status: str | None = None,
        order: str | None = None,
        external_id: str | None = None,
        limit: int = 100,
    ) -> list[Return]:
        """Returns asked for after the one of the number ``after``, in the order they were asked for; whoever asks."""
        query = select(Return)
        if after is not None:
            query = query.where(
                _returns.c.id > select(_returns.c.id).where(_returns.c.number == after).scalar_subquery()
            )
        if status is not None:
            query = query.where(_returns.c.status == status)
        if external_id is not None:
            query = query.where(_returns.c.external_id == external_id)
        if order is not None:
            query = query.where(_returns.c.id.in_(select(_lines.c.return_id).where(_lines.c.order_number == order)))
        return list(self._session.scalars(query.order_by(_returns.c.id).limit(limit)))

    def to_be_sent(self, depot_id: int, until: date) -> list[Return]:
        """Approved returns of a depot whose last day to be sent is not after a day, the oldest first, locked."""
        query = select(Return).where(
            _returns.c.status == ReturnStatus.APPROVED, _returns.c.expires_on <= until, self._of_depot(depot_id)
        )
        return list(self._session.scalars(query.order_by(_returns.c.id).limit(500).with_for_update()))

    def settled(self, depot_id: int, before: datetime) -> list[Return]:
        """Returns of a depot that have been settled since before a moment, the oldest first, locked."""
        later = select(_events.c.subject).where(
            _events.c.noun == "return",
            _events.c.change == "status",
            _events.c.at > before,
            _events.c.after.in_(SETTLED),
        )
        query = select(Return).where(
            _returns.c.status.in_(SETTLED), _returns.c.number.not_in(later), self._of_depot(depot_id)
        )
        return list(self._session.scalars(query.order_by(_returns.c.id).limit(500).with_for_update()))

    def any_to_tend(self, depot_id: int) -> bool:
        """Whether a depot has returns that come to an end with time: not sent yet, or settled and not closed."""
        query = select(_returns.c.id).where(
            _returns.c.status.in_([ReturnStatus.APPROVED, *SETTLED]), self._of_depot(depot_id)
        )
        return self._session.scalars(query.limit(1)).first() is not None

    def _of_depot(self, depot_id: int) -> Any:
        """What a depot sees to: its returns, and those of none."""
        return (_returns.c.depot_id == depot_id) | _returns.c.depot_id.is_(None)

    def taken(self, numbers: Iterable[str]) -> dict[tuple[str, str], int]:
        """By order and SKU the pieces that are in returns of which something may still come, or came."""
        query = (
            select(_lines.c.order_number, _lines.c.sku, _lines.c.quantity, _lines.c.accepted, _returns.c.status)
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_lines.c.order_number.in_(list(numbers)), _returns.c.status.not_in(VOID), ~_MENDED)
        )
        query = query.where((_lines.c.outcome.is_(None)) | (_lines.c.outcome != "reject"))
        found: dict[tuple[str, str], int] = {}
        for number, sku, quantity, _, _ in self._session.execute(query):
            found[number, sku] = found.get((number, sku), 0) + quantity
        return found

    def history(self, number: str) -> list[Event]:
        """All changes of a return, in order."""
        query = select(Event).where(_events.c.noun == "return", _events.c.subject == number)
        return list(self._session.scalars(query.order_by(_events.c.at, _events.c.id)))

    def lasted(self, since: datetime, most: int = 200) -> list[tuple[str, timedelta]]:
        """How long returns took that were settled since a moment, the latest ones: for each state on the way, from when it was
        taken until the customer had what they were to get."""
        ends = [each.value for each in SETTLED if each != ReturnStatus.DENIED]
        settled = (
            select(_events.c.subject, func.min(_events.c.at))
            .where(
                _events.c.noun == "return",
                _events.c.change == "status",
                _events.c.after.in_(ends),
                _events.c.at >= since,
            )
            .group_by(_events.c.subject)
            .order_by(func.min(_events.c.at).desc())
            .limit(most)
        )
        until = {row[0]: row[1] for row in self._session.execute(settled)}
        began = (
            select(_events.c.subject, _events.c.after, func.min(_events.c.at))
            .where(_events.c.noun == "return", _events.c.subject.in_(until), _events.c.change == "status")
            .where(_events.c.after.in_([each.value for each in UNDER_WAY]))
            .group_by(_events.c.subject, _events.c.after)
        )
        return [(status, until[number] - at) for number, status, at in self._session.execute(began)]

    def delivered_at(self, numbers: Iterable[str]) -> dict[str, datetime]:
        """When orders were handed over, in whole or in part, the first time; of those that were."""
        query = (
            select(_events.c.subject, func.min(_events.c.at))
            .where(_events.c.noun == "order", _events.c.subject.in_(list(numbers)), _events.c.change == "status")
            .where(_events.c.after.in_([each.value for each in DELIVERED]))
            .group_by(_events.c.subject)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def record_of(self, customer_id: int, since: datetime, but: int | None = None) -> tuple[int, int, int]:
        """Of a customer since a moment: pieces ordered and delivered, pieces returned, and how many returns; without one."""
        delivered = (
            select(func.coalesce(func.sum(_order_lines.c.quantity), 0))
            .join(_orders, _orders.c.id == _order_lines.c.order_id)
            .where(_orders.c.customer_id == customer_id, _orders.c.status.in_(DELIVERED), _orders.c.created_at >= since)
        )
        mine = (
            _returns.c.customer_id == customer_id,
            _returns.c.status.not_in(VOID),
            _returns.c.created_at >= since,
            _returns.c.id != (but or 0),
        )
        returned = (
            select(func.coalesce(func.sum(_lines.c.quantity), 0), func.count(_returns.c.id.distinct()))
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(*mine)
        )
        pieces, count = self._session.execute(returned).one()
        return int(self._session.execute(delivered).scalar() or 0), int(pieces), int(count)

    # Money

    def refunds(self, *returns: Return) -> list[Refund]:
        """The refunds of returns, in the order they were wanted."""
        ids = [each.id for each in returns]
        return list(self._session.scalars(select(Refund).where(_refunds.c.return_id.in_(ids)).order_by(_refunds.c.id)))

    def refund(self, key: str, *, lock: bool = False) -> Refund | None:
        """The refund of that key."""
        query = select(Refund).where(_refunds.c.key == key)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).first()

    def refunds_of_order(self, order_number: str) -> list[Refund]:
        """The refunds of an order, in the order they were wanted."""
        return list(
            self._session.scalars(select(Refund).where(_refunds.c.order_number == order_number).order_by(_refunds.c.id))
        )

    def refunded(self, order_number: str) -> int:
        """What of an order was given back, or is being, in minor units: refunds, and store credit without its bonus."""
        wanted = select(func.coalesce(func.sum(_refunds.c.amount), 0)).where(
            _refunds.c.order_number == order_number, _refunds.c.status != RefundStatus.FAILED
        )
        credited = select(func.coalesce(func.sum(_credits.c.amount - _credits.c.bonus), 0)).where(
            _credits.c.order_number == order_number, _credits.c.amount > 0
        )
        return int(self._session.execute(wanted).scalar() or 0) + int(self._session.execute(credited).scalar() or 0)

    def exchanged(self, order_number: str) -> int:
        """What was paid for pieces of an order that were exchanged, as far as it was not refunded as a difference."""
        settled = (
            (_lines.c.order_number == order_number)
            & _lines.c.paid_back.is_not(None)
            & (_returns.c.resolution == Resolution.EXCHANGE)
        )
        worth = select(func.coalesce(func.sum(_lines.c.paid_back), 0)).join(
            _returns, _returns.c.id == _lines.c.return_id
        )
        refunded = select(func.coalesce(func.sum(_refunds.c.amount), 0)).where(
            _refunds.c.order_number == order_number,
            _refunds.c.status != RefundStatus.FAILED,
            _refunds.c.return_id.in_(select(_returns.c.id).where(_returns.c.resolution == Resolution.EXCHANGE)),
        )
        taken = int(self._session.execute(worth.where(settled)).scalar() or 0)
        return max(0, taken - int(self._session.execute(refunded).scalar() or 0))

    def taken_back(self, order_number: str) -> dict[str, int]:
        """By SKU the pieces of an order that came back for good and were settled."""
        query = (
            select(_lines.c.sku, func.sum(_lines.c.accepted))
            .where(_lines.c.order_number == order_number, _lines.c.paid_back.is_not(None))
            .group_by(_lines.c.sku)
        )
        return {sku: int(pieces or 0) for sku, pieces in self._session.execute(query)}

    def credits_of_order(self, order_number: str) -> list[StoreCredit]:
        """The store credit that was given for pieces of an order."""
        query = select(StoreCredit).where(_credits.c.order_number == order_number, _credits.c.amount > 0)
        return list(self._session.scalars(query.order_by(_credits.c.id)))

    def credits_of(self, *returns: Return) -> list[StoreCredit]:
        """The store credit that was given for returns."""
        ids = [each.id for each in returns]
        return list(
            self._session.scalars(select(StoreCredit).where(_credits.c.return_id.in_(ids)).order_by(_credits.c.id))
        )

    def credit(self, key: str) -> StoreCredit | None:
        """The store credit of that key."""
        return self._session.scalars(select(StoreCredit).where(_credits.c.key == key)).first()

    def numbers(self, ids: Iterable[int]) -> dict[int, str]:
        """The numbers of returns by id."""
        query = select(_returns.c.id, _returns.c.number).where(_returns.c.id.in_(list(ids)))
        return {row[0]: row[1] for row in self._session.execute(query)}

    def credits(self, customer_id: int) -> list[StoreCredit]:
        """What a customer was given and spent, in order."""
        query = select(StoreCredit).where(_credits.c.customer_id == customer_id).order_by(_credits.c.id)
        return list(self._session.scalars(query))

    def credited(self, returns: Iterable[Return]) -> dict[int | None, int]:
        """By return id the store credit that was given for it, in minor units."""
        given = select(_credits.c.return_id, func.sum(_credits.c.amount)).where(
            _credits.c.return_id.in_([each.id for each in returns])
        )
        return {row[0]: int(row[1]) for row in self._session.execute(given.group_by(_credits.c.return_id))}

    # The policy

    def policy(self) -> tuple[int | None, Policy]:
        """The version that decides now, and its rules; no version and no rules where none was ever set."""
        active = self.active_policy()
        return (None, EMPTY) if active is None else (active.id, parse(active.text))

    def active_policy(self, *, lock: bool = False) -> ReturnPolicy | None:
        """The version that decides now."""
        query = select(ReturnPolicy).where(_policies.c.status == PolicyStatus.ACTIVE).order_by(_policies.c.id.desc())
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).first()

    def version(self, number: int, *, lock: bool = False) -> ReturnPolicy:
        """The version of that number. Refuses when there is none."""
        found = self._session.get(ReturnPolicy, number, with_for_update=lock, populate_existing=lock)
        if found is None:
            raise NotFound("no_such_policy", version=number)
        return found

    def drafts(self) -> list[ReturnPolicy]:
        """Versions that were written and not taken into force yet, the latest first."""
        query = select(ReturnPolicy).where(_policies.c.status == PolicyStatus.DRAFT).order_by(_policies.c.id.desc())
        return list(self._session.scalars(query))

    def any_policy(self) -> bool:
        """Whether there ever was a policy."""
        return self._session.scalars(select(_policies.c.id).limit(1)).first() is not None

    def decided_since(self, since: datetime, limit: int) -> list[tuple[str, dict[str, Any]]]:
        """Number of the return and facts of the lines asked for since a moment, the latest first; those whose facts were
        kept."""
        query = (
            select(_returns.c.number, _lines.c.facts)
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_returns.c.created_at >= since)
            .order_by(_lines.c.id.desc())
            .limit(limit)
        )
        return [(number, facts) for number, facts in self._session.execute(query) if facts]

    def versions(self, limit: int = 20) -> Sequence[ReturnPolicy]:
        """Versions, the latest first."""
        return list(self._session.scalars(select(ReturnPolicy).order_by(_policies.c.id.desc()).limit(limit)))
