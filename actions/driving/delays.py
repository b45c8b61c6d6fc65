"""Delays that a driver reports: everything on the route comes later."""

from __future__ import annotations

from actions.choices import Ask, Known, Talk
from actions.driving.menu import menu
from actions.driving.own import my_tour_on_the_road, reported
from actions.driving.telling import told_of_times
from domain.commands import ReportDelay
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, DelayNoted, Notice
from storage.unit_of_work import UnitOfWork

#: Delays offered as buttons, in minutes.
OFFERED = (10, 15, 20, 30, 45, 60)


def how_late(frame: Frame, talk: Talk) -> Known | Ask:
    """By how much. Refuses where nobody waits: before the route has left."""
    my_tour_on_the_road(talk.uow, talk.at)
    if frame.slots.get("lasts") is not None:
        return Known({})
    choices = tuple(Choice(label="choice.minutes", values={"minutes": n}, slots={"lasts": n * 60}) for n in OFFERED)
    return Ask("lasts", "how_late", choices)


def report_delay(command: ReportDelay, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everything ahead comes so much later; customers whose window is left are told. Refuses before the route has left."""
    tour = my_tour_on_the_road(uow, at)
    uow.record(note(tour.route, "delay", at, None, command.lasts))
    reported("ReportDelay", uow, at, route=tour.route.id, seconds=command.lasts)
    uow.flush()
    told = told_of_times(tour.route.id or 0, uow, at)
    hear = {each.to for each in told if not each.edits}  # what is only shown in place of something nobody hears
    noted = DelayNoted(minutes=-(-command.lasts // 60), told=len(hear), choices=menu(uow, at))
    return [noted, *told]
