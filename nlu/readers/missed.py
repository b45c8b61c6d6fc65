"""That nobody was there when something was to be delivered: "found your card, I was out", "no estaba en casa cuando vino"."""

from __future__ import annotations

import re

from nlu.text import lowered

_BY_US = r"(?:you|ya|him|her|them|(?:the|your|my|our) (?:driver|courier|delivery|van|visit|drop|postman)(?! (?:window|day|slot|deadline)))"
_NOBODY_THERE = (
    r"(?:(?:was|were)(?:n'?t| not)|(?:nobody|no ?one) (?:was|were)) (?:at )?(?:home|in|there|here)"
    r"|(?:no (?:estaba|estuve|estabamos|estuvimos)|no habia nadie)(?: en casa)?"
)
_WHEN_IT_CAME = (
    r"when (?:you|he|she|they|it|(?:the|your) (?:driver|courier|van|delivery)) (?:came|called|tried|were here|was here|arrived|rang|delivered)"
    r"|cuando (?:vino|vinieron|vinisteis|paso|pasaron|pasasteis|llamo|llamaron|llego|llegaron)"
)
_MISSED = re.compile(
    rf"\b(?:i|we)(?:'ve| have)? (?:just |only |totally )?missed {_BY_US}\b|\bmissed delivery\b"
    r"|\b(?:found|got|saw|left)(?: me| us)? (?:your|a|the|his) (?:little )?(?:card|calling card|slip|missed delivery note)\b(?! (?:reader|payment|details|number))"
    rf"|\b(?:{_NOBODY_THERE})\b[^.!?;]{{0,20}}\b(?:{_WHEN_IT_CAME})\b|\b(?:{_WHEN_IT_CAME})\b[^.!?;]{{0,20}}\b(?:{_NOBODY_THERE}|(?:i|we) (?:was|were) (?:out|away|at work))\b"
    r"|\b(?:encontr\w+|vi|tengo|dejasteis|dejaron|dejo) (?:vuestro|un|el|su) (?:aviso|papelito)\b|\b(?:me|nos) (?:he|hemos) perdido (?:la entrega|el reparto|al repartidor)\b"
)
#: What somebody says besides that of something which came, or is there.
_CAME = re.compile(
    r"\?|\b(?:who|where|quien|donde|neighbou?rs?|vecin[oa]s?|broken|damaged?|smashed|wet|rain|stolen|gone|missing|rot[oa]|danad\w+|robad\w+|mojad\w+|stars?|estrellas?|thanks|thank you|gracias"
    r"|code|gate|key|shed|porch|garage|codigo|llave|portal|left (?:it|them|everything)|dej\w+l[oa]s?|on the (?:card|slip)|guys|great|lovely|love|gift|birthday|pay|(?:in|by) (?:the )?(?:mail|post|email)|refund|return|back|devol\w+)\b"
)


def missed_visit(text: str) -> bool:
    """Whether somebody only says that they were not there when something was to be delivered ("found your card, I was out")."""
    low = lowered(text)
    return _MISSED.search(low) is not None and _CAME.search(low) is None
