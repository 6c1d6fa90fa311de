"""What an accelerometer feels on an invented day: movements first, then samples of them.

A movement that stays below STILL is left out, as the detector forgets it anyway (a test proves
it), and so are the hours in which a phone lies on a table. That makes a day some hundred
movements instead of four million samples.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import pi, sin
from random import Random
from typing import TypeAlias

RATE_HZ = 50
SETTLES_S = 1.2  # a quiet sample so long after a movement says that it is over

Sample: TypeAlias = tuple[float, float]  # seconds, m/s² more than gravity


@dataclass(frozen=True, slots=True)
class Movement:
    """One bump or swing: `swings` half waves, the strongest first."""

    at: float
    force: float
    lasts: float = 0.12
    swings: int = 1


def samples(movements: Iterator[Movement], chance: Random) -> Iterator[Sample]:
    """As a phone would read them; movements that overlap are read one after the other."""
    read_until = 0.0
    for movement in movements:
        if movement.at - read_until > SETTLES_S:
            yield read_until + SETTLES_S, 0.0
        at = max(movement.at, read_until) + chance.random() / RATE_HZ
        ends = at + movement.lasts
        while at < ends:
            share = 1 - (ends - at) / movement.lasts
            swing = int(share * movement.swings)
            wave = abs(sin(pi * share * movement.swings))
            yield at, movement.force * wave * 0.85**swing
            at += 1 / RATE_HZ
        read_until = ends
    yield read_until + SETTLES_S, 0.0


def walking(chance: Random, minutes: float) -> Iterator[Movement]:
    """Two steps a second in a pocket; one in sixty is felt: stairs, kerbs, a stumble."""
    at = 0.0
    while at < minutes * 60:
        at += 0.5 * (1 + int(chance.expovariate(1 / 60))) + chance.gauss(0, 0.03)
        yield Movement(at, 8 + chance.expovariate(1 / 2.5), 0.1)


def running(chance: Random, minutes: float) -> Iterator[Movement]:
    """Every step is felt, at an even beat; a run is made of stretches with stops between."""
    at = 0.0
    while at < minutes * 60:
        beat = chance.uniform(0.33, 0.4)
        for _ in range(int(chance.expovariate(1 / 400))):
            at += max(0.2, chance.gauss(beat, 0.02))
            yield Movement(at, max(0, chance.gauss(15, 5)), 0.12)
        at += chance.choice([1, 2, 4, 20]) * chance.uniform(0.5, 1.5)


def riding(chance: Random, minutes: float) -> Iterator[Movement]:
    """A bus or a motorbike on a bad road: potholes that swing on."""
    at = 0.0
    while at < minutes * 60:
        at += chance.expovariate(1 / 9)
        force = 5 + chance.expovariate(1 / 4.5)
        for _ in range(chance.randint(1, 5)):
            yield Movement(at, force, chance.uniform(0.08, 0.2))
            at += chance.uniform(0.25, 0.8)
            force *= chance.uniform(0.4, 0.95)


def dancing(chance: Random, minutes: float) -> Iterator[Movement]:
    """On the beat with breaks of a few beats: the evenest accident there is."""
    beat, at = 60 / chance.uniform(85, 135), 0.0
    while at < minutes * 60:
        for _ in range(chance.choice([4, 8, 8, 16])):
            at += chance.gauss(beat, 0.02)
            if chance.random() < 0.7:
                yield Movement(at, max(0, chance.gauss(12, 4)), 0.16, 2)
        at += beat * chance.choice([0, 1, 1, 2, 3, 4])


def child_playing(chance: Random, minutes: float) -> Iterator[Movement]:
    """Shakes it hard, in bursts of any length, as often as it likes."""
    at = 0.0
    while at < minutes * 60:
        at += chance.lognormvariate(1.8, 1.0)
        for _ in range(1 + int(chance.expovariate(1 / 3))):
            yield Movement(at, chance.uniform(8, 35), chance.uniform(0.12, 0.4), 2)
            at += max(0.15, chance.lognormvariate(-0.9, 0.5))


def working(chance: Random, minutes: float) -> Iterator[Movement]:
    """Hammering, kneading, clapping, with the phone in a breast pocket."""
    at = 0.0
    while at < minutes * 60:
        at += chance.lognormvariate(1.6, 0.9)
        beat, force = chance.uniform(0.4, 1.2), chance.uniform(5, 22)
        for _ in range(chance.randint(1, 12)):
            yield Movement(at, max(0, chance.gauss(force, 2)), 0.1)
            at += max(0.2, chance.gauss(beat, 0.08))


def falling(chance: Random, _minutes: float) -> Iterator[Movement]:
    """A drop: nothing, a blow, bounces that come closer, a hand that picks it up."""
    at, force, gap = 1.0, chance.uniform(30, 80), chance.uniform(0.2, 0.6)
    yield Movement(at - 0.3, 9.8, 0.3)
    for _ in range(chance.randint(1, 5)):
        yield Movement(at, force, 0.05)
        at, force, gap = at + gap, force * chance.uniform(0.4, 0.8), gap * chance.uniform(0.5, 0.9)
    for _ in range(chance.randint(1, 3)):
        at += chance.uniform(0.5, 4)
        yield Movement(at, 4 + chance.expovariate(1 / 6), 0.15)


def handling(chance: Random, minutes: float) -> Iterator[Movement]:
    """Taken out, put down, thrown on a bed, lifted to the ear: blows in twos and threes."""
    at = 0.0
    while at < minutes * 60:
        at += chance.expovariate(1 / 20)
        for _ in range(chance.randint(1, 4)):
            yield Movement(at, 3 + chance.expovariate(1 / 4), chance.uniform(0.05, 0.25))
            at += chance.lognormvariate(-0.2, 0.7)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a day has it, and for how many minutes where it does."""

    moves: Callable[[Random, float], Iterator[Movement]]
    share: float
    minutes: float


HABITS: tuple[Habit, ...] = (
    Habit(walking, 1.0, 60),
    Habit(handling, 1.0, 30),
    Habit(riding, 0.6, 40),
    Habit(running, 0.1, 25),
    Habit(dancing, 0.04, 40),
    Habit(working, 0.1, 30),
    Habit(falling, 0.25, 1),
    Habit(child_playing, 0.06, 10),
)


def day(chance: Random) -> dict[str, Iterator[Sample]]:
    """The active minutes of one day, by what was done."""
    return {
        habit.moves.__name__: samples(
            habit.moves(chance, habit.minutes * chance.uniform(0.5, 1.5)), chance
        )
        for habit in HABITS
        if chance.random() < habit.share
    }
