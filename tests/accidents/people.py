"""Invented people who mean it: they shake, tap and hold as their hands and the moment allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from mobile.core.feel import READY
from tests.accidents.motion import Movement, Sample, samples

BEATS = 5  # three, a pause, two


@dataclass(frozen=True, slots=True)
class Person:
    """`beat` in seconds, `uneven` its spread as a share; `two_seconds` as this person counts."""

    beat: float
    uneven: float
    force: float
    trembles: bool
    walks: bool
    two_seconds: float

    def gap(self, chance: Random) -> float:
        return max(0.15, chance.gauss(self.beat, self.beat * self.uneven))

    def hold(self, chance: Random) -> float:
        return max(0.3, chance.gauss(self.two_seconds, self.two_seconds * 0.1))


def someone(chance: Random) -> Person:
    """One in five has hands that tremble; one in four walks meanwhile; some shake weakly."""
    return Person(
        beat=chance.uniform(0.42, 0.85),
        uneven=chance.uniform(0.04, 0.14),
        force=max(12.0, chance.gauss(26, 6)),
        trembles=chance.random() < 0.2,
        walks=chance.random() < 0.25,
        two_seconds=chance.uniform(1.3, 3.2),
    )


def reaction(chance: Random) -> float:
    """From the third beat to the last: the buzz is felt to its end, and then answered."""
    return sum(READY) / 1000 + 0.4 + chance.lognormvariate(-0.7, 0.35)


def shakes(person: Person, chance: Random) -> Iterator[Sample]:
    """Three, a pause, two more; the hand is not quite still between."""
    return samples(iter(sorted(_shaking(person, chance), key=lambda move: move.at)), chance)


def _shaking(person: Person, chance: Random) -> Iterator[Movement]:
    at = 5.0
    for beat in range(BEATS):
        force = max(8.0, chance.gauss(person.force, person.force * 0.15))
        yield Movement(at, force, chance.uniform(0.18, 0.34), chance.choice([2, 2, 3]))
        at += reaction(chance) if beat == 2 else person.gap(chance)
    if person.walks and chance.random() < 0.15:  # one loud step in sixty, eight seconds
        yield Movement(chance.uniform(3, at), 8 + chance.expovariate(1 / 2.5), 0.1)


def taps(person: Person, chance: Random) -> Iterator[float]:
    """The same with a finger; one that trembles touches twice now and then."""
    at = 5.0
    for beat in range(BEATS):
        yield at
        if person.trembles and chance.random() < 0.3:
            yield at + chance.uniform(0.04, 0.11)
        at += reaction(chance) if beat == 2 else person.gap(chance)
