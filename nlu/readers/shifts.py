"""What drivers say in few words: what the odometer says, damage, how late, what happened, what is missing. English."""

from __future__ import annotations

import re

from nlu.readers.talk import words

_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+|\d{1,7}"
_WITH_UNIT = re.compile(rf"\b({_NUMBER})\s*(?:kms?|kilomet\w*|miles?|mi|on the clock)\b", re.IGNORECASE)
_AFTER_NAME = re.compile(
    rf"\b(?:mileage|odo(?:meter)?|clock|kms?|kilomet\w*)\b[^\d]{{0,25}}?({_NUMBER})\b(?!\s*(?::|%))", re.IGNORECASE
)
_ANY = re.compile(rf"(?<![\d:.,])({_NUMBER})(?![\d:%])")
_YES = re.compile(
    r"\s*(?:yes|yeah|yep|yup|ya|sure|ok(?:ay)?|fine|it can|can be|drives?\b|still drives?|of course)\b", re.IGNORECASE
)
_NO = re.compile(
    r"\s*(?:no|nope|nah|not|never|can'?t|cannot|can not|won'?t|undrivable|un?safe|it can'?t|i can'?t|better not)\b",
    re.IGNORECASE,
)
_DAMAGE = re.compile(
    r"\b(?:damag\w*|scratch\w*|dent\w*|dint\w*|crack\w*|broken|broke|smash\w*|flat (?:tyre|tire)|puncture\w*|leak\w*|missing|scrape\w*|scuff\w*"
    r"|chip\w*|hole|loose|hanging|worn|warning light|bulb|brake\w*|mirror|bumper|does(?:n'?t| not) (?:work|start|open|close|lock))\b",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"\b(?:(?:no|without|zero|free of|not any|nothing|no new|any) (?:\w+ ){0,2}(?:damag\w*|scratch\w*|dents?|defects?|faults?|issues?|problems?|marks?|broken|wrong)"
    r"|undamaged|not damaged|all (?:good|fine|ok(?:ay)?|clear)|(?:looks?|is|seems?|it'?s) (?:good|fine|ok(?:ay)?|sound|clean)|good (?:condition|shape|nick)|(?:van|check|car|truck) ok(?:ay)?)\b",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\b(?:(an?|one|two|three|\d+(?:[.,]5)?)\s*(?:and a half\s*)?(?:hours?|hrs?|h)\b)", re.IGNORECASE)
_MINUTES = re.compile(r"\b(\d{1,3})\s*(?:m|mins?|minutes?|min\.)?\b", re.IGNORECASE)
_HALF = re.compile(r"\bhalf (?:an? )?(?:hour|hr)\b", re.IGNORECASE)
_QUARTER = re.compile(r"\bquarter (?:of an )?(?:hour|hr)?\b", re.IGNORECASE)
_COUNT = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0}
_STOP = re.compile(r"\s*(?:(?:stop|drop|number|no\.?|nr\.?|#)\s*)?(\d{1,4})[.!)]?\s*", re.IGNORECASE)
_INCIDENTS = (
    ("injury", re.compile(r"\b(?:injur\w*|hurt|bleed\w*|ambulance|hospital|dog (?:bit|bite)\w*|bitten|bit me|broke my|unconscious|twisted|sprained|fell)\b", re.IGNORECASE)),
    ("theft", re.compile(r"\b(?:stol\w*|steal\w*|theft|thie\w*|rob\w*|nicked|broken? in(?:to)?|break-?in|burgl\w*)\b", re.IGNORECASE)),
    ("accident", re.compile(r"\b(?:accident|crash\w*|collision|collid\w*|hit (?:a|an|the|by|me|my|another|someone|something)|ran into|run into|rear-?ended|bumped|scraped|prang\w*|knocked)\b", re.IGNORECASE)),
    ("breakdown", re.compile(r"\b(?:broke(?:n)? ?down|break ?down|breakdown|won'?t start|not start\w*|flat (?:tyre|tire)|puncture\w*|engine|smok\w*|overheat\w*|battery|clutch|gearbox|steaming|tow(?:ed|ing)?|stalled|conked|dead|died|stuck)\b", re.IGNORECASE)),
    ("other", re.compile(r"\b(?:something else|other|none of (?:those|these))\b", re.IGNORECASE)),
)  # fmt: skip
_NOT_ALL = re.compile(
    r"\b(?:missing|miss\b|lost|short|not (?:here|there|all|everything|complete|on)|isn'?t|is not|aren'?t|haven'?t got|can'?t find|cannot find|no sign|one less|except|apart from|but (?:not|no|rm)|without|incomplete|gone)\b",
    re.IGNORECASE,
)
_NOTHING_MISSING = re.compile(
    r"\b(?:nothing|none|no(?:t a)? (?:package|parcel|box)?s?) ?(?:is |are |was )?(?:missing|short|lost)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all (?:there|here|in|on|loaded|good|done|aboard|accounted|packages|parcels|boxes|of (?:it|them)|set)|everything|loaded|complete|full(?:y)?|nothing missing|the lot|all \d+)\b|^(?:yes|yep|yeah|all|ok(?:ay)?)\b",
    re.IGNORECASE,
)
#: What only says that something is to be said to the dispatcher, and nothing of it.
_ASKING = frozenset(
    "i need want would like to talk speak chat call ring phone contact reach get hold of message tell say something with the a an my please pls can could you "
    "me us dispatcher dispatch office boss control base somebody someone person human real put through connect and now asap hello hi hey is there let have word for it".split()
)


