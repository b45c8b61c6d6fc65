"""The stops of a driver's route: which are meant, and how they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.driving.menu import END, ROUTE, at_stop, half_done, left_behind
from actions.driving.own import looked_at, next_visit
from actions.driving.streets import at_houses, on_streets
from actions.returns.pickups import items_back
from actions.told import items_of, rest_of
from domain.commands.stops import AtStops
from domain.customers import Customer
from domain.dialogue import Frame
from domain.moment import Moment
from domain.notices import Choice, Done, Notice, Owed, Parcel, StopAhead, StopCard
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.returns import Return
from domain.routes import Task, TaskKind, TaskStatus
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork

T = TaskStatus
SHOW_NEXT = Choice(label="choice.next_stop", command="NextStop")
UNDO = Choice(label="choice.undo", command="Undo")


def at_hand(tour: Tour, uow: UnitOfWork) -> Visit | None:
    """The stop the driver is at, the one reached last where several are open; else the next one."""
    there = [visit for visit in tour.visits if visit.is_ahead and any(t.status == T.ARRIVED for t in visit.tasks)]
    if len(there) > 1:
        reached = uow.dispatch.arrivals([task.id or 0 for visit in there for task in visit.tasks])
        since = {name: moment.timestamp() for name, moment in reached.items()}
        there.sort(key=lambda visit: max(since.get(task.name, 0.0) for task in visit.tasks))
    return there[-1] if there else next_visit(tour)


def meant(tour: Tour, command: AtStops, uow: UnitOfWork) -> list[Visit]:
    """The stops a report is about, in the order of the route. Refuses stops that are not on it, and where none is left."""
    if command.visits:
        return by_ids(tour, command.visits)
    if command.stops:
        return _numbered(tour, command.stops)
    if command.order is not None:
        found = [visit for visit in tour.visits if any(task.order_number == command.order for task in visit.tasks)]
        if not found:
            raise NotFound("order_not_on_your_route", order=command.order, choices=(SHOW_NEXT, ROUTE))
        return [next((visit for visit in found if visit.is_ahead), found[-1])]
    here = at_hand(tour, uow)
    if here is None:
        raise Refusal("no_stop_left", choices=(ROUTE, UNDO, END))
    return [here]


def by_ids(tour: Tour, ids: Iterable[int]) -> list[Visit]:
    """Stops by their ids. Refuses one that is not on the route, whether it was there before or is another driver's."""
    wanted = set(ids)
    found = [visit for visit in tour.visits if visit.stop.id in wanted]
    if len(found) < len(wanted):
        raise NotFound("stop_not_yours", choices=(SHOW_NEXT, ROUTE))
    return found


def _numbered(tour: Tour, numbers: Sequence[int]) -> list[Visit]:
    known = {visit.stop.position: visit for visit in tour.visits}
    for number in numbers:
        if number not in known:
            near = sorted((visit for visit in tour.visits if visit.is_ahead), key=lambda v: v.stop.position)
            choices = tuple(_pick(visit) for visit in near[:MAX_BUTTONS])
            first, last = (min(known), max(known)) if known else (0, 0)
            raise Refusal(
                "no_such_stop_number", ask="stops", stop=number, first=first, last=last, choices=choices
            )  # fmt: skip
    return [known[number] for number in dict.fromkeys(numbers)]


def _pick(visit: Visit) -> Choice:
    """The button that answers which stop is meant."""
    values = {"stop": visit.stop.position, "address": visit.stop.address}
    return Choice(label="choice.stop", values=values, slots={"visits": [visit.stop.id]})


def are_named(frame: Frame, talk: Talk) -> bool:
    """Whether a message says which stops it is about."""
    if any(frame.slots.get(name) for name in ("stops", "visits", "order")):
        return True
    return bool(on_streets(looked_at(talk.uow, talk.at), frame.slots.get("at_street") or ()))


def _by_house(tour: Tour, frame: Frame) -> list[Visit]:
    """The stops whose house numbers were taken for theirs ("acker 12" is no stop 12, in Ackerstraße; "nobody at 25")."""
    numbers, known = set(frame.slots.get("stops") or ()), {visit.stop.position for visit in tour.visits}
    if not numbers or numbers & known:
        return []
    said = [each for each in frame.slots.get("short_street") or () if int(re.findall(r"\d+", each)[0]) in numbers]
    found = on_streets(tour, said)
    return found if len(found) == len(numbers) else at_houses(tour, numbers)


def which_stops(frame: Frame, talk: Talk) -> Known | Ask:
    """The stops that are meant, by id from here on: numbers change when a route does."""
    tour = looked_at(talk.uow, talk.at)
    if not any(frame.slots.get(name) for name in ("stops", "visits", "order")):
        there = on_streets(tour, frame.slots.get("at_street") or ())
        if there:
            return Known({"visits": [visit.stop.id for visit in there]})
    there = _by_house(tour, frame)
    if there:
        return Known({"visits": [visit.stop.id for visit in there], "stops": []})
    slots = {name: frame.slots[name] for name in ("stops", "visits", "order") if frame.slots.get(name)}
    return Known({"visits": [visit.stop.id for visit in meant(tour, AtStops(**slots), talk.uow)]})


# How a stop is shown


