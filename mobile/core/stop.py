"""The keypad for the stop code: true and duress codes take exactly the same way through it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from mobile.core import press
from mobile.core.codes import STOP_DIGITS
from mobile.core.looks import Words
from mobile.core.outbox import KeptPress, KeptStop, NotKept, Outbox
from shared import wire
from shared.clock import Clock

LONGEST: Final = 32
# Longer without an answer, and the code counts as on its way: it is kept and will be sent.
CHECKED_FOR_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    typed: int
    note: Words
    can_type: bool
    can_send: bool
    is_drill: bool = False


BLANK = StopView(typed=0, note=Words(), can_type=True, can_send=False)


class StopPresenter:
    """Of the stop screen; `leave` goes back to the press screen."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        clock: Clock,
        ticks: Callable[[], float],
        send: Callable[[], None],
        show: Callable[[StopView], None],
        leave: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._ticks = ticks
        self._send = send
        self._show = show
        self._leave = leave
        self._code = ""
        self._note = Words()
        self._sent: UUID | None = None
        self._sent_at = 0.0
        self._wrong_before = 0
        self._view: StopView | None = None

    def on_open(self) -> None:
        self._code, self._note, self._sent, self._view = "", Words(), None, None
        self.on_tick()

    def on_back(self) -> None:
        self._leave()

    def on_digit(self, digit: str) -> None:
        if self._said().can_type and len(self._code) < LONGEST:
            self._code += digit
            self._note = Words()
        self.on_tick()

    def on_delete(self) -> None:
        self._code = self._code[:-1]
        self.on_tick()

    def on_send(self) -> None:
        if self._said().can_send:
            self._keep()
        self.on_tick()

    def on_tick(self) -> None:
        if self._sent:
            self._look_for_the_answer(self._sent)
        view = self._said()
        if view != self._view:
            self._view = view
            self._show(view)

    def _keep(self) -> None:
        incident = self._outbox.incident
        presses = [e for e in self._outbox.waiting() if isinstance(e, KeptPress)]
        if not presses and incident is None:
            return self._leave()
        known = None if presses else incident
        stop = KeptStop(
            ref=uuid4(),
            press_id=known.alert_id if known else presses[-1].ref,
            incident_id=known.accepted.incident_id if known else None,
            code=self._code,
        )
        self._code = ""
        try:
            self._outbox.keep(stop)
        except NotKept:
            self._note = Words("app.stop.not_kept")
            return
        self._sent, self._sent_at = stop.ref, self._ticks()
        self._wrong_before = incident.wrong_codes if incident else 0
        self._note = Words("app.stop.checking")
        self._send()

    def _look_for_the_answer(self, ref: UUID) -> None:
        if any(entry.ref == ref for entry in self._outbox.waiting()):
            if self._ticks() - self._sent_at > CHECKED_FOR_S:
                self._sent = None
                self._leave()
            return
        self._sent = None
        incident = self._outbox.incident
        if incident and incident.wrong_codes > self._wrong_before:
            self._note = Words("app.stop.wrong")
        else:
            self._leave()

    def _said(self) -> StopView:
        wait = press.code_wait(self._outbox.incident, self._clock.now()).total_seconds()
        rests = Words("app.stop.rests", (("seconds", f"{int(wait) + 1}"),))
        ready = not wait and self._sent is None
        return StopView(
            typed=len(self._code),
            note=rests if wait else self._note,
            can_type=ready,
            can_send=ready and len(self._code) >= STOP_DIGITS,
            is_drill=self._kind() == "drill",
        )

    def _kind(self) -> wire.Kind | None:
        """Of what the code would stop."""
        presses = [e for e in self._outbox.waiting() if isinstance(e, KeptPress)]
        if presses:
            return presses[-1].alert.kind
        incident = self._outbox.incident
        return incident.kind if incident else None
