"""Which office a place belongs to, by the operator's table; and when two should be told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from math import cos, hypot, radians
from typing import Final, Literal, NamedTuple

from shared.geo import EARTH_RADIUS_M

BUFFER_M: Final = 15_000.0  # so near a border nobody is sure on which side of it a person was taken
MOST_ERROR_M: Final = 35_000.0  # a fix less sure than that says little more than a country
SEA_M: Final = 200_000.0  # from a coast: beyond, no office is nearer than the activist's own
OLD: Final = timedelta(hours=6)  # a fix of yesterday may lie in another country
A_RUN: Final = 24  # edges that are skipped together where none of them matters
M_PER_DEGREE: Final = radians(1) * EARTH_RADIUS_M

Why = Literal["own", "area", "border", "sea", "old"]


class Circle(NamedTuple):
    """An operator's exception: a town, a camp, a disputed strip."""

    lat: float
    lon: float
    radius_m: float


class Area(NamedTuple):
    """A line of the operator's table: an outline's or a group's code, or a circle, and whose."""

    office_id: str
    code: str | None = None
    circle: Circle | None = None


class Decision(NamedTuple):
    """`also`: the other office it might be; `uncertain`: both are to be told."""

    office_id: str
    also: str | None
    uncertain: bool
    why: Why


class Near(NamedTuple):
    """An office's ground, and how far it is: 0 inside of it."""

    distance_m: float
    office_id: str


class _Run(NamedTuple):
    """Consecutive edges of a ring, and the box round them."""

    west: float
    south: float
    east: float
    north: float
    points: list[tuple[float, float]]


class Outline:
    """The shape of a territory: rings, cut into runs of edges so that most can be passed over."""

    def __init__(self, codes: Sequence[str], rings: Iterable[Sequence[float]]) -> None:
        self.codes = tuple(codes)
        self._runs = [run for ring in rings for run in _runs(ring)]
        self.west = min(run.west for run in self._runs)
        self.south = min(run.south for run in self._runs)
        self.east = max(run.east for run in self._runs)
        self.north = max(run.north for run in self._runs)

    def distance_m(self, lat: float, lon: float, reach_m: float) -> float | None:
        """0 inside; else the way to the border, or None where that is longer than the reach."""
        high, wide = reach_m / M_PER_DEGREE, reach_m / (M_PER_DEGREE * _narrowing(lat))
        if not self.south - high <= lat <= self.north + high:
            return None
        if not self.west - wide <= lon <= self.east + wide:
            return None
        if self._holds(lat, lon):
            return 0.0
        near = [
            _to_edge(lat, lon, edge)
            for run in self._runs
            if run.south - high <= lat <= run.north + high
            and run.west - wide <= lon <= run.east + wide
            for edge in pairwise(run.points)
        ]
        nearest = min(near, default=reach_m + 1)
        return nearest if nearest <= reach_m else None

    def _holds(self, lat: float, lon: float) -> bool:
        """Whether a line to the east crosses the border an odd number of times."""
        inside = False
        for run in self._runs:
            if not (run.south <= lat < run.north and lon < run.east):
                continue
            for (x0, y0), (x1, y1) in pairwise(run.points):
                if (y0 > lat) != (y1 > lat) and lon < x0 + (lat - y0) * (x1 - x0) / (y1 - y0):
                    inside = not inside
        return inside


