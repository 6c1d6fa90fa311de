"""News of an alert that goes on: when contacts are told of a move, a low battery, a silence."""

from datetime import datetime, timedelta
from typing import NamedTuple

from server.domain.delivery import Kind
from shared.geo import distance_m, moved_beyond_error
from shared.wire import Position

# Between two texts with a place: whoever reads them on the road cannot follow a track.
BETWEEN = timedelta(minutes=10)
MOVED_AT_LEAST_M = 100.0  # below it, nobody would look elsewhere
LOW_BATTERY = 0.15
# A phone sends a fix every ten seconds: this long without one is no tunnel any more.
SILENT_AFTER = timedelta(minutes=10)


class LastTold(NamedTuple):
    """What a contact read last: when, of which place, and whether of a low battery ever."""

    at: datetime
    position: Position | None
    low: bool


def news(
    last: LastTold, newest: Position | None, battery: float | None, now: datetime
) -> Kind | None:
    """The text that a contact is to be sent, if any; each of them says the newest place."""
    if last.position is None and newest is not None:
        return Kind.PLACE
    if is_low(battery) and not last.low:
        return Kind.BATTERY_LOW
    if now - last.at >= BETWEEN and has_moved(last.position, newest):
        return Kind.MOVED
    return None


def is_low(battery: float | None) -> bool:
    return battery is not None and battery <= LOW_BATTERY


def has_moved(told: Position | None, newest: Position | None) -> bool:
    """Whether somebody who went to the place that was told would be at the wrong one."""
    if told is None or newest is None:
        return False
    return distance_m(told, newest) >= MOVED_AT_LEAST_M and moved_beyond_error(told, newest)
