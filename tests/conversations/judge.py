"""What must be true in the database after a conversation; everything a script does not name must be as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, or_, select

from domain.cases import Case
from domain.conversations import Conversation
from domain.customers import Customer
from domain.deliveries import Rating
from domain.driving import DriverReport, WorkedShift
from domain.orders import Order
from domain.returns import Return, ReturnLine
from domain.routes import Stop, Task
from domain.stock import Product
from storage.outbox import OutboxRow
from tests.conversations.script import Script
from tests.conversations.world import JACKET_RETURN, Cast

#: What can be said of the end besides aliases of orders and returns, with what holds when nothing is said; None: no matter.
USUAL: dict[str, Any] = {
    "returns": [], "problems": [], "ratings": {}, "person": False, "messages": "on", "opened": [], "locked": False,
    "told": [], "stops": None, "reports": None, "shift": None, "cases": None, "language": None,
}  # fmt: skip


def states(session: Session, cast: Cast) -> dict[str, dict[str, Any]]:
    """How every order and return of a script stands, by alias."""
    found = {}
    for alias, number in cast.numbers.items():
        if alias == JACKET_RETURN:
            found[alias] = _return(session, session.exec(select(Return).where(Return.number == number)).one(), cast)
        else:
            found[alias] = _order(session.exec(select(Order).where(Order.number == number)).one())
    return found


def wrong(session: Session, script: Script, cast: Cast) -> list[str]:
    """What is not as the script says it must be, each in a line; nothing when all is right."""
    ends = dict(script.ends)
    unknown = sorted(set(ends) - set(USUAL) - set(cast.numbers))
    found = [f"the script says something of {name}, which nobody knows" for name in unknown]
    for alias, now in states(session, cast).items():
        wanted = cast.before[alias] | _plain(ends.get(alias) or {})
        found += _differences(alias, wanted, now)
    facts = _facts(session, script, cast)
    for name, usual in USUAL.items():
        wanted = ends.get(name, usual)
        if wanted is not None and not _fits(name, wanted, facts[name]):
            found.append(f"{name}: {facts[name]!r}, not {wanted!r}")
    return found


def _differences(what: str, wanted: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        f"{what}: {name} is {now.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if not _same(value, now.get(name))
    ]


def _same(wanted: Any, now: Any) -> bool:
    """Words are looked for in what is there; of several named things each; everything else is what it is."""
    if isinstance(wanted, dict) and isinstance(now, dict):
        return _same_kinds(wanted, now)
    if isinstance(wanted, str) and isinstance(now, str):
        return wanted.casefold() in now.casefold() if wanted else not now
    return bool(wanted == now)


def _same_kinds(wanted: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether all kinds are there and no others; one with a "?" may be missing, one without words may have any."""
    must = {name for name in wanted if not name.endswith("?")}
    words = {name.removesuffix("?"): value for name, value in wanted.items()}
    return must <= set(now) <= set(words) and all(not words[name] or _same(words[name], now[name]) for name in now)


def _fits(name: str, wanted: Any, now: Any) -> bool:
    match name:
        case "returns" | "problems":
            return len(wanted) == len(now) and all(
                any(not _differences("", _plain(each), one) for one in now) for each in wanted
            )
        case "told" | "reports":
            return all(any(_was_told(each, one) for one in now) for each in wanted)
        case "opened" | "cases":
            return sorted(wanted) == sorted(now)
    return bool(wanted == now)


