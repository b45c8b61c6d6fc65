"""Order, return and purchase order numbers, routes and stops."""

from __future__ import annotations

import re

from nlu.rules.numbers import NUMBER_WORD, ORDINAL_WORD, from_words
from nlu.rules.parts import Parts

# a keyword as its letters typed in another order, one left out or doubled ("ordr", "oder", "ordder")
_ORDER = r"(?:orders?|ordrs?|oder|ordre|orde|oreder|odrer|oredr|orrder|ordder|ord|odr)"
_THING = rf"(?:{_ORDER}|parcel|package|delivery|consignment|shipment|tracking)"
_NUMBER = r"(?:numbers?|numb|num|nmbr|nbr|nr|no|n°|id|ref(?:erence)?|code)\.?"
_JOIN = r"(?:\s*[:.\-#=]\s*|\s+)"

RETURN = [
    re.compile(r"\b(?P<span>(?:ret|rma)(?:\s?[-#_.:]\s?|\s?)\d{1,9})\b(?!\s?(?:%|€|[:.]\d))"),
    re.compile(rf"\b(?:return|rma|ret){_JOIN}{_NUMBER}{_JOIN}?(?:is\s+)?(?P<span>\d{{2,9}})\b"),
    re.compile(r"\breturn\s+(?P<span>\d{3,6})\b(?=\s*(?:[?.!,;]|$|please\b|is\b|was\b|has\b|and\b|to\b|as\b))"),
]
PURCHASE = [
    re.compile(r"\b(?P<span>p\.?o\.?(?:\s?[-#_:]\s?|\s?)\d{1,9})\b(?!\s?(?:%|€|[:.]\d))"),
    re.compile(
        rf"\b(?:purchase\s+order|p\.?o\.?)(?:{_JOIN}{_NUMBER})?{_JOIN}(?:is\s+)?(?P<span>#?\d{{1,9}})\b(?!\s?%)"
    ),
]
SKU = [re.compile(r"\b(?P<span>sku\s?[-#_:.]?\s?\d{2,9})\b")]
ORDER = [
    re.compile(r"\b(?P<span>rm(?:\s?[-_.#:]\s?|\s?)\d{3,12})\b"),
    re.compile(r"(?<![\w&])(?P<span>#\s?\d{3,12})\b"),
    re.compile(rf"\b{_THING}(?:{_JOIN}{_NUMBER})?{_JOIN}(?:is\s+)?(?P<span>[a-z]{{2,4}}-\d{{4,10}})\b"),
    re.compile(rf"\b(?P<span>{_THING}(?:{_JOIN}{_NUMBER})?{_JOIN}?\d{{4,12}})\b(?!\s?(?:%|€|[:.,]\d))"),
    re.compile(rf"\b(?P<span>{_THING}(?:{_JOIN}{_NUMBER}){_JOIN}?\d{{3}})\b"),
    re.compile(rf"\b{_THING}(?:{_JOIN}{_NUMBER})?\s*(?:is|was|=|:)\s*(?:the\s+)?(?P<span>\d{{4,12}})\b"),
]
#: A bare number that stands for an order where nothing around it says otherwise.
BARE_ORDER = re.compile(r"(?<![\w.,:/+€$£-])(?P<span>\d{5,6})\b(?![.,:/-]?\d|\s?(?:%|€|eur|usd|gbp))")
#: Words before a bare number that make it a postcode.
PLACE_BEFORE = re.compile(
    r"(?:\b(?:in|to|near|around|area|at|into|postcodes?|post\s?codes?|postal(?:\s+codes?)?|zips?|zip\s?codes?|plz|"
    r"postleitzahl|pin\s?code|eircode|live|moved|based)\W{0,3}(?:is|now|code|of|the)?\s*)$"
)
ANOTHER_ORDER = re.compile(r"\s*(?:,|and|&|or|\+|,\s*and)\s*(?P<span>\d{4,12})\b(?![.:]\d)")

ROUTE = [
    re.compile(
        r"\b(?P<span>(?:routes?|rout|rte|rt|tour)\s*(?:(?:number|num|no|nr)\b\.?\s*|#\s*)?\d{1,4})\b(?!\s?(?:%|[:.]\d|st\b|th\b))"
    ),
    re.compile(r"\b(?P<span>r\s?-?\d{1,4})\b(?![.,:/-]\d)"),
    re.compile(rf"\b(?P<span>route\s+(?:number\s+)?{NUMBER_WORD})\b"),
]
ANOTHER_ROUTE = re.compile(r"\s*(?:,|and|&|or|\+)\s*(?P<span>r?\d{1,3})\b(?!\s?(?:%|[:.]\d|am|pm|st\b|th\b|[a-z]))")

