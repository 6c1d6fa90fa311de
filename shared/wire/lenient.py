"""Reading a press on the server: one with a bad battery level is still a press."""

import json
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from shared.wire.messages import Alert, Position
from shared.wire.values import MAX_NOTE, Malformed, decode, must_be_usable


class Press(Struct, frozen=True):
    """A press as it could be read, and JSON pointers to what had to be left out of it."""

    alert: Alert
    left_out: tuple[str, ...]


def decode_alert(data: bytes | str, received_at: datetime) -> Press:
    """All of a press that can be read. Raises Malformed for a missing or bad `id` or `kind` only.

    What is left out falls to the safe side: no countdown, and the press timed by its arrival.
    """
    try:
        return Press(decode(Alert, data), ())
    except Malformed:
        return _salvage(_lenient_object(data), received_at)


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
        must_be_usable("the time", converted)
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