def _was_told(wanted: Any, now: Any) -> bool:
    if isinstance(wanted, str):
        return bool(wanted == (now if isinstance(now, str) else now["name"]))
    name, about = next(iter(wanted.items()))
    return bool(now["name"] == name and about in now["about"])


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """YAML's days as they are compared."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()}


def _order(order: Order) -> dict[str, Any]:
    return {
        "status": order.status, "day": order.promise_day.isoformat() if order.promise_day else "",
        "window": str(order.window or ""), "address": order.address, "wishes": dict(order.wishes),
    }  # fmt: skip


def _return(session: Session, made: Return, cast: Cast) -> dict[str, Any]:
    lines = session.exec(select(ReturnLine).where(ReturnLine.return_id == made.id).order_by(col(ReturnLine.id))).all()
    names = {each.sku: each.name for each in session.exec(select(Product).order_by(col(Product.sku)))}
    return {
        "order": cast.alias_of(lines[0].order_number), "product": ", ".join(names[line.sku] for line in lines),
        "quantity": sum(line.quantity for line in lines), "reason": lines[0].reason, "status": made.status,
        "resolution": made.resolution or "", "way": made.way or "", "opened": lines[0].opened,
        "day": made.pickup_day.isoformat() if made.pickup_day else "", "window": str(made.pickup_window or ""),
    }  # fmt: skip


def _facts(session: Session, script: Script, cast: Cast) -> dict[str, Any]:
    chat = session.exec(select(Conversation).where(Conversation.address == cast.sender)).one()
    mine = list(cast.customers.values())
    cases = _all(session, Case, or_(col(Case.conversation_id) == chat.id, col(Case.customer_id).in_(mine)))
    returns = _all(session, Return, col(Return.customer_id).in_(mine))
    ratings = _all(session, Rating, col(Rating.order_number).in_(list(cast.numbers.values())), key="order_number")
    told = _all(session, OutboxRow, col(OutboxRow.conversation_id) == chat.id)
    customer = session.get(Customer, cast.customers.get(script.speaker, 0))
    shift = next(iter(_all(session, WorkedShift, col(WorkedShift.driver_id) == cast.driver)[-1:]), None)
    reports = _all(session, DriverReport, col(DriverReport.driver_id) == cast.driver)
    return {
        "returns": [_return(session, each, cast) for each in returns if each.number != cast.numbers[JACKET_RETURN]],
        "problems": [_problem(each, cast) for each in cases if each.kind.startswith("problem.")],
        "ratings": {cast.alias_of(each.order_number): each.score for each in ratings},
        "person": any(each.kind.startswith("wish.") for each in cases),
        "messages": "off" if chat.messages_off or (customer is not None and customer.messages_off) else "on",
        "opened": [cast.alias_of(number) for number in chat.opened],
        "locked": chat.locked_until is not None,
        "told": [{"name": each.name, "about": _about(each, cast)} for each in told],
        "stops": _stops(session, cast),
        "reports": [each.what for each in reports if each.undone_at is None],
        "shift": _shift(shift),
        "cases": [each.kind for each in cases if each.is_open],
        "language": chat.language,
    }


def _all(session: Session, kind: type[SQLModel], where: ColumnElement[bool] | bool, key: str = "id") -> list[Any]:
    return list(session.exec(select(kind).where(where).order_by(getattr(kind, key))))


def _about(row: OutboxRow, cast: Cast) -> set[str]:
    """The orders and returns that a message names."""
    said = {str(value) for value in row.facts.values()} | ({row.about} if row.about else set())
    return {alias for alias, number in cast.numbers.items() if number in said}


def _problem(case: Case, cast: Cast) -> dict[str, Any]:
    return {
        "order": cast.alias_of(case.order_number or ""), "kind": case.kind.partition(".")[2],
        "product": case.detail.get("item") or "",
    }  # fmt: skip


def _stops(session: Session, cast: Cast) -> list[str] | None:
    """The states of a driver's stops, by the numbers they had at first."""
    if cast.route is None:
        return None
    numbers = [number for alias, number in cast.numbers.items() if alias.startswith("stop")]
    found = session.exec(
        select(Task.order_number, Task.status)
        .join(Stop, col(Stop.id) == col(Task.stop_id))
        .where(col(Stop.route_id) == cast.route)
        .order_by(col(Task.id))
    ).all()
    status: dict[str | None, str] = dict(_latest(found))
    return [status.get(number, "gone") for number in numbers]


def _latest(found: Iterable[Any]) -> Iterable[tuple[str | None, str]]:
    return ((number, str(status)) for number, status in found)


def _shift(shift: WorkedShift | None) -> str:
    if shift is None:
        return "none"
    if shift.ended_at is not None:
        return "ended"
    return "on a break" if shift.break_since is not None else "begun"
