"""Returns are collected: how many pieces, in which condition, with a photo and the customer's code."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.delivering import arrived_at, done_already, fact
from actions.driving.menu import DISPATCHER, ROUTE, at_stop
from actions.driving.own import looked_at
from actions.driving.photos import own_photos
from actions.driving.reports import Report, begin, bring, finish, learn_from
from actions.returns.opening import terms_of
from actions.returns.pickups import PICKUP_CODE_FAILED, coming_back, items_back, live, open_trouble
from actions.returns.stepping import next_step
from domain.commands.stops import CollectReturn
from domain.dialogue import Frame
from domain.events import note
from domain.handing import MOST_PIN_TRIES, Condition
from domain.moment import Moment
from domain.notices import Choice, Item, Media, Notice, ReturnCollected
from domain.refusals import NotFound, Refusal
from domain.returns import Return, ReturnLine, ReturnStatus
from domain.routes import Task, TaskKind, TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

#: Of one product this many different numbers are offered as missing.
MOST_PIECES = 4
#: What does not look like this is photographed.
_SOUND = frozenset({Condition.AS_NEW.value})


# Questions


def which_stops(frame: Frame, talk: Talk) -> Known | Ask:
    """The stop with something to collect: the one named, the one at hand, or the next that has anything."""
    tour = looked_at(talk.uow, talk.at)
    waiting = [visit for visit in tour.visits if _pickups(visit)]
    said = frame.slots.get("return_number")
    if said:
        return Known({"visits": [_with(str(said), tour.visits).stop.id], "return_number": None})
    if not stops.are_named(frame, talk):
        here = [visit for visit in waiting if any(task.status == TaskStatus.ARRIVED for task in visit.tasks)]
        if waiting:
            return Known({"visits": [(here or waiting)[0].stop.id]})
    return stops.which_stops(frame, talk)


def _with(said: str, visits: Sequence[Visit]) -> Visit:
    """The stop at which a return is collected, which drivers call by its number or the end of it. Refuses one that is not on
    the route."""
    digits = "".join(each for each in said if each.isdigit())
    found = [
        visit
        for visit in visits
        for task in visit.tasks
        if task.return_number is not None and digits and task.return_number.endswith(digits)
    ]
    if not found:
        raise NotFound("return_not_on_your_route", return_number=said, choices=(stops.SHOW_NEXT, ROUTE))
    return next((visit for visit in found if visit.is_ahead), found[-1])


def what_is_missing(frame: Frame, talk: Talk) -> Known | Ask:
    """What was not handed over, line by line until the driver says that is all; nothing where they say nothing of it."""
    lines = _lines(_returns(frame, talk), talk.uow)
    missing = {key: int(n) for key, n in (frame.slots.get("missing") or {}).items() if n}
    count = frame.slots.get("count")
    if count is not None and len(lines) == 1:
        ((key, line),) = lines.items()
        missing = {key: line[1] - int(count)} if int(count) < line[1] else {}
        return Known({"missing": missing, "count": None, "part": None, "complete": True})
    others = {key: line for key, line in lines.items() if key not in missing}
    if not frame.slots.get("part") or frame.slots.get("complete") or not others:
        return Known({"missing": missing, "count": None})
    choices = tuple(
        Choice(label="choice.kept", values={"items": [{"name": name, "quantity": n}]}, slots={"missing": {key: n}})
        for key, (name, most) in others.items()
        for n in range(1, min(most, MOST_PIECES) + 1)
    )
    done = (Choice(label="choice.that_is_all", slots={"complete": True}),) if missing else ()
    values = {"stop": _visit(frame, talk).stop.position, "items": _items(missing, lines), "more": bool(missing)}
    return Ask("missing", "not_given", (*done, *choices[:8]), values, keep={"missing": missing, "count": None})


def how_it_looks(frame: Frame, talk: Talk) -> Known | Ask:
    """The condition: read from the words, or chosen; not asked for what is only taken over from another driver."""
    if frame.slots.get("condition"):
        return Known({})
    returns = _returns(frame, talk)
    if not returns:
        return Known({"condition": Condition.AS_NEW.value})
    lines = _lines(returns, talk.uow)
    missing = {key: int(n) for key, n in (frame.slots.get("missing") or {}).items()}
    there = {key: (name, most - missing.get(key, 0)) for key, (name, most) in lines.items()}
    choices = [Choice(label=f"choice.condition_{each.value}", slots={"condition": each.value}) for each in Condition]
    if sum(most for _, most in lines.values()) > 1 and not missing:
        choices.append(Choice(label="choice.collected_part", slots={"part": True}))
    values = {
        "stop": _visit(frame, talk).stop.position, "number": ", ".join(made.number for made in returns),
        "items": [Item(name=name, quantity=n).model_dump() for name, n in there.values() if n > 0],
    }  # fmt: skip
    return Ask("condition", "return_condition", tuple(choices), values)


def the_code(frame: Frame, talk: Talk) -> Known | Ask:
    """The code of every return that has one; after three wrong ones a person looks into it, and it is collected without."""
    codes = {str(number): str(code) for number, code in (frame.slots.get("codes") or {}).items()}
    waiting = [
        made for made in _returns(frame, talk)
        if made.code is not None and made.number not in codes and made.code_tries < MOST_PIN_TRIES
    ]  # fmt: skip
    said = frame.slots.get("code")
    if not waiting or (frame.slots.get("without") or {}).get("code"):
        return Known({"code": None, "codes": codes})
    right = [made for made in waiting if said is not None and _is_code(str(said), made)]
    codes |= {made.number: str(said) for made in right}
    if said is not None and not right:
        _count_wrong(waiting, talk)
    waiting = [made for made in waiting if made.number not in codes and made.code_tries < MOST_PIN_TRIES]
    if not waiting:
        return Known({"code": None, "codes": codes})
    made = waiting[0]
    values = {
        "stop": _visit(frame, talk).stop.position, "number": made.number, "wrong": said is not None and not right,
        "left": MOST_PIN_TRIES - made.code_tries,
    }  # fmt: skip
    skip = Choice(label="choice.without_return_code", slots={"without": {"code": True}})
    return Ask("code", "return_code", (skip,), values, keep={"codes": codes, "code": None})


def the_photos(frame: Frame, talk: Talk) -> Known | Ask:
    """The photo: a must where the terms of a return want it, wished for of what does not look as new."""
    sent, returns = own_photos(frame, talk), _returns(frame, talk)
    must = _must_be_photographed(returns, talk.uow)
    without = bool((frame.slots.get("without") or {}).get("photo"))
    if sent or not returns or (not must and (without or frame.slots.get("condition") in _SOUND)):
        return Known({"photos": sent})
    skip = DISPATCHER if must else Choice(label="choice.without_photo", slots={"without": {"photo": True}})
    values = {"stop": _visit(frame, talk).stop.position, "must": must}
    return Ask("photos", "return_photo", (skip,), values, media=Media(wants="photo"))


def _must_be_photographed(returns: Sequence[Return], uow: UnitOfWork) -> bool:
    lines = coming_back(uow.returns.lines(*returns)) if returns else []
    return any(terms_of(line).photo for line in lines)


def _visit(frame: Frame, talk: Talk) -> Visit:
    return stops.by_ids(looked_at(talk.uow, talk.at), frame.slots["visits"])[0]


def _returns(frame: Frame, talk: Talk) -> list[Return]:
    """The returns that are still to be collected at the stop."""
    numbers = {task.return_number for task in _pickups(_visit(frame, talk)) if task.return_number}
    return talk.uow.returns.named(numbers) if numbers else []


def _lines(returns: Sequence[Return], uow: UnitOfWork) -> dict[str, tuple[str, int]]:
    """What is to be collected, by line: name and pieces."""
    lines = coming_back(uow.returns.lines(*returns)) if returns else []
    names = uow.stock.products({line.sku for line in lines})
    return {str(line.id): (names[line.sku].name, line.quantity) for line in lines}


def _items(pieces: Mapping[str, int], lines: Mapping[str, tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"name": lines[key][0], "quantity": n} for key, n in pieces.items() if n and key in lines]


def _is_code(said: str, made: Return) -> bool:
    return hmac.compare_digest(said.encode(), (made.code or "").encode())


def _count_wrong(returns: Sequence[Return], talk: Talk) -> None:
    """One wrong code more; the third is a case for a person."""
    for each in returns:
        made = talk.uow.returns.get(each.number, lock=True)
        made.code_tries += 1
        talk.uow.record(note(made, "code_wrong", talk.at, None, made.code_tries))
        if made.code_tries >= MOST_PIN_TRIES:
            open_trouble(PICKUP_CODE_FAILED, made, talk.uow, talk.at)
    talk.uow.flush()


# The report


def collect_return(command: CollectReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is to be collected at a stop is aboard; said again it changes nothing.

    Refuses a stop without anything to collect, a return that was called off meanwhile, nothing at all handed over, and no photo
    where it is a must.
    """
    report = begin("CollectReturn", uow, at)
    visit = stops.meant(report.tour, command, uow)[0]
    pickups = _pickups(visit)
    if not pickups:
        done = [task for task in visit.tasks if task.kind == TaskKind.PICKUP]
        if done and all(task.status in {TaskStatus.COMPLETED, TaskStatus.PARTIAL} for task in done):
            report.known.append(fact("known", visit, report, at=done[0].done_at))
            return finish(report)
        if not visit.is_ahead:
            raise done_already(visit, uow)
        raise Refusal("nothing_to_collect", stop=visit.stop.position, choices=at_stop(visit))
    returns = [report.made(task.return_number) for task in pickups if task.return_number is not None]
    if not command.photos and _must_be_photographed(returns, uow):
        raise Refusal("return_photo_needed", ask="photos", stop=visit.stop.position)
    arrived = arrived_at(visit, report)
    _keep_photos(command, pickups, report)
    missing: list[Item] = []
    for task in pickups:
        if task.return_number is None:
            bring(task, TaskStatus.COMPLETED, report)
        else:
            missing += _collect(task, visit, command, report)
    if not visit.is_ahead:
        learn_from(visit, arrived, report)
    report.done.append(fact("collected", visit, report, missing=tuple(missing)))
    return finish(report)


