"""What a report changed, so that it can be taken back: rows as they were before, and those that are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Date, Time
from sqlmodel import SQLModel

from domain.columns import UtcDateTime
from domain.deliveries import DeliveryProof, StoredFile
from domain.depots import DeliverySlot
from domain.orders import Order, OrderLine
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine
from domain.routes import Route, Stop, Task
from domain.stock import StockLevel
from domain.travel.visits import Visit
from domain.values import plain
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: What a report may change, by the names of tables.
_KINDS: Mapping[str, type[SQLModel]] = {
    str(kind.__tablename__): kind
    for kind in (
        Route,
        Stop,
        Task,
        Order,
        OrderLine,
        DeliveryProof,
        Visit,
        StockLevel,
        DeliverySlot,
        StoredFile,
        Return,
        ReturnLine,
    )
}
#: Counts that others change at the same time: what was added is taken off again.
_COUNTS: Mapping[str, tuple[str, ...]] = {"stock_level": ("on_hand", "reserved"), "delivery_slot": ("booked",)}
#: What moves by itself meanwhile: as it was before only where nobody touched it since.
_MOVES_BY_ITSELF = frozenset(
    {"eta", "eta_start", "eta_end", "told_start", "told_end", "near_since", "near_at", "arrival_asked_at"}
)
#: How JSON's strings become what a column holds.
_READ = ((UtcDateTime, datetime.fromisoformat), (Date, date.fromisoformat), (Time, time.fromisoformat))
_NOT_KEPT = frozenset({"version"})
#: What a new row is tied by: a stop to its route, a visit to its stop and its state.
_TIES = ("route_id", "stop_id", "status")

Row = tuple[str, Any]


class Kept:
    """The rows that a report may change, as they are before it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._known: dict[Row, tuple[SQLModel, dict[str, Any]]] = {}
        self._new: dict[Row, SQLModel] = {}

    @classmethod
    def of(cls, tour: Tour, uow: UnitOfWork) -> Kept:
        """A route with all that is on it, its orders and returns."""
        kept = cls(uow)
        kept.keep(tour.route, *(visit.stop for visit in tour.visits), *tour.tasks)
        kept.keep(*uow.orders.named({task.order_number for task in tour.tasks if task.order_number}))
        numbers = {task.return_number for task in tour.tasks if task.return_number}
        returns = uow.returns.named(numbers) if numbers else []
        kept.keep(*returns, *(uow.returns.lines(*returns) if returns else ()))
        return kept

    def keep(self, *entities: SQLModel) -> None:
        """These may change too; what is known already stays as it was first."""
        for each in entities:
            row = _row(each)
            if row not in self._known and row not in self._new:
                self._known[row] = (each, _values(each))

    def made(self, *entities: SQLModel) -> None:
        """These are new."""
        self._new |= {_row(each): each for each in entities}

    def changes(self) -> dict[str, Any]:
        """What became of the rows since, as JSON: ``rows`` are (table, key, before, after), ``new`` those that were made, with what ties them."""
        rows = []
        for (table, key), (entity, before) in self._known.items():
            after = _values(entity)
            changed = [name for name, value in before.items() if after[name] != value]
            if changed:
                rows.append([table, key, {n: _json(before[n]) for n in changed}, {n: _json(after[n]) for n in changed}])
        return {"rows": rows, "new": [[*row, self._tied(row)] for row in self._new]}

    def _tied(self, row: Row) -> dict[str, Any]:
        """What of a new row nobody may have changed when it is taken back: where it belongs and what became of it."""
        entity = self._new[row]
        return {name: _json(getattr(entity, name)) for name in _TIES if hasattr(entity, name)}


def give_back(before: Mapping[str, Any], uow: UnitOfWork) -> list[tuple[Any, str, str]]:
    """Make rows what they were before a report: those whose state changes, with the states. Refuses where somebody
    changed them since.
    """
    found = [(_find(table, key, uow), was, since) for table, key, was, since in before["rows"]]
    new = [(_find(table, key, uow), tied) for table, key, tied in before["new"]]
    for entity, _, since in found:
        _check_unchanged(entity, since)
    for entity, tied in new:
        if entity is not None:
            _check_unchanged(entity, tied)
    _move_away([entity for entity, was, _ in found if "position" in was], uow)
    for entity, was, since in found:
        _restore(entity, was, since)
    uow.flush()
    for entity in sorted((each for each, _ in new if each is not None), key=lambda each: isinstance(each, Stop)):
        uow.remove(entity)  # tasks and visits before their stops
    return [(entity, str(since["status"]), str(was["status"])) for entity, was, since in found if "status" in was]


def _check_unchanged(entity: SQLModel | None, since: Mapping[str, Any]) -> None:
    if entity is None:
        raise Refusal("changed_since_report")
    left_alone = _MOVES_BY_ITSELF | set(_COUNTS.get(_table(entity), ()))
    if any(_json(getattr(entity, name)) != value for name, value in since.items() if name not in left_alone):
        raise Refusal("changed_since_report")


def _move_away(stops: Iterable[Any], uow: UnitOfWork) -> None:
    """No two stops of a route may share a position in between."""
    for stop in stops:
        stop.position = -stop.position - 1
    uow.flush()


def _restore(entity: Any, was: Mapping[str, Any], since: Mapping[str, Any]) -> None:
    counts = _COUNTS.get(_table(entity), ())
    for name, value in was.items():
        if name in counts:
            setattr(entity, name, getattr(entity, name) + value - since[name])
        elif name not in _MOVES_BY_ITSELF or _json(getattr(entity, name)) == since[name]:
            setattr(entity, name, _value(entity, name, value))


def _value(entity: SQLModel, name: str, value: Any) -> Any:
    """A value as the column holds it, from JSON."""
    if not isinstance(value, str):
        return value
    kind = entity.__table__.c[name].type  # type: ignore[attr-defined]
    parse = next((read for held, read in _READ if isinstance(kind, held)), None)
    return value if parse is None else parse(value)


def _find(table: str, key: Any, uow: UnitOfWork) -> Any:
    """The row as it is now, locked."""
    return uow.session.get(_KINDS[table], key, with_for_update=True, populate_existing=True)


def _table(entity: SQLModel) -> str:
    return str(type(entity).__tablename__)


def _row(entity: SQLModel) -> Row:
    key = [getattr(entity, column.name) for column in entity.__table__.primary_key]  # type: ignore[attr-defined]
    return _table(entity), key[0]


def _values(entity: SQLModel) -> dict[str, Any]:
    names = [column.name for column in entity.__table__.c if column.name not in _NOT_KEPT]  # type: ignore[attr-defined]
    return {name: _copy(getattr(entity, name)) for name in names}


def _copy(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value


def _json(value: Any) -> Any:
    """As JSON holds it; a moment always in UTC, whatever zone it was computed in."""
    return plain(value.astimezone(UTC) if isinstance(value, datetime) else value)
