"""Forms of Commands: what a screen asks for, and what becomes of what was filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from actions.registry import BY_NAME, REGISTRY
from actions.teaching import intents_of
from domain.commands import Command
from domain.forms import Form, FormField, Kind, Option, fields_of, nested
from domain.notices import Choice
from storage.unit_of_work import UnitOfWork

#: A choice among more things than this is typed instead.
MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field that was filled in: ``kind`` is pydantic's name for it, ``why`` its sentence."""

    field: str
    kind: str
    why: str


def form_of(command: type[Command], slots: Mapping[str, Any], uow: UnitOfWork) -> Form:
    """The form of a Command, of which ``slots`` are known and shown where a field takes them."""
    row = REGISTRY[command]
    slots = row.prefill(slots, uow) if row.prefill is not None else slots
    fixed = {name for values in row.intents.values() for name in values}
    fields = [_filled(each, slots, uow) for each in fields_of(command, left_out=fixed)]
    asked = {each.name for each in fields}
    return Form(command.__name__, tuple(fields), {name: value for name, value in slots.items() if name not in asked})


def read_form(command: str, slots: Mapping[str, Any], values: Mapping[str, str]) -> Choice | list[Wrong]:
    """What a filled-in form asks for, or what is wrong with it, by field."""
    given = {**slots, **nested(values)}
    try:
        BY_NAME[command](**given)
    except ValidationError as error:
        return [
            Wrong(".".join(str(part) for part in each["loc"]), each["type"], each["msg"]) for each in error.errors()
        ]
    return Choice(label="choice.form_sent", command=command, slots=given)


def _filled(field: FormField, slots: Mapping[str, Any], uow: UnitOfWork) -> FormField:
    """The field with what is known of its value, and with the things to choose from where those are few."""
    known = slots.get(field.name)
    options = _OPTIONS[field.entity](uow, slots) if field.entity in _OPTIONS else field.options
    field = replace(field, initial=str(known) if known is not None else field.initial)
    if options and len(options) <= MOST_OPTIONS and (field.entity in _OPTIONS or field.kind == Kind.CHOICE):
        return replace(field, kind=Kind.CHOICE, options=options)
    return field


def _depots(uow: UnitOfWork, _: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(each.code, each.name) for each in uow.depots.all())


def _drivers(uow: UnitOfWork, _: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(each.code or str(each.id), each.name) for each in uow.driving.all())


def _intents(uow: UnitOfWork, slots: Mapping[str, Any]) -> tuple[Option, ...]:
    """What whoever wrote the message can mean."""
    message = slots.get("message")
    audience = uow.utterances.get(message).audience if isinstance(message, str) else ""
    return tuple(Option(each, each.replace("_", " ")) for each in intents_of(audience)) if audience else ()


#: By entity: the things there are, given what is known already.
_OPTIONS: Mapping[str | None, Callable[[UnitOfWork, Mapping[str, Any]], tuple[Option, ...]]] = {
    "intent": _intents,
    "depot": _depots,
    "driver": _drivers,
}
