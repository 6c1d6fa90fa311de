"""The conversation with the server, without the line: what to say next, and what was answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from mobile.core import check_in
from mobile.core.answers import Moved, News, Offer, meaning
from mobile.core.check_in import KeptCheckIn
from mobile.core.outbox import Kept, KeptFix, KeptPress, KeptStop, is_lost
from mobile.core.tracking import FIXES_A_FRAME
from shared import wire

ANSWER_WITHIN_S = 5.0  # a server answers in milliseconds; a line silent for this long is dead
# A line that rested may be dead without anybody's knowing: a press does not wait long to find out.
RESTED_S = 30.0
RESTED_ANSWER_WITHIN_S = 2.0
AGAIN_AFTER_S = 5.0  # what was answered and not settled, say by a 503 or a 429

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Request:
    method: Method
    path: str
    body: bytes | None


_TYPE_OF_STEP: dict[check_in.Step, Literal["check_in", "check_in_later", "check_in_end"]] = {
    "set": "check_in",
    "later": "check_in_later",
    "end": "check_in_end",
}


class Uplink:
    """Offers what is kept, in order and once a line, until an answer settles it."""

    def __init__(self) -> None:
        self._waiting: Sequence[Kept] = ()
        self._asked: UUID | None = None
        self._state: wire.PhoneState | None = None
        self._looks = False
        self._offered: dict[str, tuple[Offer, float]] = {}
        self._put_off: dict[str, float] = {}
        self._used_at: float | None = None
        self._is_useless = False

    def keep(self, waiting: Sequence[Kept]) -> None:
        """What the outbox holds now; what can never be sent is in nobody's way."""
        presses = {entry.ref for entry in waiting if isinstance(entry, KeptPress)}
        self._waiting = [entry for entry in waiting if not is_lost(entry, presses)]

    def ask(self, incident_id: UUID | None) -> None:
        """Wants to know, once, how far this incident got."""
        self._asked = incident_id

    def tell(self, state: wire.PhoneState | None) -> None:
        """How this phone stands, until it is answered or there is nothing to tell."""
        self._state = state

    def look(self) -> None:
        """Wants to know, once, how the check-in timer stands."""
        self._looks = True

    def connected(self) -> None:
        self._used_at = None
        self._offered.clear()  # what was offered on a dead line may never have been heard
        self._put_off.clear()
        self._is_useless = False

    def offers(self, now: float) -> Iterator[Offer]:
        """What can be said now and was not yet said on this line."""
        for offer in [
            *self._entries(),
            *self._fixes(),
            *self._question(),
            *self._standing(),
            *self._timer(),
        ]:
            if offer.ref not in self._offered and now >= self._put_off.get(offer.ref, now):
                self._offered[offer.ref] = (offer, now + self._patience(offer, now))
                self._used_at = now
                yield offer
        if self._used_at is None:
            self._used_at = now

    def _patience(self, offer: Offer, now: float) -> float:
        """How long an answer is waited for."""
        rested = self._used_at is not None and now - self._used_at > RESTED_S
        return RESTED_ANSWER_WITHIN_S if rested and offer.type == "alert" else ANSWER_WITHIN_S

    @property
    def is_urgent(self) -> bool:
        return any(is_urgent(entry) for entry in self._waiting)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not (self._waiting or self._asked or self._state or self._looks)

    def is_stuck(self, now: float) -> bool:
        """Whether this line is no use: silent for too long, or not storing a press."""
        silent = any(now > until for _, until in self._offered.values())
        return silent or self._is_useless

    def answered(self, ref: str, status: int, body: bytes, now: float) -> News | None:
        """What the answer to an offer means; None where it settles nothing."""
        offer, _ = self._offered.pop(ref, (None, 0.0))
        if offer is None:
            return None
        news = meaning(offer, status, body)
        if news:
            self._forget(offer)
        else:
            self._put_off[ref] = now + AGAIN_AFTER_S
            self._is_useless = self._is_useless or offer.type == "alert"
        return news

    def received(self, frame: str | bytes, now: float) -> News | None:
        """A frame from the server: an answer, a push, or something this version cannot read."""
        self._used_at = now
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
        """One frame an incident at a time, so that a slow line gathers what comes meanwhile.

        The newest first: where somebody is now matters more than where they were.
        """
        fixes: dict[UUID, list[KeptFix]] = {}
        for entry in self._waiting:
            if isinstance(entry, KeptFix) and entry.incident_id is not None:
                if entry.is_urgent:
                    yield _positions(entry.incident_id, str(entry.ref), [entry])
                else:
                    fixes.setdefault(entry.incident_id, []).append(entry)
        for incident_id, known in fixes.items():
            yield _positions(incident_id, f"positions {incident_id}", known[-FIXES_A_FRAME:])

    def _question(self) -> Iterator[Offer]:
        if self._asked is not None:
            asked = wire.ProgressRequest(incident_id=self._asked)
            yield Offer("progress", f"progress {self._asked}", asked, self._asked)

    def _standing(self) -> Iterator[Offer]:
        if self._state is not None:
            yield Offer("state", "state", self._state)

    def _timer(self) -> Iterator[Offer]:
        """In their order, the next when the one before is answered; then the question."""
        for entry in self._waiting:
            if isinstance(entry, KeptCheckIn):
                kind, said = _TYPE_OF_STEP[entry.step], check_in.message(entry)
                yield Offer(kind, str(entry.ref), said, entries=(entry,))
                return
        if self._looks:
            yield Offer("check_in_look", "check_in_look", {})

    def _forget(self, offer: Offer) -> None:
        settled = {entry.ref for entry in offer.entries}
        self._waiting = [entry for entry in self._waiting if entry.ref not in settled]
        if offer.type == "progress":
            self._asked = None
        if offer.type == "state":
            self._state = None
        if offer.type.startswith("check_in"):
            self._looks = False


def is_urgent(entry: Kept) -> bool:
    """All but places; of those, the last before the phone goes dark."""
    return not isinstance(entry, KeptFix) or entry.is_urgent


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
        case wire.Positions(positions=positions, battery=battery):
            fixes = wire.Fixes(positions=positions, battery=battery)
            return Request("POST", f"{incident}/positions", wire.encode(fixes))
        case wire.CheckInChange() as change:
            return Request("PATCH", "/v1/check-in", wire.encode(change))
        case wire.CheckIn() as timer:
            return Request("POST", "/v1/check-in", wire.encode(timer))
        case wire.CheckInEnd() as end:
            return Request("POST", "/v1/check-in/end", wire.encode(end))
        case {}:
            return Request("GET", "/v1/check-in", None)
        case wire.PhoneState() as state:
            return Request("PUT", "/v1/phone", wire.encode(state))
        case wire.ProgressRequest():
            return Request("GET", incident, None)
        case alert:
            return Request("POST", "/v1/alerts", wire.encode(alert))


def _stop(stop: KeptStop, incident_id: UUID) -> Offer:
    message = wire.StopRequest(incident_id=incident_id, code=stop.code)
    return Offer("stop", str(stop.ref), message, incident_id, (stop,))


def _positions(incident_id: UUID, ref: str, fixes: list[KeptFix]) -> Offer:
    message = wire.Positions(
        incident_id=incident_id,
        positions=[fix.position for fix in fixes],
        battery=fixes[-1].battery,
    )
    return Offer("positions", ref, message, incident_id, tuple(fixes))
