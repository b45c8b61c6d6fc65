"""Values that are given for the slots of a Command by name, as slash commands and other assistants do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.dialogue import CommandSpec, SlotSpec
from nlu.values import value


def slot_of(spec: CommandSpec, key: str) -> SlotSpec | None:
    """The slot of that name, or the one for that entity; slots that come with the intent are not given."""
    free = [slot for slot in spec.slots if slot.name not in spec.fixed]
    named = [slot for slot in free if slot.name == key] or [slot for slot in free if slot.entity == key]
    return named[0] if named else None


def typed(spec: CommandSpec, given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The values of the slots that ``given`` names, as filling gives them; names that are no slot's are left out.

    What says no value of its kind stays as it was written: it is refused where it is looked up.
    """
    named = [(slot, said) for key, said in given.items() if (slot := slot_of(spec, key)) is not None]
    return {slot.name: _value(slot, said, now, zone) for slot, said in named}


def _value(slot: SlotSpec, said: str, now: datetime, zone: ZoneInfo) -> Any:
    parts = [part.strip() for part in said.split(",")] if slot.many else [said]
    read = [(value(slot.entity, part, now, zone) if slot.entity else None) for part in parts]
    found = [part if each is None else each for part, each in zip(parts, read, strict=True)]
    return found if slot.many else found[0]
