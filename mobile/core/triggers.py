"""Taps and shakes that raise an alert without the button: a rhythm, a pause, a deliberate end.

No single touch, no burst and no even beat raises anything. The numbers are tried on a thousand
days of invented accidents (`docs/accidents.md`).
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import Final

from mobile.core.feel import READY
from shared import wire

GRAVITY: Final = 9.81
# While the lesson is open, the guard takes no shake for a call. It says so again and again, so that
# a lesson that was cut short, or forgotten, disarms nothing for longer than this.
PRACTICE: Final = timedelta(seconds=10)


class Source(StrEnum):
    """Triggers beside the button, by the names in `Hot.triggers`."""

    SHAKE = "shake"
    WIDGET = "widget"
    TILE = "tile"
    NOTIFICATION = "notification"


# What the server is told of each: the protocol has no word for a tile or a notification.
TRIGGER_OF: Final[dict[Source, wire.Trigger]] = {
    Source.SHAKE: "shake",
    Source.WIDGET: "widget",
    Source.TILE: "other",
    Source.NOTIFICATION: "other",
}


class Heard(StrEnum):
    """What a beat comes to. ARMED is to be felt: the rhythm is there, two more are awaited."""

    NOTHING = "nothing"
    ARMED = "armed"
    RAISE = "raise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Beats in a rhythm, a pause, and an end in the same rhythm. Seconds.

    `gap` and `pause` do not meet, so that no even beat is both. `uneven` and `alike` are how much
    longer one gap, and how much stronger one beat, may be than another: what bounces, and what a
    child does, keeps neither time nor measure. `quiet` is how long nothing may have happened
    before, so that a rhythm within a longer burst is none. `most` is how many beats a minute may
    have: whoever goes on and on, dancing or playing, hits upon every rhythm once.
    """

    beats: int
    end: int
    gap: tuple[float, float]
    uneven: float
    alike: float
    pause: tuple[float, float]
    quiet: float
    most: int


# Slow enough for one hand that trembles; a double tap and an impatient finger are faster.
TAPS: Final = Measure(
    beats=3, end=2, gap=(0.25, 1.1), uneven=1.8, alike=1.0, pause=(1.3, 3.0), quiet=3.0, most=25
)
# Slower and stricter: a pocket is shaken all day, a widget is not touched all day.
SHAKES: Final = Measure(
    beats=3, end=2, gap=(0.35, 1.2), uneven=1.5, alike=2.0, pause=(1.3, 3.0), quiet=3.0, most=15
)
ECHO_S: Final = 0.12  # a trembling finger taps twice


def is_practice(until: datetime | None, now: datetime) -> bool:
    """Whether shaking is practised now. A clock that was put back must not make it last."""
    return until is not None and timedelta(0) < until - now <= PRACTICE


