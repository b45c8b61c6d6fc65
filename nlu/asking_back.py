"""Asking back: when it is not sure enough what a message wants, and between which two wishes it is asked. Pure.

An engine says with every meaning whether it is unsure (`Meaning.unsure`): whether its first guess leads its second by less
than what its training has found to be enough (`nlu.calibration`).
"""

from __future__ import annotations

from typing import Any

from domain.dialogue import ASK_BACK, Catalogue, Frame
from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.answers import SURE, values_for

#: Whoever is less likely than this to mean something is not asked about it.
_WORTH_ASKING = 0.05
#: The answer that it is neither of the two.
NONE_OF_THEM = -1
#: Small talk is taken as it is: a wrong thank-you harms nobody, and nobody wants to be asked about one.
_NEVER_OFFERED = TALK - {"help"} | {"stop", INFORM, OUT_OF_SCOPE}
#: What would be passed to a person, or set at once, is not done on a mere suspicion.
_MUST_BE_SURE = frozenset({"start_return", "return_policy", "notification_settings"})


def offered(meaning: Meaning, catalogue: Catalogue) -> tuple[str, str] | None:
    """The two intents that somebody is asked about who may mean either; None where nothing need be asked."""
    if meaning.intent in _NEVER_OFFERED - {OUT_OF_SCOPE} or not (meaning.unsure or is_mere_suspicion(meaning)):
        return None
    wishes = [
        name
        for name, share in meaning.intents
        if name in catalogue and name not in _NEVER_OFFERED and share >= _WORTH_ASKING
    ]
    return (wishes[0], wishes[1]) if len(wishes) > 1 else None


def is_mere_suspicion(meaning: Meaning) -> bool:
    """Whether a wish that must be sure is not."""
    sure = meaning.confidence
    if (
        meaning.intent == "start_return"
    ):  # that something is wrong with goods, and that they go back, sounds much the same
        sure += sum(share for name, share in meaning.intents[1:] if name == "report_problem")
    return meaning.intent in _MUST_BE_SURE and sure < SURE


def between(intents: tuple[str, str], meaning: Meaning, catalogue: Catalogue, new_id: str) -> Frame:
    """The question which of two wishes a message means, with both as they would go on."""
    readings = [_reading(intent, meaning, catalogue) for intent in intents]
    return Frame(id=new_id, command=ASK_BACK, slots={"readings": readings})


def _reading(intent: str, meaning: Meaning, catalogue: Catalogue) -> dict[str, Any]:
    """A wish as its frame would be filled by the message."""
    spec = catalogue[intent]
    given, more = values_for(spec.slots, meaning)
    return {"intent": intent, "command": spec.command, "slots": {**spec.fixed, **given}, "more": more}


def as_meant(reading: dict[str, Any], meaning: Meaning, catalogue: Catalogue, new_id: str) -> Frame:
    """The frame of a wish that was asked about, with what is said of it now."""
    given, more = values_for(catalogue[reading["intent"]].slots, meaning, begins=False)
    slots = {**reading["slots"], **given}
    return Frame(id=new_id, command=reading["command"], slots=slots, more=more or reading["more"])
