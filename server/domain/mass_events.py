"""Which alerts belong together: many people, near each other, within half an hour.

The rule places an alert once. It never moves one from an event to another, and never touches one
that staff have placed: whoever was put in or taken out by hand stays there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, floor, radians
from typing import NamedTuple

from shared import geo, wire

# Fewer are a family or a car; a bus that is stopped, or one police van, holds more.
ENOUGH = 3
WITHIN = timedelta(minutes=30)
REACH_M = 2_000.0
EACH = 3  # alerts of one person that are looked at
# A place less sure than this, or older than `WITHIN` at the press, says nothing of who was near.
LARGEST_ERROR_M = 3_000.0
# An event grows with those who join, so far and so long: a march, not a country.
WIDEST_M = 10_000.0
LONGEST = timedelta(hours=6)

CELL_M = REACH_M + 2 * LARGEST_ERROR_M  # whoever is near stands in this cell or one beside it
DEGREE_M = 111_195.0  # along a meridian


class Sighting(NamedTuple):
    """An alert, by when the server received it and where it was at first."""

    incident_id: str
    activist_id: str
    drill: bool
    at: datetime
    place: wire.Position

    @property
    def error_m(self) -> float:
        known = self.place.accuracy_m
        return geo.UNKNOWN_ACCURACY_M if known is None else known


class Event(NamedTuple):
    """The alerts that an event has gathered, with the circle they fill."""

    id: str
    drill: bool
    first_at: datetime
    last_at: datetime
    middle: wire.Position
    radius_m: float


class Together(NamedTuple):
    """Alerts that belong together; `event_id` is None where they begin an event."""

    event_id: str | None
    incident_ids: tuple[str, ...]


def is_sure(place: wire.Position | None, pressed_at: datetime) -> bool:
    """Whether a place says where the alert was: neither too vague nor too old."""
    if place is None or pressed_at - place.at > WITHIN:
        return False
    return place.accuracy_m is None or place.accuracy_m <= LARGEST_ERROR_M


def event_of(event_id: str, members: Sequence[Sighting]) -> Event:
    """The event that these members make; there is at least one."""
    middle = _middle([one.place for one in members])
    return Event(
        id=event_id,
        drill=members[0].drill,
        first_at=min(one.at for one in members),
        last_at=max(one.at for one in members),
        middle=middle,
        radius_m=max(geo.distance_m(middle, one.place) for one in members),
    )


def belongs(one: Sighting, event: Event) -> bool:
    """Whether an alert continues an event: soon after the last of it, and near its circle."""
    if one.drill != event.drill or one.at - event.first_at > LONGEST:
        return False
    if not event.first_at - WITHIN <= one.at <= event.last_at + WITHIN:
        return False
    reach = min(event.radius_m + REACH_M, WIDEST_M)
    return _away(one, event) <= reach + one.error_m


def is_near(one: Sighting, other: Sighting) -> bool:
    """Whether two alerts may be about the same thing: both circles of error count."""
    if one.drill != other.drill or abs(one.at - other.at) > WITHIN:
        return False
    return geo.distance_m(one.place, other.place) <= REACH_M + one.error_m + other.error_m


def gather(
    fresh: Iterable[Sighting], loose: Iterable[Sighting], events: Iterable[Event]
) -> list[Together]:
    """Where the fresh alerts belong; `loose` are others that belong nowhere yet, and may follow.

    Who is in no answer stays loose.
    """
    ground = _Ground(loose, events)
    for one in sorted(fresh, key=_age):
        ground.place(one)
    while ground.followers():
        pass
    return ground.answers()


class _Ground:
    """What is known while a batch of alerts is placed, oldest first."""

    def __init__(self, loose: Iterable[Sighting], events: Iterable[Event]) -> None:
        self._crowd = _Crowd(loose)
        self._events = list(events)
        self._begun = len(self._events)  # those from here on are new
        self._joined: defaultdict[int, list[str]] = defaultdict(list)
        self._grown: set[int] = set()

    def place(self, one: Sighting) -> None:
        if self._joins(one, range(len(self._events))):
            return
        self._crowd.add(one)
        founders = self._crowd.around(one)
        if founders:
            number = len(self._events)
            self._events.append(event_of("", founders))
            self._grown.add(number)
            for each in founders:
                self._crowd.drop(each)
                self._joined[number].append(each.incident_id)

    def followers(self) -> bool:
        """Whether any loose alert belongs to an event that has grown since it was looked at."""
        grown, self._grown = sorted(self._grown), set()
        if not grown:
            return False
        return any([self._joins(one, grown) for one in self._crowd.everybody()])

    def answers(self) -> list[Together]:
        return [
            Together(event.id if number < self._begun else None, tuple(self._joined[number]))
            for number, event in enumerate(self._events)
            if number in self._joined
        ]

    def _joins(self, one: Sighting, numbers: Iterable[int]) -> bool:
        """Puts it into the one of these events whose middle is nearest, if it belongs to any."""
        fitting = [number for number in numbers if belongs(one, self._events[number])]
        if not fitting:
            return False
        number = min(fitting, key=lambda number: _away(one, self._events[number]))
        event, away = self._events[number], _away(one, self._events[number])
        grown = event._replace(
            first_at=min(event.first_at, one.at),
            last_at=max(event.last_at, one.at),
            radius_m=max(event.radius_m, min(away, WIDEST_M)),
        )
        if grown != event:
            self._events[number] = grown
            self._grown.add(number)
        self._joined[number].append(one.incident_id)
        self._crowd.drop(one)
        return True


def _age(one: Sighting) -> tuple[datetime, str]:
    return one.at, one.incident_id


def _away(one: Sighting, event: Event) -> float:
    return geo.distance_m(event.middle, one.place)


def _middle(places: Sequence[wire.Position]) -> wire.Position:
    """The mean place; longitudes are counted from the first, for they jump at the date line."""
    first = places[0]
    east = sum((place.lon - first.lon + 540) % 360 - 180 for place in places) / len(places)
    lon = (first.lon + east + 540) % 360 - 180
    lat = sum(place.lat for place in places) / len(places)
    return wire.Position(lat=lat, lon=lon, accuracy_m=None, source=first.source, at=first.at)


class _Crowd:
    """Alerts that belong nowhere, by cells: neighbours are found without looking at the rest."""

    def __init__(self, loose: Iterable[Sighting]) -> None:
        self._cells: defaultdict[tuple[int, int], dict[str, Sighting]] = defaultdict(dict)
        self._latest: defaultdict[str, list[Sighting]] = defaultdict(list)
        for one in sorted(loose, key=_age):
            self.add(one)

    def add(self, one: Sighting) -> None:
        """One more; of a person who presses on and on the latest are enough to look at."""
        self._cells[_cell(one.place)][one.incident_id] = one
        latest = self._latest[one.activist_id]
        latest.append(one)
        if len(latest) > EACH:
            self.drop(latest[0])

    def drop(self, one: Sighting) -> None:
        self._cells[_cell(one.place)].pop(one.incident_id, None)
        latest = self._latest[one.activist_id]
        latest[:] = [other for other in latest if other.incident_id != one.incident_id]

    def around(self, one: Sighting) -> list[Sighting]:
        """Enough people around one of those near to this one, oldest first; or nobody."""
        near = [other for other in self._beside(one) if is_near(one, other)]
        for middle in [one, *near]:
            found = [other for other in self._beside(middle) if is_near(middle, other)]
            if len({other.activist_id for other in found}) >= ENOUGH:
                return sorted(found, key=_age)
        return []

    def everybody(self) -> list[Sighting]:
        return sorted((one for cell in self._cells.values() for one in cell.values()), key=_age)

    def _beside(self, one: Sighting) -> Iterator[Sighting]:
        row, _ = _cell(one.place)
        for down in (row - 1, row, row + 1):
            columns = _columns(down)  # fewer, the farther from the equator
            across = _column(one.place.lon, columns)
            for over in {(across + step) % columns for step in (-1, 0, 1)}:
                yield from self._cells.get((down, over), {}).values()


def _cell(place: wire.Position) -> tuple[int, int]:
    """Row and column; a cell is nowhere narrower than `CELL_M`."""
    row = floor(place.lat * DEGREE_M / CELL_M)
    return row, _column(place.lon, _columns(row))


def _column(lon: float, columns: int) -> int:
    return floor((lon + 180) / 360 * columns) % columns


@lru_cache(maxsize=8192)
def _columns(row: int) -> int:
    """How many cells a row holds, by a parallel that is nearer to the pole than its neighbours'."""
    degrees = (max(abs(row), abs(row + 1)) + 1) * CELL_M / DEGREE_M
    round_m = 360 * DEGREE_M * max(0.0, cos(radians(min(90.0, degrees))))
    return max(1, int(round_m / CELL_M))
