"""Photos that a driver sends."""

from __future__ import annotations

from actions.choices import Talk
from domain.dialogue import Frame
from domain.problems import MOST_PHOTOS


def own_photos(frame: Frame, talk: Talk) -> list[str] | None:
    """Those of the photos given that came in this very chat; None where none did."""
    sent = [str(each) for each in frame.slots.get("photos") or ()]
    if not sent:
        return None
    files = talk.uow.files.of_ids(sent, talk.at.now)
    here = [each for each in sent if each in files and files[each].conversation_id == talk.conversation.id]
    return here[:MOST_PHOTOS] or None
