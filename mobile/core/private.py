"""What the phone knows of people, behind a code: opened by hand, never needed for a press."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from secrets import randbelow
from typing import Final

import msgspec

from mobile.core import slots
from mobile.core.device import DeviceKey
from mobile.core.slots import Slots
from mobile.core.vault import replace_synced
from shared import wire
from shared.crypto import Cost
from shared.wire import Label

SIZE: Final = 32768  # of the file before it is sealed, whatever is in it
ABOUT: Final = b"candlewire/1/private"
# Seconds after so many wrong codes: a slip costs nothing, ten thousand codes cost a month.
WAITS: Final = (0, 0, 5, 15, 60, 300)


class Named(msgspec.Struct, frozen=True):
    """A contact as its owner calls it here; the server knows the id alone."""

    id: str
    label: Label


class Private(msgspec.Struct, frozen=True, kw_only=True):
    """No number, no place, no words of an alert: those never stay on the phone."""

    contacts: tuple[Named, ...] = ()
    lesson: frozenset[str] = frozenset()
    drills: tuple[datetime, ...] = ()

    def __repr__(self) -> str:
        return "Private(…)"


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """Of a slot. `ends_other`: whoever opens this one destroys the other."""

    private: Private
    ends_other: bool = False


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """`tried_at` is the machine's own time since it started, which no one can set."""

    slots: Slots
    wrong: int = 0
    tried_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A slot that is open; it is closed by forgetting this value."""

    private: Private = field(repr=False)
    place: int = field(repr=False)
    secret: bytes = field(repr=False)
    salt: bytes = field(repr=False)


class Stale(Exception):
    """What was open has been wiped or given other codes since: it is not written back."""


class TooSoon(Exception):
    """Tried before the wait after a wrong code was over."""


def wait_after(wrong: int, tried_at: float, ticks: float) -> float:
    """Seconds until the next try. A machine that was started again has counted from zero."""
    if not wrong:
        return 0.0
    served = ticks - tried_at if ticks >= tried_at else ticks
    return max(0.0, WAITS[min(wrong, len(WAITS)) - 1] - served)


class PrivateVault:
    """One sealed file, replaced whole. `ticks` below are seconds since the machine started."""

    def __init__(self, path: Path, key: DeviceKey, *, cost: Cost | None = None) -> None:
        self._path = path
        self._key = key
        self._cost = cost
        self._lock = threading.Lock()

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def make(self, private: Private, code: str = "", duress: str = "") -> Opened:
        """A new file in place of any other. Without a duress code nothing opens the second slot.

        Also how codes are changed: both at once, under a new salt. It takes a second or two.
        """
        with self._lock:
            made = slots.empty(self._key, self._cost or slots.calibrated())
            place = randbelow(2)
            secret = slots.secret_of(made, code)
            made = self._put(made, place, secret, _Content(private=private))
            # Stretched in either case: making a file takes as long with a duress code as without.
            other = slots.secret_of(made, duress)
            if duress:
                empty = _Content(private=Private(), ends_other=True)
                made = self._put(made, 1 - place, other, empty)
            self._write(_File(slots=made))
            return Opened(private, place, secret, made.salt)

    def wait(self, ticks: float) -> float:
        """Seconds until a code may be tried."""
        with self._lock:
            if not self.exists:
                return 0.0
            file = self._read()
            return wait_after(file.wrong, file.tried_at, ticks)

    def open(self, code: str, ticks: float, wipe_after: int = 0) -> Opened | None:
        """Counts the try before making it: a process that is killed has tried. Raises TooSoon.

        A duress code destroys the other slot; so do `wipe_after` wrong codes, if not 0, both.
        """
        with self._lock:
            file = self._read()
            if wait_after(file.wrong, file.tried_at, ticks):
                raise TooSoon
            tried = _File(slots=file.slots, wrong=file.wrong + 1, tried_at=ticks)
            self._write(tried)
            found = slots.find(file.slots, self._key, code)
            if found is None:
                if wipe_after and tried.wrong >= wipe_after:
                    none = slots.empty(self._key, file.slots.cost)
                    self._write(msgspec.structs.replace(tried, slots=none))
                return None
            content = msgspec.json.decode(found.content, type=_Content)
            # Made for every code alike: the hardware is asked as often, and it takes as long.
            alone = slots.destroy(file.slots, self._key, 1 - found.place)
            kept = alone if content.ends_other else file.slots
            # Written anew for every code alike, and from now on like any other slot.
            own = _Content(private=content.private)
            self._write(_File(slots=self._put(kept, found.place, found.secret, own)))
            return Opened(content.private, found.place, found.secret, kept.salt)

    def save(self, opened: Opened, private: Private) -> Opened:
        """Raises Stale."""
        with self._lock:
            file = self._read()
            if file.slots.salt != opened.salt:
                raise Stale
            own = _Content(private=private)
            kept = self._put(file.slots, opened.place, opened.secret, own)
            self._write(msgspec.structs.replace(file, slots=kept))
            return replace(opened, private=private)

    def wipe(self) -> None:
        """Both slots become what no code opens. The file stays, as long as it was.

        On a disk that takes nothing more it goes.
        """
        with self._lock:
            if not self.exists:
                return
            try:
                self._write(_File(slots=slots.empty(self._key, self._read().slots.cost)))
            except OSError:
                self._path.unlink()

    def remove(self) -> None:
        """As on a new phone."""
        with self._lock:
            self._path.unlink(missing_ok=True)

    def _put(self, known: Slots, place: int, secret: bytes, content: _Content) -> Slots:
        return slots.put(known, self._key, place, secret, wire.encode(content))

    def _read(self) -> _File:
        """Raises CryptoError where the file is another machine's."""
        padded = self._key.unseal(self._path.read_bytes(), ABOUT)
        return msgspec.msgpack.decode(wire.unpad(padded), type=_File)

    def _write(self, file: _File) -> None:
        padded = wire.pad(msgspec.msgpack.encode(file), SIZE)
        replace_synced(self._path, self._key.seal(padded, ABOUT))
