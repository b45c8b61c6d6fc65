"""Who did what, asked in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from actions.choices import Ask, Known, Talk, maybe_product
from actions.desk.history import lines_of
from actions.desk.people import person_called
from domain.commands import WhoDid
from domain.dialogue import Frame
from domain.moment import Moment
from domain.notices import Deeds, Notice
from domain.refusals import NotFound
from storage import outbox
from storage.unit_of_work import UnitOfWork

#: What is shown, and what was shown so lately is what "that" means.
_MOST, _LATELY = 12, timedelta(hours=2)
#: What of a history is meant by a deed.
_CHANGES: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "cancelled": (("status", "cancelled"),),
    "held": (("status", "held"),),
    "rescheduled": (("promise", None), ("status", "rescheduled")),
    "address": (("address", None), ("place", None)),
    "published": (("status", "published"),),
    "discarded": (("status", "discarded"),),
    "assigned": (("driver", None), ("vehicle", None), ("owner", None)),
    "resolved": (("status", "resolved"),),
    "owned": (("status", "owned"), ("owner", None)),
    "adjusted": (("on_hand", None),),
    "approved": (("status", "approved"), ("decided", "approve")),
    "rejected": (("status", "rejected"), ("decided", "reject")),
}


def what_is_meant(frame: Frame, talk: Talk) -> Known | Ask:
    """The thing whose history is asked for: the one named, else what was shown last, else nothing in particular."""
    slots = frame.slots
    if slots.get("product"):
        found = maybe_product(frame, talk)
        sku = found.slots.get("product") if isinstance(found, Known) else None
        return Known({"noun": "stock", "subject": sku}) if sku else Known({})
    for noun in ("case", "order", "route", "plan"):
        if slots.get(noun):
            return Known(
                {"noun": noun, "subject": str(slots[noun]).removeprefix("R") if noun == "route" else slots[noun]}
            )
    if slots.get("person") or slots.get("noun"):
        return Known({})
    live = outbox.last_live(talk.uow.session, talk.conversation.id or 0, talk.at.now - _LATELY)
    noun, _, subject = (live or "").partition(":")
    if noun in {"order", "case", "route", "plan", "approval", "return"}:
        return Known({"noun": noun, "subject": subject})
    return Known({"noun": "order", "subject": talk.dialogue.focus} if talk.dialogue.focus else {})


def who_did(command: WhoDid, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What was changed, by whom. Refuses a person nobody knows."""
    if command.noun is None or command.subject is None:
        return [Deeds(history=lines_of(uow.history.by_staff(_MOST, _person(command, uow)), uow))]
    subjects = [command.subject]
    if command.noun == "stock":
        subjects = [f"{command.subject}@{depot.code}" for depot in uow.depots.all()]
    changes = _CHANGES.get(command.deed or "", ())
    found = uow.history.latest(command.noun, subjects, _MOST, changes) if changes else []
    asked = command.deed if found else None
    found = found or uow.history.latest(command.noun, subjects, _MOST)
    about = command.subject if command.noun == "order" else None
    return [Deeds(about=about, noun=command.noun, subject=command.subject, asked=asked, history=lines_of(found, uow))]


def _person(command: WhoDid, uow: UnitOfWork) -> int | None:
    if command.person is None:
        return None
    found = person_called(command.person, uow)
    if found is None:
        raise NotFound("no_staff_named", name=command.person)
    return found.id
