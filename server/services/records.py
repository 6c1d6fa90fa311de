"""What sealed rows hold, once they are opened."""

from datetime import datetime
from typing import Literal

import msgspec

from server.domain.follow_ups import LastTold
from server.vault import Vault, about
from shared import wire


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A contact as the relay needs them; `link` is the secret of their own page."""

    recipient_id: str
    contact_id: str
    label: str
    name: str
    phone: str
    known_as: str
    language: wire.Locale
    ring: int
    code_word: str = ""
    link: str = ""


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """All that texts are made from while an incident is open; under the relay ring.

    `told`: what news is measured by, for each contact who was texted before the newest place came.
    """

    code: str
    kind: wire.Kind
    pressed_at: datetime
    timezone: str
    people: list[Person]
    position: wire.Position | None = None
    battery: float | None = None
    told: dict[str, LastTold] = {}


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the office reads of the person and the contacts; under the incident's key."""

    name: str
    timezone: str
    card: wire.Card
    people: list[Person]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A position row: the fix, and the battery when it came."""

    position: wire.Position
    battery: float | None = None


class Secret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a timeline entry that names persons or places."""

    position: wire.Position | None = None
    battery: float | None = None
    note: str | None = None
    text: str | None = None
    reason: str | None = None
    reference: str | None = None


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, in which language, and in whose name; under the relay ring."""

    phone: str
    language: wire.Locale
    known_as: str
    office: str
    office_id: str


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A text about consent, as its delivery holds it; `agreed` is the answer it confirms."""

    invitation: Invitation
    agreed: bool = False


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever answered while nothing was open to their number: who they are is not known."""

    phone: str
    language: wire.Locale


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a duty text or call goes to, and why; no word of the person or the place."""

    phone: str
    language: wire.Locale
    office: str
    code: str
    since: datetime
    reason: Literal["not_taken", "no_board"]
    drill: bool = False


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact is told after an answer: `who` leads, or the codes to answer with."""

    answer: Literal[1, 2, 3] = 1
    who: str = ""
    you_lead: bool = False
    codes: list[tuple[str, str]] = []


class Farewell(msgspec.Struct, frozen=True, kw_only=True):
    """The last text of an incident, whose brief is gone."""

    phone: str
    body: str


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """A text that an officer wrote, whole; `code` is by what the carrier's list shows it."""

    phone: str
    body: str
    code: str


class Probing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a probe goes: the operator's own handset."""

    phone: str


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """What a missed check-in's alert needs; under the relay ring while the timer runs."""

    bundle: wire.Bundle
    position: wire.Position | None = None
    battery: float | None = None


def encode(record: msgspec.Struct) -> bytes:
    return wire.encode(record)


def without_links(record: Record) -> bytes:
    """The office reads whom was told, and can never open a contact's page in their stead."""
    people = [msgspec.structs.replace(person, link="") for person in record.people]
    return wire.encode(msgspec.structs.replace(record, people=people))


def seal_brief(vault: Vault, incident_id: str, brief: Brief) -> bytes:
    return vault.keep(wire.encode(brief), about("brief", incident_id))


def open_brief(vault: Vault, incident_id: str, sealed: bytes | None) -> Brief:
    """The brief of an incident that still has one."""
    if sealed is None:
        raise LookupError("the brief was destroyed when the incident ended")
    return wire.decode(Brief, vault.read(sealed, about("brief", incident_id)))


def position_place(incident_id: str, taken_at: datetime) -> bytes:
    """The associated data of a position row."""
    return about("position", f"{taken_at.timestamp():.6f}", incident_id)
