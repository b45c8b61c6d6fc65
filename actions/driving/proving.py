"""What shows that an order was handed over: asked for by its policy, checked, and kept."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from actions.cases import PIN_FAILED, open_case
from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.menu import DISPATCHER, ROUTE
from actions.driving.own import looked_at
from actions.driving.photos import own_photos
from actions.driving.reports import Report
from domain.commands.stops import Deliver, HandOver
from domain.deliveries import DeliveryProof
from domain.dialogue import Frame
from domain.events import note
from domain.handing import MOST_PIN_TRIES, Proof
from domain.moment import Moment
from domain.notices import Choice, Media
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.routes import Stop, TaskKind, TaskStatus
from domain.values import Place
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

#: Farther than this from the address the driver is asked whether they hand over where they are.
FAR = 500
#: Where the vehicle was seen longer ago than this says nothing of where the driver is.
FRESH = timedelta(minutes=5)
#: Who says nothing but "done" so soon after the last stop may have said it twice.
SOON, NEAR = timedelta(seconds=60), 150
#: A photo sent on its own so soon after a delivery without one shows that delivery.
BELONGS = timedelta(minutes=10)
_YES = Choice(label="choice.yes", slots={"here": True})


def to_hand_over(visits: Iterable[Visit], uow: UnitOfWork, order: str | None = None) -> list[Order]:
    """The orders that are still to be handed over at stops, or the one that is meant."""
    numbers = [
        task.order_number
        for visit in visits
        for task in visit.tasks
        if task.is_ahead and task.kind == TaskKind.DELIVERY and task.order_number in {order or task.order_number}
    ]
    return uow.orders.named([number for number in numbers if number])


# Questions


def which_stops(frame: Frame, talk: Talk) -> Known | Ask:
    """The stops that are meant; a photo on its own is of the delivery just reported, where that has none."""
    if frame.slots.get("by_photo") and (shown := _just_delivered(talk)) is not None:
        return Known({"visits": [shown]})
    found = stops.which_stops(frame, talk)
    if isinstance(found, Ask) or stops.are_named(frame, talk):
        return found
    tour = looked_at(talk.uow, talk.at)
    here = stops.by_ids(tour, found.slots["visits"])[0]
    return Known({**found.slots, "guessed": not any(task.status == TaskStatus.ARRIVED for task in here.tasks)})


def _just_delivered(talk: Talk) -> int | None:
    """The stop that was just delivered without a photo, unless the driver is at another one by now."""
    tour = looked_at(talk.uow, talk.at)
    report = talk.uow.driving.last_report(tour.route.driver_id or 0)
    there = any(task.status == TaskStatus.ARRIVED for task in tour.tasks)
    if there or report is None or report.what != "Deliver" or talk.at.when - report.at > BELONGS:
        return None
    for visit in tour.visits:
        if visit.stop.id == report.stop_id:
            orders = talk.uow.orders.named(task.order_number or "" for task in visit.tasks)
            proofs = [talk.uow.orders.proof(order) for order in orders]
            bare = orders and all(proof is None or proof.photo_id is None for proof in proofs)
            return visit.stop.id if bare else None
    return None


def whether_all(frame: Frame, talk: Talk) -> Known | Ask:
    """Words that sound like a part are no whole delivery."""
    if not frame.slots.get("part"):
        return Known({})
    slots = {"visits": frame.slots["visits"]}
    choices = (
        Choice(label="choice.all_of_it", slots={"part": False}),
        Choice(label="choice.part", command="DeliverPart", slots=slots),
    )
    return Ask("part", "part_or_all", choices, {"stop": _first(frame, talk).stop.position})


def whether_here(frame: Frame, talk: Talk) -> Known | Ask:
    """Far from the address the driver says whether that is where it was handed over."""
    visits = _visits(frame, talk)
    if len(visits) != 1 or not visits[0].is_ahead or frame.slots.get("here"):
        return Known({})
    far = far_from(visits[0].stop, talk.uow, talk.at)
    if far is None:
        return Known({})
    values: dict[str, Any] = {"stop": visits[0].stop.position, "address": visits[0].stop.address, "metres": far}
    if frame.slots.get("here") is False:
        raise Refusal("not_here", choices=(stops.SHOW_NEXT, ROUTE), **values)
    return Ask("here", "deliver_here", (_YES, Choice(label="choice.no_other_place", slots={"here": False})), values)


def the_code(frame: Frame, talk: Talk) -> Known | Ask:
    """The PIN of every order that has one; a wrong one is counted, and after three a person must help."""
    codes = {str(number): str(code) for number, code in (frame.slots.get("codes") or {}).items()}
    waiting = [order for order in _orders(frame, talk) if _wants(order, "code") and order.number not in codes]
    without = bool((frame.slots.get("without") or {}).get("code"))
    if not waiting:
        return Known({"code": None})
    _check_alone(frame, talk, waiting)
    said = frame.slots.get("code")
    locked = [order for order in waiting if order.code_tries >= MOST_PIN_TRIES]
    if said is not None and not locked:
        right = [order for order in waiting if _is_code(str(said), order)]
        for order in right:
            codes[order.number] = str(said)
        if not right:
            _count_wrong(waiting, talk)
            locked = [order for order in waiting if order.code_tries >= MOST_PIN_TRIES]
        waiting = [order for order in waiting if order.number not in codes]
    needed = [order for order in waiting if order.proof_required]
    if not waiting or ((without or locked) and not needed):
        return Known({"codes": codes, "code": None, **({"without": {"code": True}} if waiting else {})})
    order = waiting[0]
    values: dict[str, Any] = {"stop": _first(frame, talk).stop.position, "number": order.number}
    if locked:
        raise Refusal("pin_locked", choices=(DISPATCHER, stops.SHOW_NEXT), **values)
    skip = () if needed else (_skip("code"),)
    instead = (_fail(frame), DISPATCHER) if needed and without else ()
    wrong = said is not None and order.number not in codes
    values |= {"wrong": wrong, "left": MOST_PIN_TRIES - order.code_tries, "must": bool(needed) and without}
    return Ask("code", "pin", (*skip, *instead), values, keep={"codes": codes, "code": None, "without": {}})


def the_photos(frame: Frame, talk: Talk) -> Known | Ask:
    """The photo, where one is wanted."""
    sent = own_photos(frame, talk)
    wanting = [order for order in _orders(frame, talk) if _wants(order, "photo")]
    if sent or not wanting:
        return Known({"photos": sent})
    return _ask_for("photo", "photos", "proof_photo", wanting, frame, talk, media=Media(wants="photo"))


def the_name(frame: Frame, talk: Talk) -> Known | Ask:
    """Who took it, where that is wanted."""
    wanting = [order for order in _orders(frame, talk) if _wants(order, "name")]
    if frame.slots.get("name") or not wanting:
        return Known({})
    people = talk.uow.customers.of_ids({order.customer_id for order in wanting})
    names = [people[order.customer_id].name for order in wanting if people[order.customer_id].name]
    choices = tuple(Choice(label="choice.name", values={"name": each}, slots={"name": each}) for each in names[:1])
    return _ask_for("name", "name", "proof_name", wanting, frame, talk, choices=choices)


def _ask_for(
    part: str, slot: str, question: str, wanting: Sequence[Order], frame: Frame, talk: Talk, *,
    choices: tuple[Choice, ...] = (), media: Media | None = None,
) -> Known | Ask:  # fmt: skip
    """Ask for a part of the proof; one that is only wished for can be left out."""
    needed = any(order.proof_required for order in wanting)
    without = bool((frame.slots.get("without") or {}).get(part))
    if without and not needed:
        return Known({slot: None})
    several = len(_visits(frame, talk)) > 1
    if several and not needed:
        return Known({slot: None})
    _check_alone(frame, talk, wanting)
    stop = _first(frame, talk).stop
    skip = () if needed else (_skip(part),)
    instead = (_fail(frame), DISPATCHER) if without else ()
    values = {"stop": stop.position, "address": stop.address, "must": needed and without}
    return Ask(slot, question, (*choices, *skip, *instead), values, media=media, keep={"without": {}})


def _check_alone(frame: Frame, talk: Talk, wanting: Sequence[Order]) -> None:
    """Refuses to take one proof for several stops: those that need one are reported one by one."""
    visits = _visits(frame, talk)
    if len(visits) == 1:
        return
    numbers = {order.number for order in wanting if order.proof_required or _wants(order, "code")}
    proven = [visit for visit in visits if any(task.order_number in numbers for task in visit.tasks)]
    rest = [visit for visit in visits if visit not in proven]
    choices = [_deliver([visit], talk) for visit in proven]
    if rest:
        choices.insert(0, _deliver(rest, talk))
    raise Refusal("proof_one_by_one", at_stops=[visit.stop.position for visit in proven], choices=tuple(choices[:6]))


def _deliver(visits: Sequence[Visit], talk: Talk) -> Choice:
    numbers = [visit.stop.position for visit in visits]
    return Choice(
        label="choice.delivered_at", command="Deliver", values={"at_stops": numbers},
        slots={"visits": [visit.stop.id for visit in visits]},
    )  # fmt: skip


def _skip(part: str) -> Choice:
    return Choice(label=f"choice.without_{part}", slots={"without": {part: True}})


def _fail(frame: Frame) -> Choice:
    return Choice(label="choice.failed", command="FailDelivery", slots={"visits": frame.slots["visits"]})


def describe_delivering(command: Deliver, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is asked before: several stops at once, a photo without a word, or "done" right after the last stop."""
    tour = looked_at(uow, at)
    visits = [visit for visit in stops.meant(tour, command, uow) if visit.is_ahead]
    why = None
    if len(visits) > 1:
        why = "several"
    elif visits and command.by_photo:
        why = "photo"
    elif visits and _may_be_said_twice(command, tour.visits) and _is_soon(visits[0].stop, tour.visits, at):
        why = "soon"
    if why is None:
        return None
    return {"at_stops": [visit.stop.position for visit in visits], "address": visits[0].stop.address, "why": why}


