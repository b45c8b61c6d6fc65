"""Refusals: what cannot be done, why, and what can be done instead. They become words like any notice."""

from __future__ import annotations

from typing import Any

from domain.notices import Choice


class Refusal(Exception):
    """A Command that may not happen.

    ``reason`` names the text that explains it, ``values`` fill that text, ``choices`` are offered instead.
    ``ask`` names a slot whose value was the trouble: it is emptied and asked for again.
    """

    def __init__(
        self, reason: str, /, *, ask: str | None = None, choices: tuple[Choice, ...] = (), **values: Any
    ) -> None:
        super().__init__(reason)
        self.text = f"refused.{reason}"
        self.ask = ask
        self.choices = choices
        self.values = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.text.removeprefix('refused.')}({told})"


class NotFound(Refusal):
    """There is no such thing, or it is not this actor's to see: the answer is the same."""


class NotAllowed(Refusal):
    """This role may not do that."""


class ProofFailed(Refusal):
    """A second fact did not match. ``order`` is the number that was claimed; it is counted against chat and order."""

    def __init__(self, order: str) -> None:
        super().__init__("proof_failed", ask="fact", order=order)
        self.order = order
