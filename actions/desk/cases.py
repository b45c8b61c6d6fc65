"""Exceptions on the desk: lists, cards, and who sees to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from actions.cases import BY_HAND, live_name, news
from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.desk.finding import find_orders
from actions.desk.people import person_called
from actions.desk.return_card import show_return
from actions.driving.dispatcher import is_drivers
from actions.returns.pickups import PICKUP_NOT_PLANNED
from domain.cases import MORNING, RETURN_REVIEW, Case, CaseStatus, facts
from domain.commands import FindOrders, HandCase, OwnCase, ShowCase, ShowCases, ShowReturn, SnoozeCase
from domain.dialogue import Frame
from domain.moment import DISPATCHING, Moment
from domain.notices import CaseCard, CaseDone, CaseLook, CasesShown, Choice, Media, Notice
from domain.refusals import NotFound, Refusal
from domain.scheduling import moment_of
from domain.staff import EVERYWHERE
from domain.values import plain
from storage import outbox
from storage.finding import Sought
from storage.nouns import CaseFilter
from storage.unit_of_work import UnitOfWork

#: Cases on one page; what was shown so lately is what "it" means.
PAGE, _LATELY = 10, timedelta(hours=12)
_HOUR = 3_600
#: Cases that end with what is done about them, and by nothing else.
_OF_RETURNS = frozenset({BY_HAND, "return_repair", "return_inspection", "return_unsettled"})
#: What is done about a kind of case, by the beginning of the kind: the button and its command.
_REMEDIES: tuple[tuple[str, str, str], ...] = (
    ("address_not_found", "choice.address", "ChangeAddress"),
    ("no_promise", "choice.reschedule", "RescheduleOrder"),
    ("backordered", "choice.reschedule", "RescheduleOrder"),
    ("not_planned", "choice.reschedule", "RescheduleOrder"),
    ("not_reached", "choice.reschedule", "RescheduleOrder"),
    ("missing_at_loading", "choice.reschedule", "RescheduleOrder"),
    ("delivery_failed", "choice.reschedule", "RescheduleOrder"),
    ("removed_from_route", "choice.reschedule", "RescheduleOrder"),
)


def which_case(frame: Frame, talk: Talk) -> Known | Ask:
    """The exception that was named, else the one shown last here, else one of those that are open."""
    if frame.slots.get("case"):
        return Known({})
    since = talk.at.now - _LATELY
    live = outbox.last_live(talk.uow.session, talk.conversation.id or 0, since, "case")
    if live is not None:
        return Known({"case": live.partition(":")[2]})
    found = talk.uow.cases.listed(CaseFilter(now=talk.at.now), MAX_BUTTONS)
    if not found:
        raise NotFound("no_open_case")
    choices = tuple(
        Choice(label="choice.case_of_kind", values={"case": each.name, "kind": each.kind}, slots={"case": each.name})
        for each in found
    )
    return Ask("case", "which_case", choices)


def who_takes_it(frame: Frame, talk: Talk) -> Known | Ask:
    """The person a case goes to: the one named, or one of those who run the day."""
    said = frame.slots.get("person")
    if said:
        person = person_called(str(said).removeprefix("@"), talk.uow)
        if person is None or not person.active:
            raise NotFound("no_staff_named", ask="person", name=said)
        return Known({"person": str(person.id)})
    choices = tuple(
        Choice(label="choice.person_named", values={"name": each.name}, slots={"person": str(each.id)})
        for each in talk.uow.people.in_roles(DISPATCHING)
        if each.id != talk.at.actor.person
    )
    return Ask("person", "who_takes_it", choices[:MAX_BUTTONS])


def until_when(frame: Frame, talk: Talk) -> Known | Ask:
    """Until when a case is put off; offers an hour and the morning."""
    if any(frame.slots.get(name) is not None for name in ("lasts", "day", "window")):
        return Known({})
    tomorrow = talk.at.now.astimezone(talk.at.policies.zone).date() + timedelta(days=1)
    choices = (
        Choice(label="choice.snooze_hour", slots={"lasts": _HOUR}),
        Choice(label="choice.snooze_morning", slots={"day": tomorrow}),
    )
    return Ask("lasts", "until_when", choices)


def show_cases(command: ShowCases, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What needs a person: all, or what was asked for; what was put off only where that is asked for."""
    if command.orders is not None:
        wanted_orders = command.model_dump(include={"days", "postcode", "depot", "page"})
        return find_orders(FindOrders(state=command.orders, **wanted_orders), uow, at)
    wanted = CaseFilter(
        now=at.now, which=command.which, group=command.group, desk=command.depot, person=at.actor.person
    )
    count = uow.cases.count(wanted)
    found = uow.cases.listed(wanted, PAGE, PAGE * (command.page - 1))
    pages = max(1, -(-count // PAGE))
    owners = uow.people.names({each.owner_id for each in found if each.owner_id is not None})
    late, failed = _in_trouble(command.depot, uow, at)
    return [
        CasesShown(
            sought=plain(command.model_dump(include={"which", "group", "depot"})), count=count, page=min(command.page, pages), pages=pages,
            cases_shown=tuple(_look(case, owners, at) for case in found), late_orders=late, failed_today=failed,
            choices=(*(open_choice(case) for case in found), *_more(command, pages, late, failed)),
        )
    ]  # fmt: skip


def _in_trouble(depot: str | None, uow: UnitOfWork, at: Moment) -> tuple[int, int]:
    """How many orders are late now, and how many failed today."""
    known = uow.depots.find(depot) if depot is not None else None
    zone = known.tz if known is not None else at.policies.zone
    today = at.now.astimezone(zone).date()
    day = (moment_of(today, datetime.min.time(), zone), at.now + timedelta(seconds=1))
    depot_id = known.id if known is not None else None
    late = Sought(now=at.now, today=today, state="late", depot_id=depot_id)
    failed = Sought(now=at.now, today=today, state="failed", start=day[0], end=day[1], depot_id=depot_id)
    return uow.finding.count(late), uow.finding.count(failed)


def _more(command: ShowCases, pages: int, late: int, failed: int) -> tuple[Choice, ...]:
    slots = command.model_dump(mode="json", exclude_defaults=True)
    depot = {"depot": command.depot} if command.depot is not None else {}
    turning = Choice(label="choice.next_page", command="ShowCases", slots={**slots, "page": command.page + 1})
    possible = (
        (turning, command.page < pages),
        (
            Choice(
                label="choice.late_orders",
                values={"count": late},
                command="FindOrders",
                slots={"state": "late", **depot},
            ),
            late,
        ),
        (Choice(label="choice.failed_orders", command="FindOrders", slots={"state": "failed", **depot}), failed),
    )
    return tuple(choice for choice, wanted in possible if wanted)


def open_choice(case: Case) -> Choice:
    """The button for a case's card."""
    values = {"case": case.name, "kind": case.kind}
    return Choice(label="choice.case_of_kind", values=values, command="ShowCase", slots={"case": case.name})


def _look(case: Case, owners: dict[int, str], at: Moment) -> CaseLook:
    return CaseLook(
        reference=case.name, kind=case.kind, status=case.status, says=_says("what", case), order=case.order_number,
        owner=owners.get(case.owner_id or 0), due_at=case.due_at, overdue=case.is_overdue(at.now),
    )  # fmt: skip


def _says(part: str, case: Case) -> dict[str, Any]:
    return {"code": f"case.{part}.{case.kind}", "values": facts(case)}


def show_case(command: ShowCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everything about an exception; of a return that waits for a person, its own card. Refuses an unknown one."""
    case = uow.cases.get(command.case)
    if case.kind == RETURN_REVIEW:
        return show_return(ShowReturn(return_number=case.detail["return_number"]), uow, at)
    card = _card(case, uow, at)
    return [card.model_copy(update={"desk": None})]


def case_card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of a case, for the room of those who see to it; what is settled comes up nowhere anew."""
    case = uow.cases.get(name)
    card = _card(case, uow, at)
    told = case.is_open and case.kind != RETURN_REVIEW  # a return comes up with a card of its own
    return card if told else card.model_copy(update={"desk": None})


def _card(case: Case, uow: UnitOfWork, at: Moment) -> CaseCard:
    customer = uow.customers.get(case.customer_id) if case.customer_id is not None else None
    driver = uow.driving.driver(int(case.detail["driver"])) if case.detail.get("driver") else None
    owner = uow.people.get(case.owner_id) if case.owner_id is not None else None
    photos = tuple(uow.files.of_ids([str(each) for each in case.detail.get("photos", [])], at.now))
    return CaseCard(
        about=case.order_number, live=live_name(case), desk=case.desk, reference=case.name, kind=case.kind,
        status=case.status, says=_says("what", case), todo=_says("todo", case), opened_at=case.opened_at,
        order=case.order_number, depot=case.desk if case.desk != EVERYWHERE else None,
        customer=customer.name if customer is not None else None, drives=driver.name if driver is not None else None,
        owner=owner.name if owner is not None else None, due_at=case.due_at, overdue=case.is_overdue(at.now),
        until=case.snoozed_until, waits_for_answer=is_talk(case) and case.is_open and _waits(case, uow),
        media=Media(photos=photos[:4]) if photos else None, choices=_choices(case),
    )  # fmt: skip


def is_talk(case: Case) -> bool:
    """Whether somebody wrote, whom a person can answer."""
    return case.conversation_id is not None and (case.kind.startswith(("wish.", "problem.")) or is_drivers(case))


def _waits(case: Case, uow: UnitOfWork) -> bool:
    said = (("answered", None), ("answered_again", None), ("said_again", None), ("opened", None))
    last = uow.history.latest("case", [case.name], 1, said)
    return not last or not last[0].change.startswith("answered")


def _choices(case: Case) -> tuple[Choice, ...]:
    """Buttons for what can be done about a case as it stands."""
    slots = {"case": case.name}
    order = {"order": case.order_number}
    show = Choice(label="choice.show_order", values={"number": case.order_number}, command="ShowOrder", slots=order)
    look = (show,) if case.order_number is not None else ()
    who = Choice(label="choice.who_did", command="WhoDid", slots=slots)
    if not case.is_open:
        return (*look, who)
    own = Choice(label="choice.own", command="OwnCase", slots=slots)
    answers = (
        Choice(label="choice.answer_chat", command="AnswerChat", slots=slots),
        Choice(label="choice.close_chat", command="CloseChat", slots=slots),
    )
    return (
        *((own,) if case.owner_id is None else ()),
        *(answers if is_talk(case) else ()),
        *_remedies(case),
        Choice(label="choice.hand", command="HandCase", slots=slots),
        Choice(label="choice.snooze_hour", command="SnoozeCase", slots={**slots, "lasts": _HOUR}),
        Choice(label="choice.snooze", command="SnoozeCase", slots=slots),
        *(
            ()
            if is_talk(case) or case.kind in _OF_RETURNS
            else (Choice(label="choice.resolve", command="ResolveCase", slots=slots),)
        ),
        *look,
        who,
    )


def _remedies(case: Case) -> tuple[Choice, ...]:
    """What is done about it, where that is clear: the command that was proposed, or what such a case needs."""
    if case.detail.get("proposal") and case.detail.get("route") and case.kind.startswith("incident."):
        slots = {"route": case.detail["route"], "reason": case.kind.removeprefix("incident.")}
        return (Choice(label="choice.split_route", command="SplitRoute", slots=slots),)
    if case.kind in _OF_RETURNS:
        return _remedies_of_returns(case)
    if case.kind == PICKUP_NOT_PLANNED and case.detail.get("return_number"):
        number = case.detail["return_number"]
        insert = Choice(
            label="choice.insert_order", values={"order": number}, command="InsertStop", slots={"return_number": number}
        )
        return (insert,)
    if case.order_number is None:
        return ()
    slots = {"order": case.order_number}
    return tuple(
        Choice(label=label, command=command, slots=slots)
        for begins, label, command in _REMEDIES
        if case.kind.startswith(begins)
    )


def _remedies_of_returns(case: Case) -> tuple[Choice, ...]:
    """What is done about goods that came back, and the money for them."""
    slots = {"return_number": case.detail.get("return_number")}
    if case.kind == BY_HAND:
        return (Choice(label="choice.refund_done", command="RecordRefund", slots={"key": case.detail.get("key")}),)
    if case.kind == "return_repair":
        return (Choice(label="choice.repaired", command="FinishRepair", slots=slots),)
    if case.kind == "return_unsettled" and case.detail.get("gift"):
        return (Choice(label="choice.settle_credit", command="SettleReturn", slots={**slots, "resolution": "credit"}),)
    if case.kind == "return_unsettled":
        return tuple(
            Choice(label=f"choice.settle_{each}", command="SettleReturn", slots={**slots, "resolution": each})
            for each in ("refund", "credit", "repair")
        )
    return tuple(
        Choice(label=f"choice.accept_{each}", command="DecideInspection", slots={**slots, "accept": each}, form=form)
        for each, form in (("found", False), ("all", False), ("pieces", True), ("none", True))
    )


def own_case(command: OwnCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Whoever says so sees to it from now on; whoever did before hears of it. Refuses what is settled."""
    case = _open(command.case, uow)
    before = case.owner_id
    if before != at.actor.person or case.status != CaseStatus.OWNED:
        uow.record(case.own(at.actor.person, at))
    was = uow.people.get(before) if before is not None and before != at.actor.person else None
    told = [news("taken", case, uow, at, staff=was.id)] if was is not None else []
    other = was.name if was is not None else None
    return [
        CaseDone(about=case.order_number, thread=live_name(case), what="owned", reference=case.name, other=other),
        *told,
    ]


def hand_case(command: HandCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Somebody else sees to it from now on, and hears of it. Refuses what is settled, and an unknown person."""
    case = _open(command.case, uow)
    person = person_called(command.person, uow)
    if person is None or not person.active:
        raise NotFound("no_staff_named", name=command.person)
    uow.record(case.own(person.id, at))
    done = CaseDone(
        about=case.order_number, thread=live_name(case), what="handed", reference=case.name, other=person.name
    )
    return [done, news("handed", case, uow, at, staff=person.id).model_copy(update={"choices": (open_choice(case),)})]


def snooze_case(command: SnoozeCase, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put it off. Refuses what is settled, and a time that is over."""
    case = _open(command.case, uow)
    until = _until(command, at)
    if until <= at.now:
        raise Refusal("snoozed_into_past", until=until)
    uow.record(case.snooze(until, at))
    wake = Choice(label="choice.own", command="OwnCase", slots={"case": case.name})
    return [
        CaseDone(
            about=case.order_number,
            thread=live_name(case),
            what="snoozed",
            reference=case.name,
            until=until,
            choices=(wake,),
        )
    ]


def _until(command: SnoozeCase, at: Moment) -> datetime:
    if command.lasts is not None:
        return at.now + timedelta(seconds=command.lasts)
    zone = at.policies.zone
    today = at.now.astimezone(zone).date()
    clock = command.window.start if command.window is not None else MORNING
    if command.day is not None:
        return moment_of(command.day, clock, zone)
    then = moment_of(today, clock, zone)
    return then if then > at.now else moment_of(today + timedelta(days=1), clock, zone)


def _open(reference: str, uow: UnitOfWork) -> Case:
    case = uow.cases.get(reference)
    if not case.is_open:
        raise Refusal("case_is_settled", case=case.name)
    return case