def _may_be_said_twice(command: Deliver, visits: Sequence[Visit]) -> bool:
    """Whether nothing in a report says that it is of another stop than that before it."""
    ahead = sum(1 for each in visits if each.is_ahead)
    is_further = command.further == "next" or (command.further == "last" and ahead == 1)
    return command.guessed and not is_further and not _shows_anything(command)


def _shows_anything(command: Deliver) -> bool:
    """Whether the driver has said more than "done"."""
    return bool(command.name or command.photos or command.codes or command.without)


def _is_soon(stop: Stop, visits: Sequence[Visit], at: Moment) -> bool:
    """Whether another stop was done so lately that nobody can be at this one."""
    done = [each.stop for each in visits if each.stop.done_at is not None and at.when - each.stop.done_at < SOON]
    return any(each.place.metres_to(stop.place) > NEAR for each in done)


def _visits(frame: Frame, talk: Talk) -> list[Visit]:
    return stops.by_ids(looked_at(talk.uow, talk.at), frame.slots["visits"])


def _first(frame: Frame, talk: Talk) -> Visit:
    return _visits(frame, talk)[0]


def _orders(frame: Frame, talk: Talk) -> list[Order]:
    return to_hand_over(_visits(frame, talk), talk.uow, frame.slots.get("order"))


