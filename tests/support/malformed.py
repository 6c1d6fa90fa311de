"""Bad bodies, generated: values of the wrong kind, cut and flipped bytes, odd structures."""

import json
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

MARK = "Zq7planted"  # stands in every value made here: an answer must never repeat it
CASES = int(os.environ.get("CANDLEWIRE_MALFORMED", "2000"))

ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    2,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    10**30,
    -(10**30),
    2**63,
    "",
    " ",
    MARK,
    MARK * 400,
    "\x00" + MARK,
    "\ud800" + MARK,
    "١٢٣" + MARK,
    f"{MARK}' OR 1=1 --",
    "2026-13-45T99:99:99Z",
    "2026-11-22T12:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "00000000-0000-0000-0000-00000000000g",
    "+0000000000",
    "====",
    [],
    {},
    [[]],
    [MARK],
    {MARK: MARK},
    {"$ref": MARK},
]
NAMES = [MARK, "", "id", "__proto__", "\x00", "ключ", "a/b~c", "$" * 70]


def bodies(valid: Any, seed: str, count: int) -> Iterator[bytes]:
    """`count` bodies that were once `valid`; the same ones for the same seed."""
    chance = Random(seed)
    for _ in range(count):
        make = chance.choice(WAYS)
        yield make(chance, valid)


def _replaced(chance: Random, valid: Any) -> bytes:
    return _json(_changed(chance, valid, lambda _: chance.choice(ODD)))


def _left_out(chance: Random, valid: Any) -> bytes:
    if not isinstance(valid, dict) or not valid:
        return _replaced(chance, valid)
    gone = chance.choice(sorted(valid))
    return _json({name: value for name, value in valid.items() if name != gone})


def _extended(chance: Random, valid: Any) -> bytes:
    if not isinstance(valid, dict):
        return _json([valid, chance.choice(ODD)])
    return _json({**valid, chance.choice(NAMES): chance.choice(ODD)})


def _wrapped(chance: Random, valid: Any) -> bytes:
    return _json(chance.choice([[valid], {"body": valid}, json.dumps(valid), chance.choice(ODD)]))


def _deep(chance: Random, valid: Any) -> bytes:
    opening, closing = chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    levels = chance.choice([50, 5_000])
    return opening * levels + b"1" + closing * chance.choice([0, levels])


def _twice(chance: Random, valid: Any) -> bytes:
    """A name that stands twice in an object."""
    return _json(valid).replace(b"{", b'{"id": "%b", ' % MARK.encode(), 1)


def _broken(chance: Random, valid: Any) -> bytes:
    """Bytes cut, flipped, put in."""
    body = bytearray(_json(valid))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(4):
            case 0:
                del body[at:]
            case 1:
                body[at:at] = chance.randbytes(chance.randint(1, 5))
            case 2:
                body[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                del body[at : at + chance.randint(1, 9)]
    return bytes(body)


def _foreign(chance: Random, valid: Any) -> bytes:
    """Not JSON, or not in UTF-8, or too much of it."""
    text = _json(valid)
    made: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: b"\xff\xfe" + text,
        lambda: b"\xef\xbb\xbf" + text,
        lambda: text.decode().encode("utf-16"),
        lambda: b"a=" + MARK.encode(),
        lambda: text + text,
        lambda: chance.randbytes(40),
        lambda: b" " * 70_000,
        lambda: b'"' + b"x" * 70_000 + b'"',
    ]
    return chance.choice(made)()


WAYS = (
    [_replaced] * 8
    + [_left_out, _extended, _extended, _wrapped, _deep, _twice]
    + [
        _broken,
        _broken,
        _foreign,
    ]
)


def _changed(chance: Random, value: Any, change: Callable[[Any], Any]) -> Any:
    """The same structure with one value in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        return {**value, name: _changed(chance, value[name], change)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(chance, value[at], change), *value[at + 1 :]]
    return change(value)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
