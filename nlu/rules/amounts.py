"""Quantities, ratings, percentages, money and durations."""

from __future__ import annotations

import re

from nlu.rules.numbers import NUMBER_WORD

_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}(?:[.,]\d{{1,2}})?|{NUMBER_WORD})"
_SIGN = r"(?:€|\$|£|eur|usd|gbp|chf|us\$)"

MONEY = [
    re.compile(rf"(?<![\w])(?P<span>{_SIGN}\s?\d{{1,3}}(?:\d*|(?:[.,]\d{{3}})*)(?:[.,]\d{{1,2}})?k?)(?![\w%]|[.,]\d)"),
    re.compile(
        rf"(?<![\w.,])(?P<span>{_NUMBER}\s?(?:€|£|\$|(?:eur|euros?|usd|dollars?|bucks|gbp|pounds?|quid|pence|cents|chf"
        r"|francs?)\b))"
    ),
]
PERCENTAGE = [re.compile(rf"(?<![\w.,])(?P<span>(?:{_NUMBER})\s?(?:%|(?:percent|per\s?cent|pct)\b))")]

RATING = [
    re.compile(
        rf"(?<![\w.,/])(?P<span>(?:\d(?:[.,]\d)?|{NUMBER_WORD})\s?(?:out\s?of|outta|of|from|/)\s?(?:5|five|cinco|10|ten|diez)\s?stars?\b)"
    ),
    re.compile(rf"(?<![\w.,/])(?P<span>(?:\d{{1,2}}(?:[.,]\d)?|{NUMBER_WORD}|no)\s?[- ]?(?:stars?\b|\*(?!\w)|⭐+|★+))"),
    re.compile(r"(?P<span>[⭐★]\ufe0f?(?:\s?[⭐★]\ufe0f?)+)"),
    re.compile(
        rf"(?<![\w.,/])(?<!got )(?<!only )(?<!received )(?<!just )(?<!missing )(?<!had )(?P<span>(?:\d{{1,2}}(?:[.,]\d)?|{NUMBER_WORD})\s(?:out\s?of|outta|of|from)\s(?:a\s)?"
        r"(?:possible\s)?(?:5|10|five|ten))\b(?!\s*(?:the\b|my\b|them\b|[a-z]{3,}s\b|%))"
    ),
    re.compile(r"(?<![\w.,/])(?<!on )(?<!by )(?<!until )(?P<span>(?:10|\d)(?:[.,]\d)?\s?/\s?(?:10|5))(?![\w/]|[.,]\d)"),
    re.compile(
        r"\b(?:rating|score|rate|rated|marks?|grade)\b(?:\s+(?:it|this|him|her|them|you|the\s+\w+|that|of|is|was|a|as|to|my|"
        rf"delivery|driver|service|today|yesterday|at|would|be|about)){{0,5}}\s*[:=-]?\s*(?P<span>10|\d(?:\.\d)?|{NUMBER_WORD})\b"
        r"(?!\s*(?:%|[:.]\d|[a-z]*day|minutes|hours|boxes|items))"
    ),
    re.compile(
        r"\b(?:give|giving|gave|gets?|deserves?|earns?|call\s+it|put\s+(?:me\s+)?down\s+(?:for|as)|put\s+it\s+at)\s+(?:(?:it|this|him|her|you|them|that|the\s+\w+|u|my|ya|yous?|y'all|delivery|driver)"
        r"\s+){0,3}(?:an?|only|just|like|about)\s+(?:solid\s+|big\s+|strong\s+|fat\s+|full\s+|clear\s+)?"
        r"(?P<span>10|\d(?:\.\d)?|ten|nine|eight|seven|six|five|four|three|two|one|zero)\b(?!\s*(?:%|[:.]\d|hour|minute|day|week))"
    ),
    re.compile(r"\ban?\s+(?P<span>10|[0-9]|ten|nine|eight|seven|six|five|four|three|two)\s+from\s+(?:me|us)\b"),
    re.compile(
        r"\b(?:score|rating)\b[^.\d?]{0,40}?\b(?:is|of|would be|as)\s+(?:an?\s+)?(?P<span>10|[0-9]|ten|nine|eight|seven|six|five|four|three|two)\b(?!\s*\w|[:.]\d)"
    ),
    re.compile(r"\b(?:solid|easy|straight)\s+(?P<span>10|[0-9]|ten|nine|eight|seven|five|four)\b(?!\s*\w)"),
]

