"""Returns on the desk: the queue, what is decided about them, and asking their customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.desk.return_card import show_return, suggestion
from actions.handover import answer_chat, can_be_handed_over
from actions.reaching import ringing_channels
from actions.returns.limit import given_alone
from actions.returns.reviewing import (
    approve_by_person,
    check_waits,
    pays,
    reject_by_person,
    reopen,
)
from actions.returns.told import live_name
from actions.returns.waiting import begin_review
from domain.commands import (
    AnswerChat,
    ApproveReturns,
    AskAboutReturn,
    RejectReturns,
    ReopenReturn,
    ReviewReturns,
    ShowReturn,
)
from domain.moment import Moment
from domain.notices import CaseDone, Choice, Notice, ReturnsDecided, ReturnsWaiting
from domain.refusals import NotFound
from domain.returns import Resolution, Return, ReturnLine, ReturnStatus
from domain.staff import EVERYWHERE
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: Returns on one page.
PAGE = 10
#: What a person can decide that the customer gets.
_GETS: Mapping[str, Resolution] = {
    "refund": Resolution.REFUND, "credit": Resolution.CREDIT, "exchange": Resolution.EXCHANGE, "repair": Resolution.REPAIR,
    "let_keep": Resolution.KEEP,
}  # fmt: skip


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
            "suggested": suggestion(made, lines.get(made.id or 0, [])),
        }
        for made in returns
    ]  # fmt: skip


def open_choice(shown: Mapping[str, Any]) -> Choice:
    """The button for the card of a return in a list."""
    values = {"number": shown["number"], "customer": shown["customer"], "worth": shown["worth"]}
    return Choice(
        label="choice.open_return", values=values, command="ShowReturn", slots={"return_number": shown["number"]}
    )


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
