"""When a place is worth its price, and which of many are worth keeping: rules alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec

from shared import wire
from shared.geo import moved_beyond_error

EARLY: Final = timedelta(minutes=5)  # while most is decided, whatever it costs
EARLY_EVERY_S: Final = 10.0
MOVING_FOR_S: Final = 120.0  # a red light is no rest
# The server calls a phone silent after ten minutes: every wait is well below.
AGAIN_S: Final = 60.0  # a fix that is known already is said again so often, as a sign of life
BATTERY_EVERY_S: Final = 10.0
LOOKS_EVERY_S: Final = 1.0  # whether the system has a newer fix
# At the speed a phone must get by with, 10 kbit/s, so many fixes take three seconds; twice as
# many would outlast the five that an answer is waited for, and never get through.
FIXES_A_FRAME: Final = 30
FIXES_KEPT: Final = 360


class Charge(StrEnum):
    AMPLE = "ample"
    LOW = "low"
    NEARLY_EMPTY = "nearly_empty"


LOW: Final = 0.15  # as the server's, at which contacts are told
NEARLY_EMPTY: Final = 0.05

# After the first five minutes: seconds by whether the phone moves, and by its charge.
EVERY_S: Final[dict[tuple[bool, Charge], float]] = {
    (True, Charge.AMPLE): 20.0,
    (True, Charge.LOW): 60.0,
    (True, Charge.NEARLY_EMPTY): 180.0,
    (False, Charge.AMPLE): 60.0,
    (False, Charge.LOW): 180.0,
    (False, Charge.NEARLY_EMPTY): 300.0,
}


def charge_of(battery: float | None) -> Charge:
    """A phone that cannot say has enough: a dead one says nothing either way."""
    if battery is None or battery > LOW:
        return Charge.AMPLE
    return Charge.LOW if battery > NEARLY_EMPTY else Charge.NEARLY_EMPTY


@dataclass(frozen=True, slots=True)
class Motion:
    """Where the phone was last seen to be somewhere else, and when (monotonic).

    Measured from there and not from the fix before, or a walk would be lost in the error.
    """

    anchor: wire.Position | None = None
    moved_at: float | None = None

    def after(self, fix: wire.Position, at: float) -> "Motion":
        if self.anchor is None:
            return Motion(fix, at)
        if moved_beyond_error(self.anchor, fix):
            return Motion(fix, at)
        if _error(fix) < _error(self.anchor):
            return replace(self, anchor=fix)  # the same place, better known
        return self

    def is_moving(self, at: float) -> bool:
        return self.moved_at is not None and at - self.moved_at < MOVING_FOR_S


def every_s(*, early: bool, moving: bool, battery: float | None) -> float:
    """Seconds from one fix to the next."""
    return EARLY_EVERY_S if early else EVERY_S[moving, charge_of(battery)]


def is_due(last: wire.Position | None, newest: wire.Position, every_s: float) -> bool:
    """Whether a fix is taken, by the times of the fixes themselves: it comes fresh, whatever beat
    the system has. That beat is not even, so a little less than the wait is enough."""
    if last is None:
        return True
    return (newest.at - last.at).total_seconds() >= every_s - max(0.5, 0.05 * every_s)


def is_lower(before: float | None, battery: float | None) -> bool:
    """Whether the charge fell below a mark: what is known then is sent while it still can be."""
    ranks = list(Charge)
    return ranks.index(charge_of(battery)) > ranks.index(charge_of(before))


def short(fix: wire.Position) -> wire.Position:
    """Without digits that say nothing: a metre, and a second. A third of the bytes."""
    return msgspec.structs.replace(
        fix,
        lat=round(fix.lat, 5),
        lon=round(fix.lon, 5),
        accuracy_m=None if fix.accuracy_m is None else float(round(fix.accuracy_m)),
        at=fix.at.replace(microsecond=0),
    )


def to_drop(fixes: Sequence[wire.Position], most: int) -> int | None:
    """Which fix to give up, in the order of their times, where more than `most` wait.

    The first, the newest and the farthest in each direction stay. Of the others the one that
    tells least goes: first one where the phone lay still, then the one that stands closest
    beside its neighbours for how old it is. So a long track loses detail, and its past first.
    """
    if len(fixes) <= most:
        return None
    newest, farthest = max(1, min(FIXES_A_FRAME, most // 2)), _farthest(fixes)
    inner = [index for index in range(1, len(fixes) - newest) if index not in farthest]
    return min(inner or [1], key=lambda index: _worth(fixes, index))


def _worth(fixes: Sequence[wire.Position], index: int) -> tuple[bool, float]:
    before, fix, after = fixes[index - 1 : index + 2]
    gap = (after.at - before.at).total_seconds()
    age = (fixes[-1].at - fix.at).total_seconds()
    return moved_beyond_error(before, fix), gap / max(1.0, age)


def _farthest(fixes: Sequence[wire.Position]) -> set[int]:
    """North, south, east and west."""
    found = set()
    for side in ([fix.lat for fix in fixes], [fix.lon for fix in fixes]):
        found |= {side.index(min(side)), side.index(max(side))}
    return found


def _error(fix: wire.Position) -> float:
    return float("inf") if fix.accuracy_m is None else fix.accuracy_m
