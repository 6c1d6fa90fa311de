"""Planted names, numbers, places and words, and the scan that would find them in any dress."""

import json
import random
import struct
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

LETTERS = "bcdfghjklmnpqrstvwxz"
ARABIC = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
NEAR = 64  # bytes: the two halves of a place stand together, chance matches do not


@dataclass(frozen=True)
class Canary:
    """A planted value; `forms` are the byte strings that would betray it."""

    kind: str
    value: str
    forms: frozenset[bytes]
    beside: frozenset[bytes] = frozenset()


def word(chance: random.Random, letters: str = LETTERS) -> str:
    """Ten letters that stand in no dictionary and no other file."""
    return "".join(chance.choice(letters) for _ in range(10)).capitalize()


def of_text(kind: str, value: str) -> Canary:
    return Canary(kind, value, frozenset(_dresses(value)))


def of_number(phone: str, country: str) -> Canary:
    """A number as it is dialled from abroad, at home, with spaces, and as an integer."""
    digits = phone.removeprefix("+")
    home = "0" + digits.removeprefix(country)
    grouped = " ".join(home[start : start + 2] for start in range(0, len(home), 2))
    spellings = (digits, home, grouped)
    forms = {form for spelling in spellings for form in _dresses(spelling)}
    number = int(digits)
    forms |= {number.to_bytes(size, order) for size in (6, 8) for order in ("big", "little")}
    return Canary("number", phone, frozenset(forms))


def of_place(lat: float, lon: float) -> Canary:
    """A place in degrees, as floats, and as integers of 1e-5 to 1e-7 degrees."""
    halves = []
    for degrees in (lat, lon):
        forms = {form for places in (4, 5) for form in _dresses(f"{abs(degrees):.{places}f}")}
        forms |= {struct.pack(order, degrees) for order in ("<d", ">d")}
        for scale in (10**5, 10**6, 10**7):
            forms.add(str(round(abs(degrees) * scale)).encode())
            forms |= {struct.pack(order, round(degrees * scale)) for order in ("<i", ">i")}
        halves.append(frozenset(forms))
    return Canary("place", f"{lat},{lon}", halves[0], halves[1])


def found_in(canaries: Iterable[Canary], contents: list[bytes]) -> list[Canary]:
    """Those that stand in one of the files, in any form."""
    return [canary for canary in canaries if any(_stands(canary, data) for data in contents)]


def _stands(canary: Canary, data: bytes) -> bool:
    if not canary.beside:
        return any(form in data for form in canary.forms)
    return any(
        other in data[max(0, at - NEAR) : at + NEAR]
        for form in canary.forms
        for at in _places(form, data)
        for other in canary.beside
    )


def _places(form: bytes, data: bytes) -> Iterator[int]:
    at = data.find(form)
    while at >= 0:
        yield at
        at = data.find(form, at + 1)


def _dresses(value: str) -> Iterator[bytes]:
    """utf-8, utf-16, hex, base64 at three offsets, percent-encoded, JSON-escaped."""
    raw = value.encode()
    yield raw
    yield value.encode("utf-16-le")
    yield value.encode("utf-16-be")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield quote(value, safe="").encode()
    yield json.dumps(value)[1:-1].encode()
    for offset in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            # The first and the last characters also hold bits of the neighbours.
            coded = encode(bytes(offset) + raw).rstrip(b"=")
            yield coded[(0, 2, 3)[offset] : -1]
