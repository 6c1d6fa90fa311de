"""Invented activists with five contacts each, in bulk, on our server and on the tutorial's."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import insert

from server import migrations
from server.db import Database, Transaction
from server.domain.access import Role
from server.services import devices, key_ring, rows, setup, staff
from server.tables import Activist, Consent, Device
from server.vault import Ring, Vault, token_hash
from shared import crypto, wire
from shared.crypto import KeyPair

CONTACTS = 5
# Kept free for fiction: +1 AAA 555 01xx, and blocks of the French and Australian regulators.
FRENCH = (33_199_000_000, 33_261_910_000, 33_353_010_000, 33_465_710_000, 33_639_980_000)
AUSTRALIAN = tuple(
    61_000_000_000 + area * 100_000_000 + block
    for area in (2, 3, 7, 8)
    for block in (55_500_000, 70_100_000)
)
CODE = "4321"
PASSWORD = "six unrelated words of theirs"


class Someone(msgspec.Struct, frozen=True):
    """An activist as the load client and the tutorial server know them."""

    token: str
    phones: list[str]


def make(number: int) -> list[Someone]:
    """So many activists; no two have a contact in common."""
    phones = numbers()
    return [
        Someone(
            urlsafe_b64encode(crypto.random_bytes()).rstrip(b"=").decode(),
            [next(phones) for _ in range(CONTACTS)],
        )
        for _ in range(number)
    ]


def numbers() -> Iterator[str]:
    for block in (*FRENCH, *AUSTRALIAN):
        yield from (f"+{block + number}" for number in range(10_000))
    for area in range(201, 990):
        yield from (f"+1{area}55501{number:02d}" for number in range(100))


def save(people: list[Someone], path: Path) -> None:
    path.write_bytes(msgspec.json.encode(people))


def load(path: Path) -> list[Someone]:
    return msgspec.json.decode(path.read_bytes(), type=list[Someone])


def settle(data: Path, people: list[Someone], officers: int = 0) -> list[str]:
    """Makes our server's folder: one office, these activists, every contact has agreed.

    Returns the cookies of so many officers' sessions, each opened with a second factor.
    """
    data.mkdir(parents=True)
    ring = Ring.new()
    ring.save(data / "keys.json")
    database, vault = Database(f"sqlite:///{data / 'candlewire.db'}"), Vault(ring)
    migrations.upgrade(database)
    verifier = crypto.code_verifier(CODE)
    office_id, pair = database.write(lambda tx: _settle(tx, vault, people, verifier))
    cookies = [
        database.write(partial(_sign_in, vault, office_id, pair, number))
        for number in range(officers)
    ]
    database.close()
    return cookies


def _settle(
    tx: Transaction, vault: Vault, people: list[Someone], verifier: bytes
) -> tuple[str, KeyPair]:
    now = datetime.now(UTC)
    setup.new_organisation(tx, crypto.box_pair().public)
    key_ring.mark(tx, vault)
    office_id, pair = setup.new_office(tx, vault, "Office", None, "benchmark", now)
    activists, devices, consents = [], [], []
    for someone in people:
        bundle = bundle_of(someone, verifier)
        activist_id = str(uuid4())
        activists.append(
            {
                "id": activist_id,
                "office_id": office_id,
                "sealed": vault.box(pair.public, bundle.name.encode()),
                "created_at": now,
            }
        )
        devices.append(_device(vault, someone, activist_id, bundle, now))
        consents += [
            {
                "activist_id": activist_id,
                "contact_id": contact.id,
                "state": "agreed",
                "changed_at": now,
            }
            for contact in bundle.contacts
        ]
    for model, found in ((Activist, activists), (Device, devices), (Consent, consents)):
        tx.execute(insert(rows.table(model)), found)
    return office_id, pair


def _sign_in(
    vault: Vault, office_id: str, office_pair: KeyPair, number: int, tx: Transaction
) -> str:
    """An officer who holds the office's key, and a session of theirs; its cookie."""
    now, email = datetime.now(UTC), f"officer{number}@office.example"
    who = (office_id, email, f"Officer {number}", Role.RESPONDER, "benchmark", now)
    staff_id, code = staff.invite(tx, vault, *who)
    staff.accept(tx, vault, code, PASSWORD, now)
    staff.grant(tx, vault, office_id, office_pair, staff_id, "benchmark", now)
    own = staff.unlock(vault, staff.credentials_of(tx, staff_id), PASSWORD)
    return staff.open_session(tx, vault, staff_id, own, now, factor="totp")


def bundle_of(someone: Someone, verifier: bytes) -> wire.Bundle:
    return wire.Bundle(
        name="Amina",
        contacts=[
            wire.Contact(id=f"contact-{place}", name="Grace", phone=phone, known_as="Amina")
            for place, phone in enumerate(someone.phones)
        ],
        stop=verifier,
        duress=verifier,
        timezone="Africa/Dakar",
        card=wire.Card(phone_me="Do not ring: send a text.", lawyer="The office has the number."),
    )


def _device(
    vault: Vault, someone: Someone, activist_id: str, bundle: wire.Bundle, now: datetime
) -> dict[str, Any]:
    token = raw_token(someone.token)
    dispatch = crypto.dispatch_pair(token).public
    padded = wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE)
    return {
        "id": str(uuid4()),
        "activist_id": activist_id,
        "token_hash": token_hash(token),
        "dispatch_key": dispatch,
        "bundle": devices.lock_bundle(vault, token, activist_id, padded),
        "paired_at": now,
        "wrong_codes": 0,
    }


def raw_token(token: str) -> bytes:
    return urlsafe_b64decode(token + "=")


def ready(server: str) -> str:
    """The line by which a child says where it serves."""
    return json.dumps({"ready": True, "server": server, "pid": os.getpid()})
