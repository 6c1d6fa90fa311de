"""The duty rota: who is on now, who is next, and when nobody is, whatever the clocks do."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
AHEAD = timedelta(days=7)  # how far a gap is looked for


class Shift(NamedTuple):
    """From one wall-clock time to the next, every week on a weekday (Monday is 0) or on one day.

    One that ends when it begins, or before, ends on the following day. A day with shifts of its
    own has none of its weekday's. `place`: the shift's place in the office's list.
    """

    place: int
    starts: time
    ends: time
    weekday: int | None = None
    day: date | None = None


class Turn(NamedTuple):
    """A shift as it comes to pass."""

    starts_at: datetime
    ends_at: datetime
    place: int


class Gap(NamedTuple):
    """A time for which nobody is planned."""

    starts_at: datetime
    ends_at: datetime


def turns(shifts: Sequence[Shift], zone: ZoneInfo, since: datetime, until: datetime) -> list[Turn]:
    """The turns that touch a span of time, in the order in which they begin."""
    day, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date()
    found = []
    while day <= last:
        for shift in _of(shifts, day):
            turn = _on(shift, day, zone)
            if turn.starts_at < until and turn.ends_at > since:
                found.append(turn)
        day += DAY
    return sorted(found)


def on_duty(shifts: Sequence[Shift], zone: ZoneInfo, at: datetime) -> list[Turn]:
    """Whose turn it is; whoever began first, first."""
    return [turn for turn in turns(shifts, zone, at, at + DAY) if turn.starts_at <= at]


def following(shifts: Sequence[Shift], zone: ZoneInfo, at: datetime) -> Turn | None:
    """The next turn to begin."""
    return next((turn for turn in turns(shifts, zone, at, at + AHEAD) if turn.starts_at > at), None)


def gaps(shifts: Sequence[Shift], zone: ZoneInfo, since: datetime, until: datetime) -> list[Gap]:
    """The times in which nobody is on; none where there are no shifts at all."""
    if not shifts:
        return []
    found, covered = [], since
    for turn in turns(shifts, zone, since, until):
        if turn.starts_at > covered:
            found.append(Gap(covered, turn.starts_at))
        covered = max(covered, turn.ends_at)
    if covered < until:
        found.append(Gap(covered, until))
    return found


def _of(shifts: Iterable[Shift], day: date) -> list[Shift]:
    own = [shift for shift in shifts if shift.day == day]
    return own or [shift for shift in shifts if shift.weekday == day.weekday()]


def _on(shift: Shift, day: date, zone: ZoneInfo) -> Turn:
    ends = day if shift.ends > shift.starts else day + DAY
    return Turn(_moment(day, shift.starts, zone), _moment(ends, shift.ends, zone), shift.place)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A wall-clock time that comes twice is the first of the two; one that is skipped is as late
    after midnight as it would have been. Where one shift ends and the next begins it is the same.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)
