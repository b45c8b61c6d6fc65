"""That nobody was there when something was to be delivered, or may not be: "found your card, I was out", "¿y si no estoy?"."""

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

_NO_ONE = r"(?:nobody|no[ -]?one)(?: is|'?s| will be|'?ll be| would be)?"
_NOT_WE = r"(?:i'?m|i am|we'?re|we are)(?: both| all)? not|(?:i|we)(?: will not|'?ll not| won'?t| might not| may not| can'?t| cannot| couldn'?t) be"
_IF_ABSENT = re.compile(
    r"(?:(?:and|so|but|ok|okay|hi|hello|hey|oh|um|please|y|pero|hola|oye|perdona|entonces|vale)[\s,.!]+)*[\s¿]*"
    r"(?:"
    r"what(?: (?:happens|will happen|would happen|do you do|will you do|does (?:he|she|the driver) do|do i do|then))? if "
    rf"(?:(?:{_NO_ONE}|{_NOT_WE}) (?:(?:at )?home|in|here|there|around)|(?:i'?m|i am|we'?re|we are) (?:out|away|at work)|(?:i|we) miss (?:you|it|him|her|the (?:delivery|driver|courier)))"
    r"(?: (?:when|on|at|by|that|this|to|tomorrow|today|then)\b[^.!?;,]{0,40})?"
    r"|(?:que (?:pasa|pasaria|ocurre|sucede|hacen|haceis|haces|hace el repartidor|hago)|y) si "
    r"(?:no (?:hay|habra|esta) nadie|no (?:estoy|estamos|estare|estaremos|voy a estar|vamos a estar|puedo estar))(?: (?:en (?:mi )?casa|ahi|alli|en el piso))?"
    r"(?: (?:cuando|el|la|en ese|a esa|manana|hoy|entonces)\b[^.!?;,]{0,40})?"
    r")[\s?!.]*"
)


def asks_if_nobody_in(text: str) -> bool:
    """Whether somebody only asks what becomes of a delivery when nobody is in ("what happens if I'm not home?")."""
    return _IF_ABSENT.fullmatch(lowered(" ".join(text.split()))) is not None


def missed_visit(text: str) -> bool:
    """Whether somebody only says that they were not there when something was to be delivered ("found your card, I was out")."""
    low = lowered(text)
    return _MISSED.search(low) is not None and _CAME.search(low) is None
