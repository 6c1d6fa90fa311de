"""Places as GeoJSON (RFC 7946): longitude first, WGS 84, bounding boxes that may cross 180°."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import copysign
from typing import Any

import msgspec

from shared import wire

DECIMALS = 6  # a tenth of a metre
Lonlat = tuple[float, float]


def incident(found: Mapping[str, Any], *, names: bool) -> bytes:
    """One incident: the line of its track, and a point for every fix."""
    track: Sequence[wire.Position] = found["track"] or (
        [found["position"]] if found["position"] else []
    )
    places = _way(track)
    features = [_feature(_line(places), _about(found, names))]
    features += [
        _feature(_point(place), _fix(found, fix)) for place, fix in zip(places, track, strict=True)
    ]
    return _collection(features, box_of_track(places))


def incidents(summaries: Iterable[Mapping[str, Any]], *, names: bool) -> bytes:
    """A period: each incident at its last place, or nowhere."""
    features, places = [], []
    for one in summaries:
        position = one["position"]
        if position is not None:
            places.append(_lonlat(position))
        point = _point(_lonlat(position)) if position else None
        features.append(_feature(point, _about(one, names)))
    return _collection(features, box(places))


def box(places: Sequence[Lonlat]) -> list[float]:
    """West, south, east, north: the narrowest that holds all, across 180° if need be."""
    if not places:
        return []
    lons = sorted({lon for lon, _ in places})
    gaps = [
        ((after - before) if after > before else after - before + 360.0, after, before)
        for before, after in zip(lons, [*lons[1:], lons[0]], strict=True)
    ]
    _, west, east = max(gaps, key=lambda gap: gap[0])
    lats = [lat for _, lat in places]
    return [west, min(lats), east, max(lats)]


def box_of_track(places: Sequence[Lonlat]) -> list[float]:
    """The box of the way between them, and not of its places alone: it follows each step."""
    if not places:
        return []
    lons = [places[0][0]]
    for before, after in pairwise(lon for lon, _ in places):
        step = after - before
        if abs(step) > 180:
            step -= 360 if step > 0 else -360
        lons.append(lons[-1] + step)
    west, east = min(lons), max(lons)
    if round(east - west, DECIMALS) >= 360:
        west, east = -180.0, 180.0
    west, east = west + 360 * (west < -180), east - 360 * (east > 180)
    lats = [lat for _, lat in places]
    return [round(west, DECIMALS), min(lats), round(east, DECIMALS), max(lats)]


def _collection(features: list[dict[str, Any]], bbox: list[float]) -> bytes:
    whole: dict[str, Any] = {"type": "FeatureCollection"}
    if bbox:
        whole["bbox"] = bbox
    return msgspec.json.encode(whole | {"features": features})


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(place: Lonlat) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(place)}


def _line(places: Sequence[Lonlat]) -> dict[str, Any] | None:
    """Cut in two where it crosses the 180th meridian, as the RFC asks; None below two places."""
    if len(places) < 2:
        return None
    parts: list[list[Lonlat]] = [[places[0]]]
    for before, after in pairwise(places):
        if abs(after[0] - before[0]) > 180:
            edge = 180.0 if before[0] > 0 else -180.0
            lat = _crossing(before, after)
            parts[-1].append((edge, lat))
            parts.append([(-edge, lat)])
        parts[-1].append(after)
    lines = [[list(place) for place in part] for part in parts]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _crossing(before: Lonlat, after: Lonlat) -> float:
    """The latitude at which the straight line between them meets the 180th meridian."""
    start, end = before[0] % 360, after[0] % 360
    share = (180.0 - start) / (end - start) if end != start else 0.0
    return round(before[1] + share * (after[1] - before[1]), DECIMALS)


def _way(track: Sequence[wire.Position]) -> list[Lonlat]:
    """The 180th meridian has two names: a place on it gets that of the side one comes from."""
    places: list[Lonlat] = []
    for fix in track:
        lon, lat = _lonlat(fix)
        if places and abs(lon) == 180:
            lon = copysign(180.0, places[-1][0])
        places.append((lon, lat))
    return places


def _lonlat(fix: wire.Position) -> Lonlat:
    return (round(fix.lon, DECIMALS), round(fix.lat, DECIMALS))


def _about(found: Mapping[str, Any], names: bool) -> dict[str, Any]:
    position = found["position"]
    properties = {
        name: found[name]
        for name in ("id", "code", "kind", "state", "outcome", "office_name", "opened_at")
    }
    properties |= {
        "closed_at": found["closed_at"],
        "accuracy_m": position.accuracy_m if position else None,
        "fixed_at": position.at if position else None,
    }
    return properties | ({"person": found["activist"]} if names else {})


def _fix(found: Mapping[str, Any], fix: wire.Position) -> dict[str, Any]:
    return {
        "code": found["code"],
        "at": fix.at,
        "accuracy_m": fix.accuracy_m,
        "source": fix.source,
    }
