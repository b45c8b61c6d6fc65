"""Returns on the desk: the queue, the card of each, what is decided about them, and asking their customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.handover import answer_chat, can_be_handed_over
from actions.reaching import ringing_channels
from actions.returns.deciding import RECORD
from actions.returns.limit import given_alone
from actions.returns.opening import terms_of
from actions.returns.reviewing import (
    approve_by_person,
    check_waits,
    open_lines,
    pays,
    reject_by_person,
    reopen,
    worth_of,
)
from actions.returns.told import live_name, look
from actions.returns.waiting import begin_review, case_of
from domain.cases import RETURN_REVIEW, Case
from domain.commands import (
    AnswerChat,
    ApproveReturns,
    AskAboutReturn,
    RejectReturns,
    ReopenReturn,
    ReviewReturns,
    ShowReturn,
)
from domain.moment import DISPATCHING, Moment
from domain.notices import CaseDone, Choice, Media, Notice, ReturnCard, ReturnsDecided, ReturnsWaiting
from domain.refusals import NotFound
from domain.return_signals import Suggested, suggested
from domain.returns import Resolution, Return, ReturnLine, ReturnStatus
from domain.staff import EVERYWHERE
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: Returns on one page; photos on a card.
PAGE, _PHOTOS = 10, 4
#: What a person can decide that the customer gets.
_GETS: Mapping[str, Resolution] = {
    "refund": Resolution.REFUND, "credit": Resolution.CREDIT, "exchange": Resolution.EXCHANGE, "repair": Resolution.REPAIR,
    "let_keep": Resolution.KEEP,
}  # fmt: skip


# Looking


def review_returns(command: ReviewReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What waits for a decision, the greatest risk first; the card of the one that is meant, where one is named. Refuses an
    unknown depot, order or return, and whom nothing came back from."""
    if command.return_number is not None:
        return show_return(ShowReturn(return_number=command.return_number), uow, at)
    if command.order is not None or command.words:
        return _found(command, uow, at)
    depot = uow.depots.find(command.depot) if command.depot is not None else None
    if command.depot is not None and depot is None:
        raise NotFound("no_such_depot", depot=command.depot, field="depot")
    queue = uow.reviewing.queue(depot.id if depot is not None else None)
    pages = max(1, -(-len(queue) // PAGE))
    page = min(command.page, pages)
    numbers = [each.number for each in queue[PAGE * (page - 1) : PAGE * page]]
    by_number = {made.number: made for made in uow.returns.named(numbers)}
    shown = in_list([by_number[number] for number in numbers], uow)
    turning = Choice(
        label="choice.next_page", command="ReviewReturns",
        slots={**command.model_dump(mode="json", exclude_defaults=True), "page": page + 1},
    )  # fmt: skip
    worth = Money(sum(each.worth for each in queue), by_number[numbers[0]].currency) if numbers else None
    return [
        ReturnsWaiting(
            depot=depot.name if depot is not None else None, count=len(queue), worth=worth, returns_shown=shown,
            page=page, pages=pages,
            choices=(*(open_choice(each) for each in shown), *((turning,) if page < pages else ())),
        )
    ]  # fmt: skip


def _found(command: ReviewReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The returns of an order or of customers called so, the latest first; the card where there is one."""
    if command.order is not None:
        uow.orders.get(command.order)
        numbers = [each.number for each in reversed(uow.returns.of_orders([command.order]))]
    else:
        numbers = uow.reviewing.of_customers_named(command.words.split(), PAGE)
    sought = command.order or command.words
    if not numbers:
        raise NotFound("no_return_of", asked_for=sought)
    if len(numbers) == 1:
        return show_return(ShowReturn(return_number=numbers[0]), uow, at)
    by_number = {made.number: made for made in uow.returns.named(numbers)}
    shown = in_list([by_number[number] for number in numbers[:PAGE]], uow)
    return [
        ReturnsWaiting(
            asked_for=sought, depot=None, count=len(numbers), worth=None, returns_shown=shown,
            choices=tuple(open_choice(each) for each in shown),
        )
    ]  # fmt: skip


def in_list(returns: Sequence[Return], uow: UnitOfWork) -> list[dict[str, Any]]:
    """Returns as a list tells them: number, customer, goods, worth, signals and what could be decided."""
    lines: dict[int, list[ReturnLine]] = {}
    for line in uow.returns.lines(*returns):
        lines.setdefault(line.return_id, []).append(line)
    products = uow.stock.products({line.sku for each in lines.values() for line in each})
    return [
        {
            "number": made.number, "customer": uow.customers.get(made.customer_id).name,
            "items": [{"name": products[line.sku].name, "quantity": line.quantity} for line in lines.get(made.id or 0, [])],
            "worth": Money(made.worth, made.currency), "signals": len(made.signals), "asked_at": made.created_at,
            "status": made.status,
            "suggested": _facts_of(_suggestion(made, lines.get(made.id or 0, []))),
        }
        for made in returns
    ]  # fmt: skip


def open_choice(shown: Mapping[str, Any]) -> Choice:
    """The button for the card of a return in a list."""
    values = {"number": shown["number"], "customer": shown["customer"], "worth": shown["worth"]}
    return Choice(
        label="choice.open_return", values=values, command="ShowReturn", slots={"return_number": shown["number"]}
    )


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
        suggested=_facts_of(_suggestion(made, lines)) if waits else None, appeal_of=made.appeal_of,
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


def _suggestion(made: Return, lines: Sequence[ReturnLine]) -> Suggested:
    waiting = open_lines(lines)
    resolutions = {each for line in waiting for each in terms_of(line).resolutions}
    return suggested(
        {str(each["code"]) for each in made.signals}, {line.reason for line in waiting},
        sum(len(line.photos) for line in waiting), resolutions, appeal=made.appeal_of is not None,
    )  # fmt: skip


def _facts_of(suggestion: Suggested) -> dict[str, Any]:
    return {"what": suggestion.what, "why": suggestion.why}


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


# Deciding


def why_two(command: ApproveReturns, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What a second person reads before more than the limit is given back; None for less. Refuses what waits for nobody."""
    waiting, _ = _waiting(command.return_numbers, uow)
    lines = {made.number: uow.returns.lines(made) for made in waiting}
    worth = sum(pays(lines[made.number], uow) for made in waiting)
    so_far = given_alone(uow, at)
    if worth + so_far <= at.policies.refund_limit:
        return None
    person = uow.people.get(at.actor.person or 0)
    currency = waiting[0].currency
    return {
        "returns_shown": in_list(waiting, uow), "worth": Money(worth, currency),
        "so_far": Money(worth + so_far, currency) if so_far else None, "resolution": command.resolution,
        "who": person.name if person is not None else None, "desk": _desk_of(waiting, uow),
    }  # fmt: skip


def _desk_of(returns: Sequence[Return], uow: UnitOfWork) -> str:
    """The depot all of them go to, or everybody's."""
    depots = {made.depot_id for made in returns}
    only = depots.pop() if len(depots) == 1 else None
    return uow.depots.get(only).code if only is not None else EVERYWHERE


def _waiting(numbers: Sequence[str], uow: UnitOfWork) -> tuple[list[Return], list[Return]]:
    """Returns that wait for a decision, locked in order, and those that do not any more. Refuses an unknown one, and where
    none waits."""
    if not numbers:
        raise NotFound("no_return_waits")
    found = [uow.returns.get(number, lock=True) for number in sorted(dict.fromkeys(numbers))]
    waiting = [made for made in found if made.status == ReturnStatus.REVIEW]
    if not waiting:
        check_waits(found[0])
    return waiting, [made for made in found if made.status != ReturnStatus.REVIEW]


def describe_approving(command: ApproveReturns, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What would be approved, where it is more than the one return that was named or shown. Refuses where none waits."""
    return _describe(command, uow)


def describe_rejecting(command: RejectReturns, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What would be rejected, where it is more than the one return that was named or shown. Refuses where none waits."""
    return _describe(command, uow)


def _describe(command: ApproveReturns | RejectReturns, uow: UnitOfWork) -> Mapping[str, Any] | None:
    waiting, _ = _waiting(command.return_numbers, uow)
    if len(command.return_numbers) == 1 and not command.every and command.under is None:
        return None
    worth = sum(pays(uow.returns.lines(made), uow) for made in waiting)
    return {"returns_shown": in_list(waiting, uow), "worth": Money(worth, waiting[0].currency), "count": len(waiting)}


def approve_returns(command: ApproveReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Each of them is approved and its customer told; what somebody decided meanwhile is left as it is, which is said."""
    waiting, skipped = _waiting(command.return_numbers, uow)
    resolution = _GETS[command.resolution] if command.resolution is not None else None
    told = [
        notice
        for made in waiting
        for notice in approve_by_person(
            made, uow, at, resolution=resolution, inspect=command.inspect, words=command.words
        )
    ]
    return [_decided("approved", waiting, skipped, command.words, uow), *told]


def reject_returns(command: RejectReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Each of them is rejected and its customer told why; what somebody decided meanwhile is left as it is."""
    waiting, skipped = _waiting(command.return_numbers, uow)
    told = [notice for made in waiting for notice in reject_by_person(made, uow, at, why=command.reason)]
    return [_decided("rejected", waiting, skipped, command.reason, uow), *told]


def reopen_return(command: ReopenReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a person's decision back; the customer is told that somebody looks again."""
    made = uow.returns.get(command.return_number, lock=True)
    told = reopen(made, uow, at)
    return [_decided("reopened", [made], [], "", uow), *told]


def _decided(
    what: str, returns: Sequence[Return], skipped: Sequence[Return], why: str, uow: UnitOfWork
) -> ReturnsDecided:
    uow.flush()
    alone = returns[0] if len(returns) == 1 and not skipped else None
    undo = Choice(
        label="choice.undo", command="ReopenReturn", slots={"return_number": alone.number if alone is not None else ""}
    )
    return ReturnsDecided(
        thread=live_name(alone) if alone is not None else None, what=what, returns_shown=in_list(returns, uow),
        skipped=[{"number": made.number, "status": made.status} for made in skipped], why=why,
        choices=(undo,) if alone is not None and what != "reopened" else (),
    )  # fmt: skip


def ask_about_return(command: AskAboutReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask the customer, in the chat the return came from or where they can be reached; what they answer there is said under
    the card. Refuses a return that waits for nobody, and where nobody can be reached."""
    made = uow.returns.get(command.return_number, lock=True)
    check_waits(made)
    case = begin_review(made, uow.returns.lines(made), uow, at)
    chat = uow.chats.get(case.conversation_id) if case.conversation_id is not None else None
    if chat is None or not can_be_handed_over(chat) or chat.dead_at is not None:
        other = next(ringing_channels(uow.customers.get(made.customer_id), uow, at), None)
        case.conversation_id = other.id if other is not None else case.conversation_id
    uow.flush()
    said = answer_chat(AnswerChat(case=case.name, words=command.words), uow, at)
    done = ReturnsDecided(thread=live_name(made), what="asked", returns_shown=in_list([made], uow))
    return [done, *(each for each in said if not isinstance(each, CaseDone))]
