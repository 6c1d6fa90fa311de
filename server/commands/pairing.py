"""What staff type for a phone before it is paired: contacts, card, codes; and what it scans."""

from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from server.commands import terminal
from server.domain import numbers
from server.domain.errors import NotKnown, Unfit
from shared import crypto, phone, wire

M = TypeVar("M")


class TypedContact(wire.Message, frozen=True):
    """A contact in the file; `phone` may be written with spaces and brackets, `pin` is digits."""

    name: wire.Label
    phone: str
    known_as: wire.Label
    language: wire.Locale = "en"
    ring: Annotated[int, Meta(ge=1, le=3)] = 1
    code_word: Annotated[str, Meta(max_length=20)] = ""
    pin: Annotated[str, Meta(pattern=r"^([0-9]{4,12})?$(?!\n)")] = ""


def read_contacts(path: Path) -> list[wire.Contact]:
    """The list of contacts in a JSON file; Unfit names the place of what cannot be used."""
    typed = _decoded(list[TypedContact], path)
    return [_contact(contact, place) for place, contact in enumerate(typed)]


def read_card(path: Path) -> wire.Card:
    return _decoded(wire.Card, path)


def fit(bundle: wire.Bundle) -> wire.Bundle:
    """Itself, where a phone and a press can use it."""
    try:
        wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE)
        return wire.decode(wire.Bundle, wire.encode(bundle))
    except wire.Malformed as error:
        raise Unfit(f"Contacts, card and name: {error}.") from None


def read_codes(*, stdin: bool) -> tuple[bytes, bytes]:
    """Verifiers of the stop and the duress code."""
    stop = _code("The stop code", stdin)
    duress = _code("The duress code", stdin)
    if stop == duress:
        raise Unfit("The two codes are the same.", mend="Choose a duress code of its own.")
    return crypto.code_verifier(stop), crypto.code_verifier(duress)


def check_timezone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise Unfit("There is no such time zone.", mend="Write it as in Africa/Dakar.") from None


def link(server: str, code: str) -> str:
    """What a phone's camera reads: where to pair, and the code."""
    return "candlewire://pair?" + urlencode({"server": server, "code": code})


def _contact(typed: TypedContact, place: int) -> wire.Contact:
    try:
        number = phone.normalised(typed.phone)
    except ValueError as error:
        raise Unfit(f"/{place}/phone: {error}.") from None
    if not numbers.is_plausible(number):
        raise Unfit(f"/{place}/phone: no number of that country has this length.")
    pin = crypto.code_verifier(typed.pin) if typed.pin else b""
    fields: dict[str, Any] = msgspec.structs.asdict(typed) | {"phone": number, "pin": pin}
    return wire.Contact(id=crypto.random_text(12), **fields)


def _code(question: str, stdin: bool) -> str:
    code = terminal.ask_new_secret(question, stdin=stdin)
    if not 4 <= len(code) <= 32:
        raise Unfit("A code has 4 to 32 characters.")
    return code


def _decoded(kind: type[M], path: Path) -> M:
    try:
        return wire.decode(kind, path.read_bytes())
    except OSError as error:
        raise NotKnown(f"{path} cannot be read ({type(error).__name__}).") from None
    except wire.Malformed as error:
        raise Unfit(f"{path}: {error}.") from None