_UNITS = r"(?:parcels?|packages?|boxes|box|items?|pallets?|of\b(?!\s+\d{1,3}\b(?!\s*[a-z]+s\b))|kg|bags?|minutes?|mins?|hours?|days?|more|messages?)"
STOP = [
    re.compile(
        rf"\b(?P<span>(?:stops?|drops?|drop-?off|dropoff)\s*(?:(?:number|num|no|nr)\b\.?\s*|#\s*)?\d{{1,3}})\b(?!\s?(?:{_UNITS}|%|[:.]\d|am\b|pm\b))"
    ),
    re.compile(rf"\b(?P<span>(?:stop|drop)\s+(?:number\s+)?{NUMBER_WORD})\b(?!\s?{_UNITS})"),
    re.compile(rf"\b(?P<span>(?:\d{{1,3}}(?:st|nd|rd|th)|{ORDINAL_WORD})\s+stop)\b"),
    re.compile(
        r"\b(?:dropped|delivered|skip|skipped|skipping|did)\s+(?P<span>#?\d{1,3})\b(?=\s*(?:[,.!?]|$|and\s+#?\d|now\b|ok\b|already\b))"
    ),
]
_GOODS = (
    r"(?:parcels?|parcles?|packages?|packets?|boxe?s?|box|cartons?|items?|pallets?|bags?|returns?|pieces?|pcs|crates?|cases?|rolls?|tyres?|totes?"
    r"|letters?|envelopes?|trays?|fails?)"
)
#: So many of so many: "4 of 5", "4/5 done".
PART_OF_ALL = Parts(
    re.compile(
        rf"(?<![\w.,:/#-])(?P<part>\d{{1,3}}|{NUMBER_WORD})(?:\s?/\s?|\s+(?:out\s+)?of\s+(?:the\s+|my\s+)?)(?P<all>\d{{1,3}}|{NUMBER_WORD})\b"
        r"(?![.,:/-]\d|\s?%|\s*(?:of\s+)?(?:an?\s+)?(?:am|pm|o'?clock|hours?|hrs?|minutes?|mins?|days?|miles?|tank|full)\b)"
    ),
    stop_before=re.compile(r"\b(?:stops?|drops?|number|num|no|nr|at)\W*$"),
    none_before=re.compile(
        r"\b(?:on|by|until|till?|since|from|to|before|after|due|flat|apt|apartment|unit|block|house|door|gate|room|floor|code|pin)\W*$"
    ),
    goods_after=re.compile(rf"\s+(?:\w+\s+)?{_GOODS}\b"),
    number=from_words,
)
#: Numbers of a driver's goods; other bare numbers are left to the random field.
GOODS = [
    re.compile(
        rf"(?<![\w#:.,/-])(?P<span>\d{{1,4}}|{NUMBER_WORD})\s?(?:x\s|more\s|other\s|small\s|big\s|heavy\s|extra\s|undelivered\s|damaged\s|missing\s|large\s|wet\s)*{_GOODS}\b"
    ),
    re.compile(
        rf"(?<![\w#:.,/-])(?<!and )(?<!, )(?P<span>\d{{1,4}}|{NUMBER_WORD})(?=\s+(?:of\s+(?:the\s+|my\s+|them\b)?(?:\d|{NUMBER_WORD}|them)|(?:is\s+|are\s+)?(?:missing|short|too\s+(?:few|many)|extra)\b))"
    ),
    re.compile(
        rf"\b(?:missing|short|short\s+by|short\s+of)\s+(?P<span>\d{{1,3}}|{NUMBER_WORD})(?=\s*(?:$|[,.!?]|boss|mate|for\b|from\b))"
    ),
    re.compile(rf"\b\d{{1,3}}\s+(?:out\s+)?of\s+(?:the\s+|my\s+)?(?P<span>\d{{1,3}}|{NUMBER_WORD})\b"),
]
#: What only a driver says of a stop.
STOP_OF_DRIVERS = [
    re.compile(r"\b(?P<span>stop\s?\d{1,3})(?=\s+(?:parcel|package|box|item|bag|pallet)\b)"),
    re.compile(r"(?<![\w#&])(?P<span>#\s?\d{1,2})\b(?![.,:/-]?\d)"),
    re.compile(
        rf"\b(?P<span>(?:\d{{1,3}}(?:st|nd|rd|th)|{ORDINAL_WORD})\s+(?:drop|delivery|job|customer|address))\b(?!\s+attempt)"
    ),
    re.compile(
        rf"\b(?P<span>(?:delivery|job|customer|call)\s+(?:(?:number|num|no|nr)\b\.?\s*|#\s*)?\d{{1,3}})\b(?!\s?(?:{_UNITS}|%|[:.]\d|am\b|pm\b|times?\b))"
    ),
]
#: A message that is nothing but stops: "14", "number 4", "4 and 5".
STOPS_ALONE = re.compile(
    rf"[^\w+]*(?:(?:it'?s|its|the|ok|yes|yeah|yep|no)[\W_]+)*(?P<span>(?:(?:number|num|no|nr)\.?\s*|#\s*)?(?:\d{{1,3}}|{NUMBER_WORD}))"
    rf"(?:(?:\s*,\s*and\s+|\s*(?:,|and\b|&|\+|or\b)\s*|\s+)#?\d{{1,3}})*(?:[\W_]+(?:please|pls|plz|thanks|ta|mate|boss))*[^\w+%]*"
)
#: Words about a vehicle's mileage: a long number in their message is no order's.
MILEAGE = re.compile(
    r"\b(?:mileage|milage|miles|mi|kms?|kilomet(?:er|re)s|odo(?:meter)?|on the clock|clock (?:says|reads)|speedo)\b"
)
ANOTHER_STOP = re.compile(
    r"\s*(?:,\s*and|,|and|&|or|\+|to|-|then|with|before|after)\s*(?P<span>#?\d{1,3})\b(?!\s?(?:[:.]\d|am\b|pm\b|st\b|nd\b|rd\b|th\b|%|[a-z]*min|hours?|parcels?|packages?|boxes|items?))"
)
