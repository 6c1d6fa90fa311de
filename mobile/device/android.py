"""A handset: place, battery, motor, key and obstacles, through our Java helpers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, get_args

import msgspec
from jnius import autoclass

from mobile.core.triggers import Source
from mobile.device.android_key import HELPERS, AndroidKey
from shared import wire
from shared.clock import Clock
from shared.wire import Obstacle

FRESH: Final = timedelta(minutes=2)  # an older fix was taken for another program, and elsewhere
AWAKE_MS: Final = 30 * 60 * 1000  # each fix begins it anew; should the guard hang, it ends
ALWAYS: Final = -1
NEVER: Final = 0
NOT_AT_ALL: Final = -1


@dataclass(frozen=True, slots=True)
class Signal:
    """Something outside of the guard: a tap, the network, the end; seconds since power-on."""

    name: str
    at: float


class AndroidDevice:
    """`context` is the window or the service of Android that this process stands in.

    Built on the main thread: on another one Android does not find the helpers' classes.
    """

    def __init__(self, context: Any, clock: Clock) -> None:
        self._context = context
        self._clock = clock
        self._follows = False
        self._hears_shakes = False
        self._java = {
            name: autoclass(f"{HELPERS}.{name}")
            for name in (
                "Checks",
                "Keeper",
                "Front",
                "Motor",
                "Offers",
                "Places",
                "Power",
                "Shakes",
            )
        }
        self._signals = autoclass(f"{HELPERS}.Signals")
        self._zones = autoclass("java.util.TimeZone")
        self.key = AndroidKey()

    def position(self) -> wire.Position | None:
        place = self._java["Places"].newest(self._context)
        self._stay_awake()
        if place is None:
            return None
        age = timedelta(milliseconds=self._java["Places"].ageMs(place))
        source = "gps" if place.getProvider() == "gps" else "network"
        found = {
            "lat": place.getLatitude(),
            "lon": place.getLongitude(),
            "accuracy_m": place.getAccuracy() if place.hasAccuracy() else None,
            "source": source if age < FRESH else "last_known",
            "at": self._clock.now() - age,
        }
        try:
            return msgspec.convert(found, type=wire.Position)
        except msgspec.ValidationError:
            return None  # a receiver that reports no place on this earth

    def battery(self) -> float | None:
        charge = self._java["Power"].charge(self._context)
        return min(charge, 100) / 100 if charge >= 0 else None

    def follow(self, every_s: float | None) -> None:
        milliseconds = NOT_AT_ALL if every_s is None else int(every_s * 1000)
        self._java["Places"].follow(self._context, milliseconds)
        self._follows = every_s is not None
        self._stay_awake()

    def obstacles(self) -> frozenset[Obstacle]:
        found = set(self._java["Checks"].obstacles(self._context))
        return frozenset(name for name in get_args(Obstacle) if name in found)

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        self._java["Motor"].run(self._context, [0, *pattern])

    def mend(self, obstacle: Obstacle) -> None:
        """Puts the question to the person, or opens the settings; from the window alone."""
        self._java["Checks"].mend(self._context, obstacle)

    def zone(self) -> str:
        return str(self._zones.getDefault().getID())

    def offer(self, triggers: frozenset[str]) -> None:
        """Shows and listens to what is switched on; in the guard's process."""
        keys = Source.WIDGET in triggers, Source.TILE in triggers
        self._java["Offers"].make(self._context, *keys)
        self._java["Keeper"].offerTap(Source.NOTIFICATION in triggers)
        self._hears_shakes = Source.SHAKE in triggers
        self._java["Shakes"].listen(self._context, self._hears_shakes)
        self._stay_awake()

    def open_to_pairing(self, is_open: bool) -> None:
        """Whether links of pairing codes lead here: a phone that is paired answers to none."""
        self._java["Offers"].pairing(self._context, is_open)

    def taken_link(self) -> str:
        """A pairing code that another program opened the window with, once; else nothing."""
        return str(self._java["Front"].takenLink())

    def start_guard(self) -> bool:
        """False where Android allows no start now; it will from the open window."""
        return bool(self._java["Keeper"].start(self._context))

    def stop_guard(self) -> None:
        self._java["Keeper"].stop(self._context)

    def signals(self) -> list[Signal]:
        """What happened since the last call; in the guard's process."""
        spoken = (str(one).split() for one in self._signals.taken())
        return [Signal(name, int(at) / 1000) for name, at in spoken]

    def listen(self, listens: bool) -> None:
        """In the window's process, while it is in front: a flick closes what is open."""
        self._java["Shakes"].listen(self._context, listens)

    def shakes(self) -> list[tuple[float, float, float, float]]:
        """Samples since the last call: seconds since power-on, and m/s² along three axes."""
        numbers = list(self._java["Shakes"].taken())
        return list(zip(*(numbers[part::4] for part in range(4)), strict=True))

    def _stay_awake(self) -> None:
        """The accelerometer of a sleeping phone is silent: its trigger costs battery."""
        for_ms = ALWAYS if self._hears_shakes else AWAKE_MS if self._follows else NEVER
        self._java["Power"].stayAwake(self._context, for_ms)
