"""Touches in, views out: what the press screen says now, by the table of looks."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from mobile.core import press
from mobile.core.device import Device
from mobile.core.looks import (
    LOOK,
    OFFICE_ONLY,
    STRIP,
    VIBRATIONS,
    Look,
    Mark,
    Middle,
    PressView,
    StripView,
    Tone,
    Words,
)
from mobile.core.outbox import Kept, KeptPress, KeptStop, NotKept, Outbox
from mobile.core.press import Hold, Incident, Line, Phase
from mobile.core.vault import Hot
from shared import wire
from shared.clock import Clock

LOOKS_AGAIN_S = 1.0  # how often the strip asks the device where it is


class Presenter:
    """Of the press screen. `ticks` is monotonic; `send` wakes whoever sends; `show` draws."""

    def __init__(
        self,
        *,
        hot: Hot,
        outbox: Outbox,
        device: Device,
        clock: Clock,
        ticks: Callable[[], float],
        send: Callable[[], None],
        carry: Callable[[KeptPress], None],
        show: Callable[[PressView], None],
        hold_s: float = press.HOLD_S,
    ) -> None:
        self.hot = hot
        self._outbox = outbox
        self._device = device
        self._clock = clock
        self._ticks = ticks
        self._send = send
        self._carry = carry
        self._show = show
        self._hold_s = hold_s
        self._hold: Hold | None = None
        self._loose: KeptPress | None = None
        self._place: wire.Position | None = None
        self._looked_at = -math.inf
        self._view: PressView | None = None
        self._load()
        self._felt = self._steps()

    def on_open(self) -> None:
        """The screen comes back: another one may have kept something."""
        self._load()
        self.on_tick()

    def on_touch(self) -> None:
        self._hold = Hold(self._ticks(), self._hold_s)
        self.on_tick()

    def on_release(self) -> None:
        self.on_tick()  # a slow frame must not cost a hold that was long enough
        self._hold = None
        self.on_tick()

    def on_tick(self) -> None:
        """Called many times a second; draws only what changed."""
        if self._hold and self._hold.is_full(self._ticks()):
            self._hold = None
            self.raise_alert()
        if self._outbox.has_news():
            self._load()
        self._vibrate()
        view = self._said(self._clock.now())
        if view != self._view:
            self._view = view
            self._show(view)

    def raise_alert(self) -> None:
        """Kept first, then said; what the disk does not take is sent from memory."""
        now = self._clock.now()
        alert = press.new_alert(self._device, now, "alert", self.hot.countdown_s, "button")
        kept = KeptPress(alert=alert)
        try:
            self._outbox.keep(kept)
        except NotKept:
            self._loose = kept
            self._carry(kept)
        self._load()
        self._send()

    def _load(self) -> None:
        self._waiting: list[Kept] = self._outbox.waiting()
        self._incident: Incident | None = self._outbox.incident
        self._line: Line | None = self._outbox.line
        if self._loose and self._incident and self._incident.alert_id == self._loose.ref:
            self._loose = None

    def _phase(self, now: datetime) -> Phase:
        unsent = any(isinstance(entry, KeptPress) for entry in self._waiting)
        known = press.phase(self._incident, unsent=unsent, now=now)
        at_rest = known is Phase.IDLE or known in press.STOPPED
        if self._loose and at_rest:
            return Phase.LOOSE
        return Phase.HOLDING if self._hold and at_rest else known

    def _steps(self) -> int:
        """1 kept, 2 stored, 3 answered by a human."""
        now = self._clock.now()
        phase = self._phase(now)
        if phase in (Phase.IDLE, Phase.HOLDING, Phase.LOOSE):
            return 0
        if phase is Phase.KEPT or self._incident is None:
            return 1
        progress = self._incident.progress
        return 3 if progress and (progress.acknowledged or progress.office) else 2

    def _vibrate(self) -> None:
        steps = self._steps()
        if steps > self._felt and self.hot.vibrates:
            self._device.vibrate(VIBRATIONS[steps])
        self._felt = steps

    def _said(self, now: datetime) -> PressView:
        phase = self._phase(now)
        look = LOOK[phase]
        title, detail = self._keys(phase, look)
        values = self._values(now)
        ring, ring_tone = self._ring(phase, now)
        return PressView(
            strip=self._strip(),
            title=Words(title, values),
            detail=Words(detail, values),
            note=self._note(phase, now),
            tone=look.tone,
            mark=look.mark,
            middle=Words(Middle.KEEP if self._hold else look.middle, values),
            counts=look.middle is Middle.SECONDS and self._hold is None,
            ring=ring,
            ring_tone=ring_tone,
            steps=self._steps(),
            can_stop=look.can_stop,
        )

    def _keys(self, phase: Phase, look: Look) -> tuple[str, str]:
        if self._incident and self._incident.accepted.contacts == 0:
            return OFFICE_ONLY.get(phase, (look.title, look.detail))
        return look.title, look.detail

    def _values(self, now: datetime) -> tuple[tuple[str, str], ...]:
        incident = self._incident
        progress = incident.progress if incident else None
        left = press.remaining(incident, now) if incident else timedelta(0)
        return (
            ("acknowledged", str(progress.acknowledged if progress else 0)),
            ("contacts", str(incident.accepted.contacts if incident else 0)),
            ("delivered", str(progress.delivered if progress else 0)),
            ("hold", f"{self._hold_s:g}"),
            ("notified", str(progress.notified if progress else 0)),
            ("seconds", str(math.ceil(left.total_seconds()))),
        )

    def _ring(self, phase: Phase, now: datetime) -> tuple[float, Tone]:
        if self._hold:
            return self._hold.share(self._ticks()), Tone.CALM
        if phase is Phase.COUNTING and self._incident:
            accepted = self._incident.accepted
            whole = accepted.release_at - accepted.received_at
            return press.remaining(self._incident, now) / whole, Tone.WAITING
        return 0.0, Tone.CALM

    def _note(self, phase: Phase, now: datetime) -> Words:
        """The one thing to add: a stop on its way, a wrong code, a press on top of another."""
        if any(isinstance(entry, KeptStop) for entry in self._waiting):
            return Words("app.note.stop_kept")
        if phase in press.STOPPED:
            return Words()
        if phase is not Phase.KEPT and press.was_wrong(self._incident, now):
            return Words("app.note.wrong_code")
        if phase is not Phase.KEPT and any(isinstance(e, KeptPress) for e in self._waiting):
            return Words("app.note.again_kept")
        return Words()

    def _strip(self) -> StripView:
        if self._ticks() - self._looked_at >= LOOKS_AGAIN_S:
            self._looked_at = self._ticks()
            self._place = self._device.position()
        state = self._line.state if self._line else "connecting"
        title, detail, tone, mark = STRIP[state]
        since = self._line.since.astimezone().strftime("%H:%M") if self._line else ""
        metres = self._place.accuracy_m if self._place else None
        if state == "up" and metres is None:
            detail = "app.strip.somewhere" if self._place else "app.strip.no_place"
        if self._incident and self._incident.kind == "drill" and self._steps():
            title, tone, mark = "app.strip.drill", Tone.DRILL, Mark.HOLLOW
        values = (("metres", f"{metres or 0:.0f}"), ("since", since))
        return StripView(
            title=Words(title, values), detail=Words(detail, values), tone=tone, mark=mark
        )
