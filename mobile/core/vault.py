"""The one small file a phone cannot do without: token, servers and settings, sealed."""

import base64
import os
from datetime import datetime
from pathlib import Path

import msgspec

from mobile.core.device import DeviceKey
from mobile.core.hold import HOLD_S
from shared import crypto, wire

SIZE = 2048  # always this long, so that the file tells nothing about what is in it
ABOUT = b"candlewire/1/vault"


class Hot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a press needs, and nothing about anybody: no contact and no name."""

    outbox_key: bytes = msgspec.field(default_factory=crypto.random_bytes)
    token: bytes = b""
    servers: tuple[str, ...] = ()
    office_key: str = ""
    locale: wire.Locale = "en"
    countdown_s: int = 5
    hold_s: float = HOLD_S
    feels: tuple[bool, bool, bool] = (True, True, True)  # kept, stored, answered: which are felt
    shows_steps: bool = True  # the pictures of the same
    feels_raising: bool = True  # ticks while holding, and the buzz before a trigger's last tap
    reminds: bool = True  # before a check-in is missed
    triggers: frozenset[str] = frozenset()  # beside the button: those its owner has switched on
    practice_until: datetime | None = None  # until then a shake is the lesson's, and calls nobody
    text_scale: float = 1.0
    high_contrast: bool = False
    left_handed: bool = False
    is_disguised: bool = False
    has_code: bool = False  # whether a code guards the private vault
    wipe_after: int = 0  # so many wrong codes in a row wipe the private vault; 0: none does
    wipe_due: bool = False  # asked for while an alert was under way

    def __repr__(self) -> str:
        return "Hot(…)"

    @property
    def is_paired(self) -> bool:
        return bool(self.token and self.servers)

    @property
    def bearer(self) -> str:
        return base64.urlsafe_b64encode(self.token).decode().rstrip("=")


class Vault:
    """Reads and replaces the file; a crash leaves the old one or the new one, never half."""

    def __init__(self, path: Path, key: DeviceKey) -> None:
        self._path = path
        self._key = key

    @property
    def folder(self) -> Path:
        return self._path.parent

    def load(self) -> Hot | None:
        """None on a new phone. Raises CryptoError where the file is another machine's."""
        if not self._path.exists():
            return None
        padded = self._key.unseal(self._path.read_bytes(), ABOUT)
        return msgspec.json.decode(wire.unpad(padded), type=Hot)

    def save(self, hot: Hot) -> None:
        replace_synced(self._path, self._key.seal(wire.pad(wire.encode(hot), SIZE), ABOUT))


def replace_synced(path: Path, content: bytes) -> None:
    """Write beside, sync, rename over, sync the folder: readable by this user alone."""
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
