"""Dates, report periods and times of day."""

from __future__ import annotations

import re

from nlu.rules.numbers import NUMBER_WORD, ORDINAL_WORD

LONG_DAYS = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
DAY = r"(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|mon|tues|tue|weds|wed|thurs|thur|thu|fri|sat|sun)"
_SAFE_DAY = r"(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|tues|weds|thurs|thur|thu|fri)"
_SHORT_DAY = r"(?:mon|tue|wed|sat|sun)"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_SAFE_MONTH = (
    r"(?:january|february|april|june|july|august|september|october|november|december|jan|feb|apr|aug|sept|oct|nov|dec)"
)
_PERIOD = r"(?:weekend|week|month|quarter|year|fortnight|season|summer|winter|spring|autumn|night)"
_COUNT = rf"(?:\d{{1,3}}|{NUMBER_WORD}|a\s+couple\s+(?:of\s+)?|a\s+few|a|an)"
_WEEKS = r"(?:(?:an?|one|two|three|[1-3])\s+(?:weeks?|fortnight))"
_TH = r"(?:st|nd|rd|th)"
_YEAR = r"(?:\s*,?\s*(?:20\d\d|'\d\d))?"
_HOLIDAY = (
    r"(?:boxing day|christmas(?: eve| day)?|xmas(?: eve| day)?|new year'?s? ?(?:eve|day)?|nye|easter(?: (?:sunday|monday|weekend))?"
    r"|good friday|black friday|diwali|eid|hanukkah|ramadan|australia day|anzac day|cyber monday|mother'?s day|father'?s day|valentine'?s(?: day)?|halloween|thanksgiving"
    r"|(?:the )?bank holidays?|public holidays?)"
)

#: A day beside which another one can be named ("the day after next thursday", "two days before the 14th").
_BESIDE_DAY = (
    rf"(?:the\s+)?(?:tomorrow|yesterday|today|(?:(?:this|next|last|coming)\s+)?(?:{DAY}|{_HOLIDAY}|weekend)"
    rf"|(?:[12]\d|3[01]|0?[1-9])(?:{_TH}(?:\s+(?:of\s+)?{MONTH})?|\s+{MONTH})|{MONTH}\s+(?:[12]\d|3[01]|0?[1-9]){_TH}?)\b(?!'|\s+\d)"
)

