"""Places: how far apart, how written, and whether somebody has really moved."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from shared.wire import Position

EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius R1 of GRS 80 (Moritz 2000, IUGG)
# Where a phone could not say how sure it is: about the reach of one cell in a town. Too small a
# guess would tell contacts of moves that never happened.
UNKNOWN_ACCURACY_M: Final = 1_000.0


def distance_m(a: Position, b: Position) -> float:
    """Great-circle distance (haversine); within 0.6 % of the ellipsoid's."""
    north, south = radians(a.lat), radians(b.lat)
    across = sin(radians(b.lon - a.lon) / 2) ** 2
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * across
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))


def moved_beyond_error(old: Position, new: Position) -> bool:
    """Whether the two circles of error lie apart."""
    return distance_m(old, new) > _error_m(old) + _error_m(new)


def format_coordinates(lat: float, lon: float) -> str:
    """`N14.6937 W17.4441`: letters, not signs, so that it reads the same in right-to-left lines."""
    return f"{_degrees(lat, 'N', 'S')} {_degrees(lon, 'E', 'W')}"


def _degrees(value: float, positive: str, negative: str) -> str:
    rounded = round(value, 4)
    return f"{negative if rounded < 0 else positive}{abs(rounded):.4f}"


def _error_m(position: Position) -> float:
    return UNKNOWN_ACCURACY_M if position.accuracy_m is None else position.accuracy_m
