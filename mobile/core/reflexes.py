"""Raises an alert by taps and shakes while nobody looks: feeds the rhythms and keeps the press."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from mobile.core import press
from mobile.core.device import Device
from mobile.core.feel import READY, Reached
from mobile.core.outbox import KeptPress, NotKept, Outbox
from mobile.core.teller import Teller
from mobile.core.triggers import (
    TRIGGER_OF,
    Heard,
    ShakeRhythm,
    Source,
    TapRhythm,
    is_practice,
)
from mobile.core.vault import Hot
from shared.clock import Clock

REST_S: Final = 10.0  # one gesture raises once, by however many triggers it is noticed


class Reflexes:
    """For whichever thread the platform calls on; `send` wakes whoever sends what is kept."""

    def __init__(
        self,
        *,
        hot: Callable[[], Hot],
        outbox: Path,
        device: Device,
        clock: Clock,
        send: Callable[[], None],
        carry: Callable[[KeptPress], None],
    ) -> None:
        self._hot = hot
        self._path = outbox
        self._device = device
        self._clock = clock
        self._send = send
        self._carry = carry
        self._one_at_a_time = threading.Lock()
        self._taps: dict[Source, TapRhythm] = {}
        self._shakes = ShakeRhythm()
        self._raised_at = float("-inf")

    def tapped(self, source: Source, at: float) -> Heard:
        """A tap on a widget, a tile or a notification; `at` in monotonic seconds."""
        with self._one_at_a_time:
            if source not in self._hot().triggers:
                return Heard.NOTHING
            rhythm = self._taps.setdefault(source, TapRhythm())
            return self._heard(rhythm.tapped(at), source, at)

    def shaken(self, at: float, x: float, y: float, z: float) -> Heard:
        """A sample of the accelerometer in m/s², gravity included."""
        with self._one_at_a_time:
            hot = self._hot()
            if Source.SHAKE not in hot.triggers:
                return Heard.NOTHING
            if is_practice(hot.practice_until, self._clock.now()):
                return Heard.NOTHING
            return self._heard(self._shakes.felt(at, x, y, z), Source.SHAKE, at)

    def _heard(self, heard: Heard, source: Source, at: float) -> Heard:
        if at - self._raised_at < REST_S:
            return Heard.NOTHING
        if heard is Heard.ARMED and self._hot().feels_raising:
            self._device.vibrate(READY)
        if heard is Heard.RAISE:
            self._raised_at = at
            self._raise(source)
        return heard

    def _raise(self, source: Source) -> None:
        """Kept first, then sent and felt; what the disk does not take is sent from memory."""
        hot = self._hot()
        alert = press.new_alert(
            self._device, self._clock.now(), "alert", hot.countdown_s, TRIGGER_OF[source]
        )
        kept = KeptPress(alert=alert)
        try:
            with closing(Outbox(self._path, hot.outbox_key)) as outbox:
                outbox.keep(kept)
                self._send()
                Teller(outbox, self._device).tell(Reached(press_id=alert.id), hot.feels)
        except (NotKept, sqlite3.Error):
            self._carry(kept)
