"""The app on a handset: its folder, its window, and the guard in a process of its own."""

import logging
import os
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import certifi
from jnius import autoclass

from mobile.core.outbox import KeptPress, Outbox
from mobile.core.private import PrivateVault
from mobile.core.triggers import Source
from mobile.core.vault import Hot, Vault
from mobile.core.wiping import LastStep
from mobile.device.android import AndroidDevice, Signal
from mobile.device.link import InternetLink
from mobile.guard import Guard
from shared.clock import SystemClock
from shared.crypto import CryptoError

if TYPE_CHECKING:  # it loads Kivy, which must be told first how to start
    from mobile.app import Parts

VAULT: Final = "vault"
WIPE_EVERY_S: Final = 2.0  # an alert ends once; until then a look at it is all there is to do
TURN_S: Final = 0.2  # how long a tap or a shake may wait to be looked at
SIZE: Final = (412, 915)  # of a window on a desktop; a handset's own counts


@dataclass(frozen=True, slots=True)
class Handset:
    """This installation, opened: the same for the window and for the guard."""

    device: AndroidDevice
    vault: Vault
    state: Path

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"

    def hot(self) -> Hot | None:
        """None on a new phone, and where a wipe was cut short: then it is a new one too."""
        try:
            return self.vault.load()
        except CryptoError:
            return None

    def written(self) -> tuple[int, int]:
        """Changes whenever the vault is saved, by whichever process."""
        found = (self.state / VAULT).stat()
        return found.st_ino, found.st_mtime_ns

    def last_step(self, outbox: Outbox) -> LastStep:
        return LastStep(
            vault=self.vault,
            private=PrivateVault(self.outbox.with_name("private"), self.device.key),
            outbox=outbox,
            key=self.device.key,
            clock=SystemClock(),
            folder=self.state,
        )

    def guard(self, hot: Hot) -> Guard:
        return Guard(
            hot=hot,
            outbox=self.outbox,
            device=self.device,
            link=InternetLink(),
            clock=SystemClock(),
        )


def window() -> int:
    """Until the window is closed; the guard goes on without it."""
    here = opened(autoclass("org.kivy.android.PythonActivity").mActivity)

    from mobile.views.window import prepare

    prepare(here.state / "kivy", SIZE)
    from mobile.app import CandlewireApp

    CandlewireApp(parts(here)).run()
    return 0


def parts(here: Handset) -> "Parts":
    """A new phone where there is none yet."""
    from mobile.app import Parts

    hot = here.hot()
    if hot is None:
        hot = Hot()
        here.vault.save(hot)
    return Parts(
        vault=here.vault,
        hot=hot,
        outbox=here.outbox,
        device=here.device,
        clock=SystemClock(),
        guard=lambda known: ServiceGuard(here, known),
        link=here.device.taken_link,
        motion=here.device,
    )


def guard() -> None:
    """For as long as Android lets the service live; nothing to do on a phone that is not paired."""
    here = opened(autoclass("org.kivy.android.PythonService").mService)
    while (hot := here.hot()) is not None and hot.is_paired:
        stand(here, hot)
    here.device.open_to_pairing(True)
    here.device.stop_guard()


def stand(here: Handset, hot: Hot) -> None:
    """Until the phone is paired anew, or wiped; what was set in the window counts at once."""
    written = here.written()
    standing = here.guard(hot)
    standing.start()
    here.device.open_to_pairing(False)
    here.device.offer(hot.triggers)
    looked_at = time.monotonic()
    while True:
        if (latest := here.written()) != written:
            written, known = latest, here.hot()
            if known is None or (known.token, known.servers) != (hot.token, hot.servers):
                break
            standing.hot = hot = known
            here.device.offer(hot.triggers)
        for signal in here.device.signals():
            follow(signal, standing)
        for at, x, y, z in here.device.shakes():
            standing.shaken(at, x, y, z)
        if hot.wipe_due and time.monotonic() - looked_at >= WIPE_EVERY_S:
            looked_at = time.monotonic()
            wiped(here, hot)  # the vault then says so, here as in the window
        time.sleep(TURN_S)
    standing.stop()


def wiped(here: Handset, hot: Hot) -> bool:
    """Whether a wipe that waited for an alert to end is finished now, with no window to do it."""
    with closing(Outbox(here.outbox, hot.outbox_key)) as outbox:
        return here.last_step(outbox).take(hot) is not None


def follow(signal: Signal, standing: Guard) -> None:
    match signal.name:
        case "shutdown" | "battery_low":
            standing.last_gasp()
        case "network":
            standing.hurry()
        case name if name in set(Source):
            standing.tapped(Source(name), signal.at)


class ServiceGuard:
    """The window's hold on the guard's process: they share the outbox and the vault, no more."""

    def __init__(self, here: Handset, hot: Hot) -> None:
        self.hot = hot  # the service reads a change of it from the vault
        self._here = here
        self._own: Guard | None = None

    def start(self) -> None:
        self._here.device.start_guard()

    def wake(self) -> None:
        """The guard looks four times a second, and hears nothing of another process."""

    def carry(self, entry: KeptPress) -> None:
        """A press that the disk did not take cannot cross to another process: sent from here."""
        if self._own is None:
            self._own = self._here.guard(self.hot)
            self._own.start()
        self._own.carry(entry)

    def stop(self) -> None:
        """The window goes; the guard stays."""
        if self._own:
            self._own.stop()


def opened(context: Any) -> Handset:
    """Where no backup looks; certificates from the package, as Python finds none of Android's."""
    # Whoever has a cable reads what a program logs.
    logging.getLogger().addHandler(logging.NullHandler())
    os.environ["SSL_CERT_FILE"] = certifi.where()
    state = Path(context.getNoBackupFilesDir().getAbsolutePath()) / "memory"
    state.mkdir(mode=0o700, exist_ok=True)
    device = AndroidDevice(context, SystemClock())
    return Handset(device=device, vault=Vault(state / VAULT, device.key), state=state)
