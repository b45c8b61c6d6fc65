"""Where a return stands: its way so far, what is missing, and when the money is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from actions.returns.exchanging import exchange_waits
from actions.returns.stepping import next_step
from actions.returns.timeline import timeline
from actions.returns.told import live_name, look
from domain.commands import TrackReturn
from domain.conversations import TRACKING_FOR
from domain.moment import Moment
from domain.notices import Choice, Notice, ReturnTracked
from domain.orders import DELIVERED
from domain.refunds import RefundStatus
from domain.refusals import NotFound
from domain.return_times import LOOK_BACK, expected, usual_time
from domain.returns import AWAITED, SETTLED, UNDER_WAY, VOID, Resolution, Return, ReturnStatus, Way
from domain.values import Window
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: Of these something is paid.
_PAYS = frozenset({Resolution.REFUND, Resolution.CREDIT, None})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of a return: the ``day`` of the money (``late`` when that is over), or the ``days`` it takes once the
    goods are with us; what the customer ``needs`` to do; when what is brought in exchange comes."""

    day: date | None = None
    late: bool = False
    days: int | None = None
    needs: str | None = None
    exchange: tuple[date, Window | None] | None = None


def exchange_state(made: Return, uow: UnitOfWork) -> str | None:
    """Where what is brought in exchange stands: ``delivered``, ``waits`` for what hinders it, ``coming`` on its day, or
    ``set_aside`` without one."""
    order = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
    if order is None:
        return None
    if order.status in DELIVERED:
        return "delivered"
    if exchange_waits(made, uow):
        return "waits"
    return "coming" if order.promise_day is not None else "set_aside"


def track_return(command: TrackReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where the return is."""
    return [tracked(uow.returns.get(command.return_number), uow, at)]


def tracked(made: Return, uow: UnitOfWork, at: Moment) -> ReturnTracked:
    """Where a return is, in full, with what may be done about it as buttons."""
    lines = uow.returns.lines(made)
    seen = outlook(made, uow, at)
    steps = timeline(made, uow.returns.history(made.number))
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "track_return"})
    return ReturnTracked(
        about=lines[0].order_number, number=made.number, look=look(made, uow, lines), steps=tuple(step.facts() for step in steps),
        expected=seen.day, late=seen.late, days=seen.days, needs=seen.needs,
        exchange_state=exchange_state(made, uow), exchange_day=seen.exchange[0] if seen.exchange else None, exchange_window=seen.exchange[1] if seen.exchange else None,
        live=live_name(made), choices=(*_but_tracking(next_step(made, uow, at)), *((person,) if seen.late else ())),
    )  # fmt: skip


def _but_tracking(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Without the button that asks what was just told."""
    return tuple(choice for choice in choices if choice.command != "TrackReturn")


def outlook(made: Return, uow: UnitOfWork, at: Moment) -> Outlook:
    """What is expected of a return as it stands."""
    order = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
    brought = (order.promise_day, order.window) if order is not None and order.promise_day is not None else None
    if made.resolution not in _PAYS or made.status not in AWAITED | UNDER_WAY:
        return Outlook(needs=_needs(made), exchange=brought)
    past = uow.returns.lasted(at.now - LOOK_BACK)
    zone = uow.depots.get(made.depot_id).tz if made.depot_id is not None else at.policies.zone
    if made.status in AWAITED:
        lasts, _ = usual_time(S.RECEIVED, made.way, past, at.policies.refund_days)
        return Outlook(days=max(1, -(-lasts // timedelta(days=1))), needs=_needs(made), exchange=brought)
    since = next(
        (event.at for event in reversed(uow.returns.history(made.number)) if event.after == made.status),
        made.created_at,
    )
    found = expected(made.status, since, made.way, past, at.policies.refund_days, zone, at.now)
    return Outlook(
        day=found.day if found else None, late=found.late if found else False, needs=_needs(made), exchange=brought
    )


def _needs(made: Return) -> str | None:
    """What only the customer can do next."""
    if made.status not in AWAITED or made.resolution == Resolution.KEEP:
        return None
    if made.resolution is None:
        return "resolution"
    if made.way is None:
        return "way"
    return "ready" if made.way == Way.PICKUP else "send"


def return_of(token: str, uow: UnitOfWork, at: Moment) -> Return:
    """The return whose page a token opens. Refuses one that is unknown, or dead since 14 days after the end, alike."""
    made = uow.returns.by_token(token)
    if made is None or is_dead(made, uow, at):
        raise NotFound("link_dead")
    return made


def is_dead(made: Return, uow: UnitOfWork, at: Moment) -> bool:
    """Whether the return ended so long ago that its link opens nothing any more; money that is still to come keeps it open."""
    if made.status not in SETTLED | VOID | {S.CLOSED}:
        return False
    if any(refund.status != RefundStatus.ISSUED for refund in uow.returns.refunds(made)):
        return False
    ends = SETTLED | VOID
    ended = [event.at for event in uow.returns.history(made.number) if event.change == "status" and event.after in ends]
    return not ended or at.now - max(ended) > TRACKING_FOR
