"""What the driver should know: the customer's wishes, by kind."""

from __future__ import annotations

from typing import Any

from actions import told
from actions.choices import Ask, Known, Talk
from actions.driving.changes import instructed
from domain.commands import InstructDelivery
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, InstructionsNoted, Notice
from domain.orders import Order
from domain.refusals import Refusal
from domain.wishes import NEEDS_NO_WORDS, Wish, with_wishes
from storage.unit_of_work import UnitOfWork

REMOVE = Choice(label="choice.remove_wishes", slots={"remove": True})


def wishes(frame: Frame, talk: Talk) -> Known | Ask:
    """What is wished for, with the words each kind needs. Refuses at once when it is too late."""
    order = talk.uow.orders.get(frame.slots["order"])
    check_instructable(order)
    slots = frame.slots
    if slots.get("remove"):
        return Known({})
    said: dict[str, Any] = dict(slots.get("wishes") or {})
    words = slots.get("words")
    for kind in Wish:
        if kind not in said or said[kind] or kind in NEEDS_NO_WORDS:
            continue
        if not words:
            return Ask("words", f"wish_{kind.value}", values={"number": order.number}, keep={"wishes": said})
        said[kind.value], words = words, None
    if slots.get("note"):
        said[Wish.NOTE.value] = slots["note"]
    if said:
        return Known({"wishes": said, "words": "", "note": ""})
    kinds = tuple(Choice(label=f"choice.wish_{kind.value}", slots={"wishes": {kind.value: ""}}) for kind in Wish)
    values = {"number": order.number, "wishes": order.for_driver()}
    return Ask("note", "wishes", (*kinds, REMOVE) if order.wishes else kinds, values)


def instruct_delivery(command: InstructDelivery, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Note the wishes for the driver, or take them all back. Refuses when the order is finished."""
    order = uow.orders.get(command.order, lock=True)
    check_instructable(order)
    wanted = (
        {} if command.remove else with_wishes(order.wishes, {kind.value: said for kind, said in command.wishes.items()})
    )
    told_driver: list[Notice] = []
    if wanted != order.wishes:
        order.wishes = wanted
        uow.record(note(order, "wishes", at, kinds=sorted(wanted)))
        told_driver = instructed(order, uow)
    items = told.items_of([order], uow)[order.number]
    noted = InstructionsNoted(about=order.number, number=order.number, items=items, wishes=tuple(order.for_driver()))
    return [noted, *told_driver]


def check_instructable(order: Order) -> None:
    """Refuses when no driver comes any more, with what can be done instead."""
    if order.is_active:
        return
    slots = {"order": order.number}
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", **slots})
    raise Refusal(
        "too_late_to_instruct",
        number=order.number,
        status=order.status,
        choices=(Choice(label="choice.track_this", command="TrackOrder", slots=slots), person),
    )
