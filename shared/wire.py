"""Every message that phone and server may send each other, decoded strictly on both sides.

The exception is `decode_alert` on the server: a press with a bad battery level is still a press.
"""

import json
import re
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

M = TypeVar("M")

MAX_BODY: Final = 64 * 1024  # bytes, for a request body and for a frame
MAX_NOTE: Final = 2000
BUNDLE_SIZE: Final = 8192  # every sealed bundle is padded to this, so that its size tells nothing

# Python's `$` also matches before a last line feed, hence `(?!\n)` behind it in the patterns.
Moment = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0, le=1)]
Kind = Literal["alert", "drill"]
Trigger = Literal["button", "keys", "shake", "widget", "check_in", "other"]
State = Literal["pending", "open", "acknowledged", "claimed_safe", "cancelled", "closed"]
Locale = Literal["en", "fr", "ar", "mn", "es", "ru", "pt", "zh", "fa", "tr", "my", "am"]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$(?!\n)")]
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Base64Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)")]
Code = Annotated[str, Meta(min_length=4, max_length=32)]
Label = Annotated[str, Meta(min_length=1, max_length=60)]
Opaque = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,36}$(?!\n)")]


def _must_be_usable(name: str, moment: datetime) -> None:
    """The first and the last year cannot be turned into every zone: `astimezone` would overflow."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError(f"`{name}` within the years {MINYEAR + 1} to {MAXYEAR - 1}")


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all messages share: made by keyword, never changed, nothing unknown inside."""


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
        _must_be_usable("at", self.at)


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
        _must_be_usable("pressed_at", self.pressed_at)


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


class CheckIn(Message, frozen=True):
    """The alert goes out at `due_at` unless the timer is extended or ended before."""

    due_at: Moment

    def __post_init__(self) -> None:
        _must_be_usable("due_at", self.due_at)


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

    type: Literal["alert", "positions", "stop", "progress"]
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


class Malformed(Exception):
    """A message that is not what it should be: where (a JSON pointer), and what was expected."""

    def __init__(self, pointer: str, expected: str) -> None:
        super().__init__(f"{pointer or '/'}: {expected}")
        self.pointer = pointer
        self.expected = expected


class Press(Struct, frozen=True):
    """A press as it could be read, and JSON pointers to what had to be left out of it."""

    alert: Alert
    left_out: tuple[str, ...]


_encoder = msgspec.json.Encoder()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def encode(message: Any) -> bytes:
    return _encoder.encode(message)


def decode(kind: type[M], data: bytes | str) -> M:
    """Strict: no coercion, no unknown field. Raises Malformed."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        return decoder.decode(data)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise _malformed(error) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Malformed("", "a JSON object") from None


def decode_alert(data: bytes | str, received_at: datetime) -> Press:
    """All of a press that can be read. Raises Malformed for a missing or bad `id` or `kind` only.

    What is left out falls to the safe side: no countdown, and the press timed by its arrival.
    """
    try:
        return Press(decode(Alert, data), ())
    except Malformed:
        return _salvage(_lenient_object(data), received_at)


def pad(message: bytes, size: int) -> bytes:
    """ISO/IEC 7816-4 padding to exactly `size` bytes."""
    if len(message) >= size:
        raise Malformed("", f"at most {size - 1} bytes")
    return message + b"\x80" + bytes(size - len(message) - 1)


def unpad(message: bytes) -> bytes:
    return message[: message.rindex(b"\x80")]


_PLACE = re.compile(r" - at `\$(?P<place>(?:\.[a-z0-9_]+|\[(?:[0-9]+|\.\.\.)\])*)`$")


def _malformed(error: msgspec.ValidationError) -> Malformed:
    """msgspec names the place last, as ` - at `$.position.lat``; what it saw is never repeated.

    An unknown field's name and a wrong value stand in its sentence too, and may look like a place.
    """
    text = str(error)
    found = _PLACE.search(text)
    expected, place = (text[: found.start()], found["place"]) if found else (text, "")
    pointer = place.replace("[...]", "/-").replace("[", "/").replace("]", "").replace(".", "/")
    if expected.startswith("Object contains unknown field"):
        return Malformed(pointer, "no field outside the protocol")
    if expected.startswith("Object missing required field"):
        name = expected.rsplit("`", 2)[1]
        return Malformed(f"{pointer}/{name}", "this field, which is required")
    if expected.startswith("Invalid enum value"):
        return Malformed(pointer, "one of the values in the protocol")
    return Malformed(pointer, expected.partition(", got")[0].removeprefix("Expected "))


def _lenient_object(data: bytes | str) -> dict[str, Any]:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        value = json.loads(text, parse_int=_number, strict=False)
    except (ValueError, RecursionError):
        raise Malformed("", "a JSON object") from None
    if not isinstance(value, dict):
        raise Malformed("", "a JSON object")
    return value


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _salvage(body: dict[str, Any], received_at: datetime) -> Press:
    left_out: list[str] = []
    fields: dict[str, Any] = {}
    for name, kind in _ALERT_FIELDS.items():
        if name not in body:
            continue
        value = body[name]
        if name == "note" and isinstance(value, str):
            value = _readable(value)
            left_out += ["/note"] if value != body[name] else []
        try:
            fields[name] = _converted(value, kind)
        except (msgspec.ValidationError, RecursionError, ValueError):
            if name in ("id", "kind"):
                raise Malformed(f"/{name}", _EXPECTED[name]) from None
            left_out.append(f"/{name}")
            if name == "position":
                fields[name] = _place(value, fields.get("pressed_at", received_at))
    for name in ("id", "kind"):
        if name not in fields:
            raise Malformed(f"/{name}", _EXPECTED[name])
    if "pressed_at" not in fields:
        fields["pressed_at"] = received_at
        left_out.append("/pressed_at")
    if any(name not in _ALERT_FIELDS for name in body):
        left_out.append("/-")  # an unknown field: its name is the sender's words, so not repeated
    return Press(Alert(**fields), tuple(dict.fromkeys(left_out)))


def _converted(value: Any, kind: Any) -> Any:
    converted = msgspec.convert(value, kind)
    if isinstance(converted, datetime):
        _must_be_usable("the time", converted)
    return converted


def _readable(note: str) -> str:
    return note.encode("utf-8", "replace").decode()[:MAX_NOTE]


def _place(value: Any, at: datetime) -> Position | None:
    """A place is kept for its coordinates alone: a fix without accuracy still finds a person."""
    if not isinstance(value, dict):
        return None
    try:
        fix = {name: _converted(value[name], _POSITION_FIELDS[name]) for name in ("lat", "lon")}
    except (KeyError, ValueError, msgspec.ValidationError):
        return None
    rest: dict[str, Any] = {"accuracy_m": None, "source": "last_known", "at": at}
    for name in rest:
        try:
            rest[name] = _converted(value[name], _POSITION_FIELDS[name])
        except (KeyError, ValueError, msgspec.ValidationError):
            continue
    return Position(**fix, **rest)


_ALERT_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Alert)}
_POSITION_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Position)}
_EXPECTED = {"id": "a UUID made by the phone", "kind": "`alert` or `drill`"}
