"""Some of an order is handed over, the rest stays aboard."""

from __future__ import annotations

from collections.abc import Mapping

from actions import tracking
from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.delivering import arrived_at, be_there, done_already, fact
from actions.driving.menu import at_stop
from actions.driving.own import looked_at
from actions.driving.proving import check_proven, far_from, keep_proof, to_hand_over
from actions.driving.reports import Report, begin, bring, bring_order, finish, learn_from
from actions.fulfilment import owed
from actions.told import items_of
from domain.commands.stops import DeliverPart
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.naming import SIMILAR, likeness
from domain.notices import Choice, Item, Notice, OrderDelivered
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.routes import TaskKind, TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

#: Of one product this many different numbers are offered.
MOST_PIECES = 4


def which_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The order that was handed over in part: the only one at the stop, or chosen. Refuses a stop that is done."""
    visit = _visit(frame, talk)
    if not visit.is_ahead:
        raise done_already(visit, talk.uow)
    orders = to_hand_over([visit], talk.uow, frame.slots.get("order"))
    if not orders:
        raise Refusal("nothing_to_hand_over", stop=visit.stop.position, choices=at_stop(visit))
    if len(orders) == 1:
        return Known({"order": orders[0].number})
    items = items_of(orders, talk.uow)
    choices = tuple(
        Choice(label="choice.parcel", values={"number": each.number, "items": items[each.number]}, slots={"order": each.number})
        for each in orders[:6]
    )  # fmt: skip
    return Ask("order", "which_parcel", choices, {"stop": visit.stop.position})


def what_was_kept(frame: Frame, talk: Talk) -> Known | Ask:
    """What is still aboard, product by product until the driver says that is all."""
    order = talk.uow.orders.get(frame.slots["order"])
    lines = _lines(order, talk.uow)
    kept = {sku: int(n) for sku, n in (frame.slots.get("kept") or {}).items() if n}
    said = frame.slots.get("product")
    if said:
        found = [sku for sku, (name, _) in lines.items() if likeness(str(said), name) >= SIMILAR]
        for sku in found:
            kept[sku] = min(int(frame.slots.get("quantity") or lines[sku][1]), lines[sku][1])
    known = {"kept": kept, "product": None, "quantity": None}
    others = {sku: line for sku, line in lines.items() if sku not in kept}
    if kept and (frame.slots.get("complete") or said or not others):
        return Known({**known, "complete": True})  # what else is asked does not begin this anew
    choices = tuple(_keep(sku, n, name) for sku, (name, most) in others.items() for n in _numbers(most))
    done = (Choice(label="choice.that_is_all", slots={"complete": True}),) if kept else ()
    stop = _visit(frame, talk).stop.position
    values = {"stop": stop, "items": _items(kept, lines), "more": bool(kept)}
    return Ask("kept", "kept", (*done, *choices[:8]), values, keep=known)


def _numbers(most: int) -> list[int]:
    """Pieces of a product that are offered as kept: all, and the least."""
    return sorted({most, *range(1, min(most, MOST_PIECES) + 1)}, reverse=True)[:MOST_PIECES]


def _keep(sku: str, pieces: int, name: str) -> Choice:
    return Choice(
        label="choice.kept", values={"items": [{"name": name, "quantity": pieces}]}, slots={"kept": {sku: pieces}}
    )


def deliver_part(command: DeliverPart, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """An order is handed over but for what is ``kept``, which comes back with the vehicle; its customer sets a new day.

    Refuses to keep all of it or nothing, more than there is, and while a proof that is a must is missing.
    """
    report = begin("DeliverPart", uow, at)
    visit = stops.meant(report.tour, command, uow)[0]
    orders = to_hand_over([visit], uow, command.order)
    if not orders:
        if visit.status == TaskStatus.PARTIAL:
            report.known.append(fact("known", visit, report, at=visit.stop.done_at))
            return finish(report)
        raise done_already(visit, uow)
    order = report.order(orders[0].number)
    lines = _lines(order, uow)
    had = uow.orders.handed_over([order.number]).get(order.number, {})
    kept = {sku: n for sku, n in command.kept.items() if n > 0}
    if any(sku not in lines or n > lines[sku][1] for sku, n in kept.items()):
        raise Refusal("kept_too_much", ask="kept", number=order.number)
    if not kept or all(kept.get(sku) == most for sku, (_, most) in lines.items()):
        raise Refusal("kept_all_or_nothing", number=order.number, all=bool(kept), choices=at_stop(visit))
    check_proven(order, command)
    _hand_over(visit, order, kept, lines, command, report, had)
    return finish(report)


def _hand_over(
    visit: Visit, order: Order, kept: Mapping[str, int], lines: Mapping[str, tuple[str, int]], command: DeliverPart,
    report: Report, had: Mapping[str, int],
) -> None:  # fmt: skip
    far = far_from(visit.stop, report.uow, report.happened)
    arrived = arrived_at(visit, report)
    missing = _items(kept, lines)
    for task in visit.tasks:
        if task.order_number == order.number and task.is_ahead and task.kind == TaskKind.DELIVERY:
            bring(task, TaskStatus.PARTIAL, report)
    bring_order(order, OrderStatus.PARTIALLY_DELIVERED, report, **({"far": far} if far else {}))
    keep_proof(order, command, report)
    pieces = {**had, **{sku: had.get(sku, 0) + most - kept.get(sku, 0) for sku, (_, most) in lines.items()}}
    report.uow.record(note(order, "handed_over", report.happened, pieces=pieces, **({"had": had} if had else {})))
    be_there(visit, report)
    if not visit.is_ahead:
        learn_from(visit, arrived, report)
    report.done.append(fact("part", visit, report, missing=missing, far=far))
    another_day = Choice(label="choice.reschedule", command="RescheduleOrder", slots={"order": order.number})
    problem = Choice(label="choice.problem", command="ReportProblem", slots={"order": order.number})
    report.told.append(
        OrderDelivered(
            about=order.number, to=order.customer_id, number=order.number,
            items=items_of([order], report.uow)[order.number], at=report.happened.now, partly=True, missing=missing,
            by=command.name or None, tracking=tracking.token_of(order, report.uow, report.at),
            choices=(another_day, problem),
        )
    )  # fmt: skip


def _visit(frame: Frame, talk: Talk) -> Visit:
    tour = looked_at(talk.uow, talk.at)
    return stops.by_ids(tour, frame.slots["visits"])[0]


def _lines(order: Order, uow: UnitOfWork) -> dict[str, tuple[str, int]]:
    """By SKU the name and the pieces of what is in an order and was not handed over before."""
    names = {sku: name for sku, name, _ in uow.orders.lines([order])[order.id or 0]}
    return {sku: (names[sku], quantity) for sku, quantity in owed(order, uow).items()}


def _items(pieces: Mapping[str, int], lines: Mapping[str, tuple[str, int]]) -> tuple[Item, ...]:
    return tuple(Item(name=lines[sku][0], quantity=n) for sku, n in pieces.items() if sku in lines)
