"""The demo's people: invented, kept in a file that stands for their phones and memories."""

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from server.db import Database, Transaction
from server.domain.access import Role
from server.services import activists, consents, devices, duty, readings, setup, staff
from server.vault import Vault, token_hash
from shared import crypto, wire

FILE = "demo-people.json"
OFFICE = "Demo office"
STAFF_NAME = "Noor"
STAFF_EMAIL = "noor@office.example"
TIMEZONE = "Africa/Dakar"
LANGUAGES: tuple[wire.Locale, ...] = ("en", "fr", "ar")
ACTIVISTS = ["Amina", "Sara", "Tomas", "Leila", "Bolor", "Awa", "Emeka", "Rosa", "Samir", "Dina"]
ACTIVISTS_ARABIC = [
    "أمينة", "سارة", "توماس", "ليلى", "بولور", "أوا", "إيميكا", "روزا", "سمير", "دينا",
]  # fmt: skip
CONTACTS = {
    "en": ["Ben", "Grace", "Oscar", "Ruth"],
    "fr": ["Chloé", "Marc", "Inès", "Paul"],
    "ar": ["هدى", "يوسف", "مريم", "كريم"],
}
# Kept free for fiction by the French regulator (10,000 numbers) and the North American plan.
FRENCH = 33_639_980_000


class DemoContact(msgspec.Struct, frozen=True):
    name: str
    phone: str
    language: wire.Locale
    id: str
    known_as: str


class DemoDevice(msgspec.Struct, frozen=True):
    activist: str
    token: str
    stop_code: str
    duress_code: str
    contacts: list[DemoContact]


class DemoPeople(msgspec.Struct, frozen=True):
    """What the people of the demo hold, and the credentials of its carrier."""

    email: str
    password: str
    account_sid: str
    auth_token: str
    sender: str
    devices: list[DemoDevice]
    duty: str = "+12025550101"

    def names(self) -> dict[str, str]:
        """Number → name, for the simulated phones."""
        contacts = {
            contact.phone: contact.name for device in self.devices for contact in device.contacts
        }
        return contacts | {self.duty: f"{STAFF_NAME}, on duty"}


def load_or_make(data: Path, number: int, contacts: int) -> DemoPeople:
    """The people of an earlier start on this folder, or new ones, written down durably."""
    path = data / FILE
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=DemoPeople)
    people = _make(number, contacts)
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(people))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return people


def settle(database: Database, vault: Vault, people: DemoPeople, now: datetime) -> None:
    """Puts them on the server, unless an earlier start did: all of them or none."""
    with database.read() as tx:
        if setup.exists(tx):
            return
    stop, duress = (crypto.code_verifier(code) for code in _codes(people))
    database.write(lambda tx: _settle(tx, vault, people, stop, duress, now))


def ready_line(people: DemoPeople, server: str, sandbox: str) -> str:
    return json.dumps(
        {
            "ready": True,
            "server": server,
            "sandbox": sandbox,
            "staff": {"email": people.email, "password": people.password},
            "duty": people.duty,
            "devices": [
                {
                    "activist": device.activist,
                    "token": device.token,
                    "stop_code": device.stop_code,
                    "duress_code": device.duress_code,
                    "contacts": [
                        {"name": c.name, "phone": c.phone, "language": c.language}
                        for c in device.contacts
                    ],
                }
                for device in people.devices
            ],
        },
        ensure_ascii=False,
    )


def _codes(people: DemoPeople) -> tuple[str, str]:
    """Everyone in the demo has the same two codes, so that a trainer can read them out."""
    first = people.devices[0] if people.devices else None
    return (first.stop_code, first.duress_code) if first else ("0000", "1111")


def _make(number: int, contacts: int) -> DemoPeople:
    stop, duress = secrets.SystemRandom().sample([f"{code:04d}" for code in range(10_000)], 2)
    numbers = _numbers()
    return DemoPeople(
        email=STAFF_EMAIL,
        password=staff.new_password(),
        account_sid="AC" + secrets.token_hex(16),
        auth_token=secrets.token_hex(16),
        sender="+12025550100",
        devices=[_device(place, contacts, numbers, stop, duress) for place in range(number)],
    )


def _device(
    place: int, contacts: int, numbers: Iterator[str], stop: str, duress: str
) -> DemoDevice:
    lap, name = divmod(place, len(ACTIVISTS))
    suffix = f" {lap + 1}" if lap else ""
    made = []
    for turn in range(contacts):
        language = LANGUAGES[turn % len(LANGUAGES)]
        names = ACTIVISTS_ARABIC if language == "ar" else ACTIVISTS
        made.append(
            DemoContact(
                name=CONTACTS[language][(place + turn // len(LANGUAGES)) % 4],
                phone=next(numbers),
                language=language,
                id=crypto.random_text(12),
                known_as=names[name] + suffix,
            )
        )
    token = urlsafe_b64encode(crypto.random_bytes()).rstrip(b"=").decode()
    return DemoDevice(ACTIVISTS[name] + suffix, token, stop, duress, made)


def _numbers() -> Iterator[str]:
    yield from (f"+{FRENCH + number}" for number in range(10_000))
    for area in range(201, 990):
        yield from (f"+1{area}55501{number:02d}" for number in range(100))


def _settle(
    tx: Transaction,
    vault: Vault,
    people: DemoPeople,
    stop: bytes,
    duress: bytes,
    now: datetime,
) -> None:
    setup.new_organisation(tx, crypto.box_pair().public)
    office_id, pair = setup.new_office(tx, vault, OFFICE, None, "demo", now)
    staff_id, code = staff.invite(
        tx, vault, office_id, people.email, STAFF_NAME, Role.ADMINISTRATOR, "demo", now
    )
    staff.accept(tx, vault, code, people.password, now)
    staff.grant(tx, vault, office_id, pair, staff_id, "demo", now)
    duty.set_numbers(tx, vault, office_id, [duty.Number(people.duty, "en")], "demo", now)
    readings.record_all(tx, vault, office_id, STAFF_NAME, "demo", now)
    for device in people.devices:
        activist_id = setup.new_activist(tx, vault, office_id, device.activist, "demo", now)
        bundle = wire.Bundle(
            name=device.activist,
            contacts=[
                wire.Contact(
                    id=contact.id,
                    name=contact.name,
                    phone=contact.phone,
                    known_as=contact.known_as,
                    language=contact.language,
                )
                for contact in device.contacts
            ],
            stop=stop,
            duress=duress,
            timezone=TIMEZONE,
            card=CARD,
        )
        token = urlsafe_b64decode(device.token + "=")
        dispatch = crypto.dispatch_pair(token).public
        padded = wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE)
        locked = devices.lock_bundle(vault, token, activist_id, padded)
        activists.add_device(tx, activist_id, token_hash(token), dispatch, locked, now)
        activists.keep_office_copy(tx, vault, activist_id, pair.public, bundle, now)
        for contact in device.contacts:
            consents.record(tx, activist_id, contact.id, "agreed", now)


CARD = wire.Card(
    phone_me="Do not ring my phone: send a text.",
    lawyer="The office has my lawyer's number.",
    police="Do not go to the police station alone.",
    first_hours="Tell the office what you see. Note the time, uniforms and number plates.",
)
