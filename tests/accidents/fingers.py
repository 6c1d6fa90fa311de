"""What a screen feels on an invented day: touches of a button nobody means, taps on a widget.

The widget stands for the tile and the notification too; those are harder to reach by mistake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import hypot
from random import Random
from typing import Literal, TypeAlias

ON_BUTTON = 0.24  # share of a phone's screen that the round button covers

Move: TypeAlias = tuple[float, Literal["down", "moved", "up"], int, float]


@dataclass(frozen=True, slots=True)
class Touch:
    at: float
    lasts: float
    x: float  # from the button's middle, in its radius
    y: float
    wanders: float  # in a second

    def moves(self, number: int, chance: Random) -> Iterator[Move]:
        x, y, at = self.x, self.y, self.at
        yield at, "down", number, hypot(x, y)
        while (at := at + 0.1) < self.at + self.lasts:
            x += chance.gauss(0, self.wanders * 0.1**0.5)
            y += chance.gauss(0, self.wanders * 0.1**0.5)
            yield at, "moved", number, hypot(x, y)
        yield self.at + self.lasts, "up", number, hypot(x, y)


def somewhere(chance: Random) -> tuple[float, float]:
    """A place on a screen of 412 by 915 with a button of radius 170 a little above its middle."""
    return chance.uniform(-1.2, 1.2), chance.uniform(-3.1, 2.2)


def in_a_pocket(chance: Random) -> Iterator[Touch]:
    """Lit, with the button on the screen: cloth and thigh, in blots of one to four touches."""
    at, ends = 0.0, chance.uniform(20, 120)
    while (at := at + chance.expovariate(0.4)) < ends:
        x, y = somewhere(chance)
        lasts = chance.lognormvariate(-1.4, 1.2)
        for _ in range(chance.randint(1, 4)):
            near = x + chance.gauss(0, 0.3), y + chance.gauss(0, 0.3)
            yield Touch(at + chance.uniform(0, 0.1), lasts * chance.uniform(0.6, 1), *near, 0.6)


def in_a_hand(chance: Random) -> Iterator[Touch]:
    """Being read: a thumb that rests on the button is felt and seen, and taken away."""
    for _ in range(chance.randint(0, 3)):
        x, y = somewhere(chance)
        yield Touch(chance.uniform(0, 30), chance.lognormvariate(-0.9, 0.45), x, y, 0.1)


def by_a_child(chance: Random) -> Iterator[Touch]:
    """Two minutes with the button: pats, presses, two hands."""
    at = 0.0
    while (at := at + chance.lognormvariate(-0.7, 0.7)) < 120:
        x, y = somewhere(chance)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            yield Touch(at, chance.lognormvariate(-1.6, 0.8), x, y, 0.5)


def on_a_cheek(chance: Random) -> Iterator[Touch]:
    """A call with the button on the screen, and a phone that does not notice the ear."""
    at = 0.0
    while (at := at + chance.expovariate(0.5)) < 180:
        x, y = somewhere(chance)
        lasts = chance.lognormvariate(0, 1)
        for _ in range(chance.randint(2, 6)):
            near = x + chance.gauss(0, 0.4), y + chance.gauss(0, 0.4)
            yield Touch(at + chance.uniform(0, 0.2), lasts, *near, 0.3)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often in a day the button lies open to it."""

    touches: Callable[[Random], Iterator[Touch]]
    share: float


HABITS: tuple[Habit, ...] = (
    Habit(in_a_pocket, 0.003),
    Habit(in_a_hand, 0.1),
    Habit(by_a_child, 0.002),
    Habit(on_a_cheek, 0.0001),
)


def moves(touches: Iterator[Touch], chance: Random) -> list[Move]:
    """All that the screen reports, in order."""
    return sorted(
        move for number, touch in enumerate(touches) for move in touch.moves(number, chance)
    )


def taps_of_a_day(chance: Random) -> list[float]:
    """Taps that land on the widget: strays, a pocket, an impatient finger, a child."""
    taps = [chance.uniform(0, 60_000) for _ in range(int(chance.expovariate(0.3)))]
    if chance.random() < 0.02:
        taps += _fluttering(chance, 70_000, chance.uniform(60, 180), 0.5, 0.08)
    if chance.random() < 0.05:
        taps += _impatient(chance, 80_000)
    if chance.random() < 0.06:
        likes_it = chance.random() < 0.1
        taps += _fluttering(chance, 90_000, 600, 2.0, 0.6 if likes_it else 0.05)
    return sorted(taps)


def _fluttering(
    chance: Random, at: float, lasts: float, a_second: float, hit: float
) -> list[float]:
    ends, taps = at + lasts, []
    while (at := at + chance.lognormvariate(0, 0.7) / a_second / 1.28) < ends:
        if chance.random() < hit:
            taps.append(at)
    return taps


def _impatient(chance: Random, at: float) -> list[float]:
    """Nothing seems to happen, so again, and after a while once more."""
    gaps = [chance.lognormvariate(-1.0, 0.5) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.5:
        more = [chance.lognormvariate(-1.0, 0.5) for _ in range(chance.randint(0, 3))]
        gaps += [chance.uniform(0.8, 4), *more]
    return list(accumulate(gaps, initial=at))


def screen_of_a_day(chance: Random) -> list[float]:
    """When the screen goes on or off: glances, texts, an alarm, and calls held to the ear."""
    toggles: list[float] = []
    for _ in range(60):
        at = chance.uniform(0, 60_000)
        toggles += [at, at + chance.uniform(3, 30)]
    for _ in range(chance.randint(0, 6)):
        at = chance.uniform(0, 60_000)
        gaps = [chance.lognormvariate(0.3, 0.8) for _ in range(chance.randint(2, 9))]
        toggles += accumulate(gaps, initial=at)
    return sorted(toggles)
