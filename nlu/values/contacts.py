"""E-mail addresses, telephone numbers, postcodes and coordinates."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo

_REGIONS = {
    "Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE", "Europe/Vienna": "AT", "Europe/Zurich": "CH",
    "Europe/Paris": "FR", "Europe/Madrid": "ES", "Europe/Amsterdam": "NL", "Europe/Brussels": "BE",
    "Europe/Rome": "IT", "Europe/Lisbon": "PT", "Europe/Warsaw": "PL", "Europe/Prague": "CZ",
    "Europe/Copenhagen": "DK", "Europe/Stockholm": "SE", "Europe/Oslo": "NO", "Europe/Helsinki": "FI",
    "Australia/Sydney": "AU", "Australia/Melbourne": "AU", "Australia/Brisbane": "AU", "Australia/Perth": "AU",
    "Pacific/Auckland": "NZ", "Asia/Kolkata": "IN", "America/Toronto": "CA", "America/Vancouver": "CA",
    "America/Mexico_City": "MX", "Africa/Johannesburg": "ZA", "Asia/Singapore": "SG",
}  # fmt: skip
#: Zones of the United States; there the month is written first.
UNITED_STATES = re.compile(
    r"US/|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Indiana/|Kentucky/|"
    r"North_Dakota/|Juneau|Menominee|Nome|Sitka)|Pacific/Honolulu"
)
_PAIRS = (
    re.compile(r"!3d(-?\d{1,3}\.\d+)!4d(-?\d{1,3}\.\d+)"),
    re.compile(r"[?&]mlat=(-?\d{1,3}(?:\.\d+)?)&mlon=(-?\d{1,3}(?:\.\d+)?)"),
    re.compile(
        r"[?&](?:q|query|ll|daddr|destination|center|saddr|sll|coordinate)=(?:loc:)?(-?\d{1,3}\.\d+)\s?,\s?\+?(-?\d{1,3}\.\d+)"
    ),
    re.compile(r"@(-?\d{1,3}\.\d+),(-?\d{1,3}\.\d+)"),
    re.compile(r"#map=\d{1,2}(?:\.\d+)?/(-?\d{1,3}\.\d+)/(-?\d{1,3}\.\d+)"),
    re.compile(r"/(-?\d{1,3}\.\d+),\+?(-?\d{1,3}\.\d+)"),
    re.compile(r"^(?:geo:)?(-?\d{1,3}\.\d+)\s?[,;\s]\s?(-?\d{1,3}\.\d+)"),
)


def email_value(words: str) -> str:
    """The address in lower case."""
    return words.lower()


def postcode_value(words: str) -> str:
    """Upper case, white space straightened ("SE15 4QN")."""
    return " ".join(words.upper().split())


def coordinates_value(words: str) -> str | None:
    """ "52.52000,13.40500" (latitude, longitude in degrees, WGS 84) from a pair or a map's link; else None.

    Links: Google Maps (``@lat,lon``, ``q=``, ``!3d!4d``), OpenStreetMap (``#map=``, ``mlat``), Apple Maps (``ll=``),
    ``geo:`` (RFC 5870). A shortened link holds no position and gives None.
    """
    text = unquote(words)
    for pattern in _PAIRS:
        match = pattern.search(text)
        if match:
            latitude, longitude = float(match[1]), float(match[2])
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return f"{latitude:.5f},{longitude:.5f}"
    return None


def phone_value(words: str, zone: ZoneInfo) -> str | None:
    """E.164, national numbers read in the country of ``zone``; digits alone where that is no number there."""
    return _phone(words, region(zone))


def region(zone: ZoneInfo) -> str | None:
    """The country (ISO 3166) most people of ``zone`` live in, or None when the zone does not say."""
    key = zone.key or ""
    return "US" if UNITED_STATES.match(key) else _REGIONS.get(key)


@lru_cache(maxsize=1024)
def _phone(words: str, country: str | None) -> str | None:
    import phonenumbers  # heavy: only where a number is met

    text = words.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", words)
        return digits or None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