DATE = [
    re.compile(r"(?<![\w./-])(?P<span>20\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))(?![\w/-])"),
    re.compile(
        rf"(?<![\w./:-])(?P<span>(?:{DAY}\s*,?\s+)?(?:0?[1-9]|[12]\d|3[01])(?P<sep>[./-])(?:0?[1-9]|[12]\d|3[01])(?P=sep)(?:20)?\d\d)(?![\w/-]|\.\d)"
    ),
    re.compile(rf"\b(?P<span>{_HOLIDAY})(?![\w-]|'s|\s+(?:presents?|trees?|gifts?|cards?|party|dinner|jumpers?|lights|decorations|box|hamper)\b)"),
    # the day after thursday, but not any day after it
    re.compile(rf"(?:\bthe\s+(?:very\s+)?|^\W*)(?P<span>day\s+(?:after|before)\s+{_BESIDE_DAY})"),
    re.compile(rf"\b(?P<span>(?:[2-9]|{NUMBER_WORD})\s+days\s+(?:after|before)\s+{_BESIDE_DAY})"),
    # 3 may, 3rd of may 2026, may 3rd, friday 3 may, 3-7 may
    re.compile(
        rf"(?<![\w.,/:-])(?P<span>(?:(?:this\s+|next\s+)?{DAY}\s*,?\s+)?(?:the\s+)?(?:(?:[12]\d|3[01]|0?[1-9])\s?{_TH}?(?:\s?(?:-|to|until|and)\s?"
        rf"(?:the\s+)?(?:[12]\d|3[01]|0?[1-9])\s?{_TH}?)?|{ORDINAL_WORD})\s*-?(?:of\s+)?{MONTH}\b\.?{_YEAR})(?![\w-])"
    ),
    re.compile(
        rf"\b(?P<span>(?:(?:this\s+|next\s+)?{DAY}\s*,?\s+)?{MONTH}\.?\s+(?:the\s+)?(?:(?:[12]\d|3[01]|0?[1-9]){_TH}?(?:\s?(?:-|to)\s?(?:[12]\d|3[01]|0?[1-9]){_TH}?)?"
        rf"|{ORDINAL_WORD})(?:\s*,?\s*20\d\d)?)(?![\w:-]|\.\d|\s?(?:am|pm|%|x\b|[a-z]*boxes|items))"
    ),
    re.compile(rf"\b(?P<span>{MONTH}\s+20\d\d)\b"),
    # relative days
    re.compile(r"\b(?P<span>next (?:working|business) day)\b(?!\s+(?:delivery|service|shipping))"),
    re.compile(r"\b(?P<span>day after (?:tomorrow|tmrw|2moro)|day before yesterday|overmorrow)\b"),
    re.compile(rf"\b(?P<span>(?:tomorrow|today|tonight|yesterday)\s*,?\s*(?:the\s+)?(?:(?:[12]\d|3[01]|0?[1-9]){_TH}))\b"),
    # a week tomorrow, two weeks on friday, tomorrow week, monday fortnight
    re.compile(rf"(?<!for )(?<!been )(?<!wait )(?<!waited )(?<!waiting )(?<!over )(?<!since )(?<!in )(?<!than )(?<!every )\b(?P<span>{_WEEKS}\s+(?:(?:on|from|after)\s+)?(?:{LONG_DAYS}|tomorrow|today)|(?:{LONG_DAYS}|tomorrow|today)\s+(?:week|fortnight))\b(?!\s+(?:since|ago|that|before|after|afternoon|morning|evening)\b)"),
    re.compile(r"\b(?P<span>today|tonight|tomorrow|yesterday|last night)\b(?!'s\s+special)"),
    # next friday, friday next week, week on friday, week after next
    re.compile(rf"\b(?P<span>(?:early|late|later|mid|end of|start of|beginning of|middle of)[\s-]+(?:the\s+|this\s+|next\s+|last\s+)?(?:{_PERIOD}|{MONTH}))\b(?!\s+\d)"),
    re.compile(rf"\b(?P<span>{DAY}\s+(?:of\s+)?(?:this|next|last|the\s+following)\s+week|(?:this|next|last)\s+week\s*,?\s+(?:on\s+)?{DAY}|a?\s?week\s+(?:on|from|after)\s+(?:{DAY}|tomorrow|today|next)|{LONG_DAYS}\s+week|{DAY}\s+after\s+next)\b"),
    re.compile(rf"\b(?P<span>(?:this|next|last|coming|past|following|previous)\s+(?:coming\s+|past\s+|calendar\s+|working\s+)?(?:{DAY}|{_PERIOD}|{MONTH}|\d{{1,2}}{_TH}))\b(?!\s+(?:time|bit|thing|minute))"),
    re.compile(rf"\b(?P<span>(?:last|past|previous|next|coming)\s+(?:\d{{1,3}}|{NUMBER_WORD}|few|couple(?:\s+of)?)\s+(?:days?|weeks?|months?|quarters?|years?))\b"),
    re.compile(rf"\b(?P<span>in\s+(?:about\s+|around\s+)?{_COUNT}\s*(?:days?|weeks?|months?|fortnights?)(?:'?\s+time)?)\b"),
    re.compile(rf"\b(?P<span>(?:{_COUNT}|couple\s+of)\s*(?:days?|weeks?|months?|years?|fortnights?|nights?)\s+(?:ago|back(?=[\s.,!?]|$)|from\s+(?:now|today|tomorrow)))\b"),
    re.compile(rf"\b(?P<span>(?:{DAY}\s*,?\s+)(?:the\s+)?(?:(?:[12]\d|3[01]|0?[1-9]){_TH}|{ORDINAL_WORD}))\b"),
    re.compile(rf"\b(?P<span>{_SAFE_DAY})\b(?!'(?!s\s+(?:deliver|order|parcel|package|shipment|drop|box|one|(?:also |still |even |much |not |no |just |perfectly )?(?:fine|good|ok|okay|great|better|best|perfect|free|alright|all right|possible|impossible|ideal|bad|busy|out|off|when)\b)))"),
    re.compile(rf"(?:(?:\b(?:on|this|next|last|by|till|til|until|for|or|and|from|before|after|every|not|to|make it|say|is|b4|still)\s+|^\W*|[,;/&-]\s?))(?P<span>{_SHORT_DAY})\b(?!['\w]|\s+(?:down|in\b|outside|here|waiting|behind|there|at\b|for\b|nav|tv|out\b|it\b))"),
    re.compile(rf"\b(?P<span>{_SHORT_DAY})(?=\s+(?:morning|afternoon|evening|night|am|pm|or|and|pls|please|instead|after|before|between)\b|\s+\d{{1,2}}\s?(?:-|–|to|till|until)\s?\d)"),
    re.compile(r"\b(?P<span>(?:(?:this|next|the)\s+)?(?<!lovely )(?<!great )(?<!nice )(?<!good )weekends?|weekdays?|month[\s-]end|year[\s-]end|year\s+to\s+date|month\s+to\s+date|ytd|mtd|q[1-4](?:\s+(?:of\s+)?20\d\d)?|week\s+\d{1,2}(?!\s*(?:days|hours))|h[12]\s+20\d\d)\b"),
    re.compile(rf"\b(?P<span>{_SAFE_MONTH})\b(?!'|\s+\d)"),
    re.compile(r"(?:\b(?:in|for|since|during|until|till|by|through|from|of|and|or|vs|to|before|after|all|about|,)\s+|^\W*)(?P<span>may|march|mar|jun|jul|sep)\b(?=\s*(?:[?.!,;:-]|$|please\b|and\b|to\b|or\b|vs\b|kpi|numbers|figures|report|sales|demand|versus|compared))"),
    re.compile(rf"(?<![\w.,/:#-])(?P<span>(?:[12]\d|3[01]|0?[1-9]){_TH})\b(?!\s*(?:floor|fl\b|street|st\b|ave|avenue|road|stop|drop|time|order|delivery|of\s+(?!{MONTH})|attempt|one|parcel|door|item))"),
    re.compile(rf"(?:\bthe\s+)(?!first|second)(?P<span>{ORDINAL_WORD})(?=\s*(?:instead|please|pls|works|would|or\s+the|if\b))"),
    re.compile(r"(?<![\w./:-])(?P<span>(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.)(?!\d)"),
    re.compile(r"(?:\b(?:on|by|for|until|till|before|after|since|from|to|due|it|the|b4|not|dated|of)\s+|^\W*)(?P<span>(?:0?[1-9]|[12]\d|3[01])[/](?:0?[1-9]|1[0-2]|[12]\d|3[01]))(?![\w/]|[.,]\d)(?!\s*(?:rating|stars|score))"),
    re.compile(r"(?:\b(?:since|before|after|in|from|until|of|back in|year)\s+)(?P<span>20[0-4]\d)\b(?![-/.:]\d|\s?[A-Za-z]{2}\b(?<!\sto)(?<!\sso)(?<!\sis))"),
]  # fmt: skip

