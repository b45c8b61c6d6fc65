"""What a customer asks of the driver: where to leave it, who takes it, the code of the gate, whether to call."""

from __future__ import annotations

from enum import StrEnum


class Wish(StrEnum):
    """Kinds of delivery instructions, in the order a driver needs them."""

    CODE = "code"
    CALL_FIRST = "call_first"
    SAFE_PLACE = "safe_place"
    NEIGHBOUR = "neighbour"
    NOTE = "note"
