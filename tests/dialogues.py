"""Dialogues as filling finds and leaves them."""

from __future__ import annotations

from itertools import count

from actions.catalogue import catalogue
from domain.dialogue import Dialogue, Frame, Heard, Step
from domain.moment import Role
from domain.notices import Choice
from nlu.filling import fill

_ids = count()


def say(dialogue: Dialogue, message: Heard, role: Role = Role.CUSTOMER) -> Step:
    """What a message does to a dialogue."""
    return fill(dialogue, message, catalogue(role), f"frame-{next(_ids)}")


def asking(
    command: str, slot: str, options: tuple[Choice, ...] = (), *, refused: object = None, **slots: object
) -> Dialogue:
    """A dialogue in which a slot of a command is asked for; ``refused`` is what was given for it before."""
    waiting = Frame(id="waiting", command=command, slots=slots, question_id="waiting")
    asked = {"asking": slot, "options": options, "refused": refused}
    return Dialogue(frames=(waiting.model_copy(update=asked),))


def after(command: str, **slots: object) -> Dialogue:
    """A dialogue right after a command about an order was performed."""
    order = slots.get("order")
    done = Frame(id="done", command=command, slots=slots)
    return Dialogue(focus=str(order) if order else None, last=command, done=done)


def current(step: Step) -> Frame:
    """The frame that is talked about."""
    assert step.dialogue.current is not None
    return step.dialogue.current