# Checks


def _wants(order: Order, part: str) -> bool:
    return part in Proof(order.proof).parts and (part != "code" or order.code is not None)


def _is_code(said: str, order: Order) -> bool:
    return hmac.compare_digest(said.encode(), (order.code or "").encode())


def _count_wrong(orders: Sequence[Order], talk: Talk) -> None:
    """One wrong PIN more; the third is a case for a person."""
    for each in orders:
        order = talk.uow.orders.get(each.number, lock=True)
        order.code_tries += 1
        talk.uow.record(note(order, "pin_wrong", talk.at, None, order.code_tries))
        if order.code_tries >= MOST_PIN_TRIES:
            open_case(PIN_FAILED, order, talk.uow, talk.at)
    talk.uow.flush()


def check_proven(order: Order, command: HandOver) -> None:
    """Refuses what a must of the order's proof is missing of, and a PIN that is not the order's."""
    if _wants(order, "code") and (code := command.codes.get(order.number) or command.code):
        if not _is_code(code, order):
            raise Refusal("pin_wrong", number=order.number)
    elif _wants(order, "code") and order.proof_required:
        raise Refusal("proof_missing", number=order.number, part="code")
    if not order.proof_required:
        return
    for part, given in (("photo", command.photos), ("name", command.name)):
        if _wants(order, part) and not given:
            raise Refusal("proof_missing", number=order.number, part=part)