def odometer(text: str) -> int | None:
    """Kilometres that are named as such, e.g. "48,210 km", "mileage 112304"."""
    found = _WITH_UNIT.search(text) or _AFTER_NAME.search(text)
    return _whole(found[1]) if found is not None else None


def kilometres(text: str) -> int | None:
    """The number that answers what the odometer says; the last one, where there are several."""
    named = odometer(text)
    numbers = _ANY.findall(text)
    return named if named is not None else _whole(numbers[-1]) if numbers else None


def damage(text: str) -> bool | None:
    """Whether words speak of damage; None where they say nothing about it."""
    if _SOUND.search(text):
        return False
    return True if _DAMAGE.search(text) else None


def damaged(text: str) -> bool | None:
    """Whether there is damage, in answer to just that."""
    said = damage(text)
    return said if said is not None else yes_or_no(text)


def damage_words(text: str) -> str | None:
    """The words, where they speak of damage."""
    return words(text) if damage(text) else None


def yes_or_no(text: str) -> bool | None:
    """What an answer says that begins with a yes or a no."""
    if _NO.match(text):
        return False
    return True if _YES.match(text) else None


def minutes(text: str) -> int | None:
    """How long, in seconds: "20", "20 min", "half an hour", "an hour and a half". A bare number is minutes."""
    if _HALF.search(text) and not _HOURS.search(_HALF.sub(" ", text)):
        return 1800
    hours = _HOURS.search(text)
    if hours is not None:
        count = _COUNT.get(hours[1].lower()) or float(hours[1].replace(",", "."))
        more = _MINUTES.search(text[hours.end() :])
        return round(count * 3600) + (1800 if "and a half" in text else int(more[1]) * 60 if more else 0)
    if _QUARTER.search(text):
        return 900
    found = _MINUTES.search(text)
    return int(found[1]) * 60 if found is not None and int(found[1]) else None


def incident(text: str) -> str | None:
    """What happened, the worst first: injury, theft, accident, breakdown; "other" only where that is said."""
    return next((kind for kind, signs in _INCIDENTS if signs.search(text)), None)


def all_there(text: str) -> bool | None:
    """Whether all packages are there; False where any is missing, None where nothing is said of it."""
    if _NOTHING_MISSING.search(text):
        return True
    if _NOT_ALL.search(text):
        return False
    return True if _ALL.search(text) else None


def stop_number(text: str) -> int | None:
    """The number of a stop, where that is all that is said."""
    found = _STOP.fullmatch(text)
    return int(found[1]) if found is not None and int(found[1]) else None


def message(text: str) -> str | None:
    """The whole text, where it says more than that somebody shall be told something."""
    content = [word for word in re.findall(r"[^\W\d_][\w']*", text.casefold()) if word not in _ASKING]
    return words(text) if len(content) > 1 else None


def _whole(number: str) -> int:
    return int(re.sub(r"\D", "", number))