def _collect(task: Task, visit: Visit, command: CollectReturn, report: Report) -> list[Item]:
    """A return is aboard, and on its way to us; its customer hears it. What of it was not handed over is given back."""
    uow, made = report.uow, report.made(task.return_number or "")
    if made.status != ReturnStatus.PICKUP_PLANNED:
        raise Refusal("return_called_off", number=made.number, stop=visit.stop.position, choices=at_stop(visit))
    lines = coming_back(uow.returns.lines(made))
    pieces = {line.id: _handed_over(line, command.missing, made) for line in lines}
    if not any(pieces.values()):
        raise Refusal("collected_nothing", number=made.number, stop=visit.stop.position, choices=at_stop(visit))
    wanted = _lines([made], uow)
    for line in lines:
        line.collected = pieces[line.id]
    left = {str(line.id): line.quantity - pieces[line.id] for line in lines}
    missing = [Item(**each) for each in _items(left, wanted)]
    detail = {
        "condition": command.condition.value, "photos": list(command.photos), "words": command.words,
        "pieces": {str(line.id): pieces[line.id] for line in lines},
        "code": None if made.code is None else command.codes.get(made.number) == made.code,
    }  # fmt: skip
    bring(task, TaskStatus.PARTIAL if missing else TaskStatus.COMPLETED, report)
    uow.record(note(task, "collected", report.happened, None, made.number, **detail))
    uow.record(note(made, "collected", report.happened, None, None, **detail))
    uow.record(made.move(ReturnStatus.IN_TRANSIT, report.happened, way="pickup"))
    uow.flush()
    report.told.append(
        ReturnCollected(
            about=made.number, to=made.customer_id, number=made.number, items=items_back([made], uow)[made.number],
            at=report.happened.now, missing=tuple(missing), live=live(made), choices=next_step(made, uow, report.at),
        )
    )  # fmt: skip
    return missing


def _handed_over(line: ReturnLine, missing: Mapping[str, int], made: Return) -> int:
    """The pieces of a line that were. Refuses more missing than there are."""
    left = line.quantity - missing.get(str(line.id), 0)
    if left < 0:
        raise Refusal("missing_too_much", ask="missing", number=made.number)
    return left


def _keep_photos(command: CollectReturn, pickups: Sequence[Task], report: Report) -> None:
    """Photos of what is collected stay for good, as the customer's. Refuses those of another chat."""
    uow = report.uow
    number = next((task.return_number for task in pickups if task.return_number), None)
    for file_id in command.photos:
        photo = uow.files.lock(file_id)
        if photo is None or uow.chat is None or photo.conversation_id != uow.chat.id:
            raise NotFound("no_such_photo")
        report.kept.keep(photo)
        photo.kind, photo.expires_at = "return", None
        if number is not None:
            photo.customer_id = report.made(number).customer_id


def _pickups(visit: Visit) -> list[Task]:
    return [task for task in visit.tasks if task.is_ahead and task.kind == TaskKind.PICKUP]
