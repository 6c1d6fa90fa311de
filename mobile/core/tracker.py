"""Takes places while an incident goes on and keeps them to be sent; the rules are `tracking`'s."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from mobile.core import press, tracking
from mobile.core.device import Device
from mobile.core.outbox import Kept, KeptFix, KeptPress, NotKept, Outbox
from mobile.core.press import Incident
from mobile.core.tracking import Motion
from shared import wire

log = logging.getLogger(__name__)

NEVER: Final = float("-inf")


class Tracker:
    """Asked at every turn with what is known now. `ticks` are monotonic seconds."""

    def __init__(self, outbox: Outbox, device: Device) -> None:
        self._outbox = outbox
        self._device = device
        self._press_id: UUID | None = None
        self._forget()

    def _forget(self) -> None:
        self._early_until = NEVER
        self._fixed_at = NEVER
        self._looked_at = NEVER
        self._fix: wire.Position | None = None
        self._motion = Motion()
        self._battery: float | None = None
        self._battery_at = NEVER
        self._every_s: float | None = None

    def look(
        self, incident: Incident | None, waiting: Sequence[Kept], now: datetime, ticks: float
    ) -> bool:
        """Whether something was kept. The press itself carried the first place."""
        presses = [entry for entry in waiting if isinstance(entry, KeptPress)]
        if not press.is_tracked(incident, unsent=bool(presses), now=now):
            self._rest()
            return False
        self._follow(presses, incident, now, ticks)
        is_lower = self._has_fallen(ticks)
        self._want(self._interval(ticks))
        if not is_lower and ticks - self._looked_at < tracking.LOOKS_EVERY_S:
            return False
        self._looked_at = ticks
        return self._take(presses, incident, waiting, ticks, is_urgent=is_lower)

    def gasp(
        self, incident: Incident | None, waiting: Sequence[Kept], now: datetime, ticks: float
    ) -> bool:
        """The phone is about to go dark: the place and the charge as they are now, at once."""
        presses = [entry for entry in waiting if isinstance(entry, KeptPress)]
        if not press.is_tracked(incident, unsent=bool(presses), now=now):
            return False
        self._battery = self._device.battery()
        return self._take(presses, incident, waiting, ticks, is_urgent=True)

    def is_early(self, ticks: float) -> bool:
        """Whether the first minutes run, when a line that is down is tried without long waits."""
        return self._press_id is not None and ticks < self._early_until

    def _follow(
        self,
        presses: Sequence[KeptPress],
        incident: Incident | None,
        now: datetime,
        ticks: float,
    ) -> None:
        """Each press begins its own first minutes; after a restart they go on by the clock."""
        newest = presses[-1].alert if presses else None
        known = incident.alert_id if incident else None
        press_id = newest.id if newest else known
        if press_id == self._press_id:
            return
        self._forget()
        self._press_id = press_id
        pressed_at = newest.pressed_at if newest else incident.pressed_at if incident else now
        age = min(max(now - pressed_at, timedelta(0)), tracking.EARLY)
        self._early_until = ticks + (tracking.EARLY - age).total_seconds()
        self._battery, self._battery_at = self._device.battery(), ticks
        if newest and newest.position:
            self._fix, self._fixed_at = newest.position, ticks
            self._motion = self._motion.after(newest.position, ticks)

    def _has_fallen(self, ticks: float) -> bool:
        if ticks - self._battery_at < tracking.BATTERY_EVERY_S:
            return False
        before, self._battery = self._battery, self._device.battery()
        self._battery_at = ticks
        return tracking.is_lower(before, self._battery)

    def _interval(self, ticks: float) -> float:
        return tracking.every_s(
            early=self.is_early(ticks),
            moving=self._motion.is_moving(ticks),
            battery=self._battery,
        )

    def _is_due(self, newest: wire.Position, ticks: float) -> bool:
        every_s = self._every_s or 0.0
        if tracking.is_due(self._fix, newest, every_s):
            return True
        return ticks - self._fixed_at >= max(every_s, tracking.AGAIN_S)

    def _rest(self) -> None:
        if self._press_id is not None:
            self._press_id = None
            self._want(None)

    def _want(self, every_s: float | None) -> None:
        if every_s != self._every_s:
            self._every_s = every_s
            self._device.follow(every_s)

    def _take(
        self,
        presses: Sequence[KeptPress],
        incident: Incident | None,
        waiting: Sequence[Kept],
        ticks: float,
        *,
        is_urgent: bool,
    ) -> bool:
        newest = self._device.position()
        if newest is None or not (is_urgent or self._is_due(newest, ticks)):
            return False
        self._fix, self._fixed_at = newest, ticks
        fix = tracking.short(newest)
        self._motion = self._motion.after(fix, ticks)
        # A press that is not stored yet has no incident; its fixes learn it with the answer.
        known = incident if not presses else None
        kept = KeptFix(
            ref=uuid4(),
            press_id=known.alert_id if known else presses[-1].ref,
            incident_id=known.accepted.incident_id if known else None,
            position=fix,
            battery=self._battery,
            is_urgent=is_urgent,
        )
        return self._keep(kept, waiting)

    def _keep(self, fix: KeptFix, waiting: Sequence[Kept]) -> bool:
        fixes = [entry for entry in waiting if isinstance(entry, KeptFix)] + [fix]
        dropped = tracking.to_drop([entry.position for entry in fixes], tracking.FIXES_KEPT)
        try:
            self._outbox.keep(fix)
            if dropped is not None:
                self._outbox.settle([fixes[dropped].ref])
        except NotKept:
            log.warning("a fix could not be kept; the next one is due as if it had been")
        return True
