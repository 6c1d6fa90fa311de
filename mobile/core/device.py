"""What the brain asks of the machine it runs on."""

from typing import Protocol

from shared import wire
from shared.wire import Obstacle


class DeviceKey(Protocol):
    """A key that seals for this machine alone and never leaves it (Android: the Keystore)."""

    def seal(self, message: bytes, about: bytes) -> bytes: ...

    def unseal(self, box: bytes, about: bytes) -> bytes:
        """Raises shared.crypto.CryptoError for a box of another machine."""

    def renew(self) -> None:
        """Another key from now on. What the old one sealed can never be opened again."""


class Device(Protocol):
    @property
    def key(self) -> DeviceKey: ...

    def position(self) -> wire.Position | None:
        """The newest fix, at once: nothing waits for a better one."""

    def battery(self) -> float | None:
        """The charge as a share of 1, or None where there is no battery to ask."""

    def follow(self, every_s: float | None) -> None:
        """How often a fix is wanted from now on; None: not at all, so that nothing is spent."""

    def obstacles(self) -> frozenset[Obstacle]:
        """What keeps a press from being raised, placed or sent while nobody looks."""

    def mend(self, obstacle: Obstacle) -> None:
        """Puts the machine's own question, or its settings, before the person at the window."""

    def zone(self) -> str:
        """The time zone by the name that a server knows, such as `Africa/Dakar`."""

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        """Milliseconds on, off, on, …; nothing where there is no motor."""