def far_from(stop: Stop, uow: UnitOfWork, at: Moment) -> int | None:
    """Metres from a stop's address to where the vehicle was just seen, where that is far; else None."""
    seen = seen_at(stop.route_id, uow, at.when)
    metres = seen.metres_to(stop.place) if seen is not None else 0
    return metres if metres > FAR else None


def seen_at(route_id: int, uow: UnitOfWork, when: datetime) -> Place | None:
    """Where the vehicle was at about that moment, if that is known."""
    position = uow.routes.position(route_id)
    if position is None or abs(when - position.at) > FRESH:
        return None
    return Place(position.lat, position.lon)


# What is kept


def keep_proof(order: Order, command: HandOver, report: Report) -> None:
    """Keep what shows that an order was handed over, in place of what was there."""
    place = seen_at(report.tour.route.id or 0, report.uow, report.happened.now)
    photo = keep_photo(command.photos, order, report)
    verified = order.number in command.codes or (command.code is not None and _wants(order, "code"))
    if not (command.name or photo or place or verified):
        return
    proof = report.uow.orders.proof(order)
    if proof is None:
        proof = DeliveryProof(order_number=order.number, at=report.happened.now)
        report.uow.add(proof)
        report.kept.made(proof)
    else:
        report.kept.keep(proof)
    proof.at, proof.name = report.happened.now, command.name or None
    proof.lat, proof.lon = (place.lat, place.lon) if place else (None, None)
    proof.photo_id = photo
    detail = {"photo": photo is not None, "place": place is not None, "name": bool(command.name), "code": verified}
    report.uow.record(note(order, "proof", report.happened, **detail))


def add_photo(visit: Visit, command: Deliver, report: Report) -> None:
    """A photo that comes after a delivery was reported shows it all the same."""
    numbers = [task.order_number or "" for task in visit.tasks if task.status == TaskStatus.COMPLETED]
    for order in report.uow.orders.named(numbers):
        proof = report.uow.orders.proof(order)
        if proof is None:
            proof = DeliveryProof(order_number=order.number, at=visit.stop.done_at or report.happened.now)
            report.uow.add(proof)
            report.kept.made(proof)
        else:
            report.kept.keep(proof)
        proof.photo_id = keep_photo(command.photos, order, report)
        report.uow.record(note(order, "proof", report.happened, photo=True))


def keep_photo(photos: Sequence[str], order: Order, report: Report) -> str | None:
    """The last of the photos, kept for good as the order's. Refuses one of another chat, or that is another order's."""
    if not photos:
        return None
    photo = report.uow.files.lock(photos[-1])
    chat = report.uow.chat.id if report.uow.chat is not None else None
    owned = photo is not None and photo.order_number is not None
    mine = photo is not None and (photo.conversation_id == chat if not owned else _on_route(photo.order_number, report))
    if photo is None or not mine or photo.trouble is not None:
        raise NotFound("no_such_photo")
    report.kept.keep(photo)
    if not owned:
        photo.kind, photo.order_number, photo.customer_id, photo.expires_at = (
            "proof",
            order.number,
            order.customer_id,
            None,
        )
    return photo.id


def _on_route(number: str | None, report: Report) -> bool:
    return any(task.order_number == number for task in report.tour.tasks)
