"""Addresses to places, by one of geopy's providers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service

from bot.settings import Settings, WrongSetting
from domain.values import Place

SECONDS = 10


class GeocoderTrouble(Exception):
    """The provider did not answer, or not in time; trying again later may help."""


def locate(address: str, settings: Settings) -> Place | None:
    """The place of an address; None when there is no provider or it knows no such address. Raises GeocoderTrouble."""
    if settings.geocoder is None:
        return None
    geocoder = _geocoder(settings.geocoder, orjson.dumps(settings.geocoder_options))
    try:
        found = geocoder.geocode(address, timeout=SECONDS)
    except GeopyError as error:
        raise GeocoderTrouble(type(error).__name__) from error
    return Place(found.latitude, found.longitude) if found is not None else None


def check_geocoder(settings: Settings) -> None:
    """Raises WrongSetting when the provider is unknown or its options do not fit."""
    if settings.geocoder is not None:
        _geocoder(settings.geocoder, orjson.dumps(settings.geocoder_options))


@lru_cache(maxsize=4)
def _geocoder(name: str, options: bytes) -> Any:
    try:
        return get_geocoder_for_service(name)(**{"user_agent": "roundsman", **orjson.loads(options)})
    except GeopyError as error:
        raise WrongSetting(
            f'ROUNDSMAN_GEOCODER: geopy knows no provider "{name}"; use a name like nominatim'
        ) from error
    except TypeError as error:
        raise WrongSetting(f"ROUNDSMAN_GEOCODER_OPTIONS: {error}") from error
