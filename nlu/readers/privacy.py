"""What somebody wants who asks about their data."""

from __future__ import annotations

import re

from domain.privacy import PrivacyWish

_ERASE = re.compile(
    r"\b(?:delet\w*|eras\w*|remov\w*|forget|forgotten|wipe\w*|purge\w*|get rid of|destroy\w*|close my account"
    r"|borr\w+|elimin\w+|suprim\w+|olvid\w+|s[aá]quenme|sacadme|s[aá]came|quit\w+ mi|derecho al olvido|dar(?:me)? de baja (?:la |mi )?cuenta|cerr\w+ (?:la |mi )cuenta)\b",
    re.IGNORECASE,
)
_EXPORT = re.compile(
    r"\b(?:cop(?:y|ies)|export\w*|download\w*|send me (?:all|my|the|what|everything)|hand over|portab\w*|access request|dsar|"
    r"all (?:the |my )?data you|in a file|as a file"
    r"|copias?|export\w+|descarg\w+|portabilidad|derecho de acceso|acceso a mis datos|en un (?:archivo|fichero|pdf)|(?:mand|envi|pas)\w+ (?:todos )?(?:mis|los) datos)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^\s*(?:(?:wait|no|but|ok|okay|well|sorry|and|so|hi|hello|hey)[\s,]+)*(?:what|which|how|why|do|does|are|is|who|where|can i see)\b(?P<kept>.*\b(?:keep|kept|store\w*|know|have|hold|save\w*|collect\w*)\b)?"
    r"|^\s*(?:(?:hola|pero|vale|ok|y|espera|no|perd[oó]n)[\s,]+)*[¿\s]*(?:qu[eé]|q\b|cu[aá]l\w*|c[oó]mo|por ?qu[eé]|qui[eé]n|d[oó]nde|puedo ver|ten[eé]is|tienen|guard[aá]is|guardan)\b(?P<guardan>.*(?:\b(?:guard|almacen|sab|tien|ten[eé]i|conserv|recog|hac)\w*|datos)\b)?",
    re.IGNORECASE,
)


#: What a program does with messages to understand better, and that it shall not, or may again.
_LEARNING = re.compile(r"\b(?:learn\w*|train\w*|improv\w*|teach\w*|aprend\w*|entren\w*|mejor\w*)\b", re.IGNORECASE)
_MESSAGES = re.compile(
    r"\b(?:messages?|chats?|words|texts?|conversations?|what i (?:write|say|type)|from me|you|mensajes?|conversaci[oó]n(?:es)?|palabras|lo que (?:escribo|digo)|de m[ií])\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:don'?t|do not|stop|never|no longer|not|opt(?:ing)? (?:me )?out|without|no|nunca|jam[aá]s|dej[ae]\w*|sin)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:you (?:can|may)|feel free|opt(?:ing)? (?:me )?(?:back )?in|allow\w*|again|start|puede[ns]?|pod[eé]is|permito|de nuevo|otra vez|s[ií])\b",
    re.IGNORECASE,
)


def _of_learning(text: str) -> str | None:
    """Whether messages may be learnt from, where that is what a text is about."""
    if not _LEARNING.search(text) or not _MESSAGES.search(text):
        return None
    if _NEVER.search(text.replace("’", "'")):
        return PrivacyWish.NOT_LEARN.value
    return PrivacyWish.LEARN.value if _AGAIN.search(text) else None


def wish(text: str) -> str | None:
    """What a text asks for; None when that is not clear."""
    learning = _of_learning(text)
    if learning is not None:
        return learning
    question = _QUESTION.match(text)
    if _EXPORT.search(text):
        return PrivacyWish.EXPORT.value
    if _ERASE.search(text) and question is None:
        return PrivacyWish.ERASE.value
    asks = question is not None and (question["kept"] or question["guardan"])
    return PrivacyWish.TELL.value if asks else None
