"""A stop is put off until later on the same route."""

from __future__ import annotations

from collections.abc import Sequence

from actions.driving import stops
from actions.driving.delivering import done_already, fact, is_there
from actions.driving.later import SPREAD, AtTheEnd, at_the_end, tell_later
from actions.driving.menu import at_stop
from actions.driving.reports import Report, begin, finish
from actions.returns.pickups import items_back, live
from actions.told import items_of, tell_window
from domain.commands.stops import SkipStop
from domain.eta import Eta
from domain.moment import Moment
from domain.notices import DeliveryLater, Notice, PickupLater
from domain.refusals import Refusal
from domain.returns import Return
from domain.routes import TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

T = TaskStatus


def skip_stop(command: SkipStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Do these stops after all others. Their customers hear that it gets later; the numbers of other stops stay.

    Refuses stops that are done, one the driver is at, and the last one.
    """
    report = begin("SkipStop", uow, at)
    skipped = stops.meant(report.tour, command, uow)
    for visit in skipped:
        if not visit.is_ahead:
            raise done_already(visit, uow)
        if is_there(visit):
            here = {"visits": [visit.stop.id]}
            choices = tuple(each for each in at_stop(visit) if each.slots == here)
            raise Refusal("skip_while_there", stop=visit.stop.position, choices=(*choices, stops.UNDO))
    if not any(visit.is_ahead for visit in report.tour.visits if visit not in skipped):
        raise Refusal("nothing_before_it", stop=skipped[0].stop.position, choices=at_stop(skipped[0]))
    for visit in skipped:
        _put_off(visit, report)
    return finish(report)


def _put_off(visit: Visit, report: Report) -> None:
    was, expected = visit.stop.position, at_the_end(visit, report)
    for task in visit.tasks:
        if task.is_ahead:
            report.uow.record(task.move(T.SKIPPED, report.happened, why="driver"))
            report.uow.record(task.move(T.PENDING, report.happened, inferred=True))
    visit.stop.position = report.next_position()
    visit.stop.eta, visit.stop.eta_start, visit.stop.eta_end = (
        expected.eta, expected.eta - SPREAD, expected.eta + SPREAD
    )  # fmt: skip
    orders = report.uow.orders.named({task.order_number for task in visit.tasks if task.is_ahead and task.order_number})
    returns = [report.made(task.return_number) for task in visit.tasks if task.is_ahead and task.return_number]
    ends = [*(order.told_end for order in orders), *(made.told_end for made in returns)]
    windows = [end for end in ends if end is not None]
    late = bool(windows) and expected.eta > min(windows)
    report.done.append(fact("skipped", visit, report, was=was, eta=expected.eta, late=late))
    for order in orders:
        order = report.order(order.number)
        tell_later(order, expected, report, why="skipped")
        report.told.append(
            DeliveryLater(
                about=order.number, to=order.customer_id, number=order.number,
                items=items_of([order], report.uow)[order.number], start=order.told_start, end=order.told_end,
                good_until=order.told_end,
            )
        )  # fmt: skip
    _tell_pickups(returns, expected, report)


def _tell_pickups(returns: Sequence[Return], expected: AtTheEnd, report: Report) -> None:
    """Those whose returns are collected hear that it gets later."""
    items = items_back(returns, report.uow)
    zone = report.uow.depots.get(report.tour.route.depot_id).tz
    for made in returns:
        eta = Eta(expected.eta - SPREAD, expected.eta, expected.eta + SPREAD)
        tell_window(made, eta, zone, report.uow, report.happened, why="skipped")
        report.told.append(
            PickupLater(
                about=made.number, to=made.customer_id, number=made.number, items=items[made.number], start=made.told_start,
                end=made.told_end, good_until=made.told_end, live=live(made),
            )
        )  # fmt: skip
