"""``roundsman returns list``, ``show`` and the steps of a return."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.returns import returns_app
from bot.cli.staff import perform

__all__ = ["returns_app"]
Number = Annotated[str, typer.Argument(help="The return's number, e.g. RET-1001.")]


@returns_app.command("list")
def list_() -> None:
    """Returns that wait for a decision, the greatest risk first."""
    perform("ReviewReturns", {})


@returns_app.command("show")
def show(number: Number) -> None:
    """Everything about one return."""
    perform("ShowReturn", {"return_number": number})


@returns_app.command("reject")
def reject(number: Number, reason: Annotated[str, typer.Option("--reason", help="The customer reads it.")]) -> None:
    """Reject a return that waits for a person."""
    perform("RejectReturns", {"return_numbers": (number,), "reason": reason})


@returns_app.command("cancel")
def cancel(number: Number, reason: Annotated[str | None, typer.Option("--reason")] = None) -> None:
    """Give a return up while the goods are with the customer."""
    perform("CancelReturn", {"return_number": number, "reason": reason})


@returns_app.command("receive")
def receive(number: Number, weight: Annotated[int | None, typer.Option("--weight", help="In grams.")] = None) -> None:
    """A parcel is at the dock."""
    perform("ReceiveReturn", {"return_number": number, "weight": weight})


@returns_app.command("inspect")
def inspect(
    number: Number,
    condition: Annotated[
        str, typer.Option("--condition", help="expected, as_new, opened, used, damaged, defective or wrong.")
    ] = "expected",
    product: Annotated[str | None, typer.Option("--sku", help="One product of it.")] = None,
    pieces: Annotated[int | None, typer.Option("--pieces", help="How many were found.")] = None,
    note: Annotated[str, typer.Option("--note")] = "",
) -> None:
    """What was found in a parcel."""
    values: dict[str, object] = {
        "return_number": number,
        "condition": condition,
        "product": product,
        "pieces": pieces,
        "note": note,
    }
    perform("InspectReturn", values)
