"""E-mail addresses, telephone numbers, postcodes and coordinates."""

from __future__ import annotations

import re

EMAIL = [re.compile(r"(?<![\w.+-])(?P<span>[\w.+'-]*[\w+]@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24})(?![\w@])")]

_DECIMAL = r"-?\d{1,3}\.\d{2,12}"
COORDINATES = [
    re.compile(
        r"(?P<span>https?://(?:[\w-]+\.)*(?:google\.[a-z.]{2,6}/maps|maps\.google\.[a-z.]{2,6}|openstreetmap\.org"
        r"|osm\.org|maps\.apple\.com|goo\.gl/maps|maps\.app\.goo\.gl)[^\s<>\"]{0,600})"
    ),
    re.compile(r"(?P<span>geo:-?\d{1,3}(?:\.\d{1,12})?,-?\d{1,3}(?:\.\d{1,12})?)"),
    re.compile(rf"(?<![\w.,-])(?P<span>{_DECIMAL}\s?[,;]\s?{_DECIMAL})(?![\d%€])"),
    re.compile(r"(?<![\w.,-])(?P<span>-?\d{1,3}\.\d{4,12}\s+-?\d{1,3}\.\d{4,12})(?![\d%€])"),
]

_NO_NAME = (
    r"(?!(?:and|or|in|on|at|to|of|is|was|are|were|left|right|by|a|an|my|for|from|with|next|this|that|no|not|next|done|min|mins|minutes|hours|"
    r"boxes|parcels|packages|late|behind|again|down|up|same|his|her|their|our|your|other|wrong|whole|then|now|before|after|until|till|off|out|please)\b)"
)
#: Streets with a house number, lower case, then such as only capital letters show.
STREETS = [
    re.compile(
        rf"(?<![\w#.,:-])(?P<span>(?:(?:flat|unit|apt|apartment|suite)\s*\w{{1,4}},?\s+(?:\d{{1,4}}[a-z]?,?\s+)?|\d{{1,4}}[a-z]?(?:\s?-\s?\d{{1,4}})?,?\s+)(?:{_NO_NAME}[^\W\d_][\w'.-]{{1,24}}\s+){{1,3}}?"
        r"(?:street|str|st|road|rd|avenue|ave|lane|ln|close|court|ct|terrace|crescent|grove|gardens|boulevard|blvd|mews|parade))\b"
    ),
    re.compile(
        r"\b(?P<span>(?:[^\W\d_]{2,20}-){0,2}[^\W\d_]{2,30}(?:straße|strasse|str\.|str|weg|allee|platz|gasse|damm|ufer|gracht|straat|laan)\s+\d{1,4}[a-z]?)\b(?!\s?(?:min|%|boxes|parcels))"
    ),
]
NAMED_STREETS = [
    re.compile(
        r"(?<![\w#.,:-])(?P<span>\d{1,4}[a-z]?\s+(?:[A-ZÄÖÜ][a-zäöüß'’]+\s+){1,3}(?:Way|Drive|Dr|Park|Hill|Place|Pl|Square|Sq|Green|Row|Walk|View|Rise|Gate|Yard|Wharf|Quay|Cottages|Estate|End|Fields?|Side|Mount|Vale))\b"
    ),
    re.compile(r"(?<![\w#.,:-])(?P<span>\d{1,4}[a-z]?\s+The\s+[A-Z][a-z]+)\b"),
]

PHONE = [
    re.compile(r"(?<![\w.,/+#-])(?P<span>[6-9]\d{4}\s\d{5})(?![\w/-]|[.,:]\d)"),
    re.compile(r"(?<![\w.,/-])(?P<span>(?:\+|00)[1-9](?:[\s()./-]{0,3}\d){6,13})(?![\w/-]|[.,]\d)"),
    re.compile(r"(?<![\w.,/+-])(?P<span>\(?0\d{1,5}\)?(?:[\s./-]?\d){5,11})(?![\w/-]|[.,:]\d)"),
    re.compile(r"(?<![\w.,/+-])(?P<span>\(?[2-9]\d{2}\)?[\s.-]\d{3}[\s.-]\d{4})(?![\w/-]|[.,]\d)"),
    re.compile(
        r"\b(?:call|callback|ring|phone|mobile|cell|tel|telephone|text|whatsapp|reach|sms|contact|ph)\b[^\d+\n]{0,24}"
        r"(?P<span>\d(?:[\s()./-]?\d){7,13})(?![\w/-]|[.,:]\d)"
    ),
]

