"""A strict reader of GeoJSON: every MUST and SHOULD of RFC 7946 that a file can break."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

GEOMETRIES = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
DEFINING = {"coordinates", "geometries", "geometry", "properties", "features"}


def faults(content: bytes) -> list[str]:
    """What is wrong with it, by section; empty where nothing is."""
    if content.startswith(b"\xef\xbb\xbf"):
        return ["RFC 8259, 8.1: a byte order mark"]
    whole = json.loads(content.decode(), parse_constant=_no_number)
    return list(_object(whole, "$"))


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _object(one: Any, path: str) -> Iterator[str]:
    if not isinstance(one, dict):
        yield f"3: {path} is no object"
        return
    kind = one.get("type")
    if "crs" in one:
        yield f"4: {path} has a crs"
    match kind:
        case "FeatureCollection":
            yield from _members(one, path, {"features"})
            yield from _collection(one, path)
        case "Feature":
            yield from _members(one, path, {"geometry", "properties"})
            yield from _feature(one, path)
        case "GeometryCollection":
            yield from _members(one, path, {"geometries"})
            for place, inner in enumerate(one.get("geometries", [])):
                yield from _object(inner, f"{path}.geometries[{place}]")
        case str() if kind in GEOMETRIES:
            yield from _members(one, path, {"coordinates"})
            yield from _geometry(kind, one.get("coordinates"), path)
        case _:
            yield f"1.4: {path} has the type {kind!r}"
    if "bbox" in one:
        yield from _box(one, path)


def _members(one: dict[str, Any], path: str, own: set[str]) -> Iterator[str]:
    for name in own - one.keys():
        yield f"3: {path} has no {name}"
    for name in (DEFINING - own) & one.keys():
        yield f"7.1: {path} has a {name}"


def _collection(one: dict[str, Any], path: str) -> Iterator[str]:
    if not isinstance(one.get("features"), list):
        yield f"3.3: {path}.features is no array"
        return
    for place, feature in enumerate(one["features"]):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            yield f"3.3: {path}.features[{place}] is no Feature"
        else:
            yield from _object(feature, f"{path}.features[{place}]")


def _feature(one: dict[str, Any], path: str) -> Iterator[str]:
    if one.get("geometry") is not None:
        yield from _object(one["geometry"], f"{path}.geometry")
        if isinstance(one["geometry"], dict) and one["geometry"].get("type") not in GEOMETRIES:
            yield f"3.2: {path}.geometry is no geometry"
    if not isinstance(one.get("properties"), dict | None):
        yield f"3.2: {path}.properties is neither an object nor null"
    if not isinstance(one.get("id", ""), str | int | float):
        yield f"3.2: {path}.id is neither a string nor a number"


def _geometry(kind: str, coordinates: Any, path: str) -> Iterator[str]:
    arrays, depth = [coordinates], GEOMETRIES[kind]
    lines: list[Any] = []
    for level in range(depth):
        if not all(isinstance(array, list) for array in arrays):
            yield f"3.1: {path} is too shallow for a {kind}"
            return
        if level == depth - 1:
            lines = arrays
        arrays = [inner for array in arrays for inner in array]
    for position in arrays:
        yield from _position(position, path)
    for line in lines:
        if "Line" in kind and len(line) < 2:
            yield f"3.1.4: {path} is a line of fewer than two places"
        if "Line" in kind or "Polygon" in kind:
            yield from _meridian(line, path)
    if kind == "Polygon":
        yield from _rings(coordinates, path)
    elif kind == "MultiPolygon":
        for polygon in coordinates:
            yield from _rings(polygon, path)


def _position(position: Any, path: str) -> Iterator[str]:
    numbers = isinstance(position, list) and all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in position
    )
    if not numbers or not 2 <= len(position) <= 3:
        yield f"3.1.1: {path} holds {position!r}, which is no place"
    elif not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
        yield f"3.1.1: {path} holds {position!r}, which is not longitude, latitude"


def _meridian(line: list[Any], path: str) -> Iterator[str]:
    for before, after in pairwise(line):
        if abs(after[0] - before[0]) > 180:
            yield f"3.1.9: {path} crosses the 180th meridian and is not cut"


def _rings(rings: list[Any], path: str) -> Iterator[str]:
    for place, ring in enumerate(rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            yield f"3.1.6: {path} has a ring that is not closed"
        turns = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        if (turns > 0) != (place == 0):
            yield f"3.1.6: {path} has a ring that winds the wrong way"


def _box(one: dict[str, Any], path: str) -> Iterator[str]:
    box, places = one["bbox"], list(_places(one))
    if not isinstance(box, list) or len(box) != 4:
        yield f"5: {path}.bbox is not west, south, east, north"
        return
    west, south, east, north = box
    if south > north:
        yield f"5: {path}.bbox has its south above its north"
    for lon, lat, *_ in places:
        inside = west <= lon <= east if west <= east else lon >= west or lon <= east
        if not (inside and south <= lat <= north):
            yield f"5: {path}.bbox leaves out {lon}, {lat}"


def _places(one: Any) -> Iterator[list[float]]:
    """Every position below."""
    if isinstance(one, dict):
        for name in ("features", "geometry", "geometries", "coordinates"):
            yield from _places(one.get(name))
    elif isinstance(one, list) and one and isinstance(one[0], int | float):
        yield one
    elif isinstance(one, list):
        for inner in one:
            yield from _places(inner)
