"""The channels that this installation can send by, besides those that are chats of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from bot.channels.email.carrier import EmailCarrier
from bot.compose import Program
from bot.letters import Carrier


@runtime_checkable
class Closing(Protocol):
    """A carrier that holds connections."""

    async def close(self) -> None:
        """Let go of them."""
        ...


def carriers(program: Program) -> dict[str, Carrier]:
    """A carrier for each channel that the settings have what it needs for."""
    found: dict[str, Carrier] = {}
    if program.settings.smtp_url is not None:
        found["email"] = EmailCarrier(program)
    if program.settings.sms_url is not None:
        from bot.channels.sms.carrier import SmsCarrier  # the client is loaded where it is used

        found["sms"] = SmsCarrier(program)
    return found


async def close(opened: Mapping[str, Carrier]) -> None:
    """End their connections."""
    for carrier in opened.values():
        if isinstance(carrier, Closing):
            await carrier.close()
