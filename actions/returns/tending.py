"""What happens to returns with time: reminders before the last day to send them, their end after it, and closing what is over.

All of it follows from the day it is and from what was done before, so that it happens once, however often it is looked at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from actions.live import depot_called
from actions.returns.cancelling import give_up
from actions.returns.pickups import OLD_NOT_GIVEN, open_trouble
from actions.returns.stepping import next_step
from actions.returns.told import live_name, look, news
from domain.commands import TendReturns
from domain.depots import Depot
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, ReturnExpiring
from domain.refunds import RefundStatus
from domain.return_times import ON_THE_WAY
from domain.returns import Resolution, Return, ReturnStatus, Way
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: It is reminded of so many days before the last day, each time once.
REMINDERS = (3, 1)
#: What is settled is closed so long afterwards.
CLOSED_AFTER = timedelta(days=14)
#: A parcel that was handed in on the last day is waited for so long; nobody knows of it before it is here.
POSTED = 2 * ON_THE_WAY[Way.LABEL]


def tend_returns(command: TendReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Remind, end and close what is due. What has left the customer, or is to be collected, never ends this way."""
    depot = depot_called(command.depot, uow)
    today = at.now.astimezone(depot.tz).date()
    notices: list[Notice] = []
    for made in uow.returns.to_be_sent(depot.id or 0, today + timedelta(days=max(REMINDERS))):
        if made.expires_on is None or made.resolution == Resolution.KEEP:
            continue
        if _is_over(made, made.expires_on, today):
            notices += _expire(made, uow, at)
        elif _is_reminded_of(made, made.expires_on, today, depot, uow):
            notices.append(_remind(made, made.expires_on, depot, uow, at))
    for made in uow.returns.settled(depot.id or 0, at.now - CLOSED_AFTER):
        brought = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
        if brought is not None and brought.is_active:
            continue
        if all(refund.status == RefundStatus.ISSUED for refund in uow.returns.refunds(made)):
            uow.record(made.move(S.CLOSED, at))
    uow.flush()
    return notices


def _is_over(made: Return, last: date, today: date) -> bool:
    waits = POSTED if made.way == Way.LABEL else timedelta(0)
    return today > last + waits


def _is_reminded_of(made: Return, last: date, today: date, depot: Depot, uow: UnitOfWork) -> bool:
    """Whether a reminder is due that was not sent; not on the day on which the customer heard of the last day anyway."""
    due = [day for before in REMINDERS if (day := last - timedelta(days=before)) <= today <= last]
    if not due:
        return False
    if made.reminded_at is not None:
        return made.reminded_at.astimezone(depot.tz).date() < max(due)
    approved = [event.at for event in uow.returns.history(made.number) if event.after == S.APPROVED]
    known = max(approved, default=made.created_at).astimezone(depot.tz).date()
    return known < max(due)


def _remind(made: Return, last: date, depot: Depot, uow: UnitOfWork, at: Moment) -> Notice:
    made.reminded_at = at.now
    uow.record(note(made, "reminded", at, None, last.isoformat()))
    until = datetime.combine(last + timedelta(days=1), time(0), depot.tz).astimezone(UTC)
    return ReturnExpiring(
        about=made.number, to=made.customer_id, number=made.number, what="expiring", look=look(made, uow), live=live_name(made),
        choices=next_step(made, uow, at), good_until=until,
    )  # fmt: skip


def _expire(made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    off = give_up(made, S.EXPIRED, uow, at)
    if made.exchange_order is not None:  # it has left already
        open_trouble(OLD_NOT_GIVEN, made, uow, at, exchange=made.exchange_order)
    order = uow.returns.lines(made)[0].order_number
    anew = Choice(label="choice.send_back", command="StartReturn", slots={"order": order})
    return [news("expired", made, uow, at, (anew,)), *off]
