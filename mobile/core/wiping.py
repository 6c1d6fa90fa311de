"""Wiping at its owner's word: what can be had again first, the way to help last.

A press under way is still sent. Until it has ended the token stays, and so does the button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from mobile.core import press
from mobile.core.device import DeviceKey
from mobile.core.door import Door
from mobile.core.looks import Words
from mobile.core.outbox import KeptPress, NotKept, Outbox, alone, is_lost
from mobile.core.private import PrivateVault
from mobile.core.vault import Hot, Vault
from shared.clock import Clock
from shared.crypto import CryptoError

# After three days without a text or an answer the server, too, forgets whom to tell.
WAITS_AT_MOST: Final = timedelta(days=3)
# What says nothing of its owner but how the screen is to look.
STAYS: Final = ("locale", "text_scale", "high_contrast", "left_handed", "is_disguised")


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeView:
    note: Words
    is_asked: bool


BLANK: Final = WipeView(note=Words(), is_asked=False)


def is_under_way(outbox: Outbox, now: datetime) -> bool:
    """Whether somebody still waits for this phone, or it for somebody."""
    line, incident = outbox.line, outbox.incident
    if line is not None and line.state == "refused":
        return False  # the server knows this phone no more: nothing will ever arrive
    is_old = incident is not None and now - incident.heard_at > WAITS_AT_MOST
    waiting = outbox.waiting()
    presses = {entry.ref for entry in waiting if isinstance(entry, KeptPress)}
    is_to_be_sent = not all(is_lost(entry, presses) for entry in waiting)
    return is_to_be_sent or (press.is_followed(incident, now) and not is_old)


class LastStep:
    """Of a wipe that waited for an alert to end; the window takes it, or the guard without one."""

    def __init__(
        self,
        *,
        vault: Vault,
        private: PrivateVault,
        outbox: Outbox,
        key: DeviceKey,
        clock: Clock,
        folder: Path,
    ) -> None:
        self._vault = vault
        self._private = private
        self._outbox = outbox
        self._key = key
        self._clock = clock
        self._folder = folder

    def is_due(self, hot: Hot) -> bool:
        return hot.wipe_due and not is_under_way(self._outbox, self._clock.now())

    def take(self, hot: Hot) -> Hot | None:
        """What the phone is afterwards, whoever made it so; None while it has to wait."""
        if not self.is_due(hot):
            return None
        with alone(self._folder):  # two new keys would leave a file that none opens
            return self._already() or self._wiped(hot)

    def _already(self) -> Hot | None:
        try:
            known = self._vault.load()
        except CryptoError:
            return None  # cut short between the new key and what is sealed with it
        return known if known is not None and not known.wipe_due else None

    def _wiped(self, hot: Hot) -> Hot | None:
        kept = {name: getattr(hot, name) for name in STAYS}
        # The running outbox goes on under its key; what lay in it is gone. A calculator stays
        # one, and no code opens it any more.
        new = Hot(outbox_key=hot.outbox_key, has_code=hot.is_disguised, **kept)
        try:
            self._outbox.clear()
        except NotKept:
            return None  # somebody is writing just now; the next turn is not far
        self._private.remove()
        # Still due: if it ends here, the next start goes on.
        self._vault.save(msgspec.structs.replace(new, wipe_due=True))
        # Flash memory keeps what was overwritten; without its key it is noise.
        self._key.renew()
        self._vault.save(new)
        return new


class Wiping:
    """Of the window: `hot` and `use` are how the app knows and learns what it is; `use` saves."""

    def __init__(
        self,
        *,
        hot: Callable[[], Hot],
        use: Callable[[Hot], None],
        private: PrivateVault,
        door: Door,
        last: LastStep,
    ) -> None:
        self._hot = hot
        self._use = use
        self._private = private
        self._door = door
        self._last = last

    def wipe(self) -> None:
        self._door.shut()
        self._private.wipe()
        self._use(msgspec.structs.replace(self._hot(), wipe_due=True))
        self.turn()

    def turn(self) -> None:
        """The last step, once nothing is under way any more."""
        if self._hot().wipe_due and (new := self._last.take(self._hot())):
            self._use(new)


class WipePresenter:
    """Of the wiping screen: it asks once more, then `wipe` is called and `leave` goes away."""

    def __init__(
        self,
        *,
        wipe: Callable[[], None],
        leave: Callable[[], None],
        show: Callable[[WipeView], None],
    ) -> None:
        self._wipe = wipe
        self._leave = leave
        self._show = show
        self._is_asked = False

    def on_open(self) -> None:
        self._is_asked = False
        self._show(BLANK)

    def on_back(self) -> None:
        self._leave()

    def on_wipe(self) -> None:
        if self._is_asked:
            self._wipe()
            return self._leave()
        self._is_asked = True
        self._show(WipeView(note=Words("disguise.wipe.sure"), is_asked=True))
