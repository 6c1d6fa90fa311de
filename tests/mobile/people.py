"""What the phone's tests are made of: a clock to move, a device to hold, a state folder."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from mobile.core.device import DeviceKey
from mobile.core.outbox import KeptPress
from mobile.core.press import Incident
from mobile.core.vault import Hot
from mobile.device.desktop import FileKey
from shared import wire
from shared.wire import Obstacle
from tests.mobile.office import TOKEN

NOW = datetime(2026, 3, 8, 14, 2, tzinfo=UTC)
PLACE = wire.Position(lat=14.6937, lon=-17.4441, accuracy_m=25.0, source="gps", at=NOW)


class MovableClock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def forward(self, **amount: float) -> None:
        self._now += timedelta(**amount)


@dataclass
class PocketDevice:
    """A device whose place and motor the test can see."""

    key: DeviceKey
    place: wire.Position | None = PLACE
    charge: float | None = 0.18
    felt: list[tuple[int, ...]] = field(default_factory=list)
    blocked: frozenset[Obstacle] = frozenset()
    wanted: list[float | None] = field(default_factory=list)
    mended: list[Obstacle] = field(default_factory=list)

    def position(self) -> wire.Position | None:
        return self.place

    def battery(self) -> float | None:
        return self.charge

    def follow(self, every_s: float | None) -> None:
        self.wanted.append(every_s)

    def obstacles(self) -> frozenset[Obstacle]:
        return self.blocked

    def mend(self, obstacle: Obstacle) -> None:
        self.mended.append(obstacle)

    def zone(self) -> str:
        return "Africa/Dakar"

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        self.felt.append(pattern)


def device(folder: Path) -> PocketDevice:
    return PocketDevice(FileKey(folder / "keys" / "device.key"))


def hot(*servers: str, **fields: Any) -> Hot:
    known: dict[str, Any] = {"outbox_key": bytes(32), "token": TOKEN, "countdown_s": 0}
    return Hot(servers=servers, **(known | fields))


def alert(kind: wire.Kind = "alert", **fields: Any) -> wire.Alert:
    return wire.Alert(id=uuid4(), kind=kind, pressed_at=NOW, **fields)


def kept(**fields: Any) -> KeptPress:
    return KeptPress(alert=alert(**fields))


def accepted(
    press: wire.Alert, incident_id: UUID | None = None, countdown_s: float = 0
) -> wire.Accepted:
    return wire.Accepted(
        incident_id=incident_id or uuid4(),
        alert_id=press.id,
        received_at=NOW,
        release_at=NOW + timedelta(seconds=countdown_s),
        contacts=3,
    )


def progress(incident_id: UUID, state: wire.State, **counts: Any) -> wire.Progress:
    known = {"contacts": 3, "notified": 3, "delivered": 2, "acknowledged": 0, "office": False}
    return wire.Progress(incident_id=incident_id, state=state, **(known | counts))


def incident(state: wire.State | None = None, *, countdown_s: float = 0, **counts: Any) -> Incident:
    press = alert()
    taken = accepted(press, countdown_s=countdown_s)
    told = progress(taken.incident_id, state, **counts) if state else None
    return Incident(
        alert_id=press.id,
        pressed_at=NOW,
        kind="alert",
        accepted=taken,
        heard_at=NOW,
        progress=told,
        changed_at=NOW if told else None,
    )
