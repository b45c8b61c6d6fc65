"""Taking back what was done last in a chat, where that can be."""

from __future__ import annotations

from datetime import timedelta

from actions.choices import Ask, Known, Talk
from domain.commands import TakeBack
from domain.dialogue import Frame
from domain.moment import Moment
from domain.notices import Choice, Notice, Said
from domain.refusals import NotFound
from storage import outbox
from storage.unit_of_work import UnitOfWork

#: The buttons that take something back, and how long ago they may have been offered.
_BACK = frozenset(
    {"choice.undo", "choice.give_back", "choice.put_back", "choice.go_on", "choice.lock", "choice.unlock"}
)
_LATELY = timedelta(hours=2)


def what_was_done(frame: Frame, talk: Talk) -> Known | Ask:
    """The button that was offered with what was done last. Refuses where none was lately."""
    since = talk.at.now - _LATELY
    button = outbox.last_offered(talk.uow.session, talk.conversation.id or 0, _BACK, since)
    if button is None:
        raise NotFound("nothing_to_take_back")
    return Known({"button": button})


def take_back(command: TakeBack, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Show that button again, for what it takes back is not said by "undo". Refuses one that is gone."""
    button = uow.chats.button(command.button)
    if button is None:
        raise NotFound("nothing_to_take_back")
    return [Said(what="staff_take_back", choices=(Choice.model_validate(button.choice),))]
