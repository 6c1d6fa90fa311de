"""The check-in timer as the phone knows it: never set, and never ended, before the server said so.

The server's times are kept as it said them, with how far its clock is ahead of ours, so that a
phone whose clock is wrong shows the moment at which the alert will in truth go out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

import msgspec

from mobile.core.press import WAITS_AFTER_WRONG_CODE, rest
from shared import wire

LONGEST: Final = timedelta(hours=47)  # the server takes 48: an hour for a press that is sent late
REMINDERS: Final = (10, 2)  # minutes before
REMINDER: Final = (200, 150, 200, 150, 200)  # milliseconds on, off, on, …: like no step of a press
# A look after the time is over, and then at most so often, until the server says what became of it.
LOOK_AGAIN_S: Final = 15.0
# A clock that was set says another time than the seconds since; what was learned of it is wrong.
JUMP_S: Final = 30.0

Step = Literal["set", "later", "end"]
Outcome = Literal["", "ended", "missed", "not_taken"]


class KeptCheckIn(msgspec.Struct, frozen=True, kw_only=True, tag="check_in"):
    """What was asked for and the server has not answered. `due_at` is in the server's time."""

    ref: UUID
    step: Step
    due_at: datetime | None = None
    code: str | None = None
    position: wire.Position | None = None
    battery: float | None = None

    def __repr__(self) -> str:
        return "KeptCheckIn(…)"


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the server said last. `reminded`: the last reminder given, 0 for none."""

    ahead_s: float = 0.0
    due_at: datetime | None = None
    outcome: Outcome = ""
    reminded: int = 0
    wrong_codes: int = 0
    wrong_at: datetime | None = None

    def here(self, servers: datetime) -> datetime:
        """A time of the server on this phone's clock."""
        return servers - timedelta(seconds=self.ahead_s)

    def there(self, ours: datetime) -> datetime:
        return ours + timedelta(seconds=self.ahead_s)


class Phase(StrEnum):
    UNKNOWN = "unknown"  # nobody was asked yet
    NONE = "none"
    SET_KEPT = "set_kept"
    RUNNING = "running"
    LATER_KEPT = "later_kept"
    END_KEPT = "end_kept"
    PASSED = "passed"  # the time is over, and the server was not heard since


_KEPT: Final[dict[Step, Phase]] = {
    "set": Phase.SET_KEPT,
    "later": Phase.LATER_KEPT,
    "end": Phase.END_KEPT,
}


def phase(known: CheckIn | None, kept: Sequence[KeptCheckIn], now: datetime) -> Phase:
    """Where the timer stands. What is kept counts for nothing until the server has answered."""
    if known and known.due_at and known.here(known.due_at) <= now:
        return Phase.PASSED
    if kept:
        return _KEPT[kept[-1].step]
    if known is None:
        return Phase.UNKNOWN
    return Phase.RUNNING if known.due_at else Phase.NONE


def told(
    before: CheckIn | None,
    entry: KeptCheckIn | None,
    standing: wire.CheckInStanding,
    now: datetime,
) -> CheckIn:
    """The server has answered: its word replaces all that was known."""
    known = before or CheckIn()
    due_at = standing.due_at
    return CheckIn(
        ahead_s=(standing.now - now).total_seconds(),
        due_at=due_at,
        outcome=_outcome(known, entry, standing),
        reminded=_reminded(known, due_at, standing.now),
        wrong_codes=0 if entry and entry.code else known.wrong_codes,
        wrong_at=None if entry and entry.code else known.wrong_at,
    )


def _outcome(before: CheckIn, entry: KeptCheckIn | None, standing: wire.CheckInStanding) -> Outcome:
    if standing.due_at is not None:
        return ""
    if before.due_at is not None and before.due_at <= standing.now and standing.incident:
        return "missed"
    if entry and entry.step == "end":
        return "ended"
    return "" if before.due_at else before.outcome


def refused(before: CheckIn | None) -> CheckIn:
    """The server did not take it. What ran before goes on running."""
    return msgspec.structs.replace(before or CheckIn(), outcome="not_taken")


def wrong_code(before: CheckIn | None, now: datetime) -> CheckIn:
    known = before or CheckIn()
    return msgspec.structs.replace(known, wrong_codes=known.wrong_codes + 1, wrong_at=now)


def code_wait(known: CheckIn | None, now: datetime) -> timedelta:
    """How long the keypad rests after wrong codes."""
    if known is None or known.wrong_at is None:
        return timedelta(0)
    wait = WAITS_AFTER_WRONG_CODE[min(known.wrong_codes, len(WAITS_AFTER_WRONG_CODE)) - 1]
    return rest(wait, known.wrong_at, now)


def reminder(known: CheckIn | None, now: datetime) -> int:
    """The reminder to be given now, in minutes before the alert; 0 where none is due."""
    if known is None or known.due_at is None:
        return 0
    left = known.here(known.due_at) - now
    if left <= timedelta(0):
        return 0
    reached = [m for m in REMINDERS if left <= timedelta(minutes=m)]
    return reached[-1] if reached and (not known.reminded or reached[-1] < known.reminded) else 0


def _reminded(known: CheckIn, due_at: datetime | None, now: datetime) -> int:
    """What was given by a clock that was set forward came too early, and is given again."""
    early = timedelta(minutes=known.reminded, seconds=JUMP_S)
    if due_at and due_at == known.due_at and (not known.reminded or due_at - now <= early):
        return known.reminded
    return _too_late_for(due_at, now)


def _too_late_for(due_at: datetime | None, now: datetime) -> int:
    """A timer of five minutes is not announced ten minutes before."""
    late = [m for m in REMINDERS if due_at and due_at - now <= timedelta(minutes=m)]
    return late[-1] if late else 0


def has_jumped(known: CheckIn | None, wall: timedelta, ticked_s: float) -> bool:
    """Whether the clock was set while a timer runs: `wall` by it, `ticked_s` by the machine."""
    is_running = known is not None and known.due_at is not None
    return is_running and abs(wall.total_seconds() - ticked_s) > JUMP_S


def is_to_look(known: CheckIn | None, now: datetime) -> bool:
    """Whether the server is to be asked: nothing is known yet, or the time is over."""
    return known is None or phase(known, (), now) is Phase.PASSED


def superseded(kept: Sequence[KeptCheckIn]) -> list[UUID]:
    """What a new entry takes the place of: what had no code. A code is always sent, whatever
    follows: it may be the duress code."""
    return [entry.ref for entry in kept if entry.code is None]


def message(entry: KeptCheckIn) -> wire.CheckIn | wire.CheckInEnd:
    """As it goes over the wire, by either way."""
    place, battery = entry.position, entry.battery
    if entry.due_at is None:
        return wire.CheckInEnd(code=entry.code or "", position=place, battery=battery)
    if entry.step == "later":
        return wire.CheckInChange(
            due_at=entry.due_at, code=entry.code, position=place, battery=battery
        )
    return wire.CheckIn(due_at=entry.due_at, position=place, battery=battery)
