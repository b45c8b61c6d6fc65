"""Which of two wishes is meant: asked once, when it is not sure (`nlu.asking_back` says when)."""

from __future__ import annotations

from typing import Any

from actions.choices import Ask, Known, Talk
from actions.desk import talk as desk_talk
from actions.driving.joining import is_driver
from actions.driving.menu import menu
from actions.talk import MENU, PERSON
from domain.commands import AskBack
from domain.dialogue import Frame
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, Said
from storage.unit_of_work import UnitOfWork

#: The answer that none of them is meant.
NEITHER = -1


def which_wish(frame: Frame, talk: Talk) -> Known | Ask:
    """The wish that is meant, or the question for it, with a button for each and one for neither."""
    if frame.slots.get("wish") is not None:
        return Known({})
    wishes = [
        Choice(label=f"choice.intent.{each['intent']}", slots={"wish": n})
        for n, each in enumerate(frame.slots["readings"])
    ]
    neither = Choice(label="choice.something_else", slots={"wish": NEITHER})
    return Ask("wish", "did_you_mean", (*wishes, neither))


def _is_idle(reading: dict[str, Any], talk: Talk) -> bool:
    """Whether somebody known would be asking for a return they do not have."""
    if (
        reading["command"] != "TrackReturn"
        or reading["slots"].get("return_number")
        or reading["slots"].get("about_order")
    ):
        return False
    return talk.at.actor.role == Role.CUSTOMER and talk.at.actor.person is not None and not talk.uow.returns.mine()


def chosen(frame: Frame, talk: Talk) -> Frame | None:
    """The frame of the wish that was chosen, or is the only one that can be, with all that was said of it; None as long as
    none is."""
    wish, readings = frame.slots.get("wish"), frame.slots.get("readings", [])
    if wish is None:
        possible = [n for n, each in enumerate(readings) if not _is_idle(each, talk)]
        wish = possible[0] if len(possible) == 1 else NEITHER
    if wish == NEITHER:
        return None
    reading = readings[wish]
    return Frame(id=frame.id, command=reading["command"], slots=reading["slots"], more=reading["more"])


def ask_back(command: AskBack, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """It is neither: it has to be said in other words, or chosen, and a person can be asked."""
    if is_driver(at):
        choices = menu(uow, at)
    elif at.actor.is_staff:
        choices = desk_talk.menu(at.actor.role)
    else:
        choices = (*MENU, PERSON)
    return [Said(what="otherwise", values={"menu": True} if choices else {}, choices=choices)]
