"""What staff type for a phone before it is paired: contacts, card, codes; and what it scans."""

from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from server.domain import numbers
from server.domain.errors import Unfit
from shared import crypto, phone, wire


class TypedContact(wire.Message, frozen=True):
    """A contact as typed; `phone` may be written with spaces and brackets, `pin` is digits."""

    name: wire.Label
    phone: Annotated[str, Meta(max_length=40)]
    known_as: wire.Label
    language: wire.Locale = "en"
    ring: Annotated[int, Meta(ge=1, le=3)] = 1
    code_word: Annotated[str, Meta(max_length=20)] = ""
    pin: Annotated[str, Meta(pattern=r"^([0-9]{4,12})?$(?!\n)")] = ""


def contact(typed: TypedContact, place: int) -> wire.Contact:
    """The contact with a number that can be dialled; Unfit names the place of what cannot."""
    try:
        number = phone.normalised(typed.phone)
    except ValueError as error:
        raise _unfit(place, f"{error}") from None
    if not numbers.is_plausible(number):
        raise _unfit(place, "no number of that country has this length")
    pin = crypto.code_verifier(typed.pin) if typed.pin else b""
    fields: dict[str, Any] = msgspec.structs.asdict(typed) | {"phone": number, "pin": pin}
    return wire.Contact(id=crypto.random_text(12), **fields)


def verifiers(stop: str, duress: str) -> tuple[bytes, bytes]:
    """Of the stop and the duress code; slow on purpose, and so outside of any transaction."""
    for name, code in (("stop", stop), ("duress", duress)):
        if not 4 <= len(code) <= 32:
            raise Unfit("A code has 4 to 32 characters.", pointer=f"/{name}")
    if stop == duress:
        raise Unfit(
            "The two codes are the same.",
            pointer="/duress",
            mend="Choose a duress code of its own.",
        )
    return crypto.code_verifier(stop), crypto.code_verifier(duress)


def fit(bundle: wire.Bundle) -> wire.Bundle:
    """Itself, where a phone and a press can use it."""
    try:
        wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE)
        return wire.decode(wire.Bundle, wire.encode(bundle))
    except wire.Malformed as error:
        raise Unfit(f"Contacts, card and name: {error}.", pointer="/contacts") from None


def check_timezone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise Unfit(
            "There is no such time zone.", pointer="/timezone", mend="Write it as in Africa/Dakar."
        ) from None


def link(server: str, code: str) -> str:
    """What a phone's camera reads: where to pair, and the code."""
    return "candlewire://pair?" + urlencode({"server": server, "code": code})


def _unfit(place: int, why: str) -> Unfit:
    pointer = f"/contacts/{place}/phone"
    return Unfit(f"/{place}/phone: {why}.", pointer=pointer, mend="Write it with + and country.")
