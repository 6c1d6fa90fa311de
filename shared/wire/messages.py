"""The messages, each with its limits beside its fields."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from shared.wire.values import (
    MAX_NOTE,
    Base64Key,
    Code,
    Hex32,
    Kind,
    Label,
    Locale,
    Message,
    Moment,
    Obstacle,
    Opaque,
    Phone,
    Share,
    State,
    Trigger,
    must_be_usable,
)


class Position(Message, frozen=True):
    """A fix: WGS 84 degrees, radius of the 68 % circle in metres, the time it was taken.

    `accuracy_m` is null only where the phone could not say.
    """

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=40_000_000)] | None
    source: Literal["gps", "network", "last_known"]
    at: Moment

    def __post_init__(self) -> None:
        must_be_usable("at", self.at)


class Alert(Message, frozen=True):
    """A press. `id` is made by the phone and is the key: the same id twice is one press."""

    id: UUID
    kind: Kind
    pressed_at: Moment
    countdown_s: Annotated[float, Meta(ge=0, le=30)] = 0
    trigger: Trigger = "other"
    position: Position | None = None
    battery: Share | None = None
    note: Annotated[str, Meta(max_length=MAX_NOTE)] | None = None

    def __post_init__(self) -> None:
        must_be_usable("pressed_at", self.pressed_at)


class Accepted(Message, frozen=True):
    """The alert is durable. `contacts` is how many will be texted."""

    incident_id: UUID
    alert_id: UUID
    received_at: datetime
    release_at: datetime
    contacts: int


class Progress(Message, frozen=True):
    """How far an incident got, as the phone may know it: counts only."""

    incident_id: UUID
    state: State
    contacts: int
    notified: int
    delivered: int
    acknowledged: int
    office: bool


class Stop(Message, frozen=True):
    code: Code


class Positions(Message, frozen=True):
    """Fixes of one incident, as a frame's body; repeats are harmless."""

    incident_id: UUID
    positions: Annotated[list[Position], Meta(min_length=1, max_length=120)]
    battery: Share | None = None


PositionList = Annotated[list[Position], Meta(min_length=1, max_length=120)]


class Fixes(Message, frozen=True):
    """The same without a frame: the address names the incident."""

    positions: PositionList
    battery: Share | None = None


class PositionsTaken(Message, frozen=True):
    stored: int


class StopRequest(Message, frozen=True):
    """`Stop` as a frame's body."""

    incident_id: UUID
    code: Code


class ProgressRequest(Message, frozen=True):
    incident_id: UUID


class Contact(Message, frozen=True):
    """Somebody to text, who knows the activist as `known_as`; `pin`: a code verifier, or empty."""

    id: Opaque
    name: Label
    phone: Phone
    known_as: Label
    language: Locale = "en"
    ring: Annotated[int, Meta(ge=1, le=3)] = 1
    code_word: Annotated[str, Meta(max_length=20)] = ""
    pin: bytes = b""


class Card(Message, frozen=True):
    """What contacts should do, in the activist's words; empty fields are left off the page."""

    phone_me: Annotated[str, Meta(max_length=200)] = ""
    lawyer: Annotated[str, Meta(max_length=200)] = ""
    medical: Annotated[str, Meta(max_length=300)] = ""
    police: Annotated[str, Meta(max_length=200)] = ""
    first_hours: Annotated[str, Meta(max_length=600)] = ""


class Bundle(Message, frozen=True):
    """What the phone seals for the moment of a press; the server opens it only with the token.

    `name` is what the office calls the activist; `stop` and `duress` are code verifiers (salt and
    Argon2id hash), always both present.
    """

    name: Label
    contacts: Annotated[list[Contact], Meta(max_length=20)]
    stop: bytes
    duress: bytes
    timezone: str = "UTC"
    card: Card = msgspec.field(default_factory=Card)


class Pairing(Message, frozen=True):
    """Trades a one-time code for a place in an office; the token itself stays on the phone."""

    code: Annotated[str, Meta(min_length=8, max_length=64)]
    device_name: Label
    token_hash: Hex32
    dispatch_key: Base64Key


class Paired(Message, frozen=True):
    """`contacts` is how many staff have typed in already; `office_key` seals the office's copy."""

    activist_id: str
    device_id: str
    office_key: Base64Key
    contacts: int


class ProfileUpdate(Message, frozen=True):
    """Two sealed copies of one `Bundle`, base64url: for the dispatch key and for the office key."""

    bundle: Annotated[str, Meta(max_length=24_000)]
    office_copy: Annotated[str, Meta(max_length=24_000)]


class ContactStanding(Message, frozen=True):
    label: str
    consent: Literal["not_asked", "asked", "agreed", "declined", "no_answer"]
    reach: Literal["mobile", "landline", "not_enabled", "unreachable", "unknown"]
    reachable: bool
    opted_out: bool


class Standing(Message, frozen=True):
    contacts: list[ContactStanding]


class PhoneState(Message, frozen=True):
    """Whether an alert would get out while nobody looks at the phone, and what would keep it."""

    armed: bool
    obstacles: Annotated[list[Obstacle], Meta(max_length=len(get_args(Obstacle)))]
    battery: Share | None = None


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `pointer` is the field's JSON pointer; `mend` says what to do."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    pointer: str | None = None
    mend: str | None = None


class PhoneFrame(Message, frozen=True):
    """A request over the phone's socket; the answer carries the same `ref`."""

    type: Literal[
        "alert",
        "positions",
        "stop",
        "progress",
        "state",
        "check_in",
        "check_in_later",
        "check_in_end",
        "check_in_look",
    ]
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | int
    body: msgspec.Raw


class AnswerFrame(Message, frozen=True):
    ref: str | int | None
    status: int
    body: msgspec.Raw
    type: Literal["answer"] = "answer"


class PushFrame(Message, frozen=True):
    body: Progress
    type: Literal["progress"] = "progress"
