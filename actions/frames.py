"""Frames of the dialogue: made whole, slot by slot, and turned into Commands."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from actions.choices import Ask, Talk
from actions.registry import BY_NAME, REGISTRY, may_not
from domain.commands import BindChat, Command
from domain.dialogue import CONFIRM, Frame
from domain.moment import Role
from domain.notices import Choice
from domain.refusals import Refusal
from domain.return_policy import WrongPolicy

_YES = Choice(label="choice.yes", slots={CONFIRM: True})
_NO = Choice(label="choice.no", slots={CONFIRM: False})
_PLAIN_NO = _NO.model_copy(update={"values": {"plain": True}})


def completed(frame: Frame, talk: Talk) -> tuple[Frame, Ask | None]:
    """The frame with every slot clear, or the question for the first that is not."""
    command = BY_NAME[frame.command]
    row = REGISTRY[command]
    if talk.at.actor.role not in row.roles:
        raise may_not(frame.command, row.roles)
    _check_values(frame, command)
    for resolve in row.resolve.values():
        found = resolve(frame, talk)
        if isinstance(found, Ask):
            return frame.model_copy(update={"slots": {**frame.slots, **found.keep}}), found
        frame = frame.model_copy(update={"slots": {**frame.slots, **found.slots}})
    for name, info in command.model_fields.items():
        if info.is_required() and frame.slots.get(name) is None:
            return frame, Ask(name, name)
    if row.confirm is not None and not frame.confirmed:
        values = row.confirm(commands_of(frame)[0], talk.uow, talk.at)
        if values is not None:
            no = _PLAIN_NO if Role.CUSTOMER not in row.roles or command is BindChat else _NO
            return frame, Ask(CONFIRM, f"{CONFIRM}.{frame.command}", (_YES, no), values)
    return frame, None


def _check_values(frame: Frame, command: type[Command]) -> None:
    """Refuses a given value that its slot cannot hold, before anything is looked up by it."""
    for name, value in frame.slots.items():
        for each in (value, *frame.more.get(name, ())):
            try:
                if name in command.model_fields and each is not None:
                    slot_type(command, name).validate_python(each)
            except ValidationError as error:
                raise _wrong_value(name, each, error) from error


def _wrong_value(name: str, value: Any, error: ValidationError) -> Refusal:
    """The refusal of a value that its slot cannot hold; rules of returns say what is wrong with them."""
    why = (error.errors()[0].get("ctx") or {}).get("error")
    if isinstance(why, WrongPolicy):
        return Refusal("policy_wrong", ask=name, why=str(why))
    return Refusal("not_understood_value", ask=name, slot=name, value=str(value)[:80])


@cache
def slot_type(command: type[Command], name: str) -> TypeAdapter[Any]:
    """What validates one field of a command by itself."""
    info = command.model_fields[name]
    return TypeAdapter(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)  # type: ignore[arg-type]


def commands_of(frame: Frame) -> list[Command]:
    """The frame as commands, one for each value of a slot given several times. Refuses values that are none."""
    made = BY_NAME[frame.command]
    slots = {name: value for name, value in frame.slots.items() if name in made.model_fields and value is not None}
    variants = [slots, *({**slots, name: value} for name, values in frame.more.items() for value in values)]
    try:
        return [made(**each) for each in variants]
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise Refusal("not_understood_value", ask=name, slot=name, value=str(slots.get(name))[:80]) from error