class Rhythm:
    """Beats in, answers out. Whatever does not fit spoils the try; quiet begins a new one."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._forces: list[float] = []
        self._gaps: list[float] = []
        self._last = float("-inf")
        self._minute: deque[float] = deque()

    def beat(self, at: float, force: float = 1.0) -> Heard:
        measure, gap = self._measure, at - self._last
        if self._is_restless(at):
            self.spoil(at)
            return Heard.NOTHING
        if self._fits(gap, force):
            if len(self._forces) != measure.beats:
                self._gaps.append(gap)
        else:
            self.spoil(at)
            if gap < measure.quiet:
                return Heard.NOTHING
        self._forces.append(force)
        self._last = at
        if len(self._forces) == measure.beats + measure.end:
            self.spoil(at)
            return Heard.RAISE
        return Heard.ARMED if len(self._forces) == measure.beats else Heard.NOTHING

    def spoil(self, at: float) -> None:
        """Something happened that belongs to no rhythm."""
        self._forces, self._gaps, self._last = [], [], at

    @property
    def count(self) -> int:
        """How many beats fit so far."""
        return len(self._forces)

    @property
    def awaits_last(self) -> bool:
        return len(self._forces) == self._measure.beats + self._measure.end - 1

    def _is_restless(self, at: float) -> bool:
        self._minute.append(at)
        while at - self._minute[0] > 60:
            self._minute.popleft()
        return len(self._minute) > self._measure.most

    def _fits(self, gap: float, force: float) -> bool:
        measure, forces = self._measure, [*self._forces, force]
        if not self._forces or max(forces) > measure.alike * min(forces):
            return False
        if len(self._forces) == measure.beats:
            return measure.pause[0] <= gap <= measure.pause[1]
        gaps = [*self._gaps, gap]
        return measure.gap[0] <= gap <= measure.gap[1] and max(gaps) <= measure.uneven * min(gaps)


class TapRhythm:
    """For a widget, a tile or a notification's button: one for each."""

    def __init__(self) -> None:
        self._rhythm = Rhythm(TAPS)
        self._last: float | None = None

    @property
    def beats(self) -> int:
        return self._rhythm.count

    def tapped(self, at: float) -> Heard:
        echoes = self._last is not None and at - self._last < ECHO_S
        self._last = at
        return Heard.NOTHING if echoes else self._rhythm.beat(at)


STRONG: Final = 15.0  # m/s² beside gravity: a hard flick of the hand, not a step and not a road
STILL: Final = 8.0  # what may be felt between shakes: a walk and a trembling hand stay below
SAME_SHAKE_S: Final = 0.14  # there and back is one shake
SHORTEST_SHAKE_S: Final = 0.08  # a blow is over by then: hammers, kerbs, floors
LONGEST_SHAKE_S: Final = 0.5  # what shakes for longer was not one flick
BUZZ_S: Final = sum(READY) / 1000 + 0.4  # a phone feels its own motor too
SETTLED_S: Final = 1.0  # how long it must be still after the last shake


@dataclass(slots=True)
class Burst:
    """What is felt as one movement."""

    began: float
    ended: float
    force: float

    @property
    def is_shake(self) -> bool:
        lasted = self.ended - self.began
        return self.force >= STRONG and SHORTEST_SHAKE_S <= lasted <= LONGEST_SHAKE_S


class ShakeRhythm:
    """For the accelerometer, while the guard runs: fed with every sample, the quiet ones too."""

    def __init__(self) -> None:
        self._rhythm = Rhythm(SHAKES)
        self._burst: Burst | None = None
        self._buzzes_until = float("-inf")

    @property
    def beats(self) -> int:
        return self._rhythm.count

    def felt(self, at: float, x: float, y: float, z: float) -> Heard:
        """`at` in monotonic seconds, the rest in m/s², gravity included."""
        force = abs(sqrt(x * x + y * y + z * z) - GRAVITY)
        is_loud, burst = force >= STILL, self._burst
        if burst is None:
            self._burst = Burst(at, at, force) if is_loud else None
            return Heard.NOTHING
        rest = at - burst.ended
        if is_loud and rest <= SAME_SHAKE_S:
            burst.ended, burst.force = at, max(burst.force, force)
            return Heard.NOTHING
        if not is_loud and rest < (SETTLED_S if self._rhythm.awaits_last else SAME_SHAKE_S):
            return Heard.NOTHING
        self._burst = Burst(at, at, force) if is_loud else None
        return self._over(burst, is_settled=rest >= SETTLED_S)

    def _over(self, burst: Burst, *, is_settled: bool) -> Heard:
        if burst.is_shake and (is_settled or not self._rhythm.awaits_last):
            heard = self._rhythm.beat(burst.began, burst.force)
            if heard is Heard.ARMED:
                self._buzzes_until = burst.ended + BUZZ_S
            return heard
        if burst.force >= STRONG or burst.began >= self._buzzes_until:
            self._rhythm.spoil(burst.ended)
        return Heard.NOTHING
