"""Buttons that are said instead of pressed: the words on one of those shown last mean what pressing it does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.words import Words
from domain.moment import SYSTEM, Role
from nlu.text import without_accents
from storage import outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork

#: Longer words are no button's.
LONGEST_TITLE = 80
#: Buttons that were shown longer ago are not looked at.
LOOKED_AT_FOR = timedelta(minutes=30)
#: Words that make no difference between a button and what is said of it.
_IDLE = frozenset(
    "the a an it its please pls thanks thank you i want would like i'd take el la los las un una lo por favor porfa gracias quiero quisiera prefiero".split()
)


def said_button(
    text: str, conversation_id: int, database: Database, words: Words | None, moment: datetime
) -> str | None:
    """The id of the one button among those a customer was shown last whose words these are; None where none is meant.

    What a button says after a comma need not be said ("Store credit, up to €32.89").
    """
    if words is None or len(text) > LONGEST_TITLE or not (said := _plain(text)):
        return None
    with database.reading() as session:
        chat = UnitOfWork(session, SYSTEM).chats.get(conversation_id)
        if chat is None or chat.role != Role.CUSTOMER:
            return None
        language, shown = chat.language, outbox.last_choices(session, conversation_id, moment - LOOKED_AT_FOR)
    titles = [(words.say(each["label"], each["values"], language, moment), str(each["id"])) for each in shown]
    whole = _with(said, [(_plain(title), button) for title, button in titles])
    return whole or _with(said, [(_plain(title.split(", ")[0]), button) for title, button in titles])


def _with(said: str, titles: Sequence[tuple[str, str]]) -> str | None:
    found = [button for title, button in titles if title == said]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    """Words without case, signs and what makes no difference."""
    found: list[Any] = re.findall(r"[\w'-]+", without_accents(text.casefold()))
    return " ".join(word for word in found if word not in _IDLE)
