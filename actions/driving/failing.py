"""Nothing could be handed over: why, and what follows by policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.delivering import arrived_at, done_already, fact
from actions.driving.later import SPREAD, AtTheEnd, at_the_end, tell_later
from actions.driving.menu import half_done
from actions.driving.own import looked_at
from actions.driving.photos import own_photos
from actions.driving.proving import keep_photo
from actions.driving.reports import Report, begin, bring, bring_order, finish, learn_from
from actions.fulfilment import slot_of, take_window
from actions.orders import possible_windows
from actions.returns.booking import call_off_pickup
from actions.returns.chosen import way_chosen
from actions.returns.pickups import OLD_NOT_GIVEN, PICKUP_FAILED, told_off
from actions.returns.together import collect_with, exchanged_for, slot_of_pickup
from actions.told import items_of
from domain.commands.stops import FailDelivery
from domain.dialogue import Frame
from domain.events import note
from domain.failing import Follows, Then, what_follows
from domain.handing import Failure
from domain.moment import Moment
from domain.notices import Choice, DeliveryFailed, Notice
from domain.orders import DELIVERED, Order, OrderStatus
from domain.promise import Offer
from domain.refusals import Refusal
from domain.returns import ReturnStatus
from domain.routes import Stop, Task, TaskKind, TaskStatus
from domain.wishes import Wish
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

S, T = OrderStatus, TaskStatus


def own(frame: Frame, talk: Talk) -> Known:
    """The photos that came in this very chat."""
    return Known({"photos": own_photos(frame, talk)})


def why_not(frame: Frame, talk: Talk) -> Known | Ask:
    """The reason: read from the words, or chosen."""
    if frame.slots.get("reason"):
        return Known({})
    tour = looked_at(talk.uow, talk.at)
    visit = stops.by_ids(tour, frame.slots["visits"])[0]
    collects = any(task.return_number is not None and task.is_ahead for task in visit.tasks)
    reasons = [each for each in Failure if collects or each != Failure.NOT_READY]
    if half_done(visit):  # they were met
        reasons.sort(key=lambda each: each not in {Failure.REFUSED, Failure.NOT_READY, Failure.DAMAGED})
    choices = tuple(Choice(label=f"choice.failure_{each.value}", slots={"reason": each.value}) for each in reasons)
    values = {"stop": visit.stop.position, "address": visit.stop.address}
    return Ask("reason", "failure", choices, values)


def fail_delivery(command: FailDelivery, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing was handed over at these stops; what follows is decided by policy. Said again it changes nothing.

    Refuses what was reported otherwise.
    """
    report = begin("FailDelivery", uow, at)
    for visit in stops.meant(report.tour, command, uow):
        tasks = [task for task in visit.tasks if command.order is None or task.order_number == command.order]
        ahead = [task for task in tasks if task.is_ahead]
        if ahead:
            _failed(visit, ahead, command, report)
        elif all(task.status == T.FAILED for task in tasks):
            report.known.append(fact("failed_already", visit, report, at=visit.stop.done_at))
        else:
            raise done_already(visit, uow)
    return finish(report)


def _failed(visit: Visit, tasks: list[Task], command: FailDelivery, report: Report) -> None:
    arrived = arrived_at(visit, report)
    again = at_the_end(visit, report)
    follows = {}
    for task in tasks:
        bring(task, T.FAILED, report, reason=command.reason.value)
        if task.kind != TaskKind.DELIVERY or task.order_number is None:
            continue
        order = report.order(task.order_number)
        bring_order(order, S.FAILED, report, reason=command.reason.value)
        order.forget_told()
        follows[task.order_number] = _decide(task, command.reason, again, report)
    if not visit.is_ahead:
        learn_from(visit, arrived, report)
    retried = [task for task in tasks if task.order_number in follows and _is_today(follows[task.order_number])]
    retried += _collected_with(tasks, {task.order_number or "" for task in retried}, report)
    if retried:
        _try_again(visit, retried, again, report)
    thens = {
        number: _follow(report.order(number), decided, command, again, report) for number, decided in follows.items()
    }
    then = next(reversed(thens.values()), Then.DEPOT)
    for task in tasks:
        if task.return_number is not None:
            not_collected(task, thens, command, report)
    report.done.append(fact("failed", visit, report, why=command.reason.value, then=then.value if follows else None,
                            eta=again.eta if then == Then.TODAY else None))  # fmt: skip


def _collected_with(tasks: Iterable[Task], numbers: Set[str], report: Report) -> list[Task]:
    """The tasks that collect what is exchanged for one of these orders."""
    pickups = [task for task in tasks if task.return_number is not None]
    return [task for task in pickups if report.made(task.return_number or "").exchange_order in numbers]


