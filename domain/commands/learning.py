"""Messages to learn from, as staff label them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from domain.annotated import read_annotated
from domain.commands.base import Command, Slot


def _well_written(example: str) -> str:
    if example:
        read_annotated(example)
    return example


#: Without a message in front of somebody there is nothing to ask for: it comes with the button.
MessageReference = Annotated[
    str, Slot(reader="message_reference", asked=False), StringConstraints(pattern=r"^M-\d{4,9}$")
]
Intent = Annotated[str, Slot("intent", answer="intent_named"), StringConstraints(pattern=r"^[a-z][a-z_]{1,40}$")]


class ReviewMessages(Command):
    """The next message that was not surely understood; ``after`` passes over one, ``audience`` looks at those of drivers alone."""

    after: MessageReference | None = None
    audience: Annotated[str, StringConstraints(pattern=r"^(customer|driver|staff)$")] | None = None


class LabelMessage(Command):
    """What a message means, and as what example it is learnt; without one as it was kept."""

    message: MessageReference
    intent: Intent
    example: Annotated[str, StringConstraints(max_length=600, strip_whitespace=True), AfterValidator(_well_written)] = (
        ""
    )
    audience: Annotated[str, Slot(asked=False), StringConstraints(pattern=r"^(customer|driver|staff)$")] | None = None


class RejectMessage(Command):
    """Nothing can be learnt from a message."""

    message: MessageReference
    audience: Annotated[str, Slot(asked=False), StringConstraints(pattern=r"^(customer|driver|staff)$")] | None = None
