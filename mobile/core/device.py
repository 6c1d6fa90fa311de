"""What the brain asks of the machine it runs on."""

from typing import Protocol

from shared import wire


class DeviceKey(Protocol):
    """A key that seals for this machine alone and never leaves it (Android: the Keystore)."""

    def seal(self, message: bytes, about: bytes) -> bytes: ...

    def unseal(self, box: bytes, about: bytes) -> bytes:
        """Raises shared.crypto.CryptoError for a box of another machine."""


class Device(Protocol):
    @property
    def key(self) -> DeviceKey: ...

    def position(self) -> wire.Position | None:
        """The newest fix, at once: nothing waits for a better one."""

    def battery(self) -> float | None:
        """The charge as a share of 1, or None where there is no battery to ask."""

    def vibrate(self, pattern: tuple[int, ...]) -> None:
        """Milliseconds on, off, on, …; nothing where there is no motor."""
