"""Beside the timer, while nobody looks: reminds before it runs out, and asks how it stands."""

from contextlib import suppress
from datetime import datetime

from mobile.core import check_in
from mobile.core.check_in import LOOK_AGAIN_S, REMINDER, CheckIn
from mobile.core.device import Device
from mobile.core.outbox import NotKept, Outbox


class CheckInWatch:
    """For the guard. It reminds by touch: its notice has no word of what it is for."""

    def __init__(self, outbox: Outbox, device: Device) -> None:
        self._outbox = outbox
        self._device = device
        self._known: CheckIn | None = None
        self._asked: tuple[datetime, float] | None = None  # a phone that starts anew asks once

    def load(self) -> None:
        self._known = self._outbox.check_in

    def look(self, now: datetime, *, feels: bool) -> None:
        """Reminds, once for each reminder, whoever else looks."""
        if not check_in.reminder(self._known, now):
            return
        with suppress(NotKept):  # the next look tries again
            if self._outbox.remind(now) and feels:
                self._device.vibrate(REMINDER)
        self.load()

    def is_to_ask(self, now: datetime, ticks: float) -> bool:
        """Whether the server is to be asked now; it counts as asked."""
        if self._asked is not None and not self._is_again(*self._asked, now, ticks):
            return False
        self._asked = now, ticks
        return True

    def _is_again(self, asked_at: datetime, asked: float, now: datetime, ticks: float) -> bool:
        if ticks - asked < LOOK_AGAIN_S:
            return False
        has_jumped = check_in.has_jumped(self._known, now - asked_at, ticks - asked)
        return has_jumped or check_in.is_to_look(self._known, now)
