"""A plan as GeoJSON (RFC 7946): routes as lines, stops, depots and what is on no route as points.

It holds numbers and times, and names nobody: whoever gets the file learns neither customers nor drivers. Lines carry the
properties of https://github.com/mapbox/simplestyle-spec, so that viewers colour them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from bot.pictures.colours import colour_of
from domain.drawing import Drawing, DrawnRoute, DrawnStop
from domain.values import Place

#: About a decimetre; RFC 7946, 11.2, asks for no more than is known.
DECIMALS = 6


def geojson(drawing: Drawing) -> dict[str, Any]:
    """The drawing as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(_features(drawing))}


def _features(drawing: Drawing) -> Iterator[dict[str, Any]]:
    for depot in drawing.depots:
        yield _feature(_point(depot), kind="depot")
    for route in drawing.routes:
        yield _route(route)
        for stop in route.stops:
            yield _stop(stop, route)
    for drop in drawing.drops:
        reason = drop.reason.code if drop.reason is not None else None
        yield _feature(_point(drop.place), kind="dropped", order=drop.order, reason=reason)


def _route(route: DrawnRoute) -> dict[str, Any]:
    return _feature(
        _line(route.way), kind="route", route=route.name, state=route.state, stops=len(route.stops), metres=route.metres,
        stroke=colour_of(route.colour),
    )  # fmt: skip


def _stop(stop: DrawnStop, route: DrawnRoute) -> dict[str, Any]:
    start, end = stop.eta or (None, None)
    values = {
        "kind": "stop", "route": route.name, "number": stop.number, "orders": list(stop.orders), "state": stop.state,
        "eta_start": _time(start), "eta_end": _time(end), "done_at": _time(stop.done_at),
        "marker-color": colour_of(route.colour),
    }  # fmt: skip
    return _feature(_point(stop.place), **values)


def _feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _point(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"type": "Point", "coordinates": _position(place)}


def _line(way: Sequence[Place]) -> dict[str, Any] | None:
    """The way as a line; in parts where it crosses the 180th meridian (RFC 7946, 3.1.9). None for fewer than two places."""
    if len(way) < 2:
        return None
    parts = [[_position(way[0])]]
    for before, after in pairwise(way):
        if abs(after.lon - before.lon) > 180:
            lat, side = _crossing(before, after)
            parts[-1].append([side, lat])
            parts.append([[-side, lat]])
        parts[-1].append(_position(after))
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _crossing(before: Place, after: Place) -> tuple[float, float]:
    """The latitude at which a line crosses the 180th meridian, and the side (180 or -180) it comes from."""
    side = 180.0 if before.lon > 0 else -180.0
    to = side - before.lon
    whole = to + after.lon + side
    share = to / whole if whole else 0.0
    return round(before.lat + share * (after.lat - before.lat), DECIMALS), side


def _position(place: Place) -> list[float]:
    return [round(place.lon, DECIMALS), round(place.lat, DECIMALS)]
