"""Random ways with an alert open: the real guard in leaping time, on lines that come and go.

Measured each second: how old the newest place is that the office has. Where there is network, it
counts from the moment it came back, for nobody can send before.
"""

import asyncio
import random
import statistics
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

from mobile import guard as guards
from mobile.core import tracking
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.vault import Hot
from mobile.device.desktop import FileKey
from mobile.guard import Guard
from shared import wire
from tests.soak.far_office import FarLink, FarOffice
from tests.soak.options import Options
from tests.soak.travelling import BATTERY_J, Handheld, Meter, track
from tests.soak.virtual_time import LeapingLoop

BEGAN: Final = datetime(2026, 3, 8, 14, tzinfo=UTC)
SECONDS: Final = 3600
MEMORY: Final = Path("/dev/shm")
COMPARED: Final = 4  # one way in so many is gone once more, with a fix every ten seconds
EARLY_S: Final = tracking.EARLY.total_seconds()
OLDEST_S: Final = 30.0
TURN_S: Final = 1.0  # the guard's own is a quarter; places are ten seconds apart
ALWAYS: Final = dict.fromkeys(tracking.EVERY_S, tracking.EARLY_EVERY_S)


@dataclass
class Ages:
    """Seconds, while there was network."""

    early: float = 0.0
    later: float = 0.0
    back: list[float] = field(default_factory=list)

    def saw(self, at: float, age: float) -> None:
        if at <= EARLY_S:
            self.early = max(self.early, age)
        else:
            self.later = max(self.later, age)


@dataclass(frozen=True)
class Travelled:
    ages: Ages
    meter: Meter
    office: FarOffice


def run(folder: Path, options: Options) -> dict[str, Any]:
    ours = _all(folder, options.seed, options.tracks)
    with patch.dict(tracking.EVERY_S, ALWAYS):
        plain = _all(folder, options.seed, max(1, options.tracks // COMPARED))
    oldest = max(one.ages.early for one in ours)
    return {
        "tracks": options.tracks,
        "minutes": SECONDS // 60,
        "positions": _spread([one.office.positions for one in ours]),
        "batches": _spread([one.office.batches for one in ours]),
        "kilobytes_sent": _spread([one.meter.sent / 1000 for one in ours]),
        "kilobytes_received": _spread([one.meter.received / 1000 for one in ours]),
        "battery_percent": _spread([_percent(one) for one in ours]),
        "battery_percent_every_10_s": _spread([_percent(one) for one in plain]),
        "positions_every_10_s": _spread([one.office.positions for one in plain]),
        "first_minutes_oldest_s": oldest,
        "later_oldest_s": _spread([one.ages.later for one in ours]),
        "network_back_to_new_place_s": _spread([s for one in ours for s in one.ages.back]),
        "older_than_30_s_in_the_first_minutes": sum(1 for one in ours if one.ages.early > OLDEST_S),
        "good": {"older_than_30_s_in_the_first_minutes": 0},
    }


def _all(folder: Path, seed: int, tracks: int) -> list[Travelled]:
    """In memory where that can be had: nothing is cut off here, and a sync takes longest of all."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else folder) as kept:
        return [_travelled(Path(kept) / f"{n}", seed + n) for n in range(tracks)]


def _percent(one: Travelled) -> float:
    return 100 * one.meter.joules / BATTERY_J


def _spread(found: list[Any]) -> dict[str, float]:
    ordered = sorted(found) or [0]
    return {
        "half": round(statistics.median(ordered), 2),
        "nine_in_ten": round(ordered[int(0.9 * (len(ordered) - 1))], 2),
        "most": round(ordered[-1], 2),
    }


def _travelled(folder: Path, seed: int) -> Travelled:
    """One hour from the press on; the same seed is the same way."""
    folder.mkdir(parents=True)
    loop = LeapingLoop()
    chance = random.Random(seed)
    way = track(chance, SECONDS)
    phone = Handheld(
        key=FileKey(folder / "key"),
        way=way,
        chance=chance,
        ticks=loop.time,
        began=BEGAN,
        charge_at_start=chance.uniform(0.04, 1),
    )
    office = FarOffice(BEGAN)
    hot = Hot(token=bytes(32), servers=("https://relay.example",), countdown_s=0)
    kept = Outbox(folder / "outbox", hot.outbox_key)
    kept.keep(_press(phone, chance))
    guard = Guard(
        hot=hot,
        outbox=folder / "outbox",
        device=phone,
        link=FarLink(phone, office),
        clock=_Clock(loop),
        ticks=loop.time,
    )
    with patch.object(guards, "TURN_S", TURN_S):
        ages = loop.run_until_complete(_watched(guard, phone, office))
    loop.close()
    kept.close()
    return Travelled(ages, phone.meter, office)


def _press(phone: Handheld, chance: random.Random) -> KeptPress:
    here = phone.here()
    place = wire.Position(lat=here.lat, lon=here.lon, accuracy_m=20.0, source="gps", at=BEGAN)
    alert = wire.Alert(
        id=UUID(int=chance.getrandbits(128)), kind="alert", pressed_at=BEGAN, position=place
    )
    return KeptPress(alert=alert)


@dataclass
class _Clock:
    loop: LeapingLoop

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.loop.time())


async def _watched(guard: Guard, phone: Handheld, office: FarOffice) -> Ages:
    watching = asyncio.create_task(guard.run())
    ages, back_at, known = Ages(), 0.0, office.newest
    waits = True
    while (now := phone.ticks()) < SECONDS:
        if not phone.here().ground.has_network:
            back_at, waits, known = now, True, office.newest
        else:
            if waits and office.newest != known:
                ages.back.append(now - back_at)
                waits = False
            newest = office.newest or BEGAN
            age = now - (newest - BEGAN).total_seconds()
            ages.saw(now, min(age, now - back_at))
        await asyncio.sleep(1)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return ages
