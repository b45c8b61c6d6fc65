"""The rooms in which staff are told things."""

from __future__ import annotations

from domain.commands import UseRoom
from domain.events import Thing, note
from domain.moment import Moment, Role
from domain.notices import Notice, RoomUsed
from domain.refusals import Refusal
from domain.staff import EVERYWHERE, Staff
from storage.unit_of_work import UnitOfWork

#: The channel whose rooms these are.
CHANNEL = "slack"


def use_room(command: UseRoom, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A depot, or the whole business, has this room; the one it had before is nobody's. Refuses outside of a room."""
    place = command.room or _here(uow)
    depot = uow.depots.by_code(command.depot) if command.depot is not None else None
    desk = depot.code if depot is not None else EVERYWHERE
    for former in uow.chats.with_desk(CHANNEL, desk):
        former.desk = None
    room = uow.chats.get(uow.chats.find_or_add(CHANNEL, place, at.now))
    assert room is not None
    room.desk, room.role, room.dead_at = desk, Role.VIEWER, None
    uow.record(note(Thing("room", place), "used", at, None, desk))
    return [RoomUsed(depot=depot.name if depot is not None else None)]


def begin_talk(person: Staff, uow: UnitOfWork, at: Moment) -> None:
    """Somebody who is in the workspace can be told things there alone, whether or not they ever wrote."""
    if person.slack_id is None:
        return
    uow.flush()  # who is new has a number by now
    chat = uow.chats.get(uow.chats.find_or_add(CHANNEL, person.slack_id, at.now))
    if chat is not None and chat.staff_id != person.id:
        chat.bind_staff(person)


def _here(uow: UnitOfWork) -> str:
    """The room that is talked in. Refuses where somebody talks with us alone, or on another channel."""
    address = uow.chat.address if uow.chat is not None and uow.chat.channel == CHANNEL else ""
    place, _, person = address.partition("/")
    if not person or place[:1] not in {"C", "G"}:
        raise Refusal("not_a_room")
    return place
