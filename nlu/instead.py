"""Another thing that is named in place of what is asked about: "not the kettle, the grinder". Pure."""

from __future__ import annotations

import re

from domain.dialogue import CommandSpec, Frame
from domain.meaning import Entity, Meaning
from nlu.text import without_accents

#: Stands before what is not meant, or right after it ("el hervidor no").
_NOT = re.compile(
    r"(?:\b(?:no|not|dont|isnt|wasnt|never)\b|n't\b)[^,.;:!?]{0,30}$"
    r"|\b(?:instead of|rather than|en vez de|en lugar de)[^,.;:!?]{0,12}$"
)
_NOT_AFTER = re.compile(r"\s+(?:no|not)\s*(?:[,.;!]|$|sino\b|but\b)")
#: Around a thing that is named alone, in place of another.
_CORRECTS = re.compile(
    r"(?:no|nope|nah|sorry|oops|wait|perdon|perdona|espera|uy)\b[\s,.!]+"
    r"(?:(?:no|sorry|perdon|i|mean|meant|wanted|said|it'?s|its|was|for|about|el|la|los|las|al|del|de|es|era|digo|queria|quiero|decir|me|referia|refiero|a|the|my|mi|mis|that|ese|esa)[\s,]+)*"
    r"\0[\s,]*(?:one|order|please|pls|instead|porfa|por favor|mejor)?[\s.!]*"
)


def other_thing(frame: Frame, spec: CommandSpec | None, meaning: Meaning) -> str | None:
    """The product whose order is meant in place of the one asked about, where a message says so; None for anything else."""
    kinds = {each.kind for each in meaning.entities}
    takes_one = spec is not None and any(slot.name == "about_product" for slot in spec.slots)
    if not takes_one or frame.slots.get("order") is None or "product" not in kinds or "order_number" in kinds:
        return None
    return _meant(meaning)


def _meant(meaning: Meaning) -> str | None:
    things = [each for each in meaning.entities if each.kind == "product"]
    said = without_accents(meaning.text.casefold())
    if len(said) != len(meaning.text):
        return None
    if len(things) == 1:
        around = said[: things[0].start] + "\0" + said[things[0].end :]
        return str(things[0].value) if _CORRECTS.fullmatch(around) else None
    meant = [each for place, each in enumerate(things) if not _is_denied(things, place, said)]
    return str(meant[0].value) if len(meant) == 1 else None


def _is_denied(things: list[Entity], place: int, said: str) -> bool:
    """Whether the thing at ``place`` is said not to be meant."""
    before = said[things[place - 1].end if place else 0 : things[place].start].replace("’", "'")
    return _NOT.search(before) is not None or _NOT_AFTER.match(said, things[place].end) is not None
