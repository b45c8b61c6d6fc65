"""Addresses to places, by one of geopy's providers."""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from typing import Any

import orjson

from bot.settings import Settings, WrongSetting
from domain.values import Place

SECONDS = 10
_one_at_a_time = threading.Lock()
_last = float("-inf")


class GeocoderTrouble(Exception):
    """The provider did not answer, or not in time; trying again later may help."""


def locate(address: str, settings: Settings) -> Place | None:
    """The place of an address; None when there is no provider or it knows no such address. Raises GeocoderTrouble."""
    if settings.geocoder is None:
        return None
    from geopy.exc import GeopyError  # geopy takes long to import, and most installations do without

    geocoder = _geocoder(settings.geocoder, orjson.dumps(settings.geocoder_options))
    with _one_at_a_time:
        _take_turns(settings.geocoder_pause)
        try:
            found = geocoder.geocode(address, timeout=SECONDS)
            return Place(found.latitude, found.longitude) if found is not None else None
        except (GeopyError, LookupError, TypeError, ValueError) as error:  # no answer, or none that makes sense
            raise GeocoderTrouble(type(error).__name__) from error


def _take_turns(pause: float) -> None:
    """Wait until ``pause`` seconds have passed since the last question; public providers ask for that."""
    global _last
    wait = _last + pause - time.monotonic()
    if wait > 0:
        time.sleep(wait)
    _last = time.monotonic()


def check_geocoder(settings: Settings) -> None:
    """Raises WrongSetting when the provider is unknown or its options do not fit."""
    if settings.geocoder is not None:
        _geocoder(settings.geocoder, orjson.dumps(settings.geocoder_options))


@lru_cache(maxsize=4)
def _geocoder(name: str, options: bytes) -> Any:
    from geopy.exc import GeopyError
    from geopy.geocoders import get_geocoder_for_service

    try:
        return get_geocoder_for_service(name)(**{"user_agent": "roundsman", **orjson.loads(options)})
    except GeopyError as error:
        raise WrongSetting(
            f'ROUNDSMAN_GEOCODER: geopy knows no provider "{name}"; use a name like nominatim'
        ) from error
    except TypeError as error:
        raise WrongSetting(f"ROUNDSMAN_GEOCODER_OPTIONS: {error}") from error
