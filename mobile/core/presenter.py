"""Touches in, views out: what the press screen says now, by the table of looks."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from mobile.core import check_in_room, feel, press, strip
from mobile.core.check_in import KeptCheckIn
from mobile.core.device import Device
from mobile.core.hold import LONGEST_S, Pace
from mobile.core.looks import LOOK, OFFICE_ONLY, Look, Middle, PressView, StripView, Tone, Words
from mobile.core.outbox import Kept, KeptPress, KeptStop, NotKept, Outbox
from mobile.core.press import Hold, Incident, Line, Phase
from mobile.core.teller import Teller
from mobile.core.vault import Hot
from shared import wire
from shared.clock import Clock
from shared.wire import Obstacle

LOOKS_AGAIN_S = 1.0  # how often the strip asks the device where it is, and what it lacks


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
        hold_s: float | None = None,
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
        self._pace = Pace()
        self._ticked = 0
        self._loose: KeptPress | None = None
        self._drill: UUID | None = None
        self._place: wire.Position | None = None
        self._obstacles: frozenset[Obstacle] = frozenset()
        self._looked_at = -math.inf
        self._view: PressView | None = None
        self._teller = Teller(outbox, device)
        self._load()

    def on_open(self) -> None:
        """The screen comes back: another one may have kept something."""
        self._load()
        self._draw()

    def on_touch(self) -> None:
        self._hold = Hold(self._ticks(), self._takes())
        self._ticked = 0
        self._draw()

    def on_joined(self) -> None:
        """A second finger: two thumbs, or a cheek. It is not refused, it only takes longer."""
        if self._hold:
            self._hold = Hold(self._hold.began, LONGEST_S)
        self._draw()

    def on_release(self) -> None:
        self._raise_if_held()  # a slow frame must not cost a hold that was long enough
        self.let_go()

    def let_go(self) -> None:
        """The finger has left, or the window has lost sight of it: nothing comes of this hold."""
        self._hold = None
        self._draw()

    def on_tick(self) -> None:
        """Called many times a second, before the touches since the last call are heard."""
        self._pace.turn(self._ticks())
        self._raise_if_held()
        self._draw()

    def _raise_if_held(self) -> None:
        if self._hold and self._hold.is_full(self._pace.held_until(self._ticks())):
            self._hold = None
            self.raise_alert()

    def _draw(self) -> None:
        """Only what changed."""
        if self._outbox.has_news():
            self._load()
        self._tick_the_hold()
        self._teller.tell(feel.reached(self._unsent(), self._incident), self.hot.feels)
        view = self._said(self._clock.now())
        if view != self._view:
            self._view = view
            self._show(view)

    def raise_alert(self, kind: wire.Kind = "alert", trigger: wire.Trigger = "button") -> None:
        """Kept first, then said; what the disk does not take is sent from memory."""
        now = self._clock.now()
        alert = press.new_alert(self._device, now, kind, self.hot.countdown_s, trigger)
        kept = KeptPress(alert=alert)
        self._drill = kept.ref if kind == "drill" else None
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
        self._check_in = self._outbox.check_in
        self._timers = [entry for entry in self._waiting if isinstance(entry, KeptCheckIn)]
        if self._loose and self._incident and self._incident.alert_id == self._loose.ref:
            self._loose = None

    def _takes(self) -> float:
        return self._hold_s or self.hot.hold_s

    def _unsent(self) -> list[UUID]:
        return [entry.ref for entry in self._waiting if isinstance(entry, KeptPress)]

    def _phase(self, now: datetime) -> Phase:
        known = press.phase(self._incident, unsent=bool(self._unsent()), now=now)
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

    def _tick_the_hold(self) -> None:
        """Felt when the finger finds the button, and then until the alert is raised."""
        if self._hold is None or not self.hot.feels_raising:
            return
        due = 1 + int(self._hold.share(self._ticks()) * feel.TICKS)
        if self._ticked < due:
            self._ticked = due
            self._device.vibrate(feel.TICK)

    def _said(self, now: datetime) -> PressView:
        phase = self._phase(now)
        look = LOOK[phase]
        title, detail = self._keys(phase, look)
        values = self._values(now)
        ring, ring_tone = self._ring(phase, now)
        return PressView(
            strip=self._strip(phase),
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
            shows_steps=self.hot.shows_steps,
            can_stop=look.can_stop,
            is_left_handed=self.hot.left_handed,
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
            ("hold", str(math.ceil(self._takes()))),
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
        if self._is_refused():
            return Words("app.note.drill_refused")
        if phase in press.STOPPED:
            return Words()
        if phase is not Phase.KEPT and press.was_wrong(self._incident, now):
            return Words("app.note.wrong_code")
        if phase is not Phase.KEPT and self._unsent():
            return Words("app.note.again_kept")
        return check_in_room.note(self._check_in, self._timers, now)

    def _is_refused(self) -> bool:
        """Whether the server has answered this drill with what it says to one beside an alert."""
        if self._drill is None or self._drill in self._unsent():
            return False
        return self._incident is None or self._incident.alert_id != self._drill

    def _is_drill(self, phase: Phase) -> bool:
        """Of all that is under way; a finger on the button means it, whatever goes on beside."""
        if self._hold or phase is Phase.IDLE:
            return False
        kinds = {e.alert.kind for e in self._waiting if isinstance(e, KeptPress)}
        if self._loose:
            kinds.add(self._loose.alert.kind)
        if self._incident and phase not in (Phase.KEPT, Phase.LOOSE):
            kinds.add(self._incident.kind)
        return kinds == {"drill"}

    def _strip(self, phase: Phase) -> StripView:
        if self._ticks() - self._looked_at >= LOOKS_AGAIN_S:
            self._looked_at = self._ticks()
            self._place = self._device.position()
            self._obstacles = self._device.obstacles()
        is_under_way = self._steps() > 0 and phase not in press.STOPPED
        return strip.said(
            self._line,
            self._place,
            self._obstacles,
            is_drill=self._is_drill(phase),
            is_under_way=is_under_way,
        )
