"""Returns as their customers are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.returns.opening import comes_back, terms_of
from domain.events import Event
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, ReturnNews, ReturnShown
from domain.returns import Outcome, Return, ReturnLine, approved_of
from domain.values import Money
from storage.unit_of_work import UnitOfWork


def live_name(made: Return) -> str:
    """What the card of a return is called, under which all about it is said."""
    return f"return:{made.number}"


def look(made: Return, uow: UnitOfWork, lines: list[ReturnLine] | None = None) -> dict[str, Any]:
    """A return as its customer may see it."""
    lines = lines if lines is not None else uow.returns.lines(made)
    products = uow.stock.products({line.sku for line in lines} | {line.exchange_sku or "" for line in lines})
    return {
        "number": made.number, "status": made.status, "resolution": made.resolution, "way": made.way,
        "lines": [
            {
                "order": line.order_number, "sku": line.sku, "name": products[line.sku].name, "quantity": line.quantity,
                "reason": line.reason, "outcome": line.outcome, "says": _says(line), "instead": line.instead,
                "exchange": products[line.exchange_sku].name if line.exchange_sku in products else None,
                "received": line.received, "accepted": line.accepted,
            }
            for line in lines
        ],
        "comes_back": comes_back(made, lines), "bonus": bonus_of(lines), "credit": Money(credit_of(made, lines), made.currency),
        "worth": Money(made.worth, made.currency), "fee": Money(made.fee, made.currency) if made.fee else None,
        "expires_on": made.expires_on, "pickup_day": made.pickup_day, "pickup_window": made.pickup_window,
        "told_start": made.told_start, "told_end": made.told_end, "address": made.address,
        "refunds": [
            {"amount": Money(each.amount, each.currency), "status": each.status, "done_at": each.done_at}
            for each in uow.returns.refunds(made)
        ],
        "exchange_order": made.exchange_order, "appeal_of": made.appeal_of, "decided_by": made.decided_by,
        "why": made.decided_why if made.decided_by == "person" else "", "token": made.token,
    }  # fmt: skip


def _says(line: ReturnLine) -> str:
    """What its rule says; nothing where a person looks although the rule would have approved it."""
    looked_at = line.outcome == Outcome.REVIEW and terms_of(line).outcome == Outcome.APPROVE
    return "" if looked_at else line.says


def bonus_of(lines: Sequence[ReturnLine]) -> int:
    """What store credit is worth more than what was paid (%)."""
    return min((terms_of(line).bonus for line in approved_of(lines)), default=0)


def credit_of(made: Return, lines: Sequence[ReturnLine]) -> int:
    """The most store credit its pieces can come to, in minor units: with the bonus, less the fee."""
    paid = [(line.quantity * line.unit_price, terms_of(line).bonus) for line in approved_of(lines)]
    return max(0, sum(worth + worth * bonus // 100 for worth, bonus in paid) - made.fee)


def shown(made: Return, uow: UnitOfWork, choices: tuple[Choice, ...] = ()) -> Notice:
    """A return in answer to whoever asks."""
    lines = uow.returns.lines(made)
    return ReturnShown(
        about=lines[0].order_number,
        number=made.number,
        look=look(made, uow, lines),
        live=live_name(made),
        choices=choices,
    )


def news(what: str, made: Return, uow: UnitOfWork, at: Moment, choices: tuple[Choice, ...] = ()) -> Notice:
    """What has happened to a return, for its customer, or who got it as a gift; in answer, where it was they who did it."""
    lines = uow.returns.lines(made)
    answers = at.actor.role == Role.CUSTOMER
    chat = receivers_chat(made, uow) if not answers else None
    return ReturnNews(
        about=lines[0].order_number, to=None if answers or chat is not None else made.customer_id, chat=chat,
        number=made.number, what=what, look=look(made, uow, lines), live=live_name(made), choices=choices,
    )  # fmt: skip


def is_receivers(made: Return, uow: UnitOfWork) -> bool:
    """Whether it is a gift that whoever got it sends back: it was not asked for by the customer who had paid. Whom nobody
    knows, and whom staff ask for, is taken for the receiver; of what a shop asks for, it says so itself."""
    if not made.gift:
        return False
    asked = _asked(made, uow)
    if asked is not None and asked.actor == Role.API:
        return bool((made.request or {}).get("gift"))
    return asked is None or asked.actor != Role.CUSTOMER or asked.person != made.customer_id


def receivers_chat(made: Return, uow: UnitOfWork) -> int | None:
    """The conversation in which the receiver of a gift sends it back, who is told there: it is no news for the giver."""
    if made.conversation_id is None or not is_receivers(made, uow):
        return None
    asked = _asked(made, uow)
    return made.conversation_id if asked is not None and asked.actor == Role.CUSTOMER else None


def _asked(made: Return, uow: UnitOfWork) -> Event | None:
    history = uow.returns.history(made.number)
    return next((event for event in history if event.change == "status" and event.before is None), None)