def ahead(tour: Tour, uow: UnitOfWork, at: Moment, done: Sequence[Done] = ()) -> StopAhead:
    """What is next on the route, after what was just ``done``; first what is still to be collected where something was handed
    over, until it is said what became of it."""
    here = at_hand(tour, uow)
    left = sum(visit.is_ahead for visit in tour.visits)
    undo = (UNDO,) if any(each.what != "undone" for each in done) else ()
    if here is None:
        return StopAhead(done=tuple(done), left=0, choices=(END, ROUTE, *undo))
    half = [visit for visit in tour.visits if half_done(visit)]
    behind = tuple(choice for visit in half if visit is not here for choice in left_behind(visit))
    return StopAhead(
        about=_first_number(here), done=tuple(done), owed=_owed(half, here, done, uow), card=cards([here], uow, at)[0], left=left,
        choices=(*behind, *at_stop(here), *undo),
    )  # fmt: skip


def _owed(half: Sequence[Visit], here: Visit, done: Sequence[Done], uow: UnitOfWork) -> tuple[Owed, ...]:
    """What is still to be collected at half-done stops; who reports another stop is not there any more."""
    gone = any(each.visit not in {None, here.stop.id} for each in done)
    waiting = [
        (visit, task.return_number) for visit in half for task in visit.tasks if task.is_ahead and task.return_number
    ]
    returns = {made.number: made for made in (uow.returns.named(number for _, number in waiting) if waiting else ())}
    items = items_back(list(returns.values()), uow)
    return tuple(
        Owed(
            stop=visit.stop.position, here=visit is here and not gone, number=number, items=items.get(number, ()),
            exchange=returns[number].exchange_order is not None,
        )
        for visit, number in waiting
        if number in returns
    )  # fmt: skip


def _first_number(visit: Visit) -> str | None:
    return next((task.number for task in visit.tasks), None)


def cards(visits: Sequence[Visit], uow: UnitOfWork, at: Moment) -> list[StopCard]:
    """Stops as their driver sees them."""
    numbers = {task.order_number for visit in visits for task in visit.tasks if task.order_number}
    orders = {order.number: order for order in uow.orders.named(numbers)}
    again = any(task.attempt > 1 for visit in visits for task in visit.tasks)  # some of it may have been handed over
    items = (rest_of if again else items_of)(list(orders.values()), uow)
    numbers = {task.return_number for visit in visits for task in visit.tasks if task.return_number}
    returns = {made.number: made for made in (uow.returns.named(numbers) if numbers else ())}
    items |= items_back(list(returns.values()), uow)
    owners: list[Order | Return] = [*orders.values(), *returns.values()]
    people = uow.customers.of_ids({each.customer_id for each in owners})
    found = []
    for visit in visits:
        stop = visit.stop
        mine = [orders[task.order_number] for task in visit.tasks if task.order_number in orders]
        waiting = {task.order_number for task in visit.tasks if task.kind == TaskKind.DELIVERY}
        collected = [returns[task.return_number] for task in visit.tasks if task.return_number in returns]
        start, end = _expected([order for order in mine if order.number in waiting], collected, uow)
        parcels = []
        for task in visit.tasks:
            order, made = orders.get(task.order_number or ""), returns.get(task.return_number or "")
            about = order or made
            owner = people.get(about.customer_id) if about is not None else None
            who = _who(owner, task.number, at) if owner is not None else {}
            parcels.append(Parcel(**_parcel(task, order, made), items=items.get(task.number, ()), **who))
        found.append(
            StopCard(
                stop=stop.position, visit=stop.id or 0, status=visit.status.value if visit.tasks else T.COMPLETED,
                address=stop.address, place=str(stop.place), start=start, end=end, eta=stop.eta, done_at=stop.done_at,
                parcels=tuple(parcels),
            )
        )  # fmt: skip
    return found


def _who(owner: Customer, number: str, at: Moment) -> dict[str, str | None]:
    """Whom a driver meets, and what they dial to reach them."""
    return {"name": owner.name, "phone": at.policies.number_to_call(owner.phone, number)}


def _parcel(task: Task, order: Order | None, made: Return | None) -> dict[str, Any]:
    known: dict[str, Any] = {
        "number": task.number or None, "kind": task.kind, "status": task.status,
        "attempt": task.attempt,
    }  # fmt: skip
    if order is not None:
        known |= {"wishes": tuple(order.for_driver()), "proof": order.proof, "required": order.proof_required}
    if made is not None and made.code is not None:
        known |= {"proof": "code"}
    return known


def _expected(orders: Sequence[Order], returns: Sequence[Return], uow: UnitOfWork) -> tuple[Any, Any]:
    """From when to when customers wait: what they were told, else what was promised; the narrowest of several."""
    spans = []
    waiting: list[Order | Return] = [*orders, *returns]
    for each in waiting:
        if each.told_start is not None and each.told_end is not None:
            spans.append((each.told_start, each.told_end))
        elif each.depot_id is not None and (promised := each.promised_span(uow.depots.get(each.depot_id).tz)):
            spans.append(promised)
    if not spans:
        return None, None
    start, end = max(start for start, _ in spans), min(end for _, end in spans)
    return (start, end) if start < end else (min(start for start, _ in spans), max(end for _, end in spans))


def told_of(notices: Iterable[Notice]) -> list[str]:
    """The orders and returns whose customers are told something, by number."""
    return sorted({notice.about for notice in notices if notice.to is not None and notice.about is not None})
