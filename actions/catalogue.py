"""What each role can say: intent → Command and the slots it takes, as conversations and engines see the table."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any

from actions.registry import REGISTRY
from actions.registry.row import ALL, Registered
from actions.registry.talk import NOT_YET_FOR_STAFF
from domain.commands import Command, Slot
from domain.commands.stops import AtStops
from domain.dialogue import FACT, THINGS, Catalogue, CommandSpec, SlotSpec
from domain.moment import STAFF, Role

#: Facts that prove whose an order is, by entity, for commands about an order that do not use them otherwise.
_FACTS = ("postcode", "phone", "email")


#: What only a button can ask for: it carries what no words say.
BY_BUTTON = frozenset(
    {
        "mend_plan",
        "save_numbers",
        "choose_resolution",
        "appeal_return",
        "record_refund",
        "settle_return",
        "label_message",
        "reject_message",
    }
)
#: What is meant by something else than its name, or cannot be done yet.
_NOT_ASKED_FOR = frozenset({"ask_phrase", "answer_chat", "share_location", *BY_BUTTON, *NOT_YET_FOR_STAFF})


@cache
def catalogue(role: Role) -> Catalogue:
    """What a role can say: intent → command and its slots. Staff are understood in what only others of them may do."""
    understood = STAFF if role in STAFF else {role}
    return {
        intent: _spec(command, row, fixed)
        for command, row in REGISTRY.items()
        if understood & row.roles
        for intent, fixed in row.intents.items()
    }


def doable(role: Role) -> list[str]:
    """What somebody of the business can ask for in that role, small talk aside, in the order of the table."""
    rows = [row for row in REGISTRY.values() if role in row.roles and not row.roles >= ALL]
    return [intent.replace("_", " ") for row in rows for intent in row.intents if intent not in _NOT_ASKED_FOR]


#: What is heard besides of a wish that may be about a return.
_OF_A_RETURN = (
    SlotSpec("about_return", "return_number", False, False),
    SlotSpec("speaks_of", None, True, False, reader="speaks_of"),
    SlotSpec("of_credit", None, True, False, reader="of_credit"),
    SlotSpec("awaited", None, True, False, reader="awaited"),
    SlotSpec("way", None, True, False, reader="way_back"),
    SlotSpec("day", "date", False, False),
    SlotSpec("window", "time_window", False, False),
)


#: How a driver names stops besides by their numbers.
_AT_STREET = SlotSpec("at_street", None, False, False, reader="streets_named")
_SHORT_STREET = SlotSpec("short_street", None, False, False, reader="short_streets")


def _spec(command: type[Command], row: Registered, fixed: Mapping[str, Any]) -> CommandSpec:
    slots = [_slot(name, info) for name, info in command.model_fields.items() if name not in fixed]
    takes_order, takes_return = "order" in row.resolve, "return_number" in row.resolve
    entities = {slot.entity for slot in slots}
    if takes_order or takes_return:
        slots += [SlotSpec(FACT, entity, False, False) for entity in _FACTS if entity not in entities]
        if "product" not in entities:
            slots.append(SlotSpec("about_product", "product", False, False))
            slots.append(SlotSpec(THINGS, "product", False, False, many=True))
    if takes_return and "order_number" not in entities:
        slots.append(SlotSpec("about_order", "order_number", False, False))
    if row.instead is not None:
        named = {slot.name for slot in slots}
        known = {slot.entity for slot in slots if slot.entity == "return_number"}
        slots += [each for each in _OF_A_RETURN if each.name not in named and each.entity not in known]
    if issubclass(command, AtStops):
        slots += [_AT_STREET, _SHORT_STREET]
    named = {slot.name for slot in slots}
    slots += [each for each in row.hears if each.name not in named]
    return CommandSpec(command.__name__, tuple(slots), fixed, takes_order)


def _slot(name: str, info: Any) -> SlotSpec:
    slot = _find_slot(info.metadata, info.annotation)
    if slot is None:
        return SlotSpec(name, None, False, info.is_required())
    return SlotSpec(
        name, slot.entity, slot.whole_text, info.is_required(), slot.reader, slot.answer, slot.beside, slot.many
    )


def _find_slot(metadata: list[Any], annotation: Any) -> Slot | None:
    for each in metadata:
        if isinstance(each, Slot):
            return each
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        for part in typing.get_args(annotation):
            if part is not NoneType and (found := _find_slot(list(getattr(part, "__metadata__", ())), part)):
                return found
    return None
