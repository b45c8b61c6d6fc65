"""Amounts of money as people write them."""

from __future__ import annotations

from decimal import Decimal

from domain.values import Money


def read_amount(written: str) -> tuple[Decimal, str | None]:
    """The number and the currency, where one is named, of an amount like "12.50", "12,5 EUR" or "12EUR"."""
    number, _, currency = written.replace(",", ".").partition(" ")
    if not number[-1].isdigit():
        number, currency = number[:-3], number[-3:]
    return Decimal(number), currency.upper() or None


def written(amount: Money) -> str:
    """An amount as `read_amount` reads it."""
    return f"{amount.amount} {amount.currency}"
