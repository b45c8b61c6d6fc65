"""Another address for an order: what it is made of, whether it is possible, and the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions import told
from actions.choices import SEND_PLACE, Ask, Known, Talk, named_order
from actions.orders import FARTHEST_PIN, check_delivered_there, move_to, unless_they_did
from domain.addresses import take_apart, with_house
from domain.commands import Address, ChangeAddress
from domain.dialogue import Frame
from domain.moment import Moment
from domain.notices import AddressChanged, Choice, Notice
from domain.orders import Order, OrderStatus
from domain.promise import Destination
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

#: Values that two ways of writing an address do not differ by.
_SAME = str.maketrans("", "", " .,-")


def new_address(frame: Frame, talk: Talk) -> Known | Ask:
    """The parts of the new address; asks for what is missing. Refuses at once when no address can be changed any more."""
    order = talk.uow.orders.get(frame.slots["order"])
    _check_changeable(order, talk.at)
    slots = _with_house(frame.slots, order)
    parts = take_apart(str(slots.get("street") or ""))
    street = parts.street if any(char.isalpha() for char in parts.street) else ""
    postcode = str(slots.get("postcode") or parts.postcode).upper()
    city = str(slots.get("city") or parts.city)
    place = slots.get("place")
    if postcode and not city and _plain(postcode) == _plain(order.postcode):
        city = order.city
    keep = {"street": street or None, "postcode": postcode or None, "city": city or None, "place": place, "house": ""}
    values = {"number": order.number, "address": order.address, "street": street, "postcode": postcode}
    if not street:
        question = "street_of_place" if place else "street_of_postcode" if postcode else "street"
        return Ask("street", question, values=values, media=None if place else SEND_PLACE, keep=keep)
    known = postcode or city or place
    if not known and not any(char.isdigit() for char in street):  # "it's in Mill Lane", which is half of an answer
        return Ask("street", "house_of_street", values=values, keep=keep)
    if not postcode:
        return Ask("postcode", "postcode_of_street", (_own_postcode(order),), values, keep=keep)
    if not city:
        return Ask("city", "city", (_own_city(order),), values, keep=keep)
    return Known(keep)


def _with_house(slots: Mapping[str, Any], order: Order) -> Mapping[str, Any]:
    """The slots with a house number that was said alone in its street: the new one, or the order's where no other is meant.

    A pin was that of another house.
    """
    house, street = slots.get("house"), slots.get("street")
    if house and street:
        return {**slots, "street": with_house(street, house), "place": None}
    if house and not any(slots.get(name) for name in ("postcode", "city", "place")):
        now = {"street": with_house(order.street, house), "postcode": order.postcode, "city": order.city}
        return {**slots, **now}
    return slots


def describe_changing(command: ChangeAddress, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What is confirmed before an address is changed. Refuses when it is too late, or nobody delivers there."""
    order = uow.orders.get(command.order)
    _check(command, order, uow, at)
    new = _address(command, order)
    return {
        "number": order.number,
        "items": told.items_of([order], uow)[order.number],
        "was": order.address,
        "address": f"{new.street}, {new.postcode} {new.city}",
        "day": order.promise_day,
        "window": order.window,
        "told": at.actor.is_staff,
    }


def change_address(command: ChangeAddress, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Deliver elsewhere; the window stays. Refuses once it is packed, and where nobody delivers."""
    order = uow.orders.get(command.order, lock=True)
    _check(command, order, uow, at)
    notices = move_to(order, _address(command, order), uow, at)
    items = told.items_of([order], uow)[order.number]
    changed = AddressChanged(
        about=order.number, number=order.number, items=items, address=order.address,
        day=order.promise_day, window=order.window, to=unless_they_did(order, at),
    )  # fmt: skip
    return [changed, *told.done("moved", order, at, address=order.address), *notices]


def order_of_pin(frame: Frame, talk: Talk) -> Known | Ask:
    """The order that waits for a place. Where none does, asks what the place is for."""
    named = named_order(frame, talk)
    if named is not None:
        return named
    waiting = talk.uow.orders.waiting_for_pin()
    if waiting is not None:
        return Known({"order": waiting.number})
    slots = {"place": frame.slots["place"]} if frame.slots.get("place") else {}
    address = Choice(label="choice.address_any", command="ChangeAddress", slots=slots)
    raise Refusal("place_for_what", choices=(address, Choice(label="choice.track", command="TrackOrder")))


def _check(command: ChangeAddress, order: Order, uow: UnitOfWork, at: Moment) -> None:
    _check_changeable(order, at)
    new = _address(command, order)
    place = command.place
    if place is not None and all(depot.place.metres_to(place) > FARTHEST_PIN for depot in uow.depots.all()):
        raise Refusal("place_far_away", ask="street", number=order.number)
    if place is None and _is_same(new, order):
        raise Refusal("same_address", ask="street", number=order.number, address=order.address)
    try:
        check_delivered_there(order, Destination(new.country, new.postcode, new.place), uow, at)
    except Refusal as refusal:
        raise Refusal("not_delivered_to_address", ask="street", **refusal.values) from refusal


def _check_changeable(order: Order, at: Moment) -> None:
    """Refuses when it is too late, with what can be done instead."""
    try:
        order.check_address_changeable()
    except Refusal as refusal:
        slots = {"order": order.number}
        person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", **slots})
        wishes = Choice(label="choice.instructions", command="InstructDelivery", slots=slots)
        track = Choice(label="choice.track_this", command="TrackOrder", slots=slots)
        on_its_way = order.is_active and order.status != OrderStatus.FAILED
        raise Refusal(
            "too_late_for_address", number=order.number, status=order.status,
            choices=told.staff_instead(order) if at.actor.is_staff else (wishes, person) if on_its_way else (track, person),
        ) from refusal  # fmt: skip


def _address(command: ChangeAddress, order: Order) -> Address:
    return Address(
        street=command.street, postcode=command.postcode, city=command.city, country=order.country, place=command.place
    )


def _is_same(new: Address, order: Order) -> bool:
    pairs = ((new.street, order.street), (new.postcode, order.postcode), (new.city, order.city))
    return all(_plain(one) == _plain(other) for one, other in pairs)


def _plain(text: str) -> str:
    return text.casefold().translate(_SAME)


def _own_postcode(order: Order) -> Choice:
    return Choice(
        label="choice.own_postcode",
        values={"postcode": order.postcode, "city": order.city},
        slots={"postcode": order.postcode, "city": order.city},
    )


def _own_city(order: Order) -> Choice:
    return Choice(label="choice.own_city", values={"city": order.city}, slots={"city": order.city})