class Table:
    """The operator's table over the outlines: which office's ground is where."""

    def __init__(self, areas: Iterable[Area], outlines: Sequence[Outline]) -> None:
        areas = list(areas)
        offices = {area.code: area.office_id for area in areas if area.code is not None}
        self._circles = sorted(
            ((area.circle, area.office_id) for area in areas if area.circle is not None),
            key=lambda known: known[0].radius_m,
        )
        self._outlines = [(outline, _office_of(outline, offices)) for outline in outlines]

    def decide(
        self, own: str, lat: float, lon: float, error_m: float = 0.0, age: timedelta = timedelta()
    ) -> Decision:
        """The office of a fix; the activist's `own` where the table says nothing of the place."""
        reach = BUFFER_M + min(error_m, MOST_ERROR_M)
        circles, cover = self._round(lat, lon)
        grounds = self._grounds(lat, lon, reach)
        here = [one.office_id for one in (*circles, *grounds) if one.distance_m == 0]
        if not here and (coast := self._coast(lat, lon)):
            return Decision(coast, None if coast == own else own, True, "sea")
        office = next(filter(None, here), own)
        # What lies under a circle is as far as its edge.
        around = [*circles, *(Near(max(distance, cover), its) for distance, its in grounds)]
        near = [one for one in around if one.office_id not in ("", office)]
        if near and min(near).distance_m <= reach:
            return Decision(office, min(near).office_id, True, "border")
        if age > OLD and office != own:
            return Decision(office, own, True, "old")
        return Decision(office, None, False, "own" if office == own else "area")

    def _round(self, lat: float, lon: float) -> tuple[list[Near], float]:
        """How far the circles are, the narrowest first; and how far one must go to be outside.

        A circle under a narrower one is as far as that one's edge.
        """
        found, cover = [], 0.0
        for circle, office in self._circles:
            outward = _apart(lat, lon, circle) - circle.radius_m
            found.append(Near(outward if outward > 0 else cover, office))
            cover = max(cover, -outward)
        return found, cover

    def _grounds(self, lat: float, lon: float, reach_m: float) -> list[Near]:
        """The outlines within reach; without an office those that the table does not name."""
        return [
            Near(distance, office)
            for outline, office in self._outlines
            for east in _turns(lon)
            if (distance := outline.distance_m(lat, east, reach_m)) is not None
        ]

    def _coast(self, lat: float, lon: float) -> str:
        """Whose is the nearest coast that the table names, for a place at sea."""
        near = [ground for ground in self._grounds(lat, lon, SEA_M) if ground.office_id]
        return min(near).office_id if near else ""


def _office_of(outline: Outline, offices: Mapping[str, str]) -> str:
    """By the narrowest of its codes that the table has."""
    return next((offices[code] for code in outline.codes if code in offices), "")


def _runs(ring: Sequence[float]) -> Iterator[_Run]:
    points = list(zip(ring[::2], ring[1::2], strict=True))
    for start in range(0, len(points) - 1, A_RUN):
        part = points[start : start + A_RUN + 1]
        xs, ys = zip(*part, strict=True)
        yield _Run(min(xs), min(ys), max(xs), max(ys), part)


def _turns(lon: float) -> tuple[float, ...]:
    """The same meridian as the outlines on both sides of the date line have it."""
    if lon > 180 - 15:
        return lon, lon - 360
    if lon < -180 + 15:
        return lon, lon + 360
    return (lon,)


def _narrowing(lat: float) -> float:
    """How much shorter a degree of longitude is than one of latitude; never nothing."""
    return max(cos(radians(lat)), 0.01)


def _apart(lat: float, lon: float, circle: Circle) -> float:
    across = (lon - circle.lon + 540) % 360 - 180
    narrow = _narrowing((lat + circle.lat) / 2)
    return hypot(across * narrow, lat - circle.lat) * M_PER_DEGREE


def _to_edge(
    lat: float, lon: float, edge: tuple[tuple[float, float], tuple[float, float]]
) -> float:
    """Metres to the nearest point of an edge, on a plane that touches the Earth at the place."""
    narrow = _narrowing(lat)
    (x0, y0), (x1, y1) = (((x - lon) * narrow, y - lat) for x, y in edge)
    along, up = x1 - x0, y1 - y0
    length = along * along + up * up
    share = 0.0 if length == 0 else max(0.0, min(1.0, -(x0 * along + y0 * up) / length))
    return hypot(x0 + share * along, y0 + share * up) * M_PER_DEGREE
