"""English: contractions and chat spellings written out, a light stemmer, misspelt words of time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from nlu.languages.language import Language, common_words
from nlu.rules import find
from nlu.values import value

_NOT = "do does did is are was were has have had will would can could should must need might"
_WRITTEN_OUT: dict[str, str] = {}
for _verb in _NOT.split():
    _WRITTEN_OUT[f"{_verb}n't"] = _WRITTEN_OUT[f"{_verb}nt"] = f"{_verb} not"
_WRITTEN_OUT |= {
    "won't": "will not", "wont": "will not", "can't": "can not", "cant": "can not", "cannot": "can not",
    "ain't": "is not", "aint": "is not", "im": "i am", "ive": "i have", "ill": "i will", "its": "it is",
    "itll": "it will", "thats": "that is", "theres": "there is", "wheres": "where is", "whats": "what is",
    "whos": "who is", "hows": "how is", "whens": "when is", "hes": "he is", "shes": "she is", "theyre": "they are",
    "theyve": "they have", "youre": "you are", "youve": "you have", "weve": "we have", "lets": "let us",
    "let's": "let us", "u": "you", "ur": "your", "r": "are", "ya": "you", "yall": "you all", "y'all": "you all",
    "pls": "please", "plz": "please", "plss": "please", "plse": "please", "thx": "thanks", "tnx": "thanks",
    "thnx": "thanks", "gonna": "going to", "wanna": "want to", "gotta": "got to", "lemme": "let me",
    "gimme": "give me", "cuz": "because", "cos": "because", "coz": "because", "b4": "before", "msg": "message",
    "msgs": "messages", "dat": "that", "da": "the", "wat": "what", "wot": "what", "wen": "when", "wer": "where",
    "abt": "about", "cud": "could", "wud": "would", "dunno": "do not know", "pkg": "package", "addy": "address",
    "info": "information", "acc": "account", "acct": "account", "ppl": "people", "rn": "right now",
    "neighbor": "neighbour", "neighbors": "neighbours", "color": "colour", "colors": "colours",
}  # fmt: skip
_SHORT = {"'m": " am", "'ve": " have", "'ll": " will", "'d": " would", "'re": " are"}
_SUBJECTS = "it that there where what who how when he she nobody someone something everything here"
_IS = frozenset(_SUBJECTS.split())
_VOWEL = re.compile(r"[aeiouy]")


def write_out(words: Iterable[str]) -> list[str]:
    """``words`` (lower case) with contractions as several words: "where's" as "where", "is"; a possessive s falls."""
    written: list[str] = []
    for word in words:
        if word in _WRITTEN_OUT:
            written.extend(_WRITTEN_OUT[word].split())
        elif "'" in word:
            written.extend(_apostrophe(word))
        else:
            written.append(word)
    return written


def contraction(word: str) -> bool:
    """Whether ``word`` is a form that `write_out` knows."""
    return word in _WRITTEN_OUT


def _apostrophe(word: str) -> list[str]:
    for short, full in _SHORT.items():
        if word.endswith(short):
            return (word[: -len(short)] + full).split()
    if word.endswith("'s"):
        return [word[:-2], "is"] if word[:-2] in _IS else [word[:-2]]
    return [word]


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """``word`` without its inflection, the same for all its forms; no dictionary word ("arrive", "arriving": arriv).

    Only endings -s, -es, -ies, -ed, -ing, -e and -ly are cut, after at least three letters.
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    for ending in ("ing", "ed", "ies", "es", "s", "e", "ly"):
        rest = word[: -len(ending)]
        if not word.endswith(ending) or len(rest) < 3:
            continue
        if (ending == "s" and rest[-1] in "su") or (ending in ("ing", "ed") and not _VOWEL.search(rest)):
            continue
        if ending == "es" and rest[-1] not in "sxzh":
            rest = word[:-2]
        if ending == "ies":
            rest += "i"
        if ending in ("ing", "ed") and len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "sz":
            rest = rest[:-1]
        word = rest
        break
    if word.endswith("ll") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


_TIME_WORDS = (
    "monday tuesday wednesday thursday friday saturday sunday january february april august september october november "
    "december tomorrow tonight yesterday morning afternoon evening weekend between minutes number order route"
)
_ALIASES = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmrrw": "tomorrow", "tmw": "tomorrow", "tomoz": "tomorrow",
    "tomoro": "tomorrow", "tomo": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow",
    "tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorrows": "tomorrow",
    "2day": "today", "2nite": "tonight", "tonite": "tonight", "2night": "tonight", "yday": "yesterday",
    "wensday": "wednesday", "wendsday": "wednesday", "wensdays": "wednesdays", "munday": "monday",
    "satday": "saturday", "teusday": "tuesday", "tusday": "tuesday", "thirsday": "thursday", "fryday": "friday",
    "wkend": "weekend", "wknd": "weekend", "wk": "week", "mornin": "morning", "mornign": "morning", "arvo": "afternoon",
    "aft": "afternoon", "eve": "evening", "evng": "evening", "mintues": "minutes", "minuts": "minutes",
    "ordr": "order", "oder": "order", "ordre": "order", "nxt": "next", "betwen": "between", "btwn": "between",
    "aftr": "after", "tomorro": "tomorrow", "tommoro": "tomorrow", "tomorrrow": "tomorrow", "wendesday": "wednesday",
    "weds": "wednesday", "thrusday": "thursday", "thusday": "thursday", "febuary": "february", "afternon": "afternoon",
    "tonigt": "tonight",
}  # fmt: skip
_UNLESS_AFTER = {"eve": frozenset(("christmas", "xmas", "year's", "years", "year"))}
_FILLER = (
    "a an the on at in to for of by from or and it it's its is i'm im am my our please pls plz thanks thank you "
    "ok okay sure maybe perhaps around about number nr order name would be one's mine hi hello sorry the's how "
    "bout sir madam mate postcode zip code email phone address um uh er hmm well so"
)

ENGLISH = Language(
    code="en",
    plain=lambda low: low,
    stem=stem,
    write_out=write_out,
    contraction=contraction,
    find=find,
    value=value,
    common_words=common_words("en"),
    time_words=tuple(_TIME_WORDS.split()),
    aliases=_ALIASES,
    unless_after=_UNLESS_AFTER,
    titles=frozenset({"mr", "mrs", "ms", "dr", "herr", "frau"}),
    filler=frozenset(_FILLER.split()),
    it=re.compile(
        r"\b(?:(?:it|them)(?! (?:all |both )?(?:the |in )?(?:wrong|other way|backwards|mixed|muddled|confused|up\b|round\b|around\b))|(?:this|that) one)\b"
    ),
    figure=re.compile(
        r"[\s.,:!?]*(?:(?:it'?s|its|is|the|my|code|pin|says|mileage|miles|odometer|odo|clock|reading|shows|now)\W+)*\d{1,3}(?:[\d ,.']*\d)?"
        r"\s*(?:km|kms|mi|miles|on the clock|now|thanks|please)?[\s.,!?]*"
    ),
    at_place=re.compile(r"\bat\b"),
    asked_of_stops=frozenset("name email phone address postcode zip code order".split()),
)
