"""Which returns staff mean: those they name, those shown last, all that wait, or one of these to choose."""

from __future__ import annotations

from datetime import timedelta

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.desk.returns import in_list
from domain.commands.deciding import MOST_AT_ONCE
from domain.dialogue import Frame
from domain.notices import Choice
from domain.refusals import NotFound
from domain.returns import Return, ReturnStatus
from storage import outbox
from storage.reviewing import Waiting

#: What was shown so lately is what "it" means.
_LATELY = timedelta(hours=12)
#: So many returns of people of one name are looked through.
_MOST_NAMED = 200
#: Why returns are usually rejected; customers read the words of each.
USUAL_REASONS = ("worn", "not_ours", "no_proof", "not_covered", "too_late")


def which_return(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that was named, else the one shown last here, else one of those that wait."""
    if frame.slots.get("return_number"):
        return Known({})
    live = _shown_last(talk)
    if live is not None:
        return Known({"return_number": live.number})
    waiting = [each.number for each in talk.uow.reviewing.queue()]
    if not waiting:
        raise NotFound("no_return_waits")
    return _ask("return_number", waiting, talk, several=False)


def which_returns(frame: Frame, talk: Talk) -> Known | Ask:
    """The returns that were named; all that wait, or all below a worth; else the one shown last; else one to choose."""
    if frame.slots.get("return_numbers"):
        return Known({})
    queue = talk.uow.reviewing.queue()
    if not queue:
        raise NotFound("no_return_waits")
    named = _of_named(frame, queue, talk)
    if named:
        return Known({"return_numbers": named[:MOST_AT_ONCE]})
    under = frame.slots.get("under")
    if under is not None or frame.slots.get("every"):
        most = round(float(str(under).split()[0]) * 100) if under is not None else None
        meant = [each.number for each in queue if most is None or each.worth < most]
        if not meant:
            raise NotFound("no_return_so_small", under=under, count=len(queue))
        return Known({"return_numbers": meant[:MOST_AT_ONCE]})
    live = _shown_last(talk)
    if live is not None and live.status == ReturnStatus.REVIEW:
        return Known({"return_numbers": [live.number]})
    return _ask("return_numbers", [each.number for each in queue], talk, several=True)


def _of_named(frame: Frame, queue: list[Waiting], talk: Talk) -> list[str]:
    """Those that wait of the order or the customer that was named. Refuses where none does."""
    order, customer = frame.slots.get("order"), str(frame.slots.get("customer") or "")
    if order is None and not customer:
        return []
    if order is not None:
        talk.uow.orders.get(str(order))
        meant = {made.number for made in talk.uow.returns.of_orders([str(order)])}
    else:
        meant = set(talk.uow.reviewing.of_customers_named(customer.split(), _MOST_NAMED))
    found = [each.number for each in queue if each.number in meant]
    if not found:
        raise NotFound("no_return_waits_of", asked_for=order or customer)
    return found


def why_rejected(frame: Frame, talk: Talk) -> Known | Ask:
    """The reason the customer reads: the one that was given, a usual one, or words."""
    if frame.slots.get("reason"):
        return Known({})
    choices = tuple(Choice(label=f"choice.return_why_{each}", slots={"reason": each}) for each in USUAL_REASONS)
    return Ask("reason", "why_rejected", choices, {"returns": list(frame.slots.get("return_numbers") or ())})


def what_to_ask(frame: Frame, talk: Talk) -> Known | Ask:
    """The words for the customer."""
    return Known({}) if frame.slots.get("words") else Ask("words", "what_to_ask")


def why_fraud(frame: Frame, talk: Talk) -> Known | Ask:
    """What was found, for those who read it later."""
    return Known({}) if frame.slots.get("reason") else Ask("reason", "why_fraud")


def _shown_last(talk: Talk) -> Return | None:
    since = talk.at.now - _LATELY
    live = outbox.last_live(talk.uow.session, talk.conversation.id or 0, since, "return")
    return talk.uow.returns.find(live.partition(":")[2]) if live is not None else None


def _ask(slot: str, numbers: list[str], talk: Talk, *, several: bool) -> Ask:
    some = numbers[:MAX_BUTTONS]
    by_number = {made.number: made for made in talk.uow.returns.named(some)}
    shown = in_list([by_number[number] for number in some], talk.uow)
    choices = tuple(
        Choice(
            label="choice.open_return",
            values={"number": each["number"], "customer": each["customer"], "worth": each["worth"]},
            slots={slot: [each["number"]] if several else each["number"]},
        )
        for each in shown
    )
    return Ask(slot, "which_return_waits", choices, {"count": len(numbers)})
