"""Who works in the demo's office, and the room in which they are told what comes up."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from domain.moment import SYSTEM, Role
from domain.staff import EVERYWHERE, Staff
from storage.unit_of_work import UnitOfWork

#: The page of the playground shows it; every visitor sees the same.
CHANNEL, ROOM = "web", "room:everywhere"
_STAFF = (
    ("Nora Lindqvist", Role.DISPATCHER),
    ("Tomasz Zieliński", Role.WAREHOUSE),
    ("Priya Banerjee", Role.BUYER),
    ("Helen Okafor", Role.MANAGER),
    ("Jonas Böhm", Role.ADMIN),
    ("Mei Chen", Role.VIEWER),
)


def open_office(session: Session, now: datetime) -> None:
    """Put people on the staff list where nobody is on it, and begin the room."""
    uow = UnitOfWork(session, SYSTEM)
    if not uow.people.all():
        uow.add(*(Staff(name=name, role=role.value, added_at=now) for name, role in _STAFF))
    room = uow.chats.get(uow.chats.find_or_add(CHANNEL, ROOM, now))
    assert room is not None, "it was just begun"
    room.desk, room.role = EVERYWHERE, Role.VIEWER.value
    uow.flush()
