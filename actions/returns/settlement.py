"""What a customer got for a return, told in its parts."""

from __future__ import annotations

from typing import Any

from actions.returns.crediting import balances, show_choice
from actions.returns.exchanging import exchange_waits
from actions.returns.missing import missing_of
from actions.returns.stepping import next_step
from actions.returns.told import news
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.orders import DELIVERED
from domain.returns import Return, ReturnStatus
from domain.values import Money, plain
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


def settled(made: Return, uow: UnitOfWork, at: Moment, why: str | None = None) -> Notice:
    """That a return has come to its end, and what the customer gets for it."""
    choices: tuple[Choice, ...] = (show_choice(),) if uow.returns.credits_of(made) else ()
    if made.status == S.EXCHANGED:
        choices = next_step(made, uow, at)
    told = news("settled", made, uow, at, choices)
    return told.model_copy(update={"detail": plain(_settlement(made, uow) | {"why": why})})


def _settlement(made: Return, uow: UnitOfWork) -> dict[str, Any]:
    """What a customer gets for a return: refunds and credit with how each came about, and all of it together."""
    refunds, credits = uow.returns.refunds(made), uow.returns.credits_of(made)
    exchange = uow.orders.find(made.exchange_order or "") if made.status == S.EXCHANGED else None
    done = exchange is not None and exchange.status in DELIVERED
    return {
        "refunds": [_told(each.order_number, each.amount, each.currency, each.breakdown) for each in refunds],
        "credits": [_told(each.order_number, each.amount, each.currency, each.breakdown) for each in credits],
        "total": Money(sum(each.amount for each in refunds) + sum(each.amount for each in credits), made.currency),
        "credit": Money(balances(credits[0].customer_id, uow).get(made.currency, 0), made.currency) if credits else None,
        "exchange": exchange.number if exchange is not None else None, "reasons": reasons_of(made, uow),
        "day": exchange.promise_day if exchange is not None else None, "window": exchange.window if exchange is not None else None,
        "brought": done, "waits": exchange_waits(made, uow), "missing": missing_of(made, uow) if exchange is not None else [],
    }  # fmt: skip


def reasons_of(made: Return, uow: UnitOfWork) -> list[str]:
    """Why pieces did not count, in the words of whoever decided that."""
    decided = [event.detail for event in uow.returns.history(made.number) if event.change == "decided"]
    return list(dict.fromkeys(str(each["reason"]) for each in decided if each.get("reason")))


def _told(order: str | None, amount: int, currency: str, breakdown: dict[str, Any]) -> dict[str, Any]:
    """A refund or credit in words: its parts as money."""
    money = {
        name: Money(int(breakdown.get(name) or 0), currency) for name in ("carriage", "fee", "cut", "bonus", "tax")
    }
    parts = [
        {
            "name": each["name"], "pieces": each["pieces"], "amount": Money(each["amount"], currency),
            "kept": Money(each["kept"], currency) if each["kept"] else None,
        }
        for each in breakdown.get("parts", [])
    ]  # fmt: skip
    difference = breakdown.get("difference")
    return {
        "order": order, "amount": Money(amount, currency), "parts": parts,
        **{name: value if value.minor else None for name, value in money.items()},
        "difference": Money(int(difference), currency) if difference else None,
    }  # fmt: skip
