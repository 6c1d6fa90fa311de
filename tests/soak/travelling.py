"""Somebody on their way with a phone: invented tracks, and what the phone sees and spends there."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mobile.core.device import DeviceKey
from shared import wire
from shared.wire import Obstacle

A_METRE: Final = 1 / 111_195  # of latitude, in degrees

# Watts, and seconds: what the model of energy assumes. Said in docs/performance.md.
GPS_W: Final = 0.30
FIX_S: Final = 7.0  # until a warm receiver has a fix
SEARCH_S: Final = 30.0  # until one without sky gives up
RADIO_W: Final = 0.80
TAIL_S: Final = 10.0  # how long the radio stays up after the last byte
BATTERY_J: Final = 4.0 * 3.85 * 3600  # 4,000 mAh


@dataclass(frozen=True, slots=True)
class Ground:
    """How it is to be under way like this: metres a second, for how long, and what is seen."""

    speed: float
    seconds: tuple[int, int]
    has_network: bool = True
    has_sky: bool = True


GROUNDS: Final[dict[str, Ground]] = {
    "walk": Ground(1.4, (120, 900)),
    "drive": Ground(13.0, (120, 900)),
    "rest": Ground(0.0, (300, 1800)),
    "indoors": Ground(0.0, (300, 1800), has_sky=False),
    "tunnel": Ground(13.0, (20, 240), has_network=False, has_sky=False),
    "no coverage": Ground(1.4, (30, 600), has_network=False),
}
WEIGHTS: Final = (3, 3, 2, 2, 2, 2)
LINES: Final = ((1_250, 1.2), (25_000, 0.3), (500_000, 0.06))  # bytes a second; there and back


@dataclass(frozen=True, slots=True)
class Moment:
    """One second of a track."""

    lat: float
    lon: float
    ground: Ground
    line: tuple[int, float]


def track(chance: random.Random, seconds: int) -> list[Moment]:
    lat, lon = chance.uniform(-60, 60), chance.uniform(-180, 179)
    found: list[Moment] = []
    while len(found) < seconds:
        name = chance.choices(list(GROUNDS), WEIGHTS)[0]
        ground, line = GROUNDS[name], chance.choice(LINES)
        heading = chance.uniform(0, 2 * math.pi)
        for _ in range(chance.randint(*ground.seconds)):
            heading += chance.gauss(0, 0.05)
            lat += ground.speed * math.cos(heading) * A_METRE
            lon += ground.speed * math.sin(heading) * A_METRE / math.cos(math.radians(lat))
            found.append(Moment(lat, lon, ground, line))
    return found[:seconds]


@dataclass
class Meter:
    """Counts what is sent, and how long receiver and radio are up."""

    sent: int = 0
    received: int = 0
    gps_s: float = 0.0
    radio_s: float = 0.0
    radio_until: float = 0.0

    def radio(self, now: float, lasting: float = 0.0) -> None:
        until = now + lasting + TAIL_S
        self.radio_s += until - max(now, min(self.radio_until, until))
        self.radio_until = max(self.radio_until, until)

    @property
    def joules(self) -> float:
        return self.gps_s * GPS_W + self.radio_s * RADIO_W


@dataclass
class Handheld:
    """A device on a track. Fixes come when they were asked for, by the system's own beat."""

    key: DeviceKey
    way: list[Moment]
    chance: random.Random
    ticks: Callable[[], float]
    began: datetime
    charge_at_start: float
    meter: Meter = field(default_factory=Meter)
    fix: wire.Position | None = None
    _every_s: float | None = None
    _next: float = 0.0

    def here(self) -> Moment:
        return self.way[min(int(self.ticks()), len(self.way) - 1)]

    def follow(self, every_s: float | None) -> None:
        self._advance()
        self._every_s = every_s
        self._next = self.ticks() + self.chance.uniform(0, min(every_s or 0, 10))

    def position(self) -> wire.Position | None:
        self._advance()
        return self.fix

    def battery(self) -> float | None:
        """An hour costs a tenth, whatever else the phone does."""
        return max(0.01, self.charge_at_start - self.ticks() / 36_000)

    def obstacles(self) -> frozenset[Obstacle]:
        return frozenset()

    def mend(self, obstacle: Obstacle) -> None:
        """There is nobody to ask."""

    def zone(self) -> str:
        return "UTC"

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        """Felt by nobody here."""

    def _advance(self) -> None:
        while self._every_s is not None and self._next <= self.ticks():
            moment = self.way[min(int(self._next), len(self.way) - 1)]
            searched = FIX_S if moment.ground.has_sky else SEARCH_S
            self.meter.gps_s += min(self._every_s, searched)
            if moment.ground.has_sky:
                self.fix = self._fixed(moment, self.chance.uniform(4, 30), "gps")
            elif moment.ground.has_network:
                self.fix = self._fixed(moment, self.chance.uniform(30, 120), "network")
            self._next += self._every_s * self.chance.uniform(0.97, 1.03)

    def _fixed(self, moment: Moment, error: float, source: str) -> wire.Position:
        return wire.Position(
            lat=moment.lat + self.chance.gauss(0, error / 1.5) * A_METRE,
            lon=moment.lon + self.chance.gauss(0, error / 1.5) * A_METRE,
            accuracy_m=error,
            source="gps" if source == "gps" else "network",
            at=self.began + timedelta(seconds=self._next),
        )