POSTCODE = [
    # United Kingdom (BS 7666), whole; Ireland (Eircode); Canada
    re.compile(r"\b(?P<span>(?:[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[abd-hjlnp-uw-z]{2}|gir\s?0aa))\b"),
    re.compile(r"\b(?P<span>(?:[ac-fhknpr-y]\d{2}|d6w)\s?[ac-fhknprtv-y\d]{4})\b(?=.*)"),
    re.compile(r"\b(?P<span>[abceghj-nprstvxy]\d[a-z]\s?\d[a-z]\d)\b"),
    # United States with four more digits
    re.compile(r"(?<![\w-])(?P<span>\d{5}-\d{4})(?![\w-])"),
    # said to be one
    re.compile(
        r"\b(?:post\s?code|postal\s?code|zip(?:\s?code)?|plz|postleitzahl|eircode|pin\s?code)s?\b\W{0,3}"
        r"(?:(?:is|was|of|to|now|for|should be|changed to)\s+){0,2}(?P<span>\d{4}\s?(?!(?:it|is|to|in|at|on|my|or|so|no|me|we|he|be|by|do|go|if|of|up|us|as|an|am|pl)\b)[a-z]{2}\b|\d{4,6}|[a-z]{1,2}\d[a-z\d]?)\b(?!\s?(?:st|nd|rd|th)\b)"
    ),
    re.compile(r"(?<![\w#-])(?P<span>\d{4,6})\s+(?:is\s+)?(?:my|the|our)?\s*(?:post\s?code|zip|plz)\b"),
]
#: A postcode of four digits where only a place can be meant; no year.
FOUR_DIGITS = re.compile(
    r"\bin\s+(?P<span>(?!(?:19|20)\d\d)[1-9]\d{3})\b(?![.,:/-]?\d|\s?%|\s+(?:boxes|pieces|items|units|days|hours|minutes|words|steps|cases|rows)\b)"
)
#: A Dutch postcode; the letters count only in upper case, or when both parts are the whole message.
DUTCH = re.compile(r"(?<![\w.,-])(?P<span>[1-9]\d{3}\s?[A-Z]{2})\b")
#: Four or five digits before a capitalised place name ("10115 Berlin", "1010 Wien").
BEFORE_PLACE = re.compile(
    r"(?<![\w.,#-])(?P<span>\d{5}|(?<=, )\d{4})\s+(?=[A-ZÄÖÜ][a-zäöüß]{2,})(?!(?:\w+\s){1,3}(?:Ave|Avenue|St|Street|Rd|Road|Blvd|Boulevard|Lane|Ln|Drive|Dr|Way|Court|Ct|Parkway|Pkwy|Terrace|Place|Close)\b)(?!(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Please|Where|Can"
    r"|The|When|Is|What|How|Any|Has|It|Thanks)\b)"
)
#: After a place ("Berlin 10115", "Portland OR 97201"): five digits only.
AFTER_PLACE = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{2,}(?:,?\s[A-Z]{2})?,?\s(?P<span>\d{5,6})(?![\w-])")
#: Words that make a bare five- or six-digit number in the same message a postcode.
ABOUT_PLACES = re.compile(
    r"\b(?:zips?|post\s?codes?|postal|zip\s?codes?|plz|delivery\s+(?:zone|area)|your\s+(?:zone|area)|(?:deliver|ship|shipping)\s+(?:to|in)|serve|cover)\b"
)
PARTIAL_BRITISH = re.compile(r"\b(?:in|to|near|at|around|postcode|not)\s+(?P<span>[A-Z]{1,2}\d{1,2}[A-Z]?)\b")
