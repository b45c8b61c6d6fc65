"""The card of a return on the desk: what is asked, what is known, and the buttons for what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.returns.deciding import RECORD
from actions.returns.opening import terms_of
from actions.returns.reviewing import (
    open_lines,
    pays,
    worth_of,
)
from actions.returns.told import live_name, look
from actions.returns.waiting import case_of
from domain.cases import RETURN_REVIEW, Case
from domain.commands import (
    ShowReturn,
)
from domain.moment import DISPATCHING, Moment
from domain.notices import Choice, Media, Notice, ReturnCard
from domain.return_signals import suggested
from domain.returns import Return, ReturnLine, ReturnStatus
from domain.staff import EVERYWHERE
from storage.unit_of_work import UnitOfWork

#: Photos on a card.
_PHOTOS = 4


def show_return(command: ShowReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everything about a return. Refuses an unknown one."""
    made = uow.returns.get(command.return_number)
    card = _card(made, uow, at)
    if at.actor.is_staff and at.actor.role not in DISPATCHING:
        card = card.model_copy(update={"choices": _looks(made, card.about)})
    return [card.model_copy(update={"desk": None})]


def return_card(number: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of a return, for the room of those who decide while it waits for them."""
    made = uow.returns.find(number)
    assert made is not None, "what has a history is there"
    return _card(made, uow, at)


def comes_up(number: str, uow: UnitOfWork) -> bool:
    """Whether a return is told in a room where nobody has seen it: it waits for a person."""
    made = uow.returns.find(number)
    return made is not None and made.status == ReturnStatus.REVIEW


def of_case(name: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """The return that an exception is about, which shows who sees to it."""
    case = next(iter(uow.cases.of_ids([int(name.removeprefix("C-")) - 1000])), None)
    return [("return", str(case.detail["return_number"]))] if case is not None and case.kind == RETURN_REVIEW else []


def _card(made: Return, uow: UnitOfWork, at: Moment) -> ReturnCard:
    lines = uow.returns.lines(made)
    case = case_of(made, uow)
    depot = uow.depots.get(made.depot_id).code if made.depot_id is not None else None
    owner = uow.people.get(case.owner_id) if case is not None and case.owner_id is not None else None
    who = uow.people.get(made.staff_id) if made.staff_id is not None else None
    waits = made.status == ReturnStatus.REVIEW
    photos = _photos(lines, case, uow, at)
    own = look(made, uow, lines)
    return ReturnCard(
        about=lines[0].order_number, live=live_name(made), desk=(depot or EVERYWHERE) if waits else None,
        number=made.number, status=made.status, customer=uow.customers.get(made.customer_id).name, depot=depot,
        asked_at=made.created_at, words=made.words, gift=made.gift, goods_back=_goods(own["lines"], lines, made),
        worth=_money(worth_of(lines) or sum(line.quantity * line.unit_price for line in lines), made), pays=_money(pays(lines, uow), made),
        fee=_money(made.fee, made) if made.fee else None, record=_record(made, uow, at), signals=_signals(made),
        suggested=suggestion(made, lines) if waits else None, appeal_of=made.appeal_of,
        resolution=made.resolution, decided_by=made.decided_by, decided_why=made.decided_why,
        who=who.name if who is not None else None, **_seen_to(case, owner.name if owner is not None else None, uow, at),
        photos=len(photos), media=Media(photos=photos[:_PHOTOS]) if photos else None,
        choices=_choices(made, lines, case),
    )  # fmt: skip


def _money(minor: int, made: Return) -> dict[str, Any]:
    return {"minor": minor, "currency": made.currency}


def _goods(told: Sequence[Mapping[str, Any]], lines: Sequence[ReturnLine], made: Return) -> list[dict[str, Any]]:
    """The lines as the customer may see them, with what they said and what each is worth."""
    return [
        {
            **shown, "worth": _money(line.quantity * line.unit_price, made), "words": line.words, "opened": line.opened,
            "rule": line.rule, "photos": len(line.photos),
        }
        for shown, line in zip(told, lines, strict=True)
    ]  # fmt: skip


def _record(made: Return, uow: UnitOfWork, at: Moment) -> dict[str, int]:
    """What is known of the customer within a year."""
    since = at.now - RECORD
    pieces = uow.reviewing.pieces_of(made.customer_id, since)
    return {
        "orders": uow.reviewing.orders_of(made.customer_id, since),
        "returns": uow.reviewing.returns_of(made.customer_id, since), "delivered": pieces.delivered,
        "returned": pieces.returned, "rate": pieces.rate, "fraud_marks": uow.customers.get(made.customer_id).fraud_marks,
    }  # fmt: skip


def _signals(made: Return) -> list[dict[str, Any]]:
    return [{"code": f"return_signal.{each['code']}", "values": each.get("values", {})} for each in made.signals]


def _seen_to(case: Case | None, owner: str | None, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """Who sees to it, until when, and whether the customer waits for an answer."""
    if case is None:
        return {}
    said = (("answered", None), ("answered_again", None), ("said_again", None))
    last = uow.history.latest("case", [case.name], 1, said)
    return {
        "reference": case.name, "owner": owner, "due_at": case.due_at, "overdue": case.is_overdue(at.now),
        "until": case.snoozed_until, "waits_for_answer": bool(last) and last[0].change == "said_again",
        "asked_customer": bool(last) and last[0].change != "said_again",
    }  # fmt: skip


def _photos(lines: Sequence[ReturnLine], case: Case | None, uow: UnitOfWork, at: Moment) -> tuple[str, ...]:
    """What the customer has shown, those first that were sent last in answer to a question."""
    answered = [str(each) for each in case.detail.get("photos", [])] if case is not None else []
    ids = list(dict.fromkeys([*reversed(answered), *(photo for line in lines for photo in line.photos)]))
    there = uow.files.of_ids(ids, at.now)
    return tuple(each for each in ids if each in there)


def suggestion(made: Return, lines: Sequence[ReturnLine]) -> dict[str, Any]:
    """What could be decided about a return, and why."""
    waiting = open_lines(lines)
    resolutions = {each for line in waiting for each in terms_of(line).resolutions}
    found = suggested(
        {str(each["code"]) for each in made.signals}, {line.reason for line in waiting},
        sum(len(line.photos) for line in waiting), resolutions, appeal=made.appeal_of is not None,
    )  # fmt: skip
    return {"what": found.what, "why": found.why}


def _looks(made: Return, order: str | None) -> tuple[Choice, ...]:
    """Buttons for who only looks."""
    return (
        Choice(label="choice.show_order", values={"number": order}, command="ShowOrder", slots={"order": order}),
        Choice(label="choice.who_did", command="WhoDid", slots={"noun": "return", "subject": made.number}),
    )


def _choices(made: Return, lines: Sequence[ReturnLine], case: Case | None) -> tuple[Choice, ...]:
    """Buttons for what can be decided, and for a look."""
    one, several = {"return_number": made.number}, {"return_numbers": [made.number]}
    order = lines[0].order_number
    looks = _looks(made, order)
    ask = Choice(label="choice.ask_customer", command="AskAboutReturn", slots=one)
    if made.status != ReturnStatus.REVIEW:
        write = Choice(label="choice.write_customer", command="WriteCustomer", slots={"order": order})
        back = Choice(label="choice.reopen_return", command="ReopenReturn", slots=one)
        return (*((back,) if _may_be_reopened(made) else ()), write, *looks)
    inspects = all(terms_of(line).inspect for line in open_lines(lines))
    inspect = Choice(label="choice.approve_inspect", command="ApproveReturns", slots={**several, "inspect": True})
    return (
        Choice(label="choice.approve_return", command="ApproveReturns", slots=several),
        Choice(label="choice.approve_as", command="ApproveReturns", slots=several, form=True),
        Choice(label="choice.approve_keep", command="ApproveReturns", slots={**several, "resolution": "let_keep"}),
        *(() if inspects else (inspect,)),
        Choice(label="choice.reject_return", command="RejectReturns", slots=several),
        ask,
        *_of_case(case),
        Choice(label="choice.mark_fraud", command="MarkFraud", slots=one),
        *looks,
    )


def _may_be_reopened(made: Return) -> bool:
    return made.decided_by == "person" and made.status in {ReturnStatus.APPROVED, ReturnStatus.REJECTED}


def _of_case(case: Case | None) -> tuple[Choice, ...]:
    """Who sees to it, and when."""
    if case is None:
        return ()
    slots = {"case": case.name}
    return (
        *((Choice(label="choice.own", command="OwnCase", slots=slots),) if case.owner_id is None else ()),
        Choice(label="choice.hand", command="HandCase", slots=slots),
        Choice(label="choice.snooze", command="SnoozeCase", slots=slots),
    )
