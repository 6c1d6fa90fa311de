"""Names for places: the nearest town, how far and which way, and the Plus code. Nobody is asked."""

import gzip
from collections.abc import Iterator
from functools import cache
from itertools import product
from math import atan2, ceil, cos, degrees, floor, hypot, radians
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from server.domain import plus_codes
from shared.geo import EARTH_RADIUS_M
from shared.wire import Position

GAZETTEER = Path(__file__).parent / "geodata" / "places.tsv.gz"
FARTHEST_M = 100_000.0  # beyond that a name says less than the coordinates
M_PER_DEGREE = radians(1) * EARTH_RADIUS_M

N = TypeVar("N", int, float)
Town = tuple[float, float, str]
Gazetteer = dict[tuple[int, int], list[Town]]


class Place(NamedTuple):
    """A town, and where from it: metres, and degrees from the north, clockwise."""

    name: str
    distance_m: int
    bearing: int


class Named(NamedTuple):
    """What a position is called: null where no town is near."""

    place: Place | None
    plus_code: str


def named(lat: float, lon: float) -> Named:
    return Named(nearest(lat, lon), plus_codes.plus_code(lat, lon))


def told(position: Position | None) -> dict[str, Any]:
    """What a summary says of a position beside its coordinates."""
    if position is None:
        return {"place": None, "plus_code": None}
    place, plus_code = named(position.lat, position.lon)
    return {"place": place._asdict() if place else None, "plus_code": plus_code}


def nearest(lat: float, lon: float) -> Place | None:
    """The nearest town within 100 km."""
    narrow = _narrowing(lat)
    best, found = FARTHEST_M / M_PER_DEGREE, None
    row, column = floor(lat), floor(lon)
    margin = min(lat - row, row + 1 - lat, (lon - column) * narrow, (column + 1 - lon) * narrow)
    for ring in range(ceil(best / narrow) + 1):
        if ring and margin + (ring - 1) * narrow > best:
            break  # every town from here on is farther than the one that was found
        for up, along in _ring(ring):
            for north, east, name in towns().get((row + up, _turned(column + along)), ()):
                height = north - lat
                if -best < height < best:
                    width = _turned(east - lon) * narrow
                    if (distance := hypot(height, width)) < best:
                        best, found = distance, (name, height, width)
    if found is None:
        return None
    name, height, width = found
    # From the town to the place, not the other way round.
    return Place(name, round(best * M_PER_DEGREE), round(degrees(atan2(-width, -height))) % 360)


@cache
def towns() -> Gazetteer:
    """Every town by its square degree, read once a process."""
    found: Gazetteer = {}
    for line in gzip.decompress(GAZETTEER.read_bytes()).decode().splitlines():
        lat, lon, name = line.split("\t")
        town = float(lat), float(lon), name
        found.setdefault((floor(town[0]), floor(town[1])), []).append(town)
    return found


def _ring(size: int) -> Iterator[tuple[int, int]]:
    """The squares so many steps away."""
    for up, along in product(range(-size, size + 1), repeat=2):
        if max(abs(up), abs(along)) == size:
            yield up, along


def _turned(degrees_east: N) -> N:
    """The same direction between 180 west and 180 east."""
    return (degrees_east + 180) % 360 - 180


def _narrowing(lat: float) -> float:
    """How much shorter a degree of longitude is than one of latitude; never nothing."""
    return max(cos(radians(lat)), 0.1)
