"""Kinds of fields, what all messages share, and how they are written and strictly read."""

import re
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Final, Literal, TypeVar

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
Obstacle = Literal["location", "background_location", "notifications", "battery_saver", "updated"]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$(?!\n)")]
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Base64Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)")]
Code = Annotated[str, Meta(min_length=4, max_length=32)]
Label = Annotated[str, Meta(min_length=1, max_length=60)]
Opaque = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,36}$(?!\n)")]


def must_be_usable(name: str, moment: datetime) -> None:
    """The first and the last year cannot be turned into every zone: `astimezone` would overflow."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError(f"`{name}` within the years {MINYEAR + 1} to {MAXYEAR - 1}")


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all messages share: made by keyword, never changed, nothing unknown inside."""


class Malformed(Exception):
    """A message that is not what it should be: where (a JSON pointer), and what was expected."""

    def __init__(self, pointer: str, expected: str) -> None:
        super().__init__(f"{pointer or '/'}: {expected}")
        self.pointer = pointer
        self.expected = expected


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
