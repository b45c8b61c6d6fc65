"""Returns that a route of today collects because their customers wish it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from actions.board import Board, board_of, new_pickup
from actions.dispatching.etas import traffic
from actions.dispatching.inserting import Found, find, insert
from actions.returns.booking import brings_exchange, call_off_pickup
from actions.returns.leaving import leave_route
from domain.eta import Eta
from domain.moment import SYSTEM, Moment
from domain.notices import Choice, Notice
from domain.refusals import Refusal
from domain.returns import AWAITED, Return
from domain.routing.running import Call, rest_of_day
from domain.routing.solution import Reason
from domain.told import told_window
from domain.values import Window
from storage.unit_of_work import UnitOfWork


class _Fit(NamedTuple):
    """A place for a return on a route of today."""

    board: Board
    call: Call
    found: Found

    @property
    def eta(self) -> Eta:
        return self.found.etas[self.call.key]


def is_today(day: date | None, made: Return, uow: UnitOfWork, at: Moment) -> bool:
    """Whether that is today where the return is collected."""
    return made.depot_id is not None and day == _today(made, uow, at)


def possible_today(made: Return, uow: UnitOfWork, at: Moment, window: Window | None = None) -> Eta | None:
    """When a route of today could collect a return, in the window that is wished for, without anybody waiting longer than they
    were told; None where none can, or where it does already. Nothing is locked."""
    with _overview(uow):
        fit = _fit(made, window, uow, at, lock=False)
    return None if fit is None else fit.eta


def today_choice(made: Return, uow: UnitOfWork, at: Moment, window: Window | None = None) -> tuple[Choice, ...]:
    """The button that has it collected today, where that is possible."""
    eta = possible_today(made, uow, at, window)
    if eta is None:
        return ()
    today, shown = _today(made, uow, at), _told(eta, made, window, uow, at)
    slots = {"day": today.isoformat(), "window": str(shown)}
    return (Choice(label="choice.pickup_today", values={"day": today, "window": shown}, slots=slots),)


def collect_today(made: Return, window: Window | None, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put a return on a route of today, and tell the window in which it is collected; the window it had is free again. What
    others are told is given back: its own customer is told by who asks.

    Nothing where it is collected today already. Refuses where no route can take it (any more); what is possible instead is
    added by who knows.
    """
    with _overview(uow):
        if _comes_today(made, uow, at):
            if window is None or (made.pickup_window is not None and window.overlaps(made.pickup_window)):
                return []
            raise Refusal("pickup_not_today", ask="day", number=made.number, window=window)
        fit = _fit(made, window, uow, at, lock=True)
        if fit is None:
            raise Refusal("pickup_not_today", ask="day", number=made.number, window=window)
        off = leave_route(made, uow, at, "pickup")
        call_off_pickup(made, uow, at, at.actor.role.value)
        if window is not None:
            made.pickup_day, made.pickup_start, made.pickup_end = _today(made, uow, at), window.start, window.end
        _, *others = insert(made, fit.call, fit.found, fit.board, uow, at)
        if window is not None:
            uow.record(made.promise_told(fit.board.depot.tz, at, "inserted"))
    return [*off, *others]


def _fit(made: Return, window: Window | None, uow: UnitOfWork, at: Moment, *, lock: bool) -> _Fit | None:
    """The cheapest place. None where nobody drives today, or no route can take it, where it is collected today already, and
    where something is brought in exchange: that lies at the depot, and comes with the visit that collects."""
    if made.status not in AWAITED or made.place is None or made.depot_id is None:
        return None
    depot, today = uow.depots.get(made.depot_id), _today(made, uow, at)
    if not uow.routes.live(made.depot_id, today) or brings_exchange(made, uow) or _comes_today(made, uow, at):
        return None
    board = board_of(depot, uow, at, lock=lock)
    wish = (None, None) if window is None else (today, window)
    goods = uow.dispatch.returned([made.id or 0])[made.id or 0]
    call = new_pickup(made, made.place, goods, board, wish)
    day = rest_of_day(board.routes, [call], origin=board.now, traffic=traffic(board))
    found = find(day, call, board, uow)
    if isinstance(found, Reason) or _told(found.etas[call.key], made, window, uow, at) is None:
        return None
    return _Fit(board, call, found)


def _told(eta: Eta, made: Return, window: Window | None, uow: UnitOfWork, at: Moment) -> Window | None:
    """The window that is told of it, in local time; None where that is not today any more."""
    zone, today = uow.depots.get(made.depot_id or 0).tz, _today(made, uow, at)
    promised = window.on(today, zone) if window is not None else None
    told = told_window(eta, zone, promised)
    start, end = told.start.astimezone(zone), told.end.astimezone(zone)
    return Window(start.time(), end.time()) if start.date() == end.date() == today else None


def _comes_today(made: Return, uow: UnitOfWork, at: Moment) -> bool:
    """Whether a route of today collects it already."""
    return any(is_today(route.day, made, uow, at) for _, route in uow.routes.live_tasks([made.number]))


def _today(made: Return, uow: UnitOfWork, at: Moment) -> date:
    return at.now.astimezone(uow.depots.get(made.depot_id or 0).tz).date()


@contextmanager
def _overview(uow: UnitOfWork) -> Iterator[None]:
    """A route is everybody's who is on it: a customer's wish is weighed against what all of them were told."""
    mine = uow.actor
    uow.become(SYSTEM)
    try:
        yield
    finally:
        uow.become(mine)
