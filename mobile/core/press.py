"""A press as the phone knows it: the hold, the phases, and what each answer changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from mobile.core.device import Device
from mobile.core.hold import HOLD_S
from shared import wire

# After either code the phone goes on as before: a true and a duress stop must look the same.
TRACKED_AFTER_STOP = timedelta(minutes=30)
WRONG_CODE_SHOWN = timedelta(minutes=1)
SHOWN_AFTER_END = timedelta(minutes=10)
# A slip of the finger costs nothing, a search through the codes takes days.
WAITS_AFTER_WRONG_CODE = tuple(timedelta(seconds=s) for s in (0, 0, 5, 15, 60, 300))


class Phase(StrEnum):
    IDLE = "idle"
    HOLDING = "holding"
    LOOSE = "loose"
    KEPT = "kept"
    COUNTING = "counting"
    STORED = "stored"
    OPEN = "open"
    ANSWERED = "answered"
    OFFICE = "office"
    CLAIMED_SAFE = "claimed_safe"
    CANCELLED = "cancelled"
    CLOSED = "closed"


ENDED = frozenset({Phase.CANCELLED, Phase.CLOSED})
STOPPED = frozenset({Phase.CLAIMED_SAFE, *ENDED})

# What the server's word means on the screen; `acknowledged` is told apart below.
PHASE_OF: dict[wire.State, Phase] = {
    "pending": Phase.COUNTING,
    "open": Phase.OPEN,
    "acknowledged": Phase.ANSWERED,
    "claimed_safe": Phase.CLAIMED_SAFE,
    "cancelled": Phase.CANCELLED,
    "closed": Phase.CLOSED,
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the server can be reached, since when."""

    state: Literal["connecting", "up", "down", "refused"]
    since: datetime


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What the server has told this phone of one incident. `heard_at` is the phone's own time."""

    alert_id: UUID
    pressed_at: datetime
    kind: wire.Kind
    accepted: wire.Accepted
    heard_at: datetime
    progress: wire.Progress | None = None
    changed_at: datetime | None = None
    wrong_codes: int = 0
    wrong_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A finger on the button. Times are monotonic: a clock set forward must not fire an alert."""

    began: float
    takes: float = HOLD_S

    def share(self, now: float) -> float:
        return min(1.0, max(0.0, (now - self.began) / self.takes))

    def is_full(self, now: float) -> bool:
        return now - self.began >= self.takes


def new_alert(
    device: Device, now: datetime, kind: wire.Kind, countdown_s: float, trigger: wire.Trigger
) -> wire.Alert:
    """A press with what the phone knows at this moment; nothing is waited for."""
    return wire.Alert(
        id=uuid4(),
        kind=kind,
        pressed_at=now,
        countdown_s=countdown_s,
        trigger=trigger,
        position=device.position(),
        battery=device.battery(),
    )


def phase(incident: Incident | None, *, unsent: bool, now: datetime) -> Phase:
    """Where the newest press stands. `unsent`: a press is kept that the server has not stored."""
    known = Phase.IDLE if incident is None else _told(incident, now)
    return Phase.KEPT if unsent and (known is Phase.IDLE or known in STOPPED) else known


def _told(incident: Incident, now: datetime) -> Phase:
    progress = incident.progress
    if progress is None or progress.state == "pending":
        return Phase.COUNTING if remaining(incident, now) else Phase.STORED
    known = PHASE_OF[progress.state]
    if known is Phase.ANSWERED and progress.office:
        return Phase.OFFICE
    return Phase.IDLE if known in ENDED and _is_old(incident, now) else known


def _is_old(incident: Incident, now: datetime) -> bool:
    return incident.changed_at is not None and now - incident.changed_at > SHOWN_AFTER_END


def remaining(incident: Incident, now: datetime) -> timedelta:
    """Until the texts go out, by the server's two times: a wrong clock here changes nothing."""
    told = incident.accepted.release_at - incident.accepted.received_at
    return max(timedelta(0), told - max(timedelta(0), now - incident.heard_at))


def stored(
    before: Incident | None, alert: wire.Alert, accepted: wire.Accepted, now: datetime
) -> Incident:
    """The press is durable: a new incident, or one more press in the incident under way."""
    if before is not None and before.accepted.incident_id == accepted.incident_id:
        return msgspec.structs.replace(before, alert_id=alert.id, accepted=accepted, heard_at=now)
    return Incident(
        alert_id=alert.id,
        pressed_at=alert.pressed_at,
        kind=alert.kind,
        accepted=accepted,
        heard_at=now,
    )


def adopted(
    before: Incident | None, raised: wire.Accepted | None, now: datetime
) -> Incident | None:
    """An alert that goes on without this phone's press: the server raised it, or an earlier phone
    did. None where it is known already."""
    if raised is None or (before and before.accepted.incident_id == raised.incident_id):
        return None
    return Incident(
        alert_id=raised.alert_id,
        pressed_at=raised.received_at,
        kind="alert",
        accepted=raised,
        heard_at=now,
    )


def moved(incident: Incident, progress: wire.Progress, now: datetime) -> Incident:
    """The server says how far it got; news of another incident changes nothing."""
    if progress.incident_id != incident.accepted.incident_id:
        return incident
    is_new = incident.progress is None or incident.progress.state != progress.state
    return msgspec.structs.replace(
        incident, progress=progress, changed_at=now if is_new else incident.changed_at
    )


def stop_taken(incident: Incident, progress: wire.Progress, now: datetime) -> Incident:
    cleared = msgspec.structs.replace(incident, wrong_codes=0, wrong_at=None)
    return moved(cleared, progress, now)


def stop_refused(incident: Incident, now: datetime) -> Incident:
    return msgspec.structs.replace(incident, wrong_codes=incident.wrong_codes + 1, wrong_at=now)


def code_wait(incident: Incident | None, now: datetime) -> timedelta:
    """How long the keypad rests after wrong codes."""
    if incident is None or incident.wrong_at is None:
        return timedelta(0)
    steps = WAITS_AFTER_WRONG_CODE
    wait = steps[min(incident.wrong_codes, len(steps)) - 1]
    return rest(wait, incident.wrong_at, now)


def rest(wait: timedelta, since: datetime, now: datetime) -> timedelta:
    """What is left of a wait; nothing where the clock was set back. The server has its own."""
    return max(timedelta(0), since + wait - now) if since <= now else timedelta(0)


def was_wrong(incident: Incident | None, now: datetime) -> bool:
    """Whether a wrong code is recent enough to speak of."""
    wrong_at = incident.wrong_at if incident else None
    return wrong_at is not None and now - wrong_at < WRONG_CODE_SHOWN


def is_tracked(incident: Incident | None, *, unsent: bool, now: datetime) -> bool:
    """Whether fixes are taken: from the press until the end, or 30 minutes after a stop."""
    if unsent:
        return True
    if incident is None:
        return False
    state = incident.progress.state if incident.progress else "pending"
    if state in ("claimed_safe", "cancelled"):
        return incident.changed_at is not None and now - incident.changed_at < TRACKED_AFTER_STOP
    return state != "closed"


def is_followed(incident: Incident | None, now: datetime) -> bool:
    """Whether there may be news to ask the server for."""
    return incident is not None and _told(incident, now) not in {Phase.IDLE, *ENDED}
