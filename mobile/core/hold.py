"""The hold as a person does it: which touches count, and how long theirs takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HOLD_S: Final = 1.8  # who counts two seconds, and lets go a little early, has raised it
SHORTEST_S: Final = 1.5  # at 1.2, pockets and children reach it twice as often (docs/accidents.md)
LONGEST_S: Final = 3.0  # nobody is asked for more; it is what two fingers at once take
LEAST_PRACTICE: Final = 3
EARLY: Final = 0.8  # in an emergency people count faster than in a lesson

SLACK: Final = 1.4  # of the button's radius: a finger that slips a little has not let go
STALL_S: Final = 0.5  # a window slower than this hears too late that a finger has left
PALM: Final = 3  # so many touches on the button at once are a palm or a pocket


@dataclass(frozen=True, slots=True)
class Practice:
    """A hold from the lesson; `slipped` where the finger left the button before it was to."""

    seconds: float
    slipped: bool = False


def calibrated(practice: Sequence[Practice]) -> float:
    """How long this person's hold takes: a little less than most of theirs, and than any slip.

    Asked to hold for two seconds, people hold for one to four. What counts is that their own
    hold is long enough next time, and still longer than an accident.
    """
    held = sorted(one.seconds for one in practice if not one.slipped)
    if len(practice) < LEAST_PRACTICE or not held:
        return HOLD_S
    usual = held[len(held) // 4]
    limits = [usual, *(one.seconds for one in practice if one.slipped)]
    return round(min(LONGEST_S, max(SHORTEST_S, EARLY * min(limits))), 1)


class Pace:
    """How the window's turns follow each other. A turn comes before the touches that wait for it.

    After a stall, or a pause of the app, the finger may have left long ago: the release behind
    this turn would say so. What the turn before was followed by is known.
    """

    def __init__(self) -> None:
        self._before = self._turned = -math.inf

    def turn(self, now: float) -> None:
        self._before, self._turned = self._turned, now

    def held_until(self, now: float) -> float:
        """Until when a finger that was not heard to leave has been on the button."""
        return now if now - self._before <= STALL_S else self._before


class Touches:
    """Which touches are a finger held on the button. Distances are shares of its radius."""

    def __init__(self) -> None:
        self._on: set[int] = set()
        self._finger: int | None = None
        self.slipped = False  # the last hold ended by a finger that drifted off

    @property
    def is_held(self) -> bool:
        return self._finger is not None

    @property
    def fingers(self) -> int:
        return len(self._on)

    def down(self, touch: int, distance: float) -> bool:
        """Whether this touch is on the button, and is to be followed."""
        if distance > 1:
            return False
        self._on.add(touch)
        if len(self._on) == 1:
            self._finger, self.slipped = touch, False
        elif len(self._on) >= PALM:
            self._finger = None
        return True

    def moved(self, touch: int, distance: float) -> None:
        if distance > SLACK:
            slips = touch == self._finger
            self.up(touch)
            self.slipped = slips or self.slipped

    def up(self, touch: int) -> None:
        """A finger that leaves ends the hold; another that lies there does not take it over."""
        self._on.discard(touch)
        if touch == self._finger:
            self._finger = None
