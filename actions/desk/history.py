"""The history of things in lines, with names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from domain.events import Event
from domain.moment import STAFF, Role
from domain.notices import HistoryLine
from storage.unit_of_work import UnitOfWork

#: The change of who sees to something.
OWNER = "owner"


def lines_of(events: Sequence[Event], uow: UnitOfWork) -> tuple[HistoryLine, ...]:
    """What happened, line by line, in the order given."""
    owners = {int(each) for event in events if event.change == OWNER for each in (event.before, event.after) if each}
    acted = {each.person for each in events if each.person is not None and each.actor in STAFF}
    names = uow.people.names(owners | acted)
    channels = uow.history.channels({each.key for each in events})
    return tuple(
        HistoryLine(
            at=each.at, what=each.change, role=each.actor, about=_name(each), noun=each.noun, who=_who(each, names, uow), before=_value(each, each.before, names),
            after=_value(each, each.after, names), why=str(each.detail.get("reason") or each.detail.get("why") or "") or None,
            channel=channels.get(each.key),
        )
        for each in events
    )  # fmt: skip


def _value(event: Event, value: str | None, names: Mapping[int, str]) -> str | None:
    """What was before or after a change; people by their names."""
    return names.get(int(value), value) if value and event.change == OWNER else value


def _name(event: Event) -> str:
    """What a thing is called; a wish that changed nothing of its own in words ("AnnounceDelay": "announce delay")."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event.subject).lower() if event.noun == "command" else event.subject


def _who(event: Event, names: dict[int, str], uow: UnitOfWork) -> str | None:
    """The name of a person of the business, or of a driver; customers are not named."""
    if event.person is None:
        return None
    if event.actor == Role.DRIVER:
        driver = uow.driving.driver(event.person)
        return driver.name if driver is not None else None
    return names.get(event.person) if event.actor in STAFF else None
