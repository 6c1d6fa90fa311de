"""A desktop as a phone: a place from the command line or a file, and a key in a key folder."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from mobile.core.vault import replace_synced
from mobile.device.zone import zone_name
from shared import crypto, wire
from shared.clock import Clock
from shared.wire import Obstacle

POWER = Path("/sys/class/power_supply")


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where this machine is said to be; `--position FILE` holds one as JSON."""

    lat: float
    lon: float
    accuracy_m: float | None = 25.0
    source: Literal["gps", "network", "last_known"] = "gps"

    def at(self, moment: datetime) -> wire.Position:
        return msgspec.convert({**msgspec.structs.asdict(self), "at": moment}, type=wire.Position)


class FileKey:
    """A key in a file of its own, outside the state folder and readable by this user alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_synced(path, crypto.random_bytes())
        self._key = path.read_bytes()

    def seal(self, message: bytes, about: bytes) -> bytes:
        return crypto.encrypt(self._key, message, about)

    def unseal(self, box: bytes, about: bytes) -> bytes:
        return crypto.decrypt(self._key, box, about)

    def renew(self) -> None:
        replace_synced(self._path, crypto.random_bytes())
        self._key = self._path.read_bytes()


@dataclass(frozen=True)
class DesktopDevice:
    key_path: Path
    clock: Clock
    place: Place | None = None
    position_file: Path | None = None

    @cached_property
    def key(self) -> FileKey:
        return FileKey(self.key_path)

    def position(self) -> wire.Position | None:
        place = self._written_place() or self.place
        return place.at(self.clock.now()) if place else None

    def battery(self) -> float | None:
        for capacity in sorted(POWER.glob("BAT*/capacity")):
            text = _text(capacity).strip()
            if text.isdecimal():
                return min(100, int(text)) / 100
        return None

    def follow(self, every_s: float | None) -> None:
        """A place that is written down costs nothing to read."""

    def obstacles(self) -> frozenset[Obstacle]:
        return frozenset()  # nothing on a desktop puts a program to sleep

    def mend(self, obstacle: Obstacle) -> None:
        """Nothing stands in the way, so there is nothing to open."""

    def zone(self) -> str:
        return zone_name(self.clock.now())

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        """A desktop has no motor."""

    def _written_place(self) -> Place | None:
        text = _text(self.position_file) if self.position_file else ""
        try:
            return msgspec.json.decode(text, type=Place) if text else None
        except msgspec.MsgspecError:
            return None  # half written just now; the next look reads it whole


def key_path_for(state: Path, keys: Path | None) -> Path:
    """One key a state folder, kept where the state folder's copies do not go."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = keys or home / "keyrings" / "candlewire"
    name = crypto.derive(str(state.resolve()).encode(), "candlewire/1/key-file", 8).hex()
    return folder / f"{name}.key"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
