"""What an answer of the server means: what was offered, what may be said to it, what follows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec

from mobile.core.check_in import KeptCheckIn
from mobile.core.outbox import Kept, KeptPress, KeptStop
from shared import wire


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to say, by socket or by HTTPS; `entries` are settled by its answer."""

    type: Literal[
        "alert",
        "stop",
        "positions",
        "progress",
        "state",
        "check_in",
        "check_in_later",
        "check_in_end",
        "check_in_look",
    ]
    ref: str
    message: Any
    incident_id: UUID | None = None
    entries: tuple[Kept, ...] = ()

    @property
    def has_code(self) -> bool:
        """Whether a 403 may be the code's fault, and none of this phone's."""
        return self.type in ("stop", "check_in_later", "check_in_end")


@dataclass(frozen=True, slots=True)
class Stored:
    press: KeptPress
    accepted: wire.Accepted


@dataclass(frozen=True, slots=True)
class Stopped:
    stop: KeptStop
    progress: wire.Progress


@dataclass(frozen=True, slots=True)
class WrongCode:
    entry: KeptStop | KeptCheckIn


@dataclass(frozen=True, slots=True)
class TimerStands:
    """How the check-in timer stands, after `entry` or because it was asked."""

    entry: KeptCheckIn | None
    standing: wire.CheckInStanding


@dataclass(frozen=True, slots=True)
class TimerRefused:
    entry: KeptCheckIn


@dataclass(frozen=True, slots=True)
class Moved:
    progress: wire.Progress


@dataclass(frozen=True, slots=True)
class Done:
    """Answered, and nothing more to know: positions taken, or refused for good."""

    entries: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The office knows how this phone stands, or does not want to."""

    state: wire.PhoneState


News: TypeAlias = Stored | Stopped | WrongCode | Moved | Done | Told | TimerStands | TimerRefused


class Verdict(StrEnum):
    TAKEN = "taken"
    WRONG_CODE = "wrong_code"
    REFUSED = "refused"


# Whatever is not in this table is tried again, and so is a refusal that is not the server's own
# problem document. A press is refused by nothing but the 409 to a drill: it cannot be taken back.
VERDICTS: dict[tuple[str, int], Verdict] = {
    ("alert", 200): Verdict.TAKEN,
    ("alert", 201): Verdict.TAKEN,
    ("drill", 200): Verdict.TAKEN,
    ("drill", 201): Verdict.TAKEN,
    ("drill", 409): Verdict.REFUSED,
    ("stop", 200): Verdict.TAKEN,
    ("stop", 403): Verdict.WRONG_CODE,
    ("stop", 404): Verdict.REFUSED,
    ("stop", 409): Verdict.REFUSED,
    ("stop", 422): Verdict.WRONG_CODE,
    ("positions", 200): Verdict.TAKEN,
    ("positions", 201): Verdict.TAKEN,
    ("positions", 202): Verdict.TAKEN,
    ("positions", 404): Verdict.REFUSED,
    ("positions", 409): Verdict.REFUSED,
    ("positions", 410): Verdict.REFUSED,
    ("positions", 422): Verdict.REFUSED,
    ("progress", 200): Verdict.TAKEN,
    ("progress", 404): Verdict.REFUSED,
    ("check_in", 200): Verdict.TAKEN,
    ("check_in", 201): Verdict.TAKEN,
    ("check_in", 422): Verdict.REFUSED,
    ("check_in_later", 200): Verdict.TAKEN,
    ("check_in_later", 403): Verdict.WRONG_CODE,
    ("check_in_later", 404): Verdict.REFUSED,
    ("check_in_later", 422): Verdict.REFUSED,
    ("check_in_end", 200): Verdict.TAKEN,
    ("check_in_end", 403): Verdict.WRONG_CODE,
    ("check_in_end", 422): Verdict.WRONG_CODE,
    ("check_in_look", 200): Verdict.TAKEN,
    ("check_in_look", 404): Verdict.REFUSED,
    ("state", 200): Verdict.TAKEN,
    ("state", 404): Verdict.REFUSED,
    ("state", 405): Verdict.REFUSED,
    ("state", 422): Verdict.REFUSED,
}
ANSWER_OF: dict[str, Any] = {
    "alert": wire.Accepted,
    "stop": wire.Progress,
    "positions": wire.PositionsTaken,
    "progress": wire.Progress,
    "state": wire.PhoneState,
    "check_in": wire.CheckInStanding,
    "check_in_later": wire.CheckInStanding,
    "check_in_end": wire.CheckInStanding,
    "check_in_look": wire.CheckInStanding,
}


def meaning(offer: Offer, status: int, body: bytes) -> News | None:
    """None where it settles nothing, and is tried again."""
    kind = offer.message.kind if offer.type == "alert" else offer.type
    verdict = VERDICTS.get((kind, status))
    if verdict is Verdict.TAKEN:
        return _taken(offer, body)
    if verdict is None or not is_problem(body):
        return None
    return _refused(offer, verdict)


def is_problem(body: bytes) -> bool:
    """Whether the server itself refuses: a proxy says 403 and 404 too, of what it never passed."""
    try:
        msgspec.json.decode(body, type=wire.Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _refused(offer: Offer, verdict: Verdict) -> News:
    match offer.entries:
        case (KeptStop() | KeptCheckIn() as entry,) if verdict is Verdict.WRONG_CODE:
            return WrongCode(entry)
        case (KeptCheckIn() as entry,):
            return TimerRefused(entry)
        case () if offer.type == "state":
            return Told(offer.message)
    return Done(offer.entries)


def _taken(offer: Offer, body: bytes) -> News | None:
    """A captive portal says 200 to everything: only the protocol's own answer counts."""
    try:
        answer = wire.decode(ANSWER_OF[offer.type], body)
    except wire.Malformed:
        return None
    match offer.entries, answer:
        case (KeptPress() as press,), wire.Accepted() if answer.alert_id == press.ref:
            return Stored(press, answer)
        case (KeptStop() as stop,), wire.Progress() if answer.incident_id == offer.incident_id:
            return Stopped(stop, answer)
        case (), wire.Progress() if answer.incident_id == offer.incident_id:
            return Moved(answer)
        case (), wire.PhoneState() if answer == offer.message:
            return Told(answer)
        case (KeptCheckIn() as entry,), wire.CheckInStanding():
            return TimerStands(entry, answer)
        case (), wire.CheckInStanding():
            return TimerStands(None, answer)
        case _, wire.PositionsTaken():
            return Done(offer.entries)
    return None