def not_collected(task: Task, thens: Mapping[str, Then], command: FailDelivery, report: Report) -> None:
    """A return was not collected: its customer chooses another day, and after a second time in vain a person looks into it.

    What is exchanged for an order that failed too is collected when that is brought again: ``thens`` says when, by order. Where
    that was handed over and the old was not given back, a person looks into it as well.
    """
    made, uow = report.made(task.return_number or ""), report.uow
    if made.status != ReturnStatus.PICKUP_PLANNED:
        return
    made.forget_told()
    then = thens.get(made.exchange_order or "")
    if then == Then.TODAY:
        return
    slot = slot_of_pickup(made, uow)
    report.kept.keep(*([slot] if slot is not None else []))
    brought = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
    if then == Then.TOMORROW and brought is not None:
        was = (made.pickup_day, made.pickup_window)
        if collect_with(brought, made, uow, report.happened, why=command.reason.value):
            report.told.append(way_chosen(made, uow, report.at, was).model_copy(update={"to": made.customer_id}))
            return
    kept_both = brought is not None and brought.status in DELIVERED
    person = kept_both or task.attempt > 1
    call_off_pickup(made, uow, report.happened, why=command.reason.value)
    uow.flush()
    detail = {"failure": command.reason.value, "words": [command.words] if command.words else []}
    if person:
        report.open_trouble(
            OLD_NOT_GIVEN if kept_both else PICKUP_FAILED,
            made,
            route=report.tour.route.id,
            exchange=made.exchange_order,
            **detail,
        )
    report.told.append(told_off(made, uow, report.at, command.reason.value, person=person))


def _is_today(decided: Follows) -> bool:
    return decided.then == Then.TODAY


def _decide(task: Task, reason: Failure, again: AtTheEnd, report: Report) -> Follows:
    tried = sum(each.order_number == task.order_number and each.status == T.FAILED for each in report.tour.tasks)
    return what_follows(reason, attempt=task.attempt, today=tried, pause=again.pause, spare=again.spare)


def _follow(order: Order, decided: Follows, command: FailDelivery, again: AtTheEnd, report: Report) -> Then:
    """Do what was decided for an order, tell its customer and, where needed, a person; what it came to."""
    then = decided.then
    if then == Then.TOMORROW and not _promise_anew(order, report):
        then, decided = Then.DEPOT, Follows(Then.DEPOT, person=True)
    if then == Then.TODAY:
        for step in (S.RESCHEDULED, S.DISPATCHED, S.OUT_FOR_DELIVERY):
            bring_order(order, step, report, inferred=True)
        tell_later(order, again, report, why="again")
    if decided.person:
        words = [command.words] if command.words else []
        report.open_case(
            "delivery_failed", order, failure=command.reason.value, words=words, route=report.tour.route.id
        )
    if command.photos:
        report.uow.record(note(order, "photo", report.happened, photo=keep_photo(command.photos, order, report)))
    report.told.append(_told(order, then, command.reason, report))
    return then


def _told(order: Order, then: Then, why: Failure, report: Report) -> DeliveryFailed:
    slots = {"order": order.number}
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", **slots})
    other_day = Choice(label="choice.reschedule", command="RescheduleOrder", slots=slots)
    leave = tuple(
        Choice(label=f"choice.leave_{wish.value}", command="InstructDelivery", slots={**slots, "wishes": {wish.value: ""}})
        for wish in (Wish.NEIGHBOUR, Wish.SAFE_PLACE)
    )  # fmt: skip
    choices = leave if then == Then.TODAY else (other_day, *leave) if then == Then.TOMORROW else (other_day, person)
    return DeliveryFailed(
        about=order.number, to=order.customer_id, number=order.number, items=items_of([order], report.uow)[order.number],
        at=report.happened.now, why=why.value, then=then.value, choices=choices,
        start=order.told_start if then == Then.TODAY else None, end=order.told_end if then == Then.TODAY else None,
        day=order.promise_day if then == Then.TOMORROW else None, window=order.window if then == Then.TOMORROW else None,
    )  # fmt: skip


def _promise_anew(order: Order, report: Report) -> bool:
    """Promise the next day with room, in the same part of it where that is free; whether there was any."""
    was = order.window
    try:
        offers = [each for each in possible_windows(order, report.uow, report.at) if each.day > report.tour.route.day]
    except Refusal:
        return False
    if not offers:
        return False
    if exchanged_for(order, report.uow) is not None:  # the old one is collected on the same visit
        offers = [each for each in offers if each.room > 1] or offers
    first = min(each.day for each in offers)
    offer = min((each for each in offers if each.day == first), key=lambda each: (each.window != was, each.window))
    _keep_room(order, offer, report)
    take_window(order, offer, report.uow, report.happened, why="failed")
    return True


def _keep_room(order: Order, offer: Offer, report: Report) -> None:
    """What is booked changes; it can be taken back."""
    depots = report.uow.depots
    report.kept.keep(depots.slot(offer.depot_id, offer.day, offer.window, offer.capacity))
    slot = slot_of(order, report.uow)
    if slot is not None:
        report.kept.keep(slot)


# Again on the same route


def _try_again(visit: Visit, tasks: list[Task], again: AtTheEnd, report: Report) -> None:
    """A new attempt at the end of the route: the numbers of other stops stay what drivers know them by."""
    uow, old = report.uow, visit.stop
    stop = Stop(
        route_id=old.route_id, position=report.next_position(), lat=old.lat,
        lon=old.lon, address=old.address, service=sum(task.service for task in tasks), eta=again.eta,
        eta_start=again.eta - SPREAD, eta_end=again.eta + SPREAD,
    )  # fmt: skip
    uow.add(stop)
    new = [
        Task(
            plan_id=task.plan_id, depot_id=task.depot_id, day=task.day, kind=task.kind, order_number=task.order_number,
            return_number=task.return_number, stop_id=stop.id, attempt=task.attempt + 1, service=task.service,
        )
        for task in tasks
    ]  # fmt: skip
    uow.add(*new)
    report.kept.made(stop, *new)
