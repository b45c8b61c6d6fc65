"""The last report is taken back: the only way backwards there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from actions.driving import stops
from actions.driving.keeping import give_back
from actions.driving.own import driver_id, look_anew, my_tour
from actions.returns import pickups
from actions.told import items_of
from domain.commands.stops import Undo
from domain.driving import UNDO_FOR
from domain.events import note
from domain.moment import Moment
from domain.notices import Done, Notice, PickupCorrected, ReportCorrected
from domain.orders import OrderStatus
from domain.refusals import Refusal
from storage import outbox
from storage.unit_of_work import UnitOfWork

#: What customers were told, by the notice, the weightiest first.
_KINDS = {
    "OrderDelivered": "delivered", "DeliveryFailed": "failed", "DeliveryLater": "skipped", "WindowChanged": "window",
    "ReturnCollected": "collected", "PickupOff": "off", "PickupLater": "later", "PickupChanged": "window",
}  # fmt: skip
#: Who heard this needs no correction: the driver comes all the same, only later.
_NEAR = ("DriverNear", "PickupNear")


def undo(command: Undo, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Make everything what it was before the driver's last report, and tell customers who heard of it.

    Refuses after ten minutes, where there is nothing to take back, and what somebody else has changed since.
    """
    look_anew(uow)
    tour = my_tour(uow, at)
    report = uow.driving.last_report(driver_id(at), lock=True)
    if report is None or report.route_id != tour.route.id:
        raise Refusal("nothing_to_undo", choices=(stops.SHOW_NEXT,))
    if "rows" not in report.before:
        raise Refusal("not_undoable", what=report.what, choices=(stops.SHOW_NEXT,))
    if at.when - report.at > UNDO_FOR:
        raise Refusal("too_late_to_undo", what=report.what, at=report.at, choices=(stops.SHOW_NEXT,))
    uow.orders.lock(report.before["told"])
    uow.returns.lock(report.before["told"])
    since = datetime.fromisoformat(report.before["told_at"])
    heard = outbox.withdraw(uow.session, report.before["told"], [*_KINDS, *_NEAR], since, at.now)
    near = {task.name: task.near_at for task in tour.tasks if heard.get(task.number, set()).intersection(_NEAR)}
    for entity, after, before in give_back(report.before, uow):
        uow.record(note(entity, "undone", at, after, before))
        if after == OrderStatus.PARTIALLY_DELIVERED:
            uow.record(note(entity, "handed_over", at, pieces=uow.orders.had_before(entity.number)))
    report.undone_at = at.when
    for case in uow.cases.of_ids(report.before["cases"]):
        if case.is_open:
            uow.record(case.resolve(at))
    tour = uow.routes.tour(tour.route.id or 0)
    for task in tour.tasks:  # who heard that the driver is near is not told so twice
        task.near_at = near.get(task.name, task.near_at)
    uow.routes.touch(tour.route)
    uow.flush()
    stop = next((visit.stop.position for visit in tour.visits if visit.stop.id == report.stop_id), None)
    done = Done(what="undone", report=report.what, stop=stop)
    return [stops.ahead(tour, uow, at, [done]), *_corrections(heard, uow)]


def _corrections(heard: Mapping[str, set[str]], uow: UnitOfWork) -> list[Notice]:
    """For those who heard of it, by order the kinds of notices; what was not sent yet is withdrawn."""
    orders = uow.orders.named(number for number, kinds in heard.items() if kinds.difference(_NEAR))
    items = items_of(orders, uow)
    returns = uow.returns.named(number for number, kinds in heard.items() if kinds.difference(_NEAR))
    back = pickups.items_back(returns, uow)
    return [
        ReportCorrected(
            about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
            what=next((_KINDS[kind] for kind in _KINDS if kind in heard[order.number]), "window"),
            start=order.told_start, end=order.told_end,
        )
        for order in orders
    ] + [
        PickupCorrected(
            about=made.number, to=made.customer_id, number=made.number, items=back[made.number],
            told=next((_KINDS[kind] for kind in _KINDS if kind in heard[made.number]), "window"), live=pickups.live(made),
        )
        for made in returns
    ]  # fmt: skip
