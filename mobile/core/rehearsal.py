"""The triggers beside the button, practised: shaken and tapped, felt and seen, and nothing sent."""

from collections.abc import Callable
from typing import Final

import msgspec

from mobile.core.device import Device
from mobile.core.feel import KEPT, READY, VIBRATIONS
from mobile.core.lesson import AGAIN
from mobile.core.looks import Mark, Tone, Words
from mobile.core.pages import Action, Around, Fact, HoldView, Page, PageView, Typed, later, onward
from mobile.core.triggers import (
    PRACTICE,
    SHAKES,
    TAPS,
    Heard,
    Measure,
    ShakeRhythm,
    Source,
    TapRhythm,
)
from shared.clock import Clock

TAPPED: Final = frozenset({Source.WIDGET, Source.TILE, Source.NOTIFICATION})
AT_REST: Final = Words("setup.triggers.rest")
ARMED: Final = Fact(Words("setup.triggers.armed"), Mark.RING, Tone.WAITING)


class Attempts:
    """One rhythm as it is tried, until it has worked."""

    def __init__(self, rhythm: ShakeRhythm | TapRhythm, measure: Measure) -> None:
        self._rhythm = rhythm
        self._measure = measure
        self._beat_at = float("-inf")
        self.beats = 0
        self.is_done = False
        self.is_missed = False

    def heard(self, heard: Heard, now: float) -> None:
        before, self.beats = self.beats, self._rhythm.beats
        if heard is Heard.RAISE:
            self.is_done, self.is_missed = True, False
        elif self.beats > before:
            self.is_missed, self._beat_at = False, now
        elif before and not self.beats:
            self.is_missed = True

    def is_left(self, now: float) -> bool:
        """True once where nobody went on with a try: then it is none."""
        if not self.beats or now - self._beat_at <= self._measure.pause[1]:
            return False
        self.beats, self.is_missed = 0, True
        return True

    @property
    def is_armed(self) -> bool:
        return self.beats >= self._measure.beats

    @property
    def share(self) -> float:
        return self.beats / (self._measure.beats + self._measure.end)


class TriggersPage(Page):
    """By the rhythms that the guard hears, which meanwhile takes no shake for a call.

    `feels_motion`: whether samples of an accelerometer will come; a desktop has none.
    """

    def __init__(
        self,
        around: Around,
        *,
        device: Device,
        clock: Clock,
        ticks: Callable[[], float],
        feels_motion: bool,
    ) -> None:
        self._around = around
        self._device = device
        self._clock = clock
        self._ticks = ticks
        self._feels_motion = feels_motion
        self._begin()

    def _begin(self) -> None:
        self._shake_rhythm, self._tap_rhythm = ShakeRhythm(), TapRhythm()
        self._shakes = Attempts(self._shake_rhythm, SHAKES)
        self._taps = Attempts(self._tap_rhythm, TAPS)

    def on_open(self) -> None:
        self._begin()
        self._hold_the_guard()

    def on_motion(self, at: float, x: float, y: float, z: float) -> bool:
        self._heard(self._shakes, self._shake_rhythm.felt(at, x, y, z))
        return True

    def on_touch(self) -> None:
        self._heard(self._taps, self._tap_rhythm.tapped(self._ticks()))

    def on_tick(self) -> None:
        self._hold_the_guard()
        now = self._ticks()
        if [one for one in (self._shakes, self._taps) if one.is_left(now)]:
            self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        if name == AGAIN:
            self._begin()
            return self._around.changed()
        self._around.done()

    def _heard(self, attempts: Attempts, heard: Heard) -> None:
        """Answered as the guard would, by the same touch."""
        hot = self._around.hot()
        attempts.heard(heard, self._ticks())
        if heard is Heard.ARMED and hot.feels_raising:
            self._device.vibrate(READY)
        if heard is Heard.RAISE and hot.feels[KEPT - 1]:
            self._device.vibrate(VIBRATIONS[KEPT])
        self._around.changed()

    def _hold_the_guard(self) -> None:
        """Said again while the page is open; unsaid by time alone, however it is left."""
        hot, now = self._around.hot(), self._clock.now()
        if Source.SHAKE not in hot.triggers:
            return
        if hot.practice_until is None or not PRACTICE / 2 < hot.practice_until - now <= PRACTICE:
            self._around.keep(msgspec.structs.replace(hot, practice_until=now + PRACTICE))

    def view(self) -> PageView:
        tries = [self._shakes, self._taps]
        is_any_done = any(one.is_done for one in tries)
        is_over = self._taps.is_done and (self._shakes.is_done or not self._feels_motion)
        ring = max(one.share for one in tries)
        again = Action(AGAIN, Words("setup.again"))
        pad = HoldView(Words("setup.triggers.pad"), ring)
        return PageView(
            title=Words("setup.triggers.title"),
            why=Words("setup.triggers.why"),
            facts=(self._shake_fact(), self._tap_fact(), *self._switched()),
            hold=None if is_over else pad,
            note=AT_REST if any(one.is_missed for one in tries) else Words(),
            actions=(onward(), again) if is_any_done else (later(),),
        )

    def _shake_fact(self) -> Fact:
        if not self._feels_motion:
            return Fact(Words("setup.triggers.needs_phone"), Mark.BROKEN, Tone.MUTE)
        return _said(self._shakes, "setup.triggers.shake", "setup.triggers.shaken")

    def _tap_fact(self) -> Fact:
        return _said(self._taps, "setup.triggers.tap", "setup.triggers.tapped")

    def _switched(self) -> tuple[Fact, ...]:
        """Who can do it must not believe that it calls, where it is switched off."""
        triggers = self._around.hot().triggers
        is_off = (self._shakes.is_done and Source.SHAKE not in triggers) or (
            self._taps.is_done and not triggers & TAPPED
        )
        off = Fact(Words("setup.triggers.off"), Mark.HOLLOW, Tone.WAITING)
        return (off,) if is_off else ()


def _said(attempts: Attempts, tried: str, done: str) -> Fact:
    if attempts.is_done:
        return Fact(Words(done), Mark.TICK, Tone.SAFE)
    if attempts.is_armed:
        return ARMED
    return Fact(Words(tried), Mark.HOLLOW)