_OCLOCK = r"(?:\s?o'?\s?clock)"
_MERIDIEM = r"(?:\s?(?:a\.m\.|p\.m\.|am|pm|a\.m|p\.m)(?![a-z]))"
_CLOCK = rf"(?:(?:[01]?\d|2[0-4])[:.h][0-5]\d{_MERIDIEM}?(?:\s?(?:h|hrs|uhr)\b)?|(?:[01]?\d|2[0-4])\s?(?:h|hrs|uhr)\b|(?:0?\d|1[0-2]){_MERIDIEM}|(?:0?\d|1[0-2]){_OCLOCK})"
_NAMED = r"(?:noon|midday|mid-day|midnight|lunch\s?time|lunch|dinner\s?time|dinner|tea\s?time|breakfast|school run|work|close of business|cob|eod|end of (?:the )?(?:day|business)|dark|sunset|rush hour)"
_WORDED = r"(?:half\s+(?:past\s+)?|(?:a\s+)?quarter\s+(?:past|to|after|before)\s+|(?:five|ten|twenty)\s+(?:past|to)\s+)(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b"
_SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
#: A time that shows it is one.
TIME = rf"(?:{_CLOCK}|{_WORDED}|{_SMALL}(?:{_OCLOCK}|{_MERIDIEM})|noon|midday|midnight)"
#: A time, or a bare hour where the words around say it is one.
_HOUR = rf"(?:{TIME}|(?:2[0-4]|1\d|0?\d)(?![\d:.]\d)\b|{_SMALL}\b|\d{{4}}\b(?=\s?h))"
_NOT_A_TIME = r"(?!\s?(?:[%€$£]|x\b|min|mins|minutes?|hours?|hrs?|days?|working|business|weeks?|months?|years?|boxes|items?|parcels?|packages?|pieces?|pcs|units?|stops?|drops?|orders?|more|times|stars?|kg|of\b|people|and a half|st\b|nd\b|rd\b|th\b|(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\b)|[-/]\d|[,.]\d)"
_PART = r"(?:mornings?|afternoons?|evenings?|nights?|forenoon|arvo|noon|midday|lunch\s?time|midnight)"
_DASH = r"\s?(?:-|–|to|till|til|until|and|through|thru)\s?"