_SECONDS = r"(?:seconds?|secs?|minutes?|minuts?|mintues?|mins?|minute|hours?|hrs?|hr|days?|weeks?|wks?|wk|months?|mths?|years?|yrs?|fortnights?|nights?)"
_WORKING = r"(?:(?:working|business|calendar|full|whole|extra)\s+){0,2}"
DURATION = [
    re.compile(
        rf"(?<![\w.,/])(?P<span>(?:half\s+an?\s+hour|half\s+hour|quarter\s+of\s+an\s+hour|(?:an\s+|one\s+|1\s+)?hour\s+and\s+a\s+"
        rf"(?:half|quarter)|{_NUMBER}\s+and\s+a\s+half\s+{_SECONDS}|half\s+a\s+(?:day|week|year)"
        rf"|\d{{1,3}}\s?h(?:ours?|rs?)?\s?(?:and\s+)?\d{{1,2}}(?:\s?m(?:in(?:ute)?s?)?)?\b(?![\d:])"
        rf"|{_NUMBER}\s?(?:-|to|–|or)\s?{_NUMBER}[\s-]?{_WORKING}{_SECONDS}"
        rf"|(?:{_NUMBER}|an?\s+couple(?:\s+of)?|a\s+few|couple\s+of|an?|half\s+an?)[\s-]?{_WORKING}{_SECONDS}"
        rf"(?:\s+(?:and\s+)?(?:{_NUMBER})\s?{_SECONDS})?|\d{{1,4}}\s?(?:h|m|min|hr|d)))(?![\w-]|\s+from now\b)"
    ),
    re.compile(
        r"\b(?:late|behind|delayed|delay|early|slow)\s+(?:by|of|about|around|like|approx|maybe|~|by\s+about)?\s*(?P<span>\d{1,3})\b(?!\s*(?:[:.]\d|[a-z%]+))"
    ),
    re.compile(r"(?<![\w#:.,-])(?<!stop )(?<!route )(?<!drop )(?P<span>\d{1,3})\s+(?:late|behind|delay|min late)\b"),
]

#: Candidates for a quantity; `finding` says which stand.
QUANTITY = re.compile(
    rf"(?:(?<![\w.,:/#€$£+&-])|(?<=^[+-])|(?<=\s[+-]))(?P<span>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{NUMBER_WORD}|half a dozen|a dozen|dozen)\b(?![.,:/-]\d|\s?%|-[a-z])"
)
QUANTITY_X = re.compile(r"(?<![\w.,:/#-])(?:(?P<span>\d{1,5})\s?x(?=\s)|x\s?(?P<span2>\d{1,5})\b)")
#: What makes a bare number something else than a quantity.
NO_QUANTITY_AFTER = re.compile(
    r"\s*(?:st|nd|rd|th|am|pm|o'?clock|floor|street|str|road|rd|ave|avenue|lane|ln|drive|dr|close|court|way|blvd|place|pl|"
    r"stars?|of\s+(?:us|you|my|the\s+(?:day|week|year|month))|times?|percent|kg|g|grams?|cm|mm|km|miles?|m\b|inch|inches|ft|litres?|ml|more\s+(?:day|time|week)|"
    r"thing|way|question|reason|last|month|day|week|hour|minute|year|person's|door)\b"
)
NO_QUANTITY_BEFORE = re.compile(
    r"(?:\b(?:number|no|nr|flat|apt|apartment|unit|suite|house|room|gate|code|pin|floor|block|building|box|bay|locker|door|dock|"
    r"at|by|before|after|until|till|around|since|past|stop|route|drop|option|size|page|step|level|line|gate code|version|"
    r"this|that|which|other|next|last|another|any|every|each|no|the\s+(?:big|small|new|old|first|last|right|wrong|blue|red|black|white|green))\s*[:#]?\s*)$"
)
