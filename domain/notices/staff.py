"""What is said about staff."""

from __future__ import annotations

from typing import Any

from domain.notices.base import Notice


class StaffShown(Notice):
    """Who works here; each with ``name``, ``role`` and the ``slack`` user."""

    text = "staff.shown"
    people: list[dict[str, Any]]


class RoleSet(Notice):
    """Somebody may do other things from now on."""

    text = "staff.role_set"
    person: str
    role: str


class StaffLeft(Notice):
    """Somebody works here no more."""

    text = "staff.left"
    person: str


class RoomUsed(Notice):
    """The staff of a depot (None: of the whole business) are told things in this room from now on."""

    text = "staff.room_used"
    depot: str | None
