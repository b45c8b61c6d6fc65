"""What is wished beside that which is only said by the way: "on the ward, between patients. cancel the lamp if you can". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace

from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Audience, Meaning
from nlu.answers import SURE
from nlu.supposed import asks, is_no_wish, only_tells_of_doing
from nlu.text import lowered

#: Longer messages tell a story, and so do those of more sentences.
_LONGEST, _MOST_SENTENCES = 400, 5
#: Where one sentence ends and the next begins; a title or a number in a list ends none.
_BETWEEN = re.compile(
    r"(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)(?<!\bsr)(?<!\bsra)(?:[.;:!?…\n]+\s+|\s+[-–—]+\s+)", re.IGNORECASE
)
#: A sentence that is so sure is what is wished, beside others that wish nothing.
_SURE_ALONE = 0.8
#: In these nothing is wished for.
_NO_WISHES = TALK | {INFORM, OUT_OF_SCOPE, "stop", "share_photo"}
#: Beside a wish these are only told of, unless they are asked ("my wife ordered something. it has to come a day later").
_LOOKED_UP = frozenset(
    {"track_order", "track_return", "return_policy", "check_stock", "delivery_promise", "proof_of_delivery"}
)
#: These are done at once, and so only where the whole says so.
_AT_ONCE = frozenset({"talk_to_human", "notification_settings", "privacy_request"})
_THINGS = frozenset({"product", "order_number", "return_number"})
#: A sentence that takes back, or plays down, what another one said.
_TAKEN_BACK = re.compile(
    r"\b(?:glad (?:i|we)|ignore (?:him|her|them|that)|(?:never|not) again|(?:i|we) (?:say|said|would|'d say) no|(?:i|we) (?:did|would|do)n'?t\s*$|just saying|good to know"
    r"|(?:it'?s|it is|all|that'?s) (?:fine|ok|okay|good)(?: (?:though|as it is|now|really|then))*\s*$|esta bien (?:asi|como esta)|nunca mas|yo no)\b|\bfine as it is\b"
)


def beyond_asides(meaning: Meaning, audience: Audience, parse: Callable[[str], Meaning]) -> Meaning:
    """The meaning as the one sentence has it that surely wishes something, where the whole was not surely understood and no other
    sentence wishes anything else. Values and words stay those of the whole."""
    is_vague = meaning.unsure or meaning.intent == OUT_OF_SCOPE
    if audience != "customer" or not is_vague or meaning.parts or len(meaning.text) > _LONGEST:
        return meaning
    sentences = [each for each in _sentences(meaning.text) if any(char.isalpha() for char in each)]
    if not 1 < len(sentences) <= _MOST_SENTENCES:
        return meaning
    asked = {each.strip("?! ") for each in sentences if asks(each)}
    wish = _only_wish([parse(each.strip("?! ")) for each in sentences], asked)
    if wish is None:
        return meaning
    others = (each for each in meaning.intents if each[0] != wish.intent)
    return replace(meaning, intents=((wish.intent, wish.confidence), *others), unsure=False)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each with a question mark that ends it."""
    begins = 0
    for found in _BETWEEN.finditer(text):
        yield text[begins : found.start()] + ("?" if "?" in found.group() else "")
        begins = found.end()
    yield text[begins:]


def _only_wish(sentences: Sequence[Meaning], asked: Set[str]) -> Meaning | None:
    """The sentence that surely wishes something, where none may wish anything else; some of them are ``asked``."""
    wishes = [
        each for each in sentences if each.intent not in _NO_WISHES and each.confidence >= SURE and not each.unsure
    ]
    if len({each.intent for each in wishes}) > 1:
        wishes = [each for each in wishes if each.intent not in _LOOKED_UP or each.text in asked]
    answers = any(each.intent == INFORM and each.entities for each in sentences)  # "the blender I do want. wednesday"
    if answers or len({each.intent for each in wishes}) != 1:
        return None
    best = max(wishes, key=lambda each: each.confidence)
    only_told = best.intent not in _LOOKED_UP and _is_only_told(best, sentences, asked)
    no_wish = best.confidence < _SURE_ALONE or only_told
    several = _names_thing(best) and any(_names_thing(each) for each in sentences if each is not best)
    return None if no_wish or several or best.intent in _AT_ONCE else best


def _is_only_told(wish: Meaning, sentences: Sequence[Meaning], asked: Set[str]) -> bool:
    """Whether what sounds like a wish is asked about, told of, or taken back by what is said beside it."""
    taken_back = any(_TAKEN_BACK.search(lowered(each.text)) for each in sentences if each is not wish)
    return taken_back or only_tells_of_doing(wish.text) or is_no_wish(wish, asked=wish.text in asked)


def _names_thing(sentence: Meaning) -> bool:
    return any(each.kind in _THINGS for each in sentence.entities)