#: Hours of the clock that are called hours ("between 16 and 20 hour"), where they can be no span of time.
OF_THE_CLOCK = [
    re.compile(
        rf"\b(?P<span>(?:between|from)\s+(?:the\s+)?(?:(?:1[3-9]|2[0-3]){_DASH}(?:1[4-9]|2[0-4])\s?(?:h|hours?|o'?\s?clock)|(?:0?[6-9]|1[0-2]){_DASH}(?:1\d|2[0-3])\s?hour))\b(?!\s+(?:notice|wait|before|earlier|later|ago|early|late))"
    )
]

_SURELY = re.compile(rf"{TIME}|ish\b")
_ANY_HOUR = re.compile(rf"\d|\b{_SMALL}\b")


_OF_THE_WORK = re.compile(r"(?:from\s+)?(?:lunch\s?time|lunch)|nights?|eod|end of day|out of hours")
_STOP_TILL = re.compile(r"\d{1,3}\s+(?=(?:till?|until|from|after|before)\b)")


def says_no_time_on_the_road(words: str) -> bool:
    """Whether ``words`` are a break or shift, or their hour a bare number ("at 14", "4-6"), which may be a stop."""
    if _OF_THE_WORK.fullmatch(words):
        return True
    return _ANY_HOUR.search(words) is not None and _SURELY.search(words) is None


def leading_stop(words: str) -> int:
    """The length of what stands before the time in "14 till half past three", which on the road is a stop."""
    stop = _STOP_TILL.match(words)
    return stop.end() if stop is not None else 0


