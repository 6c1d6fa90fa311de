"""The conversation with the server, without the line: what to say next, what an answer means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec

from mobile.core.outbox import Kept, KeptFix, KeptPress, KeptStop
from shared import wire

ANSWER_WITHIN_S = 5.0  # a server answers in milliseconds; a line silent for this long is dead
AGAIN_AFTER_S = 5.0  # what was answered and not settled, say by a 503 or a 429
FIXES_A_FRAME = 120


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to say, by socket or by HTTPS; `entries` are settled by its answer."""

    type: Literal["alert", "stop", "positions", "progress"]
    ref: str
    message: Any
    incident_id: UUID | None = None
    entries: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    method: Literal["GET", "POST"]
    path: str
    body: bytes | None


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
    stop: KeptStop


@dataclass(frozen=True, slots=True)
class Moved:
    progress: wire.Progress


@dataclass(frozen=True, slots=True)
class Done:
    """Answered, and nothing more to know: positions taken, or refused for good."""

    entries: tuple[Kept, ...]


News: TypeAlias = Stored | Stopped | WrongCode | Moved | Done


class Verdict(StrEnum):
    TAKEN = "taken"
    WRONG_CODE = "wrong_code"
    REFUSED = "refused"


# Whatever is not in this table is tried again. A press is refused by nothing but the protocol's
# own 409 to a drill: a 400 may be a proxy's, and a lost press cannot be taken back.
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
}
ANSWER_OF: dict[str, Any] = {
    "alert": wire.Accepted,
    "stop": wire.Progress,
    "positions": wire.PositionsTaken,
    "progress": wire.Progress,
}


class Uplink:
    """Offers what is kept, in order and once a line, until an answer settles it."""

    def __init__(self) -> None:
        self._waiting: Sequence[Kept] = ()
        self._asked: UUID | None = None
        self._offered: dict[str, tuple[Offer, float]] = {}
        self._put_off: dict[str, float] = {}
        self._is_useless = False

    def keep(self, waiting: Sequence[Kept]) -> None:
        """What the outbox holds now."""
        self._waiting = waiting

    def ask(self, incident_id: UUID | None) -> None:
        """Wants to know, once, how far this incident got."""
        self._asked = incident_id

    def connected(self) -> None:
        self._offered.clear()  # what was offered on a dead line may never have been heard
        self._put_off.clear()
        self._is_useless = False

    def offers(self, now: float) -> Iterator[Offer]:
        """What can be said now and was not yet said on this line."""
        for offer in [*self._entries(), *self._fixes(), *self._question()]:
            if offer.ref not in self._offered and now >= self._put_off.get(offer.ref, now):
                self._offered[offer.ref] = (offer, now)
                yield offer

    @property
    def is_urgent(self) -> bool:
        return any(not isinstance(entry, KeptFix) for entry in self._waiting)

    def is_stuck(self, now: float) -> bool:
        """Whether this line is no use: silent for too long, or not storing a press."""
        silent = any(now - since > ANSWER_WITHIN_S for _, since in self._offered.values())
        return silent or self._is_useless

    def answered(self, ref: str, status: int, body: bytes, now: float) -> News | None:
        """What the answer to an offer means; None where it settles nothing."""
        offer, _ = self._offered.pop(ref, (None, 0.0))
        if offer is None:
            return None
        news = _news(offer, status, body)
        if news:
            self._forget(offer)
        else:
            self._put_off[ref] = now + AGAIN_AFTER_S
            self._is_useless = self._is_useless or offer.type == "alert"
        return news

    def received(self, frame: str | bytes, now: float) -> News | None:
        """A frame from the server: an answer, a push, or something this version cannot read."""
        try:
            match msgspec.json.decode(frame, type=_Type).type:
                case "answer":
                    answer = wire.decode(wire.AnswerFrame, frame)
                    return self.answered(str(answer.ref), answer.status, bytes(answer.body), now)
                case "progress":
                    return Moved(wire.decode(wire.PushFrame, frame).body)
                case _:
                    return None
        except (wire.Malformed, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _entries(self) -> Iterator[Offer]:
        for entry in self._waiting:
            if isinstance(entry, KeptPress):
                yield Offer("alert", str(entry.ref), entry.alert, entries=(entry,))
            elif isinstance(entry, KeptStop):
                if entry.incident_id is None:
                    return  # a later press must not overtake a stop, or the stop would end it
                yield _stop(entry, entry.incident_id)

    def _fixes(self) -> Iterator[Offer]:
        """One frame an incident at a time: the next goes when this one is answered."""
        fixes: dict[UUID, list[KeptFix]] = {}
        for entry in self._waiting:
            if isinstance(entry, KeptFix) and entry.incident_id is not None:
                fixes.setdefault(entry.incident_id, []).append(entry)
        for incident_id, known in fixes.items():
            yield _positions(incident_id, known[:FIXES_A_FRAME])

    def _question(self) -> Iterator[Offer]:
        if self._asked is not None:
            asked = wire.ProgressRequest(incident_id=self._asked)
            yield Offer("progress", f"progress {self._asked}", asked, self._asked)

    def _forget(self, offer: Offer) -> None:
        settled = {entry.ref for entry in offer.entries}
        self._waiting = [entry for entry in self._waiting if entry.ref not in settled]
        if offer.type == "progress":
            self._asked = None


class _Type(msgspec.Struct):
    type: str


def frame(offer: Offer) -> bytes:
    body = msgspec.Raw(wire.encode(offer.message))
    return wire.encode(wire.PhoneFrame(type=offer.type, ref=offer.ref, body=body))


def request(offer: Offer) -> Request:
    """The same over HTTPS."""
    incident = f"/v1/incidents/{offer.incident_id}"
    match offer.message:
        case wire.StopRequest(code=code):
            return Request("POST", f"{incident}/stop", wire.encode(wire.Stop(code=code)))
        case wire.Positions(positions=positions):
            return Request("POST", f"{incident}/positions", wire.encode(positions))
        case wire.ProgressRequest():
            return Request("GET", incident, None)
        case alert:
            return Request("POST", "/v1/alerts", wire.encode(alert))


def _stop(stop: KeptStop, incident_id: UUID) -> Offer:
    message = wire.StopRequest(incident_id=incident_id, code=stop.code)
    return Offer("stop", str(stop.ref), message, incident_id, (stop,))


def _positions(incident_id: UUID, fixes: list[KeptFix]) -> Offer:
    message = wire.Positions(
        incident_id=incident_id,
        positions=[fix.position for fix in fixes],
        battery=fixes[-1].battery,
    )
    return Offer("positions", f"positions {incident_id}", message, incident_id, tuple(fixes))


def _news(offer: Offer, status: int, body: bytes) -> News | None:
    kind = offer.message.kind if offer.type == "alert" else offer.type
    match VERDICTS.get((kind, status)):
        case Verdict.TAKEN:
            return _taken(offer, body)
        case Verdict.WRONG_CODE if isinstance(stop := offer.entries[0], KeptStop):
            return WrongCode(stop)
        case Verdict.REFUSED:
            return Done(offer.entries)
    return None


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
        case _, wire.PositionsTaken():
            return Done(offer.entries)
    return None
