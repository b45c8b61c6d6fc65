"""Returns are collected: in which condition, and with a photo."""

from __future__ import annotations

from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.delivering import arrived_at, done_already, fact
from actions.driving.menu import at_stop
from actions.driving.own import looked_at
from actions.driving.photos import own_photos
from actions.driving.reports import begin, bring, finish, learn_from
from domain.commands.stops import CollectReturn
from domain.dialogue import Frame
from domain.events import note
from domain.handing import Condition
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.refusals import NotFound, Refusal
from domain.routes import Task, TaskKind, TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork


def which_stops(frame: Frame, talk: Talk) -> Known | Ask:
    """The stop with something to collect: the one named, the one at hand, or the next that has anything."""
    named = any(frame.slots.get(name) for name in ("stops", "visits", "order"))
    if not named:
        tour = looked_at(talk.uow, talk.at)
        waiting = [visit for visit in tour.visits if _pickups(visit)]
        here = [visit for visit in waiting if any(task.status == TaskStatus.ARRIVED for task in visit.tasks)]
        if waiting:
            return Known({"visits": [(here or waiting)[0].stop.id]})
    return stops.which_stops(frame, talk)


def own(frame: Frame, talk: Talk) -> Known:
    """The photos that came in this very chat."""
    return Known({"photos": own_photos(frame, talk)})


def how_it_looks(frame: Frame, talk: Talk) -> Known | Ask:
    """The condition: read from the words, or chosen; not asked for what is only taken over from another driver."""
    if frame.slots.get("condition"):
        return Known({})
    visit = stops.by_ids(looked_at(talk.uow, talk.at), frame.slots["visits"])[0]
    pickups = _pickups(visit)
    if not pickups or all(task.return_number is None for task in pickups):
        return Known({"condition": Condition.AS_NEW.value})
    choices = tuple(
        Choice(label=f"choice.condition_{each.value}", slots={"condition": each.value}) for each in Condition
    )
    values = {"stop": visit.stop.position, "number": pickups[0].return_number}
    return Ask("condition", "return_condition", choices, values)


def collect_return(command: CollectReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is to be collected at a stop is aboard; said again it changes nothing. Refuses a stop without anything to collect."""
    report = begin("CollectReturn", uow, at)
    visit = stops.meant(report.tour, command, uow)[0]
    pickups = _pickups(visit)
    if not pickups:
        done = [task for task in visit.tasks if task.kind == TaskKind.PICKUP]
        if done and all(task.status == TaskStatus.COMPLETED for task in done):
            return [stops.ahead(report.tour, uow, at, [fact("known", visit, report, at=done[0].done_at)])]
        if not visit.is_ahead:
            raise done_already(visit, uow)
        raise Refusal("nothing_to_collect", stop=visit.stop.position, choices=at_stop(visit))
    arrived = arrived_at(visit, report)
    photos = []
    for file_id in command.photos:
        photo = uow.files.lock(file_id)
        if photo is None or uow.chat is None or photo.conversation_id != uow.chat.id:
            raise NotFound("no_such_photo")
        report.kept.keep(photo)
        photo.kind, photo.expires_at = "return", None
        photos.append(file_id)
    for task in pickups:
        bring(task, TaskStatus.COMPLETED, report)
        if task.return_number is not None:
            detail = {"condition": command.condition.value, "photos": photos}
            uow.record(note(task, "collected", report.happened, None, task.return_number, **detail))
    if not visit.is_ahead:
        learn_from(visit, arrived, report)
    report.done.append(fact("collected", visit, report))
    return finish(report)


def _pickups(visit: Visit) -> list[Task]:
    return [task for task in visit.tasks if task.is_ahead and task.kind == TaskKind.PICKUP]