#: The end of a sentence, and not of what stands before a number ("Torstr. 12-4").
_SENTENCE_ENDS = r"(?<!str)(?<!\bst)(?<!\bapt)(?<!\bnr)(?<!\w no)[.!?;:]\s+"
WINDOW = [
    re.compile(rf"\b(?P<span>(?:between|betwen|btw|btwn|from|frm)\s+(?:about\s+|around\s+|like\s+)?{_HOUR}\s?(?:-|–|to|till|til|until|and|&|through|thru|n)\s?{_HOUR}){_NOT_A_TIME}"),
    re.compile(rf"(?<![\w.,/:#€$£-])(?P<span>{TIME}{_DASH}(?:{TIME}|{_SMALL}\b|(?:1\d|2[0-4]|0?\d)\b)|(?:1\d|2[0-4]|0?\d){_DASH}{TIME})(?![\w]|[-/:.]\d)"),
    re.compile(
        rf"(?<![\w.,/:#€$£-])(?P<span>(?:after|b4|before|by|until|till|til|past|from|(?:no\s+)?later\s+than|(?:no\s+)?earlier\s+than"
        rf"|not\s+before|not\s+after|prior\s+to|around|about|approx|roughly|circa|ca\.?|nearer|towards)\s+(?:about\s+|around\s+|like\s+)?(?:{TIME}|{_NAMED})(?:\s?ish\b)?(?:\s+onwards|\s+at the latest|\s+latest|\s+the earliest)?)(?![\w-]|:\d)"
    ),
    re.compile(
        rf"(?<![\w.,/:#€$£-])(?P<span>(?:after|b4|before|(?<!\d )(?:until|till|til)|(?<!half )(?<!quarter )past|around|about|by)\s+(?:about\s+|around\s+|like\s+)?(?:(?:2[0-4]|1\d|0?[1-9])\b|{_SMALL}\b)(?:\s?ish\b)?)(?=\s*(?:$|[.,!?;)]|today|tomorrow|tonight|please|pls|plz|thanks|on\s|if\b|and\b|or\b|would|works?|cos|because|but|when|as\b|in\s+the|at\s+the|ok|is\b|that|since|onwards|i'm|im\b|i\b|so\b|instead|only|for\b|monday|tuesday|wednesday|thursday|friday|saturday|sunday|unless|cuz|we\b|they|he\b|she\b|it\b|nobody|no\s|kids|mum|my\b|at\b|else|next|everyday|every|weekdays|weekends))(?!\s+(?:days|minutes|hours))"
    ),
    re.compile(
        rf"(?<![\w.,/:#€$£-])(?P<span>(?:after|before)\s+(?:2[0-4]|1\d|0?[1-9]))\b(?=\s+[a-z]|[^\w\s]*\s*$)"
        rf"(?!\s+(?:the|more|attempts?|tries|rings?|knocks?|calls?|emails?|messages?|goes|of|{MONTH})\b){_NOT_A_TIME}"
    ),
    re.compile(r"(?<![\w.,/:#€$£-])(?P<span>(?:[1-9]|1[0-2])\s?ish)\b"),
    re.compile(rf"(?<![\w.,/:#€$£-])(?P<span>{_SMALL}ish)\b"),
    re.compile(rf"(?<![\w.,/:#€$£-])(?P<span>{TIME}(?:\s?ish|\s+onwards|\s+sharp)?)(?![\w]|[:/]\d|\s?%)"),
    re.compile(
        rf"(?<!good )(?<!gd )(?<!lovely )(?<!great )(?<!nice )(?<!pleasant )(?<!wonderful )(?<!on )(?<!nighty )(?P<span>\b(?:(?:this)\s+)?(?:(?:early|late|later|mid|very early|first thing)[\s-]+(?:in\s+the\s+)?)?(?<!good ){_PART})\b(?!\s+(?:shifts?|workers?|work|club|stand|light|lamp|dress)\b)"
    ),
    re.compile(r"(?:^\W*|[,;.]\s*|\b(?:the|your|my|a|an|in|for|please)\s+)(?P<span>(?:very\s+)?(?:first|earliest|last|latest|final)\s+(?:(?:available|possible|delivery)\s+)?(?:slot|window)(?:\s+(?:of|in)\s+the\s+(?:day|morning|evening))?)\b"),
    re.compile(r"\b(?P<span>(?:(?:by|before|at)\s+)?(?:first thing|end of (?:the )?(?:day|business)|close of business|eod|cob)|after (?:work|school|hours|dark|lunch|dinner)|before (?:work|school|lunch|dinner)|office hours|business hours|working hours|out of hours)\b(?!\s+parcel)"),
    re.compile(rf"\b(?:at|make it|@)\s+(?P<span>(?:2[0-3]|1\d|0?[1-9]|{_SMALL}))\b(?=\s*(?:$|[.,!?;]|today|tomorrow|tonight|please|pls|on\s+{DAY}|instead|{LONG_DAYS}|sharp|in the (?:morning|afternoon|evening)))"),
    re.compile(rf"(?:\b(?:slot|window|{DAY}|(?<=\d ){MONTH}|also|again|then|same|hours|still|tomorrow|today|time|mine|delivery|my|say|maybe|the|a|,|it|of|or|for|better|me|between|come|in|outside|only|rather|anywhere|works?|not|until|one|morning|afternoon|evening|ok|okay|yes|please|pls)\s+|^\W*|,\s?)(?P<span>(?:1\d|2[0-4]|0?\d)\s?(?:-|–|to|till|til|until)\s?(?:1\d|2[0-4]|0?\d))\b{_NOT_A_TIME}"),
    re.compile(rf"{_SENTENCE_ENDS}(?P<span>(?:1\d|2[0-4]|0?\d)\s?(?:-|–|to|till|til|until)\s?(?:1\d|2[0-4]|0?\d))(?=\s*(?:$|[.,!?;)]|(?:please|pls|thanks|then)\b)){_NOT_A_TIME}"),
    re.compile(rf"(?:\b(?:slot|window|{DAY}|then|hours|still|tomorrow|today|time|say|better|between|come|only|rather|works?|the)\s+|^\W*|,\s?)(?P<span>{_SMALL}\s?(?:-|–|to|till|til|until)\s?{_SMALL})\b(?=\s*(?:$|[.,!?;)]|please|pls|thanks|slot|window|on\b|if\b|and\b|or\b|is\b|works?|would|tomorrow|today|{DAY}\b|in the|instead|still|right|then|ok\b))"),
]  # fmt: skip
